"""The table of key figures: each indicator's newest number beside region and country, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard import sentences
from dashboard.components import Column, Table, html_table
from dashboard.context import Context
from dashboard.figures.hover import short_value
from dashboard.pages import _parts as parts
from warehouse.pages import key_figures


def newest_rows(ctx: Context) -> dict[str, dict[str, Any]]:
    """Return each indicator's newest number of the area, beside region and country."""
    frame = key_figures(ctx.warehouse, ctx.area.id)
    return {row["indicator_id"]: row for row in frame.iter_rows(named=True)}


def show_key_figures(
    ctx: Context, *, demo: bool, themes: tuple[str, ...], caption: str, skip: tuple[str, ...] = ()
) -> bool:
    """Draw the newest number of each indicator; return whether there was any.

    Parameters
    ----------
    ctx
        The page's context.
    demo
        Made-up figures, or real ones: never both in one table.
    themes
        Themes, in the order shown.
    caption
        What the table holds.
    skip
        Indicators shown elsewhere on the page.
    """
    order = {theme: i for i, theme in enumerate(themes)}
    rows = [
        r
        for r in newest_rows(ctx).values()
        if r["is_demo"] == demo and r["theme"] in order and r["indicator_id"] not in skip
    ]
    rows.sort(key=lambda r: order[r["theme"]])
    if not rows:
        return False
    has_country = ctx.area.id != parts.COUNTRY
    columns = [
        Column("title", ctx.text("common.indicator")),
        Column("year", ctx.text("common.period")),
        Column("value", ctx.area.short_name),
    ]
    if ctx.region:
        columns.append(Column("region", ctx.region.name))
    if has_country:
        columns.append(Column("country", ctx.text("common.country")))
        columns.append(Column("compared", ctx.text("keyfigures.compared")))
    columns.append(Column("trend", ctx.text("keyfigures.trend")))
    said = pl.DataFrame([_row(ctx, r) for r in rows])
    table = html_table(Table(said, columns, caption), ctx.text, ctx.number)
    # All rows at once: this table is the page, not what lies behind a figure.
    st.html(table.replace("kb-table-box", "kb-table-whole", 1))
    return True


def _row(ctx: Context, row: Mapping[str, Any]) -> dict[str, str]:
    decimals = row["decimals"]
    text, number = ctx.text, ctx.number
    title = ctx.localised(row, "title")
    age = "" if row["age"] == "all" else f", {ctx.age(row['age'])}"
    value = short_value(row, parts.look_of(ctx), decimals=decimals)
    if row["lower"] is not None and row["upper"] is not None:
        value += f" ({number.interval(row['lower'], row['upper'], decimals)})"
    return {
        "title": f"{title}{age} ({ctx.localised(row, 'unit')})",
        "year": str(row["period"]),
        "value": value,
        "region": number(row["region_value"], decimals),
        "country": number(row["country_value"], decimals),
        "compared": _compared(ctx, row),
        "trend": text(f"common.trend.{row['trend']}") if row["trend"] else text("keyfigures.none"),
    }


def _compared(ctx: Context, row: Mapping[str, Any]) -> str:
    """Say how the area stands against the country: by its interval, or else the bare difference."""
    text = ctx.text
    if row["vs_country"]:
        key = f"common.comparison.{row['vs_country']}"
        said = text(key, benchmark=text("keyfigures.the_country"))
    elif row["unit"] == "persons":
        said = ""
    else:
        value, other = row["value"], row["country_value"]
        said = sentences.difference(text, ctx.number, value, other, row["decimals"])
    direction = ctx.direction(row["indicator_id"])
    if said and direction:
        said += f" ({direction.lower()})"
    return said or text("keyfigures.none")
