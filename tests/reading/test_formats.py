"""One table in every format it may be delivered in: the same observations, or the same refusal."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from etl.ingest.readers import load_folder
from etl.layouts import LayoutError, load_layouts
from tests.reading.builders import codes
from tests.reading.formats import (
    FORMATS,
    a_workbook,
    as_text,
    figure,
    parquet,
    read,
    wide_rows,
    xlsx,
)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_table_in_every_format(tmp_path: Path, name: str) -> None:
    rows = read(FORMATS[name](tmp_path)).observations
    found = {(a, p): v for a, p, v in rows.select("area_id", "period", "value").rows()}
    assert found == {
        (f"0{code}", year): figure(code, year) for code in codes() for year in (2024, 2025)
    }
    assert set(rows["kind"]) == {"rate"}


def test_a_folder_takes_json_and_parquet_only_where_a_layout_knows_them(tmp_path: Path) -> None:
    path = parquet(tmp_path)
    (tmp_path / "boundaries.json").write_text("{}", encoding="utf-8")
    (tmp_path / "kommuner.parquet").write_bytes(b"")
    loaded = load_folder(tmp_path, load_layouts(tmp_path))
    assert [p.info.file for p in loaded.packages] == [path.name]
    assert loaded.findings == ()


# --- numbers with signs ---------------------------------------------------------------------------


def with_numbers(folder: Path, text: str, extra: str) -> Path:
    rows = [[code, "2025", "10"] for code in codes()]
    rows[2][2] = text
    path = as_text(folder, rows, delimiter=";", encoding="utf-8", decimal=",")
    toml = folder / "visits.toml"
    toml.write_text(f"{extra}\n{toml.read_text('utf-8')}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "extra", "number"),
    [
        ("12¹", "footnotes = ['¹', '*']", 12),
        ("12,5 *", "footnotes = ['¹', '*']", 12.5),
        ("12¹*", "footnotes = ['¹', '*']", 12),
        ("1.234", "thousands = '.'", 1234),
        ("1.234.567,5", "thousands = '.'", 1_234_567.5),
        ("1 234", "thousands = ' '", 1234),
        ("1\u2009234", "thousands = ' '", 1234),
        ("1\u202f234\u00a0567", "thousands = ' '", 1_234_567),
        ("1\u00a0234¹", "thousands = ' '\nfootnotes = ['¹']", 1234),
        ("12", "thousands = ' '\nfootnotes = ['¹']", 12),
    ],
)
def test_signs_that_the_layout_names(tmp_path: Path, text: str, extra: str, number: float) -> None:
    rows = read(with_numbers(tmp_path, text, extra)).observations
    assert rows["value"][2] == number
    assert rows["value"][3] == 10


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("12¹", ""),
        ("12*", ""),
        ("1.234", ""),
        ("1\u2009234", ""),
        ("12²", "footnotes = ['¹']"),
        ("¹12", "footnotes = ['¹']"),
        ("12*5", "footnotes = ['*']"),
        ("*", "footnotes = ['*']"),
        ("1.23", "thousands = '.'"),
        ("12.34.567", "thousands = '.'"),
        ("1234.567", "thousands = '.'"),
        ("1 2345", "thousands = ' '"),
        ("1.234", "thousands = ' '"),
    ],
)
def test_signs_that_it_does_not_name_are_refused(tmp_path: Path, text: str, extra: str) -> None:
    with pytest.raises(PackageError) as caught:
        read(with_numbers(tmp_path, text, extra))
    (found,) = caught.value.findings
    assert (found.row, found.column) == (4, "INDHOLD (C)")
    assert repr(text) in found.what_en


def test_signs_in_a_workbook(tmp_path: Path) -> None:
    path = a_workbook("xlsx", long=False)(tmp_path)
    rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
    rows[1][1:], rows[2][1:], rows[3][1:] = ["12¹", 3], ["1\u2009234", "4*"], ["17", None]
    xlsx(path, {"Tal": rows})
    with pytest.raises(PackageError) as caught:
        read(path)
    assert [(f.row, f.column) for f in caught.value.findings] == [
        (2, "2024 (B)"),
        (3, "2024 (B)"),
        (3, "2025 (C)"),
    ]
    toml = tmp_path / "visits.toml"
    extra = "thousands = ' '\nfootnotes = ['¹', '*']\n"
    toml.write_text(extra + toml.read_text("utf-8"), encoding="utf-8")
    found = read(path).observations
    values = found.filter(pl.col("row") <= 4).sort("row", "period")["value"].to_list()
    assert values == [12, 3, 1234, 4, 17, None]


@pytest.mark.parametrize("sign", ["1", " ", ",", ".", "-", "*1", ""])
def test_a_sign_that_could_be_part_of_a_number_is_no_footnote(tmp_path: Path, sign: str) -> None:
    with pytest.raises(LayoutError, match="footnotes"):
        load_layouts(with_numbers(tmp_path, "1", f"footnotes = ['{sign}']").parent)
