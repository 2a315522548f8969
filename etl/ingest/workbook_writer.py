"""Writes a workbook in the layout of the health data authority, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_range

_KEYS = (
    "Mål",
    "Emne",
    "Geografisk niveau",
    "Region",
    "Kommune",
    "Enhed",
    "Køn",
    "Alder",
)
_WIDTHS = (34, 34, 18, 22, 18, 30, 14, 18)
_HEADER_ROW = 2


@dataclass(frozen=True)
class Row:
    """One row of Hovedresultater: the eight keys, and a value or None for every year."""

    keys: tuple[str | None, ...]
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class Cover:
    """What a workbook says of itself.

    Attributes
    ----------
    title, subject, author
        In the file's properties; ``title`` also on the front and above the results.
    publisher
        On the front.
    released
        Date as the authority writes it, such as "28. november 2025".
    created
        Time stamp of the file: given, so that equal workbooks have equal bytes.
    note
        Line above the results.
    demo
        What to say of made-up figures; then DEMO stands on the front in big letters.
    documentation, caveats
        Rows of the sheets Dokumentation and Opmærksomhedspunkter.
    """

    title: str
    subject: str
    author: str
    publisher: str
    released: str
    created: datetime
    note: str
    documentation: Sequence[tuple[str, str]]
    caveats: Sequence[str]
    demo: str | None = None


def write(path: Path, cover: Cover, years: Sequence[int], rows: Iterable[Row]) -> None:
    """Write one workbook.

    Parameters
    ----------
    path
        Where to write; replaced if it exists.
    cover
        What it says of itself.
    years
        One column each.
    rows
        The rows of Hovedresultater.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties(
            {
                "title": cover.title,
                "subject": cover.subject,
                "author": cover.author,
                "comments": cover.demo or cover.note,
                "created": cover.created,
            }
        )
        _front(book, cover)
        _results(book, cover, years, rows)
        _text(book, "Dokumentation", ("Mål", "Definition"), cover.documentation)
        points = [(str(number), point) for number, point in enumerate(cover.caveats, start=1)]
        _text(book, "Opmærksomhedspunkter", ("Nr.", "Opmærksomhedspunkt"), points)


def _front(book: xlsxwriter.Workbook, cover: Cover) -> None:
    sheet = book.add_worksheet("FORSIDE")
    sheet.hide_gridlines(2)
    sheet.set_column("B:B", 4)
    sheet.set_column("C:C", 60)
    sheet.set_column("D:D", 30)
    big = book.add_format({"bold": True, "font_size": 60, "font_color": "#B00020"})
    title = book.add_format({"bold": True, "font_size": 20})
    if cover.demo:
        sheet.set_row(2, 75)
        sheet.write("C3", "DEMO", big)
        sheet.write("C4", cover.demo, book.add_format({"bold": True, "text_wrap": True}))
    sheet.write("C6", cover.title, title)
    sheet.write("C7", "Udgivet")
    sheet.write("D7", cover.released)
    sheet.write("C8", "Udgiver")
    sheet.write("D8", cover.publisher)


def _results(
    book: xlsxwriter.Workbook, cover: Cover, years: Sequence[int], rows: Iterable[Row]
) -> None:
    sheet = book.add_worksheet("Hovedresultater")
    bold = book.add_format({"bold": True})
    header = (*_KEYS, *map(str, years))
    sheet.write(0, 0, cover.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, cover.note)
    sheet.write_row(_HEADER_ROW, 0, header, bold)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    first_year = len(_WIDTHS)
    at = _HEADER_ROW
    for at, row in enumerate(rows, start=_HEADER_ROW + 1):
        for column, key in enumerate(row.keys):
            if key is not None:
                sheet.write_string(at, column, key)
        for column, value in enumerate(row.values, start=first_year):
            if value is not None:
                sheet.write_number(at, column, value)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.autofilter(_HEADER_ROW, 0, at, len(header) - 1)
    # The years are text, as column names are; Excel need not warn about it.
    place = (_HEADER_ROW, first_year, _HEADER_ROW, len(header) - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(*place)})


def _text(
    book: xlsxwriter.Workbook,
    name: str,
    header: tuple[str, str],
    lines: Iterable[tuple[str, str]],
) -> None:
    sheet = book.add_worksheet(name)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 100, wrap)
    sheet.write_row(0, 0, header, book.add_format({"bold": True}))
    for at, line in enumerate(lines, start=1):
        sheet.write_row(at, 0, line)
