"""The map: areas in shades of a few classes, hidden and missing areas marked as what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.figures.chart import Chart, Spec
from dashboard.figures.contrast import most_readable
from dashboard.figures.hover import hover_values
from dashboard.figures.names import LETTER, SMALL, Box, Ground, Written, written
from dashboard.figures.shades import Shades, shades_of
from dashboard.figures.style import FONT_SIZE, Figures, Look, new_chart, safe_rows
from dashboard.format import NBSP

#: Degrees around an inset within which areas are sent for it.
_NEAR = 0.3
#: Pixels below a map that its legend takes.
_LEGEND = 50
#: Areas up to which an inset is sent them all: few areas are large, some lie on both sides of the
#: sea, and their centre does not say where their parts are.
_FEW = 30
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Frame:
    """A piece of the world, WGS84 degrees, and where on the figure it is drawn (0-1).

    ``name`` is written above an inset, by the key of a text.
    """

    lon: tuple[float, float]
    lat: tuple[float, float]
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)
    name: str = ""


#: Where on the figure each frame of the warehouse's ``insets`` goes: the mainland all over, the
#: others in the upper right, over the Kattegat, where nobody lives.
_PLACES = {
    "denmark": ((0.0, 1.0), (0.0, 1.0)),
    "capital": ((0.70, 1.0), (0.755, 0.955)),
    "bornholm": ((0.80, 1.0), (0.50, 0.68)),
}


def frames(insets: pl.DataFrame) -> dict[str, Frame]:
    """Return the frames of a map of all Denmark, the mainland first.

    Parameters
    ----------
    insets
        ``inset, lon_min, lat_min, lon_max, lat_max``, as in the warehouse.
    """
    found = {r["inset"]: r for r in insets.iter_rows(named=True)}
    return {
        name: Frame(
            (r["lon_min"], r["lon_max"]),
            (r["lat_min"], r["lat_max"]),
            *place,
            "" if name == "denmark" else f"figure.inset.{name}",
        )
        for name, place in _PLACES.items()
        if (r := found.get(name))
    }


def map_figure(
    frame: Figures,
    look: Look,
    *,
    geojson: str,
    unit: str,
    decimals: int,
    frames: Sequence[Frame],
    by: str = "quantile",
    selected: str | None = None,
    backdrop: tuple[str, list[str]] | None = None,
    outline: tuple[str, str] | None = None,
    others: Figures | None = None,
    height: int = 620,
    boxes: Mapping[str, Box] | None = None,
    width: int = 0,
) -> Chart:
    """Draw areas in shades of a few classes.

    Parameters
    ----------
    frame
        One row an area: ``area_id, name, value, lower, upper, status, is_estimate, centre_lon,
        centre_lat`` and, for ``by="compared"``, ``vs_country``. Numbers of rows whose status is
        not ``ok`` are never read.
    look
        Colours, language and number format of the reader.
    geojson
        Address of a FeatureCollection whose feature ids are the area ids; the browser fetches it
        once and keeps it.
    unit
        Unit in words, for the hover text.
    decimals
        Decimals shown.
    frames
        Pieces to draw: one, or the mainland and its insets.
    by
        ``quantile`` (equally many areas in a class), ``equal`` (equally wide classes) or
        ``compared`` (the area's interval against the country).
    selected
        Area to put a heavy line around, if any.
    backdrop
        Address and area ids of boundaries to draw behind, for the surroundings of an area.
    outline
        Address and area id of one boundary to draw on top, where the selected area is not itself
        one of the areas shown.
    others
        Rows of a second map that shares the classes, so that a shade is the same on both.
    height
        Pixels.
    boxes
        Area id → west, south, east and north of its boundary: names and numbers are written on
        areas with room for them, and a ring is put around a selected one too small to be seen.
    width
        Pixels the chart has on a desk; where it has fewer, nothing is written.
    """
    rows = safe_rows(frame)
    chart = new_chart(height=height)
    more = [] if others is None else safe_rows(others)
    shades = shades_of(rows, look, by=by, decimals=decimals, others=more)
    hover = hover_values(rows, look, unit=unit, decimals=decimals)
    # What all areas end with is said once: most of what a map sends is its hover texts.
    ending = f"{NBSP}{unit}"
    if all(said.endswith(ending) for said in hover):
        hover = [said.removesuffix(ending) for said in hover]
    else:
        ending = ""
    for number, piece in enumerate(frames, start=1):
        geo = "geo" if number == 1 else f"geo{number}"
        inside = [
            i for i, row in enumerate(rows) if number == 1 or _seen(row, piece, boxes, len(rows))
        ]
        if backdrop:
            chart.data.append(_plain(*backdrop, geo, look, width=0.6))
        chart.trace(
            "choropleth",
            geo=geo,
            geojson=geojson,
            featureidkey="id",
            locations=[rows[i]["area_id"] for i in inside],
            z=[shades.codes[i] for i in inside],
            coloraxis="coloraxis",
            # Names apart from what changes with the year, and no markup a hundred times over.
            hovertext=[rows[i]["name"] for i in inside],
            text=[hover[i] for i in inside],
            hovertemplate=f"<b>%{{hovertext}}</b><br>%{{text}}{ending}<extra></extra>",
            marker={"line": {"color": look.palette.muted, "width": 0.6}},
        )
        _marks(chart, [(rows[i], shades.marks[i]) for i in inside], geo, look)
        ground = Ground(
            piece.lon,
            piece.lat,
            (piece.x[1] - piece.x[0]) * width,
            (piece.y[1] - piece.y[0]) * (height - _LEGEND),
        )
        here = any(rows[i]["area_id"] == selected for i in inside)
        drawn = outline or ((geojson, selected) if selected and here else None)
        if drawn:
            small = _is_small(drawn[1], boxes, ground)
            chart.data.append(_plain(drawn[0], [drawn[1]], geo, look, width=1.4 if small else 3.0))
            if small and boxes:
                _ring(chart, boxes[drawn[1]], geo, look)
        if boxes and width:
            bare = [i for i in inside if not shades.marks[i]]
            _names(
                chart,
                rows,
                bare,
                geo,
                look,
                shades,
                written_on(rows, bare, look, decimals, boxes, ground),
                width,
            )
        if piece.name:
            chart.annotate(
                text=look.text(piece.name),
                x=piece.x[1],
                y=piece.y[1],
                xref="paper",
                yref="paper",
                xanchor="right",
                yanchor="bottom",
                font={"color": look.palette.text, "size": FONT_SIZE - 2},
            )
        chart.update(**{geo: _view(piece, look, framed=number > 1 or backdrop is not None)})
    colours = {"cmin": -0.5, "cmax": len(shades.colours) - 0.5, "colorscale": shades.steps()}
    chart.update(coloraxis=colours | {"showscale": False})
    _legend(chart, shades)
    return chart


def written_on(  # noqa: PLR0917
    rows: Rows,
    which: Sequence[int],
    look: Look,
    decimals: int,
    boxes: Mapping[str, Box],
    ground: Ground,
) -> list[Written]:
    """Return what is written on the areas of a frame."""
    areas = (
        (
            row["area_id"],
            str(row.get("short_name") or row["name"]).partition(" (")[0],
            look.number(row["value"], decimals),
            row["centre_lon"],
            row["centre_lat"],
        )
        for row in (rows[i] for i in which)
        if row["value"] is not None
    )
    return written(areas, boxes, ground)


def _names(  # noqa: PLR0917
    chart: Chart,
    rows: Rows,
    which: Sequence[int],
    geo: str,
    look: Look,
    shades: Shades,
    texts: Sequence[Written],
    width: int,
) -> None:
    """Write names and numbers, each in the ink that is read best on its area's shade."""
    if not texts:
        return
    inks = (look.palette.text, look.palette.background)
    colours = {rows[i]["area_id"]: shades.colours[shades.codes[i]] for i in which}
    chart.trace(
        "scattergeo",
        geo=geo,
        lon=[text.lon for text in texts],
        lat=[text.lat for text in texts],
        mode="text",
        text=[text.text for text in texts],
        textfont={
            "size": LETTER,
            "color": [most_readable(colours[text.area], inks) for text in texts],
        },
        # Where the chart has less room than they were set for, the script leaves them out.
        meta={"room": width},
        showlegend=False,
        hoverinfo="skip",
    )


def _is_small(area: str, boxes: Mapping[str, Box] | None, ground: Ground) -> bool:
    """Return whether a heavy line would cover an area rather than show it."""
    if not boxes or area not in boxes or not ground.width:
        return False
    return max(ground.size(boxes[area])) < SMALL


def _ring(chart: Chart, box: Box, geo: str, look: Look) -> None:
    """Put a ring around an area too small for a heavy line."""
    chart.trace(
        "scattergeo",
        geo=geo,
        lon=[(box[0] + box[2]) / 2],
        lat=[(box[1] + box[3]) / 2],
        mode="markers",
        showlegend=False,
        hoverinfo="skip",
        marker={
            "symbol": "circle-open",
            "size": SMALL + 4,
            "color": look.palette.text,
            "line": {"width": 2.5, "color": look.palette.text},
        },
    )


def _seen(row: dict[str, Any], piece: Frame, boxes: Mapping[str, Box] | None, count: int) -> bool:
    """Return whether an area may be seen in an inset: it is not sent all of Denmark."""
    box = (boxes or {}).get(row["area_id"])
    if box is None:
        return count <= _FEW or _near(row, piece)
    west, south, east, north = box
    across = west < piece.lon[1] and piece.lon[0] < east
    return across and south < piece.lat[1] and piece.lat[0] < north


def _near(row: dict[str, Any], piece: Frame) -> bool:
    """Return whether a small area can be seen in a frame."""
    lon, lat = row["centre_lon"], row["centre_lat"]
    return bool(
        piece.lon[0] - _NEAR < lon < piece.lon[1] + _NEAR
        and piece.lat[0] - _NEAR < lat < piece.lat[1] + _NEAR
    )


def _plain(geojson: str, areas: list[str], geo: str, look: Look, *, width: float) -> Spec:
    """Return a boundary without a shade: the selected area's heavy line, or the surroundings."""
    colour = look.palette.text if width > 1 else look.palette.muted
    return {
        "type": "choropleth",
        "geo": geo,
        "geojson": geojson,
        "featureidkey": "id",
        "locations": areas,
        "z": [0] * len(areas),
        "colorscale": [(0, "rgba(0,0,0,0)"), (1, "rgba(0,0,0,0)")],
        "showscale": False,
        "hoverinfo": "skip",
        "marker": {"line": {"color": colour, "width": width}},
    }


def _marks(chart: Chart, rows: Sequence[tuple[dict[str, Any], str]], geo: str, look: Look) -> None:
    """Put a mark on areas whose shade says more than more or less: never told by colour alone."""
    for symbol in dict.fromkeys(mark for _, mark in rows if mark):
        marked = [row for row, mark in rows if mark == symbol]
        chart.trace(
            "scattergeo",
            geo=geo,
            lon=[r["centre_lon"] for r in marked],
            lat=[r["centre_lat"] for r in marked],
            mode="markers",
            showlegend=False,
            hoverinfo="skip",
            marker={
                "symbol": symbol,
                "size": 8,
                "color": look.palette.text,
                "line": {"width": 1.5, "color": look.palette.text},
            },
        )


def _view(piece: Frame, look: Look, *, framed: bool) -> dict[str, object]:
    return {
        "domain": {"x": piece.x, "y": piece.y},
        "projection": {"type": "mercator"},
        "lonaxis": {"range": piece.lon},
        "lataxis": {"range": piece.lat},
        "visible": False,
        "showframe": framed,
        "framecolor": look.palette.muted,
        "framewidth": 1,
        "bgcolor": look.palette.background if framed else "rgba(0,0,0,0)",
    }


def _legend(chart: Chart, shades: Shades) -> None:
    """Name every shade with its numbers; what no area has gets no line."""
    for name, marker in shades.legend:
        chart.trace(
            "scattergeo",
            geo="geo",
            lon=[None],
            lat=[None],
            mode="markers",
            name=name,
            showlegend=True,
            hoverinfo="skip",
            marker={"size": 15, **marker},
        )
    # Columns of one width: the legend reads as a row on a desk and as a small table on a phone.
    chart.update(
        showlegend=True,
        legend={
            **chart.layout["legend"],
            "y": 0,
            "yanchor": "top",
            "traceorder": "normal",
            "entrywidth": shades.width,
        },
    )
