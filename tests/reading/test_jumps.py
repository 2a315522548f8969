"""A figure far from the year or edition before is said; trends, chance and small counts are not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from etl.findings import Finding
from etl.ingest.readers import Package, load_folder, read_package
from etl.quality.checks import check_all, check_package
from etl.quality.outliers import LISTED
from tests.reading.builders import (
    YEARS,
    Row,
    codes,
    index_of,
    municipality_rows,
    statbank,
    workbook,
)

SAFE = "DEMO_Aeldre_2025.xlsx"
TRUE = "DEMO_Boern_og_unge_2025.xlsx"
ADHD = {"measure": "ADHD", "topic": "Borgere", "unit": "Antal borgere", "age": "0-17 år"}
LAST = 8 + len(YEARS) - 1


def found(path: Path, rows: list[Row]) -> list[Finding]:
    return check_package(read_package(workbook(path, rows)))


def by_chance(mean: float, seed: int, growth: float = 1.0, **labels: str) -> list[Row]:
    """Return rows as chance makes them: every cell a draw of its own around a common trend."""
    draw = np.random.default_rng(seed)
    rows = municipality_rows(0, **labels)
    for n, row in enumerate(rows):
        if n and row[4] == rows[n - 1][4] == "Bornholm":
            continue
        level = mean * math.exp(draw.normal(0, 0.5))
        for year in range(len(YEARS)):
            row[8 + year] = 5 * round(draw.poisson(level * growth**year) / 5)
    return rows


@pytest.mark.parametrize("mean", [8, 40, 500, 20_000])
@pytest.mark.parametrize("growth", [1.0, 1.08])
def test_chance_and_a_common_trend_are_no_news(tmp_path: Path, mean: float, growth: float) -> None:
    assert found(tmp_path / SAFE, by_chance(mean, seed=7, growth=growth)) == []


def test_one_municipality_out_of_step_is_named_with_its_figures(tmp_path: Path) -> None:
    rows = by_chance(500, seed=3)
    place = index_of(rows, "Vejle")
    rows[place][LAST] = 5_000  # a nought too many
    before = f"{rows[place][LAST - 1]:,}"
    (warning,) = found(tmp_path / SAFE, rows)
    assert warning.severity == "warning"
    assert (warning.row, warning.column) == (4 + place, "2025")
    assert (
        "kroniske sygdomme: figures that differ from the year before by more than chance"
        in warning.what_en
    )
    assert f"Vejle, 2025, 65+, {before} before, 5,000 now" in warning.what_en


def test_true_counts_are_named_without_figures(tmp_path: Path) -> None:
    rows = by_chance(500, seed=3, **ADHD)
    place = index_of(rows, "Vejle")
    for now, severity in ((2_015, "warning"), (6_015, "question")):
        rows[place][LAST - 1], rows[place][LAST] = 505, now
        told = next(f for f in found(tmp_path / TRUE, rows) if f.severity == severity)
        assert "Vejle, 2025, 0-17" in told.what_en
        assert "505" not in told.what_en
        assert f"{now:,}" not in told.what_en


def test_a_year_in_another_unit_is_said_once(tmp_path: Path) -> None:
    rows = by_chance(500, seed=5)
    for row in rows:
        row[LAST] *= 10
    (warning,) = found(tmp_path / SAFE, rows)
    assert "half of the municipalities are" in warning.what_en
    assert "times the year before or more in 2025" in warning.what_en


def test_shares_have_no_chance_but_neighbours(tmp_path: Path) -> None:
    lines = [
        f"{code};{year};{20 + n % 7},5" for n, code in enumerate(codes()) for year in (2024, 2025)
    ]
    path = tmp_path / "HJEMSYG_2025.csv"
    assert check_package(read_package(statbank(path, lines))) == []
    lines[11] = lines[11].split(";")[0] + ";2025;2,5"
    (asked,) = check_package(read_package(statbank(path, lines)))
    assert (asked.severity, asked.row) == ("question", 13)
    assert "25.5 before, 2.5 now" in asked.what_en


def test_years_before_the_last_are_noted_the_largest_change_first(tmp_path: Path) -> None:
    lines = [
        f"{code};{year};{20 + n % 7},5"
        for n, code in enumerate(codes())
        for year in range(2018, 2026)
    ]
    for place, value in ((2, "65,5"), (10, "6,0")):  # København in 2020, Frederiksberg in 2020
        lines[place] = lines[place].rsplit(";", 1)[0] + f";{value}"
    path = statbank(tmp_path / "HJEMSYG_2025.csv", lines)
    (note,) = check_package(read_package(path))
    assert (note.severity, note.row) == ("note", 12)
    # A year out of step shows twice, on the way there and on the way back.
    assert "explain: 4. Frederiksberg, 2020, municipal health services, 21.5 before, 6 now" in (
        note.what_en
    )
    assert note.what_en.endswith("and 1 more.")


def test_what_is_asked_is_not_noted_again(tmp_path: Path) -> None:
    """Neither the figure a fifth of the others' nor the one after it, which is right."""
    lines = [
        f"{code};{year};{20 + n % 7},5"
        for n, code in enumerate(codes())
        for year in range(2018, 2026)
    ]
    lines[10] = lines[10].rsplit(";", 1)[0] + ";4,0"
    (question,) = check_package(read_package(statbank(tmp_path / "HJEMSYG_2025.csv", lines)))
    assert (question.severity, question.row) == ("question", 12)


def test_no_more_remarks_than_somebody_reads(tmp_path: Path) -> None:
    diseases = ["Astma", "Demens", "Hjertesvigt", "KOL", "Leddegigt", "Osteoporose", "Skizofreni"]
    rows = []
    for measure in ("Prævalens (sygdomsforekomst)", "Incidens (nye sygdomstilfælde)"):
        for seed, disease in enumerate([*diseases, "Type 1-diabetes", "Type 2-diabetes"]):
            these = by_chance(500, seed, measure=measure, topic=disease, age="Alle aldre")
            vejle = these[index_of(these, "Vejle")]
            vejle[LAST] = 4 * vejle[LAST - 1] + 5 * seed
            rows += these
    warnings = found(tmp_path / "DEMO_Kronikere_og_psykiatri_2025.xlsx", rows)
    assert len(warnings) == LISTED + 1
    assert [f.severity for f in warnings] == ["warning"] * LISTED + ["note"]
    assert "3 more remarks on jumps" in warnings[-1].what_en
    assert warnings[-1].what_da.startswith("3 bemærkninger")


def test_an_edition_against_the_one_before(tmp_path: Path) -> None:
    before = [f"{code};2024;20,5" for code in codes()]
    now = [*before, *(f"{code};2025;20,9" for code in codes())]
    now[5] = now[5].replace("20,5", "40,5")
    statbank(tmp_path / "HJEMSYG_2024.csv", before)
    statbank(tmp_path / "HJEMSYG_2025.csv", now)
    findings = load_folder(tmp_path).findings
    assert [f.file for f in findings] == ["HJEMSYG_2024.csv", "HJEMSYG_2025.csv"]
    assert findings[1].row == 7
    assert findings[1].severity == "question"
    assert "the figures of 2024 in HJEMSYG_2024.csv" in findings[1].what_en
    assert "20.5 before, 40.5 now" in findings[1].what_en


# --- against other packages -----------------------------------------------------------------------

FOLK1A = "OMRÅDE;ALDER;TID;INDHOLD"


def people(folder: Path, name: str, **ages: int) -> Package:
    lines = [f"{c};{age.replace('_', '-')};2026K1;{n}" for c in codes() for age, n in ages.items()]
    return read_package(statbank(folder / name, lines, header=FOLK1A))


def own_people(folder: Path, number: int) -> Package:
    """Return a package whose own population of 65 and over is the same everywhere."""
    from etl.layouts import load_layouts

    (folder / "own.toml").write_text(
        r"""
id = "own"
title = "Own"
publisher = "Somebody"
file = 'OWN_(?P<edition>\d{4})\.csv'
format = "statbank_csv"
kind = "count"
columns = { age = "ALDER", measure = "MÅL" }
measures = { folk = "population", fald = "falls" }
""",
        encoding="utf-8",
    )
    lines = [f"{c};65-;{m};2026;{n}" for c in codes() for m, n in (("folk", number), ("fald", 7))]
    path = statbank(folder / "OWN_2026.csv", lines, header="OMRÅDE;ALDER;MÅL;TID;INDHOLD")
    return read_package(path, load_layouts(folder))


def test_a_population_of_its_own_is_held_against_the_table(tmp_path: Path) -> None:
    table = people(tmp_path, "FOLK1A_20260211.csv", IALT=9_000, **{"65_79": 900, "80_": 300})
    assert check_all([table, own_people(tmp_path, 1_200)]) == []
    (warning,) = check_all([table, own_people(tmp_path, 1_300)])
    assert warning.file == "OWN_2026.csv"
    assert warning.row == 2
    assert "98 populations differ by more than 1 %" in warning.what_en
    assert "København, 2026, 65+: 1,200 there, 1,300 here" in warning.what_en


def with_falls(folder: Path, number: int) -> Package:
    """Return a package that counts people of 65 and over, and brings no population."""
    from etl.layouts import load_layouts

    (folder / "falls.toml").write_text(
        r"""
id = "falls"
title = "Falls"
publisher = "Somebody"
file = 'FALLS_(?P<edition>\d{4})\.csv'
format = "statbank_csv"
kind = "count"
columns = { age = "ALDER", measure = "MÅL" }
measures = { fald = { measure = "falls", part_of = "population" } }
""",
        encoding="utf-8",
    )
    lines = [f"{c};65-;fald;2026;{number if c == '615' else 7}" for c in codes()]
    path = statbank(folder / "FALLS_2026.csv", lines, header="OMRÅDE;ALDER;MÅL;TID;INDHOLD")
    return read_package(path, load_layouts(folder))


def test_people_counted_are_held_against_the_population_table(tmp_path: Path) -> None:
    table = people(tmp_path, "FOLK1A_20260211.csv", IALT=9_000, **{"65_79": 900, "80_": 300})
    assert check_all([table, with_falls(tmp_path, 1_200)]) == []
    (warning,) = check_all([table, with_falls(tmp_path, 1_300)])
    assert (warning.severity, warning.file) == ("warning", "FALLS_2026.csv")
    assert warning.row == 2 + codes().index("615")
    assert "fald: 1 counts of people are larger than the population" in warning.what_en
    assert "Horsens, 2026, 65+" in warning.what_en
    assert "1,300" not in warning.what_en
