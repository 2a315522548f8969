"""Sentences say what the numbers say: no more precision, no wrong direction, right words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import sentences
from dashboard.format import Numbers
from dashboard.pages._parts import smallest_bands
from dashboard.text import Text
from etl.statistics import gap

DA, EN = Text("da"), Text("en")
NUMBER = Numbers("da")


def test_the_gap_between_areas_is_the_statistics_one_and_leaves_out_the_hidden() -> None:
    values = {"Odder": 7.04, "Horsens": None, "Skanderborg": 5.28}
    rows = [{"name": name, "value": value} for name, value in values.items()]
    found = gap([7.04, float("nan"), 5.28])
    assert sentences.spread(DA, NUMBER, rows, "per_cent", 1) == (
        "Fra 5,3\xa0% i Skanderborg til 7,0\xa0% i Odder. "
        f"Det er en forskel på {NUMBER(found.absolute, 1)} procentpoint. "
        "Forskellen er regnet, før tallene rundes af. "
        f"Det højeste tal er {NUMBER(found.relative, 1)} gange så højt som det laveste."
    )


def test_a_number_is_said_as_it_is_shown_beside_the_sentence() -> None:
    # A half in the next decimal: Python's own ``round`` would say 70.3 beside a bar that says 70.4.
    rows = [{"name": "Læsø", "value": 70.35}, {"name": "Hjørring", "value": 116.5}]
    said = sentences.spread(EN, Numbers("en"), rows, "per_1000", 1)
    assert f"From {Numbers('en')(70.35, 1)} in Læsø" in said
    assert "From 70.4 in Læsø" in said


def test_a_difference_is_that_of_the_numbers_and_has_its_unit() -> None:
    def said(value: float, other: float, unit: str) -> str:
        return sentences.difference(DA, NUMBER, value, other, 1, unit)

    # 14,9 and 21,9 as they are read, which are 7,0 apart.
    assert said(14.860, 21.944, "per_cent") == "7,1 procentpoint lavere"
    assert said(26.3, 25.4, "per_1000") == "0,9 pr. 1.000 højere"
    assert said(5.61, 5.59, "per_cent") == "det samme"
    assert said(5.66, 5.64, "per_cent") == "næsten det samme"


def test_a_gap_that_is_not_that_of_the_rounded_numbers_says_why() -> None:
    def said(low: float, high: float) -> str:
        rows = [
            {"name": "Skanderborg", "value": low, "is_estimate": False},
            {"name": "Odder", "value": high, "is_estimate": False},
        ]
        return sentences.spread(DA, NUMBER, rows, "per_cent", 1)

    assert "1,8 procentpoint. Forskellen er regnet, før tallene rundes af." in said(5.26, 7.04)
    assert "rundes af" not in said(5.3, 7.0)


def test_an_estimate_is_followed_by_the_word() -> None:
    assert sentences.people(DA, NUMBER, 475_593, estimate=True) == "475.593 personer\xa0(skøn)"
    later = sentences.later(DA, NUMBER, 100, 150, year=2040, base=2026, estimate=True)
    assert later.startswith("I 2040 ventes der at være 150 personer\xa0(skøn).")


def test_no_gap_is_told_of_one_area_alike_areas_or_over_a_zero() -> None:
    def said(*values: float | None) -> str:
        rows = [{"name": f"{i}", "value": value} for i, value in enumerate(values)]
        return sentences.spread(EN, Numbers("en"), rows, "per_1000", 1)

    assert said(1.0, None) == said(1.01, 1.04) == said() == ""
    assert said(0.0, 2.0) == "From 0.0 in 0 to 2.0 in 1. That is a gap of 2.0 per 1,000."


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 person"), (42, "42 personer"), (13_344, "cirka 13.300 personer")],
)
def test_people_are_counted_with_the_right_word(count: int, said: str) -> None:
    assert sentences.people(DA, NUMBER, count, about=True) == said


@given(st.floats(0, 1e7))
def test_roughly_is_never_off_by_more_than_a_twentieth(value: float) -> None:
    assert abs(sentences.roughly(value) - value) <= max(0.5, value / 20)


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_what_is_said_of_later_years_goes_the_way_of_the_numbers(now: int, then: int) -> None:
    said = sentences.later(DA, NUMBER, now, then, year=2040, base=2026)
    if abs(then - now) < now / 100:
        assert "omtrent det samme som" in said
    else:
        assert ("flere" in said) == (then > now)
        assert ("færre" in said) == (then < now)


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert sentences.later(DA, NUMBER, None, 5, year=2040, base=2026) == ""
    assert sentences.later(DA, NUMBER, 5, None, year=2040, base=2026) == ""
    assert sentences.against(DA, NUMBER, None, {"hele landet": 5.0}) == ""
    assert sentences.against(DA, NUMBER, 5.0, {"hele landet": None}) == ""
    assert sentences.difference(DA, NUMBER, None, 1.0, 1) == ""


def test_two_that_read_the_same_are_the_same_and_one_direction_is_said_once() -> None:
    said = sentences.against(DA, NUMBER, 5.62, {"Region Midtjylland": 5.7, "hele landet": 6.0})
    assert said.replace("\u00a0", " ") == (
        "Det er mindre end i Region Midtjylland (5,7 %) og i hele landet (6,0 %)."
    )
    assert "det samme" in sentences.against(DA, NUMBER, 5.62, {"hele landet": 5.58}).lower()


@pytest.mark.parametrize(
    ("share", "said"),
    [(5.6, "6 out of 100"), (0.3, "fewer than 1 out of 100"), (0.0, "0 out of 100")],
)
def test_shares_become_people_out_of_a_hundred(share: float, said: str) -> None:
    assert sentences.out_of_hundred(EN, Numbers("en"), share) == said


def test_age_bands_beside_each_other_never_overlap() -> None:
    given_bands = ["all", "0-5", "0-17", "0-25", "6-11", "12-17", "18-25"]
    assert smallest_bands(given_bands) == ["0-5", "6-11", "12-17", "18-25"]
    assert smallest_bands(["65+", "65-79", "80+"]) == ["65-79", "80+"]
