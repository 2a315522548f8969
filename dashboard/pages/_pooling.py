"""Years taken together for the numbers of few children, and how the page says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard.components import show_figure
from dashboard.context import Context
from dashboard.figures import alt
from dashboard.figures.bars import ranked_bars
from dashboard.figures.sexes import by_sex, by_sex_alt
from dashboard.figures.style import by_value
from dashboard.pages import _parts as parts
from dashboard.rows import Row, Slice
from warehouse.ages import smallest_bands
from warehouse.read.pooled import pooled

#: Years that can be taken together, three when nothing is chosen.
SPANS = ("3", "5", "1")
SEXES = ("female", "male")


def chosen_years(ctx: Context) -> int:
    """Return how many years ``pick_years`` takes together, also before it is drawn."""
    return int(ctx.chosen("pool", SPANS))


def pick_years(ctx: Context) -> int:
    """Draw the choice of how many years are taken together."""
    years = ctx.pick(
        "pool",
        SPANS,
        label="boern_og_unge.pool",
        format_func=lambda n: ctx.text(f"boern_og_unge.pool_{n}"),
        widget="radio",
    )
    return int(years)


def span_of(ctx: Context, indicator: str, years: int) -> tuple[int, int]:
    """Return the first and last year of the newest ``years`` years of an indicator."""
    row = ctx.reference.indicators[indicator]
    last = int(row["last_period"])
    return max(last - years + 1, int(row["first_period"])), last


def spoken_span(first: int, last: int) -> str:
    """Return the years as they are written: ``2023–2025``, or one alone."""
    return str(last) if first == last else f"{first}–{last}"


def pool_slices(ctx: Context, cuts: Iterable[parts.Cut], years: int) -> list[Slice]:
    """Return what ``pooled_rows`` reads: each indicator's newest years."""
    ids = list(dict.fromkeys([*parts.benchmarks(ctx), *parts.peers(ctx).ids]))
    # counts of several years are added up: what they give is not standardised
    return [
        _of_years(cut.slice(ctx, ids, standardisation="crude"), span_of(ctx, cut.indicator, years))
        for cut in cuts
    ]


def profile_slices(ctx: Context, indicator: str, years: int) -> list[Slice]:
    """Return what ``show_profile`` reads."""
    span = span_of(ctx, indicator, years)
    cut = parts.Cut(indicator)
    return [_of_years(cut.slice(ctx, [ctx.area.id], age=None, sex=s), span) for s in SEXES]


def _of_years(piece: Slice, span: tuple[int, int]) -> Slice:
    return replace(piece, period=tuple(range(span[0], span[1] + 1)))


def pooled_rows(ctx: Context, cuts: Sequence[parts.Cut], years: int) -> list[Row]:
    """Return years taken together for the area and those beside it, with ``name``, both sexes."""
    slices = pool_slices(ctx, cuts, years)
    ctx.store.fetch(slices)
    return [row for piece in slices for row in _pooled(ctx, [piece], years)]


def _pooled(ctx: Context, slices: Sequence[Slice], years: int) -> list[Row]:
    indicator = slices[0].indicator
    first, last = span_of(ctx, indicator, years)
    rows = [row for piece in slices for row in ctx.store.rows(piece)]
    known = ctx.reference.indicators[indicator]
    return pooled(
        rows,
        multiplier=float(known["multiplier"]),
        first=first,
        last=last,
        kind=known["kind"] if known["has_interval"] else None,
        benchmark=parts.COUNTRY,
    )


def picked(ctx: Context, rows: Iterable[Row], cut: parts.Cut) -> list[Row]:
    """Return the rows of one cut, both sexes."""
    filled = cut.filled(ctx)
    wanted = (cut.indicator, filled["age"], filled["sector"], "all")
    return [r for r in rows if (r["indicator_id"], r["age"], r["sector"], r["sex"]) == wanted]


def show_pooled(
    ctx: Context, cut: parts.Cut, pool: Iterable[Row], years: int, *, key: str, level: int = 3
) -> None:
    """Draw areas beside each other, some years taken together."""
    title = parts.title_of(ctx, cut)
    rows = parts.with_who(ctx, picked(ctx, pool, cut))
    if parts.explain_empty(ctx, rows, title):
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    show_figure(
        ctx,
        ranked_bars(rows, look, unit=unit, decimals=decimals),
        key=key,
        years=span_of(ctx, cut.indicator, years),
        title=title,
        subtitle=_subtitle(ctx, cut, years),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(
            rows, look, title=title, unit=parts.unit_with_age(ctx, cut), decimals=decimals
        ),
        table=parts.table_of(
            ctx, by_value(rows), decimals, ("name", "common.area"), ("period", "common.period")
        ),
        is_demo=parts.is_demo(ctx, cut.indicator),
        level=level,
    )
    parts.caveat(ctx, cut.indicator)


def show_profile(ctx: Context, indicator: str, years: int, *, key: str, level: int = 3) -> None:
    """Draw girls and boys by age in the area, some years taken together."""
    row = ctx.reference.indicators[indicator]
    ages = {age: ctx.age_label(age) for age in smallest_bands(row["ages"])}
    names = {sex: ctx.text(f"boern_og_unge.{sex}") for sex in SEXES}
    found = _pooled(ctx, profile_slices(ctx, indicator, years), years)
    found = [r | {"name": names[r["sex"]], "who": "area"} for r in found]
    rows = parts.labelled(found, "age", ages)
    title = ctx.text(
        "boern_og_unge.profile", what=ctx.localised(row, "title"), area=ctx.area.short_name
    )
    if parts.explain_empty(ctx, rows, title):
        return
    unit, decimals = parts.unit_and_decimals(ctx, indicator)
    look = parts.look_of(ctx)
    show_figure(
        ctx,
        by_sex(rows, look, unit=unit, decimals=decimals),
        key=key,
        years=span_of(ctx, indicator, years),
        title=title,
        subtitle=_subtitle(ctx, parts.Cut(indicator, age="all"), years),
        source=ctx.source(indicator),
        alt=by_sex_alt(rows, look, title=title, unit=unit, decimals=decimals),
        table=parts.table_of(ctx, rows, decimals, ("label", "common.age"), ("name", "common.sex")),
        is_demo=bool(row["is_demo"]),
        level=level,
    )


def _subtitle(ctx: Context, cut: parts.Cut, years: int) -> str:
    first, last = span_of(ctx, cut.indicator, years)
    line = parts.subtitle_of(ctx, replace(cut, standardisation="crude"), spoken_span(first, last))
    return line if first == last else f"{line} {ctx.text('boern_og_unge.pooled')}"
