"""Findings as a workbook that a data officer can send back to whoever delivered the files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from etl.findings import Finding

_COLUMNS: Final = {
    "severity": ("Severity", 10),
    "file": ("File", 34),
    "sheet": ("Sheet", 18),
    "row": ("Row", 8),
    "column": ("Column", 18),
    "what": ("What is wrong", 70),
    "mend": ("How to mend it", 60),
}
_ANSWER: Final = ("Answer", 40)


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write findings as an xlsx workbook, one row each, with a column for the answer.

    Parameters
    ----------
    findings
        In the order they are to stand.
    path
        The file to write; replaced when it is there.
    """
    import xlsxwriter  # noqa: PLC0415

    # Texts quote delivered cells: none of them may become a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Findings")
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, (heading, width) in enumerate([*_COLUMNS.values(), _ANSWER]):
            sheet.write_string(0, column, heading, head)
            sheet.set_column(column, column, width)
        row = 0
        for row, finding in enumerate(findings, start=1):
            values = finding.as_row()
            for column, key in enumerate(_COLUMNS):
                sheet.write(row, column, values[key], wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(row, 1), len(_COLUMNS))
