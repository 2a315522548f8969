"""Where the residents of old areas go: two columns of bars and the ribbons between them.

Drawn as shapes, so that it prints as it stands; widths are people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from dashboard.figures.chart import Chart
from dashboard.figures.style import FONT_SIZE, Look, new_chart, wrapped

_LABEL = 19  # pixels a line of a label takes
_GAP = 12  # pixels between two areas
_BAR = 0.03  # width of an area's bar, of the figure's
#: What every name of a column begins with; the heading says it once.
_GENERIC = re.compile(r"^(Sundhedsklyngen?|Sundhedsråd|Klynge)\s+(?=\S)")


@dataclass(frozen=True)
class _Slot:
    """Where an area stands, in pixels from the top: its bar, and where its room ends."""

    top: float
    bottom: float
    edge: float
    label: str


def brief(name: str) -> str:
    """Return a name without the word that every name of its kind begins with."""
    return _GENERIC.sub("", name)


def flow(frame: pl.DataFrame, look: Look, *, old: str, new: str, selected: str) -> Chart:
    """Draw the residents of old areas going to new ones.

    Parameters
    ----------
    frame
        One row a pair: ``old_id, old_name, new_id, new_name, persons``; pairs without a known
        number of people must have been left out.
    look
        Language, number format and colours of the reader.
    old, new
        Headings of the two columns.
    selected
        Area id whose ribbons stand out.
    """
    total = float(frame["persons"].sum() or 1.0)
    left = frame.group_by("old_id", "old_name", maintain_order=True).agg(pl.col("persons").sum())
    order = {a: i for i, a in enumerate(left["old_id"])}
    right = (
        frame.with_columns(at=pl.col("old_id").replace_strict(order, return_dtype=pl.Float64))
        .group_by("new_id", "new_name", maintain_order=True)
        .agg(
            pl.col("persons").sum(),
            # People's mean place on the left: the fewest ribbons cross.
            at=(pl.col("at") * pl.col("persons")).sum() / pl.col("persons").sum(),
        )
        .sort("at", maintain_order=True)
    )
    tallest = max(left.height, right.height)
    room = max(200.0, 34.0 * tallest)
    sides = [
        _slots(left.select(id="old_id", name="old_name", persons="persons"), look, room / total),
        _slots(right.select(id="new_id", name="new_name", persons="persons"), look, room / total),
    ]
    depth = max(s.edge for side in sides for s in side.values())
    fig = new_chart(height=int(depth + 50))
    filled: tuple[dict[str, float], dict[str, float]] = ({}, {})
    hover: list[tuple[float, str]] = []
    ranks = {a: i for i, a in enumerate(right["new_id"])}
    pairs = frame.sort(
        pl.col("old_id").replace_strict(order, return_dtype=pl.Int32),
        pl.col("new_id").replace_strict(ranks, return_dtype=pl.Int32),
    )
    for row in pairs.iter_rows(named=True):
        width = row["persons"] * room / total
        ends = []
        for side, key in ((0, row["old_id"]), (1, row["new_id"])):
            start = filled[side].get(key, sides[side][key].top)
            filled[side][key] = start + width
            ends.append(start)
        stands_out = selected in (row["old_id"], row["new_id"])
        fig.shape(**_ribbon(ends[0], ends[1], width, look, stands_out=stands_out))
        hover.append(
            (
                (ends[0] + ends[1] + width) / 2,
                look.text(
                    "comparing.flow.hover",
                    old=row["old_name"],
                    new=row["new_name"],
                    count=look.number(row["persons"]),
                ),
            )
        )
    for side, slots in enumerate(sides):
        _bars(fig, slots, side, look, selected)
    fig.trace(
        "scatter",
        x=[0.5] * len(hover),
        y=[y for y, _ in hover],
        mode="markers",
        marker={"size": 16, "opacity": 0},
        text=[t for _, t in hover],
        hovertemplate="%{text}<extra></extra>",
    )
    for x, anchor, text in ((0, "right", old), (1, "left", new)):
        fig.annotate(
            text=f"<b>{text}</b>",
            x=x,
            y=-30,
            xanchor=anchor,
            xshift=-6 if x == 0 else 6,
            font={"color": look.palette.text, "size": FONT_SIZE},
        )
    fig.update(
        xaxis={"visible": False, "range": [0, 1], "fixedrange": True},
        yaxis={"visible": False, "range": [depth, -44], "fixedrange": True},
        # Labels stand outside the ribbons, so that both can be read on a phone.
        margin={"l": _room(sides[0], old), "r": _room(sides[1], new), "t": 4, "b": 4},
    )
    return fig


def flow_alt(frame: pl.DataFrame, look: Look, *, title: str, most: int = 12) -> str:
    """Describe the flows: every pair when there are few, else how many there are."""
    parts = [look.text("comparing.flow.alt", title=title)]
    if frame.height > most:
        parts.append(
            look.text(
                "comparing.flow.alt_many",
                old=frame["old_id"].n_unique(),
                new=frame["new_id"].n_unique(),
            )
        )
        split = frame.filter(pl.len().over("old_id") > 1)
        rows = split.iter_rows(named=True)
    else:
        rows = frame.iter_rows(named=True)
    parts += [
        look.text(
            "comparing.flow.alt_pair",
            old=r["old_name"],
            new=r["new_name"],
            count=look.number(r["persons"]),
        )
        for r in rows
    ]
    return " ".join(parts)


def _slots(areas: pl.DataFrame, look: Look, scale: float) -> dict[str, _Slot]:
    """Return where each area stands; small ones get the room their name takes."""
    out: dict[str, _Slot] = {}
    edge = 0.0
    for area, name, persons in areas.iter_rows():
        label = f"{wrapped(brief(name), 15)}<br>{look.number(round(persons))}"
        height = persons * scale
        slot = max(height, _LABEL * (label.count("<br>") + 1))
        top = edge + (slot - height) / 2
        out[area] = _Slot(top, top + height, edge + slot, label)
        edge += slot + _GAP
    return out


def _bars(fig: Chart, slots: dict[str, _Slot], side: int, look: Look, selected: str) -> None:
    for area, slot in slots.items():
        stands_out = area == selected
        start, end = (0.0, _BAR) if side == 0 else (1 - _BAR, 1.0)
        fig.shape(
            type="rect",
            x0=start,
            x1=end,
            y0=slot.top,
            y1=slot.bottom,
            line={"width": 0},
            fillcolor=look.palette.area if stands_out else look.palette.country,
        )
        first, _, rest = slot.label.rpartition("<br>")
        fig.annotate(
            text=f"<b>{first}</b><br>{rest}" if stands_out else f"{first}<br>{rest}",
            x=float(side),
            y=(slot.top + slot.bottom) / 2,
            xanchor="left" if side else "right",
            xshift=6 if side else -6,
            align="left" if side else "right",
            font={"color": look.palette.text, "size": FONT_SIZE - 1},
        )


def _ribbon(
    left: float, right: float, width: float, look: Look, *, stands_out: bool
) -> dict[str, object]:
    """Return a band from one bar's right edge to the other's left edge, as an SVG path."""
    a, b, m = _BAR, 1 - _BAR, 0.5
    low_left, low_right = left + width, right + width
    path = (
        f"M {a},{left:.2f} C {m},{left:.2f} {m},{right:.2f} {b},{right:.2f} "
        f"L {b},{low_right:.2f} C {m},{low_right:.2f} {m},{low_left:.2f} {a},{low_left:.2f} Z"
    )
    return {
        "type": "path",
        "path": path,
        "line": {"width": 0},
        "fillcolor": look.palette.sequence[2] if stands_out else look.palette.grid,
        "opacity": 0.9,
        "layer": "below",
    }


def _room(slots: dict[str, _Slot], heading: str) -> int:
    lines = [line for s in slots.values() for line in s.label.split("<br>")]
    # The heading is bold, and wider.
    return int(max(len(heading) * 10.4, *(len(line) * 9.2 for line in lines))) + 14
