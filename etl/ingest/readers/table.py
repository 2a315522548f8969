"""What every reader hands to the common part: a table with columns named by their meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from etl.findings import Findings
from etl.layouts import Layout, folded
from etl.messages import NOTHING, say
from geo.spelling import closest

ROW: Final = "row"
#: A cell of a long table: what could be read as a number, the text that could not, its heading.
NUMBER: Final = "number"
TEXT: Final = "text"
HEADING: Final = "heading"

#: Begins what stands for the heading of a column in which there is nothing at all.
NO_COLUMN: Final = "__EMPTY__"

#: The bank's ending of a column of codes, beside the column of texts of that name.
_CODE: Final = "_KODE"
#: What publishers call the columns that divide figures.
_DIVIDING: Final = {
    **dict.fromkeys(("køn", "koen", "kon", "sex", "gender"), "sex"),
    **dict.fromkeys(("alder", "aldersgruppe", "aldersinterval", "age"), "age"),
    **dict.fromkeys(("sektor", "sector"), "sector"),
    **dict.fromkeys(("enhed", "unit", "måleenhed"), "unit"),
}
#: A year, and after it signs or small figures, or one figure with a bracket: the mark of a note.
_MARKED_YEAR: Final = re.compile(r"((?:19|20)\d\d)\s*(?:[^\w\s]|[¹²³⁰⁴-⁹]|\d\)|\(\d\))+")
#: What is better read by code where a file has both. Measures are better read by name.
_BY_CODE: Final = frozenset({"area", "region", "municipality", "sex", "age", "sector", "period"})


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a text file as read.

    Parameters
    ----------
    frame
        Key columns as text, named by their role (``measure``, ``sex`` ...); ``row``, the row number
        as the spreadsheet shows it; and the value columns under their headings, as numbers or as
        text. A long table has one value column, ``number``, beside ``text`` and ``heading``.
    values
        Headings of the value columns -> year; ``None`` when it is not the heading that says it.
    places
        Role or heading -> place for a finding, such as ``Kommune (E)``.
    texts
        Heading of a value column -> its cells that are not numbers, as long as the frame.
    """

    frame: pl.DataFrame
    values: Mapping[str, int | None]
    places: Mapping[str, str]
    texts: Mapping[str, pl.Series] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which column of a file is what: heading -> role, heading -> year, heading -> place."""

    roles: Mapping[str, str]
    values: Mapping[str, int | None]
    places: Mapping[str, str]
    #: Headings whose labels decide whether a row is read.
    keep: Mapping[str, tuple[str, ...]]


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


def shape(
    headings: Sequence[str], layout: Layout, edition: str, found: Findings, *, header_row: int
) -> Shape:
    """Hold the headings of a file against its layout.

    Parameters
    ----------
    headings
        As read, in order.
    layout
        What they should be.
    edition
        Edition of the file; its first four digits are a year.
    found
        Takes the headings the layout misses, those it does not know, and wrong years.
    header_row
        Row of the headings, as the spreadsheet shows it.

    Raises
    ------
    etl.findings.PackageError
        When they do not fit.
    """
    roles, partners = _roles(headings, layout)
    values: dict[str, int | None]
    if layout.values:
        values = dict.fromkeys(layout.values)
    elif layout.is_long:
        values = {h: None for h, role in roles.items() if role == "value"}
    else:
        values = dict(_years(headings, layout, edition, found, header_row))
    wanted = [*(h for h in layout.columns.values() if h), *layout.values, *layout.keep]
    there = {*roles, *partners, *values, *layout.ignore, *layout.keep}
    missing = [h for h in wanted if h not in headings and f"{h}{_CODE}" not in roles]
    marked = {h for h in headings if h not in there and year_of(h) is not None}
    marked = set() if layout.is_long else marked
    for heading in sorted(marked):
        found.error(
            "year_marked",
            row=header_row,
            column=place(heading, list(headings).index(heading)),
            heading=heading,
            year=year_of(heading),
        )
    there |= marked
    unknown = [h for h in headings if h not in there and not h.startswith(NO_COLUMN)]
    _report_headings(headings, (missing, unknown), layout, found, header_row)
    found.raise_errors()
    index = {h: n for n, h in enumerate(headings)}
    places = {role: place(h, index[h]) for h, role in roles.items()}
    places |= {h: place(h, index[h]) for h in values}
    keys = {h: role for h, role in roles.items() if role != "value"}
    return Shape(keys, values, places, layout.keep)


def _roles(headings: Sequence[str], layout: Layout) -> tuple[dict[str, str], set[str]]:
    """Return heading -> role, and the headings that only say the same again."""
    roles: dict[str, str] = {}
    partners: set[str] = set()
    for role, heading in layout.columns.items():
        texts, codes = heading, f"{heading}{_CODE}"
        if layout.format == "statbank_csv" and heading and codes in headings:
            by_code = role in _BY_CODE or texts not in headings
            roles[codes if by_code else texts] = role
            partners |= {texts, codes}
        elif heading and heading in headings:
            roles[heading] = role
            partners.add(heading.removesuffix(_CODE))
    if layout.format == "statbank_csv":
        partners |= {f"{h}{_CODE}" for h in (*layout.ignore, *layout.keep)}
    return roles, partners


def _years(
    headings: Sequence[str], layout: Layout, edition: str, found: Findings, header_row: int
) -> dict[str, int]:
    """Return heading -> year, and report years that should not be or that are not there."""
    matches = {h: re.fullmatch(layout.period, h) for h in headings}
    years = {h: int(match["year"]) for h, match in matches.items() if match}
    first = layout.first_year
    last = int(edition[:4]) if layout.last_year == "edition" else layout.last_year
    for heading, year in years.items():
        too_early = first is not None and year < first
        too_late = last is not None and year > last and not layout.projection
        if too_early or too_late:
            found.error(
                "year_too_early" if too_early else "year_too_late",
                row=header_row,
                column=place(heading, list(headings).index(heading)),
                year=year,
                first=first,
                last=last,
                layout=layout.id,
            )
    # One that is not read for its mark is not missing.
    there = {*years.values(), *(year_of(h) for h in headings if not matches[h])} - {None}
    if not there:
        found.error("no_years", row=header_row, layout=layout.id)
    elif first is not None and last is not None:
        for year in sorted(set(range(first, last + 1)) - there):
            found.error(
                "year_missing", row=header_row, column=str(year), year=year, layout=layout.id
            )
    return years


def year_of(heading: str) -> int | None:
    """Return the year of a heading that is a year with the mark of a note: ``2024¹⁾``, ``2024*``.

    None for one that is something else.
    """
    match = _MARKED_YEAR.fullmatch(heading)
    return int(match[1]) if match else None


def _report_headings(
    headings: Sequence[str],
    unfit: tuple[Sequence[str], Sequence[str]],
    layout: Layout,
    found: Findings,
    header_row: int,
) -> None:
    missing, unknown = unfit
    for heading in missing:
        near = closest(heading, unknown, at_least=0.45)
        hint = NOTHING
        if near:
            hint = say("perhaps_column", place=place(near[0], list(headings).index(near[0])))
        found.error(
            "heading_missing",
            row=header_row,
            column=heading,
            heading=heading,
            hint=hint,
            layout=layout.id,
        )
    for heading in unknown:
        shown = "" if heading.startswith("__UNNAMED__") else heading
        role = _DIVIDING.get(folded(shown))
        found.error(
            "heading_divides" if role else "heading_unknown" if shown else "heading_none",
            row=header_row,
            column=place(shown, list(headings).index(heading)),
            heading=shown,
            role=role,
            name=say(f"column_{role}") if role else NOTHING,
            layout=layout.id,
        )
    for heading, times in Counter(headings).items():
        if times > 1:
            again = [n for n, other in enumerate(headings) if other == heading][1]
            found.error(
                "heading_twice",
                row=header_row,
                column=place(heading, again),
                heading=heading,
                times=times,
            )


def table_of(raw: pl.DataFrame, how: Shape, found: Findings) -> Table:
    """Take the columns that are read out of a file, under their meanings.

    Parameters
    ----------
    raw
        Every column of the file, and ``row``.
    how
        Which of them is what.
    found
        Takes a file without rows, and a note of rows that are not wanted.

    Raises
    ------
    etl.findings.PackageError
        When no row is left.
    """
    key_columns = list(dict.fromkeys([*how.roles, *how.keep]))
    frame = raw.select(ROW, *key_columns, *how.values).with_columns(
        blank_as_null(pl.col(h).cast(pl.String)) for h in key_columns
    )
    # A label that is its heading's word may be right: all of them are not.
    again = frame.filter(
        pl.all_horizontal(pl.lit(bool(how.roles)), *(pl.col(h) == h for h in how.roles))
    )
    for row in again[ROW]:
        found.add("error", "headings_again", row=row)
    frame = frame.filter(~pl.col(ROW).is_in(again[ROW].implode()))
    if frame.is_empty():
        found.error("no_rows")
        found.raise_errors()
    wanted = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(h).is_in(k) for h, k in how.keep.items())
    )
    kept = frame.filter(wanted.fill_null(value=False)) if how.keep else frame
    if kept.height < frame.height:
        found.add("note", "rows_left_out", number=frame.height - kept.height)
    if kept.is_empty():
        found.error("no_rows_kept")
        found.raise_errors()
    kept = kept.select(ROW, *how.roles, *how.values).rename(dict(how.roles))
    return Table(kept, how.values, how.places)


def blank_as_null(text: pl.Expr) -> pl.Expr:
    """Return a text without spaces around it, null where nothing is left."""
    stripped = text.str.strip_chars()
    return pl.when(stripped != "").then(stripped)
