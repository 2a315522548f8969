"""The meeting sheet in one click: paper, slides and workbook of the area shown."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import streamlit as st

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
        ``overview``, ``elderly`` or ``children``.
    """
    base_url = _base_url()
    title = ctx.text("moedeark.title", theme=ctx.text(f"moedeark.themes.{theme}"))
    day = ctx.reference.released
    name = file_name(title.replace(":", ""), ctx.area.name, day.isoformat() if day else "")
    with st.container(horizontal=True, key=f"sheet-{theme}"):
        for ending, kind, label in _FILES:
            st.download_button(
                ctx.text(label),
                _maker(ctx, theme, ending, base_url),
                file_name=f"{name}{ending}",
                mime=kind,
                key=f"sheet-{theme}{ending}",
                on_click="ignore",
            )


def _maker(ctx: Context, theme: str, ending: str, base_url: str) -> Callable[[], bytes]:
    warehouse, area, lang = ctx.warehouse, ctx.area.id, ctx.lang

    def make() -> bytes:
        # The typesetter and the slides library are loaded by the first who asks for a sheet.
        import report  # noqa: PLC0415

        url = base_url or report.DEFAULT_URL
        return report.FORMATS[ending](report.sheet_of(warehouse, area, theme, lang, url))

    return make


def _base_url() -> str:
    """Return the address the reader used, without the page; empty outside a browser."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
