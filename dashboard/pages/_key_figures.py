"""The table of key figures: each indicator's newest number beside region and country, in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from dashboard import sentences
from dashboard.context import Context
from dashboard.figures.hover import short_value
from dashboard.pages import _parts as parts

Row = Mapping[str, Any]

_WRAP = "white-space:normal;min-width:4.2rem"
_GROUP = "font-weight:650;padding-top:.9rem"


def newest_rows(ctx: Context) -> dict[str, Row]:
    """Return each indicator's newest number of the area with the indicator's own row."""
    return {
        indicator: {**ctx.reference.indicators[indicator], **row}
        for indicator, row in ctx.reference.newest.get(ctx.area.id, {}).items()
    }


def show_key_figures(
    ctx: Context, *, demo: bool, themes: tuple[str, ...], caption: str, skip: str = ""
) -> None:
    """Draw the newest number of each indicator, grouped by theme.

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
        Indicators whose id ends so are left out.
    """
    order = {theme: i for i, theme in enumerate(themes)}
    rows = [
        r
        for r in newest_rows(ctx).values()
        if r["is_demo"] == demo
        and r["theme"] in order
        and not (skip and r["indicator_id"].endswith(skip))
    ]
    if not rows:
        return
    rows.sort(key=lambda r: order[r["theme"]])
    headings = [ctx.text("common.indicator"), ctx.text("common.period"), ctx.area.short_name]
    if ctx.region:
        headings.append(ctx.region.name)
    if ctx.area.id != parts.COUNTRY:
        headings += [ctx.text("common.country"), ctx.text("keyfigures.place")]
        headings.append(ctx.text("keyfigures.compared"))
    with_trend = any(row["trend"] for row in rows)
    if with_trend:
        headings.append(ctx.text("keyfigures.trend"))
    head = "".join(f'<th scope="col" style="{_WRAP}">{escape(h)}</th>' for h in headings)
    body = ""
    for theme, group in groupby(rows, key=lambda r: r["theme"]):
        if len(themes) > 1:
            name = escape(ctx.text(f"common.themes.{theme}"))
            span = f'scope="rowgroup" colspan="{len(headings)}"'
            body += f'<tr><th {span} style="{_GROUP}">{name}</th></tr>'
        body += "".join(_html_row(ctx, row, with_trend=with_trend) for row in group)
    # All rows at once: this table is the page, not what lies behind a figure.
    st.html(
        f'<div class="kb-table-box" style="max-height:none" role="region" tabindex="0" '
        f'aria-label="{escape(caption)}"><table class="kb-table kb-keys">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_row(ctx: Context, row: Row, *, with_trend: bool) -> str:
    decimals = row["decimals"]
    number = ctx.number
    age = "" if row["age"] == "all" else f", {ctx.age(row['age'])}"
    unit = ctx.localised(row, "unit")
    value = escape(short_value(row, parts.look_of(ctx), decimals=decimals))
    if row["lower"] is not None and row["upper"] is not None:
        # On a line of its own: on a phone the number itself must fit.
        limits = number.interval(row["lower"], row["upper"], decimals)
        value += f'<br><span class="kb-source kb-limits">({escape(limits)})</span>'
    cells = []
    if ctx.region:
        cells.append(number(row["region_value"], decimals))
    if ctx.area.id != parts.COUNTRY:
        cells.append(number(row["country_value"], decimals))
    rest = f'{_cell(str(row["period"]))}<td class="kb-wrap">{value}</td>'
    rest += "".join(_cell(cell) for cell in cells)
    if ctx.area.id != parts.COUNTRY:
        said = escape(_compared(ctx, row))
        rest += f'<td>{_place(row)}</td><td class="kb-wrap kb-said">{said}</td>'
    if with_trend:
        none = ctx.text("keyfigures.none")
        rest += _cell(ctx.text(f"common.trend.{row['trend']}") if row["trend"] else none)
    title = f"{ctx.localised(row, 'title')}{age}"
    return (
        f'<tr><th scope="row">{escape(title)}<br>'
        f'<span class="kb-source">{escape(unit)}</span></th>{rest}</tr>'
    )


def _cell(text: str) -> str:
    return f'<td class="kb-wrap">{escape(text)}</td>'


def _place(row: Row) -> str:
    """Draw where the area stands between region and country, with its interval.

    Marks differ in shape and the numbers stand in the cells beside, so that it is left out for
    screen readers. Each row has a scale of its own, which does not begin at zero.
    """
    value, country = row["value"], row["country_value"]
    if value is None or country is None or row["unit"] == "persons":
        return ""
    shown = [row[c] for c in ("value", "lower", "upper", "region_value", "country_value")]
    known = [v for v in shown if v is not None]
    low, high = min(known), max(known)
    # A tiny difference must not look large: the scale spans a fifth of the country's number.
    room = max(high - low, 0.2 * abs(country)) or 1.0
    start = (low + high - room) / 2

    def at(number: float) -> str:
        return f"{4 + 92 * (number - start) / room:.0f}%"

    marks = ""
    if row["lower"] is not None and row["upper"] is not None:
        width = f"calc({at(row['upper'])} - {at(row['lower'])})"
        marks += f'<i class="kb-range" style="left:{at(row["lower"])};width:{width}"></i>'
    marks += f'<i class="kb-country" style="left:{at(country)}"></i>'
    if row["region_value"] is not None:
        marks += f'<i class="kb-region" style="left:{at(row["region_value"])}"></i>'
    marks += f'<i class="kb-area" style="left:{at(value)}"></i>'
    return f'<span class="kb-place" aria-hidden="true">{marks}</span>'


def _compared(ctx: Context, row: Row) -> str:
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
