"""How many there are now and will be: a group of bars an age group, a bar a year."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.hover import short_value
from dashboard.figures.style import FONT_SIZE, Look, axis, new_figure, safe

ROW = 30  # pixels a bar takes
HEADING = 1.5  # rows a group's heading takes, the gap above it included


def projection_bars(frame: pl.DataFrame, look: Look) -> go.Figure:
    """Draw people by year for each age group, measured filled and projected hatched.

    Parameters
    ----------
    frame
        One row an age group and year: ``label, period, value, status, is_projection``. The first
        year of a label is what the change in per cent is counted from.
    look
        Language, number format and colours of the reader.
    """
    frame = safe(frame)
    groups = [rows.sort("period") for _, rows in frame.group_by("label", maintain_order=True)]
    palette = look.palette
    at: list[float] = []
    edge = 0.0
    fig = new_figure(height=int(ROW * (frame.height + HEADING * len(groups))) + 24)
    for rows in groups:
        fig.add_annotation(
            text=f"<b>{rows['label'][0]}</b>",
            x=0,
            xref="paper",
            xanchor="left",
            y=edge + HEADING / 2,
            showarrow=False,
            font={"color": palette.text, "size": FONT_SIZE},
        )
        at += [edge + HEADING + i + 0.3 for i in range(rows.height)]
        edge += HEADING + rows.height
    rows = pl.concat(groups)
    fig.add_trace(
        go.Bar(
            orientation="h",
            x=rows["value"].to_list(),
            y=at,
            width=0.7,
            marker={
                "color": palette.area,
                "line": {"color": palette.area, "width": 1.5},
                "pattern": {
                    "shape": ["/" if p else "" for p in rows["is_projection"]],
                    "fgcolor": palette.area,
                    "bgcolor": palette.background,
                    "fillmode": "replace",
                    "size": 7,
                },
            },
            customdata=[f"{r['label']}, {r['period']}" for r in rows.iter_rows(named=True)],
            text=(texts := [text for group in groups for text in _beside(group, look)]),
            textposition="none",
            hovertemplate="<b>%{customdata}</b><br>%{text}<extra></extra>",
        )
    )
    # An axis without a trace is not drawn.
    fig.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip"))
    shared = {
        "tickmode": "array",
        "tickvals": at,
        "range": [edge, 0],
        "tickfont": {"color": palette.text, "size": FONT_SIZE},
        "showgrid": False,
    }
    top = max(rows["value"].drop_nulls().to_list(), default=1.0) or 1.0
    fig.update_layout(
        xaxis=axis(visible=False, range=[0, top * 1.02]),
        yaxis=axis(ticktext=[str(year) for year in rows["period"]], **shared),
        yaxis2=axis(ticktext=texts, overlaying="y", side="right", **shared),
        margin={"t": 4, "l": 4, "r": 4, "b": 4},
    )
    return fig


def _beside(rows: pl.DataFrame, look: Look) -> list[str]:
    """Return what stands beside each bar: the number and, from the second on, the change."""
    first = rows["value"][0]
    out = []
    for i, row in enumerate(rows.iter_rows(named=True)):
        text = short_value(row, look, decimals=0)
        if i and first and row["value"] is not None:
            change = look.number.percent(100 * (row["value"] / first - 1), 0, sign=True)
            text += f" ({change})"
        out.append(text)
    return out
