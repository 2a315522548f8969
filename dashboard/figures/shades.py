"""The shades of a map and of a tile map: which colour and mark each area gets, and the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.figures.classes import Classes, equal_classes, quantile_classes
from dashboard.figures.style import HIDDEN, Look

#: How a map's classes are made: about equally many areas each, equally wide, or by interval.
BY = ("quantile", "equal", "compared")
#: Marks of plotly that say without colour what a shade says.
_MARKS = {
    "hidden": "x-thin-open",
    "missing": "circle-open",
    "better": "cross-thin-open",
    "worse": "line-ew-open",
    "higher": "triangle-up-open",
    "lower": "triangle-down-open",
    "similar": "",
    "uncertain": "circle-open-dot",
}
_SIGNS = {"better": " (+)", "worse": " (−)", "higher": " (▲)", "lower": " (▼)"}
#: Order in a legend.
_COMPARED = ("better", "higher", "similar", "lower", "worse", "uncertain")
_NARROW, _WIDE = 98, 190  # pixels of a legend's entry: a range of numbers, or words


@dataclass(frozen=True)
class Shades:
    """Colours of areas, in the order of the rows they were made of.

    Attributes
    ----------
    codes
        Number of each area's colour.
    colours
        The colours.
    marks
        Plotly's name of the mark each area carries; empty for none.
    legend
        A name and plotly's marker for every shade some area has.
    width
        Pixels an entry of the legend needs.
    """

    codes: list[int]
    colours: list[str]
    marks: list[str]
    legend: list[tuple[str, dict[str, Any]]]
    width: int

    def steps(self) -> list[tuple[float, str]]:
        """Return the colours as a scale of plain steps."""
        n = len(self.colours)
        return [(round(edge / n, 4), c) for i, c in enumerate(self.colours) for edge in (i, i + 1)]


def shades_of(
    rows: Sequence[dict[str, Any]],
    look: Look,
    *,
    by: str,
    decimals: int,
    others: Sequence[dict[str, Any]] = (),
) -> Shades:
    """Choose colours and marks.

    Parameters
    ----------
    rows
        One an area: ``value, status`` and, for ``by="compared"``, ``vs_country``.
    look
        Language, number format and colours of the reader.
    by
        One of ``BY``.
    decimals
        Decimals shown.
    others
        Rows of a second map that shares the classes, so that a shade is the same on both.

    Raises
    ------
    KeyError
        When ``by`` is none of ``BY``.
    """
    if by == "compared":
        kinds = [_compared(row) for row in rows]
        entries = [
            (kind, _name(kind, kinds.count(kind), look), _colour(kind, look))
            for kind in _COMPARED
            if kind in kinds
        ]
        width = _WIDE
    else:
        make = {"quantile": quantile_classes, "equal": equal_classes}[by]
        both = [*rows, *others]
        values = [np.nan if row["value"] is None else row["value"] for row in both]
        classes = make(np.array(values, dtype=float), decimals)
        kinds = [
            str(i) if i >= 0 else _unknown(row)
            for i, row in zip(classes.index[: len(rows)], rows, strict=True)
        ]
        entries = _ranges(classes, look, decimals)
        width = _NARROW
    found = {kind: n for n, (kind, _, _) in enumerate(entries)}
    unknown = {"hidden": len(found), "missing": len(found) + 1}
    palette = look.palette
    line = {"width": 1, "color": palette.border}
    dark = {"width": 1, "color": palette.text}
    legend: list[tuple[str, dict[str, Any]]] = [
        (name, {"symbol": "square", "color": colour, "line": line}) for _, name, colour in entries
    ]
    if "hidden" in kinds:
        marker = {"symbol": "square-x", "color": palette.hidden, "line": dark}
        legend.append((look.text("figure.hidden"), marker))
    if "missing" in kinds:
        marker = {"symbol": "circle-open", "color": palette.text, "line": dark}
        legend.append((look.text("figure.missing"), marker))
    return Shades(
        [(found | unknown)[kind] for kind in kinds],
        [*(colour for _, _, colour in entries), palette.hidden, palette.background],
        [_MARKS.get(kind, "") for kind in kinds],
        legend,
        width,
    )


def _unknown(row: dict[str, Any]) -> str:
    return "hidden" if row["status"] in HIDDEN else "missing"


def _compared(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return _unknown(row)
    return str(row["vs_country"] or "uncertain")


def _name(kind: str, count: int, look: Look) -> str:
    return f"{look.text(f'figure.compared.{kind}')}{_SIGNS.get(kind, '')}: {count}"


def _colour(kind: str, look: Look) -> str:
    palette = look.palette
    return {
        "better": palette.sequence[3],
        "higher": palette.sequence[3],
        "similar": palette.missing,
        "lower": palette.sequence[1],
        "worse": palette.warning,
        "uncertain": palette.background,
    }[kind]


def _ranges(classes: Classes, look: Look, decimals: int) -> list[tuple[str, str, str]]:
    ramp = look.palette.sequence
    last = max(len(classes.ranges) - 1, 1)
    out = []
    for i, (low, high) in enumerate(classes.ranges):
        first, final = look.number(low, decimals), look.number(high, decimals)
        name = first if first == final else f"{first}–{final}"
        # A few classes are spread over the whole ramp, so that low and high stay far apart.
        out.append((str(i), name, ramp[round(i * (len(ramp) - 1) / last)]))
    return out
