"""A workbook before it is opened: what would harm us, and what its reader would pass over.

The reader of workbooks takes memory for every cell up to the last one, and gives back an empty cell
for a formula that was never worked out and for all but the first of merged cells. An empty cell
means *hidden by the publisher*, so these must be found where they stand: in the XML.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc

from etl.findings import Findings
from etl.readers import binary, opendocument
from etl.readers.oddities import Cell, Oddities, looks_like_a_number

#: A real package unpacks to some 100 MB; what claims far more is damaged or meant to harm.
LARGEST_UNPACKED = 500_000_000
#: Cells up to the last one, empty ones among them: 30 bytes each.
LARGEST_CELLS = 30_000_000
#: What a child process may take to try a workbook of another kind than xlsx: bytes, and seconds.
LARGEST_MEMORY = 4_000_000_000
LONGEST = 60

_CHUNK: Final = 1 << 22
#: Longer than any formula, so that a cell cut in two by a chunk is seen whole in the next.
_OVERLAP: Final = 1 << 14

_CELL: Final = rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*'
#: What any oddity contains, and ordinary sheets do not; Arrow looks for all of it in one pass, and
#: only pieces that have some of it are looked at closely. Up to column Z and row 99,999 no sheet is
#: too large. The characters are right in XML, but not how programs write the place of a cell.
_SUSPECT: Final = (
    r""" r="(?:[A-Za-z]{2}|[A-Za-z]?\d{6})|['\t\r\n]| =|= |<f|:f|mergeCell|vertAlign"""
)
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d+)""")
_WITHOUT_VALUE: Final = re.compile(
    _CELL
    + rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_RAISED: Final = re.compile(rb'<(?:\w+:)?vertAlign\s+val="su(?:per|b)script"')
_STRING: Final = re.compile(rb"<(?:\w+:)?si\b[^>]*/>|<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
_SHARED_TEXT: Final = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?\bt="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<'
)
_OWN_TEXT: Final = re.compile(_CELL + rb"<(?:\w+:)?is>(.*?)</(?:\w+:)?is>", re.DOTALL)
_WORDS: Final = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<")
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


def inspect(path: Path, sheet: str, found: Findings) -> Oddities:
    """Look through a workbook without opening it.

    Parameters
    ----------
    path
        A file that begins as a zip does.
    sheet
        Name of the sheet with the figures; of one that is not there nothing is odd.
    found
        Takes what is wrong.

    Returns
    -------
    Oddities
        Of that sheet.

    Raises
    ------
    etl.findings.PackageError
        When it is damaged, claims less than it holds, or is far too large.
    """
    if not zipfile.is_zipfile(path):
        found.error("workbook_cut")
        found.raise_errors()
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
        unpacked = sum(entry.file_size for entry in entries.values())
        if unpacked > LARGEST_UNPACKED:
            found.error("workbook_huge", gigabytes=unpacked / 1e9)
            found.raise_errors()
        with path.open("rb") as file:
            return _Parts(file, entries, found).odd(sheet)
    except opendocument.NotWellFormedError:
        found.error("workbook_damaged")
        found.raise_errors()
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OSError):
        found.error("workbook_disagrees")
        found.raise_errors()
        raise


def may_be_opened(path: Path) -> bool:
    """Return whether a workbook's reader gets through it with limited memory.

    What is not xlsx, so that :func:`inspect` cannot tell (xlsb), or repeats cells (ods), is tried
    in a child process: what ends the child would otherwise end us.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return True
    program = (
        "import sys, fastexcel\n"
        "try:\n"
        "    import resource\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)\n"
        f"    resource.setrlimit(resource.RLIMIT_CPU, ({LONGEST},) * 2)\n"
        "except ImportError:\n"  # Windows
        "    pass\n"
        "book = fastexcel.read_excel(sys.argv[1])\n"
        "for name in book.sheet_names:\n"
        "    try:\n"
        "        sheet = book.load_sheet(name, header_row=None)\n"
        "    except fastexcel.FastExcelError:\n"
        "        continue\n"
        f"    assert sheet.width * sheet.total_height < {LARGEST_CELLS}\n"
    )
    call = [sys.executable, "-c", program, str(path), str(LARGEST_MEMORY)]
    try:
        return subprocess.run(call, capture_output=True, timeout=300, check=False).returncode == 0  # noqa: S603
    except subprocess.TimeoutExpired:
        return False


class _Parts:
    """The parts of a workbook, read as they are packed and not as their headers claim."""

    def __init__(
        self, file: BinaryIO, entries: dict[str, zipfile.ZipInfo], found: Findings
    ) -> None:
        self.file = file
        self.entries = entries
        self.found = found

    def odd(self, sheet: str) -> Oddities:
        """Go through every part once, and through the sheet with the figures in detail."""
        part = self._part_of(sheet)
        raised = self._raised_strings()
        odd = Oddities()
        for name in self.entries:
            far: Cell = (0, 0)
            if name == "content.xml":
                far = (opendocument.look(self._pieces(name), sheet, odd), 1)
            elif name.startswith("xl/worksheets/") and name.endswith(".bin"):
                into = odd if name == part else Oddities()
                far = (binary.look(self._whole(name), raised, into), 1)
            for chunk in self._chunks(name):
                # Every part: a sheet may stand anywhere, and be called anything.
                if not (raised or _is_suspect(chunk)):
                    continue
                far = _farthest(far, chunk)
                if name == part:
                    _look(chunk, raised, odd)
            if far[0] * far[1] > LARGEST_CELLS:
                self.found.error("sheet_far", cells=LARGEST_CELLS)
                self.found.raise_errors()
        if any(name.startswith("xl/externalLinks/") for name in self.entries):
            self.found.add("warning", "external_links")
        return odd

    def _chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces that overlap, so that a cell cut in two is whole in the next."""
        before = b""
        for data in self._pieces(name):
            yield before + data
            before = data[-_OVERLAP:]

    def _pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece, and fail when it is not what it says it is."""
        entry = self.entries[name]
        length = checksum = 0
        for data in self._unpacked(entry):
            if length == 0 and b"<!DOCTYPE" in data[:4096]:
                self.found.error("doctype")
                self.found.raise_errors()
            length += len(data)
            checksum = zlib.crc32(data, checksum)
            if length > entry.file_size:
                raise zipfile.BadZipFile
            yield data
        # The workbook's own reader does not look: a digit changed on the way would be read.
        if length != entry.file_size or checksum != entry.CRC:
            raise zipfile.BadZipFile

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        # Python's own reader stops at the claimed length; the workbook's reader would not.
        self.file.seek(entry.header_offset)
        header = self.file.read(30)
        self.file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        left = entry.compress_size
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        while left:
            packed = self.file.read(min(left, _CHUNK))
            if not packed:
                raise EOFError
            left -= len(packed)
            while deflated and not unpack.eof and (data := unpack.decompress(packed, _CHUNK)):
                yield data
                packed = unpack.unconsumed_tail
            if not deflated:
                yield packed

    def _whole(self, name: str) -> bytes:
        return b"".join(self._pieces(name)) if name in self.entries else b""

    def _part_of(self, sheet: str) -> str | None:
        """Return the part that holds a sheet: the workbook names it, its relations say where."""
        kind = "bin" if "xl/workbook.bin" in self.entries else "xml"
        book = self._whole(f"xl/workbook.{kind}")
        tags = {unescape(_attribute(tag, b"name")): tag for tag in _SHEET.findall(book)}
        wanted = (
            binary.sheet_relation(book, sheet)
            if kind == "bin"
            else _attribute(tags.get(sheet, b""), rb"\w+:id")
        )
        for relation in _RELATION.findall(self._whole(f"xl/_rels/workbook.{kind}.rels")):
            if wanted and _attribute(relation, b"Id") == wanted:
                target = _attribute(relation, b"Target")
                return target[1:] if target.startswith("/") else f"xl/{PurePosixPath(target)}"
        return None

    def _raised_strings(self) -> frozenset[int]:
        """Return the numbers of the shared strings that a raised mark makes look like a number."""
        if "xl/sharedStrings.bin" in self.entries:
            return binary.misleading_strings(self._whole("xl/sharedStrings.bin"))
        strings = self._whole("xl/sharedStrings.xml")
        if not _RAISED.search(strings):
            return frozenset()
        return frozenset(
            n for n, string in enumerate(_STRING.findall(strings)) if _misleading(string)
        )


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"""\s*=\s*["']([^"']*)["']""", tag)
    return match[1].decode("utf-8", "replace") if match else ""


def _misleading(string: bytes) -> bool:
    if not _RAISED.search(string):
        return False
    words = b"".join(_WORDS.findall(string)).decode("utf-8", "replace")
    return looks_like_a_number(words)


def _is_suspect(chunk: bytes) -> bool:
    head, _, rest = chunk[:200].rpartition(b"?>")  # a newline after the declaration says nothing
    text = rest.lstrip() + chunk[200:] if head else chunk
    # put together by hand: `pa.array` imports pandas to see whether it was given some
    buffers = [None, pa.py_buffer(struct.pack("=qq", 0, len(text))), pa.py_buffer(text)]
    cells = pa.Array.from_buffers(pa.large_binary(), 1, buffers)
    return bool(pc.match_substring_regex(cells, _SUSPECT)[0].as_py())


def _farthest(far: Cell, chunk: bytes) -> Cell:
    rows, columns = far
    places = _PLACE.findall(chunk)
    rows = max([rows, *(int(row[:8]) for row in {row for _, row in places})])
    columns = max(
        [columns, *(_column(letters) + 1 for letters in {c for c, _ in places} if letters)]
    )
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _look(chunk: bytes, raised: frozenset[int], odd: Oddities) -> None:
    if b"<f" in chunk or b":f" in chunk:
        odd.without_value |= {
            (int(row), _column(column)) for column, row in _WITHOUT_VALUE.findall(chunk)
        }
    if b"mergeCell" in chunk:
        for left, top, right, bottom in _MERGED.findall(chunk):
            cells = ((int(top), _column(left)), (int(bottom), _column(right)))
            if cells not in odd.merged:
                odd.merged.append(cells)
    if raised:
        for column, row, string in _SHARED_TEXT.findall(chunk):
            if int(string) in raised:
                odd.raised.add((int(row), _column(column)))
    if b"vertAlign" in chunk:
        for column, row, text in _OWN_TEXT.findall(chunk):
            if _misleading(text):
                odd.raised.add((int(row), _column(column)))
