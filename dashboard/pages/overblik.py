"""Profil: who lives here, key figures, and the area on the map."""

from __future__ import annotations

from content.topics import topics
from dashboard.beside import introduction
from dashboard.components.made_up import lacking_note, made_up_note
from dashboard.components.sheet_button import sheet_button
from dashboard.context import Context, Page
from dashboard.pages import _maps as maps
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import show_key_figures
from dashboard.pages._people import (
    people_of,
    people_slice,
    show_ages,
    show_projection,
    tiles,
)
from dashboard.pages._pyramid import is_known, pyramid_slice, show_pyramid
from dashboard.pages._standout import show_standout
from dashboard.prose import beside, caption, heading, note, prose, together

PAGE = Page(slug="profil", order=10, title="overblik.title")
_MAPPED = "population_80plus_share"
#: With more areas than this the bars are far taller than a map beside them.
_MOST_BESIDE = 14


def render(ctx: Context) -> None:
    """Draw the page."""
    _fetch(ctx)
    people = people_of(ctx)
    with together():
        ctx.heading()
        if people is None:
            note(ctx.text("parts.no_data"))
            return
        prose(" ".join(introduction(ctx, people)))
        tiles(ctx, people)
        show_standout(ctx)
    sheet_button(ctx, "overview")
    with together():
        with beside() as (left, right):
            with left:
                show_ages(ctx, people, key="overblik.ages")
            with right:
                show_projection(ctx, people, key="overblik.projection")
        show_pyramid(ctx, key="overblik.pyramid")
        _municipalities(ctx)
        _key_figures(ctx)


def _key_figures(ctx: Context) -> None:
    """Draw the tables of all key figures."""
    heading(ctx.text("overblik.key_figures"))
    made_up_note(ctx, ctx.reference.indicators)
    lacking_note(ctx, topics()["overview"])
    show_key_figures(ctx, caption=ctx.text("overblik.caption", area=ctx.area.name))
    notes = ["note", "note_age", "note_trend"]
    if ctx.area.id != parts.COUNTRY:
        notes.append("place_note")
    caption(" ".join(ctx.text(f"keyfigures.{note}") for note in notes))


def _fetch(ctx: Context) -> None:
    """Read what the page shows in one query."""
    slices = [people_slice(ctx)] if "population" in ctx.reference.indicators else []
    if is_known(ctx):
        slices.append(pyramid_slice(ctx))
    if _MAPPED in ctx.reference.indicators:
        side = parts.peers(ctx)
        cut = parts.Cut(_MAPPED)
        ids = None if side.is_whole else side.ids
        slices += [parts.ranked_slice(ctx, cut), maps.map_slice(ctx, cut, side.geography, ids)]
    ctx.store.fetch(slices)


def _municipalities(ctx: Context) -> None:
    """Draw the area's municipalities, or the clusters of the country: a map and bars."""
    if _MAPPED not in ctx.reference.indicators:
        return
    side = parts.peers(ctx)
    is_long = len(side.ids) > _MOST_BESIDE
    cut = parts.Cut(_MAPPED)
    with beside(stacked=is_long) as (left, right):
        with left:
            maps.show_map(
                ctx,
                cut,
                geography=side.geography,
                ids=None if side.is_whole else side.ids,
                key="overblik.map",
                height=620 if is_long else 420,
            )
        with right:
            what = ctx.text(f"common.levels.{side.level}").lower()
            title = ctx.text("overblik.beside", what=what)
            parts.show_ranked(ctx, cut, key="overblik.ranked", level=2, title=title)
