"""A funnel plot: how far areas lie from the country, and how far chance alone could put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.figures.chart import Chart
from dashboard.figures.hover import hover_lines, value_text
from dashboard.figures.style import (
    FONT_SIZE,
    Figures,
    Look,
    axis,
    by_value,
    new_chart,
    safe_rows,
    wrapped,
)
from warehouse.read.funnel import FEWEST_EXPECTED, LABELS, funnel_limits, labels

#: The marks that tell where a point lies without colour.
_SYMBOLS = {
    "below_998": "triangle-down",
    "below_95": "triangle-down-open",
    "inside": "circle-open",
    "above_95": "triangle-up-open",
    "above_998": "triangle-up",
}
_POINTS = 80  # steps of each line


def located(
    frame: Figures, *, kind: str, target: float, multiplier: float, between: float = 0.0
) -> list[dict[str, Any]]:
    """Add where each area lies in its funnel.

    Parameters
    ----------
    frame
        One row an area: ``value, population, status``.
    kind, target, multiplier, between
        As for ``warehouse.read.funnel.funnel_limits``.

    Returns
    -------
    list of dict
        The rows with ``place``: one of ``warehouse.read.funnel.LABELS``; ``None`` where the number
        or
        its limits are not known. A point on a line lies inside it.
    """
    rows = safe_rows(frame)
    values = np.array([r["value"] for r in rows], dtype=np.float64)
    people = np.array([r["population"] for r in rows], dtype=np.float64)
    place = labels(values, funnel_limits(kind, people, target, multiplier, between))
    return [row | {"place": found} for row, found in zip(rows, place, strict=True)]


def funnel(
    rows: Sequence[Mapping[str, Any]],
    look: Look,
    *,
    kind: str,
    target: float,
    multiplier: float,
    between: float = 0.0,
    unit: str,
    decimals: int,
) -> Chart:
    """Draw areas by how many people are behind the number, with the lines chance would keep to.

    Parameters
    ----------
    rows
        From ``located``: ``name, who, value, lower, upper, population, status, is_estimate,
        place``.
    look
        Language, number format and colours of the reader.
    kind, target, multiplier, between
        As for ``warehouse.read.funnel.funnel_limits``.
    unit
        Unit in words, for the hover text.
    decimals
        Decimals shown.
    """
    # The area is drawn last: among 98 municipalities it must not lie under its neighbours.
    shown = sorted(
        (row for row in rows if row["place"] is not None), key=lambda row: row["who"] == "area"
    )
    palette = look.palette
    fig = new_chart(height=480)
    if not shown:
        return fig
    sizes = [float(row["population"]) for row in shown]
    most = max(sizes) * 1.06
    rarest = min(target, multiplier - target) if kind == "proportion" else target
    least = max(FEWEST_EXPECTED * multiplier / rarest, min(sizes) * 0.5)
    people = np.geomspace(min(least, most * 0.9), most, _POINTS)
    at = funnel_limits(kind, people, target, multiplier, between)
    # The line begins where enough are expected, which its first step may miss by a rounding.
    known = np.isfinite(np.asarray(at.lower_95))
    for name, dash, lines in (
        (look.text("comparing.funnel.limit_95"), "dash", (at.lower_95, at.upper_95)),
        (look.text("comparing.funnel.limit_998"), "solid", (at.lower_998, at.upper_998)),
    ):
        for i, line in enumerate(lines):
            fig.trace(
                "scatter",
                x=people[known].tolist(),
                y=line[known].tolist(),
                mode="lines",
                name=name,
                showlegend=i == 0,
                line={"color": palette.muted, "dash": dash, "width": 1.4},
                hoverinfo="skip",
            )
    fig.trace(
        "scatter",
        x=[people[0], most],
        y=[target, target],
        mode="lines",
        name=look.text("comparing.funnel.target", value=look.number(target, decimals)),
        line={"color": palette.country, "dash": "dot", "width": 1.6},
        hoverinfo="skip",
    )
    fig.trace(
        "scatter",
        x=sizes,
        y=[row["value"] for row in shown],
        mode="markers",
        showlegend=False,
        marker={
            "symbol": [_symbol(row) for row in shown],
            "size": [16 if row["who"] == "area" else 12 for row in shown],
            "color": [palette.area if row["who"] == "area" else palette.muted for row in shown],
            "line": {"width": [2.6 if row["who"] == "area" else 1.6 for row in shown]},
        },
        text=[
            f"{line}<br>{look.text('comparing.funnel.' + row['place'])}"
            for line, row in zip(
                hover_lines(shown, look, unit=unit, decimals=decimals), shown, strict=True
            )
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    for row in (row for row in shown if row["who"] == "area"):
        fig.annotate(
            text=f"<b>{wrapped(row['name'], 16)}</b>",
            x=row["population"],
            y=row["value"],
            # On the side where there is room for the name.
            xanchor="right" if row["population"] > most * 0.5 else "left",
            align="right" if row["population"] > most * 0.5 else "left",
            xshift=-6 if row["population"] > most * 0.5 else 6,
            yanchor="top",
            yshift=-8,
            bgcolor=palette.background,
            font={"color": palette.text, "size": FONT_SIZE},
        )
    fig.update(
        showlegend=True,
        xaxis=axis(
            title={"text": look.text("comparing.funnel.people")},
            range=[0, most],
            tickformat=",d",
            nticks=4,
        ),
        yaxis=axis(nticks=6),
        margin={"t": 10, "r": 14, "l": 8, "b": 8},
    )
    return fig


def _symbol(row: Mapping[str, Any]) -> str:
    """Return a point's mark; no other circle is filled, so that the area's can be."""
    is_own_circle = row["who"] == "area" and row["place"] == "inside"
    return "circle" if is_own_circle else _SYMBOLS[row["place"]]


def funnel_alt(
    rows: Sequence[dict[str, Any]],
    look: Look,
    *,
    title: str,
    unit: str,
    decimals: int,
    most: int = 6,
) -> str:
    """Describe a funnel: how many lie where, the selected area, and the ones farthest out."""
    parts = [look.text("comparing.funnel.alt", title=title, unit=unit)]
    for place in LABELS:
        there = by_value([row for row in rows if row["place"] == place])
        if not there:
            continue
        named = [row["name"] for row in there] if place != "inside" and len(there) <= most else []
        names = f" ({', '.join(named)})" if named else ""
        parts.append(look.text(f"comparing.funnel.alt_{place}", count=len(there)) + names + ".")
    for row in (row for row in rows if row["who"] == "area"):
        value = value_text(row, look, decimals=decimals)
        parts.append(look.text("figure.alt.item", name=row["name"], value=value))
    return " ".join(parts)
