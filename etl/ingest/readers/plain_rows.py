"""The rows of a sheet in the form that nearly every program writes, taken apart all at once.

Going through a sheet tag by tag takes most of the time that a workbook takes. Where every cell is
written in the usual form, one expression takes them apart; what is left of the sheet, its rows and
what stands around them, is walked through all the same. Nothing is guessed: a single cell or row
in another form, and the whole sheet is walked through tag by tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import polars as pl

from etl.ingest.ooxml.parts import DamagedPartError
from etl.ingest.ooxml.sheet import Block, Frame, walk
from etl.ingest.ooxml.xml import truth
from etl.ingest.readers.written import Written

#: Bytes that are taken apart at once.
CHUNK: Final = 2_000_000
_BEGIN, _END, _ROW, _CELL = b"<sheetData>", b"</sheetData>", b"<row ", "<c "

#: Words as XML allows them, without what it would read as something else.
_WORDS: Final = r"(?:[^<>&\x00-\x08\x0b-\x1f\x{FFFE}\x{FFFF}]|&(?:amp|lt|gt|quot|apos);)*"
_ENTITIES: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_OPENED: Final = r'<row r="[1-9][0-9]{0,6}"(?: [^<>&]*")?>'
_EMPTY: Final = rf'(?:{_OPENED}</row>|<row r="[1-9][0-9]{{0,6}}"(?: [^<>&]*")?/>)*'
#: A cell without its beginning, and the rows that end and begin after it.
_FORM: Final = (
    r'^r="(?<places>[A-Z]{1,3}[1-9][0-9]{0,6})"(?: s="(?<styles>[0-9]{1,9})")?'
    r'(?: t="(?<types>n|s|str|b|e|d|inlineStr)")?'
    rf"(?:/>|></c>|><v>(?<values>{_WORDS})</v></c>"
    rf'|><is><t(?: xml:space="preserve")?>(?<texts>{_WORDS})</t></is></c>)'
    rf"(?<rows></row>{_EMPTY}(?:{_OPENED})?)?$"
)
_FIRST: Final = re.compile(rf"{_EMPTY}(?:{_OPENED})?")
_TAG: Final = r"<row [^<>]*>"
_PARTS: Final = r'^<row r="(?<number>[0-9]+)"(?<others>[^<>]*?)/?>$'
_HIDDEN: Final = re.compile(r' hidden="([^"]*)"')


class _UnusualError(Exception):
    """Something is not in the usual form."""


def taken(pieces: Iterable[bytes], take: Callable[[Written], object]) -> Frame | None:
    """Take the rows of a sheet apart, when all of them are in the usual form.

    Parameters
    ----------
    pieces
        The bytes of the sheet's part.
    take
        Called with some rows at a time.

    Returns
    -------
    etl.ingest.ooxml.sheet.Frame or None
        What stands around the rows; None where the sheet has to be walked through: then what was
        handed on says nothing.
    """
    around: list[bytes] = []
    # attributes of rows but for their numbers: they are all alike, or of a few kinds
    others: dict[str, bool] = {}
    seen: list[bool] = []

    def check(block: Block) -> None:
        if block.places:
            raise DamagedPartError
        seen.extend(hidden for *_, hidden in block.rows)

    try:
        for chunk, is_rows in _chunks(pieces):
            if is_rows:
                take(_apart(chunk.decode("utf-8"), others))
            else:
                around.append(chunk)
        before, after = around
        kinds = "".join(f'<row r="1"{attributes}/>' for attributes in others)
        frame = walk([before, kinds.encode(), after], check)
    except (_UnusualError, DamagedPartError, UnicodeDecodeError):
        return None
    return frame if seen == list(others.values()) else None


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield what stands before the rows, then whole rows, then what stands after them."""
    waiting = iter(pieces)
    head = b""
    while _BEGIN not in head:
        piece = next(waiting, None)
        if piece is None or len(head) > CHUNK:
            raise _UnusualError
        head += piece
    before, _, buffer = head.partition(_BEGIN)
    declared = before.partition(b"?>")[0].lower()
    if b"encoding" in declared and b"utf-8" not in declared:
        raise _UnusualError
    yield before + _BEGIN, False
    while _END not in buffer:
        at = buffer.rfind(_ROW)
        if len(buffer) > CHUNK and at > 0:
            yield buffer[:at], True
            buffer = buffer[at:]
        if len(buffer) > 10 * CHUNK:  # one row without end
            raise _UnusualError
        piece = next(waiting, None)
        if piece is None:
            raise _UnusualError
        buffer += piece
    body, _, after = buffer.partition(_END)
    if body:
        yield body, True
    yield b"".join([_END, after, *waiting]), False


def _apart(text: str, kinds: dict[str, bool]) -> Written:
    """Return the cells of whole rows; whether a row is hidden goes into ``kinds``.

    Raises
    ------
    _UnusualError
    """
    first, *_ = text.partition(_CELL)
    # of rows without any cell, nothing is left to be taken apart
    after = [text[len(first) + len(_CELL) :]] if len(first) < len(text) else []
    cells = _cells(pl.Series(after, dtype=pl.String).str.split(_CELL).explode())
    between = cells["rows"]
    at = between.is_not_null().arg_true()
    ends = pl.concat([pl.Series([first]), between.gather(at)])
    # a row is open before each cell, and none is after the last
    is_open = ends.str.ends_with('">')
    if _FIRST.fullmatch(first) is None or is_open[-1] or not is_open[:-1].all():
        raise _UnusualError
    if len(cells) and between[-1] is None:
        raise _UnusualError
    starts = pl.concat([pl.Series([0], dtype=at.dtype), at + 1])
    tags = pl.DataFrame({"start": starts, "tag": ends.str.extract_all(_TAG)})
    tags = tags.filter(pl.col("tag").list.len() > 0).explode("tag")
    rows = tags.select("start", pl.col("tag").str.extract_groups(_PARTS)).unnest("tag")
    for attributes in rows["others"].unique(maintain_order=True):
        kinds.setdefault(attributes, _is_hidden(attributes))
    hidden = rows["others"].replace_strict(kinds, return_dtype=pl.Boolean)
    listed = rows.select("start", "number", hidden.alias("hidden")).rows()
    return Written(cells["places"], cells["types"], cells["styles"], cells["values"], rows=listed)


def _cells(pieces: pl.Series) -> pl.DataFrame:
    """Return place, type, style and value of cells, and the rows that begin after them."""
    cells = pieces.str.extract_groups(_FORM).struct.unnest()
    has_text = cells["texts"].is_not_null()
    if (
        cells["places"].null_count()
        or (has_text != (cells["types"] == "inlineStr").fill_null(value=False)).any()
    ):
        raise _UnusualError
    values = cells["values"].zip_with(~has_text, cells["texts"])
    if values.str.contains("&", literal=True).any():
        values = values.str.replace_many(_ENTITIES)
    return cells.with_columns(values.alias("values"))


def _is_hidden(attributes: str) -> bool:
    found = _HIDDEN.search(attributes)
    return found is not None and truth(found[1])
