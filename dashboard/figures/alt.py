"""What a figure says to somebody who cannot see it, made from the same numbers.

Short on purpose: a screen reader speaks it all, and the table behind every figure holds the rest.
"""

from __future__ import annotations

import polars as pl

from dashboard.figures.hover import Row, value_text
from dashboard.figures.style import HIDDEN, Look, safe


def map_alt(
    frame: pl.DataFrame,
    look: Look,
    *,
    title: str,
    year: str,
    unit: str,
    decimals: int,
    selected: str | None = None,
) -> str:
    """Describe a map: its extremes, the selected area, and how many areas show nothing.

    Parameters
    ----------
    frame
        As for ``map_figure``: ``area_id, name, value, status``.
    look
        Language and number format.
    title, year, unit
        What is shown, in words.
    decimals
        Decimals shown.
    selected
        The selected area, if it is one of those shown.
    """
    frame = safe(frame)
    known = frame.filter(pl.col("value").is_not_null()).sort("value", maintain_order=True)
    parts = [look.text("figure.alt.map", count=frame.height, title=title, year=year, unit=unit)]
    if known.height:
        low, high = known.row(0, named=True), known.row(-1, named=True)
        parts.append(
            look.text(
                "figure.alt.range",
                high_name=high["name"],
                high=value_text(high, look, decimals=decimals),
                low_name=low["name"],
                low=value_text(low, look, decimals=decimals),
            )
        )
    parts += [_item(r, look, decimals) for r in _rows(frame) if r["area_id"] == selected]
    hidden = frame.filter(pl.col("status").is_in(HIDDEN)).height
    missing = frame.height - known.height - hidden
    parts += _unseen("hidden", hidden, look) + _unseen("missing", missing, look)
    return " ".join(parts)


def bars_alt(
    frame: pl.DataFrame, look: Look, *, title: str, unit: str, decimals: int, most: int = 8
) -> str:
    """Describe bars: every number when there are few, else the ends and the named ones.

    Parameters
    ----------
    frame
        As for ``ranked_bars`` (``name, who, value, status``) or, with a column ``label``,
        ``bullet_bars``.
    look
        Language and number format.
    title, unit
        What is shown, in words.
    decimals
        Decimals shown.
    most
        Most bars told one by one.
    """
    frame = safe(frame)
    parts = [look.text("figure.alt.bars", title=title, unit=unit)]
    if "label" in frame.columns:
        for (label,), rows in frame.group_by("label", maintain_order=True):
            values = ", ".join(
                f"{r['name']} {value_text(r, look, decimals=decimals)}" for r in _rows(rows)
            )
            parts.append(look.text("figure.alt.item", name=label, value=values))
        return " ".join(parts)
    ordered = frame.sort("value", descending=True, nulls_last=True, maintain_order=True)
    if ordered.height > most:
        known = ordered.filter(pl.col("value").is_not_null())
        shown = pl.concat([known.head(3), known.tail(3), ordered.filter(pl.col("who") != "other")])
        ordered = shown.unique(maintain_order=True)
    return " ".join(parts + [_item(row, look, decimals) for row in _rows(ordered)])


def trend_alt(frame: pl.DataFrame, look: Look, *, title: str, unit: str, decimals: int) -> str:
    """Describe lines: where each begins and ends; ``frame`` as for ``trend_lines``."""
    parts = [look.text("figure.alt.trend", title=title, unit=unit)]
    for (name,), rows in safe(frame).sort("period").group_by("name", maintain_order=True):
        known = rows.filter(pl.col("value").is_not_null())
        if not known.height:
            parts.append(look.text("figure.alt.trend_none", name=name))
            continue
        first, last = known.row(0, named=True), known.row(-1, named=True)
        key = "trend_line" if known.height > 1 else "trend_point"
        parts.append(
            look.text(
                f"figure.alt.{key}",
                name=name,
                first=value_text(first, look, decimals=decimals),
                first_year=first["period"],
                last=value_text(last, look, decimals=decimals),
                last_year=last["period"],
            )
        )
    return " ".join(parts)


def projection_alt(frame: pl.DataFrame, look: Look, *, name: str) -> str:
    """Describe people now and later; ``frame`` as for ``projection_bars``."""
    parts = [look.text("figure.alt.projection", name=name)]
    for (label,), rows in safe(frame).sort("period").group_by("label", maintain_order=True):
        values = [
            look.text(
                "figure.alt.projection_value",
                value=value_text(row, look, decimals=0),
                year=row["period"],
            )
            for row in _rows(rows)
        ]
        parts.append(look.text("figure.alt.item", name=label, value=look.number.listing(values)))
    return " ".join(parts)


def _rows(frame: pl.DataFrame) -> list[Row]:
    return list(frame.iter_rows(named=True))


def _item(row: Row, look: Look, decimals: int) -> str:
    value = value_text(row, look, decimals=decimals)
    return look.text("figure.alt.item", name=row["name"], value=value)


def _unseen(kind: str, count: int, look: Look) -> list[str]:
    if not count:
        return []
    return [look.text(f"figure.alt.{kind}{'_one' if count == 1 else ''}", count=count)]
