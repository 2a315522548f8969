"""Text with a delimiter: what its layout says, and what it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.findings import PackageError
from tests.reading.builders import codes
from tests.reading.formats import layout, only_error, read, semicolon


def test_another_delimiter_than_the_layout_says(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace(";", "\t"), encoding="utf-8")
    assert "not separated by ';' but by '\\t'" in only_error(path).what_en


def test_a_heading_that_stands_twice(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace("TID", "OMRÅDE", 1), encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        read(path)
    assert any(f.column == "OMRÅDE (B)" and "2 times" in f.what_en for f in caught.value.findings)


def test_a_name_without_a_year(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    toml = tmp_path / "visits.toml"
    toml.write_text(toml.read_text("utf-8").replace(r"\d{4}", r"\w+"), encoding="utf-8")
    path = path.rename(tmp_path / "visits_ny.txt")
    assert "'ny', which does not begin with a year" in only_error(path).what_en


def test_rows_that_are_not_wanted_are_left_out_and_counted(tmp_path: Path) -> None:
    path = layout(
        tmp_path,
        "visits_2025.csv",
        "format = 'statbank_csv'\nkeep = { TYPE = ['I alt'] }\n",
    )
    lines = [f"{c};{t};2025;{n}" for c in codes() for t, n in (("I alt", 3), ("Akut", 1))]
    path.write_text("\n".join(["OMRÅDE;TYPE;TID;INDHOLD", *lines]), encoding="utf-8")
    package = read(path)
    assert set(package.observations["value"]) == {3}
    assert any("98" in f.what_en and "keep" in f.what_en for f in package.findings)
