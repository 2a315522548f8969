"""Two numbers of every area against each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.figures.chart import Chart
from dashboard.figures.style import FONT_SIZE, Figures, Look, axis, new_chart, rows_of, wrapped

#: Fewer areas than this, and a coefficient says nothing.
FEWEST = 8
#: Pixels of the drawing on a desk, and of a line of a label.
_PLOT = (850.0, 400.0)
_LINE = 20


def rank_correlation(frame: Figures) -> float | None:
    """Return Spearman's rank correlation of ``x`` and ``y``, ``None`` for fewer than eight areas.

    Ranks share their mean where values are equal; the coefficient is Pearson's of the ranks
    (C. Spearman, American Journal of Psychology 15 (1904) 72-101).
    """
    known = _known(frame)
    if len(known) < FEWEST:
        return None
    both = pl.DataFrame([(row["x"], row["y"]) for row in known], schema=["x", "y"], orient="row")
    value = both.select(pl.corr(pl.col("x").rank(), pl.col("y").rank())).item()
    return float(value) if value is not None and math.isfinite(value) else None


def _around(rows: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """Return an axis range about the points; plotly's own makes room for labels, below zero too."""
    values = [float(row[name]) for row in rows] or [0.0]
    room = 0.07 * (max(values) - min(values)) or 1.0
    return [min(values) - room, max(values) + room]


def _label_side(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], label: str) -> str:
    """Return what of the label is level with its point, so that it covers fewest others."""
    lines = label.split("<br>")
    width = max(map(len, lines)) * FONT_SIZE * 0.6
    (left, right), (low, high) = (_around(rows, name) for name in ("x", "y"))
    above = row["y"] < (low + high) / 2
    towards = 1 if row["x"] <= (left + right) / 2 else -1
    half = len(lines) * _LINE / 2

    def covered(side: str) -> int:
        middle = {"bottom": half + 8, "middle": 0.0, "top": -half - 8}[side]
        count = 0
        for other in rows:
            across = (other["x"] - row["x"]) / (right - left) * _PLOT[0] * towards
            up = (other["y"] - row["y"]) / (high - low) * _PLOT[1]
            count += other is not row and 0 <= across < width and abs(up - middle) < half + 5
        return count

    # Towards the middle unless a point is there: only then it is sure to cover no axis.
    return min(["bottom" if above else "top", "middle"], key=covered)


def _known(frame: Figures) -> list[Mapping[str, Any]]:
    return [row for row in rows_of(frame) if row["x"] is not None and row["y"] is not None]


def scatter(frame: Figures, look: Look, *, x: str, y: str, decimals: tuple[int, int]) -> Chart:
    """Draw one point an area; the selected one is filled and named, the country's lines dashed.

    Parameters
    ----------
    frame
        One row an area: ``name, who, x, y``; null where a number is not shown.
    look
        Language, number format and colours of the reader.
    x, y
        What the axes show, unit included.
    decimals
        Decimals of x and y.
    """
    known = _known(frame)
    palette = look.palette
    fig = new_chart(height=500)
    for who in ("other", "area"):
        rows = [row for row in known if row["who"] == who]
        fig.trace(
            "scatter",
            x=[row["x"] for row in rows],
            y=[row["y"] for row in rows],
            mode="markers",
            marker={
                "symbol": "circle" if who == "area" else "circle-open",
                "size": 14 if who == "area" else 10,
                "color": palette.area if who == "area" else palette.muted,
                "line": {"width": 1.8},
            },
            text=[
                f"<b>{r['name']}</b><br>{look.number(r['x'], decimals[0])} · "
                f"{look.number(r['y'], decimals[1])}"
                for r in rows
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    middle = sum(_around(known, "x")) / 2
    for row in (row for row in known if row["who"] == "area"):
        # Towards the middle, where it covers no axis.
        left = row["x"] > middle
        # Short lines: the label has half of a phone's width at most.
        label = wrapped(row["name"], 13)
        side = _label_side(row, known, label)
        fig.annotate(
            text=f"<b>{label}</b>",
            x=row["x"],
            y=row["y"],
            xanchor="right" if left else "left",
            # Beside its point, or above or below it.
            xshift=(-1 if left else 1) * (10 if side == "middle" else 6),
            yanchor=side,
            yshift={"bottom": 8, "middle": 0, "top": -8}[side],
            align="right" if left else "left",
            font={"color": palette.text, "size": FONT_SIZE},
        )
    line = {"color": palette.country, "dash": "dash", "width": 1.5}
    for row in (row for row in known if row["who"] == "country"):
        fig.upright(row["x"], line)
        fig.shape(type="line", x0=0, x1=1, xref="paper", y0=row["y"], y1=row["y"], line=line)
        fig.annotate(
            text=row["name"],
            x=row["x"],
            y=1,
            yref="paper",
            yanchor="bottom",
            font={"color": palette.country, "size": FONT_SIZE - 1},
        )
    fig.update(
        xaxis=axis(
            title={"text": wrapped(x, 28)}, nticks=5, tickangle=0, range=_around(known, "x")
        ),
        yaxis=axis(title={"text": wrapped(y, 44)}, nticks=6, range=_around(known, "y")),
        margin={"t": 26, "r": 14, "l": 8, "b": 8},
    )
    return fig


def scatter_alt(frame: Figures, look: Look, *, x: str, y: str, decimals: tuple[int, int]) -> str:
    """Describe the points: what is on the axes, how many, and the selected area and country."""
    known = _known(frame)
    count = sum(row["who"] != "country" for row in known)
    parts = [look.text("comparing.scatter.alt", x=x, y=y, count=count)]
    for row in (row for row in known if row["who"] in ("area", "country")):
        values = f"{look.number(row['x'], decimals[0])} · {look.number(row['y'], decimals[1])}"
        parts.append(look.text("figure.alt.item", name=row["name"], value=values))
    return " ".join(parts)
