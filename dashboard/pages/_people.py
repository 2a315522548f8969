"""Who lives in an area: the population as sentences, age bars and a projection."""

from __future__ import annotations

from html import escape

from dashboard.beside import BANDS, OLD, People, old_people, who_names
from dashboard.components import Column, Table, show_figure
from dashboard.context import Context
from dashboard.estimates import mark, of_figure
from dashboard.figures import alt
from dashboard.figures.projection import projection_bars
from dashboard.pages import _parts as parts
from dashboard.prose import put
from dashboard.rows import Slice

__all__ = [
    "OLD",
    "People",
    "old_people",
    "people_of",
    "people_slice",
    "show_ages",
    "show_projection",
    "tiles",
    "who_names",
]

_TILES = (
    # Each as wide as its label where there is room, so that labels take one line.
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(7.8rem,max-content));"
    "gap:.8rem 2.5rem;"
    "align-items:end;margin:.4rem 0 1rem;padding:0"
)
_LABEL = "font-size:.92rem;margin:0;padding:0"
_VALUE = (
    "font-size:clamp(1.5rem,7.4vw,2rem);line-height:1.2;margin:0;font-variant-numeric:tabular-nums"
)
_MARK = "font-size:1rem;display:block"


def people_slice(ctx: Context) -> Slice:
    """Return what ``people_of`` reads."""
    return parts.Cut("population").slice(ctx, parts.benchmarks(ctx), age=None)


def people_of(ctx: Context) -> People | None:
    """Return the population of the area and what it is compared with, ``None`` without one."""
    if "population" not in ctx.reference.indicators:
        return None
    rows = parts.with_who(ctx, ctx.store.rows(people_slice(ctx)))
    return People(rows, parts.newest(ctx, "population"))


def show_ages(ctx: Context, people: People, *, key: str, level: int = 2) -> None:
    """Draw the age bands of the area against region and country, in per cent of everybody."""
    now = [row for row in people.rows if row["period"] == people.now]
    rows = [
        row | {"value": people.share(row["age"], who=row["who"])}
        for row in parts.labelled(now, "age", {age: ctx.age_label(age) for age in BANDS})
    ]
    parts.show_bullets(
        ctx,
        rows,
        key=key,
        title=ctx.text("people.ages", year=people.now),
        subtitle=_subtitle(ctx, ctx.text("people.ages_subtitle")),
        source=ctx.source("population"),
        unit=ctx.text("people.of_all"),
        decimals=1,
        suffix="%",
        level=level,
    )


def show_projection(ctx: Context, people: People, *, key: str, level: int = 2) -> None:
    """Draw the elderly now and in the projected years."""
    years = [people.now, *people.projected]
    rows = parts.labelled(
        [row for row in people.rows if row["who"] == "area" and row["period"] in years],
        "age",
        {age: ctx.age_label(age) for age in people.old},
    )
    title = ctx.text("people.projection", first=years[0], last=years[-1])
    if parts.explain_empty(ctx, rows, title):
        return
    look = parts.look_of(ctx)
    estimated = any(row["is_estimate"] for row in rows)
    table = Table(
        [row | {"period": str(row["period"])} for row in rows],
        [
            Column("label", ctx.text("common.age")),
            Column("period", ctx.text("common.period")),
            Column("value", ctx.text("common.count")),
            Column("is_projection", ctx.text("common.projection")),
            *([Column("is_estimate", ctx.text("common.estimate"))] if estimated else []),
        ],
    )
    show_figure(
        ctx,
        projection_bars(rows, look),
        key=key,
        years=years,
        title=title,
        subtitle=_subtitle(ctx, ctx.text("people.projection_subtitle", year=people.now)),
        source=ctx.source("population"),
        alt=alt.projection_alt(rows, look, name=ctx.area.name),
        table=table,
        level=level,
    )


def _subtitle(ctx: Context, line: str) -> str:
    return " ".join(filter(None, [line, of_figure(ctx.text, ctx.area)]))


def tiles(ctx: Context, people: People) -> None:
    """Draw the four numbers of a first glance."""
    number, text = ctx.number, ctx.text
    shown = [
        (text("people.tile_all", year=people.now), "all", people.now),
        (text("people.tile_80", year=people.now), "80+", people.now),
    ]
    shown += [(text("people.tile_later", year=year), "80+", year) for year in people.projected[-1:]]
    values = [
        (label, number(count), people.is_estimate(age, year=year))
        for label, age, year in shown
        if (count := people.count(age, year=year)) is not None
    ]
    share = people.share("80+")
    if share is not None:
        estimate = people.is_estimate("80+", "all")
        values.insert(2, (text("people.tile_share"), number.percent(share), estimate))
    # Streamlit's own metric cuts long labels off and stands four in a column on a phone.
    cells = "".join(
        f'<div><dt style="{_LABEL}">{escape(label)}</dt><dd style="{_VALUE}">{escape(value)}'
        f'<small style="{_MARK}">{escape(mark(text, estimate=estimate))}</small></dd></div>'
        for label, value, estimate in values
    )
    put(f'<dl style="{_TILES}">{cells}</dl>')
