"""The authority's workbook (xlsx, xlsb, ods): one row a series, one column a year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from etl.findings import Findings
from etl.ingest.readers import archive
from etl.ingest.readers.archive import Workbook
from etl.ingest.readers.oddities import Oddities, Sheet, as_text, shows_nothing
from etl.ingest.readers.release import one_date
from etl.ingest.readers.table import NO_COLUMN, ROW, Shape, Table, letter, place, shape, table_of
from etl.layouts import Layout
from etl.messages import say
from geo.spelling import closest

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_DANISH_DATE = re.compile(r"\b(\d{1,2})\.?\s+([a-zæøå]+)\s+(\d{4})\b", re.IGNORECASE)
#: A number that was typed as text; with more digits Excel would not know it either.
_WHOLE = r"^[-+]?[0-9]{1,15}$"
#: Rows and cells in no order that are told; the first says enough.
_MOST_TOLD = 20
#: What is odd about a figure and not about a label.
_OF_FIGURES = frozenset({"percent_shown", "no_value"})


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover sheet says; None where the layout has no cover."""

    title: str | None = None
    published: dt.date | None = None
    says_demo: bool = False


def open_workbook(path: Path, found: Findings) -> Workbook:
    """Read a workbook whole, after looking what it begins with.

    Parameters
    ----------
    path
        The file.
    found
        Takes what is wrong.

    Raises
    ------
    etl.findings.PackageError
        When it is not a workbook, cut off, locked by a password or far too large.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"\xd0\xcf\x11\xe0":
        found.error("old_excel")
    elif start != b"PK\x03\x04":
        found.error("not_excel")
    found.raise_errors()
    return archive.read(path, found)


def read_cover(workbook: Workbook, layout: Layout, found: Findings) -> Cover:
    """Read title and release date from the cover sheet.

    Parameters
    ----------
    workbook
        As opened.
    layout
        Says sheet and rows; the first text of the title's row and the first date of the date's row
        are taken, in whichever column they stand.
    found
        Takes a missing cover or date.
    """
    cover = layout.cover
    if cover is None:
        return Cover()
    found = found.for_sheet(cover.sheet)
    if cover.sheet not in workbook.sheets:
        if layout.published_from != "cover":
            return Cover()
        _missing_sheet(workbook.sheet_names, cover.sheet, layout, found)
        found.raise_errors()
    sheet = workbook.sheets[cover.sheet]
    titles, dates = sheet.texts_of(cover.title_row), sheet.texts_of(cover.date_row)
    several = [date for text in dates for date in danish_dates(text)]
    published = layout.published or one_date(several, cover.date_row, found)
    if published is None and layout.published_from == "cover":
        found.error(
            "date_missing",
            row=cover.date_row,
        )
        found.raise_errors()
    says_demo = bool(sheet.cells["text"].str.contains(r"\bDEMO\b").any())
    return Cover(titles[0].strip() if titles else None, published, says_demo)


def danish_date(text: str) -> dt.date | None:
    """Return the date of "28. november 2025" or of a date cell, None when it holds none."""
    return next(iter(danish_dates(text)), None)


def danish_dates(text: str) -> list[dt.date]:
    """Return every date such as "28. november 2025" in a text, or the one of a date cell."""
    try:
        if matches := _DANISH_DATE.findall(text):
            return [dt.date(int(y), MONTHS.index(m.lower()) + 1, int(d)) for d, m, y in matches]
        return [dt.date.fromisoformat(text.strip()[:10])]
    except ValueError:
        return []


def read_table(workbook: Workbook, layout: Layout, edition: str, found: Findings) -> Table:
    """Read the sheet with the figures.

    Parameters
    ----------
    workbook
        As opened.
    layout
        Says sheet, header row, headings and years.
    edition
        Edition of the file; its first four digits are a year.
    found
        Takes headings that do not fit.

    Returns
    -------
    Table
        Key columns as text, value columns as numbers, and the texts among these.

    Raises
    ------
    etl.findings.PackageError
        When sheet or headings do not fit the layout, or there are no rows.
    """
    name = layout.sheet or ""
    if name not in workbook.sheets:
        _missing_sheet(workbook.sheet_names, name, layout, found)
        found.raise_errors()
    sheet = workbook.sheets[name]
    for message, row, column in sheet.odd.order[:_MOST_TOLD]:
        found.error(message, row=row, column=letter(column) if column >= 0 else None)
    found.raise_errors()  # what stands where is not sure
    headings = _headings(sheet, layout.header_row)
    how = shape(headings, layout, edition, found, header_row=layout.header_row)
    if not sheet.visible:
        found.add("warning", "sheet_hidden")
    figures = sheet.cells.filter(pl.col("row") > layout.header_row)
    frame, texts = _columns(figures, headings, how)
    _report_odd(sheet.odd, headings, how, layout, found)
    _report_hidden(sheet.odd, headings, how, frame, found)
    table = table_of(frame, how, found)
    at = pl.DataFrame({ROW: frame[ROW], **texts})
    kept = table.frame.select(ROW).join(at, on=ROW, how="left", maintain_order="left")
    unread = {h: kept[h] for h in texts if kept[h].null_count() < kept.height}
    return replace(table, texts=unread)


def _headings(sheet: Sheet, header_row: int) -> list[str]:
    """Return the heading of every column from A on; what is empty all the way down has none."""
    cells = sheet.cells.filter(pl.col("row") >= header_row)
    top = cells.filter(row=header_row).select("column", as_text())
    named = {column: text.strip() for column, text in top.iter_rows() if text.strip()}
    used = set(cells["column"].unique())
    return [
        named.get(column, f"__UNNAMED__{column}" if column in used else f"{NO_COLUMN}{column}")
        for column in range(max(used, default=-1) + 1)
    ]


def _columns(
    cells: pl.DataFrame, headings: Sequence[str], how: Shape
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Return a row for each of the sheet's rows that has a cell, and the texts among the numbers.

    Key columns are text; a number that was typed as text is that number.
    """
    seen = pl.col("number").is_not_null() | ~shows_nothing(pl.col("text"))
    rows = cells.filter(seen).select("row").unique().sort("row")
    frame = rows.select(pl.col("row").alias(ROW))
    texts: dict[str, pl.Series] = {}
    by_column = cells.partition_by("column", as_dict=True)
    columns = []
    for index, heading in enumerate(headings):
        if heading.startswith(NO_COLUMN):
            continue
        here = by_column.get((index,), cells.clear())
        is_value = heading in how.values
        here = here.select("row", "number", "text") if is_value else here.select("row", as_text())
        here = rows.join(here, on="row", how="left", maintain_order="left")
        if not is_value:
            columns.append(here["text"].str.strip_chars().replace("", None).alias(heading))
            continue
        stripped = here["text"].str.strip_chars()
        typed = here.select(pl.when(stripped.str.contains(_WHOLE)).then(stripped)).to_series()
        number = here["number"].zip_with(typed.is_null(), typed.cast(pl.Float64, strict=False))
        columns.append(number.alias(heading))
        text = stripped.set(number.is_not_null(), None)
        if text.null_count() < len(text):
            texts[heading] = text.alias(heading)
    return frame.with_columns(columns), texts


def _report_odd(
    odd: Oddities,
    headings: Sequence[str],
    how: Shape,
    layout: Layout,
    found: Findings,
) -> None:
    """Report cells that would be read as something else than they show."""
    values = {headings.index(h) for h in how.values}
    read = values | {headings.index(h) for h in how.roles}
    for message, cells in odd.cells.items():
        # A label of nothing is an empty one; where a figure should stand, nobody knows what it is.
        where = values if message in _OF_FIGURES else read
        for row, column in sorted(cells):
            if row > layout.header_row and column in where:
                found.error(message, row=row, column=place(headings[column], column))
    for (top, left), (bottom, right) in odd.merged:
        within = {column for column in read if left <= column <= right}
        if bottom > layout.header_row and within:
            column = min(within)
            found.error(
                "merged",
                row=top,
                column=place(headings[column], column),
                cells=f"{letter(left)}{top}:{letter(right)}{bottom}",
            )


def _report_hidden(
    odd: Oddities, headings: Sequence[str], how: Shape, frame: pl.DataFrame, found: Findings
) -> None:
    """Report rows and columns with figures that the spreadsheet does not show; they are read."""
    rows = sorted(set(odd.hidden_rows) & set(frame[ROW]))
    if rows:
        found.add("warning", "rows_hidden", row=rows[0], number=len(rows))
    for heading in how.values:
        index = headings.index(heading)
        if index in odd.hidden_columns:
            found.add("warning", "column_hidden", column=place(heading, index))


def _missing_sheet(names: Sequence[str], name: str, layout: Layout, found: Findings) -> None:
    near = closest(name, names, at_least=0.5)
    hint = (
        say("perhaps_sheet", name=near[0]) if near else say("sheets_there", names=", ".join(names))
    )
    found.error("sheet_missing", name=name, hint=hint, layout=layout.id)
