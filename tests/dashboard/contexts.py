"""A page's context outside a page, for the small scripts that tests run as one."""

from __future__ import annotations

import re
from html import unescape

import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.context import Context, Page
from dashboard.format import Numbers
from dashboard.reference import open_warehouse, reference_of
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import LIGHT


def charts(app: AppTest) -> list[str]:
    """Return what each chart of a page was given to draw, in plotly's own words."""
    bodies = (block.proto.body for block in app.get("html"))
    return [spec for body in bodies for spec in re.findall(r"data-chart='(.*?)'", body)]


def prose(app: AppTest) -> str:
    """Return a page's texts, notes and small print as HTML: not its charts, tables and sources."""
    bodies = " ".join(block.proto.body for block in app.get("html"))
    found = re.findall(
        r'<div class="kb-prose[^"]*">(.*?)</div>|<p class="kb-note">(.*?)</p>', bodies, re.DOTALL
    )
    return " ".join(text for pair in found for text in pair)


def said(app: AppTest) -> str:
    """Return what ``prose`` says, without marks."""
    return unescape(re.sub(r"<[^>]+>", "", prose(app))).replace("\u00a0", " ")


def everything(app: AppTest) -> str:
    """Return all that a page writes, without marks: figures' subtitles and small print too."""
    bodies = " ".join(block.proto.body for block in app.get("html"))
    return unescape(re.sub(r"<[^>]+>", "", bodies)).replace("\u00a0", " ")


def headings(app: AppTest) -> str:
    """Return the headings of a page's sections."""
    bodies = " ".join(block.proto.body for block in app.get("html"))
    return unescape(" ".join(re.findall(r'<h\d class="kb-heading">(.*?)</h', bodies)))


def context() -> Context:
    """Return the context that the URL asks for, on the warehouse the environment names."""
    warehouse = open_warehouse()
    reference = reference_of(warehouse)
    selection, _ = parse(st.query_params.to_dict(), reference.known)
    lang = st.query_params.get("lang", "da")
    page = Page("kort", 1, "shell.title")
    return Context(warehouse, reference, selection, Text(lang), Numbers(lang), LIGHT, page)
