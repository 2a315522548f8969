"""Maps on pages: which piece of Denmark to draw, and what a click means."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

import geo
from dashboard.components import show_figure, wanted
from dashboard.context import Context
from dashboard.figures import alt
from dashboard.figures.map import Frame, frames, map_figure
from dashboard.figures.tiles import tile_figure
from dashboard.pages import _parts as parts
from dashboard.prose import note
from dashboard.rows import Slice

BORNHOLM = "0400"
#: Values up to which each has a shade of its own.
_FEW_VALUES = 5
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
    by: str = "quantile",
    tiles: bool = False,
    other: Slice | None = None,
    with_table: bool = True,
    width: int = 470,
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
    by
        How the classes are made; see ``dashboard.figures.shades.BY``.
    tiles
        Municipalities as tiles of equal size instead of their shapes.
    other
        What a second map shows that shares the classes with this one.
    with_table
        Whether the table is folded under the map; not where the page shows it beside.
    width
        Pixels the map has on a desk, for the names on it.
    """
    if not wanted(ctx, key):
        return
    period = cut.period or parts.newest(ctx, cut.indicator)
    rows = ctx.store.rows(map_slice(ctx, cut, geography, ids))
    title = title or parts.title_of(ctx, cut)
    url = ctx.map_url(geography, "region" if ids else "country")
    if url is None:
        note(ctx.text("maps.no_boundaries"))
        return
    if not rows:
        note(ctx.text("parts.nothing_missing", what=title, area=ctx.area.name))
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    selected = ctx.area.id if any(row["area_id"] == ctx.area.id for row in rows) else None
    look = parts.look_of(ctx)
    shared: dict[str, Any] = {
        "unit": unit,
        "decimals": decimals,
        "by": by,
        "others": None if other is None else ctx.store.rows(other),
    }
    if tiles:
        members = ctx.reference.municipalities_of(ctx.area.id)
        own = () if ctx.area.level == "country" else {ctx.area.id, *members}
        figure = tile_figure(rows, look, places=_tiles(), selected=own, **shared)
    else:
        figure = map_figure(
            [row | _centre(ctx, row["area_id"]) for row in rows],
            look,
            geojson=url,
            frames=_frames(ctx, ids),
            backdrop=_surroundings(ctx, geography, ids),
            selected=selected,
            outline=None if selected else _outline(ctx),
            height=height,
            boxes=ctx.reference.extents,
            width=width,
            **shared,
        )
    clicked = show_figure(
        ctx,
        figure,
        key=key,
        years=[period],
        title=title,
        subtitle=f"{parts.subtitle_of(ctx, cut, str(period))} {_shades(ctx, by, rows)}".strip(),
        source=ctx.source(cut.indicator),
        among="" if ids else geography,
        alt=alt.map_alt(
            rows,
            look,
            title=title,
            year=str(period),
            unit=parts.unit_with_age(ctx, cut),
            decimals=decimals,
            selected=selected,
        ),
        table=parts.table_of(
            ctx, sorted(rows, key=lambda row: str(row["name"])), decimals, ("name", "common.area")
        )
        if with_table
        else None,
        is_demo=parts.is_demo(ctx, cut.indicator),
        clickable=True,
        level=level,
        indicator=cut.indicator,
    )
    _follow(ctx, clicked, geography, key)


def _shades(ctx: Context, by: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return in words what the shades mean; of a few areas each has its own."""
    known = {row["value"] for row in rows if row["value"] is not None}
    if by == "compared":
        return ctx.text("maps.shades_compared")
    return ctx.text(f"maps.shades_{by}") if len(known) > _FEW_VALUES else ""


@functools.cache
def _tiles() -> dict[str, tuple[int, int]]:
    return {area: (column, row) for area, column, row in geo.tiles().iter_rows()}


def _centre(ctx: Context, area: str) -> dict[str, Any]:
    place = ctx.reference.areas[area]
    short = place.short_name.removesuffix("klyngen")
    return {"short_name": short} | {c: place.row[c] for c in ("centre_lon", "centre_lat")}


def _frames(ctx: Context, ids: list[str] | None) -> list[Frame]:
    """Return the pieces to draw: all Denmark, or what holds some areas, Bornholm apart if far."""
    denmark = frames(ctx.reference.insets)
    if not ids:
        return list(denmark.values())
    main = [i for i in ids if i != BORNHOLM] or ids
    edges = list(zip(*(ctx.reference.extents[area] for area in main), strict=True))
    west, south, east, north = min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])
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


def _follow(ctx: Context, clicked: str, geography: str, key: str) -> None:
    """Go to the area clicked, once: a click is remembered in every later run."""
    memory = f"followed-{key}"
    if not clicked or clicked == st.session_state.get(memory):
        return
    st.session_state[memory] = clicked
    area = clicked.split(maxsplit=1)[0]
    if area in ctx.reference.areas and area != ctx.area.id:
        ctx.go({"geo": geography, "area": area})
