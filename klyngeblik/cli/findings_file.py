"""Findings as a workbook that a data officer can send back to whoever delivered the files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from etl.findings import Finding

_COLUMNS: Final = {
    "severity": ("Alvor (severity)", 18),
    "file": ("Fil (file)", 34),
    "sheet": ("Ark (sheet)", 18),
    "row": ("Række (row)", 12),
    "column": ("Kolonne (column)", 18),
    "what_da": ("Hvad er galt", 60),
    "mend_da": ("Hvad gøres", 50),
    "what_en": ("What is wrong", 60),
    "mend_en": ("How to mend it", 50),
}
_ID: Final = ("Id", 10)
_ANSWER: Final = ("Svar (answer)", 40)
_SEVERITY: Final = {
    "error": "fejl (error)",
    "question": "spørgsmål (question)",
    "warning": "advarsel (warning)",
    "note": "bemærkning (note)",
}


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write findings in both languages as an xlsx workbook, a row each, with room for the answer.

    Parameters
    ----------
    findings
        In the order they are to stand.
    path
        The file to write; replaced when it is there.
    """
    import xlsxwriter  # noqa: PLC0415

    from geo.said import visible  # noqa: PLC0415

    # Texts quote delivered cells: none of them may become a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Kontrol")
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (heading, width) in enumerate([*_COLUMNS.values(), _ID, _ANSWER]):
            sheet.write_string(0, column, heading, head)
            sheet.set_column(column, column, width)
        row = 0
        for row, finding in enumerate(findings, start=1):
            values = finding.as_row() | {"severity": _SEVERITY[finding.severity]}
            for column, key in enumerate(_COLUMNS):
                value = values[key]
                own = visible(value, lines=True) if isinstance(value, str) else value
                sheet.write(row, column, own, wrapped)
            sheet.write_string(row, len(_COLUMNS), finding.id, wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(row, 1), len(_COLUMNS) + 1)
