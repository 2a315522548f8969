"""A heat map of areas and indicators: a sign in every cell, a colour that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.estimates import is_estimate, mark
from dashboard.figures.chart import Chart
from dashboard.figures.classes import quantile_classes
from dashboard.figures.contrast import most_readable
from dashboard.figures.hover import value_text
from dashboard.figures.style import (
    FONT_SIZE,
    HIDDEN,
    Figures,
    Look,
    axis,
    grouped,
    new_chart,
    safe_rows,
    wrapped,
)
from warehouse.schema import COMPARISONS

#: What a cell can say, in the order of the legend, and the sign it is said with.
SIGNS = {
    "better": "+",
    "similar": "=",
    "worse": "−",
    "higher": "▲",
    "lower": "▼",
    "low": "",
    "middle": "",
    "high": "",
    "unknown": "·",
    "hidden": "×",
    "missing": "",
}
_THIRDS = ("low", "middle", "high")
_STATES = tuple(SIGNS)
ROW = 27  # pixels a row takes


def cells(frame: Figures, decimals: Mapping[str, int]) -> list[dict[str, Any]]:
    """Add what each cell says.

    An indicator with intervals is compared with the country; one without is only sorted into
    thirds, which say nothing about certainty.

    Parameters
    ----------
    frame
        One row an area and indicator: ``indicator_id, value, status, vs_country``.
    decimals
        Indicator id → decimals the reader sees.

    Returns
    -------
    list of dict
        The rows with ``state``: one of ``SIGNS``, grouped by indicator.
    """
    out = []
    for indicator, rows in grouped(safe_rows(frame), "indicator_id").items():
        compared = any(row["vs_country"] in COMPARISONS for row in rows)
        values = np.array([row["value"] for row in rows], dtype=np.float64)
        thirds = quantile_classes(values, decimals[indicator], classes=3).index
        out += [
            row | {"state": _state(row, third, compared=compared)}
            for row, third in zip(rows, thirds, strict=True)
        ]
    return out


def _state(row: Mapping[str, object], third: int, *, compared: bool) -> str:
    if row["status"] in HIDDEN:
        return "hidden"
    if row["status"] != "ok" or row["value"] is None:
        return "missing"
    if compared:
        return str(row["vs_country"] or "unknown")
    return _THIRDS[third]


def heat_map(
    rows: Sequence[Mapping[str, Any]],
    look: Look,
    *,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    decimals: Mapping[str, int],
    selected: str | None = None,
) -> Chart:
    """Draw areas down, indicators across.

    Parameters
    ----------
    rows
        From ``cells``: ``area_id, name, indicator_id, period, value, lower, upper, status,
        is_estimate, state``; areas from the top in the order they come.
    look
        Language, number format and colours of the reader.
    columns, units, decimals
        Indicator id → short title, unit in words, decimals; in the order drawn.
    selected
        The area whose name stands bold.
    """
    areas = {row["area_id"]: row["name"] for row in rows}
    row_of = {a: i for i, a in enumerate(areas)}
    column_of = {c: i for i, c in enumerate(columns)}
    shape = (len(row_of), len(column_of))
    state = np.full(shape, _STATES.index("missing"))
    hover = np.full(shape, "", dtype=object)
    fills = _fills(look)
    dark_or_light = (look.palette.text, look.palette.background)
    inks = {state: most_readable(fill, dark_or_light) for state, fill in fills.items()}
    labels: list[dict[str, object]] = []
    for row in rows:
        at = row_of[row["area_id"]], column_of[row["indicator_id"]]
        state[at] = _STATES.index(row["state"])
        hover[at] = _hover(row, look, columns, units, decimals)
        labels.append(
            {
                "x": at[1],
                "y": at[0],
                "text": _sign(row, look, decimals),
                "color": inks[row["state"]],
            }
        )
    names = [
        wrapped(areas[area] + mark(look.text, estimate=_all_estimates(own)), 20)
        for area, own in grouped(rows, "area_id").items()
    ]
    height = max(ROW, *(ROW - 8 + 17 * n.count("<br>") for n in names)) if names else ROW
    longest = max((len(c) for c in columns.values()), default=0)
    fig = new_chart(height=int(height * shape[0] + 9 * longest * 0.95 + 90))
    steps = len(_STATES)
    fig.trace(
        "heatmap",
        z=state.tolist(),
        x=list(range(shape[1])),
        y=list(range(shape[0])),
        zmin=-0.5,
        zmax=steps - 0.5,
        colorscale=[
            (edge, fills[s]) for i, s in enumerate(_STATES) for edge in (i / steps, (i + 1) / steps)
        ],
        showscale=False,
        xgap=2,
        ygap=2,
        text=hover.tolist(),
        hovertemplate="%{text}<extra></extra>",
    )
    # One trace a colour of text: a heat map's own text has one colour for all cells.
    for colour in dict.fromkeys(item["color"] for item in labels):
        own = [item for item in labels if item["color"] == colour]
        fig.trace(
            "scatter",
            x=[item["x"] for item in own],
            y=[item["y"] for item in own],
            mode="text",
            text=[item["text"] for item in own],
            textfont={"size": 13, "color": colour},
            hoverinfo="skip",
            showlegend=False,
        )
    states = {row["state"] for row in rows}
    _legend(fig, [s for s in SIGNS if s in states], fills, look)
    shared = {"tickfont": {"color": look.palette.text, "size": FONT_SIZE - 1}, "showgrid": False}
    bold = [f"<b>{n}</b>" if a == selected else n for a, n in zip(areas, names, strict=True)]
    fig.update(
        showlegend=True,
        legend=fig.layout["legend"] | {"y": 0, "yanchor": "top"},
        xaxis=axis(
            side="top",
            tickmode="array",
            tickvals=list(range(shape[1])),
            ticktext=list(columns.values()),
            # Level where there is room, as on a desk; on a phone they stand on end.
            autotickangles=[0, -90],
            range=[-0.5, shape[1] - 0.5],
            **shared,
        ),
        yaxis=axis(
            tickmode="array",
            tickvals=list(range(shape[0])),
            ticktext=bold,
            range=[shape[0] - 0.5, -0.5],
            **shared,
        ),
        margin={"t": 8, "r": 4, "l": 4, "b": 8},
    )
    return fig


def _all_estimates(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether all numbers of an area are estimates: its name then says so, once."""
    shown = [row for row in rows if row["value"] is not None]
    return bool(shown) and all(map(is_estimate, shown))


def heat_alt(
    rows: Sequence[Mapping[str, Any]],
    look: Look,
    *,
    title: str,
    columns: Mapping[str, str],
    selected: str | None = None,
) -> str:
    """Describe a heat map: its size, then what it says of the selected area."""
    parts = [
        look.text(
            "comparing.heat.alt",
            title=title,
            areas=len({row["area_id"] for row in rows}),
            indicators=len(columns),
        )
    ]
    own = grouped((row for row in rows if row["area_id"] == selected), "state")
    for state in SIGNS:
        named = [columns[row["indicator_id"]] for row in own.get(state, ())]
        if named:
            parts.append(f"{look.text(f'comparing.heat.{state}')}: {look.number.listing(named)}.")
    return " ".join(parts)


def _sign(row: Mapping[str, object], look: Look, decimals: Mapping[str, int]) -> str:
    if row["state"] in _THIRDS and isinstance(row["value"], int | float):
        return look.number(row["value"], decimals[str(row["indicator_id"])])
    return SIGNS[str(row["state"])]


def _hover(
    row: Mapping[str, object],
    look: Look,
    columns: Mapping[str, str],
    units: Mapping[str, str],
    decimals: Mapping[str, int],
) -> str:
    indicator = str(row["indicator_id"])
    value = value_text(row, look, decimals=decimals[indicator], unit=units[indicator])
    lines = [f"<b>{row['name']}</b>", f"{columns[indicator]}, {row['period']}", value]
    if row["status"] == "ok":
        lines.append(look.text(f"comparing.heat.{row['state']}"))
    return "<br>".join(lines)


def _fills(look: Look) -> dict[str, str]:
    colours = look.palette
    return {
        "better": colours.better,
        "similar": colours.missing,
        "worse": colours.worse,
        "higher": colours.categories[4],
        "lower": colours.categories[4],
        "low": colours.sequence[0],
        "middle": colours.sequence[1],
        "high": colours.sequence[4],
        "unknown": colours.background,
        "hidden": colours.surface,
        "missing": colours.background,
    }


def _legend(fig: Chart, states: Sequence[str], fills: Mapping[str, str], look: Look) -> None:
    for state in states:
        sign = f"{SIGNS[state]} " if SIGNS[state] else ""
        fig.trace(
            "scatter",
            x=[None],
            y=[None],
            mode="markers",
            name=sign + look.text(f"comparing.heat.{state}"),
            marker={
                "symbol": "square",
                "size": 13,
                "color": fills[state],
                "line": {"width": 1, "color": look.palette.border},
            },
            hoverinfo="skip",
        )
