"""The parts of a packed workbook, read as they are packed and not as their headers claim."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

#: A real package unpacks to some 100 MB; what claims far more is damaged or meant to harm.
LARGEST_UNPACKED = 500_000_000

_CHUNK: Final = 1 << 20
#: What a zip that is cut off, changed on the way or made up raises.
_DISAGREE: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OSError)


class DamagedPartError(Exception):
    """A part is not what its format says: cut off, not closed, nested or repeated without end."""


class DamagedSheetError(DamagedPartError):
    """A sheet's part is damaged."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DocumentTypeError(Exception):
    """A part declares a document type; entities that multiply begin so."""


@dataclass(frozen=True, slots=True)
class Walked:
    """The parts that were read to their end, and whether values come from other files."""

    parts: frozenset[str] = frozenset()
    takes_from_others: bool = False


class Parts:
    """The parts of one workbook by name, whatever letters a writer spells them with.

    Parameters
    ----------
    file
        The workbook, open for reading bytes.
    entries
        Its directory.
    """

    def __init__(self, file: BinaryIO, entries: list[zipfile.ZipInfo]) -> None:
        self._file = file
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if entry.is_dir():
                continue
            name = part_name(entry.filename)
            if name in self._entries:  # which of the two is meant, nobody can say
                raise zipfile.BadZipFile
            self._entries[name] = entry

    def __contains__(self, name: str) -> bool:
        """Return whether there is such a part."""
        return part_name(name) in self._entries

    def names(self) -> list[str]:
        """Return the names of all parts, in small letters."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Return how many bytes a part says it has."""
        return self._entries[part_name(name)].file_size

    def whole(self, name: str) -> bytes:
        """Return a part's bytes; none of one that is not there."""
        return b"".join(self.pieces(name)) if name in self else b""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises
        ------
        zipfile.BadZipFile
            When it is not as long as its header says, or a bit has changed on the way.
        DocumentTypeError
        """
        entry = self._entries[part_name(name)]
        length = checksum = 0
        unpacked = self._unpacked(entry)
        while True:
            try:
                data = next(unpacked, None)
            except _DISAGREE as error:
                raise zipfile.BadZipFile from error
            if data is None:
                break
            if length == 0 and b"<!DOCTYPE" in data[:4096]:
                raise DocumentTypeError
            length += len(data)
            checksum = zlib.crc32(data, checksum)
            if length > entry.file_size:
                raise zipfile.BadZipFile
            yield data
        if length != entry.file_size or checksum != entry.CRC:
            raise zipfile.BadZipFile

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        # Python's own reader stops at the claimed length, however much more there is.
        self._file.seek(entry.header_offset)
        header = self._file.read(30)
        self._file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        left = entry.compress_size
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        while left:
            packed = self._file.read(min(left, _CHUNK))
            if not packed:
                raise EOFError
            left -= len(packed)
            while deflated and not unpack.eof and (data := unpack.decompress(packed, _CHUNK)):
                yield data
                packed = unpack.unconsumed_tail
            if not deflated:
                yield packed


def part_name(name: str) -> str:
    """Return a part's name as it is compared: OPC does not tell letters' cases apart."""
    return name.replace("\\", "/").lstrip("/").lower()


def directory(path: Path) -> list[zipfile.ZipInfo]:
    """Return what a packed file says that it holds.

    Raises
    ------
    zipfile.BadZipFile
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except (*_DISAGREE, NotImplementedError) as error:
        raise zipfile.BadZipFile from error
