"""What every reader hands to the common part: a table with columns named by their meaning."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from etl.findings import Findings
from etl.layouts import Layout

ROW = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a text file as read.

    Parameters
    ----------
    frame
        Key columns as text, named by their role (``measure``, ``sex`` ...); ``row``, the row number
        as the spreadsheet shows it; and the value columns under their headings.
    values
        Headings of the value columns -> year; ``None`` when the file has a period column.
    places
        Role or heading -> place for a finding, such as ``Kommune (E)``.
    """

    frame: pl.DataFrame
    values: Mapping[str, int | None]
    places: Mapping[str, str]


def letter(index: int) -> str:
    """Return the spreadsheet letter of a column: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place(heading: str, index: int) -> str:
    """Return how a column is named in a finding: heading and letter."""
    return f"{heading} ({letter(index)})"


def match_headings(
    headings: Sequence[str],
    layout: Layout,
    found: Findings,
    *,
    years: Mapping[str, int],
    header_row: int,
) -> None:
    """Report headings the layout misses and headings it does not know.

    Parameters
    ----------
    headings
        As read, in order.
    years
        Those of them that are years.
    header_row
        Row of the headings, as the spreadsheet shows it.
    """
    known = [heading for heading in layout.columns.values() if heading]
    unknown = [h for h in headings if h not in known and h not in layout.ignore and h not in years]
    for heading in known:
        if heading in headings:
            continue
        near = difflib.get_close_matches(heading, unknown, n=1, cutoff=0.5)
        hint = f" Column {place(near[0], list(headings).index(near[0]))} may be it." if near else ""
        found.error(
            f"The column {heading!r} is missing.{hint}",
            f"Give the column back its name, or enter the new name in layout {layout.id}.",
            row=header_row,
            column=heading,
        )
    for heading in unknown:
        shown = "" if heading.startswith("__UNNAMED__") else heading
        found.error(
            "The column has no heading." if not shown else f"The column {shown!r} is not known.",
            f"Remove it, or enter it in layout {layout.id} (columns, or ignore).",
            row=header_row,
            column=place(shown, list(headings).index(heading)),
        )


def roles_of(headings: Sequence[str], layout: Layout) -> dict[str, str]:
    """Return heading -> role of the columns that are there."""
    return {h: role for role, h in layout.columns.items() if h and h in headings}
