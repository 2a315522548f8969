"""Maps on pages: which piece of Denmark to draw, and what a click means."""

from __future__ import annotations

from typing import Any

import polars as pl
import shapely
import streamlit as st

from dashboard.components import show_figure
from dashboard.context import Context
from dashboard.figures import alt
from dashboard.figures.map import Frame, frames, map_figure
from dashboard.pages import _parts as parts
from dashboard.rows import Slice
from warehouse.query import where

BORNHOLM = "0400"
_MARGIN = 0.12  # of the area's extent, on each side


def map_slice(ctx: Context, cut: parts.Cut, geography: str, ids: list[str] | None = None) -> Slice:
    """Return what ``show_map`` shows."""
    areas = ids or ctx.reference.known.areas[geography]
    return cut.slice(ctx, areas, cut.period or parts.newest(ctx, cut.indicator))


def show_map(
    ctx: Context,
    cut: parts.Cut,
    *,
    geography: str,
    key: str,
    ids: list[str] | None = None,
    title: str | None = None,
    height: int = 620,
    level: int = 2,
) -> None:
    """Draw an indicator over areas; a click chooses the area.

    Parameters
    ----------
    ctx
        The page's context.
    cut
        What is shown.
    geography
        Whose areas.
    key
        Unique on the page.
    ids
        Only these areas, drawn large with their surroundings; all of them, with insets, when left
        out.
    title
        The heading; the indicator's title when left out.
    height
        Pixels.
    level
        Heading level.
    """
    period = cut.period or parts.newest(ctx, cut.indicator)
    frame = ctx.store.rows(map_slice(ctx, cut, geography, ids))
    title = title or parts.title_of(ctx, cut)
    shown = parts.with_who(ctx, frame)
    url = ctx.map_url(geography, "region" if ids else "country")
    if url is None:
        st.info(ctx.text("maps.no_boundaries"))
        return
    if not frame.height:
        st.info(ctx.text("parts.nothing_missing", what=title, area=ctx.area.name))
        return
    centres = pl.DataFrame(
        [
            (a.id, a.row["centre_lon"], a.row["centre_lat"])
            for a in ctx.reference.areas_of(geography)
        ],
        schema={"area_id": pl.String, "centre_lon": pl.Float64, "centre_lat": pl.Float64},
        orient="row",
    )
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    selected = ctx.area.id if ctx.area.id in frame["area_id"] else None
    look = parts.look_of(ctx)
    figure = map_figure(
        shown.join(centres, on="area_id", maintain_order="left"),
        look,
        geojson=url,
        unit=unit,
        decimals=decimals,
        selected=selected,
        frames=_frames(ctx, ids),
        backdrop=_surroundings(ctx, geography, ids),
        outline=None if selected else _outline(ctx),
        height=height,
    )
    clicked = show_figure(
        ctx,
        figure,
        key=key,
        title=title,
        subtitle=f"{parts.subtitle_of(ctx, cut, str(period))} {ctx.text('maps.click')}",
        source=ctx.source(cut.indicator),
        alt=alt.map_alt(
            frame,
            look,
            title=title,
            year=str(period),
            unit=unit,
            decimals=decimals,
            selected=selected,
        ),
        table=parts.table_of(ctx, shown.sort("name"), decimals, ("name", "common.area")),
        is_demo=parts.is_demo(ctx, cut.indicator),
        on_select="rerun",
        level=level,
    )
    _follow(ctx, clicked, geography, key)


def _frames(ctx: Context, ids: list[str] | None) -> list[Frame]:
    """Return the pieces to draw: all Denmark, or what holds some areas, Bornholm apart if far."""
    denmark = frames(ctx.reference.insets)
    if not ids:
        return list(denmark.values())
    main = [i for i in ids if i != BORNHOLM] or ids
    condition, values = where({"area_id": main})
    shapes = ctx.warehouse.sql(f"SELECT wkb FROM boundaries WHERE {condition}", values)  # noqa: S608
    west, south, east, north = shapely.total_bounds(shapely.from_wkb(shapes["wkb"].to_list()))
    wide, tall = (east - west) * _MARGIN, (north - south) * _MARGIN
    frame = Frame((west - wide, east + wide), (south - tall, north + tall))
    return [frame] if main == ids else [frame, denmark["bornholm"]]


def _surroundings(
    ctx: Context, geography: str, ids: list[str] | None
) -> tuple[str, list[str]] | None:
    """Return the neighbours of the areas shown, to be drawn without a shade."""
    url = ctx.map_url(geography, "region")
    if not ids or url is None:
        return None
    shown = set(ids)
    return url, [a for a in ctx.reference.known.areas[geography] if a not in shown]


def _outline(ctx: Context) -> tuple[str, str] | None:
    """Return the boundary of the area shown, where it is not itself one of those on the map."""
    if ctx.area.level == "country":
        return None
    url = ctx.map_url(ctx.area.geography, "region")
    return None if url is None else (url, ctx.area.id)


def _follow(ctx: Context, clicked: Any, geography: str, key: str) -> None:
    """Go to the area clicked, once: the chart remembers its click in every later run."""
    points = clicked.selection.points if clicked else []
    area = next((p["location"] for p in points if p.get("location")), None)
    memory = f"followed-{key}"
    if area == st.session_state.get(memory):
        return
    st.session_state[memory] = area
    if area in ctx.reference.areas and area != ctx.area.id:
        ctx.go({"geo": geography, "area": area})
