"""Writes a demo workbook in the layout of the health data authority, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import xlsxwriter

from etl.demo.calibration import YEARS
from etl.demo.contents import Package
from etl.demo.tables import Row

_RELEASED = "28. november 2025"
# A fixed moment: the file's own time stamp must not make two equal workbooks differ.
_CREATED = datetime(2025, 11, 28, 9, 0, 0)
_HEADER = (
    "Mål",
    "Emne",
    "Geografisk niveau",
    "Region",
    "Kommune",
    "Enhed",
    "Køn",
    "Alder",
    *(str(year) for year in YEARS),
)
_WIDTHS = (34, 34, 18, 22, 18, 30, 14, 18)
_HEADER_ROW = 2
_DEMO = (
    "DEMODATA. Tallene er genereret af et program og må ikke bruges om virkelige borgere,"
    " kommuner eller sygehuse."
)


def write(path: Path, package: Package, rows: Iterable[Row], seed: int) -> None:
    """Write one workbook.

    Parameters
    ----------
    path
        Where to write; replaced if it exists.
    package
        Title, definitions and whether small counts are hidden.
    rows
        The rows of Hovedresultater.
    seed
        Named in the documentation, so that the file can be made again.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties(
            {
                "title": f"DEMO - {package.title}",
                "subject": "Demodata",
                "author": "Klyngeblik",
                "comments": _DEMO,
                "created": _CREATED,
            }
        )
        _front(book, package)
        _results(book, package, rows)
        _text(book, "Dokumentation", ("Mål", "Definition"), _documentation(package, seed))
        _text(book, "Opmærksomhedspunkter", ("Nr.", "Opmærksomhedspunkt"), _caveats(package))


def _front(book: xlsxwriter.Workbook, package: Package) -> None:
    sheet = book.add_worksheet("FORSIDE")
    sheet.hide_gridlines(2)
    sheet.set_column("B:B", 4)
    sheet.set_column("C:C", 60)
    sheet.set_column("D:D", 30)
    big = book.add_format({"bold": True, "font_size": 60, "font_color": "#B00020"})
    title = book.add_format({"bold": True, "font_size": 20})
    sheet.set_row(2, 75)
    sheet.write("C3", "DEMO", big)
    sheet.write("C4", _DEMO, book.add_format({"bold": True, "text_wrap": True}))
    sheet.write("C6", f"DEMO - {package.title}", title)
    sheet.write("C7", "Udgivet")
    sheet.write("D7", _RELEASED)
    sheet.write("C8", "Udgiver")
    sheet.write("D8", "Klyngeblik (demodata)")


def _results(book: xlsxwriter.Workbook, package: Package, rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet("Hovedresultater")
    bold = book.add_format({"bold": True})
    sheet.write(0, 0, f"DEMO - {package.title}", book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, "Demodata: se FORSIDE og Opmærksomhedspunkter")
    sheet.write_row(_HEADER_ROW, 0, _HEADER, bold)
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
    sheet.autofilter(_HEADER_ROW, 0, at, len(_HEADER) - 1)
    # The years are text, as column names are; Excel need not warn about it.
    sheet.ignore_errors({"number_stored_as_text": "I3:S3"})


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


def _documentation(package: Package, seed: int) -> Iterable[tuple[str, str]]:
    yield "Demodata", _DEMO
    yield (
        "Hvordan tallene er lavet",
        f"Programmet (frø {seed}) trækker tilfældige tal omkring kendte landstal og kommunernes"
        " virkelige befolkning og niveauer. Samme frø giver samme tal.",
    )
    yield from package.definitions


def _caveats(package: Package) -> Iterable[tuple[str, str]]:
    points = [
        _DEMO,
        "Alle tal er efter borgerens bopæl, ikke efter behandlingsstedet.",
        "Kontakter faldt i 2020 under covid-19.",
        "Bornholm står to gange: en tom række (Christiansø) med 0 og en række med tallet.",
    ]
    if package.made_safe:
        points += [
            "Felter med 1-4 er tomme, og enkelte andre felter er tomme, så de ikke kan regnes ud.",
            "Antal og rater er afrundet til nærmeste 5; delene giver derfor ikke altid summen.",
            "Befolkningstal er ikke afrundet.",
        ]
    else:
        points += [
            "Fortroligt: pakken indeholder de sande små tal, ikke afrundet og uden skjulte felter.",
        ]
    yield from ((str(number), point) for number, point in enumerate(points, start=1))
