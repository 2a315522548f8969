"""Kort: any indicator over clusters, councils, regions or municipalities, one map or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import url
from dashboard.components import Column, Table, file_of, saved_as, show_table, subject_of
from dashboard.context import Context, Page
from dashboard.figures.hover import value_text
from dashboard.figures.style import by_value
from dashboard.pages import _choosing as choosing
from dashboard.pages import _maps as maps
from dashboard.pages import _parts as parts
from dashboard.prose import note, prose, together
from dashboard.sentences import difference

PAGE = Page(slug="kort", order=20, title="kort.title")

_DEFAULT = "population_80plus_share"
_TILED = "kommuner"
_BESIDE = ("none", "year", "indicator")
#: Pixels of the one map on a desk.
_TALL, _WIDE = 780, 760
_ORDERS = ("high", "low", "name")
#: Of year with its two steps, colours, what stands beside, and shape.
_WIDTHS = (2.1, 1.6, 1.5, 1.6)


def render(ctx: Context) -> None:
    """Draw the page."""
    indicators = choosing.by_theme(ctx, lambda row: True)
    with together():
        ctx.heading("kort.intro")
        if not indicators:
            note(ctx.text("parts.no_data"))
            return
    # Two maps need the page's whole width; beside one there is room for the choices.
    pair = ctx.chosen("beside", _BESIDE) != "none"
    if pair:
        top = st.container()
        chart: DeltaGenerator | None = None
    else:
        chart, top = st.columns([3.2, 1.2], gap="medium")
    with top:
        chosen = _choices(ctx, indicators, pair=pair)
    if chosen is None:
        return
    cut, geography, options, beside, years = chosen
    if beside != "none":
        _two(ctx, cut, geography, options, _other(ctx, cut, beside, indicators, years))
        return
    alone = ctx.selection.get("chart") is not None
    _here_slice(ctx, cut, geography)
    with chart or top, together():
        _here(ctx, cut)
        maps.show_map(ctx, cut, key="kort", with_table=alone, height=_TALL, width=_WIDE, **options)
        parts.caveat(ctx, cut.indicator)
    _table(ctx, cut, geography)


def _choices(
    ctx: Context, indicators: list[str], *, pair: bool
) -> tuple[parts.Cut, str, dict[str, Any], str, Sequence[int]] | None:
    """Draw the choices; ``None`` where there is nothing to show of what is chosen."""
    left, right = st.columns([3, 2]) if pair else (st.container(), st.container())
    with left:
        indicator = choosing.pick_indicator(ctx, indicators, default=_DEFAULT)
    with right:
        own = ctx.selection.geography
        geography = ctx.pick(
            "map",
            [g for g, row in ctx.reference.geographies.items() if row["level"] != "country"],
            label="kort.geography",
            format_func=lambda g: ctx.localised(ctx.reference.geographies[g], "title"),
            default=ctx.reference.known.default_geography if ctx.area.level == "country" else own,
        )
    cut, years = choosing.pick_whom(ctx, indicator, geography)
    if not years:
        title = ctx.localised(ctx.reference.geographies[geography], "title")
        what = parts.title_of(ctx, parts.Cut(indicator))
        note(ctx.text("parts.nothing_missing", what=what, area=title))
        return None
    several = _WIDTHS if geography == _TILED else 3
    columns = st.columns(several) if pair else [st.container() for _ in range(4)]
    with columns[0]:
        last = min(parts.newest(ctx, indicator), years[-1])
        cut = replace(cut, period=_year(ctx, years, choosing.year_near(ctx, years, last)))
    shape, by, beside = _how(ctx, cut, geography, columns[1:])
    options = {"by": by, "tiles": shape == "tiles", "geography": geography}
    return cut, geography, options, beside, years


def _two(
    ctx: Context, cut: parts.Cut, geography: str, options: dict[str, Any], other: parts.Cut
) -> None:
    """Draw two maps beside each other; of one indicator they share their shades."""
    pair = [maps.map_slice(ctx, c, geography) for c in (cut, other)]
    ctx.store.fetch(pair)
    shared = cut.indicator == other.indicator
    for column, shown, mate, key in zip(
        st.columns(2, gap="large"), (cut, other), (1, 0), ("kort", "kort-2"), strict=True
    ):
        with column, together():
            second = pair[mate] if shared else None
            maps.show_map(ctx, shown, key=key, other=second, **options)
            if not shared:
                parts.caveat(ctx, shown.indicator)
    if shared:
        parts.caveat(ctx, cut.indicator)


def _year(ctx: Context, years: Sequence[int], default: int) -> int:
    """Draw the years as a list and as steps."""
    newest_first = [str(y) for y in reversed(years)]
    with st.container(key="kb-years", horizontal=True, vertical_alignment="bottom", gap="small"):
        year = int(ctx.pick("year", newest_first, label="common.period", default=str(default)))
        at = years.index(year)
        for step, sign in ((-1, "earlier"), (1, "later")):
            if 0 <= at + step < len(years):
                there = years[at + step]
                label = ctx.text(f"kort.{sign}", year=there)
                st.button(label, key=f"step-{sign}", on_click=_go_to, args=(ctx, there))
    return year


def _go_to(ctx: Context, year: int) -> None:
    url.write(ctx.selection.with_values(period=year))


def _how(
    ctx: Context, cut: parts.Cut, geography: str, columns: Sequence[DeltaGenerator]
) -> tuple[str, str, str]:
    """Draw the choices of how: shapes or tiles, classes, and what stands beside."""
    has_interval = bool(ctx.reference.indicators[cut.indicator]["has_interval"])
    shape = "shapes"
    with columns[0]:
        by = ctx.pick(
            "classes",
            ["quantile", "equal", *(["compared"] if has_interval else [])],
            label="kort.classes",
            format_func=lambda o: ctx.text(f"kort.classes_{o}"),
        )
    with columns[1]:
        beside = ctx.pick(
            "beside",
            _BESIDE,
            label="kort.beside",
            format_func=lambda o: ctx.text(f"kort.beside_{o}"),
        )
    if geography == _TILED:
        with columns[2]:
            shape = ctx.pick(
                "shape",
                ["shapes", "tiles"],
                label="kort.shape",
                format_func=lambda o: ctx.text(f"kort.shape_{o}"),
            )
    return shape, by, beside


def _other(
    ctx: Context, cut: parts.Cut, beside: str, indicators: list[str], years: Sequence[int]
) -> parts.Cut:
    """Draw the choice of the second map."""
    if beside == "year":
        options = [str(y) for y in years if y != cut.period] or [str(cut.period)]
        # Years before the trend begins lack several areas: a map of them is mostly empty.
        first = ctx.reference.indicators[cut.indicator]["trend_from"] or 0
        default = next((y for y in options if int(y) >= first), options[0])
        year = ctx.pick("year2", options, label="kort.second_year", default=default)
        return replace(cut, period=int(year))
    others = [i for i in indicators if i != cut.indicator] or [cut.indicator]
    indicator = choosing.pick_indicator(
        ctx, others, default=others[0], key="indicator2", label="kort.second_indicator"
    )
    return parts.Cut(indicator)


def _here_slice(ctx: Context, cut: parts.Cut, geography: str) -> None:
    """Read the map and, beside it, the area's number and the country's in one query."""
    own = cut.slice(ctx, (ctx.area.id, parts.COUNTRY), cut.period)
    ctx.store.fetch([own, maps.map_slice(ctx, cut, geography)])


def _here(ctx: Context, cut: parts.Cut) -> None:
    """Say the area's number and the country's, whichever areas the map shows."""
    if ctx.area.id == parts.COUNTRY:
        return
    piece = cut.slice(ctx, (ctx.area.id, parts.COUNTRY), cut.period)
    found = {row["area_id"]: row for row in ctx.store.rows(piece)}
    own, country = found.get(ctx.area.id), found.get(parts.COUNTRY)
    if own is None or country is None or parts.is_demo(ctx, cut.indicator):
        return  # made-up figures say nothing of the area
    look = parts.look_of(ctx)
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    unit_id = ctx.reference.indicators[cut.indicator]["unit"]
    shown = "%" if unit_id == "per_cent" else unit
    values = [value_text(row, look, decimals=decimals, unit=shown) for row in (own, country)]
    said = [ctx.text("kort.here", area=ctx.area.name, value=values[0], country=values[1])]
    if own["vs_country"]:
        benchmark = ctx.text("kort.the_countrys")
        compared = ctx.text(f"common.comparison.{own['vs_country']}", benchmark=benchmark)
        said.append(ctx.text("kort.here_compared", compared=compared))
    elif unit_id != "persons":
        two = (own["value"], country["value"])
        gap = difference(ctx.text, ctx.number, *two, decimals, unit_id)
        said += [ctx.text("kort.here_gap", gap=gap)] if gap else []
    prose(" ".join(said))


def _table(ctx: Context, cut: parts.Cut, geography: str) -> None:
    """Draw the map's areas as a table in the order the reader chooses."""
    order = ctx.pick(
        "sort",
        _ORDERS,
        label="kort.sort",
        format_func=lambda o: ctx.text(f"kort.sort_{o}"),
        widget="radio",
    )
    rows = ctx.store.rows(maps.map_slice(ctx, cut, geography))
    if order != "name":
        rows = by_value(rows, high_first=order == "high")
    _, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    title = f"{parts.title_of(ctx, cut)}. {parts.subtitle_of(ctx, cut, str(cut.period))}"
    columns = [
        Column("name", ctx.text("common.area")),
        Column("value", ctx.text("common.value"), decimals),
    ]
    if any(row["lower"] is not None for row in rows):
        for row in rows:
            limits = row["lower"], row["upper"]
            row["interval"] = None if limits[0] is None else ctx.number.interval(*limits, decimals)
        columns.append(Column("interval", ctx.text("kort.interval"), status=None, right=True))
    is_demo = parts.is_demo(ctx, cut.indicator)
    subject = subject_of(ctx, [row["period"] for row in rows], geography)
    notes = [
        ctx.text("common.demo.badge") if is_demo else "",
        subject.said(ctx.text),
        ctx.text("common.source_line", source=ctx.source(cut.indicator)),
    ]
    file = file_of(ctx, subject, parts.title_of(ctx, cut), is_demo=is_demo)
    show_table(ctx, Table(rows, columns, title), save=saved_as(file, notes))
