"""Statistics Denmark's CSV: its marks, and tables that are broken."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.ingest.readers import read_package
from tests.reading.builders import codes, statbank

NAME = "HJEMSYG_2025.csv"


def lines() -> list[str]:
    return [f"{code};2025;12,5" for code in codes()]


def only_error(path: Path) -> Finding:
    with pytest.raises(PackageError) as caught:
        read_package(path)
    found = [f for f in caught.value.findings if f.severity == "error"]
    assert len(found) == 1, str(caught.value)
    assert found[0].file == path.name
    return found[0]


def test_codes_decimals_and_marks(tmp_path: Path) -> None:
    delivered = lines()
    delivered[0] = "101;2025;10,92"
    delivered[1] = "147;2025;.."
    delivered[2] = "151;2025;-"
    delivered[3] = "153;2025;x"
    delivered[4] = "155;2025;."
    rows = read_package(statbank(tmp_path / NAME, delivered)).observations.head(6)
    assert rows["area_id"].to_list() == ["0101", "0147", "0151", "0153", "0155", "0157"]
    assert rows["value"].to_list() == [10.92, None, 0.0, None, None, 12.5]
    assert rows["status"].to_list() == [
        "ok",
        "missing",
        "ok",
        "suppressed_by_source",
        "not_applicable",
        "ok",
    ]
    assert rows["row"].to_list() == [2, 3, 4, 5, 6, 7]
    assert rows["sheet"].null_count() == 6
    assert set(rows["sector"]) == {"municipal_health"}


def test_country_and_regions_by_code_and_christiansoe_apart(tmp_path: Path) -> None:
    delivered = ["000;2025;25,4", "084;2025;20,1", "411;2025;..", *lines()]
    package = read_package(statbank(tmp_path / NAME, delivered))
    levels = dict(package.observations["area_level"].value_counts().rows())
    assert levels == {"country": 1, "region": 1, "municipality": 98}
    assert any("Christiansø" in f.what_en for f in package.findings)


def test_ages_and_the_first_quarter(tmp_path: Path) -> None:
    delivered = [f"{code};{age};2026K1;100" for code in codes() for age in ("IALT", "80-", "0-5")]
    path = statbank(tmp_path / "FOLK1A_20260211.csv", delivered, header="OMRÅDE;ALDER;TID;INDHOLD")
    rows = read_package(path).observations
    assert set(rows["age"]) == {"all", "80+", "0-5"}
    assert set(rows["period"]) == {2026}
    assert rows.schema["period"] == pl.Int16


@pytest.mark.parametrize(
    ("line", "row", "column", "what"),
    [
        ("101;2025;12,5*", 2, "INDHOLD (C)", "'12,5*' is not a number"),
        ("101;2025;12.5", 2, "INDHOLD (C)", "'12.5' is not a number"),
        ("101;2025;1e3", 2, "INDHOLD (C)", "'1e3' is not a number"),
        ("101;2025;NaN", 2, "INDHOLD (C)", "'NaN' is not a number"),
        ("101;2025;", 2, "INDHOLD (C)", "The value is empty"),
        ("101;2025;-12,5", 2, "INDHOLD (C)", "The number is negative"),
        ("101;2025;1200", 2, "INDHOLD (C)", "larger than its unit allows"),
        ("999;2025;12,5", 2, "OMRÅDE (A)", "'999' is not a known area"),
        ("101;2026;12,5", 2, "TID (B)", "The year 2026 does not belong to this edition (2025)"),
        ("101;2025K3;12,5", 2, "TID (B)", "'2025K3' is not a period"),
        ("101;;12,5", 2, "TID (B)", "The period is empty"),
        ("147;2025;12,5", 3, None, "the same area, measure, sex and age as row 2"),
    ],
)
def test_a_wrong_row(tmp_path: Path, line: str, row: int, column: str | None, what: str) -> None:
    delivered = lines()
    delivered[0] = line
    if line.startswith("147"):
        delivered.append("101;2025;12,5")  # nothing is missing; one stands twice
    found = only_error(statbank(tmp_path / NAME, delivered))
    assert (found.sheet, found.row, found.column) == (None, row, column)
    assert what in found.what_en


def test_a_projection_may_go_beyond_its_edition(tmp_path: Path) -> None:
    delivered = [f"{code};80-;2040;100" for code in codes()]
    header = "OMRÅDE;ALDER;TID;INDHOLD"
    rows = read_package(statbank(tmp_path / "FRKM126_20260601.csv", delivered, header=header))
    assert set(rows.observations["period"]) == {2040}
    with pytest.raises(PackageError, match="2040 does not belong to this edition"):
        read_package(statbank(tmp_path / "FOLK1A_20260211.csv", delivered, header=header))


def test_renamed_missing_and_unknown_columns(tmp_path: Path) -> None:
    path = statbank(tmp_path / NAME, lines(), header="OMRAADE;TID;INDHOLD")
    with pytest.raises(PackageError) as caught:
        read_package(path)
    missing, unknown = caught.value.findings
    assert (missing.row, missing.column) == (1, "OMRÅDE")
    assert "OMRAADE (A) may be it" in missing.what_en
    assert unknown.column == "OMRAADE (A)"


def test_a_row_with_too_many_values(tmp_path: Path) -> None:
    delivered = lines()
    delivered[4] += ";7"
    with pytest.raises(PackageError) as caught:
        read_package(statbank(tmp_path / NAME, delivered))
    assert caught.value.findings[0].row is None or caught.value.findings[-1].row == 6
    assert any(f.row == 6 and "more than 3 values" in f.what_en for f in caught.value.findings)


def test_a_table_cut_off_in_the_middle_of_a_row(tmp_path: Path) -> None:
    path = statbank(tmp_path / NAME, lines())
    path.write_bytes(path.read_bytes()[:-7])
    found = only_error(path)
    assert (found.row, found.column) == (99, "INDHOLD (C)")


def test_text_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes("OMRÅDE;TID;INDHOLD\n".encode("cp1252"))
    found = only_error(path)
    assert found.row == 1
    assert "UTF-8" in found.mend_en


def test_headings_without_rows_and_no_content_at_all(tmp_path: Path) -> None:
    assert "no rows" in only_error(statbank(tmp_path / NAME, [])).what_en
    (tmp_path / NAME).write_bytes(b"")
    assert "empty" in only_error(tmp_path / NAME).what_en


def test_a_municipality_left_out(tmp_path: Path) -> None:
    found = only_error(statbank(tmp_path / NAME, lines()[:-1]))
    assert "1 of 98 municipalities have no row" in found.what_en
    assert "Hjørring" in found.what_en


def test_an_indicator_nobody_knows(tmp_path: Path) -> None:
    header = "OMRÅDE;INDIKATOR;TID;INDHOLD"
    delivered = [f"{code};soevn;2025;10,0" for code in codes()]
    found = only_error(statbank(tmp_path / "SUNDHEDSPROFIL_2025.csv", delivered, header=header))
    assert (found.row, found.column) == (2, "INDIKATOR (B)")
    assert "'soevn' is not a known measure" in found.what_en
