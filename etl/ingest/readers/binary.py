"""The binary workbook (xlsb, [MS-XLSB]): every cell where it stands.

A part is a row of records: kind and length in seven bits a byte, then the data.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from etl.ingest.ooxml.package import Book, SheetPart, referred, relations
from etl.ingest.ooxml.parts import DamagedPartError, Parts, Walked
from etl.ingest.ooxml.texts import Strings, looks_like_a_number
from etl.ingest.readers.looks import as_shown, looks_of
from etl.ingest.readers.oddities import CELLS, LAST_COLUMN, LAST_ROW, Sheet

#: A sheet with more records than this is made to keep us busy.
MOST: Final = 30_000_000
_ROW, _BLANK, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_TRUTH, _FORMULA_ERROR = range(8, 12)
_RICH_TEXT: Final = 62
_STRING: Final = 19
_FORMAT: Final = 44
_STYLE: Final = 47
_COLUMNS: Final = 60
_WORKBOOK_PROPERTIES: Final = 153
_BUNDLED_SHEET: Final = 156
_MERGED: Final = 176
_STYLES_BEGIN, _STYLES_END = 617, 618


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and data of every record.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When they are more than any sheet has, or the last is cut off.
    """
    at, end = 0, len(part)
    for _ in range(MOST):
        if at >= end:
            return
        kind = part[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while at < end and shift < 28:
            low = part[at]
            at += 1
            length |= (low & 0x7F) << shift
            shift += 7
            if not low & 0x80:
                break
        if at + length > end:
            raise DamagedPartError
        yield kind, part[at : at + length]
        at += length
    raise DamagedPartError


def read(parts: Parts, main: str, take: Callable[[Sheet], None]) -> Walked:
    """Read every sheet of a binary workbook.

    Parameters
    ----------
    parts
        Of the workbook.
    main
        The part that lists the sheets.
    take
        Called with each sheet.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
    """
    try:
        book = _book_of(parts, main)
        strings = _strings(parts.whole(book.strings)) if book.strings else Strings()
        looks = _looks(parts.whole(book.styles)) if book.styles else {}
        for one in book.sheets:
            walk = _Walk(Sheet(one.name, one.visible), strings)
            take(walk.through(parts.whole(one.part), looks, from_1904=book.from_1904))
    except (struct.error, IndexError) as error:  # a record is shorter than its kind
        raise DamagedPartError from error
    return book.walked()


def _text(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    if end > len(data):
        raise DamagedPartError
    return data[at + 4 : end].decode("utf-16-le", "replace")


def _book_of(parts: Parts, main: str) -> Book:
    known = relations(parts, main)
    book = Book(main)
    for kind, data in records(parts.whole(main)):
        if kind == _BUNDLED_SHEET:
            relation = _text(data, 8)
            name = _text(data, 12 + 2 * len(relation))
            target = known.get(relation)
            if target is not None and target.kind == "worksheet":
                shown = struct.unpack_from("<I", data)[0] == 0
                book.sheets.append(SheetPart(name, target.part, shown))
        elif kind == _WORKBOOK_PROPERTIES:
            book.from_1904 = bool(data[0] & 1)
    referred(book, known, parts)
    return book


def _strings(part: bytes) -> Strings:
    """Return the shared texts, and which of digits have something set apart among them.

    Which letters are raised stands in the styles; digits set in two ways are suspect enough.
    """
    strings = Strings()
    for kind, data in records(part):
        if kind == _STRING:
            text = _text(data, 1)
            if data[0] & 1 and looks_like_a_number(text):
                strings.misleading.add(len(strings.texts))
            strings.texts.append(text)
    return strings


def _looks(part: bytes) -> dict[int, str]:
    codes: dict[int, str] = {}
    cells: list[int] = []
    inside = False
    for kind, data in records(part):
        if kind in (_STYLES_BEGIN, _STYLES_END):
            inside = kind == _STYLES_BEGIN
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)
        elif kind == _STYLE and inside:
            cells.append(struct.unpack_from("<HH", data)[1])
    return looks_of(codes, cells)


class _Walk:
    """Takes the records of one sheet, one after another."""

    def __init__(self, sheet: Sheet, strings: Strings) -> None:
        self.sheet = sheet
        self.odd = sheet.odd
        self.strings = strings
        self.row = 0
        self.column = -1
        self.cells: list[tuple[int, int, float | None, str | None, int]] = []

    def through(self, part: bytes, looks: dict[int, str], *, from_1904: bool) -> Sheet:
        """Return the sheet with its cells."""
        for kind, data in records(part):
            if kind == _ROW:
                self._row(data)
            elif kind <= _FORMULA_ERROR or kind == _RICH_TEXT:
                self._cell(kind, data)
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data)
                self.odd.merged.append(((top + 1, left), (bottom + 1, right)))
            elif kind == _COLUMNS and data[16] & 1:
                first, last = struct.unpack_from("<II", data)
                self.odd.hidden_columns |= set(range(first, min(last + 1, LAST_COLUMN)))
        schema = {**CELLS, "style": pl.UInt32}
        cells = pl.DataFrame(self.cells, schema=schema, orient="row")
        self.sheet.cells = as_shown(cells, looks, self.odd, from_1904=from_1904)
        return self.sheet

    def _row(self, data: bytes) -> None:
        number = struct.unpack_from("<I", data)[0] + 1
        if number > LAST_ROW:
            self.odd.order.append(("place_unclear", self.row + 1, -1))
            number = LAST_ROW
        elif number == self.row:
            self.odd.order.append(("row_number_twice", number, -1))
        elif number < self.row:
            self.odd.order.append(("out_of_order", number, -1))
        if len(data) > 11 and data[11] & 0x10:
            self.odd.hidden_rows.append(number)
        self.row, self.column = number, -1

    def _cell(self, kind: int, data: bytes) -> None:
        column, style = struct.unpack_from("<II", data)
        if column >= LAST_COLUMN:
            self.odd.order.append(("place_unclear", self.row, LAST_COLUMN - 1))
            column = LAST_COLUMN - 1
        elif column <= self.column:
            message = "cell_twice" if column == self.column else "out_of_order"
            self.odd.order.append((message, self.row, column))
        self.column = column
        place = (self.row, column)
        number, text = self._value(kind, data, place)
        if number is not None or text is not None:
            self.cells.append((*place, number, text, style & 0xFFFFFF))

    def _value(
        self, kind: int, data: bytes, place: tuple[int, int]
    ) -> tuple[float | None, str | None]:
        number: float | None = None
        text: str | None = None
        if kind == _RK:
            number = _packed(struct.unpack_from("<I", data, 8)[0])
        elif kind in (_REAL, _FORMULA_REAL):
            (number,) = struct.unpack_from("<d", data, 8)
        elif kind in (_TEXT, _FORMULA_TEXT):
            text = _text(data, 8)
        elif kind in (_TRUTH, _FORMULA_TRUTH):
            text = "TRUE" if data[8] else "FALSE"
        elif kind in (_ERROR, _FORMULA_ERROR):
            self.odd.cells["excel_error"].add(place)
        elif kind == _SHARED:
            text = self._shared(struct.unpack_from("<I", data, 8)[0], place)
        elif kind == _RICH_TEXT:
            text = _text(data, 9)
            if data[8] & 1 and looks_like_a_number(text):
                self.odd.cells["raised_mark"].add(place)
        return number, text

    def _shared(self, string: int, place: tuple[int, int]) -> str | None:
        if string in self.strings.misleading:
            self.odd.cells["raised_mark"].add(place)
        if string < len(self.strings.texts):
            return self.strings.texts[string]
        self.odd.cells["cell_unclear"].add(place)
        return None


def _packed(bits: int) -> float:
    """Return the number of an RK value: 30 bits of a whole or of a floating point number."""
    if bits & 2:
        number = float((bits >> 2) - (1 << 30 if bits & 0x80000000 else 0))
    else:
        (number,) = struct.unpack("<d", struct.pack("<II", 0, bits & 0xFFFFFFFC))
    return number / 100 if bits & 1 else number
