"""A workbook walked through whole: every sheet's cells with their places, and what of them is odd.

Nothing else reads it, so no cell can be taken for another: xlsx, xlsb and ods alike.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.findings import Findings
from etl.ingest.ooxml import package, parts
from etl.ingest.ooxml.beside import LARGE, walk_beside
from etl.ingest.ooxml.parts import DamagedPartError, DamagedSheetError, Parts, Walked
from etl.ingest.ooxml.sheet import Frame, walk
from etl.ingest.ooxml.texts import Strings, shared_strings
from etl.ingest.readers import binary, oddities, opendocument, plain_rows
from etl.ingest.readers.cells import Collected
from etl.ingest.readers.looks import looks_of
from etl.ingest.readers.oddities import Sheet


@dataclass
class Workbook:
    """The sheets of a workbook by name, in order, hidden ones among them."""

    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def sheet_names(self) -> list[str]:
        """Return the names of all sheets."""
        return list(self.sheets)

    def take(self, sheet: Sheet) -> None:
        """Add a sheet.

        Raises
        ------
        etl.ingest.ooxml.parts.DamagedPartError
            When there is one of that name.
        """
        if sheet.name in self.sheets:
            raise DamagedPartError
        self.sheets[sheet.name] = sheet


def read(path: Path, found: Findings) -> Workbook:
    """Read a workbook.

    Parameters
    ----------
    path
        A file that begins as a zip does.
    found
        Takes what is wrong.

    Raises
    ------
    etl.findings.PackageError
        When it is damaged, claims less than it holds, or is far too large.
    """
    book = Workbook()
    with _opened(path, found) as packed:
        main = package.workbook_part(packed)
        if main is None and opendocument.CONTENT in packed:
            walked = opendocument.read(packed, book.take)
        elif main is not None and main.endswith(".bin"):
            walked = binary.read(packed, main, book.take)
        elif main is not None:
            walked = _xlsx(path, packed, main, book)
        else:
            raise DamagedPartError
        for name in packed.names():
            if name not in walked.parts:  # a bit of any other part may have changed as well
                for _ in packed.pieces(name):
                    pass
        linked = any("/externallinks/" in name for name in packed.names())
    if walked.takes_from_others or linked:
        found.add("warning", "external_links")
    if any(sheet.extent() > oddities.LARGEST_CELLS for sheet in book.sheets.values()):
        found.error("sheet_far", cells=oddities.LARGEST_CELLS)
        found.raise_errors()
    return book


def _xlsx(path: Path, packed: Parts, main: str, book: Workbook) -> Walked:
    listed = package.book_of(packed, main)
    strings = shared_strings(packed.pieces(listed.strings)) if listed.strings else Strings()
    looks = looks_of(*package.formats(packed, listed.styles))
    for one in listed.sheets:
        try:
            if one.part not in packed:
                raise DamagedPartError
            for fill in (_plain, _walked):  # whatever the first took says nothing if it gives up
                sheet = Sheet(one.name, one.visible)
                cells = Collected(sheet, strings, looks, from_1904=listed.from_1904)
                frame = fill(path, packed, one.part, cells)
                if frame is not None:
                    cells.finish(frame)
                    break
        except DamagedPartError:
            raise DamagedSheetError(one.name) from None
        book.take(sheet)
    return listed.walked()


def _plain(_: Path, packed: Parts, part: str, cells: Collected) -> Frame | None:
    return plain_rows.taken(packed.pieces(part), cells.take_written)


def _walked(path: Path, packed: Parts, part: str, cells: Collected) -> Frame:
    if packed.size(part) > LARGE:
        return walk_beside(path, part, cells.take)
    return walk(packed.pieces(part), cells.take)


@contextmanager
def _opened(path: Path, found: Findings) -> Iterator[Parts]:
    """Open a workbook, and turn whatever is wrong with how it is packed into a finding.

    Raises
    ------
    etl.findings.PackageError
        When it is damaged, claims less than it holds, or is far too large.
    """
    message = ""
    values: dict[str, Any] = {}
    if not zipfile.is_zipfile(path):
        message = "workbook_cut"
    else:
        try:
            entries = parts.directory(path)
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > parts.LARGEST_UNPACKED:
                found.error("workbook_huge", gigabytes=unpacked / 1e9)
                found.raise_errors()
            with path.open("rb") as file:
                yield Parts(file, entries)
        except parts.DocumentTypeError:
            message = "doctype"
        except DamagedSheetError as error:
            message, values = "sheet_damaged", {"name": error.name}
        except DamagedPartError:
            message = "workbook_damaged"
        except zipfile.BadZipFile:
            message = "workbook_disagrees"
    if message:
        found.error(message, **values)
        found.raise_errors()
