"""The sheet's numbers as an .xlsx: a tab a figure or table, unrounded, with why one is missing."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import xlsxwriter

from dashboard.sentences import made_up
from dashboard.text import Text
from report.model import Chart, Picture, Sheet, Table, Words

#: What is written is text or a number, never a formula or a link, whatever a title begins with.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NAME_LENGTH = 31  # Excel's own limit


def workbook(sheet: Sheet) -> bytes:
    """Return the numbers of a sheet as .xlsx.

    Parameters
    ----------
    sheet
        What stands on it.

    Returns
    -------
    bytes
        A tab with what was said and the sources, then one for each figure and table. A number that
        is hidden or missing is a word, never a number. Tabs of made-up figures begin with DEMO.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties(
            {
                "title": f"{sheet.title}: {sheet.area}",
                "author": "Klyngeblik",
                "created": datetime.fromisoformat(sheet.released),
            }
        )
        _Writer(book, sheet).write()
    return out.getvalue()


class _Writer:
    """Writes the tabs of one workbook."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self._book, self._sheet, self._text = book, sheet, Text(sheet.lang)
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = book.add_format({"bold": True})
        self._estimate = self._text("moedeark.estimate")

    def write(self) -> None:
        """Write every tab."""
        self._read_me()
        number = 0
        for _, block in self._sheet.blocks():
            if isinstance(block, Words | Picture):
                continue
            number += 1
            tab = self._tab(number, block)
            if isinstance(block, Chart):
                self._chart(tab, block)
            else:
                self._table(tab, block)

    def _read_me(self) -> None:
        sheet, text = self._sheet, self._text
        tab = self._book.add_worksheet(text("moedeark.read_me"))
        tab.set_column(0, 0, 110)
        row = 0

        def put(line: str, style: Any) -> None:
            nonlocal row
            tab.write_string(row, 0, line, style)
            row += 1

        put(f"{sheet.title}: {sheet.area}", self._head)
        for line in (*sheet.facts, sheet.built, f"{sheet.link_text} {sheet.link}"):
            put(line, self._wrap)
        for part, block in sheet.blocks():
            if isinstance(block, Words):
                title = block.title or part.title
                badge = f"{text('common.demo.badge')}: " if block.is_demo else ""
                put("", self._wrap)
                put(badge + title, self._head)
                for item in block.items:
                    put(item, self._wrap)
        for title, lines in (
            (text("moedeark.reading"), sheet.notes),
            (text("moedeark.sources"), sheet.sources),
        ):
            put("", self._wrap)
            put(title, self._head)
            for line in lines:
                put(line, self._wrap)

    def _tab(self, number: int, block: Chart | Table) -> Any:
        title = re.sub(r"[\[\]:*?/\\']", " ", block.title)
        name = f"{'DEMO ' if block.is_demo else ''}{number} {title}"[:_NAME_LENGTH].strip()
        tab = self._book.add_worksheet(name)
        badge = f"{self._text('common.demo.badge')}: " if block.is_demo else ""
        tab.write_string(0, 0, badge + block.title, self._bold)
        return tab

    def _chart(self, tab: Any, chart: Chart) -> None:
        text = self._text
        tab.write_string(1, 0, f"{self._sheet.area}. {chart.subtitle}")
        tab.write_string(2, 0, text("common.source_line", source=chart.source))
        tab.write_string(3, 0, chart.note)
        heads = (
            made_up(text, text("moedeark.series"), chart.is_demo),
            text("moedeark.label"),
            text("common.value"),
            text("moedeark.lower"),
            text("moedeark.upper"),
            text("moedeark.shown_as"),
            text("common.projection"),
        )
        self._heads(tab, 4, heads)
        row = 5
        for series in chart.series:
            for point in series.points:
                tab.write_string(row, 0, series.name)
                tab.write_string(row, 1, point.label)
                for column, value in enumerate((point.value, point.lower, point.upper), 2):
                    if value is not None:
                        # The mark stands at the number itself, not at its limits.
                        mark = self._estimate if point.is_estimate and column == 2 else ""
                        tab.write_number(row, column, value, self._number(chart.decimals, mark))
                tab.write_string(row, 5, point.text)
                tab.write_string(row, 6, text("common.yes" if point.is_projection else "common.no"))
                row += 1
        tab.set_column(0, 1, 34)
        tab.set_column(2, 6, 16)
        tab.freeze_panes(5, 2)

    def _table(self, tab: Any, table: Table) -> None:
        tab.write_string(1, 0, f"{self._sheet.area}. {table.note}".strip())
        self._heads(tab, 2, table.columns)
        for row, line in enumerate(table.lines, 3):
            for column, cell in enumerate(line.cells):
                style = self._bold if line.is_group or line.is_strong else None
                if cell.value is not None:
                    mark = cell.note if cell.note == self._estimate else ""
                    tab.write_number(row, column, cell.value, self._number(cell.decimals, mark))
                    # Interval and estimate stand as a note, so that the number stays a number.
                    if remark := ", ".join(w for w in (cell.note, cell.small) if w):
                        tab.write_comment(row, column, remark)
                else:
                    said = f"{cell.text}, {cell.small}" if cell.small else cell.text
                    tab.write_string(row, column, said, style)
        tab.set_column(0, 0, 60)
        tab.set_column(1, len(table.columns) - 1, 18)
        tab.freeze_panes(3, 1)

    def _heads(self, tab: Any, row: int, heads: tuple[str, ...]) -> None:
        for column, head in enumerate(heads):
            tab.write_string(row, column, head, self._head)

    def _number(self, decimals: int, mark: str = "") -> Any:
        """Return a number's format; a mark is seen in the cell, which still holds a number."""
        shown = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self._book.add_format({"num_format": f'{shown}" ({mark})"' if mark else shown})
