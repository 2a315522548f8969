"""Kort: any indicator over clusters, councils, regions or municipalities."""

from __future__ import annotations

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import Column, Table, show_table
from dashboard.context import Context, Page
from dashboard.pages import _maps as maps
from dashboard.pages import _parts as parts

PAGE = Page(slug="kort", order=20, title="kort.title")

_COUNTRY = "land"
_LISTS = {"age": "ages", "sector": "sectors", "sex": "sexes"}
#: Order of the table: column, and whether the highest comes first.
_ORDERS = {"high": ("value", True), "low": ("value", False), "name": ("name", False)}


def render(ctx: Context) -> None:
    """Draw the page."""
    ctx.heading("kort.intro")
    indicators = _by_theme(ctx)
    if not indicators:
        st.info(ctx.text("parts.no_data"))
        return
    left, middle, right = st.columns([3, 2, 1])
    with left:
        indicator = ctx.pick(
            "indicator",
            indicators,
            label="common.indicator",
            format_func=lambda i: _indicator_label(ctx, i),
            default="population_80plus_share",
        )
    with middle:
        geographies = [g for g in ctx.reference.known.areas if g != _COUNTRY]
        own = ctx.selection.geography
        geography = ctx.pick(
            "map",
            geographies,
            label="kort.geography",
            format_func=lambda g: ctx.localised(ctx.reference.geographies[g], "title"),
            default=own if own != _COUNTRY else parts.CLUSTERS,
        )
    cut = _choices(ctx, indicator, geography, right)
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


def _choices(
    ctx: Context, indicator: str, geography: str, place_of_year: DeltaGenerator
) -> parts.Cut | None:
    """Draw the choices an indicator has; ``None`` when it has no figures here at all."""
    row = ctx.reference.indicators[indicator]
    chosen = {"age": row["default_age"], "sector": row["default_sector"], "sex": "all"}
    names = {"age": ctx.age, "sector": ctx.sector, "sex": ctx.sex}
    several = [part for part in chosen if len(row[_LISTS[part]]) > 1]
    for part, column in zip(several, st.columns(3), strict=False):
        with column:
            chosen[part] = ctx.pick(
                part,
                row[_LISTS[part]],
                label=f"common.{part}",
                format_func=names[part],
                default=chosen[part],
            )
    years = (
        ctx.warehouse.sql(
            "SELECT DISTINCT period FROM measures WHERE indicator_id = ? AND geography = ? "
            "AND age = ? AND sector = ? AND sex = ? AND standardisation = 'crude' "
            "ORDER BY period DESC",
            [indicator, geography, chosen["age"], chosen["sector"], chosen["sex"]],
        )["period"]
        .cast(pl.String)
        .to_list()
    )
    if not years:
        return None
    with place_of_year:
        last = str(row["last_period"])
        year = ctx.pick("year", years, label="common.period", default=last)
    return parts.Cut(indicator, int(year), **chosen)


def _table(ctx: Context, cut: parts.Cut, geography: str) -> None:
    """Draw the map's areas as a table in the order the reader chooses."""
    order = ctx.pick(
        "sort",
        list(_ORDERS),
        label="kort.sort",
        format_func=lambda o: ctx.text(f"kort.sort_{o}"),
        widget="radio",
    )
    frame = ctx.store.rows(maps.map_slice(ctx, cut, geography))
    column, high_first = _ORDERS[order]
    if order != "name":
        frame = frame.sort(column, descending=high_first, nulls_last=True, maintain_order=True)
    _, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    title = f"{parts.title_of(ctx, cut)}. {parts.subtitle_of(ctx, cut, str(cut.period))}"
    columns = [
        Column("name", ctx.text("common.area")),
        Column("value", ctx.text("common.value"), decimals),
    ]
    show_table(ctx, Table(frame, columns, title))
