"""Wrong figures that look right one by one: what tells them, and that real changes do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.reading.builders import codes, statbank
from tests.reading.test_questions import (
    LAST,
    NEXT,
    People,
    Year,
    asked,
    asked_of_people,
    contact,
    everybody,
    population,
    year,
)

#: Levels of the measures of a survey, in per cent.
LEVELS = {"kost": 16.0, "svaer_overvaegt": 19.0, "rygning": 12.0, "ensomhed": 40.0}
Survey = dict[str, Year]


def survey(seed: int, like: Survey | None = None, step: float = 1.0) -> Survey:
    """Return a wave of a survey; the next one has its patterns, somewhat off, and its own level."""
    draw = np.random.default_rng(seed)
    return {
        name: [round(step * level * float(x), 1) for x in draw.normal(1, 0.15, 98)]
        if like is None
        else [
            round(step * x * float(e), 1)
            for x, e in zip(like[name], draw.normal(1, 0.08, 98), strict=True)
        ]
        for name, level in LEVELS.items()
    }


def profile(folder: Path, edition: int, waves: dict[int, Survey]) -> None:
    lines = [
        f"{code};{name};{wave};{str(value).replace('.', ',')}"
        for wave, figures in waves.items()
        for name, values in figures.items()
        for code, value in zip(codes(), values, strict=True)
    ]
    header = "OMRÅDE;INDIKATOR;TID;INDHOLD"
    statbank(folder / f"SUNDHEDSPROFIL_{edition}.csv", lines, header=header)


FIRST = survey(1)
SECOND = survey(2, FIRST)


def renamed(figures: Survey, names: dict[str, str]) -> Survey:
    return {names.get(name, name): values for name, values in figures.items()}


@pytest.mark.parametrize("beside", ["an earlier file", "an earlier year"])
@pytest.mark.parametrize(
    "names",
    [
        {"rygning": "ensomhed", "ensomhed": "rygning"},
        {"kost": "svaer_overvaegt", "svaer_overvaegt": "kost"},  # nearly of one level
        {"kost": "rygning", "rygning": "ensomhed", "ensomhed": "kost"},
    ],
)
def test_measures_that_have_each_others_figures(
    tmp_path: Path, names: dict[str, str], beside: str
) -> None:
    def write(figures: Survey) -> None:
        if beside == "an earlier file":
            profile(tmp_path, 2021, {2021: FIRST})
            profile(tmp_path, 2025, {2025: figures})
        else:
            profile(tmp_path, 2025, {2021: FIRST, 2025: figures})

    write(SECOND)
    assert asked(tmp_path) == []
    write(renamed(SECOND, names))
    told = [q.what_en for q in asked(tmp_path) if "another measure had" in q.what_en]
    assert {text.split(",")[0] for text in told} == set(names)


def test_measures_whose_levels_cross_are_not_exchanged(tmp_path: Path) -> None:
    """One fell as far as the other rose; each keeps its own pattern."""
    crossed = dict(SECOND)
    crossed["kost"] = [round(v * 19 / 16, 1) for v in SECOND["kost"]]
    crossed["svaer_overvaegt"] = [round(v * 16 / 19, 1) for v in SECOND["svaer_overvaegt"]]
    profile(tmp_path, 2025, {2021: FIRST, 2025: crossed})
    assert not any("another measure" in q.what_en for q in asked(tmp_path))


# --- a whole year that is off ---------------------------------------------------------------------


def years(steps: list[float], noise: float = 0.05) -> dict[str, Year]:
    """Return years that each step by a factor from the one before, and vary between areas."""
    draw = np.random.default_rng(9)
    last, found = [v / 2 for v in LAST], {}
    for n, step in enumerate([1.0, *steps]):
        last = [v * step for v in last]
        found[f"y{2018 + n}"] = [
            round(v * float(e), 2) for v, e in zip(last, draw.normal(1, noise, 98), strict=True)
        ]
    return found


STEADY = [1.02, 1.01, 1.02, 1.02, 1.01, 1.01]


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("off", [0.7, 0.85, 1.15, 1.4])
def test_a_year_off_by_less_than_half_after_steady_ones(
    tmp_path: Path, off: float, *, alone: bool
) -> None:
    """In a file with the years before, and in one beside a file that has them."""

    def write(step: float) -> None:
        figures = years([*STEADY, step])
        if alone:
            newest = figures.popitem()
            contact(tmp_path, 2024, **figures)
            contact(tmp_path, 2025, **dict([newest]))
        else:
            contact(tmp_path, 2025, **figures)

    write(1.03)
    assert asked(tmp_path) == []
    write(off)
    (question,) = asked(tmp_path)
    assert question.column == "2025"
    assert "and they have not changed that much before" in question.what_en


@pytest.mark.parametrize("off", [0.85, 1.15])
def test_a_step_is_no_news_after_years_that_stepped_as_far(tmp_path: Path, off: float) -> None:
    contact(tmp_path, 2025, **years([1.12, 0.9, 1.1, 0.88, 1.1, 0.95, off]))
    assert asked(tmp_path) == []


def test_an_epidemic_leaves_the_other_years_steady(tmp_path: Path) -> None:
    steps = [1.02, 1.01, 0.9, 1.12, 1.02, 1.01, 1.02, 1.01]
    figures = {f"y{int(name[1:]) - 2}": values for name, values in years([*steps, 1.25]).items()}
    contact(tmp_path, 2025, **figures)
    assert len(asked(tmp_path)) == 1


@pytest.mark.parametrize("off", [0.7, 1.4])
def test_a_wave_off_after_three_that_hardly_stepped(tmp_path: Path, off: float) -> None:
    """A survey has few waves, years apart."""
    waves = {2010: FIRST}
    for n, wave in enumerate((2013, 2017, 2021)):
        waves[wave] = survey(5 + n, FIRST, step=1 + 0.03 * n)
    last = survey(8, FIRST, step=1.09)
    profile(tmp_path, 2025, {**waves, 2025: last})
    assert asked(tmp_path) == []
    wrong = {**last, "rygning": [round(off * v, 1) for v in last["rygning"]]}
    profile(tmp_path, 2025, {**waves, 2025: wrong})
    (question,) = asked(tmp_path)
    assert question.what_en.startswith("rygning: half of the municipalities are")


def test_a_second_year_that_moved_all_alike(tmp_path: Path) -> None:
    """No years before say how much the figures change: that all changed alike does."""
    contact(tmp_path, 2024, y2024=LAST)
    contact(tmp_path, 2025, y2025=[v * 0.85 for v in NEXT])
    (question,) = asked(tmp_path)
    assert "half of the municipalities are 0.8" in question.what_en


# --- municipalities -------------------------------------------------------------------------------


def of_ages(seed: int) -> People:
    """Return people of whom each municipality has its own ages, as they have."""
    draw = np.random.default_rng(4)
    own = {age: draw.normal(1, 0.1, 98) for age in ("0-17", "18-64", "65-")}
    return {
        (sex, age): [int(n * x) for n, x in zip(numbers, own[age], strict=True)]
        for (sex, age), numbers in everybody(seed).items()
    }


@pytest.mark.parametrize("nearest", [1, 2, 5])
def test_two_municipalities_of_nearly_one_size_exchanged(tmp_path: Path, nearest: int) -> None:
    """Their ages and sexes together tell them apart."""
    population(tmp_path, "20250211", 2025, of_ages(2))
    now = of_ages(3)
    population(tmp_path, "20260211", 2026, now)
    assert asked_of_people(tmp_path) == []
    by_size = sorted(range(98), key=lambda n: sum(numbers[n] for numbers in now.values()))
    one, other = by_size[60], by_size[60 + nearest]
    for numbers in now.values():
        numbers[one], numbers[other] = numbers[other], numbers[one]
    population(tmp_path, "20260211", 2026, now)
    assert any("have each other's figures" in told for told in asked_of_people(tmp_path))


def same(figures: Year, places: list[int]) -> Year:
    return [figures[places[0]] if n in places else v for n, v in enumerate(figures)]


@pytest.mark.parametrize(
    "places", [[40, 41, 42, 43, 44], [5, 6, 7], [3, 20, 41, 66, 90], [93, 94, 95, 96, 97]]
)
def test_a_few_municipalities_with_one_and_the_same_rate(tmp_path: Path, places: list[int]) -> None:
    contact(tmp_path, 2025, y2024=LAST, y2025=same(NEXT, places))
    told = [q.what_en for q in asked(tmp_path)]
    assert any("some municipalities have one and the same figure" in text for text in told)


def test_rates_of_few_digits_are_alike_by_chance(tmp_path: Path) -> None:
    whole = [round(v) + 0.0 for v in LAST]
    contact(tmp_path, 2025, y2024=whole, y2025=[round(v) + 0.0 for v in NEXT])
    assert asked(tmp_path) == []


@pytest.mark.parametrize(
    "rounded", [lambda v: float(round(v)), lambda v: round(2 * v) / 2, lambda v: 5.0 * round(v / 5)]
)
def test_a_wave_rounded_to_fewer_digits(tmp_path: Path, rounded: Callable[[float], float]) -> None:
    contact(tmp_path, 2021, y2021=LAST)
    contact(tmp_path, 2025, y2025=[rounded(v) for v in NEXT])
    told = [q.what_en for q in asked(tmp_path)]
    assert len(told) == 1
    assert "rounded to fewer digits than those in the figures of 2021" in told[0]


def test_counts_rounded_to_thousands(tmp_path: Path) -> None:
    population(tmp_path, "20250211", 2025, everybody(2))
    rounded = {key: [round(n, -3) for n in numbers] for key, numbers in everybody(3).items()}
    population(tmp_path, "20260211", 2026, rounded)
    assert any("rounded to fewer digits" in told for told in asked_of_people(tmp_path))


# --- how it is asked ------------------------------------------------------------------------------

WRONG: dict[str, Callable[[Year], Year]] = {
    "a tenth": lambda y: [round(v / 10, 2) for v in y],
    "a quarter less": lambda y: [round(v * 0.75, 2) for v in y],
    "moved down a row": lambda y: [y[-1], *y[:-1]],
    "all zero": lambda y: [0.0] * 98,
    "half of them zero": lambda y: [0.0] * 60 + y[60:],
    "one a tenth": lambda y: [round(v / 10, 2) if n == 30 else v for n, v in enumerate(y)],
    "rounded": lambda y: [float(round(v)) for v in y],
    "five alike": lambda y: same(y, [40, 41, 42, 43, 44]),
    "sorted": sorted,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_mistake_is_asked_about_once(tmp_path: Path, wrong: str) -> None:
    """Not once beside the year before and again beside the file that has the right figures."""
    draw = [year(n, like=LAST) for n in range(3, 8)]
    sound = {f"y{2019 + n}": figures for n, figures in enumerate(draw)}
    contact(tmp_path, 2024, **sound, y2024=NEXT)
    contact(tmp_path, 2025, **sound, y2024=NEXT, y2025=WRONG[wrong](year(8, like=LAST)))
    assert len(asked(tmp_path)) == 1
    contact(tmp_path, 2025, **sound, y2024=NEXT, y2025=year(8, like=LAST))
    assert asked(tmp_path) == []


@pytest.mark.parametrize(
    "wrong", ["a tenth", "moved down a row", "half of them zero", "a quarter less"]
)
@pytest.mark.parametrize("bent", ["the older file", "the newer file"])
def test_of_two_files_neither_is_blamed_alone(tmp_path: Path, wrong: str, bent: str) -> None:
    older, newer = LAST, LAST
    if bent == "the older file":
        older = WRONG[wrong](LAST)
    else:
        newer = WRONG[wrong](LAST)
    contact(tmp_path, 2024, y2024=older)
    contact(tmp_path, 2025, y2024=newer, y2025=NEXT)
    both = [q for q in asked(tmp_path) if "SYGP1_2024.csv" in q.what_en]
    assert both
    for question in both:
        assert question.file == "SYGP1_2025.csv"
        assert "the figures of 2024 in SYGP1_2024.csv that are wrong" in question.mend_en
        assert "tallene for 2024 i SYGP1_2024.csv, der er forkerte" in question.mend_da
