"""Directly and indirectly standardised figures, and the standard population."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.statistics import (
    EUROPEAN_2013,
    directly_standardised_rate,
    european_standard_population,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from tests.statistics import twins

# Births with Down's syndrome in Michigan 1950-1964 by mother's age and birth order: J. L. Fleiss,
# Statistical Methods for Rates and Proportions (1981), p. 249. M. P. Fay and E. J. Feuer,
# Statistics in Medicine 16 (1997) 791-801, standardise them on the mean of the five columns.
BIRTHS = np.array(
    [
        [230061, 329449, 114920, 39487, 14208, 3052],
        [72202, 326701, 208667, 83228, 28466, 5375],
        [15050, 175702, 207081, 117300, 45026, 8660],
        [2293, 68800, 132424, 98301, 46075, 9834],
        [327, 30666, 123419, 149919, 104088, 34392],
    ]
)
CASES = np.array(
    [
        [107, 141, 60, 40, 39, 25],
        [25, 150, 110, 84, 82, 39],
        [3, 71, 114, 103, 108, 75],
        [1, 26, 64, 89, 137, 96],
        [0, 8, 63, 112, 262, 295],
    ]
)

strata_of = st.integers(1, 8).flatmap(
    lambda k: st.tuples(
        st.lists(st.integers(0, 400), min_size=k, max_size=k),
        st.lists(st.integers(1, 10**6), min_size=k, max_size=k),
        st.lists(st.integers(1, 10**4), min_size=k, max_size=k),
    )
)


@given(strata_of, st.sampled_from([0.95, 0.998]))
def test_directly_standardised_rate_agrees_with_dobson_written_out(strata, confidence):
    count, n, standard = strata
    result = directly_standardised_rate(count, n, standard, 1000, confidence)
    if sum(count) < 10:
        assert all(math.isnan(v) for v in (result.value, result.lower, result.upper))
        return
    expected = twins.dsr(count, n, standard, 1000, confidence)
    assert (result.value, result.lower, result.upper) == pytest.approx(expected, rel=1e-9)


def test_births_with_downs_syndrome_give_fay_and_feuers_rate():
    rates = directly_standardised_rate(CASES, BIRTHS, BIRTHS.mean(axis=0))
    assert round(rates.value[0], 1) == 92.3
    assert (rates.lower < rates.value).all()
    assert (rates.value < rates.upper).all()
    crude = 1e5 * CASES.sum(axis=1) / BIRTHS.sum(axis=1)
    assert round(crude[0], 1) == 56.3


def test_births_of_five_or_more_children_give_the_rate_published_for_them():
    # M. Nelson, R package dsrTest 1.0.0 (2022), its vignette: the standard is the sum of columns.
    rates = directly_standardised_rate(CASES, BIRTHS, BIRTHS.sum(axis=0))
    assert round(rates.value[4], 5) == 75.52901


def test_directly_standardised_rate_gives_the_published_dobson_limits():
    # Public Health England, R package PHEindicatormethods, vignette "DSR function" (2019), its
    # small area without deaths at 10-24: 19 bands of five years on the standard of 2013.
    deaths = [1, 1, 0, 0, 0, 1, 1, 3, 3, 3, 3, 10, 10, 10, 10, 8, 8, 8, 8]
    people = [30, 35, 35, 35, 40, 40, 45, 50, 50, 50, 60, 60, 70, 75, 70, 60, 20, 20, 15]
    bands = [f"{age}-{age + 4}" for age in range(0, 90, 5)] + ["90+"]
    result = directly_standardised_rate(deaths, people, european_standard_population(bands))
    assert round(result.value, 3) == 8283.016
    assert round(result.lower, 3) == 6570.819
    assert round(result.upper, 2) == 10289.65


@pytest.mark.parametrize(
    ("observed", "expected", "ratio", "rate"),
    # The same package, vignette "Introduction" (2019): events seen and expected by year, the ratio
    # and, at a reference of 677 per 100,000 (15,846 events), the rate, as printed.
    [
        (15846, 15846, (1.00, 0.984, 1.02), (677, 666, 687)),
        (16330, 15372, (1.06, 1.05, 1.08), (719, 708, 730)),
        (15515, 15388, (1.01, 0.992, 1.02), (682, 672, 693)),
        (15220, 15619, (0.974, 0.959, 0.990), (659, 649, 670)),
    ],
)
def test_indirect_ratio_and_rate_give_the_published_limits(observed, expected, ratio, rate):
    people = 15846 / 677 * 1e5
    ours = indirectly_standardised_ratio(observed, [expected], [1], [1])
    assert [float(f"{v:.3g}") for v in (ours.value, ours.lower, ours.upper)] == list(ratio)
    as_rate = indirectly_standardised_rate(observed, [expected / 15846 * people], [15846], [people])
    # the reference is printed to three figures, which leaves less than one in the last
    assert [as_rate.value, as_rate.lower, as_rate.upper] == pytest.approx(list(rate), abs=1)


def test_one_stratum_makes_the_standardised_rate_the_crude_one():
    from etl.statistics import rate

    standardised, crude = directly_standardised_rate([40], [900], [7]), rate(40, 900)
    for part in ("value", "lower", "upper"):
        assert getattr(standardised, part) == pytest.approx(getattr(crude, part), rel=1e-12)


def test_no_rate_below_10_events_and_none_with_an_unknown_stratum():
    count = np.array([[5, 4], [5, 5], [20, math.nan]])
    result = directly_standardised_rate(count, np.full((3, 2), 100), [1, 1])
    assert np.isnan(result.value).tolist() == [True, False, True]
    assert np.isnan(result.lower).tolist() == [True, False, True]


def test_a_hundred_tenths_are_ten_events():
    """Counts distributed by share add up to ten, though not quite in binary."""
    n, weights = np.full(100, 50.0), np.ones(100)
    tenths = directly_standardised_rate(np.full(100, 0.1), n, weights)
    whole = directly_standardised_rate([10], [5000], [1])
    for part in ("value", "lower", "upper"):
        assert getattr(tenths, part) == pytest.approx(getattr(whole, part), rel=1e-9)
    assert math.isnan(directly_standardised_rate(np.full(99, 0.1), n[1:], weights[1:]).value)


@given(strata_of)
def test_indirect_ratio_and_rate_agree_with_their_definition(strata):
    count, n, ref_n = strata
    ref_count = [min(7, r) for r in ref_n]
    expected = math.fsum(p * c / r for p, c, r in zip(n, ref_count, ref_n, strict=True))
    lower, upper = twins.count_limits(sum(count), 0.95)
    result = indirectly_standardised_ratio(count, n, ref_count, ref_n)
    assert result.value == pytest.approx(sum(count) / expected, rel=1e-9)
    assert result.lower == pytest.approx(lower / expected, rel=1e-9, abs=1e-12)
    assert result.upper == pytest.approx(upper / expected, rel=1e-9)
    crude = 1000 * sum(ref_count) / sum(ref_n)
    as_rate = indirectly_standardised_rate(count, n, ref_count, ref_n, 1000)
    assert as_rate.value == pytest.approx(result.value * crude, rel=1e-9)


def test_the_reference_compared_with_itself_is_1():
    result = indirectly_standardised_ratio(CASES, BIRTHS, CASES[0], BIRTHS[0])
    assert result.value[0] == pytest.approx(1, rel=1e-12)


def test_a_total_count_is_enough_for_the_indirect_ratio():
    by_stratum = indirectly_standardised_ratio(CASES, BIRTHS, CASES[0], BIRTHS[0])
    by_total = indirectly_standardised_ratio(CASES.sum(axis=1), BIRTHS, CASES[0], BIRTHS[0])
    assert by_total.value == pytest.approx(by_stratum.value, rel=1e-12)
    assert isinstance(indirectly_standardised_ratio(5, [1, 2], [1, 1], [1, 1]).value, float)


def test_european_standard_population_is_eurostats():
    assert sum(EUROPEAN_2013.values()) == 100_000
    bands = ["0-17", "18-39", "40-64", "65-79", "80+"]
    assert european_standard_population(bands).tolist() == [19300, 27700, 33500, 14500, 5000]
    assert european_standard_population(["80+", "65+"][1:]).tolist() == [19500]
    assert european_standard_population(["0-5", "6-11", "12-17"]).sum() == pytest.approx(19300)


@given(st.sets(st.integers(1, 95), max_size=8))
def test_any_bands_that_cover_all_ages_sum_to_the_whole_standard(cuts):
    starts = [0, *sorted(cuts)]
    bands = [f"{a}-{b - 1}" for a, b in pairwise(starts)] + [f"{starts[-1]}+"]
    assert european_standard_population(bands).sum() == pytest.approx(100_000)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: directly_standardised_rate([], [], []), "count has no strata"),
        (lambda: directly_standardised_rate(5, 10, 1), "count has no strata"),
        (lambda: directly_standardised_rate([1, 2], [5, 0], [1, 1]), "n has an empty stratum"),
        (lambda: directly_standardised_rate([1, 2], [5, 5], [1, 1, 1]), "lengths do not match"),
        (lambda: directly_standardised_rate([[1, 2]], [5, 5], [1, 1]), "lengths do not match"),
        (lambda: directly_standardised_rate([1, 2], [5, 5], [0, 0]), "standard sums to 0"),
        (lambda: directly_standardised_rate([-1, 2], [5, 5], [1, 1]), "count is negative"),
        (lambda: directly_standardised_rate([1], [5], [1], confidence=2), "confidence"),
        (lambda: indirectly_standardised_ratio([1], [5], [1], [0]), "ref_n has an empty stratum"),
        (lambda: indirectly_standardised_ratio([1, 2, 3], [5, 5], [1, 1], [9, 9]), "lengths"),
        (lambda: european_standard_population(["old"]), "no age band"),
        (lambda: european_standard_population(["0-17", "16-20"]), "overlap"),
        (lambda: european_standard_population(["17-0"]), "ends before it starts"),
        (lambda: european_standard_population(["90-97"]), "open group"),
    ],
)
def test_wrong_input_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()
