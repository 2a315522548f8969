"""How many there are now and will be: a panel an age group, a bar a year."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.hover import short_value
from dashboard.figures.style import FONT_SIZE, Look, axis, new_figure, safe


def projection_bars(frame: pl.DataFrame, look: Look, *, height: int = 320) -> go.Figure:
    """Draw people by year for each age group, measured filled and projected hatched.

    Parameters
    ----------
    frame
        One row an age group and year: ``label, period, value, status, is_projection``. The first
        year of a label is what the change in per cent is counted from.
    look
        Language, number format and colours of the reader.
    height
        Pixels.
    """
    frame = safe(frame).sort("period")
    labels = frame["label"].unique(maintain_order=True).to_list()
    fig = new_figure(height=height)
    palette = look.palette
    top = max(frame["value"].drop_nulls().to_list(), default=1.0)
    gap = 0.06
    width = (1 - gap * (len(labels) - 1)) / max(len(labels), 1)
    for i, label in enumerate(labels):
        rows = frame.filter(pl.col("label") == label)
        suffix = "" if i == 0 else str(i + 1)
        years = [str(y) for y in rows["period"]]
        fig.add_trace(
            go.Bar(
                name=label,
                x=years,
                y=rows["value"].to_list(),
                xaxis=f"x{suffix}",
                width=0.72,
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
                text=_over(rows, look),
                textposition="outside",
                textfont={"color": palette.text, "size": FONT_SIZE},
                cliponaxis=False,
                hovertemplate=f"<b>{label}</b><br>%{{x}}: %{{text}}<extra></extra>",
            )
        )
        start = i * (width + gap)
        fig.update_layout(
            {
                f"xaxis{suffix}": axis(
                    type="category",
                    domain=[start, start + width],
                    showgrid=False,
                    title={"text": f"<b>{label}</b>", "font": {"color": palette.text}},
                    tickangle=0,
                )
            }
        )
    fig.update_layout(
        yaxis=axis(visible=False, range=[0, top * 1.28]),
        margin={"t": 8, "l": 4, "r": 4, "b": 50},
    )
    return fig


def _over(rows: pl.DataFrame, look: Look) -> list[str]:
    """Return what stands over each bar: the number and, from the second on, the change."""
    first = rows["value"][0]
    out = []
    for i, row in enumerate(rows.iter_rows(named=True)):
        text = short_value(row, look, decimals=0)
        if i and first and row["value"] is not None:
            change = look.number.percent(100 * (row["value"] / first - 1), 0, sign=True)
            text += f"<br>{change}"
        out.append(text)
    return out
