"""What the pages with figures share: which areas stand beside each other, and framed figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from dashboard import beside, captions, estimates
from dashboard.beside import Peers
from dashboard.components import Column, Table, show_figure, wanted
from dashboard.context import Context
from dashboard.fair_words import bands
from dashboard.figures import alt
from dashboard.figures.bars import bullet_bars, ranked_bars
from dashboard.figures.scale import line_scale
from dashboard.figures.style import Look, by_value, grouped, safe_rows
from dashboard.figures.trend import is_broken, trend_lines
from dashboard.prose import beside as beside_each_other
from dashboard.prose import note, put
from dashboard.rows import Row, Slice
from dashboard.sentences import spread
from warehouse.ages import smallest_bands
from warehouse.read.slices import cuts

CLUSTERS, COUNTRY = beside.CLUSTERS, beside.COUNTRY
benchmarks = beside.benchmarks
#: Areas beside each other that leave room for a third chart under the years.
_LONG_LIST = 12


def look_of(ctx: Context) -> Look:
    """Return the reader's language, number format and colours."""
    return Look(ctx.text, ctx.number, ctx.palette)


def peers(ctx: Context) -> Peers:
    """Return what is compared with each other for the area shown; see ``dashboard.beside``."""
    return ctx.peers


def with_who(ctx: Context, rows: Iterable[Row]) -> list[Row]:
    """Add ``who``: area, region, country or other; the area first, the country last."""
    return beside.with_who(ctx, rows)


def newest(ctx: Context, indicator: str) -> int:
    """Return the last measured year of an indicator."""
    return int(ctx.reference.indicators[indicator]["last_period"])


@dataclass(frozen=True)
class Cut:
    """One way to look at an indicator; ``None`` means what is shown when nothing is chosen."""

    indicator: str
    period: int | None = None
    age: str | None = None
    sector: str | None = None
    sex: str = "all"
    standardisation: str | None = None

    def filled(self, ctx: Context) -> dict[str, Any]:
        """Return what a query takes; standardised over age where it can be and nothing else is."""
        row = ctx.reference.indicators[self.indicator]
        age, sector = self.age or row["default_age"], self.sector or row["default_sector"]
        published = cuts(ctx.warehouse, self.indicator, ctx.area.geography)
        fair = "age" if (age, sector, self.sex, "age") in published else "crude"
        return {
            "age": age,
            "sector": sector,
            "sex": self.sex,
            "standardisation": self.standardisation or fair,
        }

    def slice(
        self, ctx: Context, areas: Iterable[str], period: int | None = None, **more: Any
    ) -> Slice:
        """Return this cut's numbers for some areas; ``more`` overrides (``age=None``: all ages).

        All ages or sexes side by side are not standardised.
        """
        chosen = self.filled(ctx)
        if more.keys() & {"age", "sex"} and self.standardisation is None:
            chosen["standardisation"] = "crude"
        return Slice(self.indicator, tuple(areas), period=period, **(chosen | more))


def ranked_slice(ctx: Context, cut: Cut) -> Slice:
    """Return what ``show_ranked`` shows."""
    areas = dict.fromkeys([*benchmarks(ctx), *peers(ctx).ids])
    return cut.slice(ctx, areas, cut.period or newest(ctx, cut.indicator))


def trend_slice(ctx: Context, cut: Cut) -> Slice:
    """Return what ``show_trend`` shows."""
    return cut.slice(ctx, benchmarks(ctx))


def age_slice(ctx: Context, cut: Cut) -> Slice:
    """Return what ``show_by_age`` shows."""
    return cut.slice(ctx, benchmarks(ctx), cut.period or newest(ctx, cut.indicator), age=None)


def title_of(ctx: Context, cut: Cut) -> str:
    """Return the indicator's title, with the sector where several can be shown."""
    row = ctx.reference.indicators[cut.indicator]
    title = ctx.localised(row, "title")
    if len(row["sectors"]) > 1:
        title += f" – {ctx.sector(cut.filled(ctx)['sector']).lower()}"
    return title


def subtitle_of(ctx: Context, cut: Cut, years: str) -> str:
    """Return what stands under a cut's title; see ``dashboard.captions``."""
    chosen = cut.filled(ctx)
    del chosen["sector"]
    return captions.subtitle(ctx, cut.indicator, years, **chosen)


def unit_with_age(ctx: Context, cut: Cut) -> str:
    """Return the unit and age of a cut in words, for a text that stands without its subtitle."""
    return captions.unit(ctx, cut.indicator, cut.filled(ctx)["age"])


def unit_and_decimals(ctx: Context, indicator: str) -> tuple[str, int]:
    """Return an indicator's unit in words and the decimals shown."""
    return ctx.unit(indicator), int(ctx.reference.indicators[indicator]["decimals"])


def table_of(ctx: Context, rows: Sequence[Row], decimals: int, *first: tuple[str, str]) -> Table:
    """Return the table behind a figure: heading columns, value, limits where there are any."""
    columns = [Column(name, ctx.text(label)) for name, label in first]
    columns.append(Column("value", ctx.text("common.value"), decimals))
    if any(row["lower"] is not None for row in rows):
        columns += [
            Column(limit, ctx.text(f"common.{limit}"), decimals) for limit in ("lower", "upper")
        ]
    if any(row["is_estimate"] for row in rows):
        columns.append(Column("is_estimate", ctx.text("common.estimate")))
    if any(row.get("standard") for row in rows):
        columns.append(Column("bands", ctx.text("common.standard.bands"), status=None))
    shown = [
        row | {"period": str(row["period"]), "bands": bands(ctx.text, row.get("standard"))}
        for row in rows
    ]
    return Table(shown, columns)


def explain_empty(ctx: Context, rows: Sequence[Row], what: str) -> bool:
    """Say why nothing can be shown, if nothing can; return whether that was so."""
    if any(row["status"] == "ok" and row["who"] != "country" for row in rows):
        return False
    hidden = any(row["status"].startswith("suppressed") for row in rows)
    key = "hidden" if hidden else "missing"
    note(ctx.text(f"parts.nothing_{key}", what=what, area=ctx.area.name))
    offer_larger(ctx)
    return True


def offer_larger(ctx: Context) -> None:
    """Link to the nearest larger area, which has more people behind its numbers."""
    larger = ctx.region or ctx.reference.areas[COUNTRY]
    if larger.id == ctx.area.id:
        return
    link = escape(ctx.link(geography=larger.geography, area=larger.id))
    label = escape(ctx.text("parts.see_larger", area=larger.name))
    put(f'<p class="kb-larger"><a href="{link}">{label}</a></p>')


def show_ranked(
    ctx: Context, cut: Cut, *, key: str, level: int = 3, title: str | None = None
) -> None:
    """Draw the area's municipalities, the area, its region and the country, highest first."""
    if not wanted(ctx, key):
        return
    period = cut.period or newest(ctx, cut.indicator)
    rows = with_who(ctx, ctx.store.rows(ranked_slice(ctx, cut)))
    title = title or title_of(ctx, cut)
    if explain_empty(ctx, rows, title):
        return
    unit, decimals = unit_and_decimals(ctx, cut.indicator)
    look = look_of(ctx)
    ids = set(peers(ctx).ids)
    between = (row for row in rows if row["area_id"] in ids)
    unit_id = ctx.reference.indicators[cut.indicator]["unit"]
    gap = "" if unit_id == "persons" else spread(ctx.text, ctx.number, between, unit_id, decimals)
    show_figure(
        ctx,
        ranked_bars(rows, look, unit=unit, decimals=decimals),
        key=key,
        years=[period],
        title=title,
        subtitle=f"{subtitle_of(ctx, cut, str(period))} {gap}".strip(),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(rows, look, title=title, unit=unit_with_age(ctx, cut), decimals=decimals),
        table=table_of(
            ctx, by_value(rows), decimals, ("name", "common.area"), ("period", "common.period")
        ),
        is_demo=is_demo(ctx, cut.indicator),
        level=level,
        indicator=cut.indicator,
    )
    caveat(ctx, cut.indicator)


def show_trend(
    ctx: Context, cut: Cut, *, key: str, level: int = 3, secondary: bool = False
) -> None:
    """Draw the years of the area, its region and the country."""
    if not wanted(ctx, key):
        return
    row = ctx.reference.indicators[cut.indicator]
    first = row["trend_from"] or 0
    rows = [r for r in ctx.store.rows(trend_slice(ctx, cut)) if r["period"] >= first]
    rows = with_who(ctx, rows)
    title = ctx.text("parts.trend_title", title=title_of(ctx, cut))
    if explain_empty(ctx, rows, title):
        return
    years = sorted({row["period"] for row in rows})
    unit, decimals = unit_and_decimals(ctx, cut.indicator)
    look = look_of(ctx)
    subtitle = subtitle_of(ctx, cut, f"{years[0]}–{years[-1]}")
    if any(r["is_projection"] for r in rows):
        subtitle += f" {ctx.text('parts.dashed')}"
    if not line_scale(safe_rows(rows)).begins_at_zero:
        subtitle += f" {ctx.text('parts.not_zero')}"
    if is_broken(rows):
        subtitle += f" {ctx.text('parts.gap')}"
    breaks = [(year, ctx.text("parts.break", year=year)) for year in row["breaks"] or ()]
    show_figure(
        ctx,
        trend_lines(
            rows,
            look,
            unit=unit,
            decimals=decimals,
            breaks=breaks,
            provisional=ctx.reference.provisional.get(cut.indicator, ()),
        ),
        key=key,
        years=years,
        title=title,
        subtitle=subtitle,
        source=ctx.source(cut.indicator),
        alt=alt.trend_alt(rows, look, title=title, unit=unit_with_age(ctx, cut), decimals=decimals),
        table=table_of(ctx, rows, decimals, ("name", "common.area"), ("period", "common.period")),
        is_demo=is_demo(ctx, cut.indicator),
        level=level,
        secondary=secondary,
        indicator=cut.indicator,
    )


def show_ranked_and_trend(
    ctx: Context,
    cut: Cut,
    *,
    keys: Sequence[str],
    level: int = 3,
    secondary: bool = False,
    suffix: str = "",
) -> None:
    """Draw an indicator over the areas beside each other and, beside that, over the years.

    ``keys`` are those of the two charts, and of a third by age where one is wanted: its numbers
    carry ``suffix``, and it fills the room a long list of areas leaves. ``secondary`` is about the
    years.
    """
    is_long = len(peers(ctx).ids) > _LONG_LIST
    with beside_each_other() as (left, right):
        with left:
            show_ranked(ctx, cut, key=keys[0], level=level)
        with right:
            show_trend(ctx, cut, key=keys[1], level=level, secondary=secondary)
            if is_long:
                _ages(ctx, cut, keys, suffix)
    if not is_long:
        _ages(ctx, cut, keys, suffix)


def _ages(ctx: Context, cut: Cut, keys: Sequence[str], suffix: str) -> None:
    for key in keys[2:]:
        show_by_age(ctx, cut, key=key, suffix=suffix)


def show_bullets(
    ctx: Context,
    rows: Sequence[Row],
    *,
    key: str,
    title: str,
    subtitle: str,
    source: str,
    unit: str,
    decimals: int,
    suffix: str = "",
    is_demo: bool = False,
    level: int = 3,
    secondary: bool = False,
) -> None:
    """Draw labelled bars of the area with marks for region and country.

    ``rows`` have a ``label`` beside what ``with_who`` gives.
    """
    if not wanted(ctx, key) or explain_empty(ctx, rows, title):
        return
    look = look_of(ctx)
    table = table_of(ctx, rows, decimals, ("label", "parts.what"), ("name", "common.area"))
    show_figure(
        ctx,
        bullet_bars(rows, look, unit=unit, decimals=decimals, suffix=suffix),
        key=key,
        years=[row["period"] for row in rows],
        title=title,
        subtitle=subtitle,
        source=source,
        alt=alt.bars_alt(rows, look, title=title, unit=unit, decimals=decimals),
        table=table,
        is_demo=is_demo,
        level=level,
        secondary=secondary,
    )


def show_by_age(
    ctx: Context, cut: Cut, *, key: str, suffix: str = "", level: int = 3, secondary: bool = False
) -> None:
    """Draw an indicator by age for the area, its region and the country."""
    if not wanted(ctx, key):
        return
    row = ctx.reference.indicators[cut.indicator]
    ages = {age: ctx.age_label(age) for age in smallest_bands(row["ages"])}
    if len(ages) < 2:
        return
    period = cut.period or newest(ctx, cut.indicator)
    rows = with_who(ctx, ctx.store.rows(age_slice(ctx, cut)))
    unit, decimals = unit_and_decimals(ctx, cut.indicator)
    show_bullets(
        ctx,
        labelled(rows, "age", ages),
        key=key,
        title=ctx.text("parts.age_title", title=title_of(ctx, cut)),
        subtitle=subtitle_of(ctx, replace(cut, age="all", standardisation="crude"), str(period)),
        source=ctx.source(cut.indicator),
        unit=unit,
        decimals=decimals,
        suffix=suffix,
        is_demo=is_demo(ctx, cut.indicator),
        level=level,
        secondary=secondary,
    )


def labelled(rows: Iterable[Row], column: str, labels: dict[str, str]) -> list[Row]:
    """Add ``label`` from a column's ids, in the labels' order; rows of other ids are left out."""
    found = grouped(rows, column)
    return [
        row | {"label": label} for value, label in labels.items() for row in found.get(value, ())
    ]


def is_demo(ctx: Context, indicator: str) -> bool:
    """Return whether an indicator's figures are made up."""
    return bool(ctx.reference.indicators[indicator]["is_demo"])


def available(ctx: Context, indicators: Iterable[str]) -> list[str]:
    """Return those of the indicators that the warehouse has."""
    return [i for i in indicators if i in ctx.reference.indicators]


def caveat(ctx: Context, indicator: str, *, named: bool = False) -> None:
    """Write what to be careful with, under a figure; under one of several indicators by name."""
    row = ctx.reference.indicators[indicator]
    said = ctx.reference.caveat(indicator, ctx.lang, (ctx.area.id, *peers(ctx).ids))
    text = estimates.caveat(said, row, ctx.area)
    if text:
        label = ctx.text("parts.caveat")
        if named:
            label = f"{ctx.localised(row, 'title')}. {label}"
        put(f'<p class="kb-source"><strong>{escape(label)}</strong> {escape(text)}</p>')


def suffix_of(ctx: Context, indicator: str) -> str:
    """Return what stands after each number of a bar: ``%`` where the unit is per cent."""
    return "%" if ctx.reference.indicators[indicator]["unit"] == "per_cent" else ""


def in_words(ctx: Context, phrase: str) -> str:
    """Return a geography file's words on certainty or shares in the reader's language.

    A file the reader has added may say it in words of its own; those are shown as they stand.
    """
    key = "klynge_til_raad.sure." + re.sub(r"[^a-z0-9]+", "_", phrase.lower()).strip("_")
    return ctx.text(key) if ctx.text.has(key) else phrase
