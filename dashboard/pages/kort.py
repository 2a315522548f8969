"""Kort: any indicator over clusters, councils, regions or municipalities."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components import show_table
from dashboard.context import Context, Page
from dashboard.pages import _maps as maps
from dashboard.pages import _parts as parts
from warehouse.pages import measures

PAGE = Page(slug="kort", order=20, title="kort.title")

_COUNTRY = "land"
#: Order of the table: column, and whether the highest comes first.
_ORDERS = {"high": ("value", True), "low": ("value", False), "name": ("name", False)}


def render(ctx: Context) -> None:
    """Draw the page."""
    ctx.heading("kort.intro")
    indicators = _by_theme(ctx)
    if not indicators:
        st.info(ctx.text("parts.no_data"))
        return
    left, right = st.columns(2)
    with left:
        indicator = ctx.pick(
            "indicator",
            indicators,
            label="common.indicator",
            format_func=lambda i: _indicator_label(ctx, i),
            default="population_80plus_share",
        )
    with right:
        geographies = [g for g in ctx.reference.known.areas if g != _COUNTRY]
        own = ctx.selection.geography
        geography = ctx.pick(
            "map",
            geographies,
            label="kort.geography",
            format_func=lambda g: ctx.localised(ctx.reference.geographies[g], "title"),
            default=own if own != _COUNTRY else parts.CLUSTERS,
        )
    cut = _choices(ctx, indicator, geography)
    if cut is None:
        st.info(
            ctx.text(
                "parts.nothing_missing",
                what=parts.title_of(ctx, parts.Cut(indicator)),
                area=ctx.localised(ctx.reference.geographies[geography], "title"),
            )
        )
        return
    chart, table = st.columns([3, 2], gap="large")
    with chart:
        maps.show_map(ctx, cut, geography=geography, key="kort")
        parts.caveat(ctx, indicator)
    with table:
        _table(ctx, cut, geography)


def _by_theme(ctx: Context) -> list[str]:
    """Return all indicators: real before made up, then by theme."""
    rows = ctx.reference.indicators
    themes = ["population", "sectors", "elderly", "children", "chronic", "health_profile"]
    return sorted(
        rows, key=lambda i: (rows[i]["is_demo"], themes.index(rows[i]["theme"]), rows[i]["sort"])
    )


def _indicator_label(ctx: Context, indicator: str) -> str:
    row = ctx.reference.indicators[indicator]
    label = f"{ctx.text('common.themes.' + row['theme'])}: {ctx.localised(row, 'title')}"
    return f"{label} ({ctx.text('kort.demo')})" if row["is_demo"] else label


def _choices(ctx: Context, indicator: str, geography: str) -> parts.Cut | None:
    """Draw the choices an indicator has; ``None`` when it has no figures here at all."""
    row = ctx.reference.indicators[indicator]
    columns = st.columns(4)
    age, sector, sex = row["default_age"], row["default_sector"], "all"
    if len(row["ages"]) > 1:
        with columns[1]:
            age = ctx.pick("age", row["ages"], label="common.age", format_func=ctx.age, default=age)
    if len(row["sectors"]) > 1:
        with columns[2]:
            sector = ctx.pick(
                "sector",
                row["sectors"],
                label="common.sector",
                format_func=ctx.sector,
                default=sector,
            )
    if len(row["sexes"]) > 1:
        with columns[3]:
            sex = ctx.pick("sex", row["sexes"], label="common.sex", format_func=ctx.sex)
    years = (
        ctx.warehouse.sql(
            "SELECT DISTINCT period FROM measures WHERE indicator_id = ? AND geography = ? "
            "AND age = ? AND sector = ? AND sex = ? AND standardisation = 'crude' "
            "ORDER BY period DESC",
            [indicator, geography, age, sector, sex],
        )["period"]
        .cast(pl.String)
        .to_list()
    )
    if not years:
        return None
    with columns[0]:
        last = str(row["last_period"])
        year = ctx.pick("year", years, label="common.period", default=last)
    return parts.Cut(indicator, int(year), age, sector, sex)


def _table(ctx: Context, cut: parts.Cut, geography: str) -> None:
    """Draw the map's areas as a table in the order the reader chooses."""
    order = ctx.pick(
        "sort",
        list(_ORDERS),
        label="kort.sort",
        format_func=lambda o: ctx.text(f"kort.sort_{o}"),
        widget="radio",
    )
    frame = measures(
        ctx.warehouse, cut.indicator, geography=geography, period=cut.period, **cut.filled(ctx)
    )
    column, high_first = _ORDERS[order]
    if order != "name":
        frame = frame.sort(column, descending=high_first, nulls_last=True, maintain_order=True)
    _, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    title = f"{parts.title_of(ctx, cut)}. {parts.subtitle_of(ctx, cut, str(cut.period))}"
    table = maps.area_table(frame, ctx, decimals)
    show_table(ctx, type(table)(table.frame, table.columns, title))
