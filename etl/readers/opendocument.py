"""An OpenDocument sheet before it is opened: what its reader would pass over, or never get out of.

The reader waits without end for the close of a table that is cut off, gives back an empty cell for
an error, for a formula without a value and for what a merged cell covers, and cannot read a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.parsers import expat

from etl.readers.oddities import Cell, Oddities, looks_like_a_number

#: A file with more tags than this is made to keep us busy.
MOST: Final = 60_000_000
_VALUED: Final = "office:value-type"
#: LibreOffice keeps them as the numbers 1 and 0, and only shows them so.
_TRUTHS: Final = frozenset({"TRUE", "FALSE", "SAND", "FALSK"})
_POSITION: Final = "style:text-position"
#: "super 58%", or how far up or down in per cent: "33% 58%"; "0% 100%" is level.
_RAISED: Final = re.compile(r"(?!0%).")


class NotWellFormedError(Exception):
    """The XML is cut off, does not close what it opened, declares a type, or has far too much."""


def look(pieces: Iterable[bytes], sheet: str, odd: Oddities) -> int:
    """Go through ``content.xml``.

    Parameters
    ----------
    pieces
        Its bytes, one piece after another.
    sheet
        The sheet with the figures.
    odd
        Takes what is odd in that sheet.

    Returns
    -------
    int
        Cells of the largest sheet, up to the last that is not empty.

    Raises
    ------
    NotWellFormedError
    """
    content = _Content(sheet, odd)
    parser = expat.ParserCreate("utf-8")  # whatever it declares: nobody writes another
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.CharacterDataHandler = content.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise NotWellFormedError from None
    return content.largest


def _refuse(*_: object) -> None:
    raise NotWellFormedError


class _Content:
    """Counts rows and columns as the tags pass by."""

    def __init__(self, sheet: str, odd: Oddities) -> None:
        self.sheet = sheet
        self.odd = odd
        self.largest = self.tags = 0
        self.raised_styles: set[str] = set()
        self.style = ""
        self.here = False
        self.row = self.column = self.rows = self.width = 0
        #: Of the cell that is open: its words, whether one of them is raised, notes it is in.
        self.words: list[str] | None = None
        self.raised = False
        self.kind = ""
        self.notes = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        self.tags += 1
        if self.tags > MOST:
            raise NotWellFormedError
        if tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(given)
        elif tag == "table:table-row":
            self.rows, self.column = _times(given, "rows"), 0
        elif tag == "table:table":
            self.here = given.get("table:name") == self.sheet
            self.row = self.width = 0
        elif tag == "office:annotation":
            self.notes += 1
        elif tag == "text:span" and given.get("text:style-name") in self.raised_styles:
            self.raised = True
        elif tag == "style:style":
            self.style = given.get("style:name", "")
        elif tag == "style:text-properties" and _RAISED.match(given.get(_POSITION, "")):
            self.raised_styles.add(self.style)

    def _cell(self, given: Mapping[str, str]) -> None:
        row, column = self.row + 1, self.column
        kind = given.get("calcext:value-type") or given.get(_VALUED)
        times = _times(given, "columns")
        self.column += times
        if kind:
            self.width = max(self.width, self.column)
            self.largest = max(self.largest, (self.row + self.rows) * self.width)
        if not self.here:
            return
        if "table:formula" in given and kind is None:
            self.odd.without_value.add((row, column))
        elif kind == "error":
            self.odd.errors.add((row, column))
        elif kind == "time":
            self.odd.times.add((row, column))
        elif kind is not None:
            self.words, self.raised, self.kind = [], False, kind
        down, across = (
            int(given.get(f"table:number-{way}-spanned", "1")) for way in ("rows", "columns")
        )
        if down > 1 or across > 1:
            self.odd.merged.append(((row, column), (row + down - 1, column + across - 1)))

    def text(self, words: str) -> None:
        if self.words is not None and not self.notes:
            self.words.append(words)

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows
        elif tag == "office:annotation":
            self.notes -= 1
        elif tag == "table:table-cell":
            if self.words is not None:
                self._shown("".join(self.words), (self.row + 1, self.column - 1))
            self.words = None

    def _shown(self, words: str, place: Cell) -> None:
        if self.kind == "string" and self.raised and looks_like_a_number(words):
            self.odd.raised.add(place)
        elif self.kind == "float" and words in _TRUTHS:
            self.odd.truths.add(place)


def _times(given: Mapping[str, str], what: str) -> int:
    try:
        return int(given.get(f"table:number-{what}-repeated", "1"))
    except ValueError:
        raise NotWellFormedError from None
