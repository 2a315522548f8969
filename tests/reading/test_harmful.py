"""Workbooks that would be misread or do harm: refused with the cell, or read right."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from etl.findings import Finding, PackageError
from etl.ingest.ooxml import parts
from etl.ingest.readers import Package, read_package
from etl.ingest.readers.draft import draft
from tests.reading.builders import municipality_rows
from tests.reading.builders import workbook as written
from tests.reading.sheets import ods, xlsb

NAME = "DEMO_Aeldre_2025.xlsx"
DATA = "xl/worksheets/sheet2.xml"


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read_package(path)
    return [f for f in caught.value.findings if f.severity == "error"]


def only_error(path: Path) -> Finding:
    found = errors(path)
    assert len(found) == 1, "\n".join(map(str, found))
    assert found[0].what_en
    assert found[0].mend_en
    return found[0]


def changed(path: Path, parts: dict[str, Callable[[bytes], bytes]]) -> Path:
    """Write a right workbook with some of its parts changed, or with parts of its own."""
    with zipfile.ZipFile(io.BytesIO(written(path, municipality_rows()).read_bytes())) as source:
        whole = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in {**whole, **parts}:
            target.writestr(name, parts.get(name, bytes)(whole.get(name, b"")))
    return path


def edited(path: Path, edit: Callable[[openpyxl.Workbook], object]) -> Path:
    book = openpyxl.load_workbook(written(path, municipality_rows()), rich_text=True)
    edit(book)
    book.save(path)
    return path


def value(package: Package, area_id: str, period: int) -> float | None:
    rows = package.observations.filter(area_id=area_id, period=period)
    return rows["value"].item()


# --- what would harm ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ900000"])
def test_a_sheet_that_reaches_to_the_last_cell(tmp_path: Path, place: str) -> None:
    row = place.lstrip("XFDZ")
    far = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    path = changed(tmp_path / NAME, {DATA: lambda xml: xml.replace(b"</sheetData>", far)})
    assert "far beyond any figures" in only_error(path).what_en


def test_a_far_cell_on_a_sheet_nobody_reads(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    part = "xl/worksheets/sheet3.xml"
    path = changed(tmp_path / NAME, {part: lambda xml: xml.replace(b"</sheetData>", far)})
    assert "far beyond any figures" in only_error(path).what_en


def test_a_far_cell_on_a_sheet_kept_in_another_place(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = changed(tmp_path / NAME, {}).read_bytes()
    with zipfile.ZipFile(io.BytesIO(sheet)) as source:
        moved = source.read(DATA).replace(b"</sheetData>", far)
    parts: dict[str, Callable[[bytes], bytes]] = {
        "data/tal.bin": lambda _: moved,
        "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
            b"/xl/worksheets/sheet2.xml", b"/data/tal.bin"
        ),
    }
    path = changed(tmp_path / NAME, parts)
    assert "far beyond any figures" in only_error(path).what_en


@pytest.mark.parametrize("ending", ["xlsx", "xlsb", "ods", "bin"])
def test_a_draft_is_not_made_of_a_workbook_that_would_end_us(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"far_2025.{ending}"
    if ending == "ods":
        ods(path, {"Tal": [["A", "B"], [1, 2]]})
        with zipfile.ZipFile(path) as archive_:
            content = archive_.read("content.xml").decode()
        repeat = '<table:table-row table:number-rows-repeated="9999999">'
        content = content.replace("<table:table-row>", repeat).replace(
            'office:value="2"', 'office:value="2" table:number-columns-repeated="9999"'
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive_:
            archive_.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive_.writestr("META-INF/manifest.xml", "<manifest/>")
            archive_.writestr("content.xml", content)
    elif ending == "xlsx":
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        changed(path, {DATA: lambda xml: xml.replace(b"</sheetData>", far)})
    else:
        xlsb(path, {"Tal": [["A", "B"], [1, 2]]}, last=(0xFFFFFFF, 0xFFFFFFF))
    with pytest.raises(PackageError, match="far beyond any figures"):
        draft(path)


def test_a_part_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    with zipfile.ZipFile(path) as source:
        entry = source.getinfo(DATA)
    claimed = struct.pack("<L", entry.file_size)
    data = path.read_bytes()
    assert data.count(claimed) >= 1
    path.write_bytes(data.replace(claimed, struct.pack("<L", 900)))
    assert "damaged" in only_error(path).what_en


def test_a_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGEST_UNPACKED", 5_000_000)
    path = changed(tmp_path / NAME, {"xl/media/bomb.xml": lambda _: bytes(20_000_000)})
    assert path.stat().st_size < 200_000
    assert "unpacks to" in only_error(path).what_en


def test_entities_that_multiply(tmp_path: Path) -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</sst>'
    )
    path = changed(tmp_path / NAME, {"xl/sharedStrings.xml": lambda _: laughs})
    assert "declares a document type" in only_error(path).what_en


# --- what would be misread ------------------------------------------------------------------------


def test_a_formula_that_was_never_worked_out_is_not_a_hidden_number(tmp_path: Path) -> None:
    path = edited(tmp_path / NAME, lambda book: book["Hovedresultater"].__setitem__("K9", "=I9+1"))
    found = only_error(path)
    assert (found.sheet, found.row, found.column) == ("Hovedresultater", 9, "2017 (K)")
    assert "never been worked out" in found.what_en


def test_a_formula_with_its_value_is_that_value(tmp_path: Path) -> None:
    cell, formula = b'<c r="K4" t="n"><v>100</v></c>', b'<c r="K4"><f>I4+J4</f><v>205</v></c>'
    path = changed(tmp_path / NAME, {DATA: lambda xml: xml.replace(cell, formula)})
    assert value(read_package(path), "0101", 2017) == 205


@pytest.mark.parametrize(
    ("cells", "row", "column"),
    [("I5:I8", 5, "2015 (I)"), ("K7:L7", 7, "2017 (K)"), ("B4:B20", 4, "Emne (B)")],
)
def test_merged_cells(tmp_path: Path, cells: str, row: int, column: str) -> None:
    path = edited(tmp_path / NAME, lambda book: book["Hovedresultater"].merge_cells(cells))
    merged = [f for f in errors(path) if "merged" in f.what_en]
    assert [(f.row, f.column) for f in merged] == [(row, column)]
    assert cells in merged[0].what_en


def test_merged_cells_in_the_title_do_not_matter(tmp_path: Path) -> None:
    path = edited(tmp_path / NAME, lambda book: book["Hovedresultater"].merge_cells("A1:H2"))
    assert value(read_package(path), "0101", 2015) == 100


@pytest.mark.parametrize("raised", ["superscript", "subscript"])
def test_a_raised_footnote_mark_is_not_a_digit(tmp_path: Path, raised: str) -> None:
    mark = TextBlock(InlineFont(vertAlign=raised), "1")
    path = edited(
        tmp_path / NAME,
        lambda book: book["Hovedresultater"].__setitem__("J6", CellRichText("12", mark)),
    )
    found = only_error(path)
    assert (found.row, found.column) == (6, "2016 (J)")
    assert "raised mark" in found.what_en


def test_a_raised_mark_among_shared_strings(tmp_path: Path) -> None:
    run = b'<r><t>12</t></r><r><rPr><vertAlign val="superscript"/><sz val="8"/></rPr><t>1</t></r>'
    plain = b'<si><r><rPr><sz val="11"/></rPr><t>a</t></r></si>'  # Excel and LibreOffice say sizes
    strings = b"<sst>" + plain + b"<si>" + run + b"</si></sst>"
    cell, shared = b'<c r="K4" t="n"><v>100</v></c>', b'<c r="K4" t="s"><v>1</v></c>'
    parts = {"xl/sharedStrings.xml": lambda _: strings, DATA: lambda x: x.replace(cell, shared)}
    path = changed(tmp_path / NAME, parts)
    found = errors(path)
    assert [(f.row, f.column) for f in found if "raised" in f.what_en] == [(4, "2017 (K)")]


def test_a_hidden_sheet_is_read_and_said(tmp_path: Path) -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["Hovedresultater"].sheet_state = "hidden"

    package = read_package(edited(tmp_path / NAME, hide))
    assert [f.severity for f in package.findings if "hidden" in f.what_en] == ["warning"]
    assert value(package, "0101", 2015) == 100


def test_values_from_another_file_are_said(tmp_path: Path) -> None:
    part = "xl/externalLinks/externalLink1.xml"
    package = read_package(changed(tmp_path / NAME, {part: lambda _: b"<externalLink/>"}))
    assert [f.severity for f in package.findings if "other files" in f.what_en] == ["warning"]
