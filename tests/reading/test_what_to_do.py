"""What a finding advises mends the file, and never makes a wrong number of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.findings import Finding, PackageError
from etl.ingest.readers import load_folder, read_package
from etl.messages import catalogue
from etl.quality.checks import check_all
from tests.reading.builders import KEY_HEADINGS, YEARS, codes, municipality_rows, statbank, workbook

DEMO = "DEMO_Aeldre_2025.xlsx"


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read_package(path)
    return [f for f in caught.value.findings if f.severity == "error"]


def shares(folder: Path, *more: str, header: str = "OMRÅDE;TID;INDHOLD") -> Path:
    extra = ";I" * (header.count(";") - 2)
    lines = [f"{code};2025;79,{n:02}{extra}" for n, code in enumerate(codes())]
    return statbank(folder / "SYGP1_2025.csv", [*lines[:50], *more, *lines[50:]], header=header)


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("427", ["420 Assens", "727 Odder"]),
        ("0427", ["420 Assens", "727 Odder"]),
        ("716", ["710 Favrskov", "706 Syddjurs", "746 Skanderborg"]),
        ("481", ["461 Odense", "480 Nordfyns", "482 Langeland"]),
        ("998", []),
        ("12345", []),
    ],
)
def test_a_code_that_does_not_exist_has_the_nearest_codes(
    tmp_path: Path, code: str, near: list[str]
) -> None:
    (found,) = errors(shares(tmp_path, f"{code};2025;79,5"))
    assert f"'{code}'" in found.what_en
    listed = re.search(r"Nearest: (.*)\.", found.mend_en)
    assert sorted(listed[1].split(", ") if listed else []) == sorted(near)


@pytest.mark.parametrize(
    ("heading", "by"), [("KØN", "sex"), ("Køn", "sex"), ("ALDER", "age"), ("Aldersgruppe", "age")]
)
def test_a_column_that_divides_the_figures_is_to_be_mapped(
    tmp_path: Path, heading: str, by: str
) -> None:
    (found,) = errors(shares(tmp_path, header=f"OMRÅDE;TID;INDHOLD;{heading}"))
    assert found.column == f"{heading} (D)"
    assert f"seems to divide the figures by {by}" in found.what_en
    assert f"under columns as {by}" in found.mend_en
    assert "ignore" not in found.mend_en + found.mend_da


def test_an_unknown_column_is_ignored_only_where_it_divides_nothing(tmp_path: Path) -> None:
    (found,) = errors(shares(tmp_path, header="OMRÅDE;TID;INDHOLD;HERKOMST"))
    assert "If it divides the figures" in found.mend_en
    assert "Only a column that does not divide them may be removed" in found.mend_en


def test_rows_that_stand_twice_are_not_simply_removed(tmp_path: Path) -> None:
    (found,) = errors(shares(tmp_path, "101;2025;12,5"))
    assert "perhaps a column that the layout does not read" in found.mend_en


def test_headings_in_the_middle_of_a_text_file(tmp_path: Path) -> None:
    (found,) = errors(shares(tmp_path, "OMRÅDE;TID;INDHOLD"))
    assert (found.row, found.what_en) == (52, "The row repeats the headings.")
    assert found.mend_en == "Delete the row."


@pytest.mark.parametrize("as_text", [True, False])
def test_headings_in_the_middle_of_a_sheet(tmp_path: Path, *, as_text: bool) -> None:
    """As a page that was copied below another brings them, with years as texts or as numbers."""
    rows = municipality_rows()
    again = [*KEY_HEADINGS, *(str(y) if as_text else y for y in YEARS)]
    rows[50:50] = [again]
    found = errors(workbook(tmp_path / DEMO, rows))
    assert [(f.sheet, f.row, f.what_en) for f in found] == [
        ("Hovedresultater", 54, "The row repeats the headings.")
    ]


@pytest.mark.parametrize("mark", ["¹⁾", "¹", "*", " *", "1)", " (1)", "²", "†", "**"])
def test_a_year_with_the_mark_of_a_note(tmp_path: Path, mark: str) -> None:
    headings = [*KEY_HEADINGS, *(f"{y}{mark}" if y == 2024 else str(y) for y in YEARS)]
    (found,) = errors(workbook(tmp_path / DEMO, municipality_rows(), headings=headings))
    assert (found.row, found.column) == (3, f"2024{mark} (R)")
    assert "is the year 2024 with the mark of a note" in found.what_en
    assert found.mend_en == "Write 2024 alone, and the note somewhere else."


def test_a_period_with_the_mark_of_a_note(tmp_path: Path) -> None:
    path = shares(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace(";2025;", ";2025¹⁾;"), "utf-8-sig")
    (found,) = errors(path)
    assert (found.row, found.column) == (2, "TID (B)")
    assert "'2025¹⁾' is 2025 with the mark of a note" in found.what_en


BANDS = ("0-64", "65-79", "80-")


@pytest.mark.parametrize(
    ("wrong", "instead", "gap"),
    [("80-", "85-", "80-84"), ("65-79", "66-79", "65"), ("65-79", "65-74", "75-79")],
)
@pytest.mark.parametrize("rows", ["all rows", "some rows"])
def test_an_age_that_leaves_others_out(
    tmp_path: Path, wrong: str, instead: str, gap: str, rows: str
) -> None:
    def people(band: str, n: int) -> str:
        return instead if band == wrong and (rows == "all rows" or n == 40) else band

    for bands, number in ((lambda band, _: band, 0), (people, 1)):
        lines = [
            f"{code};{bands(band, n)};{y}K1;{1000 + 31 * n + y % 7}"
            for y in (2025, 2026)
            for band in BANDS
            for n, code in enumerate(codes())
        ]
        header = "OMRÅDE;ALDER;TID;INDHOLD"
        statbank(tmp_path / "FOLK1A_20260211.csv", lines, header=header)
        findings = check_all(load_folder(tmp_path).packages)
        told = [f for f in findings if "are in no age band" in f.what_en]
        assert len(told) == number
    (found,) = told
    assert f"the ages {gap} are in no age band" in found.what_en
    assert found.severity == "question"
    assert found.row is not None
    assert found.column == "ALDER"


def test_no_finding_advises_to_empty_a_cell() -> None:
    """An empty cell counts as a hidden number: it would be made up."""
    advice = re.compile(
        r"(?i)\btøm\b|\bempty the\b|\bclear the\b|leave (it|the cell) (empty|blank)"
    )
    contacts = {key for key in catalogue() if key.startswith("contacts_")}
    told = {
        key: texts["mend_da"] + texts["mend_en"]
        for key, texts in catalogue().items()
        if "mend_da" in texts and key not in contacts
    }
    assert [key for key, text in told.items() if advice.search(text)] == []
