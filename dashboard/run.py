"""One run of the script: selection, sidebar, the page, the footer.

Pages are the files in ``dashboard/pages``; each says its own address, place and title.
"""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
from dataclasses import replace
from types import ModuleType

import streamlit as st

import dashboard.pages
from dashboard import made_up
from dashboard.beside import COUNTRY
from dashboard.components import shell, where
from dashboard.components.made_up import withheld_notice
from dashboard.context import FRONT, Context, Page
from dashboard.format import Numbers
from dashboard.pages._big import big_letters
from dashboard.reference import open_warehouse, reference_of
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import palette
from warehouse import WarehouseDamagedError, WarehouseError

#: Pixels: wide enough for most names of an area with its region; the longest is cut in its box.
_SIDEBAR_WIDTH = 340


@functools.cache
def page_modules() -> tuple[tuple[Page, ModuleType], ...]:
    """Return the pages there are, in order; each file in ``dashboard/pages`` is one.

    Raises
    ------
    ValueError
        When a file has no ``PAGE`` or ``render``, or two pages have one address or one place.
    """
    found: list[tuple[Page, ModuleType]] = []
    for info in pkgutil.iter_modules(dashboard.pages.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"dashboard.pages.{info.name}")
        if not isinstance(getattr(module, "PAGE", None), Page) or not hasattr(module, "render"):
            raise ValueError(f"dashboard/pages/{info.name}.py needs PAGE and render(ctx)")
        found.append((module.PAGE, module))
    for name in ("slug", "order"):
        values = [getattr(page, name) for page, _ in found]
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ValueError(f"two pages have the same {name}: {sorted(twice)}")
    return tuple(sorted(found, key=lambda item: item[0].order))


def failed(error: Exception) -> bool:
    """Say in the reader's language that the page broke, and write the rest to the log.

    Also what Streamlit calls for an error outside a page: its own message is English.

    Returns
    -------
    bool
        True: it has been said.
    """
    logging.getLogger(__name__).error("a page broke", exc_info=error)
    text = Text("en" if st.query_params.get("lang") == "en" else "da")
    st.error(f"{text('shell.error')} {text('shell.error_how')}")
    return True


def main() -> None:
    """Run one page."""
    params = st.query_params.to_dict()
    lang = "en" if params.get("lang") == "en" else "da"
    text = Text(lang)
    try:
        # One edition for the whole page, also when another is published while it is drawn.
        warehouse = open_warehouse().staying()
        reference = reference_of(warehouse)
    except WarehouseError as error:
        damaged = isinstance(error, WarehouseDamagedError)
        st.set_page_config(page_title=text("shell.title"))
        st.title(text("shell.damaged" if damaged else "shell.no_warehouse"), anchor=False)
        st.markdown(text("shell.no_warehouse_how"))
        return

    selection, notices = parse(params, reference.known)
    reference = made_up.seen_by(reference, selection.demo)
    asked = selection.indicator
    if asked in reference.withheld:
        selection = selection.with_values(indicator=None)
    modules = page_modules()
    slugs = {page.slug: page for page, _ in modules}
    targets = {
        page.slug: st.Page(
            # A page is drawn by what st.navigation returns; here only its address matters.
            lambda: None,
            title=text(page.title),
            url_path=page.slug,
            default=page.slug == "",
        )
        for page in slugs.values()
    }
    current = st.navigation(list(targets.values()), position="hidden")
    page, module = next((p, m) for p, m in modules if targets[p.slug] is current)
    if page.slug == FRONT and COUNTRY in reference.areas:
        # About the country, but its address names no place.
        country = reference.areas[COUNTRY]
        selection = replace(selection, geography=country.geography, area=COUNTRY, placed=False)
    ctx = Context(
        warehouse,
        reference,
        selection,
        text,
        Numbers(lang),
        palette(st.context.theme.type),
        page,
    )
    title = f"{ctx.area.name} · {text(page.title)} · {text('shell.title')}"
    if page.slug == FRONT:
        title = f"{text('shell.title')} · {text('shell.tagline')}"
    st.set_page_config(
        page_title=title,
        layout="wide",
        initial_sidebar_state=_SIDEBAR_WIDTH,
    )
    shell.sidebar(ctx, [page for page in slugs.values() if page.listed])
    where.top(ctx)
    shell.notices(ctx, notices)
    withheld_notice(ctx, asked)
    shell.new_figures(ctx)
    if selection.big and not page.big:
        big_letters(ctx)
    try:
        module.render(ctx)
    except Exception as error:
        error.add_note(f"page {page.slug!r}, {selection.query()}")
        failed(error)
    shell.one_chart(ctx)
    shell.footer(ctx)
    ctx.forget()
