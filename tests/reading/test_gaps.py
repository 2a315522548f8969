"""A year that is left out of what comes every year is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.findings import Finding
from etl.ingest.readers import load_folder
from etl.layouts import FOLDER, load_layouts
from etl.publish.build import build
from etl.quality.against_release import against_loaded
from etl.quality.signoff import SignOff, UnansweredError
from tests.reading.builders import codes, statbank


def notifications(folder: Path, edition: int, *years: int) -> None:
    folder.mkdir(exist_ok=True)
    lines = [f"{code};{year};{50 + n % 7 + year % 5},{n % 10}" for n, code in enumerate(codes())
             for year in years]  # fmt: skip
    statbank(folder / f"UND2_{edition}.csv", lines)


def asked(folder: Path, layouts: Path | None = None) -> list[Finding]:
    loaded = load_folder(folder, load_layouts(layouts) if layouts else None)
    loaded.raise_errors()
    found = against_loaded(loaded.packages, None, [])
    return [f for f in found if f.severity == "question"]


@pytest.mark.parametrize(
    ("years", "missing"),
    [
        ((2019, 2020, 2022), "2021"),
        ((2015, 2016, 2017, 2019, 2021, 2022), "2018, 2020"),
        ((2019, 2021, 2022), "2020"),
    ],
)
def test_a_first_delivery_without_a_year(
    tmp_path: Path, years: tuple[int, ...], missing: str
) -> None:
    notifications(tmp_path, 2022, *years)
    (question,) = asked(tmp_path)
    assert f"figures from {years[0]} to 2022, but none of {missing}." in question.what_en
    assert f"years_without = [{missing}]" in question.mend_da


@pytest.mark.parametrize("years", [(2022,), (2021, 2022), (2018, 2020, 2022), (2010, 2013, 2017)])
def test_whole_series_and_surveys_are_not_asked_about(
    tmp_path: Path, years: tuple[int, ...]
) -> None:
    notifications(tmp_path, 2022, *years)
    assert asked(tmp_path) == []


def test_two_editions_that_leave_out_what_lies_between_them(tmp_path: Path) -> None:
    notifications(tmp_path, 2020, 2018, 2019, 2020)
    notifications(tmp_path, 2023, 2022, 2023)
    (question,) = asked(tmp_path)
    assert (question.file, "none of 2021" in question.what_en) == ("UND2_2023.csv", True)
    notifications(tmp_path, 2023, 2021, 2022, 2023)
    assert asked(tmp_path) == []


def test_the_layout_says_that_there_was_no_survey(tmp_path: Path) -> None:
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    text = (FOLDER / "und2.toml").read_text("utf-8")
    (layouts / "und2.toml").write_text("years_without = [2021]\n" + text, encoding="utf-8")
    notifications(tmp_path / "raw", 2022, 2019, 2020, 2022)
    assert asked(tmp_path / "raw", layouts) == []


def test_a_build_asks_once(tmp_path: Path) -> None:
    """The year that is left out, when it would be new; what is lost of the last release else."""
    raw, warehouse = tmp_path / "raw", tmp_path / "warehouse.duckdb"
    notifications(raw, 2022, 2019, 2020, 2022)
    with pytest.raises(UnansweredError) as stopped:
        build(raw, warehouse)
    (question,) = stopped.value.questions
    build(raw, warehouse, accept=[SignOff(question.id)])
    notifications(raw, 2022, 2018, 2019, 2020, 2022)
    build(raw, warehouse)  # was answered
    notifications(raw, 2022, 2018, 2020, 2022)
    with pytest.raises(UnansweredError) as stopped:
        build(raw, warehouse)
    assert not any("but none of" in one.what_en for one in stopped.value.questions)
