"""Lines over years: an area, its region and the country, measured and projected."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from dashboard.figures.chart import Chart
from dashboard.figures.hover import hover_lines, short_value
from dashboard.figures.scale import line_scale
from dashboard.figures.style import (
    FONT_SIZE,
    Figures,
    Look,
    axis,
    grouped,
    line_dash,
    new_chart,
    safe_rows,
    wrapped,
)

Rows = Sequence[dict[str, Any]]

LINE = 21  # pixels a line of label text takes
WRAP = 16  # characters of a label's line


def trend_lines(
    frame: Figures,
    look: Look,
    *,
    unit: str,
    decimals: int,
    breaks: Sequence[tuple[int, str]] = (),
    provisional: Collection[int] = (),
    height: int = 360,
) -> Chart:
    """Draw one line a name over the years.

    Years without a number leave a gap in the line, and so does a break; projected years are open
    points on a dashed line; provisional ones are open points; the area's 95 % interval is a pale
    band.

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
    provisional
        Years whose figures the publisher will replace.
    height
        Pixels.
    """
    given = safe_rows(frame)
    rows = sorted(given, key=lambda r: int(r["period"]))
    chart = new_chart(height=height)
    scale = line_scale(rows)
    labels: list[tuple[float, str, str]] = []
    # In the order given, so that the area is drawn first.
    for name, who in dict.fromkeys((r["name"], r["who"]) for r in given):
        line = [r for r in rows if (r["name"], r["who"]) == (name, who)]
        stretches = _stretches(line, [year for year, _ in breaks])
        for stretch in stretches:
            _band(chart, stretch, who, look)
        _line(
            chart,
            stretches,
            look,
            name=name,
            who=who,
            unit=unit,
            decimals=decimals,
            provisional=provisional,
        )
        known = [r for r in line if r["value"] is not None]
        if known:
            said = short_value(known[-1], look, decimals=decimals)
            text = f"{wrapped(name, WRAP)}<br><b>{said}</b>"
            labels.append((known[-1]["value"], text, look.colour(who)))
    years = list(dict.fromkeys(int(r["period"]) for r in rows))
    plot = height - 60
    for y, text, colour in _spread(labels, scale.low, scale.high, plot):
        chart.annotate(
            text=text,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=y,
            yanchor="middle",
            align="left",
            font={"color": colour, "size": FONT_SIZE},
        )
    for year, reason in breaks:
        chart.upright(year - 0.5, {"color": look.palette.muted, "dash": "dot", "width": 1.5})
        chart.annotate(
            text=reason,
            x=year - 0.5,
            y=1,
            yref="paper",
            yanchor="bottom",
            font={"color": look.palette.muted, "size": FONT_SIZE - 1},
        )
    chart.update(
        xaxis=axis(
            tickmode="array",
            tickvals=_ticks(years),
            tickformat="d",
            tickangle=0,
            showgrid=False,
            range=[years[0] - 0.4, years[-1] + 0.4] if years else [0, 1],
        ),
        yaxis=axis(
            range=[scale.low, scale.high],
            tickmode="array",
            tickvals=list(scale.ticks),
            ticktext=scale.written(look.number),
        ),
        margin={
            "t": 30 if breaks else 12,
            "r": _room(text for _, text, _ in labels),
            "l": 8,
            "b": 30,
        },
    )
    return chart


def is_broken(frame: Figures) -> bool:
    """Return whether a line of ``trend_lines`` has a gap; else the page need not explain one."""
    rows = sorted(safe_rows(frame), key=lambda r: int(r["period"]))
    for line in grouped(rows, "name").values():
        known = [i for i, row in enumerate(line) if row["value"] is not None]
        if known and known[-1] - known[0] >= len(known):
            return True
    return False


def _band(chart: Chart, rows: Rows, who: str, look: Look) -> None:
    rows = [r for r in rows if r["lower"] is not None and r["upper"] is not None]
    if who != "area" or len(rows) < 2:
        return
    years = [r["period"] for r in rows]
    chart.trace(
        "scatter",
        x=years + years[::-1],
        y=[r["upper"] for r in rows] + [r["lower"] for r in rows][::-1],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=look.palette.area,
        opacity=0.18,
        hoverinfo="skip",
        showlegend=False,
    )


def _stretches(rows: Rows, breaks: Sequence[int]) -> list[list[dict[str, Any]]]:
    """Cut a line where the figures no longer compare with those before."""
    edges = sorted(breaks)
    stretches: list[list[dict[str, Any]]] = [[] for _ in range(len(edges) + 1)]
    for row in rows:
        stretches[bisect_right(edges, int(row["period"]))].append(row)
    return [stretch for stretch in stretches if stretch]


def _line(
    chart: Chart,
    stretches: Sequence[Rows],
    look: Look,
    *,
    name: str,
    who: str,
    unit: str,
    decimals: int,
    provisional: Collection[int],
) -> None:
    """Add the measured line and, from its last year on, the projected one."""
    measured: list[dict[str, Any]] = []
    for stretch in stretches:
        # A point without a number between two stretches: a line across would say they compare.
        counted = [r for r in stretch if not r["is_projection"]]
        gap = [{**stretch[0], "value": None}] if measured and counted else []
        measured += gap + counted
    projected = [r for stretch in stretches for r in stretch if r["is_projection"]]
    joint = [*measured[-1:], *projected] if projected else []
    for part, is_projected in ((measured, False), (joint, True)):
        if not part:
            continue
        texts = hover_lines(part, look, unit=unit, decimals=decimals)
        chart.trace(
            "scatter",
            name=name,
            x=[r["period"] for r in part],
            y=[r["value"] for r in part],
            mode="lines+markers",
            cliponaxis=False,  # a dot at zero stays whole
            connectgaps=False,
            line={
                "color": look.colour(who),
                "width": 3 if who == "area" else 2,
                "dash": "longdash" if is_projected else line_dash(who),
            },
            marker={
                "size": 8 if who == "area" else 6,
                "symbol": [
                    "circle-open" if is_projected or r["period"] in provisional else "circle"
                    for r in part
                ]
                if provisional
                else ("circle-open" if is_projected else "circle"),
            },
            text=[f"{text}<br>{r['period']}" for text, r in zip(texts, part, strict=True)],
            hovertemplate="%{text}<extra></extra>",
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
    # A short name may be all wide letters.
    return 22 + int(max((len(line) for line in lines), default=0) * FONT_SIZE * 0.58)


def _ticks(years: list[int]) -> list[int]:
    """Return years to write: the first, the last, and one or two evenly between where they exist.

    Without an even step, the year nearest the middle, unless it is too close to an end for both
    to be read.
    """
    if len(years) < 3:
        return years
    first, last = years[0], years[-1]
    span = last - first
    for parts in (3, 2):
        even = range(first, last + 1, max(span // parts, 1))
        if span % parts == 0 and set(even) <= set(years):
            return list(even)
    middle = min(years, key=lambda year: abs(2 * year - first - last))
    return (
        [first, middle, last] if 3 * min(middle - first, last - middle) >= span else [first, last]
    )
