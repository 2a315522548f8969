"""A page's context outside a page, for the small scripts that tests run as one."""

from __future__ import annotations

import streamlit as st

from dashboard.context import Context, Page
from dashboard.format import Numbers
from dashboard.reference import open_warehouse, reference_of
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import LIGHT


def context() -> Context:
    """Return the context that the URL asks for, on the warehouse the environment names."""
    warehouse = open_warehouse()
    reference = reference_of(warehouse)
    selection, _ = parse(st.query_params.to_dict(), reference.known)
    page = Page("kort", 1, "shell.title")
    return Context(warehouse, reference, selection, Text("da"), Numbers("da"), LIGHT, page)
