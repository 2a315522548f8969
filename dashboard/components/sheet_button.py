"""The meeting sheet in one click: paper, slides and workbook of the area shown."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

from content.topics import topics
from dashboard import captions
from dashboard.context import Context
from dashboard.figures.subject import file_name

#: Ending, type and text key of each file; the first is what most people want.
_FILES = (
    (".pdf", "application/pdf", "moedeark.button"),
    (
        ".pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "moedeark.button_slides",
    ),
    (
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "moedeark.button_sheet",
    ),
)


def sheet_button(ctx: Context, theme: str) -> None:
    """Draw the buttons that fetch the meeting sheet of the area shown.

    A file is made when it is asked for, not when the page is drawn.

    Parameters
    ----------
    ctx
        The page's context.
    theme
        Id of a topic that has a sheet.
    """
    base_url = _base_url()
    demo = _with_demo(ctx, theme)
    name = _file(ctx, theme, ctx.text("common.demo.short") if demo else "")
    with st.container(horizontal=True, key=f"sheet-{theme}"):
        for ending, kind, label in _FILES:
            st.download_button(
                _label(ctx, theme, label),
                _maker(ctx, theme, ending, base_url, demo=demo),
                file_name=f"{name}{ending}",
                mime=kind,
                key=f"sheet-{theme}{ending}",
                on_click="ignore",
            )


def _label(ctx: Context, theme: str, key: str) -> str:
    """Return what a button says: the topic's own words for the sheet, where it has any."""
    own = f"moedeark.button_{theme}"
    return ctx.text(own if key == "moedeark.button" and ctx.text.has(own) else key)


def large_sheet_button(ctx: Context, theme: str) -> None:
    """Draw the one button that fetches a sheet in large print."""
    st.download_button(
        _label(ctx, theme, "moedeark.button"),
        _maker(ctx, theme, ".pdf", _base_url(), demo=False),
        file_name=f"{_file(ctx, theme)}.pdf",
        mime=_FILES[0][1],
        key=f"sheet-{theme}.pdf",
        on_click="ignore",
    )


def _file(ctx: Context, theme: str, made_up: str = "") -> str:
    """Return the name of a file: what it is, of whom, and of which day."""
    day = ctx.reference.released
    title = captions.sheet_title(ctx.text, theme).replace(":", "")
    return file_name(*filter(None, (title, ctx.area.name, day.isoformat() if day else "", made_up)))


def _with_demo(ctx: Context, theme: str) -> bool:
    """Draw the box that takes made-up figures along, where there are any; it begins empty."""
    known = ctx.reference.indicators
    if not any(known[i]["is_demo"] for i in topics()[theme].indicators(known)):
        return False
    return st.checkbox(ctx.text("made_up.sheet"), key=f"sheet-{theme}-demo")


def _maker(
    ctx: Context, theme: str, ending: str, base_url: str, *, demo: bool
) -> Callable[[], bytes]:
    warehouse, area, lang = ctx.warehouse, ctx.area.id, ctx.lang

    def make() -> bytes:
        # The typesetter and the slides library are loaded by the first who asks for a sheet.
        import report  # noqa: PLC0415

        url = base_url or report.DEFAULT_URL
        return report.FORMATS[ending](report.sheet_of(warehouse, area, theme, lang, url, demo=demo))

    return make


def _base_url() -> str:
    """Return the address the reader used, without the page; empty outside a browser."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
