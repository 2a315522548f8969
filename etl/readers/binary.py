"""A binary workbook (xlsb, [MS-XLSB]) before it is opened: what its reader would pass over.

A part is a row of records: kind and length in seven bits a byte, then the data.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from etl.readers.oddities import Oddities, looks_like_a_number

#: A sheet with more records than this is made to keep us busy.
MOST: Final = 30_000_000
_ROW: Final = 0
_CELLS: Final = range(1, 12)
_SHARED_TEXT: Final = 7
_RICH_TEXT: Final = 62
_STRING: Final = 19
_BUNDLED_SHEET: Final = 156
_MERGED: Final = 176


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and data of every record; what is cut off is left out.

    Raises
    ------
    ValueError
        When they are more than any sheet has.
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
        yield kind, part[at : at + length]
        at += length
    raise ValueError


def _text(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from("<I", data, at)
    return data[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace")


def sheet_relation(book: bytes, sheet: str) -> str | None:
    """Return the relation by which ``workbook.bin`` names the part of a sheet."""
    for kind, data in records(book):
        if kind == _BUNDLED_SHEET and len(data) > 12:
            relation = _text(data, 8)
            if _text(data, 12 + 2 * len(relation)) == sheet:
                return relation
    return None


def misleading_strings(strings: bytes) -> frozenset[int]:
    """Return the numbers of the shared strings of digits in which something is set apart.

    Which letters are raised stands in the styles; digits set in two ways are suspect enough.
    """
    texts = (data for kind, data in records(strings) if kind == _STRING)
    return frozenset(
        n for n, data in enumerate(texts) if data[:1] and data[0] & 1 and _is_digits(data, 1)
    )


def _is_digits(data: bytes, at: int) -> bool:
    return len(data) >= at + 4 and looks_like_a_number(_text(data, at))


def look(part: bytes, misleading: frozenset[int], odd: Oddities) -> int:
    """Go through a sheet for merged cells and texts that only look like a number.

    Returns
    -------
    int
        Its cells up to the last one, however many of them are empty.
    """
    row = rows = last = 0
    for kind, data in records(part):
        if kind == _ROW and len(data) >= 4:
            (row,) = struct.unpack_from("<I", data)
            rows = max(rows, row)
            continue
        if (kind in _CELLS or kind == _RICH_TEXT) and len(data) >= 4:
            last = max(last, struct.unpack_from("<I", data)[0])
        if kind == _MERGED and len(data) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", data)
            odd.merged.append(((top + 1, left), (bottom + 1, right)))
        elif kind == _SHARED_TEXT and misleading and len(data) >= 12:
            column, _, string = struct.unpack_from("<III", data)
            if string in misleading:
                odd.raised.add((row + 1, column))
        elif kind == _RICH_TEXT and len(data) >= 13 and data[8] & 1 and _is_digits(data, 9):
            odd.raised.add((row + 1, struct.unpack_from("<I", data)[0]))
    return (rows + 1) * (last + 1)
