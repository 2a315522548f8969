"""The map: areas in shades of a few classes, hidden and missing areas marked as what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.classes import Classes, quantile_classes
from dashboard.figures.hover import hover_lines
from dashboard.figures.style import HIDDEN, Look, new_figure, safe


@dataclass(frozen=True)
class Frame:
    """A piece of the world, WGS84 degrees, and where on the figure it is drawn (0-1)."""

    lon: tuple[float, float]
    lat: tuple[float, float]
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)


#: Where on the figure each frame of the warehouse's ``insets`` goes: the mainland all over, the
#: others in the upper right, over the Kattegat, where nobody lives.
_PLACES = {
    "denmark": ((0.0, 1.0), (0.0, 1.0)),
    "capital": ((0.70, 1.0), (0.74, 1.0)),
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
        name: Frame((r["lon_min"], r["lon_max"]), (r["lat_min"], r["lat_max"]), *place)
        for name, place in _PLACES.items()
        if (r := found.get(name))
    }


def map_figure(
    frame: pl.DataFrame,
    look: Look,
    *,
    geojson: str,
    unit: str,
    decimals: int,
    frames: Sequence[Frame],
    selected: str | None = None,
    backdrop: tuple[str, list[str]] | None = None,
    outline: tuple[str, str] | None = None,
    height: int = 620,
) -> go.Figure:
    """Draw areas in quantile classes.

    Parameters
    ----------
    frame
        One row an area: ``area_id, name, value, lower, upper, status, is_estimate, centre_lon,
        centre_lat``. Numbers of rows whose status is not ``ok`` are never read.
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
    selected
        Area to put a heavy line around, if any.
    backdrop
        Address and area ids of boundaries to draw behind, for the surroundings of an area.
    outline
        Address and area id of one boundary to draw on top, where the selected area is not itself
        one of the areas shown.
    height
        Pixels.
    """
    frame = safe(frame)
    fig = new_figure(height=height, revision=f"map-{geojson}-{frames[0].lon}")
    classes = quantile_classes(
        frame["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy(), decimals
    )
    codes, colours = _shades(frame, classes, look)
    hover = hover_lines(frame, look, unit=unit, decimals=decimals)
    for number, piece in enumerate(frames, start=1):
        geo = "geo" if number == 1 else f"geo{number}"
        if backdrop:
            fig.add_trace(_plain(*backdrop, geo, look, width=0.6))
        fig.add_trace(
            go.Choropleth(
                geo=geo,
                geojson=geojson,
                featureidkey="id",
                locations=frame["area_id"].to_list(),
                z=codes,
                zmin=-0.5,
                zmax=len(colours) - 0.5,
                colorscale=_steps(colours),
                showscale=False,
                customdata=frame["area_id"].to_list(),
                text=hover,
                hovertemplate="%{text}<extra></extra>",
                marker={"line": {"color": look.palette.muted, "width": 0.6}},
                # A click must not fade the other areas: the map stays readable.
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
            )
        )
        _mark_unknown(fig, frame, geo, look)
        drawn = outline or ((geojson, selected) if selected else None)
        if drawn:
            fig.add_trace(_plain(drawn[0], [drawn[1]], geo, look, width=3.0))
        fig.update_layout({geo: _view(piece, look, framed=number > 1 or backdrop is not None)})
    _legend(fig, frame, classes, colours, look, decimals=decimals)
    return fig


def _shades(frame: pl.DataFrame, classes: Classes, look: Look) -> tuple[list[int], list[str]]:
    """Return each area's colour number and the colours: the classes, then hidden, then missing."""
    ramp = look.palette.sequence
    n = len(classes.ranges)
    # A few classes are spread over the whole ramp, so that low and high stay far apart.
    shades = [ramp[round(i * (len(ramp) - 1) / max(n - 1, 1))] for i in range(n)]
    colours = [*shades, look.palette.hidden, look.palette.background]
    codes = [
        int(i) if i >= 0 else (n if status in HIDDEN else n + 1)
        for i, status in zip(classes.index, frame["status"], strict=True)
    ]
    return codes, colours


def _steps(colours: list[str]) -> list[tuple[float, str]]:
    n = len(colours)
    return [(edge / n, c) for i, c in enumerate(colours) for edge in (i, i + 1)]


def _plain(geojson: str, areas: list[str], geo: str, look: Look, *, width: float) -> go.Choropleth:
    """Return a boundary without a shade: the selected area's heavy line, or the surroundings."""
    return go.Choropleth(
        geo=geo,
        geojson=geojson,
        featureidkey="id",
        locations=areas,
        z=[0] * len(areas),
        colorscale=[(0, "rgba(0,0,0,0)"), (1, "rgba(0,0,0,0)")],
        showscale=False,
        hoverinfo="skip",
        marker={
            "line": {
                "color": look.palette.text if width > 1 else look.palette.muted,
                "width": width,
            }
        },
    )


def _mark_unknown(fig: go.Figure, frame: pl.DataFrame, geo: str, look: Look) -> None:
    """Put a cross on hidden areas and a ring on missing ones: never told by colour alone."""
    for name, rows, symbol in _unknown(frame):
        if rows.height:
            fig.add_trace(
                go.Scattergeo(
                    geo=geo,
                    lon=rows["centre_lon"].to_list(),
                    lat=rows["centre_lat"].to_list(),
                    mode="markers",
                    name=name,
                    showlegend=False,
                    hoverinfo="skip",
                    marker={"symbol": symbol, "size": 7, "color": look.palette.text},
                    selected={"marker": {"opacity": 1}},
                    unselected={"marker": {"opacity": 1}},
                )
            )


def _unknown(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame, str]]:
    hidden = pl.col("status").is_in(HIDDEN)
    missing = ~hidden & (pl.col("status") != "ok")
    return [
        ("hidden", frame.filter(hidden), "x-thin-open"),
        ("missing", frame.filter(missing), "circle-open"),
    ]


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
        "showland": False,
        "showcoastlines": False,
        "showcountries": False,
        "showocean": False,
        "showlakes": False,
    }


def _legend(
    fig: go.Figure,
    frame: pl.DataFrame,
    classes: Classes,
    colours: list[str],
    look: Look,
    *,
    decimals: int,
) -> None:
    """Name every shade with its numbers; what no area has gets no line."""
    line = {"width": 1, "color": look.palette.border}
    dark = {"width": 1, "color": look.palette.text}
    entries: list[tuple[str, dict[str, object]]] = [
        (_range(low, high, look, decimals), {"symbol": "square", "color": colour, "line": line})
        for (low, high), colour in zip(classes.ranges, colours, strict=False)
    ]
    marks: dict[str, dict[str, object]] = {
        "hidden": {"symbol": "square-x", "color": look.palette.hidden, "line": dark},
        "missing": {"symbol": "circle-open", "color": look.palette.text, "line": dark},
    }
    entries += [
        (look.text(f"figure.{kind}"), marks[kind])
        for kind, rows, _ in _unknown(frame)
        if rows.height
    ]
    for name, marker in entries:
        fig.add_trace(
            go.Scattergeo(
                geo="geo",
                lon=[None],
                lat=[None],
                mode="markers",
                name=name,
                showlegend=True,
                hoverinfo="skip",
                marker={"size": 15, **marker},
            )
        )
    # Columns of one width: the legend reads as a row on a desk and as a small table on a phone.
    fig.update_layout(
        showlegend=True,
        legend={"y": 0, "yanchor": "top", "traceorder": "normal", "entrywidth": 108},
    )


def _range(low: float, high: float, look: Look, decimals: int) -> str:
    first, last = look.number(low, decimals), look.number(high, decimals)
    return first if first == last else f"{first}–{last}"
