"""Sammenlign: all areas of a kind beside each other, and what such a comparison does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dashboard.components import Column, Table, show_figure
from dashboard.context import Context, Page
from dashboard.estimates import is_estimate
from dashboard.figures import alt
from dashboard.figures.bars import ranked_bars
from dashboard.figures.funnel import funnel, funnel_alt, located
from dashboard.figures.style import by_value
from dashboard.pages import _choosing as choosing
from dashboard.pages import _comparing as comparing
from dashboard.pages import _parts as parts
from dashboard.prose import heading, note, prose, together
from dashboard.rows import Row
from warehouse.read.funnel import KINDS, effective_people, rank_range, spread_between

PAGE = Page(slug="sammenlign", order=60, title="sammenlign.title")
_DEFAULT = "population_80plus_share"
_PUBLISHED = "published"
#: Kinds whose counts are known, where they have an interval.
_FUNNELLED = (*KINDS, _PUBLISHED)
_FUNNEL = "hospital_stays_12h_per_100"
_CAUTIONS = ("rank", "colour", "age", "cause", "many")


def render(ctx: Context) -> None:
    """Draw the page."""
    geography = ctx.selection.geography
    with together():
        ctx.heading("sammenlign.intro")
        if not ctx.reference.indicators:
            note(ctx.text("parts.no_data"))
            return
        if ctx.area.level == "country":
            geography = ctx.reference.known.default_geography
            note(ctx.text("sammenlign.country", areas=_kind(ctx, geography)))
    views = {
        "rank": _ranked,
        "funnel": _funnel,
        "heat": comparing.show_heat,
        "pair": comparing.show_pair,
        "similar": comparing.show_similar,
    }
    view = ctx.pick(
        "view",
        list(views),
        label="sammenlign.view",
        format_func=lambda v: ctx.text(f"sammenlign.view_{v}"),
        widget="radio",
    )
    views[view](ctx, geography)
    with together():
        heading(ctx.text("sammenlign.caution"))
        prose("\n".join(f"- {ctx.text(f'sammenlign.caution_{c}')}" for c in _CAUTIONS))


def _kind(ctx: Context, geography: str) -> str:
    return ctx.localised(ctx.reference.geographies[geography], "title")


def _rows(ctx: Context, cut: parts.Cut, geography: str) -> list[Row]:
    """Return a cut's numbers for all areas, for the area's region and for the country."""
    areas = dict.fromkeys([*ctx.reference.known.areas[geography], *parts.benchmarks(ctx)])
    return parts.with_who(ctx, ctx.store.rows(cut.slice(ctx, areas, cut.period)))


def _peers(ctx: Context, rows: Iterable[Row], geography: str) -> list[Row]:
    """Return the rows of the geography's own areas that have a number."""
    own = set(ctx.reference.known.areas[geography])
    return [row for row in rows if row["area_id"] in own and row["value"] is not None]


def _title(ctx: Context, cut: parts.Cut, geography: str, key: str) -> str:
    return ctx.text(key, title=parts.title_of(ctx, cut), areas=_kind(ctx, geography))


def _ranked(ctx: Context, geography: str) -> None:
    """Draw every area from the highest to the lowest, with the place of the area shown."""
    indicators = choosing.by_theme(ctx, lambda _: True)
    cut = choosing.pick_cut(ctx, indicators, geography, default=_DEFAULT)
    rows = _rows(ctx, cut, geography)
    title = _title(ctx, cut, geography, "sammenlign.rank_title")
    if parts.explain_empty(ctx, rows, title):
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    places = _places(_peers(ctx, rows, geography))
    said = _place_in_words(ctx, rows, places, cut.indicator)
    if said and not parts.is_demo(ctx, cut.indicator):
        prose(said)
    placed = [row | {"place": places.get(row["area_id"], (None,))[0]} for row in by_value(rows)]
    table = parts.table_of(ctx, placed, decimals, ("name", "common.area"))
    place = Column("place", ctx.text("sammenlign.place"), status=None)
    show_figure(
        ctx,
        ranked_bars(rows, look, unit=unit, decimals=decimals),
        key=f"sammenlign.{cut.indicator}",
        years=[row["period"] for row in rows],
        among=geography,
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(cut.period)),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(
            rows, look, title=title, unit=parts.unit_with_age(ctx, cut), decimals=decimals
        ),
        table=Table(table.frame, [table.columns[0], place, *table.columns[1:]]),
        is_demo=parts.is_demo(ctx, cut.indicator),
    )
    parts.caveat(ctx, cut.indicator)


def _places(peers: list[Row]) -> dict[str, tuple[int, int, int]]:
    """Return each area's place, and the best and last place its interval leaves open."""
    values, lower, upper = (
        [row["value"] if row[column] is None else row[column] for row in peers]
        for column in ("value", "lower", "upper")
    )
    ranges = (found.tolist() for found in rank_range(values, lower, upper))
    return dict(zip((row["area_id"] for row in peers), zip(*ranges, strict=True), strict=True))


def _place_in_words(
    ctx: Context, rows: Iterable[Row], places: dict[str, tuple[int, int, int]], indicator: str
) -> str:
    """Say the place of the area shown, and how far the place can be trusted."""
    if ctx.area.id not in places:
        return ""
    row = next(row for row in rows if row["area_id"] == ctx.area.id)
    place, best, last = places[ctx.area.id]
    said = ctx.text("sammenlign.place_is", name=row["name"], place=place, count=len(places))
    if is_estimate(row):
        return f"{said} {ctx.text('sammenlign.place_estimate')}"
    if ctx.reference.indicators[indicator]["theme"] == "population":
        return said  # everybody is counted: nothing is left to chance
    if row["lower"] is None:
        return f"{said} {ctx.text('sammenlign.place_unsure')}"
    if best == last:
        return f"{said} {ctx.text('sammenlign.place_sure')}"
    between = ctx.text("sammenlign.place_between", best=best, last=last)
    return f"{said} {between}"


def _funnel(ctx: Context, geography: str) -> None:
    """Draw areas by size, with the lines chance alone would keep to."""
    indicators = choosing.by_theme(
        ctx, lambda r: r["kind"] in _FUNNELLED and bool(r["has_interval"])
    )
    if not indicators:
        note(ctx.text("sammenlign.funnel_none"))
        return
    prose(ctx.text("sammenlign.funnel_intro"))
    cut = choosing.pick_cut(ctx, indicators, geography, default=_FUNNEL)
    rows = _rows(ctx, cut, geography)
    own = set(ctx.reference.known.areas[geography])
    target = next((row["value"] for row in rows if row["area_id"] == parts.COUNTRY), None)
    rows = [row for row in rows if row["area_id"] in own]
    title = _title(ctx, cut, geography, "sammenlign.funnel_title")
    if target is None or parts.explain_empty(ctx, rows, title):
        return
    multiplier = float(ctx.reference.indicators[cut.indicator]["multiplier"])
    if cut.standardisation != "crude":
        values, lower, upper = _arrays(rows, "value", "lower", "upper")
        sizes = effective_people(values, lower, upper, multiplier)
        rows = [
            row | {"population": None if np.isnan(size) else float(size)}
            for row, size in zip(rows, sizes, strict=True)
        ]
    lines = _lines(ctx.reference.indicators[cut.indicator], cut, rows, target)
    rows = located(rows, **lines)
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    if all(row["place"] is None for row in rows):
        note(ctx.text("sammenlign.funnel_few"))
        return
    shown = [
        row | {"words": ctx.text(f"comparing.funnel.{row['place']}") if row["place"] else None}
        for row in by_value(rows)
    ]
    table = parts.table_of(ctx, shown, decimals, ("name", "common.area"))
    show_figure(
        ctx,
        funnel(rows, look, unit=unit, decimals=decimals, **lines),
        key=f"sammenlign.funnel.{cut.indicator}",
        years=[row["period"] for row in rows],
        among=geography,
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(cut.period)),
        source=ctx.source(cut.indicator),
        alt=funnel_alt(
            rows, look, title=title, unit=parts.unit_with_age(ctx, cut), decimals=decimals
        ),
        table=Table(
            table.frame,
            [
                *table.columns,
                Column("population", ctx.text("comparing.funnel.people")),
                Column("words", ctx.text("sammenlign.funnel_where")),
            ],
        ),
        is_demo=parts.is_demo(ctx, cut.indicator),
    )
    said = ["funnel_spread" if lines["between"] else "funnel_chance", "funnel_note"]
    if cut.standardisation != "crude":
        said.append("funnel_people")
    prose(" ".join(ctx.text(f"sammenlign.{key}") for key in said))
    parts.caveat(ctx, cut.indicator)


def _lines(
    indicator: Mapping[str, Any], cut: parts.Cut, rows: list[Row], target: float
) -> dict[str, Any]:
    """Return what the lines are drawn by, with how far the areas lie apart beyond chance.

    A published share counts people, each once; a standardised one is drawn as a rate.
    """
    kind = indicator["kind"] if cut.standardisation == "crude" else "rate"
    lines = {
        "kind": "proportion" if kind == _PUBLISHED else kind,
        "target": target,
        "multiplier": indicator["multiplier"],
    }
    values, people = _arrays(rows, "value", "population")
    return lines | {"between": spread_between(values=values, n=people, **lines)}


def _arrays(rows: list[Row], *columns: str) -> list[np.ndarray]:
    return [np.array([row[column] for row in rows], np.float64) for column in columns]
