"""A draft of a layout loads as it is, reads its file, and says what a person has to settle."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from etl.ingest.readers.draft import DECIDE, draft
from tests.reading.builders import codes, drafted, municipality_rows, statbank, workbook

UNKNOWN_UNIT = {"unit": "Antal pr. 1.000 indbyggere over 65"}


def test_of_the_authoritys_workbook(tmp_path: Path) -> None:
    rows = [*municipality_rows(100), *municipality_rows(12.5, **UNKNOWN_UNIT)]
    rows = [r for r in rows if r[-1] != 0]
    path = workbook(tmp_path / "Ældre og pleje 2025.xlsx", rows, demo=False)
    text = draft(path)
    assert "Antal pr. 1.000 indbyggere over 65" in text
    assert "other sheets: FORSIDE" in text
    package = drafted(path)
    assert set(package.observations["kind"]) == {"count", "rate"}
    assert package.info.made_safe_by == "klyngeblik"  # nobody has said otherwise
    assert set(package.observations["period"]) == set(range(2015, 2026))


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "cp1252"), (",", "utf-8"), (";", "cp1252")]
)
def test_of_a_text_from_a_spreadsheet(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = ["Udtræk af fald", "", delimiter.join(("Kommune nr", "År", "Køn", "Fald"))]
    lines += [
        delimiter.join((code, str(year), sex, "17"))
        for code in codes()
        for year in (2024, 2025)
        for sex in ("Mænd", "Kvinder")
    ]
    path = tmp_path / "fald_2025.txt"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    rows = drafted(path).observations
    assert rows.height == 98 * 2 * 2
    assert set(rows["sex"]) == {"female", "male"}
    assert rows["row"].min() == 4


def test_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "falls_20250301.parquet"
    frame = pl.DataFrame({"kommune": codes(), "year": 2025, "falls": 7.5})
    frame.write_parquet(path)
    package = drafted(path)
    assert package.observations["value"].unique().to_list() == [7.5]
    assert str(package.info.published) == "2025-03-01"


def test_marks_among_the_numbers_are_shown_for_a_person_to_settle(tmp_path: Path) -> None:
    lines = [f"{code};2025;12,5" for code in codes()]
    lines[3], lines[4], lines[5] = (
        lines[n].replace("12,5", m) for n, m in ((3, ".."), (4, "<5"), (5, "x"))
    )
    text = draft(statbank(tmp_path / "nyt_2025.csv", lines))
    assert 'marks = { missing = [".."], suppressed = ["x"] }  # DECIDE:' in text
    assert any(line.startswith(DECIDE) and '"<5"' in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"hello"),
        ("a.txt", b"name;colour\nA;red\nB;blue\n"),
        ("a.json", b"{"),
        ("a.xlsx", b"PK\x03\x04nothing"),
        ("a.parquet", b"PAR1nothing"),
        ("a.pdf", b"%PDF-1.7"),
    ],
)
def test_what_cannot_be_drafted_is_refused_with_a_reason(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PackageError) as caught:
        draft(tmp_path / name)
    assert all(f.what_en and f.mend_en for f in caught.value.findings)


def test_a_parquet_that_claims_to_be_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.ingest.readers.parquet.LARGEST_ROWS", 2)
    path = tmp_path / "huge.parquet"
    pl.DataFrame({"kommune": ["101", "147", "151"], "n": 1}).write_parquet(path)
    with pytest.raises(PackageError, match="says it holds 3 rows"):
        draft(path)
