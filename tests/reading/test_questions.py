"""Figures that look like a mistake beside the last published ones are asked about, in any year."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from etl.findings import Finding
from etl.ingest.readers import load_folder
from etl.quality.checks import check_all
from tests.reading.builders import (
    KEY_HEADINGS,
    YEARS,
    Row,
    codes,
    municipality_rows,
    statbank,
    workbook,
)

#: The shares of one year, municipality by municipality.
Year = list[float]
ODENSE, AARHUS, LAESOE = (codes().index(code) for code in ("461", "751", "825"))


def year(seed: int, level: float = 60.0, *, like: Year | None = None) -> Year:
    """Return shares that differ between municipalities, and a little from those they are like."""
    draw = np.random.default_rng(seed)
    if like is None:
        return [round(level + float(x), 2) for x in draw.normal(0, level / 10, 98)]
    return [
        round(x * (1 + float(e)), 2) for x, e in zip(like, draw.normal(0, 0.02, 98), strict=True)
    ]


LAST = year(1)
NEXT = year(2, like=LAST)


def contact(folder: Path, edition: int, **figures: Year) -> None:
    """Write shares with a GP contact; ``figures`` is ``y2024`` -> shares."""
    lines = [
        f"{code};{name[1:]};{str(round(value, 5)).replace('.', ',')}"
        for name, values in figures.items()
        for code, value in zip(codes(), values, strict=True)
    ]
    statbank(folder / f"SYGP1_{edition}.csv", lines)


def asked(folder: Path) -> list[Finding]:
    loaded = load_folder(folder)
    loaded.raise_errors()
    findings = [*loaded.findings, *check_all(loaded.packages)]
    return [f for f in findings if f.severity == "question"]


#: What a new wave may have suffered, and what is said of it.
MISTAKES: dict[str, tuple[Callable[[Year], Year], str]] = {
    "shares for per cent": (lambda y: [v / 100 for v in y], "0.0"),
    "a tenth": (lambda y: [v / 10 for v in y], "times"),
    "a thousandth": (lambda y: [v / 1000 for v in y], "times"),
    "all zero": (lambda y: [0.0] * 98, "98 figures are zero"),
    "half of them zero": (lambda y: [0.0] * 60 + y[60:], "60 figures are zero"),
    "moved down a row": (lambda y: [y[-1], *y[:-1]], "beside the wrong municipalities"),
    "moved up a row": (lambda y: [*y[1:], y[0]], "beside the wrong municipalities"),
    "moved from the middle on": (lambda y: [*y[:40], y[-1], *y[40:-1]], "wrong municipalities"),
    "sorted": (sorted, "beside the wrong municipalities"),
    "turned round": (lambda y: y[::-1], "beside the wrong municipalities"),
    "one dragged down": (lambda y: [y[0]] * 98, "have the same figure"),
    "a dozen dragged down": (lambda y: [*y[:40], *[y[40]] * 12, *y[52:]], "the same figure"),
    "one a tenth": (
        lambda y: [v / 10 if n == ODENSE else v for n, v in enumerate(y)],
        "many times larger or smaller",
    ),
    "one zero": (
        lambda y: [0 if n == ODENSE else v for n, v in enumerate(y)],
        "1 figures are zero",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_new_wave_is_held_against_the_wave_before(tmp_path: Path, mistake: str) -> None:
    change, words = MISTAKES[mistake]
    contact(tmp_path, 2021, y2021=LAST)
    contact(tmp_path, 2025, y2025=NEXT)
    assert asked(tmp_path) == []
    contact(tmp_path, 2025, y2025=change(NEXT))
    questions = asked(tmp_path)
    assert {q.file for q in questions} == {"SYGP1_2025.csv"}
    (question,) = (q for q in questions if words in q.what_en and "SYGP1_2021.csv" in q.what_en)
    assert question.column == "2025"
    assert question.row is not None
    assert "the figures of 2021 in SYGP1_2021.csv" in question.what_en
    assert "tallene for 2021 i SYGP1_2021.csv" in question.what_da


@pytest.mark.parametrize("mistake", [*MISTAKES, "a quarter more"])
def test_a_new_edition_is_held_against_the_same_year(tmp_path: Path, mistake: str) -> None:
    change, _ = MISTAKES.get(mistake, (lambda y: [v * 1.25 for v in y], ""))
    contact(tmp_path, 2024, y2024=LAST)
    contact(tmp_path, 2025, y2024=LAST, y2025=NEXT)
    assert asked(tmp_path) == []
    contact(tmp_path, 2025, y2024=change(LAST), y2025=NEXT)
    assert any(q.column == "2024" and "SYGP1_2024.csv" in q.what_en for q in asked(tmp_path))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_year_is_held_against_the_years_before_it(tmp_path: Path, mistake: str) -> None:
    change, words = MISTAKES[mistake]
    contact(tmp_path, 2025, y2023=LAST, y2024=year(3, like=LAST), y2025=NEXT)
    assert asked(tmp_path) == []
    contact(tmp_path, 2025, y2023=LAST, y2024=year(3, like=LAST), y2025=change(NEXT))
    assert any(words in q.what_en and "the year before" in q.what_en for q in asked(tmp_path))


def test_a_year_that_is_a_copy_of_an_earlier_one(tmp_path: Path) -> None:
    contact(tmp_path, 2025, y2023=LAST, y2024=NEXT, y2025=NEXT)
    (question,) = asked(tmp_path)
    assert "2025: 98 figures are the same to the last digit as the year before" in question.what_en
    contact(tmp_path, 2025, y2023=LAST, y2024=NEXT, y2025=LAST)
    (question,) = asked(tmp_path)
    assert "same to the last digit as the figures of 2023" in question.what_en
    contact(tmp_path, 2025, y2025=LAST)
    contact(tmp_path, 2023, y2023=LAST)
    (question,) = asked(tmp_path)
    assert "as the figures of 2023 in SYGP1_2023.csv" in question.what_en


def test_two_municipalities_that_got_each_others_figures(tmp_path: Path) -> None:
    then = list(LAST)
    then[ODENSE], then[AARHUS] = 45.5, 75.5
    now = list(then)
    now[ODENSE], now[AARHUS] = then[AARHUS], then[ODENSE]
    contact(tmp_path, 2024, y2024=then)
    contact(tmp_path, 2025, y2024=now, y2025=year(4, like=then))
    assert any("have each other's figures" in q.what_en for q in asked(tmp_path))


def test_a_whole_step_of_the_country_is_asked_about_once(tmp_path: Path) -> None:
    """School absence more than doubled in 2022, in all municipalities alike."""
    contact(tmp_path, 2025, y2024=[v / 2.3 for v in LAST], y2025=NEXT)
    (question,) = asked(tmp_path)
    assert "half of the municipalities are" in question.what_en


def test_a_small_island_may_be_zero_where_few_are_expected(tmp_path: Path) -> None:
    few = year(1, level=4)
    more = year(2, like=few)
    for value, number in ((0.0, 0), (few[LAESOE] / 12, 1)):
        now = [value if n == LAESOE else v for n, v in enumerate(more)]
        contact(tmp_path, 2025, y2024=few, y2025=now)
        assert len(asked(tmp_path)) == number


ISLANDS = [codes().index(code) for code in ("825", "741", "492", "563")]


def without_islands(figures: Year) -> Year:
    return [0.0 if n in ISLANDS else v for n, v in enumerate(figures)]


def test_a_small_island_is_not_zero_where_most_people_are_counted(tmp_path: Path) -> None:
    """Sixty per cent of some thousands of people are never none: the figures are not known."""
    contact(tmp_path, 2025, y2024=LAST, y2025=without_islands(NEXT))
    (question,) = asked(tmp_path)
    assert "2025: 4 figures of small islands are zero" in question.what_en
    contact(tmp_path, 2025, y2025=without_islands(NEXT))  # nothing published before
    (question,) = asked(tmp_path)
    assert "4 figures of small islands are zero" in question.what_en
    contact(tmp_path, 2024, y2024=LAST)  # a wave before
    (question,) = asked(tmp_path)
    assert "4 figures of small islands are zero" in question.what_en


def test_a_small_island_is_not_zero_after_years_that_hardly_vary(tmp_path: Path) -> None:
    years = {f"y{2020 + n}": year(n, like=year(1, level=8)) for n in range(5)}
    contact(tmp_path, 2025, **years, y2025=without_islands(year(9, like=year(1, level=8))))
    (question,) = asked(tmp_path)
    assert "2025: 4 figures of small islands are zero" in question.what_en


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ([v / 100 for v in LAST], "the layout says per cent, but all 98 figures are 1 at most"),
        ([0.0] * 98, "all 98 figures are zero"),
        ([0.0 if n == ODENSE else v for n, v in enumerate(LAST)], "far from those of all other"),
        ([v / 10 if n == ODENSE else v for n, v in enumerate(LAST)], "far from those of all other"),
    ],
)
def test_a_first_delivery_is_held_against_itself(tmp_path: Path, figures: Year, words: str) -> None:
    contact(tmp_path, 2025, y2025=figures)
    (question,) = asked(tmp_path)
    assert words in question.what_en


def test_many_blanks_where_figures_stood(tmp_path: Path) -> None:
    lines = [f"{c};2024;{v}".replace(".", ",") for c, v in zip(codes(), LAST, strict=True)]
    more = [f"{c};2025;{v}".replace(".", ",") for c, v in zip(codes(), NEXT, strict=True)]
    blank = [line.rsplit(";", 1)[0] + ";.." if n % 3 == 0 else line for n, line in enumerate(more)]
    statbank(tmp_path / "SYGP1_2025.csv", [*lines, *blank])
    (question,) = asked(tmp_path)
    assert "2025: 33 figures are hidden or missing that stood in the year before" in (
        question.what_en
    )


@pytest.mark.parametrize("blank", ["", "suppressed_by_source"])
@pytest.mark.parametrize("number", [30, 70, 98])
def test_blanks_are_asked_about_once(tmp_path: Path, blank: str, number: int) -> None:
    """Whether the empty cells are missing figures or hidden ones, and however many they are."""
    from etl.layouts import FOLDER as LAYOUTS
    from etl.layouts import load_layouts

    (tmp_path / "layouts").mkdir()
    text = (LAYOUTS / "sygp1.toml").read_text("utf-8")
    text = f"blank = '{blank or 'missing'}'\n" + text
    (tmp_path / "layouts" / "sygp1.toml").write_text(text, encoding="utf-8")
    lines = [f"{c};2024;{v}".replace(".", ",") for c, v in zip(codes(), LAST, strict=True)]
    more = [f"{c};2025;{v}".replace(".", ",") for c, v in zip(codes(), NEXT, strict=True)]
    more = [f"{line[:9]}" if n < number else line for n, line in enumerate(more)]
    statbank(tmp_path / "SYGP1_2025.csv", [*lines, *more])
    loaded = load_folder(tmp_path, load_layouts(tmp_path / "layouts"))
    questions = [f for f in check_all(loaded.packages) if f.severity == "question"]
    assert len(questions) == 1


def test_a_figure_that_is_gone_is_told(tmp_path: Path) -> None:
    lines = [f"{c};2024;{v}".replace(".", ",") for c, v in zip(codes(), LAST, strict=True)]
    more = [f"{c};2025;{v}".replace(".", ",") for c, v in zip(codes(), NEXT, strict=True)]
    more[ODENSE] = "461;2025;.."
    statbank(tmp_path / "SYGP1_2025.csv", [*lines, *more])
    loaded = load_folder(tmp_path)
    (found,) = (f for f in check_all(loaded.packages) if f.severity == "warning")
    assert "2025: figures that are missing, which they were not in the year before: 1" in (
        found.what_en
    )
    assert "Odense" in found.what_en


def test_a_block_of_municipalities_that_moved_a_row(tmp_path: Path) -> None:
    """Also where the figures of a municipality vary by half as much as municipalities differ."""
    draw = np.random.default_rng(7)
    now = [round(v + float(e), 2) for v, e in zip(LAST, draw.normal(0, 2.5, 98), strict=True)]
    contact(tmp_path, 2025, y2024=LAST, y2025=now)
    assert asked(tmp_path) == []
    contact(tmp_path, 2025, y2024=LAST, y2025=[*now[:20], *now[21:60], now[20], *now[60:]])
    assert any("wrong municipalities" in q.what_en for q in asked(tmp_path))


# --- counts of people -----------------------------------------------------------------------------

FOLK1A = "OMRÅDE;KØN;ALDER;TID;INDHOLD"
People = dict[tuple[str, str], list[int]]


def everybody(seed: int) -> People:
    """Return people by sex and age, municipality by municipality."""
    draw = np.random.default_rng(seed)
    size = np.random.default_rng(0).lognormal(9, 1, 98)
    women = np.random.default_rng(1).normal(1, 0.03, 98)
    ages = {"0-17": 1.0, "18-64": 3.0, "65-": 0.9}
    return {
        (sex, age): [
            int(s * share * (w if sex == "K" else 1) * e)
            for s, w, e in zip(size, women, draw.normal(1, 0.005, 98), strict=True)
        ]
        for sex in ("K", "M")
        for age, share in ages.items()
    }


def population(folder: Path, edition: str, period: int, people: People) -> None:
    from etl.layouts import FOLDER as LAYOUTS

    text = (LAYOUTS / "folk1a.toml").read_text("utf-8") + 'sex = "KØN"\n'
    (folder / "layouts").mkdir(exist_ok=True)
    (folder / "layouts" / "folk1a.toml").write_text(text, encoding="utf-8")
    lines = [
        f"{code};{sex};{age};{period}K1;{number}"
        for (sex, age), numbers in people.items()
        for code, number in zip(codes(), numbers, strict=True)
    ]
    statbank(folder / f"FOLK1A_{edition}.csv", lines, header=FOLK1A)


def asked_of_people(folder: Path) -> list[str]:
    from etl.layouts import load_layouts

    loaded = load_folder(folder, load_layouts(folder / "layouts"))
    loaded.raise_errors()
    findings = [*loaded.findings, *check_all(loaded.packages)]
    return [f.what_en for f in findings if f.severity == "question"]


def test_exchanged_sexes_and_ages_are_asked_about(tmp_path: Path) -> None:
    population(tmp_path, "20250211", 2025, everybody(2))
    population(tmp_path, "20260211", 2026, everybody(3))
    assert asked_of_people(tmp_path) == []
    other = {"K": "M", "M": "K"}
    sexes = {(other[sex], age): n for (sex, age), n in everybody(3).items()}
    population(tmp_path, "20260211", 2026, sexes)
    (told,) = asked_of_people(tmp_path)
    assert "another sex, age or sector had in the figures of 2025" in told
    turn = {"0-17": "18-64", "18-64": "65-", "65-": "0-17"}
    ages = {(sex, turn[age]): n for (sex, age), n in everybody(3).items()}
    population(tmp_path, "20260211", 2026, ages)
    assert any("another sex, age or sector had" in told for told in asked_of_people(tmp_path))


def test_an_age_that_is_gone_and_two_municipalities_nearly_alike(tmp_path: Path) -> None:
    population(tmp_path, "20250211", 2025, everybody(2))
    now = everybody(3)
    population(tmp_path, "20260211", 2026, now)
    text = (tmp_path / "FOLK1A_20260211.csv").read_text("utf-8-sig")
    gone = re.sub(r"(?m)^(\d+;K;65-;2026K1);\d+", r"\1;..", text)
    (tmp_path / "FOLK1A_20260211.csv").write_text(gone, encoding="utf-8-sig")
    assert any("most figures of a kind are missing" in told for told in asked_of_people(tmp_path))
    total = [sum(numbers[n] for numbers in now.values()) for n in range(98)]
    pairs = [(a, b) for a in range(98) for b in range(a) if 1.08 < total[a] / total[b] < 1.15]
    one, other = max(pairs, key=lambda pair: total[pair[0]])
    for numbers in now.values():
        numbers[one], numbers[other] = numbers[other], numbers[one]
    population(tmp_path, "20260211", 2026, now)
    assert any("have each other's figures" in told for told in asked_of_people(tmp_path))


def test_one_age_a_tenth_or_moved_a_row_is_asked_about(tmp_path: Path) -> None:
    population(tmp_path, "20250211", 2025, everybody(2))
    now = everybody(3)
    for change, words in (
        (lambda n: [x // 10 for x in n], "half of the municipalities are 0.1"),
        (lambda n: n[1:] + n[:1], "beside the wrong municipalities"),
        (lambda n: [0] * 98, "98 figures are zero"),
    ):
        population(tmp_path, "20260211", 2026, now | {("K", "65-"): change(now["K", "65-"])})
        assert any(words in told for told in asked_of_people(tmp_path))


def test_figures_of_the_country_and_regions_are_looked_at_too(tmp_path: Path) -> None:
    rows = municipality_rows(0)
    draw = np.random.default_rng(5)
    for n, row in enumerate(rows):
        if not (n and row[4] == rows[n - 1][4]):
            level = float(draw.lognormal(6, 0.8))
            row[8:] = [5 * round(level * float(e) / 5) for e in draw.normal(1, 0.02, len(YEARS))]
    total: Row = ["Multisygdom", "Borgere med to eller flere kroniske sygdomme", "Hele landet"]
    total += [None, None, *rows[0][5:8]]
    total += [sum(row[8 + n] for row in rows) for n in range(len(YEARS))]
    path = tmp_path / "DEMO_Aeldre_2025.xlsx"
    workbook(path, [total, *rows], headings=[*KEY_HEADINGS, *map(str, YEARS)])
    assert asked(tmp_path) == []
    total[-1] *= 10
    workbook(path, [total, *rows], headings=[*KEY_HEADINGS, *map(str, YEARS)])
    (question,) = asked(tmp_path)
    assert (question.row, question.column) == (4, "2025")
    assert "many times larger or smaller than the year before" in question.what_en


def test_negative_figures_are_an_error(tmp_path: Path) -> None:
    contact(tmp_path, 2024, y2024=LAST)
    contact(tmp_path, 2025, y2025=[-v for v in NEXT])
    errors = [f for f in load_folder(tmp_path).findings if f.severity == "error"]
    assert {f.file for f in errors} == {"SYGP1_2025.csv"}
