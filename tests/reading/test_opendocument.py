"""OpenDocument and binary workbooks: nothing they show is read as something else."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from tests.reading.formats import a_workbook, figure, only_error, read, wide_rows
from tests.reading.sheets import Raw, Rich, ods, xlsb

HEAD = ["OMRÅDE", "2024", "2025"]


def with_cells(folder: Path, ending: str, *cells: Any, **options: Any) -> Path:
    """Write the table with other cells from B3 (Frederiksberg, 2024) on."""
    path = a_workbook(ending, long=False)(folder)
    rows = [HEAD, *wide_rows(figure)]
    rows[2][1 : 1 + len(cells)] = cells
    write = ods if ending == "ods" else xlsb
    return write(path, {"Om": [["x"]], "Tal": rows}, **options)


def values(path: Path) -> list[float | None]:
    """Return what is read of Frederiksberg."""
    known = read(path).observations.filter(pl.col("area_id") == "0147")
    return known.sort("period")["value"].to_list()


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read(path)
    return list(caught.value.findings)


def text(inside: str) -> Raw:
    kind = 'office:value-type="string" calcext:value-type="string"'
    return Raw(f"<table:table-cell {kind}><text:p>{inside}</text:p></table:table-cell>")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
            'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
            "</table:table-cell>",
            "Excel error",
        ),
        ('<table:table-cell table:formula="of:=1+1"/>', "never been worked out"),
        (
            '<table:table-cell table:formula="of:=TRUE()" office:value-type="float" '
            'office:value="1" calcext:value-type="float"><text:p>TRUE</text:p></table:table-cell>',
            "true or false",
        ),
        (text('12<text:span text:style-name="T1">1</text:span>'), "raised mark"),
        (
            '<table:table-cell office:value-type="float" office:value="1" '
            'table:number-columns-spanned="2" table:number-rows-spanned="1"/>'
            "<table:covered-table-cell/>",
            "cells B3:C3 are merged",
        ),
    ],
)
def test_a_cell_that_would_be_read_as_empty_or_as_another_number(
    tmp_path: Path, cell: str, says: str
) -> None:
    found = errors(with_cells(tmp_path, "ods", Raw(cell), *[Raw("")] * ("covered" in cell)))
    assert [(f.row, f.column) for f in found if says in f.what_en] == [(3, "2024 (B)")]


def test_a_time_of_day_is_no_number(tmp_path: Path) -> None:
    time = '<table:table-cell office:value-type="time" office:time-value="PT03H04M00S"/>'
    found = only_error(with_cells(tmp_path, "ods", Raw(time)))
    assert (found.row, found.column) == (3, "2024 (B)")
    assert "time of day" in found.what_en


def test_a_truth_value_is_no_number(tmp_path: Path) -> None:
    truth = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    found = only_error(with_cells(tmp_path, "ods", Raw(truth)))
    assert (found.row, found.column) == (3, "2024 (B)")


def test_a_formula_with_its_value_is_read(tmp_path: Path) -> None:
    cell = '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    assert values(with_cells(tmp_path, "ods", Raw(cell), 3)) == [2, 3]


def test_what_is_not_raised_or_no_digits_or_in_a_note_does_not_matter(tmp_path: Path) -> None:
    level = text('12<text:span text:style-name="T2">1</text:span>')
    note = '<office:annotation><text:p>9<text:span text:style-name="T1">1</text:span></text:p>'
    noted = Raw(
        '<table:table-cell office:value-type="float" office:value="7">'
        f"{note}</office:annotation><text:p>7</text:p></table:table-cell>"
    )
    assert values(with_cells(tmp_path, "ods", level, noted)) == [121, 7]


def test_repeated_cells_are_counted(tmp_path: Path) -> None:
    twice = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" '
    same = Raw(f'{twice}office:value="147"/>')
    assert values(with_cells(tmp_path, "ods", same, Raw(""))) == [147, 147]
    path = a_workbook("ods", long=False)(tmp_path)
    without_value = Raw('<table:table-cell table:formula="of:=1"/>')
    ods(path, {"Tal": [HEAD, *wide_rows(figure)[:1], [same, Raw(""), without_value]]})
    found = errors(path)
    assert [(f.row, f.column) for f in found if "worked out" in f.what_en] == [(3, "2025 (C)")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</table:table><table", b"</table:;><table"),  # its reader never gets to the end of it
        (b"<office:document-content", b'<?xml version="1.0" encoding="UTF-6"?>\n\xff<office:d'),
        (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="many">'),
    ],
)
def test_a_damaged_table_is_refused_at_once(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = with_cells(tmp_path, "ods")
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    assert "damaged" in only_error(path).what_en


def test_an_ods_that_repeats_a_value_without_end(tmp_path: Path) -> None:
    path = a_workbook("ods", long=False)(tmp_path)
    rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
    ods(path, {"Tal": rows})
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    cell = 'office:value="49.25"'
    content = content.replace(cell, f'{cell} table:number-columns-repeated="2000000000"', 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert "far beyond any figures" in only_error(path).what_en


# --- xlsb -----------------------------------------------------------------------------------------


def test_merged_cells_of_a_binary_workbook(tmp_path: Path) -> None:
    found = errors(with_cells(tmp_path, "xlsb", merged=[(2, 3, 1, 2)]))
    assert [(f.row, f.column) for f in found] == [(3, "2024 (B)")]
    assert "B3:C4 are merged" in found[0].what_en


def test_digits_set_in_two_ways_in_a_binary_workbook(tmp_path: Path) -> None:
    found = errors(with_cells(tmp_path, "xlsb", 5, Rich("121")))
    assert [(f.row, f.column) for f in found if "raised" in f.what_en] == [(3, "2025 (C)")]
    assert "not a number" in only_error(with_cells(tmp_path, "xlsb", 5, Rich("12 a"))).what_en


@pytest.mark.parametrize("module", ["opendocument", "binary"])
def test_a_sheet_made_to_keep_us_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr(f"etl.ingest.readers.{module}.MOST", 50)
    path = with_cells(tmp_path, "ods" if module == "opendocument" else "xlsb")
    assert "damaged" in only_error(path).what_en
