"""The switch of made-up figures, what opens a page that has some, and what lacks without them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from content.topics import Topic
from dashboard import made_up, url
from dashboard.components.marks import demo_badge
from dashboard.context import Context
from dashboard.prose import put

#: Most indicators named among those that lack.
_NAMED = 4


def switch(ctx: Context) -> None:
    """Draw the switch that takes all made-up figures away; none where there are none."""
    if not ctx.reference.has_demo or not made_up.are_allowed():
        return
    shown = ctx.selection.demo != "0"
    st.toggle(
        ctx.text("made_up.switch"),
        value=shown,
        key=url.bind("demo", shown),
        on_change=_switched,
        args=(ctx,),
    )


def _switched(ctx: Context) -> None:
    hidden = None if st.session_state["url-demo"] else "0"
    st.query_params.from_dict(ctx.selection.with_values(demo=hidden).params())


def made_up_note(ctx: Context, indicators: Iterable[str]) -> None:
    """Say once on a page that some of what it shows is made up, and how to see the rest alone."""
    known = ctx.reference.indicators
    if not any(known[i]["is_demo"] for i in indicators if i in known):
        return
    link = escape(ctx.link(demo="0"))
    put(
        f'<p class="kb-demo-note">{demo_badge(ctx.text)} {escape(ctx.text("made_up.note"))} '
        f'<a href="{link}">{escape(ctx.text("made_up.hide"))}</a></p>'
    )


def lacking_note(ctx: Context, topic: Topic) -> bool:
    """Say in one line what a topic lacks without made-up figures, and what would bring it.

    Returns
    -------
    bool
        Whether anything lacks.
    """
    lacking = topic.indicators(ctx.reference.withheld)
    if not lacking:
        return False
    rows = ctx.reference.withheld
    names = [ctx.localised(rows[i], "short") for i in lacking]
    # "Migraine, migraine": a disease has several measures of one name.
    names = list(dict.fromkeys(names))
    key = f"made_up.brings.{topic.id}"
    brings = ctx.text(key if ctx.text.has(key) else "made_up.brings_any")
    named = ctx.number.listing([_within(name) for name in names[:_NAMED]])
    lacks = "lacks" if len(names) <= _NAMED else "lacks_more"
    said = ctx.text(f"made_up.{lacks}", count=len(lacking), names=named)
    link = escape(ctx.link("om", view="oensker"))
    put(
        f'<p class="kb-source kb-lacking">{escape(f"{said} {brings}")} '
        f'<a href="{link}">{escape(ctx.text("made_up.how"))}</a></p>'
    )
    return True


def _within(name: str) -> str:
    """Return a title as it stands in a list within a sentence; ADHD stays as it is."""
    name = name.partition(",")[0]
    return name if name[1:2].isupper() else name[0].lower() + name[1:]


def withheld_notice(ctx: Context, asked: str | None) -> None:
    """Tell that the link asks for an indicator whose made-up figures are left out."""
    row = ctx.reference.withheld.get(asked or "")
    if not row:
        return
    said = escape(ctx.text("made_up.withheld", title=ctx.localised(row, "title")))
    if made_up.are_allowed():
        link = escape(ctx.link(demo=None, indicator=asked))
        said += f' <a href="{link}">{escape(ctx.text("made_up.show"))}</a>'
    st.html(f'<p class="kb-notice" role="status">{said}</p>')
