"""The OpenDocument sheet (ods): every cell where it stands, read from its one part of content."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from etl.ingest.ooxml.parts import DamagedPartError, Parts, Walked
from etl.ingest.ooxml.texts import looks_like_a_number
from etl.ingest.ooxml.xml import DEEPEST, parse, parser
from etl.ingest.readers import oddities
from etl.ingest.readers.oddities import CELLS, LAST_COLUMN, LAST_ROW, Sheet

CONTENT: Final = "content.xml"
#: A file with more tags than this is made to keep us busy.
MOST: Final = 60_000_000

_SPACES: Final = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"
    for prefix in ("office", "table", "text", "style")
} | {"calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"}


def _named(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{_SPACES[prefix]} {local}"


_CELL, _COVERED, _ROW, _COLUMN, _TABLE = (
    _named(f"table:{name}")
    for name in ("table-cell", "covered-table-cell", "table-row", "table-column", "table")
)
_SHEETS: Final = _named("office:spreadsheet")
_NOTE: Final = _named("office:annotation")
_READING_AID: Final = _named("text:ruby-text")
_PARAGRAPH, _SPAN, _SPACE, _TAB, _BREAK = (
    _named(f"text:{name}") for name in ("p", "span", "s", "tab", "line-break")
)
_STYLE: Final = _named("style:style")
_STYLE_NAME: Final = _named("style:name")
_TEXT_LOOK, _TABLE_LOOK = (_named(f"style:{n}-properties") for n in ("text", "table"))
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_NUMBERS: Final = ("float", "currency", "percentage")
#: LibreOffice keeps them as the numbers 1 and 0, and only shows them so.
_TRUTHS: Final = frozenset({"TRUE", "FALSE", "SAND", "FALSK"})
#: "super 58%", or how far up or down in per cent: "33% 58%"; "0% 100%" is level.
_RAISED: Final = re.compile(r"(?!0%).")

#: Number, text and the message of what is odd about them.
_Value = tuple[float | None, str | None, str | None]


def read(parts: Parts, take: Callable[[Sheet], None]) -> Walked:
    """Read every sheet of an OpenDocument workbook.

    Parameters
    ----------
    parts
        Of the workbook.
    take
        Called with each sheet.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
    """
    content = _Content(take)
    made = parser()
    made.StartElementHandler = content.start
    made.EndElementHandler = content.end
    made.CharacterDataHandler = content.text
    parse(made, parts.pieces(CONTENT))
    return Walked(frozenset({CONTENT}))


class _Content:
    """Counts rows and columns as the tags pass by."""

    def __init__(self, take: Callable[[Sheet], None]) -> None:
        self.take = take
        self.depth = self.tags = 0
        self.raised_styles: set[str] = set()
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.within_sheets = 0
        self.sheet: Sheet | None = None
        self.cells: list[tuple[int, int, float | None, str | None]] = []
        self.row = self.column = self.rows = 0
        self.of_row: list[tuple[int, int, _Value]] = []
        self.columns = 0
        #: Of the cell that is open.
        self.given: dict[str, str] | None = None
        self.words: list[str] = []
        self.raised = False
        self.aside = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        self.tags += 1
        self.depth += 1
        if self.tags > MOST or self.depth > DEEPEST:
            raise DamagedPartError
        if tag in (_CELL, _COVERED):
            if self.given is not None:
                raise DamagedPartError
            self.given, self.words, self.raised = given, [], False
        elif self.given is not None:
            self._within_cell(tag, given)
        elif tag == _ROW:
            self.rows, self.column, self.of_row = _times(given, "rows"), 0, []
            if given.get(_named("table:visibility"), "visible") != "visible" and self.sheet:
                most = min(self.rows, LAST_ROW - self.row)
                self.sheet.odd.hidden_rows += range(self.row + 1, self.row + 1 + most)
        elif tag == _COLUMN:
            times = _times(given, "columns")
            if given.get(_named("table:visibility"), "visible") != "visible" and self.sheet:
                stop = min(self.columns + times, LAST_COLUMN)
                self.sheet.odd.hidden_columns |= set(range(self.columns, stop))
            self.columns += times
        elif tag == _TABLE and self.depth == self.within_sheets + 1:
            hidden = given.get(_named("table:style-name")) in self.hidden_styles
            self.sheet = Sheet(given.get(_named("table:name"), ""), not hidden)
            self.row = self.columns = 0
            self.cells = []
        elif tag == _SHEETS:
            self.within_sheets = self.depth
        else:
            self._style(tag, given)

    def _style(self, tag: str, given: dict[str, str]) -> None:
        if tag == _STYLE:
            self.style = given.get(_STYLE_NAME, "")
        elif tag == _TEXT_LOOK and _RAISED.match(given.get(_named("style:text-position"), "")):
            self.raised_styles.add(self.style)
        elif tag == _TABLE_LOOK and given.get(_named("table:display")) == "false":
            self.hidden_styles.add(self.style)

    def _within_cell(self, tag: str, given: dict[str, str]) -> None:
        if tag in (_NOTE, _READING_AID):
            self.aside += 1
        elif tag == _TABLE:  # a table in a cell: which rows are whose, nobody can say
            raise DamagedPartError
        elif self.aside:
            return
        elif tag == _PARAGRAPH and self.words:
            self.words.append("\n")
        elif tag == _SPAN and given.get(_named("text:style-name")) in self.raised_styles:
            self.raised = True
        elif tag == _SPACE:
            self.words.append(" " * min(_count(given.get(_named("text:c"), "1")), 100))
        elif tag in (_TAB, _BREAK):
            self.words.append("\t" if tag == _TAB else "\n")

    def text(self, words: str) -> None:
        if self.given is not None and not self.aside:
            self.words.append(words)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag in (_CELL, _COVERED) and self.given is not None:
            self._cell(self.given)
            self.given = None
        elif tag in (_NOTE, _READING_AID) and self.given is not None:
            self.aside -= 1
        elif tag == _ROW:
            self._row()
        elif tag == _TABLE and self.sheet is not None and self.depth == self.within_sheets:
            self.sheet.cells = pl.DataFrame(self.cells, schema=CELLS, orient="row")
            self.take(self.sheet)
            self.sheet = None

    def _cell(self, given: dict[str, str]) -> None:
        times = _times(given, "columns")
        value = _value(given, "".join(self.words), raised=self.raised)
        if value != (None, None, None):
            self.of_row.append((self.column, times, value))
        down, across = (
            _count(given.get(_named(f"table:number-{way}-spanned"), "1"))
            for way in ("rows", "columns")
        )
        if (down > 1 or across > 1) and self.sheet is not None:
            first = (self.row + 1, self.column)
            self.sheet.odd.merged.append((first, (first[0] + down - 1, first[1] + across - 1)))
        self.column += times

    def _row(self) -> None:
        """Put the cells of a row away, as often as it and they are repeated."""
        first, self.row = self.row, self.row + self.rows
        if self.sheet is None or not self.of_row:
            return
        last, repeated, _ = self.of_row[-1]
        if (
            self.row > LAST_ROW
            or last + repeated > LAST_COLUMN
            or (self.row * (last + repeated) > oddities.LARGEST_CELLS)
        ):
            # Told by what holds the sheets; what is repeated without end is not made.
            self.cells.append((min(self.row, LAST_ROW), LAST_COLUMN - 1, 1.0, None))
            self.cells.append((LAST_ROW, min(last, LAST_COLUMN - 1), 1.0, None))
            return
        for row in range(first + 1, self.row + 1):
            for start, times, (number, text, odd) in self.of_row:
                for column in range(start, start + times):
                    if odd is not None:
                        self.sheet.odd.cells[odd].add((row, column))
                    if number is not None or text is not None:
                        self.cells.append((row, column, number, text))


def _value(given: dict[str, str], words: str, *, raised: bool) -> _Value:
    """Return what a cell holds, and the message of what is odd about it."""
    kind = given.get(_named("office:value-type"))
    if given.get(_named("calcext:value-type")) == "error":
        return None, None, "excel_error"
    if kind is None:
        if _named("table:formula") in given and not words.strip():
            return None, None, "formula_without_value"
        return None, words or None, None
    if kind in _NUMBERS:
        written = given.get(_named("office:value"), "").strip()
        if not _NUMBER.fullmatch(written):
            return None, written or words or None, None if written else "no_value"
        odd = "percent_shown" if kind == "percentage" else None
        return float(written), None, "truth_value" if words in _TRUTHS else odd
    return _other_value(kind, given, words, raised=raised)


def _other_value(kind: str, given: dict[str, str], words: str, *, raised: bool) -> _Value:
    if kind == "time":
        return None, None, "time_of_day"
    if kind == "date":
        return None, given.get(_named("office:date-value"), words), None
    if kind == "boolean":
        truth = given.get(_named("office:boolean-value"), words)
        return None, truth.upper(), None if truth else "no_value"
    misleading = raised and looks_like_a_number(words)
    text = given.get(_named("office:string-value"), words)
    return None, text, "raised_mark" if misleading else None


def _times(given: dict[str, str], what: str) -> int:
    return _count(given.get(_named(f"table:number-{what}-repeated"), "1"))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise DamagedPartError
    return int(text[:12])
