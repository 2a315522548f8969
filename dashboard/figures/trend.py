"""Lines over years: an area, its region and the country, measured and projected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.hover import hover_lines
from dashboard.figures.style import FONT_SIZE, Look, axis, line_dash, new_figure, safe, wrapped

#: Below this share of the highest value the axis must start at zero, or a ripple looks a wave.
NEAR = 0.6
LINE = 21  # pixels a line of label text takes
WRAP = 16  # characters of a label's line


def trend_lines(
    frame: pl.DataFrame,
    look: Look,
    *,
    unit: str,
    decimals: int,
    breaks: Sequence[tuple[int, str]] = (),
    height: int = 360,
) -> go.Figure:
    """Draw one line a name over the years.

    Years without a number leave a gap in the line; projected years are open points on a dashed
    line; the area's 95 % interval is a pale band.

    Parameters
    ----------
    frame
        One row a name and year: ``name, who, period, value, lower, upper, status, is_projection,
        is_estimate``.
    look
        Language, number format and colours of the reader.
    unit
        Unit in words, for the hover text.
    decimals
        Decimals shown.
    breaks
        Years from which figures do not compare with those before, each with a short reason.
    height
        Pixels.
    """
    frame = safe(frame).sort("period")
    fig = new_figure(height=height)
    low, high = _range(frame)
    labels: list[tuple[float, str, str]] = []
    for (name, who), rows in frame.group_by("name", "who", maintain_order=True):
        _band(fig, rows, str(who), look)
        _line(fig, rows, look, name=str(name), who=str(who), unit=unit, decimals=decimals)
        known = rows.filter(pl.col("value").is_not_null())
        if known.height:
            last = float(known["value"][-1])
            text = f"{wrapped(str(name), WRAP)}<br><b>{look.number(last, decimals)}</b>"
            labels.append((last, text, look.colour(str(who))))
    years = frame["period"].unique().sort().to_list()
    plot = height - 60
    for y, text, colour in _spread(labels, low, high, plot):
        fig.add_annotation(
            text=text,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=y,
            yanchor="middle",
            showarrow=False,
            align="left",
            font={"color": colour, "size": FONT_SIZE},
        )
    for year, reason in breaks:
        fig.add_vline(x=year - 0.5, line={"color": look.palette.muted, "dash": "dot", "width": 1.5})
        fig.add_annotation(
            text=reason,
            x=year - 0.5,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"color": look.palette.muted, "size": FONT_SIZE - 1},
        )
    fig.update_layout(
        xaxis=axis(
            tickmode="array",
            tickvals=_ticks(years),
            tickformat="d",
            tickangle=0,
            showgrid=False,
            range=[years[0] - 0.4, years[-1] + 0.4] if years else None,
        ),
        yaxis=axis(range=[low, high], nticks=6),
        margin={
            "t": 30 if breaks else 12,
            "r": _room(text for _, text, _ in labels),
            "l": 8,
            "b": 30,
        },
    )
    return fig


def starts_at_zero(frame: pl.DataFrame) -> bool:
    """Return whether the value axis of ``trend_lines`` starts at zero; else the page says so."""
    return _range(safe(frame))[0] == 0


def _range(frame: pl.DataFrame) -> tuple[float, float]:
    numbers = (
        pl.concat([frame["value"], frame["lower"], frame["upper"]]).cast(pl.Float64).drop_nulls()
    )
    if numbers.is_empty():
        return 0.0, 1.0
    low, high = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]
    if low < high * NEAR or low == high:
        return 0.0, high * 1.08 or 1.0
    room = (high - low) * 0.25
    return max(low - room, 0.0), high + room


def _band(fig: go.Figure, rows: pl.DataFrame, who: str, look: Look) -> None:
    rows = rows.filter(pl.col("lower").is_not_null() & pl.col("upper").is_not_null())
    if who != "area" or rows.height < 2:
        return
    years = rows["period"].to_list()
    fig.add_trace(
        go.Scatter(
            x=years + years[::-1],
            y=rows["upper"].to_list() + rows["lower"].to_list()[::-1],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=look.palette.area,
            opacity=0.18,
            hoverinfo="skip",
            showlegend=False,
        )
    )


def _line(
    fig: go.Figure, rows: pl.DataFrame, look: Look, *, name: str, who: str, unit: str, decimals: int
) -> None:
    """Add the measured line and, from its last year on, the projected one."""
    measured = rows.filter(~pl.col("is_projection"))
    projected = rows.filter(pl.col("is_projection"))
    joint = pl.concat([measured.tail(1), projected]) if projected.height else projected
    colour = look.colour(who)
    for part, is_projected in ((measured, False), (joint, True)):
        if not part.height:
            continue
        hover = [
            f"{text}<br>{year}"
            for text, year in zip(
                hover_lines(part, look, unit=unit, decimals=decimals), part["period"], strict=True
            )
        ]
        fig.add_trace(
            go.Scatter(
                name=name,
                x=part["period"].to_list(),
                y=part["value"].to_list(),
                mode="lines+markers",
                connectgaps=False,
                line={
                    "color": colour,
                    "width": 3 if who == "area" else 2,
                    "dash": "longdash" if is_projected else line_dash(who),
                },
                marker={
                    "size": 8 if who == "area" else 6,
                    "symbol": "circle-open" if is_projected else "circle",
                },
                text=hover,
                hovertemplate="%{text}<extra></extra>",
            )
        )


def _spread(
    labels: list[tuple[float, str, str]], low: float, high: float, pixels: int
) -> list[tuple[float, str, str]]:
    """Move labels apart until none covers another, in the order of their values."""
    scale = (high - low) / pixels
    placed: list[tuple[float, str, str]] = []
    floor = low
    for y, text, colour in sorted(labels):
        half = (text.count("<br>") + 1) * LINE / 2 * scale
        at = max(y, floor + half)
        placed.append((at, text, colour))
        floor = at + half
    over = floor - high
    return [(y - over, t, c) for y, t, c in placed] if over > 0 else placed


def _room(texts: Iterable[str]) -> int:
    """Return the pixels the longest line of the labels takes at the right edge."""
    lines = [re.sub(r"</?b>", "", line) for text in texts for line in text.split("<br>")]
    return 18 + int(max((len(line) for line in lines), default=0) * FONT_SIZE * 0.58)


def _ticks(years: list[int], most: int = 4) -> list[int]:
    """Return years to write, the last always among them, never closer than their text is wide."""
    ticks: list[int] = []
    for year in reversed(years):
        if not ticks or ticks[-1] - year >= (years[-1] - years[0]) / most:
            ticks.append(year)
    return ticks[::-1]
