"""Figures a row off are asked about also where a weak pattern, or no earlier year, says little."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from etl.findings import Finding
from etl.ingest.readers import load_folder
from etl.quality.checks import check_all
from tests.reading.builders import codes, statbank
from tests.reading.sound_files import Key, Sheet, sound, write
from tests.reading.wrong_files import moved

WORDS = "beside the wrong municipalities"


def asked(folder: Path) -> list[Finding]:
    loaded = load_folder(folder)
    loaded.raise_errors()
    findings = [*loaded.findings, *check_all(loaded.packages)]
    return [f for f in findings if f.severity == "question"]


def asked_of(sheet: Sheet, folder: Path) -> list[Finding]:
    write(sheet, folder)
    return asked(folder)


def only(sheet: Sheet, *years: int, measures: set[str] | None = None) -> Sheet:
    """Return some years, or some measures, of a sheet."""
    values = {
        (key, year): value
        for (key, year), value in sheet.values.items()
        if year in years and (measures is None or key[1] in measures)
    }
    return replace(
        sheet, keys=list(dict.fromkeys(k for k, _ in values)), years=sorted(years), values=values
    )


def down_a_row(sheet: Sheet, measure: str, *years: int) -> Sheet:
    """Move one column, of one measure and some years, down a row."""

    def where(whole: Sheet, _: Random) -> list[tuple[Key, int]]:
        return [(key, year) for key, year in whole.values if key[1] == measure and year in years]

    return moved(-1, 0, 98, where)(sheet, Random(0))


@pytest.fixture(scope="module")
def profile(raw_dir: Path) -> Sheet:
    """Return the shipped survey of 2010 to 2025, whose patterns are weak."""
    return sound("profile", raw_dir)


@pytest.mark.parametrize("year", [2010, 2017, 2025])
@pytest.mark.parametrize("measure", ["mentalt_helbred", "rygning", "alkohol", "svaer_overvaegt"])
def test_one_column_of_a_survey_that_moved_a_row(
    profile: Sheet, measure: str, year: int, tmp_path: Path
) -> None:
    assert asked_of(profile, tmp_path) == []
    questions = asked_of(down_a_row(profile, measure, year), tmp_path)
    assert any(WORDS in q.what_en and str(year) in q.what_en for q in questions)
    assert all(q.row is not None and q.column is not None for q in questions)


def test_the_weakest_pattern_of_a_survey_too(profile: Sheet, tmp_path: Path) -> None:
    (question,) = asked_of(down_a_row(profile, "social_stoette", 2025), tmp_path)
    assert "follow the other figures of the file better when they are moved" in question.what_en
    assert "følger filens øvrige tal bedre, når de rykkes" in question.what_da


@pytest.mark.parametrize("measure", ["selvvurderet_helbred", "rygning", "svaer_overvaegt"])
def test_a_first_delivery_of_one_year_is_held_against_its_other_measures(
    profile: Sheet, measure: str, tmp_path: Path
) -> None:
    first = only(profile, 2025)
    assert asked_of(first, tmp_path) == []
    questions = asked_of(down_a_row(first, measure, 2025), tmp_path)
    assert any(WORDS in q.what_en for q in questions)


@pytest.mark.parametrize("measure", ["selvvurderet_helbred", "mentalt_helbred", "kost"])
def test_a_measure_that_moved_in_all_its_years(
    profile: Sheet, measure: str, tmp_path: Path
) -> None:
    questions = asked_of(down_a_row(profile, measure, *profile.years), tmp_path)
    assert any(WORDS in q.what_en for q in questions)


@pytest.mark.parametrize("year", [2021, 2025])
def test_one_of_two_years_of_a_first_delivery(profile: Sheet, year: int, tmp_path: Path) -> None:
    two = only(profile, 2021, 2025, measures={"rygning", "alkohol", "kost"})
    assert asked_of(two, tmp_path) == []
    for measure in ("rygning", "alkohol", "kost"):
        assert any(WORDS in q.what_en for q in asked_of(down_a_row(two, measure, year), tmp_path))


def test_a_new_wave_is_held_against_all_earlier_ones(profile: Sheet, tmp_path: Path) -> None:
    earlier, wave = only(profile, 2010, 2013, 2017, 2021), only(profile, 2025)
    write(earlier, tmp_path)
    assert asked_of(wave, tmp_path) == []
    for measure in ("mentalt_helbred", "social_stoette"):
        questions = asked_of(down_a_row(wave, measure, 2025), tmp_path)
        assert any(WORDS in q.what_en for q in questions)


@pytest.mark.parametrize("year", [2022, 2024, 2026])
def test_one_year_of_the_people_of_a_first_delivery(
    raw_dir: Path, year: int, tmp_path: Path
) -> None:
    people = sound("people", raw_dir)
    assert asked_of(people, tmp_path) == []
    where = lambda sheet, _: [at for at in sheet.values if at[1] == year]  # noqa: E731
    questions = asked_of(moved(-1, 0, 98, where)(people, Random(0)), tmp_path)
    assert any(WORDS in q.what_en for q in questions)


# --- what chance explains -------------------------------------------------------------------------


def counts(folder: Path, mean: float, seed: int, rounded_to: int = 1) -> None:
    """Write counts that differ from year to year by chance only, largest municipalities last."""
    draw = np.random.default_rng(seed)
    size = np.sort(draw.lognormal(0, 0.7, 98))
    lines = [
        f"{code};{sex};{year};{rounded_to * round(int(number) / rounded_to)}"
        for sex in ("K", "M")
        for year in range(2015, 2026)
        for code, number in zip(codes(), draw.poisson(mean * size / size.mean()), strict=True)
    ]
    text = 'id = "few"\ntitle = "Few"\npublisher = "Danmarks Statistik"\nlicence = "CC0"\n'
    text += "file = 'few_(?P<edition>\\d{4})\\.csv'\nformat = \"statbank_csv\"\n"
    text += 'measure = "few"\nkind = "count"\nmade_safe_by = "publisher"\n'
    text += f"rounding_base = {rounded_to}\n" if rounded_to > 1 else ""
    (folder / "layouts").mkdir(exist_ok=True)
    (folder / "layouts" / "few.toml").write_text(text + '[columns]\nsex = "KØN"\n', "utf-8")
    statbank(folder / "few_2025.csv", lines, header="OMRÅDE;KØN;TID;INDHOLD")


@pytest.mark.parametrize("rounded_to", [1, 5])
@pytest.mark.parametrize("mean", [0.3, 2, 8, 30, 300])
def test_nothing_is_asked_about_what_chance_explains(
    mean: float, rounded_to: int, tmp_path: Path
) -> None:
    from etl.layouts import load_layouts

    for seed in range(5):
        counts(tmp_path, mean, seed, rounded_to)
        loaded = load_folder(tmp_path, load_layouts(tmp_path / "layouts"))
        loaded.raise_errors()
        questions = [f.what_en for f in check_all(loaded.packages) if f.severity == "question"]
        assert questions == []
