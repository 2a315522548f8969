"""The authority's workbook (xlsx, xlsb, ods): one row a series, one column a year."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from etl.findings import Findings
from etl.layouts import Layout
from etl.messages import say
from etl.readers import archive
from etl.readers.oddities import Oddities
from etl.readers.table import ROW, Shape, Table, letter, place, shape, table_of
from geo.spelling import closest

if TYPE_CHECKING:
    import fastexcel

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_DANISH_DATE = re.compile(r"\b(\d{1,2})\.?\s+([a-zæøå]+)\s+(\d{4})\b", re.IGNORECASE)

# They warn on standard error of every empty column.
for _logger in ("fastexcel", "calamine"):
    logging.getLogger(_logger).setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover sheet says; None where the layout has no cover."""

    title: str | None = None
    published: dt.date | None = None
    says_demo: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook as opened, and what is odd in its sheet of figures."""

    reader: fastexcel.ExcelReader
    odd: Oddities

    @property
    def sheet_names(self) -> list[str]:
        """Return the names of all sheets, hidden ones among them."""
        return list(self.reader.sheet_names)


def open_workbook(path: Path, layout: Layout, found: Findings) -> Workbook:
    """Open a workbook after looking whether it is whole and of a bearable size.

    Parameters
    ----------
    path
        The file.
    layout
        Names the sheet with the figures.
    found
        Takes what is wrong.

    Raises
    ------
    etl.findings.PackageError
        When it is not a workbook, cut off, locked by a password or far too large.
    """
    import fastexcel  # noqa: PLC0415  (half of the start-up time of everything that imports us)

    with path.open("rb") as file:
        start = file.read(4)
    odd = Oddities()
    if start == b"\xd0\xcf\x11\xe0":
        found.error("old_excel")
    elif start != b"PK\x03\x04":
        found.error("not_excel")
    else:
        odd = archive.inspect(path, layout.sheet or "", found)
        if not archive.may_be_opened(path):
            found.error("workbook_harmful")
    found.raise_errors()
    with _or_damaged(found, "workbook_damaged"):
        return Workbook(fastexcel.read_excel(str(path)), odd)


@contextmanager
def _or_damaged(found: Findings, message: str, **values: Any) -> Iterator[None]:
    """Turn a failure of the workbook's reader into a finding."""
    import fastexcel  # noqa: PLC0415

    try:
        yield
    except fastexcel.FastExcelError:
        pass
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's own, which no library exports
            raise
    else:
        return
    found.error(message, **values)
    found.raise_errors()


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
    if cover.sheet not in workbook.sheet_names:
        if layout.published_from != "cover":
            return Cover()
        _missing_sheet(workbook.sheet_names, cover.sheet, layout, found)
        found.raise_errors()
    rows = _sheet(
        workbook, cover.sheet, found, header_row=None, skip_rows=0, dtypes="string"
    ).to_polars()
    cells = [[str(c) for c in row if c is not None] for row in rows.rows()]
    titles = cells[cover.title_row - 1] if len(cells) >= cover.title_row else []
    dates = cells[cover.date_row - 1] if len(cells) >= cover.date_row else []
    published = next((date for text in dates if (date := danish_date(text))), None)
    if published is None and layout.published_from == "cover" and layout.published is None:
        found.error(
            "date_missing",
            row=cover.date_row,
        )
        found.raise_errors()
    says_demo = any(re.search(r"\bDEMO\b", text) for row in cells for text in row)
    return Cover(titles[0].strip() if titles else None, published, says_demo)


def danish_date(text: str) -> dt.date | None:
    """Return the date of "28. november 2025" or of a date cell, None when it holds none."""
    try:
        if match := _DANISH_DATE.search(text):
            return dt.date(int(match[3]), MONTHS.index(match[2].lower()) + 1, int(match[1]))
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


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
    if name not in workbook.sheet_names:
        _missing_sheet(workbook.sheet_names, name, layout, found)
        found.raise_errors()
    for row, column in sorted(workbook.odd.times):
        found.error("time_of_day", row=row, column=letter(column))
    found.raise_errors()  # no column with one of them can be read
    options = {"header_row": layout.header_row - 1, "skip_rows": 0}
    with _or_damaged(found, "sheet_damaged", name=name):
        sheet, mixed = _typed(workbook, name, found, options)
        batch, errors = sheet.to_arrow_with_errors()
        frame = pl.DataFrame(pl.from_arrow(batch))
    headings = frame.columns
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    how = shape(headings, layout, edition, found, header_row=layout.header_row)
    read_again = {h for h in how.values if mixed or _has_text(frame[h])}
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        if "Error(" not in error.detail:  # a text such as "N/A" in a column of numbers
            read_again.add(headings[column])
            continue
        found.error(  # a formula that failed: #DIV/0!, #REF! ...
            "excel_error",
            row=layout.header_row + 1 + row,
            column=place(headings[column], column),
        )
    if sheet.visible != "visible":
        found.add("warning", "sheet_hidden")
    _report_odd(workbook.odd, headings, how, layout, found)
    texts = _texts(workbook, name, [h for h in how.values if h in read_again], found, options)
    frame = frame.with_columns(
        *(n.alias(h) for h, (n, _) in texts.items()),
        *(pl.col(h).cast(pl.Float64) for h in how.values if h not in texts),
    ).with_row_index(ROW, offset=layout.header_row + 1)
    table = table_of(frame.filter(~blank), how, found)
    read = pl.Series(table.frame[ROW].cast(pl.Int64) - layout.header_row - 1)
    unread = {h: t.gather(read) for h, (_, t) in texts.items() if t.null_count() < len(t)}
    return replace(table, texts=unread)


def _report_odd(
    odd: Oddities,
    headings: Sequence[str],
    how: Shape,
    layout: Layout,
    found: Findings,
) -> None:
    """Report cells that would be read as something else than they show."""
    read = {headings.index(h) for h in (*how.roles, *how.values)}
    for cells, message in (
        (odd.without_value, "formula_without_value"),
        (odd.errors, "excel_error"),
        (odd.truths, "truth_value"),
        (odd.raised, "raised_mark"),
    ):
        for row, column in sorted(cells):
            if row > layout.header_row and column in read:
                found.error(message, row=row, column=place(headings[column], column))
    for (top, left), (bottom, right) in odd.merged:
        if bottom > layout.header_row and read & set(range(left, right + 1)):
            column = min(read & set(range(left, right + 1)))
            found.error(
                "merged",
                row=top,
                column=place(headings[column], column),
                cells=f"{letter(left)}{top}:{letter(right)}{bottom}",
            )


def _sheet(workbook: Workbook, name: str, found: Findings, **options: Any) -> fastexcel.ExcelSheet:
    with _or_damaged(found, "sheet_damaged", name=name):
        sheet: fastexcel.ExcelSheet = workbook.reader.load_sheet(name, **options)
    return sheet


def _typed(
    workbook: Workbook, name: str, found: Findings, options: dict[str, Any]
) -> tuple[fastexcel.ExcelSheet, bool]:
    """Load a sheet with guessed types, and say whether a column mixes several.

    Where one does, a number could be anything (TRUE becomes 1), so its cells must be read again.
    """
    import fastexcel  # noqa: PLC0415

    everything = {"schema_sample_rows": None, **options}
    try:
        return workbook.reader.load_sheet(name, dtype_coercion="strict", **everything), False
    except fastexcel.FastExcelError:
        pass
    try:
        return workbook.reader.load_sheet(name, **everything), True
    except fastexcel.FastExcelError:
        pass
    # Numbers among durations have no common type but text.
    return _sheet(workbook, name, found, dtypes="string", **options), True


def _missing_sheet(names: Sequence[str], name: str, layout: Layout, found: Findings) -> None:
    near = closest(name, names, at_least=0.5)
    hint = (
        say("perhaps_sheet", name=near[0]) if near else say("sheets_there", names=", ".join(names))
    )
    found.error("sheet_missing", name=name, hint=hint, layout=layout.id)


def _has_text(column: pl.Series) -> bool:
    return not column.dtype.is_numeric() and column.null_count() < len(column)


def _texts(
    workbook: Workbook,
    sheet: str,
    headings: Sequence[str],
    found: Findings,
    options: dict[str, Any],
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Tell numbers from texts in year columns that hold both.

    Such a column comes back as text only, where the number 1.234 and the text "1.234" (which a
    Dane means as 1234) look alike. Read as whole numbers, the former gives 1 and the latter
    nothing; so a second reading tells them apart.
    """
    if not headings:
        return {}
    text = _sheet(workbook, sheet, found, dtypes="string", **options).to_polars()
    ints = dict.fromkeys(headings, "int")
    whole = _sheet(workbook, sheet, found, dtypes=ints, **options).to_polars()
    both = {}
    for heading in headings:
        raw = text[heading].str.strip_chars()
        raw = raw.to_frame().select(pl.when(pl.all() != "").then(pl.all())).to_series()
        number = raw.cast(pl.Float64, strict=False)
        is_number = number.is_not_null() & number.is_finite() & whole[heading].is_not_null()
        columns = pl.DataFrame({"n": number, "t": raw, "ok": is_number})
        parts = columns.select(
            pl.when("ok").then("n").alias("n"), pl.when(~pl.col("ok")).then("t").alias("t")
        )
        both[heading] = (parts["n"], parts["t"])
    return both
