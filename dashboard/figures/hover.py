"""What a number says of itself: name, value, interval and status, in words."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.estimates import marked
from dashboard.figures.style import Figures, Look, rows_of
from dashboard.format import NBSP
from dashboard.hidden import status_text

Row = Mapping[str, object]


def value_text(row: Row, look: Look, *, decimals: int, unit: str = "") -> str:
    """Return a cell as the reader sees it: the number with its unit, or why there is none.

    An estimate is followed by ``(skøn)``.

    Parameters
    ----------
    row
        ``value`` and ``status``; ``is_estimate`` and ``threshold`` where they are known.
    look
        Language and number format.
    decimals
        Decimals shown.
    unit
        Added after the number, if given.
    """
    return _text(row, look, decimals, unit)


def short_value(row: Row, look: Look, *, decimals: int, unit: str = "") -> str:
    """Return the same in as few words as fit beside a bar."""
    return _text(row, look, decimals, unit, short=True)


def shortest_value(row: Row, look: Look, *, decimals: int) -> str:
    """Return a number, or the one word there is room for; the table and the hover say the rest."""
    value = row["value"]
    if isinstance(value, int | float):
        return look.number(value, decimals)
    hidden = str(row["status"]).startswith("suppressed")
    return look.text(f"figure.{'hidden' if hidden else 'missing'}")


def _text(row: Row, look: Look, decimals: int, unit: str, *, short: bool = False) -> str:
    value = row["value"]
    if row["status"] != "ok" or not isinstance(value, int | float):
        return status_text(look.text, row, short=short)
    said = f"{look.number(value, decimals)}{NBSP if unit else ''}{unit}"
    if unit == "%":
        said = look.number.percent(value, decimals)
    return marked(said, row, look.text)


def hover_lines(rows: Figures, look: Look, *, unit: str, decimals: int) -> list[str]:
    """Return one hover text a row of ``name, value, lower, upper, status, is_estimate``."""
    given = rows_of(rows)
    values = hover_values(given, look, unit=unit, decimals=decimals)
    return [f"<b>{row['name']}</b><br>{said}" for row, said in zip(given, values, strict=True)]


def hover_values(rows: Figures, look: Look, *, unit: str, decimals: int) -> list[str]:
    """Return the same without the name, for a figure that sends names apart."""
    return [_values(row, look, unit, decimals) for row in rows_of(rows)]


def _values(row: Row, look: Look, unit: str, decimals: int) -> str:
    lines = [value_text(row, look, decimals=decimals, unit=unit)]
    if row["status"] == "ok":
        lower, upper = row.get("lower"), row.get("upper")
        if isinstance(lower, float) and isinstance(upper, float):
            limits = {"lower": look.number(lower, decimals), "upper": look.number(upper, decimals)}
            lines.append(look.text("figure.interval", **limits))
    return "<br>".join(lines)
