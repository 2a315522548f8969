"""Years left to live at an age, from an abridged life table."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.statistics import remaining_life_expectancy
from tests.statistics import twins

AGES = [65, 70, 75, 80, 85, 90, 95]
#: Made up, of a country's size.
DEATHS = [22_989, 31_577, 37_146, 43_039, 46_239, 34_943, 15_400]
LIVED = [1_640_000, 1_460_000, 1_000_000, 650_000, 390_000, 160_000, 45_000]

bands = st.integers(2, 12).flatmap(
    lambda k: st.tuples(
        st.lists(st.integers(0, 500), min_size=k - 1, max_size=k - 1),
        st.integers(1, 500),
        st.lists(st.integers(1_000, 10**6), min_size=k, max_size=k),
        st.lists(st.integers(1, 10), min_size=k, max_size=k),
    )
)


@given(bands, st.sampled_from([0.1, 0.5, 0.9]))
def test_it_agrees_with_following_people_from_band_to_band(drawn, lived):
    closed, last, people, widths = drawn
    deaths, ages = [*closed, last], list(np.cumsum(widths))
    found = remaining_life_expectancy(deaths, people, ages, lived=lived)
    expected = twins.years_left(deaths, people, ages, lived)
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-9)


def test_somebody_who_can_only_die_at_one_rate_lives_its_inverse():
    # With one rate at every age the years left are 1 / rate, the narrower the bands the nearer.
    ages = np.arange(0, 400)
    found = remaining_life_expectancy(np.full(400, 50.0), np.full(400, 1000.0), ages)
    assert found.value == pytest.approx(20, abs=0.01)


def test_areas_and_sexes_are_worked_out_at_once_as_one_by_one():
    deaths = np.random.default_rng(1).integers(1, 90, (4, 3, 7))
    people = np.random.default_rng(2).integers(900, 5000, (4, 3, 7))
    found = remaining_life_expectancy(deaths, people, AGES)
    assert found.value.shape == (4, 3)
    one = remaining_life_expectancy(deaths[2, 1], people[2, 1], AGES)
    assert (found.value[2, 1], found.lower[2, 1], found.upper[2, 1]) == (
        one.value,
        one.lower,
        one.upper,
    )


def test_a_hundred_times_as_many_people_give_a_tenth_of_the_uncertainty():
    one = remaining_life_expectancy(DEATHS, LIVED, AGES)
    many = remaining_life_expectancy(np.array(DEATHS) * 100, np.array(LIVED) * 100, AGES)
    assert many.value == pytest.approx(one.value)
    assert (one.upper - one.lower) / (many.upper - many.lower) == pytest.approx(10)


@pytest.mark.parametrize(
    ("deaths", "people"),
    [
        ([1, 2, math.nan], [100, 100, 100]),  # not known
        ([1, 2, 3], [100, 0, 100]),  # nobody lived in a band
        ([1, 2, 0], [100, 100, 100]),  # nobody died in the last: no end
    ],
)
def test_where_there_is_no_table_there_is_no_number(deaths, people):
    found = remaining_life_expectancy(deaths, people, [65, 70, 75])
    assert all(math.isnan(v) for v in (found.value, found.lower, found.upper))


def test_a_band_without_deaths_is_known_and_adds_no_uncertainty():
    found = remaining_life_expectancy([0, 20], [1000, 200], [65, 70])
    assert (found.value, found.lower < found.value < found.upper) == (15, True)


_TWO = {"deaths": [1, 2], "person_years": [9, 9], "ages": [65, 70]}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"deaths": [1, -2], "person_years": [9, 9], "ages": [65, 70]}, "deaths is negative"),
        ({"deaths": [1, 2], "person_years": [9, 9, 9], "ages": [65, 70]}, "lengths do not match"),
        ({"deaths": [1, 2], "person_years": [9, 9], "ages": [70, 65]}, "ascend"),
        ({"deaths": [1], "person_years": [9], "ages": [65]}, "two or more"),
        (
            {"deaths": [1, 2], "person_years": [9, 9], "ages": [65, 70], "lived": 1},
            "between 0 and 1",
        ),
        (
            {"deaths": [1, 2], "person_years": [9, 9], "ages": [65, 70], "confidence": 95},
            "confidence",
        ),
    ],
)
def test_wrong_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        remaining_life_expectancy(**call)
