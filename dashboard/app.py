"""The script Streamlit runs for each visit and click: selection, sidebar, the page, the footer.

Pages are the files in ``dashboard/pages``; each says its own address, place and title.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import streamlit as st

# Streamlit runs this file as a script, also from a folder that is not the project's.
if str(Path(__file__).parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parents[1]))

import dashboard.pages
from dashboard.components import shell
from dashboard.context import Context, Page
from dashboard.format import Numbers
from dashboard.reference import Reference, read
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import palette
from warehouse import Warehouse, WarehouseError, connect

#: The environment variable by which ``dashboard.serve`` says which warehouse is shown.
WAREHOUSE_VARIABLE = "KLYNGEBLIK_WAREHOUSE"


@functools.cache
def page_modules() -> tuple[tuple[Page, ModuleType], ...]:
    """Return the pages there are, in order; each file in ``dashboard/pages`` is one.

    Raises
    ------
    ValueError
        When a file has no ``PAGE`` or ``render``, or two pages have one address.
    """
    found: list[tuple[Page, ModuleType]] = []
    for info in pkgutil.iter_modules(dashboard.pages.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"dashboard.pages.{info.name}")
        if not isinstance(getattr(module, "PAGE", None), Page) or not hasattr(module, "render"):
            raise ValueError(f"dashboard/pages/{info.name}.py needs PAGE and render(ctx)")
        found.append((module.PAGE, module))
    slugs = [page.slug for page, _ in found]
    twice = {slug for slug in slugs if slugs.count(slug) > 1}
    if twice:
        raise ValueError(f"two pages have the address {sorted(twice)}")
    return tuple(sorted(found, key=lambda item: (item[0].order, item[0].slug)))


@functools.cache
def open_warehouse(path: Path) -> Warehouse:
    """Return the process's one connection to a warehouse file; it notices a new file itself."""
    return connect(path)


@functools.lru_cache(maxsize=2)
def reference_of(warehouse: Warehouse, signature: str) -> Reference:
    """Return the small tables of a warehouse, read anew when its file was replaced."""
    del signature  # only the key
    return read(warehouse)


def main() -> None:
    """Run one page."""
    params = st.query_params.to_dict()
    lang = "en" if params.get("lang") == "en" else "da"
    text = Text(lang)
    path = Path(os.environ.get(WAREHOUSE_VARIABLE, "data/warehouse.duckdb"))
    try:
        warehouse = open_warehouse(path)
        reference = reference_of(warehouse, warehouse.signature)
    except WarehouseError:
        st.set_page_config(page_title=text("shell.title"))
        st.title(text("shell.no_warehouse"), anchor=False)
        st.markdown(text("shell.no_warehouse_how"))
        return

    selection, notices = parse(params, reference.known)
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
    page, module = next((p, m) for p, m in modules if p.slug == current.url_path)
    ctx = Context(
        warehouse,
        reference,
        selection,
        text,
        Numbers(lang),
        palette(st.context.theme.type),
        page,
    )
    st.set_page_config(
        page_title=f"{ctx.area.name} · {text(page.title)} · {text('shell.title')}",
        layout="wide",
        initial_sidebar_state="auto",
    )
    shell.sidebar(ctx, list(targets.items()))
    shell.notices(ctx, notices)
    module.render(ctx)
    shell.footer(ctx)


if __name__ == "__main__":
    main()
