"""One meaning, one look: what every figure shares.

A colour never carries meaning alone: the selected area is a bar or a solid line, its region a
diamond or a dotted line, the country an upright mark or a dashed line, and all three are named in
words beside what they draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl

from dashboard import theme
from dashboard.figures.chart import Chart
from dashboard.format import Numbers
from dashboard.text import Text

R = TypeVar("R", bound=Mapping[str, Any])
FONT_SIZE = 15
#: What a figure is made of: one mapping a row, or a frame.
Figures = pl.DataFrame | Iterable[Mapping[str, Any]]
#: The statuses of a number that exists and is not shown.
HIDDEN = ("suppressed", "suppressed_secondary", "suppressed_by_source")
_NUMBERS = ("value", "lower", "upper", "count")


@dataclass(frozen=True)
class Look:
    """Everything a figure needs to know of its reader: language, number format, colours."""

    text: Text
    number: Numbers
    palette: theme.Palette = theme.LIGHT

    def colour(self, who: str) -> str:
        """Return the colour of the area, its region, the country, or any other area."""
        colours = self.palette
        named = {"area": colours.area, "region": colours.region, "country": colours.country}
        return named.get(who, colours.sequence[2])


def look(lang: str = "da", palette: theme.Palette = theme.LIGHT) -> Look:
    """Return the look of a language and a palette."""
    return Look(Text(lang), Numbers(lang), palette)


def safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with value, lower, upper and count null wherever status is not ``ok``.

    The warehouse never holds a hidden number; this makes sure that a figure could not show one
    even if it did.
    """
    numbers = [c for c in _NUMBERS if c in frame.columns]
    return frame.with_columns(pl.when(pl.col("status") == "ok").then(pl.col(c)) for c in numbers)


def safe_rows(frame: Figures) -> list[dict[str, Any]]:
    """Return the same as rows: a step of polars costs as much as a loop over a figure's rows."""
    return [
        dict(row) if row["status"] == "ok" else {**row, **{c: None for c in _NUMBERS if c in row}}
        for row in rows_of(frame)
    ]


def rows_of(frame: Figures) -> Iterable[Mapping[str, Any]]:
    """Return what a figure is made of as rows."""
    return frame.iter_rows(named=True) if isinstance(frame, pl.DataFrame) else frame


def by_value(rows: Sequence[dict[str, Any]], *, high_first: bool = True) -> list[dict[str, Any]]:
    """Return rows from the highest value to the lowest or turned round, those without one last."""
    sign = -1 if high_first else 1
    known = [r for r in rows if r["value"] is not None]
    return sorted(known, key=lambda r: sign * r["value"]) + [r for r in rows if r["value"] is None]


def grouped(rows: Iterable[R], column: str) -> dict[str, list[R]]:
    """Return the rows of each value of a column, values and rows in the order they come."""
    out: dict[str, list[R]] = {}
    for row in rows:
        out.setdefault(str(row[column]), []).append(row)
    return out


def new_chart(*, height: int) -> Chart:
    """Return an empty chart; the frame around it brings fonts and colours of text.

    Parameters
    ----------
    height
        Height in pixels; the width follows the page.
    """
    layout: dict[str, Any] = {
        "height": height,
        # A legend that hides series on a click would let a figure say less than its text.
        "legend": {"itemclick": False, "itemdoubleclick": False},
        "showlegend": False,
    }
    return Chart(layout=layout)


def axis(**more: object) -> dict[str, object]:
    """Return the settings of an axis that does not zoom under a finger scrolling the page.

    Numbers of four digits get their thousands sign like everywhere else (7.200), and those of five
    are written out and not as 10k; an axis of years has a ``tickformat`` of its own, which comes
    first.
    """
    return {
        "fixedrange": True,
        "zeroline": False,
        "separatethousands": True,
        "exponentformat": "none",
        **more,
    }


def line_dash(who: str) -> str:
    """Return the line pattern that tells area, region and country apart without colour."""
    return {"region": "dot", "country": "dash"}.get(who, "solid")


def marker_symbol(who: str) -> str:
    """Return the mark that tells area, region and country apart without colour."""
    return {"area": "circle", "region": "diamond", "country": "line-ns"}.get(who, "circle-open")


def wrapped(name: str, width: int = 21) -> str:
    """Return a name broken into lines of about ``width`` characters, for narrow places.

    In the usual width no council's name takes more than two lines.
    """
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)
