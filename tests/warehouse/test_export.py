from __future__ import annotations

import hashlib
import json
from pathlib import Path

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from tests.warehouse import synthetic
from warehouse import EmptySelectionError, ExportError, SelectionError, Warehouse, connect
from warehouse.export import files
from warehouse.export.query import Selection, extract
from warehouse.export.recipe import CsvStyle

SOME = Selection.of(area=["Horsens", "dk"], period="2022:2023")
CHRONIC = Selection.of(indicator="copd_prevalence", level="municipality")
KINDS = ("parquet", "csv", "xlsx")


def rows_of(sheet: object) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))  # type: ignore[attr-defined]


@pytest.mark.parametrize("selection", [SOME, CHRONIC, Selection()])
def test_parquet_holds_what_the_query_gives(
    small: Warehouse, tmp_path: Path, selection: Selection
) -> None:
    path = tmp_path / "out.parquet"
    written = files.write(small, selection, path)
    frame = extract(small, selection)
    assert written == frame.height
    assert_frame_equal(pl.read_parquet(path), frame)


@pytest.mark.parametrize("selection", [SOME, CHRONIC])
@pytest.mark.parametrize("style", ["danish", "international"])
def test_csv_holds_what_the_query_gives(
    small: Warehouse, tmp_path: Path, selection: Selection, style: CsvStyle
) -> None:
    path = tmp_path / "out.csv"
    files.write(small, selection, path, csv=style)
    frame = extract(small, selection)
    danish = style == "danish"
    read = pl.read_csv(
        path, separator=";" if danish else ",", decimal_comma=danish, schema=frame.schema
    )
    # what a spreadsheet would take for a formula has an apostrophe before it
    read = read.with_columns(pl.col("indicator", "source").str.strip_prefix("'"))
    assert_frame_equal(read, frame)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == danish


def test_danish_csv_has_decimal_commas(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    files.write(small, SOME, path)
    head, *lines = path.read_text("utf-8-sig").splitlines()
    assert head.startswith("geography;level;area_id;area;")
    values = [line.split(";")[10] for line in lines]
    assert any("," in value for value in values)
    assert not any("." in value for value in values)


@pytest.mark.parametrize(("style", "mark"), [("danish", ","), ("international", ".")])
def test_a_whole_number_has_no_decimals_in_csv(
    small: Warehouse, tmp_path: Path, style: CsvStyle, mark: str
) -> None:
    path = tmp_path / "out.csv"
    files.write(small, Selection(), path, csv=style)
    frame = extract(small, Selection())
    text = pl.read_csv(
        path,
        separator=";" if style == "danish" else ",",
        infer_schema=False,
    )
    for column in ("value", "lower", "upper", "count", "population"):
        for written, number in zip(text[column], frame[column], strict=True):
            if number is None:
                assert written is None
            elif number == int(number):
                assert written == str(int(number))
            else:
                assert written == repr(number).replace(".", mark)


def test_xlsx_holds_what_the_query_gives(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    files.write(small, SOME, path)
    frame = extract(small, SOME)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Data", "Definitioner", "Kilder", "Læs mig"]
    head, *body = rows_of(book["Data"])
    assert list(head) == frame.columns
    assert [tuple(row) for row in body] == [
        tuple(pytest.approx(cell, rel=1e-15) if isinstance(cell, float) else cell for cell in row)
        for row in frame.rows()
    ]
    assert book["Data"].freeze_panes == "A2"
    (table,) = book["Data"].tables.values()
    assert table.ref == table.autoFilter.ref == f"A1:AJ{frame.height + 1}"
    assert table.column_names == frame.columns
    shown = {
        cell.value: cell.number_format
        for row in book["Data"].iter_rows(min_row=2)
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    }
    for number, form in shown.items():
        assert form in ("0", "#,##0" if number == int(number) else "#,##0.0###"), number


def test_xlsx_tells_definitions_sources_and_how_to_get_it_again(
    small: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "out.xlsx"
    files.write(small, Selection.of(theme="sectors", area="dk"), path)
    book = openpyxl.load_workbook(path)
    definitions = rows_of(book["Definitioner"])
    assert [row[0] for row in definitions[1:]] == ["gp_contact_share", "contact_share"]
    assert [row[0] for row in rows_of(book["Kilder"])[1:]] == ["SYGP1", synthetic.PACKAGES["demo"]]
    read_me = {row[0]: row[1] for row in rows_of(book["Læs mig"])}
    assert read_me["Kommando"] == ("klyngeblik export --out FILE --area dk --theme sectors")
    assert "opdigtede" in str(read_me["DEMO"])


def test_no_text_becomes_a_formula(small: Warehouse, tmp_path: Path) -> None:
    files.write(small, CHRONIC, tmp_path / "out.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "out.xlsx"):
        assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    files.write(small, CHRONIC, tmp_path / "out.csv")
    texts = pl.read_csv(tmp_path / "out.csv", separator=";", infer_schema=False)
    starts = (
        texts.unpivot(variable_name="column", value_name="text")["text"]
        .drop_nulls()
        .str.slice(0, 1)
        .unique()
    )
    assert not set(starts) & set("=+-@")


def test_a_parquet_file_explains_itself(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    files.write(small, CHRONIC, path)
    raw = pq.read_schema(path).metadata
    facts = {key.decode(): value.decode() for key, value in raw.items()}
    frame = pl.read_parquet(path)
    assert json.loads(facts["selection"]) == {
        "level": ["municipality"],
        "indicator": ["copd_prevalence"],
    }
    assert set(json.loads(facts["columns"])) == set(frame.columns)
    assert set(frame["status"]) <= set(json.loads(facts["statuses"]))
    assert set(json.loads(facts["definitions"])) == {"copd_prevalence"}
    assert json.loads(facts["sources"])[0]["sha256"] == "demo" * 8
    assert facts["licence"] == "CC BY 4.0"
    assert facts["generator"] == "Klyngeblik 0.2.0"
    assert facts["has_demo_figures"] == "true"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_selection_gives_the_same_bytes(
    small: Warehouse, tmp_path: Path, kind: str
) -> None:
    digests = set()
    for number in range(2):
        path = tmp_path / f"{number}.{kind}"
        files.write(small, SOME, path)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    digests.add(hashlib.sha256(b"".join(files.stream(small, SOME, kind))).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_selection_is_said_before_a_file_is_touched(
    small: Warehouse, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"out.{kind}"
    path.write_text("before")
    with pytest.raises(EmptySelectionError, match=r"No rows fit .*period 1999"):
        files.write(small, Selection.of(period=1999), path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_failed_export_leaves_nothing_half_written(
    small: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    whole = pl.DataFrame.write_csv

    def full(frame: pl.DataFrame, file: object, **options: object) -> None:
        whole(frame.head(1), file, **options)  # type: ignore[call-overload]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    with pytest.raises(ExportError, match="disk is full"):
        files.write(small, SOME, path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_not_there_is_told(small: Warehouse, tmp_path: Path, kind: str) -> None:
    with pytest.raises(ExportError, match=r"folder .*none does not exist"):
        files.write(small, SOME, tmp_path / "none" / f"out.{kind}")


def test_other_endings_and_unknown_names_are_refused(small: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"parquet, \.csv, \.xlsx"):
        files.write(small, SOME, tmp_path / "out.pdf")
    with pytest.raises(SelectionError, match="Horsens"):
        files.write(small, Selection.of(area="Horzens"), tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_export_reads_the_newest_file(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    with connect(path) as wh:
        synthetic.write(path, {"fingerprint": "new"})
        files.write(wh, SOME, tmp_path / "out.parquet")
    metadata = pq.read_schema(tmp_path / "out.parquet").metadata
    assert metadata[b"warehouse_fingerprint"] == b"new"
