"""The areas most like one: a bar each, as long as the distance, split by what makes it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dashboard.figures.chart import Chart
from dashboard.figures.style import FONT_SIZE, Look, axis, new_chart, wrapped

#: Patterns that tell the parts apart without colour.
_PATTERNS = ("", "/", "x", ".")


def similar_bars(frame: pl.DataFrame, look: Look, *, dimensions: Mapping[str, str]) -> Chart:
    """Draw distances, the nearest first, each split by its parts.

    Parameters
    ----------
    frame
        From ``dashboard.similarity.distances``.
    look
        Language, number format and colours of the reader.
    dimensions
        Dimension → its name, in the order stacked; those that do not weigh are left out by the
        caller.
    """
    names = [wrapped(n) for n in frame["name"]]
    row = 48 if any("<br>" in n for n in names) else 32
    fig = new_chart(height=row * max(frame.height, 1) + 90)
    at = list(range(frame.height))
    palette = look.palette
    for i, (dimension, title) in enumerate(dimensions.items()):
        lengths = (frame["distance"] * frame[f"{dimension}_part"].fill_null(0)).to_list()
        fig.trace(
            "bar",
            orientation="h",
            name=title,
            x=lengths,
            y=at,
            width=0.66,
            marker={
                "color": palette.categories[i],
                "pattern": {
                    "shape": _PATTERNS[i % len(_PATTERNS)],
                    "fgcolor": palette.background,
                    "fillmode": "overlay",
                    "size": 7,
                },
            },
            text=[
                f"<b>{r['name']}</b><br>{title}: {_part(r[f'{dimension}_part'], look)}"
                for r in frame.iter_rows(named=True)
            ],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    shared = {
        "tickmode": "array",
        "tickvals": at,
        "range": [frame.height - 0.4, -0.6],
        "tickfont": {"color": palette.text, "size": FONT_SIZE},
        "showgrid": False,
    }
    fig.trace("scatter", x=[None], y=[None], yaxis="y2", hoverinfo="skip", showlegend=False)
    fig.update(
        barmode="stack",
        showlegend=True,
        legend=fig.layout["legend"] | {"traceorder": "normal"},
        xaxis=axis(rangemode="tozero", nticks=3),
        yaxis=axis(ticktext=names, **shared),
        yaxis2=axis(
            ticktext=[look.number(d, 2) for d in frame["distance"]],
            overlaying="y",
            side="right",
            **shared,
        ),
        margin={"t": 8, "r": 6, "l": 6, "b": 26},
    )
    return fig


def similar_alt(
    frame: pl.DataFrame, look: Look, *, title: str, dimensions: Mapping[str, str]
) -> str:
    """Describe the distances: each area with its distance and what makes most of it."""
    parts = [look.text("comparing.similar.alt", title=title)]
    for row in frame.iter_rows(named=True):
        value = look.number(row["distance"], 2)
        if (most := main_part(row, dimensions)) is not None:
            value = look.text(
                "comparing.similar.alt_value", distance=value, dimension=dimensions[most]
            )
        parts.append(look.text("figure.alt.item", name=row["name"], value=value))
    return " ".join(parts)


def main_part(row: Mapping[str, object], dimensions: Mapping[str, str]) -> str | None:
    """Return the dimension that makes most of a row's distance, ``None`` when it is zero."""
    parts = {d: p for d in dimensions if isinstance(p := row[f"{d}_part"], float)}
    return max(parts, key=lambda d: parts[d]) if any(parts.values()) else None


def _part(share: float | None, look: Look) -> str:
    return (
        look.text("comparing.similar.not_known")
        if share is None
        else look.number.percent(100 * share, 0)
    )
