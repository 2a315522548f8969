"""Big letters: one switch, kept in the link, for readers who enlarge the page up to four times.

Everything stands in one column and breaks its lines, so that nothing needs scrolling sideways; a
chart, whose letters do not grow with the page, gives way to a list of the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard import url
from dashboard.components import demo_badge
from dashboard.context import Context
from dashboard.prose import put
from dashboard.selection import Selection

#: Of the browser's own size: a reader who has chosen large letters there keeps them.
_BIG_STYLE = """
html { font-size: clamp(118%, 100% + .55vw, 160%); }
.stMain .stMainBlockContainer { max-width: 54rem; }
.stMain h1 { font-size: min(1.7rem, 8vw); }
.stMain h2 { font-size: 1.4rem; }
.stMain h3 { font-size: 1.2rem; }
.stMain :is(h1, h2, h3, h4, p, li, dt, dd, label) {
  overflow-wrap: anywhere; hyphens: auto; line-height: 1.5; }
.stMain :is(.kb-source, .kb-subtitle, .kb-demo, .kb-finding p),
.stMain :is(.kb-footer p, label p, button p),
.stMain :is([data-testid="stWidgetLabel"], .stSlider) p {
  font-size: 1rem; }
.stMain .kb-where :is(ol, .kb-level, summary), .stMain .kb-search label { font-size: 1rem; }
.kb-demo { white-space: normal; }
.stMain :is(button, button *) { white-space: normal; max-width: 100%; height: auto; }
@media (max-width: 640px) { .stMain .stMainBlockContainer { padding-inline: .7rem; } }
"""
_STYLE = """
.kb-finding { border-top: 1px solid var(--kb-line); padding: .7rem 0 .3rem; max-width: 46rem; }
.kb-finding :is(p, ul) { margin: .3rem 0; } .kb-finding .kb-said { font-size: 1.08rem; }
h4.kb-title { font-size: 1.1rem; }
.kb-listed { margin-top: 1rem; }
.stMain .kb-list { list-style: none; margin: .8rem 0; padding: 0; max-width: 46rem; }
.stMain .kb-list li { margin: 0 0 .7rem; padding: 0; }
.kb-table.kb-matrix :is(thead th, td) { white-space: normal; min-width: 6.5rem; }
.kb-table.kb-matrix.kb-across :is(thead th, td) { min-width: 3rem; }
@container (min-width: 34.01rem) {
  .kb-table.kb-across.kb-matrix :is(thead th, td) { padding-inline: .4rem; }
}
.kb-table.kb-across thead th { font-size: .85em; hyphens: auto; }
.kb-table.kb-across tbody th { min-width: 12rem; }
.kb-table-box:has(.kb-matrix) { max-height: none; }
.kb-list strong { font-variant-numeric: tabular-nums; }
.kb-list .kb-bar { display: block; width: var(--part); height: .55rem;
  background: var(--kb-accent); border-radius: 2px; }
.kb-list .kb-point { display: block; position: relative; height: .9rem; margin-inline: .45rem;
  background: linear-gradient(var(--kb-line) 0 0) center / 100% 2px no-repeat; }
.kb-list .kb-point::before { content: ""; position: absolute; left: var(--part); width: .9rem;
  height: .9rem; translate: -50% 0; border-radius: 50%; background: var(--kb-accent); }
"""


def big_letters(ctx: Context) -> bool:
    """Draw the switch and, when it is on, make the letters of the page big; return whether it is.

    A page with ``big=True`` in its ``PAGE`` calls it once, above everything that looks different
    in big letters; other pages get the letters, and the switch only to leave them again.
    """
    is_big = ctx.selection.big is not None
    state = url.bind("big", is_big)
    st.toggle(
        ctx.text("focus.big"),
        value=is_big,
        key=state,
        on_change=_switched,
        args=(ctx.selection, state),
    )
    st.html(f"<style>{_STYLE}{_BIG_STYLE if is_big else ''}</style>")
    return is_big


def _switched(selection: Selection, state: str) -> None:
    on = "1" if st.session_state[state] else None
    st.query_params.from_dict(selection.with_values(big=on).params())


@dataclass(frozen=True)
class Item:
    """One item of a list: a name, what is written after it, and where its value lies (0-1).

    A text of several lines begins below the name.
    """

    name: str
    said: str
    part: float | None = None


def show_list(
    ctx: Context,
    items: Iterable[Item],
    *,
    title: str,
    subtitle: str,
    source: str = "",
    is_demo: bool = False,
    level: int = 2,
    points: bool = False,
) -> None:
    """Draw numbers as a list that breaks its lines: name, number, and a bar below.

    ``points`` draws a point on a line instead of a bar, for an axis that does not begin at zero.
    """
    lines = "".join(
        f"<li>{escape(item.name)}: <strong>{_lines(item.said)}</strong>"
        f"{_bar(item.part, 'kb-point' if points else 'kb-bar')}</li>"
        for item in items
    )
    badge = f" {demo_badge(ctx.text)}" if is_demo else ""
    line = escape(ctx.text("common.source_line", source=source)) if source else ""
    put(
        f'<div class="kb-listed{" kb-made-up" if is_demo else ""}">'
        f'<h{level} class="kb-title">{escape(title)}{badge}</h{level}>'
        f'<p class="kb-subtitle">{escape(subtitle)}</p><ul class="kb-list">{lines}</ul>'
        + (f'<p class="kb-source">{line}</p>' if line else "")
        + "</div>"
    )


def _lines(said: str) -> str:
    lines = [escape(line) for line in said.split("\n")]
    return "".join(f"<br>{line}" for line in lines) if len(lines) > 1 else lines[0]


def _bar(part: float | None, css: str) -> str:
    if part is None:
        return ""
    return f'<span class="{css}" aria-hidden="true" style="--part:{max(0.0, part):.1%}"></span>'
