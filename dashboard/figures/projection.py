"""How many there are now and will be: a group of bars an age group, a bar a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.figures.chart import Chart
from dashboard.figures.hover import short_value
from dashboard.figures.scale import bar_scale
from dashboard.figures.style import FONT_SIZE, Figures, Look, axis, grouped, new_chart, safe_rows

ROW = 30  # pixels a bar takes
HEADING = 1.5  # rows a group's heading takes, the gap above it included


def projection_bars(frame: Figures, look: Look) -> Chart:
    """Draw people by year for each age group, measured filled and projected hatched.

    Parameters
    ----------
    frame
        One row an age group and year: ``label, period, value, status, is_projection``. The first
        year of a label is what the change in per cent is counted from.
    look
        Language, number format and colours of the reader.
    """
    groups = {
        label: sorted(rows, key=lambda r: int(r["period"]))
        for label, rows in grouped(safe_rows(frame), "label").items()
    }
    palette = look.palette
    at: list[float] = []
    edge = 0.0
    count = sum(len(rows) for rows in groups.values())
    chart = new_chart(height=int(ROW * (count + HEADING * len(groups))) + 24)
    for label, rows in groups.items():
        chart.annotate(
            text=f"<b>{label}</b>",
            x=0,
            xref="paper",
            xanchor="left",
            y=edge + HEADING / 2,
            font={"color": palette.text, "size": FONT_SIZE},
        )
        at += [edge + HEADING + i + 0.3 for i in range(len(rows))]
        edge += HEADING + len(rows)
    bars = [row for rows in groups.values() for row in rows]
    texts = [text for rows in groups.values() for text in _beside(rows, look)]
    chart.trace(
        "bar",
        orientation="h",
        x=[r["value"] for r in bars],
        y=at,
        width=0.7,
        marker={
            "color": palette.area,
            "line": {"color": palette.area, "width": 1.5},
            "pattern": {
                "shape": ["/" if r["is_projection"] else "" for r in bars],
                "fgcolor": palette.area,
                "bgcolor": palette.background,
                "fillmode": "replace",
                "size": 7,
            },
        },
        customdata=[f"{r['label']}, {r['period']}" for r in bars],
        text=texts,
        textposition="none",
        hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
    )
    # An axis without a trace is not drawn.
    chart.trace("scatter", x=[None], y=[None], yaxis="y2", hoverinfo="skip")
    shared = {
        "tickmode": "array",
        "tickvals": at,
        "range": [edge, 0],
        "tickfont": {"color": palette.text, "size": FONT_SIZE},
        "showgrid": False,
    }
    scale = bar_scale(bars)
    chart.update(
        xaxis=axis(visible=False, range=[scale.low, scale.high]),
        yaxis=axis(ticktext=[str(r["period"]) for r in bars], **shared),
        yaxis2=axis(ticktext=texts, overlaying="y", side="right", **shared),
        margin={"t": 4, "l": 4, "r": 4, "b": 4},
    )
    return chart


def _beside(rows: Sequence[dict[str, Any]], look: Look) -> list[str]:
    """Return what stands beside each bar: the number and, from the second on, the change."""
    first = rows[0]["value"]
    out = []
    for i, row in enumerate(rows):
        text = short_value(row, look, decimals=0)
        if i and first and row["value"] is not None:
            change = look.number.percent(100 * (row["value"] / first - 1), 0, sign=True)
            text += f" ({change})"
        out.append(text)
    return out
