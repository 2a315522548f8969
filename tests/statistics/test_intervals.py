"""Proportions, rates and means against slow twins and against published figures."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.statistics import funnel_limits, mean, proportion, rate
from tests.statistics import twins

confidences = st.sampled_from([0.8, 0.95, 0.99, 0.998])


def close(ours, theirs):
    return ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(st.integers(0, 2000), st.integers(0, 2000), confidences)
def test_proportion_agrees_with_the_equation_wilson_solved(x, rest, confidence):
    if not x + rest:
        return
    result = proportion(x, x + rest, confidence)
    lower, upper = twins.wilson(x, x + rest, confidence)
    assert result.value == x / (x + rest)
    assert result.lower == pytest.approx(lower, rel=1e-9, abs=1e-9)
    assert result.upper == pytest.approx(upper, rel=1e-9, abs=1e-9)
    assert 0 <= result.lower <= result.value <= result.upper <= 1


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_proportion_gives_newcombes_published_limits(x, n, lower, upper):
    result = proportion(x, n)
    assert (round(result.lower, 4), round(result.upper, 4)) == (lower, upper)


#: Public Health England, R package PHEindicatormethods, vignette "Introduction" (2019): counts,
#: populations, and what it prints of them.
PUBLISHED = np.array(
    [[24, 162], [6, 120], [68, 173], [95, 146], [46, 143], [56, 132], [76, 183], [18, 149]]
)


@pytest.mark.parametrize(
    ("confidence", "lowers", "uppers"),
    [
        (
            0.95,
            [10.162049, 2.311436, 32.336123, 57.038874, 25.064630, 34.324611, 34.636288, 7.779726],
            [21.09760, 10.48029, 46.74118, 72.32550, 40.20403, 50.95234, 48.77211, 18.28745],
        ),
        (
            0.998,
            [8.166047, 1.533517, 28.680466, 52.294492, 21.543623, 30.088158, 30.968023, 6.046514],
            [25.38084, 15.10069, 51.05106, 75.99232, 45.02461, 55.78251, 52.93222, 22.68239],
        ),
    ],
)
def test_proportion_gives_the_published_wilson_limits(confidence, lowers, uppers):
    result = proportion(*PUBLISHED.T, confidence)
    assert np.round(100 * result.lower, 6).tolist() == lowers
    assert np.round(100 * result.upper, 5).tolist() == uppers


@pytest.mark.parametrize(
    ("multiplier", "confidence", "lowers", "uppers"),
    [
        (
            100_000,
            0.95,
            [9489.334, 1834.912, 30521.553, 52642.965, 23548.788, 32044.793, 32719.746, 7156.037],
            [22044.21, 10882.90, 49830.92, 79543.66, 42908.37, 55092.43, 51981.74, 19093.45],
        ),
        (
            100,
            0.998,
            [7.169, 0.923, 26.193, 46.360, 19.457, 27.019, 28.338, 5.118],
            [26.77, 15.05, 56.40, 88.47, 49.71, 63.05, 58.47, 23.76],
        ),
    ],
)
def test_rate_gives_the_published_exact_and_byar_limits(multiplier, confidence, lowers, uppers):
    """The second, of six events, is exact; the others are Byar's."""
    result = rate(*PUBLISHED.T, multiplier, confidence)
    assert np.round(result.lower, 3).tolist() == lowers
    assert np.round(result.upper, 2).tolist() == uppers


def test_nobody_and_everybody_have_limits_at_exactly_0_and_1():
    assert proportion(0, 37).lower == 0.0
    assert proportion(37, 37).upper == 1.0
    assert proportion(3.3, 3.3).upper == 1.0


@given(st.integers(0, 3000), st.integers(1, 10**7), confidences)
@example(9, 1000, 0.95)
@example(10, 1000, 0.95)
def test_rate_is_exact_below_10_and_byars_from_10(count, n, confidence):
    result = rate(count, n, 1000, confidence)
    lower, upper = twins.count_limits(count, confidence)
    assert close(result.value, 1000 * count / n)
    assert result.lower == pytest.approx(1000 * lower / n, rel=1e-9, abs=1e-12)
    assert close(result.upper, 1000 * upper / n)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # Exact 95 % limits of a Poisson count: Pearson and Hartley, Biometrika Tables, table 40.
    [(0, 0.0, 3.69), (1, 0.0253, 5.57), (2, 0.242, 7.22), (5, 1.62, 11.67), (9, 4.12, 17.08)],
)
def test_small_counts_give_the_tabled_poisson_limits(count, lower, upper):
    result = rate(count, 1, multiplier=1)
    assert result.lower == pytest.approx(lower, abs=0.005)
    assert result.upper == pytest.approx(upper, abs=0.006)


@given(st.integers(10, 500))
def test_byar_is_within_a_fifth_of_a_per_cent_of_exact(count):
    """The technical guide's own claim, which carries the change-over at 10."""
    result = rate(count, 1, multiplier=1)
    lower, upper = twins.exact_poisson(count, 0.95)
    assert result.lower == pytest.approx(lower, rel=0.002)
    assert result.upper == pytest.approx(upper, rel=0.002)


@given(st.floats(0, 30), st.floats(0, 5))
def test_limits_rise_with_the_count_also_between_whole_counts(count, more):
    """Except over the change-over from exact to Byar, a jump of less than 0.2 per cent."""
    first, second = rate(count, 1, 1), rate(count + more, 1, 1)
    assert second.lower >= first.lower * 0.998
    assert second.upper >= first.upper * 0.998


def test_rates_without_people_and_unknown_figures_are_nan():
    result = rate([5, 5, math.nan], [0, math.nan, 10])
    for part in (result.value, result.lower, result.upper):
        assert np.isnan(part).all()
    result = proportion([0, math.nan, 1], [0, 10, math.nan])
    for part in (result.value, result.lower, result.upper):
        assert np.isnan(part).all()


def test_numbers_give_floats_and_arrays_give_arrays():
    assert isinstance(rate(5, 100).value, float)
    assert isinstance(proportion(5, 100).lower, float)
    table = proportion(np.ones((2, 3)), 4)
    assert table.value.shape == table.lower.shape == (2, 3)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30))
def test_mean_is_the_textbook_one(values):
    from statistics import fmean, stdev

    from scipy.stats import t

    result = mean(values)
    half = t.ppf(0.975, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    assert result.value == pytest.approx(fmean(values), rel=1e-9, abs=1e-9)
    assert result.upper - result.value == pytest.approx(half, rel=1e-9, abs=1e-9)
    assert result.value - result.lower == pytest.approx(half, rel=1e-9, abs=1e-9)


def test_mean_leaves_out_the_unknown_and_needs_two_for_limits():
    result = mean([[1, math.nan, 3], [7, math.nan, math.nan], [math.nan] * 3])
    assert result.value[:2].tolist() == [2, 7]
    assert np.isnan(result.value[2])
    assert np.isnan(result.lower).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: proportion([1, 11], [10, 10]), "count is above n at position 1"),
        (lambda: proportion(-1, 10), "count is negative"),
        (lambda: rate(1, -10), "n is negative"),
        (lambda: rate([1, 2], [1, 2, 3]), "lengths do not match"),
        (lambda: rate([1], [1, 2, 3]), "lengths do not match"),
        (lambda: rate(1, 10, confidence=95), "confidence must lie between 0 and 1"),
        (lambda: proportion(1, 10, confidence=1.0), "confidence must lie between 0 and 1"),
        (lambda: rate(1, 10, confidence=0), "confidence must lie between 0 and 1"),
        (lambda: rate(1, 10, multiplier=0), "multiplier must be above 0"),
        (lambda: rate("twelve", 10), "count must be numbers"),
        (lambda: rate(math.inf, 10), "count is infinite"),
        (lambda: mean(3.0), "no axis"),
    ],
)
def test_wrong_input_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize("wrong", ["0.95", [0.95, 0.998], None])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("confidence", lambda wrong: rate(1, 10, confidence=wrong)),
        ("confidence", lambda wrong: proportion(1, 10, confidence=wrong)),
        ("confidence", lambda wrong: mean([1, 2, 3], confidence=wrong)),
        ("multiplier", lambda wrong: rate(1, 10, multiplier=wrong)),
        ("target", lambda wrong: funnel_limits("rate", 10, wrong)),
    ],
)
def test_text_or_several_where_one_number_is_meant(name, call, wrong):
    with pytest.raises(TypeError, match=f"{name} must be one number"):
        call(wrong)
