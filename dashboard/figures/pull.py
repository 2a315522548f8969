"""How need changes with the people: what more of them and an older make-up add, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.chart import Chart
from dashboard.figures.style import FONT_SIZE, Look, axis, new_chart

ROW = 62  # pixels a year takes


@dataclass(frozen=True)
class Step:
    """One year: what each part adds (below zero where it takes away), and the text over the bar."""

    year: int
    said: str
    parts: tuple[float, ...]


def pull_bars(steps: Sequence[Step], names: Sequence[str], look: Look) -> Chart:
    """Draw a bar a year, put together of parts to the right (more) and to the left (fewer) of zero.

    Parameters
    ----------
    steps
        The years, from the top.
    names
        What the parts are called, in the order of ``Step.parts``.
    look
        Language, number format and colours of the reader.
    """
    palette = look.palette
    chart = new_chart(height=ROW * len(steps) + 70)
    # Colour and pattern both tell the parts apart.
    looks = zip(
        (palette.categories[0], palette.categories[1], palette.categories[2]),
        ("", "/", "."),
        strict=True,
    )
    low = min((sum(p for p in s.parts if p < 0) for s in steps), default=0.0)
    for i, (name, (colour, pattern)) in enumerate(zip(names, looks, strict=False)):
        values = [s.parts[i] for s in steps]
        chart.trace(
            "bar",
            name=name,
            orientation="h",
            x=values,
            y=list(range(len(steps))),
            width=0.42,
            marker={
                "color": colour,
                "line": {"color": palette.background, "width": 1},
                "pattern": {
                    "shape": pattern,
                    "bgcolor": colour,
                    "fgcolor": palette.background,
                    "fillmode": "replace",
                    "size": 7,
                },
            },
            hovertemplate=[
                f"<b>{s.year}</b><br>{name}: {look.number(v, sign=True)}<extra></extra>"
                for s, v in zip(steps, values, strict=True)
            ],
        )
    for i, step in enumerate(steps):
        chart.annotate(
            text=step.said,
            x=0,
            xref="paper",
            xanchor="left",
            y=i - 0.24,
            yanchor="bottom",
            font={"color": palette.text, "size": FONT_SIZE},
        )
    chart.update(
        barmode="relative",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": -0.2,
            "yanchor": "top",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        xaxis=axis(
            rangemode="tozero", nticks=4, tickformat=",d", tickangle=0, zeroline=True, **_room(low)
        ),
        yaxis=axis(visible=False, range=[len(steps) - 0.6, -0.7]),
        margin={"t": 4, "l": 10, "r": 16, "b": 60},
    )
    return chart


def _room(low: float) -> dict[str, object]:
    return {"zerolinewidth": 2} if low < 0 else {}
