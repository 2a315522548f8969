"""Workbooks of the kinds nobody's library writes: OpenDocument and Excel's binary form."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Sheets = Mapping[str, Sequence[Sequence[Any]]]


class Raw(str):
    """The XML of an OpenDocument cell, as LibreOffice writes it."""


class Rich(str):
    """A text of a binary workbook whose last letter is set in another way."""


_ODS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def ods(path: Path, sheets: Sheets) -> Path:
    """Write an OpenDocument workbook, with the empty rows LibreOffice adds up to the last one."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
        )
        + '<table:table-row table:number-rows-repeated="1048000">'
        + '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
        for name, rows in sheets.items()
    )
    content = (
        f'<office:document-content xmlns:office="{_ODS}office:1.0" xmlns:table="{_ODS}table:1.0" '
        f'xmlns:text="{_ODS}text:1.0" xmlns:style="{_ODS}style:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        '<office:automatic-styles><style:style style:name="T1" style:family="text">'
        '<style:text-properties style:text-position="33% 58%"/></style:style>'
        '<style:style style:name="T2" style:family="text">'
        '<style:text-properties style:text-position="0% 100%"/></style:style>'
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def _ods_cell(value: Any) -> str:
    if isinstance(value, Raw):
        return value
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def xlsb(
    path: Path,
    sheets: Sheets,
    last: tuple[int, int] | None = None,
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> Path:
    """Write a binary workbook ([MS-XLSB]): strings and numbers in their cells.

    ``last`` is the row and column of one more cell on each sheet, however far away; ``merged`` are
    first and last row, first and last column of merged cells, counted from 0. A :class:`Rich` text
    stands among the shared strings, as Excel writes all of them.
    """
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    book = _record(143) + b"".join(
        _record(156, struct.pack("<II", 0, n) + _wide(f"rId{n}") + _wide(name))
        for n, name in enumerate(sheets, start=1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/_rels/workbook.bin.rels", f"<Relationships>{relations}</Relationships>"
        )
        archive.writestr("xl/workbook.bin", book + _record(144) + _record(157, bytes(26)))
        for n, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.bin", _xlsb_sheet(rows, last, merged))
        archive.writestr("xl/sharedStrings.bin", _shared(sheets))
    return path


def _rich(sheets: Sheets) -> list[str]:
    return [v for rows in sheets.values() for row in rows for v in row if isinstance(v, Rich)]


def _shared(sheets: Sheets) -> bytes:
    """Return the shared strings: a plain one, then every rich one with two runs of letters."""
    rich = _rich(sheets)
    items = [_record(19, b"\x00" + _wide("plain"))]
    for text in rich:
        runs = struct.pack("<IHHHH", 2, 0, 0, len(text) - 1, 1)
        items.append(_record(19, b"\x01" + _wide(text) + runs))
    head = struct.pack("<II", len(items), len(items))
    return b"".join([_record(159, head), *items, _record(160)])


def _xlsb_sheet(
    rows: Sequence[Sequence[Any]],
    far: tuple[int, int] | None,
    merged: Sequence[tuple[int, int, int, int]],
) -> bytes:
    last = far or (len(rows) - 1, max(len(row) for row in rows) - 1)
    parts = [_record(129), _record(148, struct.pack("<IIII", 0, last[0], 0, last[1])), _record(145)]
    for number, row in enumerate(rows):
        parts.append(_record(0, struct.pack("<I", number) + bytes(13)))
        for column, value in enumerate(row):
            cell = struct.pack("<II", column, 0)
            if isinstance(value, Rich):
                place = 1 + _rich({"": rows}).index(value)
                parts.append(_record(7, cell + struct.pack("<I", place)))
            elif isinstance(value, int | float):
                parts.append(_record(5, cell + struct.pack("<d", value)))
            elif value is not None:
                parts.append(_record(6, cell + _wide(str(value))))
    if far is not None:
        parts.append(_record(0, struct.pack("<I", far[0]) + bytes(13)))
        parts.append(_record(5, struct.pack("<IId", far[1], 0, 1.0)))
    parts.append(_record(146))
    if merged:
        parts.append(_record(177, struct.pack("<I", len(merged))))
        parts += [_record(176, struct.pack("<IIII", *cells)) for cells in merged]
        parts.append(_record(178))
    return b"".join([*parts, _record(130)])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, data: bytes = b"") -> bytes:
    """Return a record: its kind and length in seven bits a byte, then its data."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(data)
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + data
