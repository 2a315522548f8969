"""A key figure among all areas of its kind: the spine beside each row."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from content.spine import Spread, spread
from dashboard.context import Context

Row = Mapping[str, Any]
_COMPARED = ("value", "lower", "upper", "region_value", "country_value")


def spine(ctx: Context, row: Row) -> str:
    """Draw where an area lies among all of its kind, with region, country and its interval.

    The pale bar reaches from the lowest to the highest area, its dark part holds the middle half,
    the white notch is the middle area. The mark's shape and colour say how the area compares with
    the country. Each row has a scale of its own, which does not begin at zero.

    Parameters
    ----------
    ctx
        The page's context.
    row
        A key figure; where it has a value adjusted for age, that one is drawn.

    Returns
    -------
    str
        HTML; empty where the area or the country has no figure. The spread is told to screen
        readers in words, the other numbers stand in the cells beside.
    """
    among = _spread(ctx, row)
    if row["age_value"] is not None:
        row = {**row, **{name: row[f"age_{name}"] for name in _COMPARED}}
    value, country = row["value"], row["country_value"]
    if value is None or country is None:
        return ""
    known = [v for name in _COMPARED if (v := row[name]) is not None]
    if among:
        known += [among.lowest, among.highest]
    low, high = min(known), max(known)
    # A tiny difference must not look large: the scale spans a fifth of the country's number.
    room = max(high - low, 0.2 * abs(country)) or 1.0
    start = (low + high - room) / 2

    def at(number: float) -> float:
        return round(4 + 92 * float(number - start) / room, 1)

    def stretch(name: str, first: float, last: float) -> str:
        left = at(first)
        width = min(max(at(last) - left, 2.0), 96.0)
        # How CSS counts the place of a background that is so wide.
        return f"--{name}l:{100 * left / (100 - width):.0f}%;--{name}w:{width:.0f}%;"

    # The stylesheet draws the marks, all in one element: a page has fifty of these.
    marks = f"--a:{at(value)}%;--c:{at(country)}%;"
    kinds = ["kb-spine", f"kb-is-{_against(ctx, row, value - country)}"]
    if row["region_value"] is not None:
        marks += f"--r:{at(row['region_value'])}%;"
        kinds.append("kb-three")
    if row["lower"] is not None and row["upper"] is not None:
        marks += stretch("i", row["lower"], row["upper"])
    told = ""
    if among:
        marks += stretch("h", among.lowest, among.highest)
        marks += stretch("q", among.quarter, among.three_quarters)
        marks += f"--m:{at(among.middle)}%;"
        told = f'<span class="kb-told">{escape(_in_words(ctx, row, among))}</span>'
    return f'<span class="{" ".join(kinds)}" style="{marks}" aria-hidden="true"></span>{told}'


def _against(ctx: Context, row: Row, difference: float) -> str:
    """Return how the area compares: by its interval, or plainly where everybody is counted."""
    if row["vs_country"] is not None:
        return str(row["vs_country"])
    is_fact = ctx.reference.indicators[row["indicator_id"]]["is_full_count"]
    if not is_fact or row["is_estimate"]:
        return "unknown"
    return "similar" if difference == 0 else "higher" if difference > 0 else "lower"


def _in_words(ctx: Context, row: Row, among: Spread) -> str:
    low, middle, high = (
        ctx.number(number, row["decimals"])
        for number in (among.lowest, among.middle, among.highest)
    )
    return ctx.text("keyfigures.spine", count=among.count, low=low, middle=middle, high=high)


def _spread(ctx: Context, row: Row) -> Spread | None:
    """Return the spread over the areas of the kind, worked out once for each warehouse file."""
    indicator, geography = row["indicator_id"], ctx.area.geography
    newest = ctx.reference.newest
    others = (newest.get(area, {}).get(indicator) for area in ctx.reference.known.areas[geography])
    key = ("spread", geography, indicator, row["period"], row["age_value"] is None)
    return ctx.warehouse.once(key, lambda _: spread(row, (r for r in others if r is not None)))
