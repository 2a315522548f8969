"""When a package was released: only dates that the calendar knows, and that can be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from etl import clock
from etl.findings import Finding, PackageError
from etl.ingest.readers import Package, read_package
from etl.layouts import load_layouts
from tests.reading.builders import YEARS, codes, municipality_rows, statbank, workbook

AELDRE = "DEMO_Aeldre_2025.xlsx"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 30))


def home_nursing(folder: Path, edition: str, year: int = 2024) -> Package:
    path = folder / f"HJEMSYG_{edition}.csv"
    return read_package(statbank(path, [f"{code};{year};12,5" for code in codes()]))


def population(folder: Path, edition: str, year: int = 2026) -> Package:
    lines = [f"{code};IALT;{year}K1;5000" for code in codes()]
    path = folder / f"FOLK1A_{edition}.csv"
    return read_package(statbank(path, lines, header="OMRÅDE;ALDER;TID;INDHOLD"))


def projection(folder: Path, edition: str) -> Package:
    lines = [f"{code};80-;{year};500" for code in codes() for year in (2026, 2040)]
    path = folder / f"FRKM126_{edition}.csv"
    return read_package(statbank(path, lines, header="OMRÅDE;ALDER;TID;INDHOLD"))


def cover(folder: Path, date: Any, name: str = AELDRE) -> Package:
    return read_package(workbook(folder / name, municipality_rows(), date=date))


def refused(read: Any, *given: Any) -> Finding:
    with pytest.raises(PackageError) as caught:
        read(*given)
    (found,) = (f for f in caught.value.findings if f.severity == "error")
    return found


def asked(package: Package) -> list[str]:
    return [f.what_en for f in package.findings if f.severity == "question"]


@pytest.mark.parametrize("edition", ["20269999", "20260230", "20261301", "20260100", "11022026"])
def test_an_edition_that_no_calendar_knows_is_an_error(tmp_path: Path, edition: str) -> None:
    found = refused(population, tmp_path, edition)
    assert f"{edition!r}, which is no date of the calendar" in found.what_en
    assert "20251128" in found.mend_da


def test_a_leap_day_is_a_date(tmp_path: Path) -> None:
    assert population(tmp_path, "20240229", 2024).info.published == dt.date(2024, 2, 29)


@pytest.mark.parametrize("edition", ["2099", "2028", "9999"])
def test_a_year_in_the_future_is_an_error(tmp_path: Path, edition: str) -> None:
    found = refused(home_nursing, tmp_path, edition)
    assert f"The release {edition} lies in the future." in found.what_en


@pytest.mark.parametrize("edition", ["20990101", "20280101", "20271130", "20270303"])
def test_a_date_in_the_future_is_an_error(tmp_path: Path, edition: str) -> None:
    assert "lies in the future" in refused(population, tmp_path, edition).what_en
    assert "lies in the future" in refused(projection, tmp_path, edition).what_en


def test_a_file_sent_before_the_day_of_its_release_wants_a_yes(tmp_path: Path) -> None:
    for package in (
        population(tmp_path, "20270211"),
        projection(tmp_path, "20270211"),
        cover(tmp_path, "11. februar 2027"),
    ):
        assert "The release 11.2.2027 lies in the future." in asked(package)
    assert "The release 2027 lies in the future." in asked(home_nursing(tmp_path, "2027"))


def test_today_and_tomorrow_are_no_news(tmp_path: Path) -> None:
    assert asked(population(tmp_path, "20261130")) == []
    assert asked(population(tmp_path, "20261201")) == []
    assert asked(home_nursing(tmp_path, "2026")) == []
    assert asked(projection(tmp_path, "20260601")) == []


def test_a_release_before_the_person_register_is_an_error(tmp_path: Path) -> None:
    assert "lies before 1968" in refused(home_nursing, tmp_path, "1904", 1904).what_en
    assert "lies before 1968" in refused(cover, tmp_path, "1. januar 1904").what_en


def test_the_1904_dates_of_a_workbook_are_asked_about(tmp_path: Path) -> None:
    (told,) = asked(cover(tmp_path, "2021-11-27"))
    assert told == f"The release 27.11.2021 lies before {YEARS[-1]}, which the file has figures of."


def test_a_cover_in_the_future_is_an_error(tmp_path: Path) -> None:
    assert "28.11.2052 lies in the future" in refused(cover, tmp_path, "28. november 2052").what_en
    for date in ("2029-11-29", "2027-11-29", "3. marts 2027"):
        found = refused(cover, tmp_path, date)
        assert "lies in the future" in found.what_en
        assert "Correct the date in the file's name or on its cover" in found.mend_en


@pytest.mark.parametrize("date", ["2019-2024", "2015–2025", "november 2025", "31. november 2025"])
def test_a_range_or_half_a_date_is_no_release_date(tmp_path: Path, date: str) -> None:
    found = refused(cover, tmp_path, date)
    assert (found.sheet, found.row) == ("FORSIDE", 7)


def test_two_dates_on_the_cover_are_an_error_until_the_layout_says_which(tmp_path: Path) -> None:
    both = "28. november 2025, næste gang 27. november 2026"
    found = refused(cover, tmp_path, both)
    assert (found.sheet, found.row) == ("FORSIDE", 7)
    assert "several dates: 28.11.2025, 27.11.2026" in found.what_en
    from etl.layouts import FOLDER

    text = (FOLDER / "demo-aeldre.toml").read_text("utf-8")
    text += "\n[editions.2025]\npublished = 2025-11-28\n"
    (tmp_path / "demo-aeldre.toml").write_text(text, encoding="utf-8")
    package = read_package(tmp_path / AELDRE, load_layouts(tmp_path))
    assert package.info.published == dt.date(2025, 11, 28)


def test_the_same_date_twice_is_one_date(tmp_path: Path) -> None:
    twice = "28. november 2025 (28. november 2025)"
    assert cover(tmp_path, twice).info.published == dt.date(2025, 11, 28)


def test_a_date_older_than_the_newest_year_is_asked_about(tmp_path: Path) -> None:
    text = r"""
id = "wide"
title = "Wide"
publisher = "Somebody"
licence = "CC0"
file = 'WIDE_(?P<edition>[-\d ]+)\.csv'
format = "csv"
measure = "visits"
kind = "rate"
made_safe_by = "publisher"
columns = { area = "area" }
"""
    (tmp_path / "wide.toml").write_text(text, encoding="utf-8")

    def wide(edition: str) -> Package:
        lines = [f"{code};1,5;2,5" for code in codes()]
        path = statbank(tmp_path / f"WIDE_{edition}.csv", lines, header="area;2024;2025")
        return read_package(path, load_layouts(tmp_path))

    assert asked(wide("2025")) == []
    assert asked(wide("2023")) == [
        "The release 2023 lies before 2025, which the file has figures of."
    ]
    assert asked(wide("202411")) == [
        "The release 2024 lies before 2025, which the file has figures of."
    ]
    assert wide("2026-02-11").info.published == dt.date(2026, 2, 11)
    assert "several years" in refused(wide, "2019-2024").what_en
    assert "no date of the calendar" in refused(wide, "202513").what_en
    assert "no date of the calendar" in refused(wide, "2025-02-30").what_en


def test_a_cover_years_from_the_name_is_asked_about(tmp_path: Path) -> None:
    rows = [r[:8] + r[8:14] for r in municipality_rows()]
    headings = [*map(str, range(2015, 2021))]
    from tests.reading.builders import KEY_HEADINGS

    path = workbook(tmp_path / "DEMO_Aeldre_2020.xlsx", rows, headings=[*KEY_HEADINGS, *headings])
    (told,) = asked(read_package(path))
    assert told == "The release 28.11.2025 lies years after the edition in the file's name, 2020."


def test_figures_of_a_year_that_cannot_be(tmp_path: Path) -> None:
    found = refused(population, tmp_path, "20260211", 1016)
    assert "figures of 1016" in found.what_en


def test_a_clock_that_stands_still_does_not_refuse_sound_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()

    class Stopped(dt.date):
        @classmethod
        def today(cls) -> Stopped:
            return cls(1970, 1, 1)

    monkeypatch.setattr(dt, "date", Stopped)
    assert clock.today().year >= 2026
