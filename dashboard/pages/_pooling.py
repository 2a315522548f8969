"""Years taken together for the numbers of few children, and how the page says so."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.components import show_figure
from dashboard.context import Context
from dashboard.figures import alt
from dashboard.figures.bars import ranked_bars
from dashboard.figures.sexes import by_sex, by_sex_alt
from dashboard.pages import _parts as parts
from warehouse.pooled import pooled

#: Years that can be taken together, three when nothing is chosen.
SPANS = ("3", "5", "1")
#: A sentence takes three years together where fewer than this were counted in a year.
FEW = 50
SEXES = ("female", "male")


def span_of(ctx: Context, indicator: str, years: int) -> tuple[int, int]:
    """Return the first and last year of the newest ``years`` years of an indicator."""
    row = ctx.reference.indicators[indicator]
    last = int(row["last_period"])
    return max(last - years + 1, int(row["first_period"])), last


def spoken_span(first: int, last: int) -> str:
    """Return the years as they are written: ``2023–2025``, or one alone."""
    return str(last) if first == last else f"{first}–{last}"


def pooled_rows(ctx: Context, indicators: Sequence[str], years: int) -> pl.DataFrame:
    """Return years taken together for the area and those beside it, with ``name``.

    Indicators whose newest year differs are asked for apart.
    """
    ids = list(dict.fromkeys([*parts.benchmarks(ctx), *parts.peers(ctx).ids]))
    spans: dict[tuple[int, int], list[str]] = {}
    for indicator in indicators:
        spans.setdefault(span_of(ctx, indicator, years), []).append(indicator)
    frames = [
        pooled(ctx.warehouse, wanted, areas=ids, first=first, last=last)
        for (first, last), wanted in spans.items()
    ]
    frame = pl.concat(frames)
    order = {area: i for i, area in enumerate(ids)}
    names = {area: ctx.reference.areas[area].name for area in ids}
    return frame.with_columns(
        name=pl.col("area_id").replace_strict(names, return_dtype=pl.String)
    ).sort(pl.col("area_id").replace_strict(order), maintain_order=True)


def picked(ctx: Context, frame: pl.DataFrame, cut: parts.Cut) -> pl.DataFrame:
    """Return the rows of one cut, both sexes."""
    filled = cut.filled(ctx)
    return frame.filter(
        (pl.col("indicator_id") == cut.indicator)
        & (pl.col("age") == filled["age"])
        & (pl.col("sector") == filled["sector"])
        & (pl.col("sex") == "all")
    )


def show_pooled(
    ctx: Context, cut: parts.Cut, frame: pl.DataFrame, years: int, *, key: str, level: int = 3
) -> None:
    """Draw areas beside each other, some years taken together."""
    title = parts.title_of(ctx, cut)
    rows = parts.with_who(ctx, picked(ctx, frame, cut))
    if parts.explain_empty(ctx, rows, title):
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    show_figure(
        ctx,
        ranked_bars(rows, look, unit=unit, decimals=decimals),
        key=key,
        title=title,
        subtitle=_subtitle(ctx, cut, years),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(rows, look, title=title, unit=unit, decimals=decimals),
        table=parts.table_of(
            ctx,
            rows.sort("value", descending=True, nulls_last=True),
            decimals,
            ("name", "common.area"),
            ("period", "common.period"),
        ),
        is_demo=parts.is_demo(ctx, cut.indicator),
        level=level,
    )
    parts.caveat(ctx, cut.indicator)


def show_profile(
    ctx: Context, indicator: str, frame: pl.DataFrame, years: int, *, key: str, level: int = 3
) -> None:
    """Draw girls and boys by age in the area, some years taken together."""
    row = ctx.reference.indicators[indicator]
    ages = {age: ctx.age(age) for age in parts.smallest_bands(row["ages"])}
    names = {sex: ctx.text(f"boern_og_unge.{sex}") for sex in SEXES}
    rows = (
        frame.filter(
            (pl.col("indicator_id") == indicator)
            & (pl.col("area_id") == ctx.area.id)
            & pl.col("sex").is_in(SEXES)
            & pl.col("age").is_in(list(ages))
        )
        .with_columns(
            label=pl.col("age").replace_strict(ages, return_dtype=pl.String),
            name=pl.col("sex").replace_strict(names, return_dtype=pl.String),
            who=pl.lit("area"),
        )
        .sort(pl.col("age").replace_strict({a: i for i, a in enumerate(ages)}), "sex")
    )
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
    line = parts.subtitle_of(ctx, cut, spoken_span(first, last))
    return line if first == last else f"{line} {ctx.text('boern_og_unge.pooled')}"
