"""Broken workbooks: each fault is found where it is, with how to mend it, and never a traceback."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from etl.findings import LISTED_PER_KIND, Finding, PackageError
from etl.ingest.ooxml import parts
from etl.ingest.readers import read_package
from tests.reading.builders import (
    KEY_HEADINGS,
    YEARS,
    index_of,
    municipality_rows,
    row,
)
from tests.reading.builders import workbook as written

NAME = "DEMO_Aeldre_2025.xlsx"
TRUE_COUNTS = "DEMO_Boern_og_unge_2025.xlsx"
ADHD = {"measure": "ADHD", "topic": "Borgere", "unit": "Antal borgere", "age": "0-17 år"}
HEADINGS = [*KEY_HEADINGS, *map(str, YEARS)]


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read_package(path)
    found = [f for f in caught.value.findings if f.severity == "error"]
    assert all(f.file == path.name and f.what_en and f.mend_en for f in found)
    return found


def only_error(path: Path) -> Finding:
    found = errors(path)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def where(finding: Finding) -> tuple[str | None, int | None, str | None]:
    return finding.sheet, finding.row, finding.column


# --- the file ---------------------------------------------------------------------------------


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"")
    assert "empty" in only_error(tmp_path / NAME).what_en


def test_not_an_xlsx(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("<html>Log in, please</html>", encoding="utf-8")
    assert "not an Excel workbook" in only_error(tmp_path / NAME).what_en


def test_an_old_xls_or_one_with_a_password(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "password" in only_error(tmp_path / NAME).what_en


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_zip(tmp_path: Path, kept: float) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert "cut off" in only_error(path).what_en


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / NAME, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "damaged" in only_error(tmp_path / NAME).what_en


def test_a_damaged_sheet(tmp_path: Path) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:900] if name.endswith("sheet2.xml") else data)
    assert "sheet" in errors(path)[0].what_en.lower()


def test_a_zip_that_claims_to_be_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    monkeypatch.setattr(parts, "LARGEST_UNPACKED", 1_000)
    assert "unpacks" in only_error(path).what_en


def test_no_layout_knows_it(tmp_path: Path) -> None:
    path = written(tmp_path / "DEMO_Aldre_2025.xlsx", municipality_rows())
    found = only_error(path)
    assert found.what_en == "No layout knows this file."
    assert "DEMO_Aeldre_<edition>.xlsx" in found.mend_en


# --- sheets and headings --------------------------------------------------------------------------


def test_a_missing_sheet(tmp_path: Path) -> None:
    found = only_error(written(tmp_path / NAME, municipality_rows(), sheet="Hovedresultat"))
    assert found.sheet == "Hovedresultater"
    assert "'Hovedresultater' is missing" in found.what_en
    assert "'Hovedresultat' may be it" in found.what_en


def test_a_missing_cover(tmp_path: Path) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    book = openpyxl.load_workbook(path)
    del book["FORSIDE"]
    book.save(path)
    assert "'FORSIDE' is missing" in only_error(path).what_en


def test_a_cover_without_a_date(tmp_path: Path) -> None:
    found = only_error(written(tmp_path / NAME, municipality_rows(), date="snart"))
    assert where(found) == ("FORSIDE", 7, None)
    assert "28. november 2025" in found.mend_en


def test_a_renamed_column(tmp_path: Path) -> None:
    headings = ["Kommunenavn" if h == "Kommune" else h for h in HEADINGS]
    missing, unknown = errors(written(tmp_path / NAME, municipality_rows(), headings=headings))
    assert where(missing) == ("Hovedresultater", 3, "Kommune")
    assert "Kommunenavn (E) may be it" in missing.what_en
    assert where(unknown) == ("Hovedresultater", 3, "Kommunenavn (E)")
    assert "layout demo-aeldre" in unknown.mend_en


def test_a_column_nobody_knows(tmp_path: Path) -> None:
    rows = [[*values, "x"] for values in municipality_rows()]
    found = only_error(written(tmp_path / NAME, rows, headings=[*HEADINGS, "Bemærkning"]))
    assert where(found) == ("Hovedresultater", 3, "Bemærkning (T)")


def test_values_under_no_heading(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[7].append("se note")
    found = only_error(written(tmp_path / NAME, rows))
    assert "no heading" in found.what_en
    assert found.column is not None
    assert "(T)" in found.column


@pytest.mark.parametrize(
    ("wrong", "row_and_column", "word"),
    [
        ("2027", (3, "2027 (S)"), "after the last"),
        ("2009", (3, "2009 (S)"), "before the first"),
        ("20255", (3, "20255 (S)"), "not known"),
        ("2O25", (3, "2O25 (S)"), "not known"),
    ],
)
def test_a_wrong_year(
    tmp_path: Path, wrong: str, row_and_column: tuple[int, str], word: str
) -> None:
    found = errors(written(tmp_path / NAME, municipality_rows(), headings=[*HEADINGS[:-1], wrong]))
    assert any((f.row, f.column) == row_and_column and word in f.what_en for f in found)
    assert any("2025 is missing" in f.what_en for f in found)


def test_the_same_year_twice(tmp_path: Path) -> None:
    found = errors(written(tmp_path / NAME, municipality_rows(), headings=[*HEADINGS[:-1], "2024"]))
    assert any("2025 is missing" in f.what_en for f in found)


def test_a_header_on_another_row(tmp_path: Path) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    book = openpyxl.load_workbook(path)
    book["Hovedresultater"].insert_rows(1)
    book.save(path)
    assert any("'Kommune' is missing" in f.what_en for f in errors(path))


def test_no_rows_and_no_sheet_content(tmp_path: Path) -> None:
    assert "no rows" in only_error(written(tmp_path / NAME, [])).what_en
    path = written(tmp_path / NAME, [])
    book = openpyxl.load_workbook(path)
    book["Hovedresultater"].delete_rows(1, 10)
    book.save(path)
    assert errors(path)


# --- labels ---------------------------------------------------------------------------------------

LABELS: list[tuple[int, Any, str, str]] = [
    (0, "Multi", "Mål (A)", "'Multi / Borgere med to eller flere kroniske sygdomme' is not"),
    (2, "Kvarter", "Geografisk niveau (C)", "'Kvarter' is not a known geographic level"),
    (4, "Kobenhavn", "Kommune (E)", "'Kobenhavn' is not a known municipality"),
    (4, None, "Kommune (E)", "The municipality is empty"),
    (5, "Antl personer", "Enhed (F)", "'Antl personer' is not a known unit"),
    (6, "Begge to", "Køn (G)", "'Begge to' is not a known sex"),
    (7, "gamle", "Alder (H)", "'gamle' is not a known age"),
    (7, "79-65 år", "Alder (H)", "'79-65 år' is not a known age"),
]


@pytest.mark.parametrize(("column", "label", "place", "what"), LABELS)
def test_a_label_nobody_knows(
    tmp_path: Path, column: int, label: Any, place: str, what: str
) -> None:
    rows = municipality_rows()
    rows[2][column] = label
    found = only_error(written(tmp_path / NAME, rows))
    assert where(found) == ("Hovedresultater", 6, place)
    assert what in found.what_en


def test_an_unknown_municipality_comes_with_the_nearest_three(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[0][4] = "Kobenhavn"
    assert "København, Frederikshavn, Horsens" in only_error(written(tmp_path / NAME, rows)).mend_en


def test_an_unknown_label_is_reported_once_not_in_every_row(tmp_path: Path) -> None:
    found = only_error(written(tmp_path / NAME, municipality_rows(sex="Alle køn")))
    assert where(found) == ("Hovedresultater", 4, "Køn (G)")


def test_a_municipality_in_the_wrong_region(tmp_path: Path) -> None:
    rows = municipality_rows()
    place = index_of(rows, "Aarhus")
    rows[place][3] = "Region Hovedstaden"
    found = only_error(written(tmp_path / NAME, rows))
    assert where(found) == ("Hovedresultater", 4 + place, "Region (D)")
    assert "Aarhus does not lie in Region Hovedstaden" in found.what_en


def test_a_standardised_age_with_a_unit_that_is_not(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[3][7] = "Standardiseret"
    found = only_error(written(tmp_path / NAME, rows))
    assert where(found) == ("Hovedresultater", 7, "Enhed (F)")


def test_a_municipality_left_out_of_a_measure(tmp_path: Path) -> None:
    rows = [r for r in municipality_rows() if r[4] not in ("Læsø", "Fanø")]
    found = only_error(written(tmp_path / NAME, rows))
    assert "2 of 98 municipalities have no row for Multisygdom" in found.what_en
    assert found.what_en.endswith(": Fanø, Læsø.")
    assert found.column == "Kommune"


def test_a_row_that_stands_twice(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows.append(list(rows[10]))
    found = only_error(written(tmp_path / NAME, rows))
    assert found.row == 4 + len(rows) - 1
    assert "row 14" in found.what_en


def test_a_second_bornholm_with_figures_of_its_own(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[index_of(rows, "Bornholm") + 1][8] = 35
    assert "the same area" in only_error(written(tmp_path / NAME, rows)).what_en


# --- numbers --------------------------------------------------------------------------------------

NUMBERS: list[tuple[Any, str]] = [
    ("12*", "'12*' is not a number"),
    ("ca. 100", "'ca. 100' is not a number"),
    ("1.234", "'1.234' is not a number"),  # a Dane's 1234; Python's 1.234
    ("12,5", "'12,5' is not a number"),
    ("1 234", "'1 234' is not a number"),
    ("12¹", "'12¹' is not a number"),
    ("NaN", "'NaN' is not a number"),
    ("N/A", "'N/A' is not a number"),
    ("null", "'null' is not a number"),
    ("inf", "'inf' is not a number"),
    (dt.date(2025, 1, 1), "is not a number"),
    (True, "is not a number"),
    ("x", "'x' is not a number"),
    (-5, "The number is negative"),
    (12.5, "A count is not a whole number"),
]


@pytest.mark.parametrize(("value", "what"), NUMBERS)
def test_a_value_that_is_no_count(tmp_path: Path, value: Any, what: str) -> None:
    rows = municipality_rows()
    rows[6][8 + 4] = value
    found = only_error(written(tmp_path / NAME, rows))
    assert where(found) == ("Hovedresultater", 10, "2019 (M)")
    assert what in found.what_en


def test_a_whole_column_of_dates(tmp_path: Path) -> None:
    rows = municipality_rows()
    for values in rows:
        values[8] = dt.date(2025, 1, 1)
    found = errors(written(tmp_path / NAME, rows))
    assert {f.column for f in found if f.row} == {"2015 (I)"}


@pytest.mark.parametrize("mark", ["#DIV/0!", "#REF!", "#N/A"])
def test_a_formula_that_failed_is_not_taken_for_a_hidden_cell(tmp_path: Path, mark: str) -> None:
    path = written(tmp_path / NAME, municipality_rows())
    book = openpyxl.load_workbook(path)
    cell = book["Hovedresultater"]["K9"]
    cell.value, cell.data_type = mark, "e"
    book.save(path)
    found = only_error(path)
    assert where(found) == ("Hovedresultater", 9, "2017 (K)")
    assert "Excel error" in found.what_en


def test_a_text_that_may_be_a_small_count_is_not_repeated(tmp_path: Path) -> None:
    rows = municipality_rows(**ADHD)
    rows[0][8] = "3*"
    found = only_error(written(tmp_path / TRUE_COUNTS, rows))
    assert "3" not in found.what_en
    assert where(found) == ("Hovedresultater", 4, "2015 (I)")


def test_everything_that_is_wrong_is_said_at_once_and_in_order(tmp_path: Path) -> None:
    rows = municipality_rows()
    rows[9][8] = "x"
    rows[3][4] = "Kobenhavn"
    rows[5][6] = "?"
    found = errors(written(tmp_path / NAME, rows))
    assert [f.row for f in found] == [7, 9, 13]


def test_many_faults_of_one_kind_are_counted(tmp_path: Path) -> None:
    found = errors(written(tmp_path / NAME, municipality_rows(-5)))
    assert len(found) == LISTED_PER_KIND + 1
    assert f"{98 * len(YEARS) - LISTED_PER_KIND:,} more of the same kind" in found[-1].what_en


def test_a_demo_is_not_taken_for_a_real_package(tmp_path: Path) -> None:
    from etl.layouts import load_layouts

    (tmp_path / "real.toml").write_text(
        r"""
id = "elderly"
title = "Ældre"
publisher = "Sundhedsdatastyrelsen"
licence = "CC BY 4.0"
file = 'Aeldre_(?P<edition>\d{4})\.xlsx'
format = "workbook"
[measures]
"Multisygdom / Borgere med to eller flere kroniske sygdomme" = "multimorbidity"
""",
        encoding="utf-8",
    )
    path = written(tmp_path / "Aeldre_2025.xlsx", municipality_rows(), demo=True)
    with pytest.raises(PackageError, match="The cover says DEMO"):
        read_package(path, load_layouts(tmp_path))


def test_a_region_that_does_not_exist(tmp_path: Path) -> None:
    rows = [
        row("Regioner", "Region Nordsjælland", None, [5] * len(YEARS)),
        *municipality_rows(),
    ]
    found = only_error(written(tmp_path / NAME, rows))
    assert where(found) == ("Hovedresultater", 4, "Region (D)")
    assert "Region Sjælland" in found.mend_en
