"""What stands on top of every page: where one is, and a search to go elsewhere."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.context import FRONT, Context
from dashboard.reference import Place
from dashboard.wayfinding import PROFILE
from dashboard.whereabouts import Step, steps

#: Areas of one kind that are named in the line; more stand in a list that is opened.
_NAMED = 2


def top(ctx: Context) -> None:
    """Draw the line from municipality to country, each a link, and the search."""
    if ctx.page.slug == FRONT:
        return
    area, text = ctx.area, ctx.text
    way = steps(ctx.reference, area, ctx.reference.known.today())
    items = "".join(f"<li>{_step(ctx, step)}</li>" for step in way)
    st.html(
        f'<div class="kb-top"><nav class="kb-where" aria-label="{escape(text("where.label"))}" '
        f'data-geo="{escape(area.geography)}" data-area="{escape(area.id)}" '
        f'data-name="{escape(area.name)}"><ol>{items}</ol></nav>'
        f"{search(ctx, 'top')}</div>"
    )


def _step(ctx: Context, step: Step) -> str:
    level = step.places[0].level
    kind, css = ctx.text(f"where.kinds.{level}"), "kb-level"
    if level in ("cluster", "health_council") and (step.since or step.until):
        css += " kb-dated"
        if step.since:
            kind += " " + ctx.text("where.since", year=step.since.year)
        elif step.until:
            kind += " " + ctx.text("where.until", year=step.until.year)
    named = f'<span class="{css}">{escape(kind)}</span> ' if level != "country" else ""
    if step.is_here:
        return f'{named}<strong aria-current="location">{escape(step.places[0].name)}</strong>'
    links = [_link(ctx, place) for place in step.places]
    if len(links) <= _NAMED:
        return named + " / ".join(links)
    summary = ctx.text(f"where.many.{level}", count=len(links))
    listed = "".join(f"<li>{link}</li>" for link in links)
    return (
        f'{named}<details class="kb-many"><summary>{escape(summary)}</summary>'
        f"<ul>{listed}</ul></details>"
    )


def _link(ctx: Context, place: Place) -> str:
    href = ctx.link(geography=place.geography, area=place.id)
    return f'<a href="{escape(href)}">{escape(place.name)}</a>'


def search(ctx: Context, name: str, *, label: str = "search.top_label") -> str:
    """Return the HTML of a search box; ``theme/finding.js`` makes it work.

    Parameters
    ----------
    ctx
        The page: a place that is chosen opens on it, from the front page on its profile.
    name
        Unique on the page.
    label
        Text key of the label, which is seen.
    """
    text = ctx.text
    to = PROFILE if ctx.page.slug == FRONT else ctx.page.slug
    own = ctx.link(to).partition("?")[2]
    found = {
        "one": text("search.found_one"),
        "many": text("search.found", count="{}"),
        "failed": text("search.failed"),
        "lang": ctx.lang,
        "demo": ctx.selection.get("demo") or "1",
        "to": f"/{to}",
        "query": own,
    }
    data = " ".join(f'data-{key}="{escape(value)}"' for key, value in found.items())
    field, listed = f"kb-find-{name}", f"kb-found-{name}"
    return (
        f'<div class="kb-search" {data}><label for="{field}">{escape(text(label))}</label>'
        f'<input id="{field}" type="text" role="combobox" aria-expanded="false" '
        f'aria-autocomplete="list" aria-controls="{listed}" autocomplete="off" '
        f'autocapitalize="off" spellcheck="false" enterkeyhint="go" '
        f'placeholder="{escape(text("search.placeholder"))}">'
        f'<ul id="{listed}" role="listbox" aria-label="{escape(text("search.list"))}" hidden></ul>'
        f'<p class="kb-told" role="status"></p></div>'
    )
