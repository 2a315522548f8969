"""What surrounds every page: sidebar with pages and choices, notices about the link, footer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard import url
from dashboard.components import made_up
from dashboard.context import FRONT, Context, Page
from dashboard.selection import Notice, Selection, move
from warehouse.errors import quoted

#: What else the page holds is out of sight.
_ALONE = """
.stMain .stElementContainer:not(:has(h1, .kb-frame, .kb-footer, .kb-notice)),
.stMain .stColumn:not(:has(.kb-frame)),
.kb-together > :not(h1, .kb-frame, :has(.kb-frame)),
.kb-beside > :not(:has(.kb-frame)) { display: none; }
.kb-beside { display: block; }
"""
_LANGUAGES = {"da": "Dansk", "en": "English"}


def sidebar(ctx: Context, pages: Sequence[Page]) -> None:
    """Draw the sidebar: name, pages, choice of area, language, link to this view."""
    with st.sidebar:
        st.html(_pages(ctx, pages))
        if ctx.page.slug != FRONT:
            _choose_area(ctx)
        _choose_language(ctx)
        made_up.switch(ctx)
        st.html(
            f'<p class="kb-permalink"><a href="{escape(ctx.link())}" '
            f'data-copied="{escape(ctx.text("shell.copied"))}">'
            f"{escape(ctx.text('shell.permalink'))}</a></p>"
        )


def _pages(ctx: Context, pages: Sequence[Page]) -> str:
    """Return the app's name and the pages as links, which carry the selection with the reader.

    Not st.page_link: eleven of them cost the browser 10 ms at every click anywhere. The script
    (app.js) follows a link within the app without loading all of it again.
    """
    text = ctx.text
    current = {ctx.page.slug: ' aria-current="page"'}
    links = "".join(
        f'<li><a href="{escape(ctx.link(page.slug))}"{current.get(page.slug, "")}>'
        f"{escape(text(page.title))}</a></li>"
        for page in pages
    )
    return (
        f'<div class="kb-brand"><span class="kb-name">{escape(text("shell.title"))}</span>'
        f'<span class="kb-tagline">{escape(text("shell.tagline"))}</span></div>'
        f'<nav class="kb-pages" aria-label="{escape(text("shell.pages"))}"><ul>{links}</ul></nav>'
    )


def _choose_area(ctx: Context) -> None:
    reference, selection = ctx.reference, ctx.selection

    def title(geography: str) -> str:
        return ctx.localised(reference.geographies[geography], "title")

    geographies = list(reference.known.areas)
    st.selectbox(
        ctx.text("shell.geography"),
        geographies,
        index=geographies.index(selection.geography),
        format_func=title,
        filter_mode="contains",
        key=url.bind("geo", selection.geography, map(title, geographies)),
        on_change=_move,
        args=(ctx,),
    )
    regions = [a.region_id or "" for a in reference.areas_of(selection.geography)]
    several = len(set(regions)) > 1
    order = {area_id: i for i, area_id in enumerate(reference.areas)}
    areas = sorted(
        reference.areas_of(selection.geography),
        key=lambda a: (order.get(a.region_id or "", -1), order[a.id]),
    )

    def label(area_id: str) -> str:
        area = reference.areas[area_id]
        region = reference.areas.get(area.region_id or "")
        return f"{area.name} · {region.short_name}" if region and several else area.name

    ids = [a.id for a in areas]
    st.selectbox(
        ctx.text("shell.area"),
        ids,
        index=ids.index(selection.area),
        format_func=label,
        # Never what only looks alike: who types a municipality must not land elsewhere.
        filter_mode="contains",
        key=url.bind("area", selection.area, map(label, ids)),
        on_change=url.changed,
        args=(selection, "area"),
    )


def _move(ctx: Context) -> None:
    """Follow the reader to the area of the new grouping that shares most with the present one."""
    geography = st.session_state["url-geo"]
    reference = ctx.reference
    area = move(ctx.selection.area, geography, reference.catchments)
    area = area or reference.known.default_area(geography)
    url.write(ctx.selection.with_values(geography=geography, area=area))


def _choose_language(ctx: Context) -> None:
    st.radio(
        ctx.text("shell.language"),
        list(_LANGUAGES),
        index=list(_LANGUAGES).index(ctx.lang),
        format_func=_LANGUAGES.__getitem__,
        key=url.bind("lang", ctx.lang),
        horizontal=True,
        on_change=url.changed,
        args=(ctx.selection, "lang"),
    )


def notices(ctx: Context, found: Sequence[Notice]) -> None:
    """Tell which values of the link could not be used, and what is shown instead."""
    for notice in found:
        used = _name(ctx, ctx.selection, notice.used)
        key = "shell.invalid_used" if used else "shell.invalid"
        sentence = ctx.text(key, key=notice.key, value=notice.value, used=used)
        # Not st.warning: Markdown would make links and bold of what stands in the link.
        st.html(f'<p class="kb-notice" role="alert">{escape(sentence)}</p>')


def new_figures(ctx: Context) -> None:
    """Tell a reader who has had a page open that its figures are others than before."""
    seen = st.session_state.get("edition", ctx.reference.edition)
    st.session_state["edition"] = ctx.reference.edition
    if seen != ctx.reference.edition:
        sentence = escape(ctx.text("shell.new_figures_shown"))
        st.html(f'<p class="kb-notice" role="status">{sentence}</p>')


def _name(ctx: Context, selection: Selection, value: str) -> str:
    if value in ctx.reference.areas:
        return ctx.reference.areas[value].name
    if value in ctx.reference.geographies:
        return ctx.localised(ctx.reference.geographies[value], "title")
    return value


def one_chart(ctx: Context) -> None:
    """Where the link asks for one chart alone: hide the rest, or say that there is no such one."""
    asked = ctx.selection.get("chart")
    if asked is None:
        return
    if asked in ctx.drawn:
        st.html(f"<style>{_ALONE}</style>")
        return
    sentence = escape(ctx.text("common.save.no_chart", name=quoted(asked)))
    link = escape(ctx.link(chart=None))
    st.html(
        f'<p class="kb-notice" role="alert">{sentence} '
        f'<a href="{link}">{escape(ctx.text("common.save.whole_page"))}</a></p>'
    )


def footer(ctx: Context) -> None:
    """Draw the footer: how new the data are, whose boundaries, where to read more."""
    built = ctx.reference.released
    text = ctx.text
    lines = [
        *([text("shell.footer.built", day=ctx.number.day(built))] if built else []),
        text("shell.footer.residence"),
        *([ctx.boundaries] if ctx.boundaries else []),
        *([text("shell.footer.demo")] if any(p["is_demo"] for p in ctx.reference.packages) else []),
    ]
    st.html(
        f'<footer class="kb-footer" data-edition="{ctx.reference.edition}">'
        f"<p>{escape(' '.join(lines))}</p>"
        f'<p><a href="{escape(ctx.link("om"))}">'
        f"{escape(text('shell.footer.about'))}</a> · "
        f'<a href="{escape(ctx.link("tilgaengelighed"))}">'
        f"{escape(text('shell.footer.accessibility'))}</a></p>"
        "</footer>"
    )
