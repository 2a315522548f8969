"""An extract as a workbook: the data, what it means, where it comes from, and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from warehouse.export.provenance import DISCLOSURE, STATUS_MEANINGS, TITLE, Provenance

#: Rows a sheet can hold, without its header.
MAX_ROWS = 1_048_575

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
        names = [column.name for column in about.columns]
        rows = _data(book.add_worksheet("Data"), batches, names, head)
        _table(book.add_worksheet("Definitioner"), _DEFINITIONS, about.indicators, head, wrap)
        _table(book.add_worksheet("Kilder"), _SOURCES, about.packages, head, wrap)
        _read_me(book.add_worksheet("Læs mig"), about, rows, head, wrap)


def _data(sheet: Worksheet, batches: Iterable[pl.DataFrame], names: list[str], head: object) -> int:
    widths = {"area": 30, "indicator": 40, "source": 50, "area_id": 20, "indicator_id": 26}
    for place, name in enumerate(names):
        sheet.set_column(place, place, widths.get(name, 13))
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names, head)
    line = 0
    for batch in batches:
        writers = [
            sheet.write_boolean
            if kind == pl.Boolean
            else sheet.write_number
            if kind.is_numeric()
            else sheet.write_string
            for kind in batch.dtypes
        ]
        for row in batch.iter_rows():
            line += 1
            for place, cell in enumerate(row):
                if cell is not None:
                    writers[place](line, place, cell)
    sheet.autofilter(0, 0, line, len(names) - 1)
    return line


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
