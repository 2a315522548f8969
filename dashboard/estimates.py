"""What is said of a number that is an estimate: one rule for pages, paper and files. Pure.

A number is an estimate where a municipality is split, a part is hidden or an age band is cut: the
warehouse says so of each (``is_estimate``). A projection is something else and is called one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.format import NBSP, Numbers
from dashboard.reference import Place, Reference
from dashboard.text import Text


def is_estimate(row: Mapping[str, Any]) -> bool:
    """Return whether a row holds a number, and that number is an estimate."""
    there = row.get("status", "ok") == "ok" and row.get("value") is not None
    return bool(there and row.get("is_estimate"))


def mark(text: Text, *, estimate: bool = True) -> str:
    """Return `` (skøn)``, as it stands after a number, or nothing."""
    return f"{NBSP}({text('moedeark.estimate')})" if estimate else ""


def marked(said: str, row: Mapping[str, Any], text: Text) -> str:
    """Return a number as it is written, with the mark after it where it is an estimate."""
    return said + mark(text, estimate=is_estimate(row))


def within(said: str, row: Mapping[str, Any], text: Text) -> str:
    """Return a number with ``, skøn`` after it where it is one: for a number in brackets."""
    return f"{said}, {text('moedeark.estimate')}" if is_estimate(row) else said


def is_split(area: Place) -> bool:
    """Return whether an area holds a part of a municipality: all its numbers are estimates."""
    return bool(area.row.get("is_split"))


def why(text: Text, number: Numbers, reference: Reference, area: Place) -> str:
    """Say once on a page why all numbers of an area are estimates; empty where they are not."""
    if not is_split(area):
        return ""
    names = [
        reference.areas[municipality].name
        for _, part_of, municipality, share in reference.catchments
        if part_of == area.id and share < 1
    ]
    return text("focus.split", names=number.listing(sorted(names)))


def caveat(words: str, indicator: Mapping[str, Any], area: Place) -> str:
    """Return an indicator's caveat as it holds for an area.

    That everybody is counted, so that nothing is uncertain, is not said of estimates.
    """
    return "" if is_split(area) and indicator["theme"] == "population" else words


def of_figure(text: Text, area: Place) -> str:
    """Say below a figure's title that the area's numbers in it are estimates; empty elsewhere."""
    return text("focus.split_figure", name=area.short_name) if is_split(area) else ""
