"""What a saved figure or table is called, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dashboard.context import Context
from dashboard.figures.subject import Subject, span


def subject_of(ctx: Context, years: Iterable[int], among: str = "") -> Subject:
    """Return whom something on the page is about, and when.

    Parameters
    ----------
    ctx
        The page's context; its area is the one shown.
    years
        The years whose figures are shown.
    among
        Geography of which all areas in the country are shown; empty for the area itself and what
        is compared with it.
    """
    areas = ctx.localised(ctx.reference.geographies[among], "title") if among else ""
    is_country = ctx.area.level == "country"
    return Subject(ctx.area.name, span(years), areas, is_country=is_country)


def file_of(ctx: Context, subject: Subject, title: str, *, is_demo: bool) -> str:
    """Return the name of a figure's files without ending: what, of whom, when, and whether real."""
    return subject.file(title, demo=ctx.text("common.demo.short") if is_demo else "")


def saved_as(file: str, notes: Iterable[str]) -> str:
    """Return the attributes by which ``theme/app.js`` names files and writes notes under a CSV.

    Parameters
    ----------
    file
        Name of the files without ending.
    notes
        What a CSV says below its rows that does not stand on the page beside them, a line each.
    """
    lines = escape("\n".join(note for note in notes if note))
    return f'data-file="{escape(file)}" data-notes="{lines}"'
