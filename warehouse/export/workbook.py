"""An extract as a workbook: the data, what it means, where it comes from, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from warehouse.export.columns import ExtractColumn
from warehouse.export.provenance import DISCLOSURE, STATUS_MEANINGS, TITLE, Provenance

#: Rows a sheet can hold, without its header.
MAX_ROWS = 1_048_575
#: What the table of rows is called in formulas, Power Query and pivot tables.
_TABLE = "Klyngeblik"
_WIDTHS = {
    **{"area": 30, "indicator": 40, "indicator_en": 40, "source": 50},
    **{"area_id": 20, "indicator_id": 26, "package_id": 26, "unit_en": 24},
}

_DEFINITIONS = {
    "indicator_id": "Id",
    "theme": "Tema",
    "title_da": "Måltal",
    "definition_da": "Definition",
    "caveat_da": "Forbehold",
    "unit": "Enhed (id)",
    "unit_da": "Enhed",
    "polarity": "Retning",
    "is_demo": "Demo",
    "title_en": "Indicator",
    "definition_en": "Definition (English)",
    "caveat_en": "Caveat (English)",
}
_SOURCES = {
    "source": "Kilde",
    "publisher": "Udgiver",
    "published": "Udgivet",
    "edition": "Udgave",
    "licence": "Licens",
    "file": "Fil",
    "sha256": "SHA-256",
    "is_demo": "Demo",
    "note_da": "Bemærkning",
}
# A text never becomes a formula, a link or a number, whatever it begins with.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(path: Path, batches: Iterable[pl.DataFrame], about: Provenance) -> None:
    """Write the workbook, one batch of rows after the other, in constant memory.

    Parameters
    ----------
    path
        Where to; overwritten.
    batches
        The extract's rows, in order.
    about
        What is known about it.
    """
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        # Not the time of writing, so that the same extract has the same bytes.
        published = [p["published"] for p in about.packages if p["published"]]
        day = max(published) if published else datetime(2000, 1, 1, tzinfo=UTC)
        book.set_properties(
            {
                "title": TITLE,
                "author": "Klyngeblik",
                "created": datetime(day.year, day.month, day.day),
            }
        )
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        rows = _data(book, batches, about.columns, head)
        _table(book.add_worksheet("Definitioner"), _DEFINITIONS, about.indicators, head, wrap)
        _table(book.add_worksheet("Kilder"), _SOURCES, about.packages, head, wrap)
        _read_me(book.add_worksheet("Læs mig"), about, rows, head, wrap)


def _data(
    book: xlsxwriter.Workbook,
    batches: Iterable[pl.DataFrame],
    columns: Sequence[ExtractColumn],
    head: object,
) -> int:
    """Write the rows as a table object of the spreadsheet; return how many there are."""
    sheet = book.add_worksheet("Data")
    names = [column.name for column in columns]
    for place, name in enumerate(names):
        sheet.set_column(place, place, _WIDTHS.get(name, 13))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names, head)
    # A whole number is shown whole, however many decimals its neighbours have.
    whole, broken, year = (
        book.add_format({"num_format": shown}) for shown in ("#,##0", "#,##0.0###", "0")
    )
    line = 0
    for batch in batches:
        kinds = [column.kind for column in columns]
        for row in batch.iter_rows():
            line += 1
            for place, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                if cell is None:
                    continue
                if kind == "number":
                    shown = whole if cell == round(cell) else broken
                    sheet.write_number(line, place, cell, shown)
                elif kind == "year":
                    sheet.write_number(line, place, cell, year)
                elif kind == "flag":
                    sheet.write_boolean(line, place, cell)
                else:
                    sheet.write_string(line, place, cell)
    _as_table(sheet, names, line)
    return line


def _as_table(sheet: Worksheet, names: Sequence[str], rows: int) -> None:
    """Make the sheet's rows a table, with a filter on each column.

    xlsxwriter makes none while it writes in constant memory, since it would write the headings
    again and remember each cell. So a table of one row is declared and then made as long as it is.
    """
    place = xl_range(0, 0, rows, len(names) - 1)
    sheet.constant_memory = False
    headings = [{"header": name} for name in names]
    style = {"columns": headings, "name": _TABLE, "style": "Table Style Light 1"}
    sheet.add_table(0, 0, 1, len(names) - 1, style)
    sheet.constant_memory = True
    sheet.tables[-1] |= {"range": place, "a_range": place, "autofilter": place}


def _table(
    sheet: Worksheet,
    columns: dict[str, str],
    rows: Sequence[dict[str, object]],
    head: object,
    wrap: object,
) -> None:
    long = ("definition", "caveat", "note", "source", "title", "sha256")
    for place, name in enumerate(columns):
        sheet.set_column(place, place, 50 if name.startswith(long) else 16)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, list(columns.values()), head)
    for line, row in enumerate(rows, 1):
        for place, name in enumerate(columns):
            _cell(sheet, line, place, row.get(name), wrap)


def _cell(sheet: Worksheet, line: int, place: int, value: object, style: object) -> None:
    if isinstance(value, bool):
        sheet.write_string(line, place, "ja" if value else "nej", style)
    elif value is not None:
        sheet.write_string(line, place, str(value), style)


def _read_me(sheet: Worksheet, about: Provenance, rows: int, head: object, wrap: object) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 2, 70)
    filters = about.recipe.selection.filters()
    chosen = [(name, ", ".join(values), "") for name, values in filters.items()]
    demo = (
        "Udtrækket rummer DEMO-tal, som er opdigtede: se kolonnen is_demo.",
        "Contains made-up DEMO figures: see the column is_demo.",
    )
    lines: list[tuple[str, str, str]] = [
        (TITLE, "", ""),
        *([("DEMO", *demo)] if about.has_demo else []),
        ("Rækker", str(rows), ""),
        ("Klyngeblik", about.version, ""),
        ("Opbygning", about.fingerprint, ""),
        ("Licens", about.licence, ""),
        ("Henvisning", about.citation, ""),
        ("Små tal", *DISCLOSURE),
        ("Kommando", about.recipe.command, ""),
        ("Python", about.recipe.python, ""),
        ("Opskrift", about.recipe.toml, ""),
        ("Valg", "" if chosen else "alt", ""),
        *chosen,
        ("Kolonne", "Betydning", "Meaning"),
        *[(c.name, c.meaning_da, c.meaning_en) for c in about.columns],
        ("Status", "Betydning", "Meaning"),
        *[(status, *meaning) for status, meaning in STATUS_MEANINGS.items()],
    ]
    headings = {TITLE, "Valg", "Kolonne", "Status", "DEMO"}
    for line, texts in enumerate(lines):
        for place, text in enumerate(texts):
            _cell(sheet, line, place, text or None, head if texts[0] in headings else wrap)
