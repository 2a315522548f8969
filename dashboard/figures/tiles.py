"""The tile map: every municipality a square of equal size, roughly in its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboard.figures.chart import Chart
from dashboard.figures.contrast import most_readable
from dashboard.figures.hover import hover_lines
from dashboard.figures.names import abbreviations
from dashboard.figures.shades import shades_of
from dashboard.figures.style import Figures, Look, axis, new_chart, safe_rows

LETTERS = 3  # of a name, as many as a tile has room for on a phone
LETTER = 12  # pixels a letter is high, also there
GAP = 0.06  # of a tile
TILE = 42  # pixels a row of tiles is high
#: Signs of the marks a tile carries beside its letters: never told by colour alone.
_SIGNS = {
    "x-thin-open": "×",
    "circle-open": "○",
    "cross-thin-open": "+",
    "line-ew-open": "\u2212",
    "triangle-up-open": "▲",
    "triangle-down-open": "▼",
    "circle-open-dot": "?",
}


def tile_figure(
    frame: Figures,
    look: Look,
    *,
    places: Mapping[str, tuple[int, int]],
    unit: str,
    decimals: int,
    by: str = "quantile",
    selected: Collection[str] = (),
    others: Figures | None = None,
) -> Chart:
    """Draw municipalities as tiles in the shades of the map.

    Parameters
    ----------
    frame
        As for ``map_figure``; a municipality without a place is left out.
    look
        Colours, language and number format of the reader.
    places
        Area id → column (0 in the west) and row (0 in the north).
    unit, decimals, by, others
        As for ``map_figure``.
    selected
        Municipalities to put a heavy line around: the one shown, or those the area is made of.
    """
    rows = [row for row in safe_rows(frame) if row["area_id"] in places]
    more = [] if others is None else safe_rows(others)
    shades = shades_of(rows, look, by=by, decimals=decimals, others=more)
    spots = [places[row["area_id"]] for row in rows]
    tall = max((row for _, row in places.values()), default=0) + 1
    wide = max((column for column, _ in places.values()), default=0) + 1
    chart = new_chart(height=tall * TILE + 90)
    short = abbreviations({row["area_id"]: row["name"] for row in rows}, LETTERS)
    colours = [shades.colours[code] for code in shades.codes]
    inks = (look.palette.text, look.palette.background)
    signs = [_SIGNS.get(mark, "") for mark in shades.marks]
    chart.trace(
        "bar",
        x=[column for column, _ in spots],
        base=[-row for _, row in spots],
        y=[GAP - 1] * len(rows),
        width=1 - GAP,
        customdata=[row["area_id"] for row in rows],
        marker={
            "color": colours,
            "line": {
                "color": look.palette.text,
                "width": [3 if row["area_id"] in selected else 0.5 for row in rows],
            },
        },
        text=[
            f"{short[row['area_id']]}{f'<br>{sign}' if sign else ''}"
            for row, sign in zip(rows, signs, strict=True)
        ],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        # Never shrunk: on a phone the letters would be too small to read.
        constraintext="none",
        textfont={"size": LETTER, "color": [most_readable(colour, inks) for colour in colours]},
        hovertext=hover_lines(rows, look, unit=unit, decimals=decimals),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for name, marker in shades.legend:
        chart.trace(
            "scatter",
            x=[None],
            y=[None],
            mode="markers",
            name=name,
            showlegend=True,
            hoverinfo="skip",
            marker={"size": 15, **marker},
        )
    chart.data[0]["showlegend"] = False
    chart.update(
        xaxis=axis(visible=False, range=[-0.55, wide - 0.45]),
        yaxis=axis(visible=False, range=[-tall - 0.05, 0.05]),
        margin={"t": 4, "l": 4, "r": 4, "b": 4},
        showlegend=True,
        legend={
            **chart.layout["legend"],
            "y": 0,
            "yanchor": "top",
            "traceorder": "normal",
            "entrywidth": shades.width,
        },
    )
    return chart
