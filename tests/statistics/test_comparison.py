"""Benchmark, classes, funnel, trend and inequality."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.statistics import (
    FUNNEL_LABELS,
    compare,
    funnel_labels,
    funnel_limits,
    gap,
    quantile_classes,
    recent_trend,
    recent_trends,
    relative_index_of_inequality,
    slope_index_of_inequality,
)
from tests.statistics import twins

finite = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("polarity", "words"),
    [
        ("high_good", ["better", "similar", "worse"]),
        ("high_bad", ["worse", "similar", "better"]),
        ("neutral", ["higher", "similar", "lower"]),
    ],
)
def test_compare_says_where_the_whole_interval_lies(polarity, words):
    assert compare([11, 9, 5], [15, 11, 9], 10, polarity).tolist() == words
    assert compare(10, 12, 10, polarity) == "similar"
    assert compare(math.nan, 12, 10, polarity) is None


def test_compare_takes_a_polarity_for_each_interval():
    assert compare([11, 11], [15, 15], 10, ["high_good", "neutral"]).tolist() == [
        "better",
        "higher",
    ]


@given(
    st.lists(st.one_of(st.just(math.nan), st.integers(0, 9).map(float)), max_size=40),
    st.integers(1, 7),
)
def test_quantile_classes_agree_with_counting_and_keep_ties_together(values, classes):
    known = [v for v in values if not math.isnan(v)]
    expected = [-1 if math.isnan(v) else twins.quantile_class(known, v, classes) for v in values]
    assert quantile_classes(values, classes).tolist() == expected


@given(st.permutations(range(22)))
def test_quantile_classes_without_ties_differ_by_at_most_one_in_size(values):
    sizes = np.bincount(quantile_classes(values, 5), minlength=5)
    assert sizes.max() - sizes.min() <= 1


@given(st.integers(1, 150), st.floats(0.02, 0.98))
def test_proportion_funnel_agrees_with_summing_the_binomial(n, target):
    limits = funnel_limits("proportion", n, target)
    for limit, tail in zip(
        (limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998),
        (0.025, 0.975, 0.001, 0.999),
        strict=True,
    ):
        expected = min(1.0, twins.binomial_funnel(n, target, tail))
        assert limit == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(st.floats(0.5, 60))
def test_ratio_funnel_agrees_with_summing_the_poisson(expected):
    limits = funnel_limits("ratio", expected, 1)
    for limit, tail in zip(
        (limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998),
        (0.025, 0.975, 0.001, 0.999),
        strict=True,
    ):
        assert limit == pytest.approx(twins.poisson_funnel(expected, tail), rel=1e-7, abs=1e-9)


def test_rate_funnel_is_the_ratio_funnel_in_the_rates_unit():
    as_rate = funnel_limits("rate", [20_000], 150)
    as_ratio = funnel_limits("ratio", [30.0], 1)
    assert as_rate.upper_998 == pytest.approx(150 * as_ratio.upper_998, rel=1e-12)
    per_cent = funnel_limits("proportion", [200], 20, multiplier=100)
    assert per_cent.lower_95 == pytest.approx(
        100 * funnel_limits("proportion", [200], 0.2).lower_95, rel=1e-12
    )


def test_every_point_of_a_funnel_gets_its_label():
    limits = funnel_limits("proportion", [1000] * 6, 0.2)
    values = [0.14, 0.17, 0.2, 0.23, 0.26, math.nan]
    assert funnel_labels(values, limits).tolist() == [*FUNNEL_LABELS, None]
    assert funnel_labels(0.2, funnel_limits("proportion", 1000, 0.2)) == "inside"
    nobody = funnel_limits("ratio", [0.0], 1)
    assert funnel_labels([0.0], nobody).tolist() == [None]


def test_a_funnel_narrows_and_holds_its_target():
    limits = funnel_limits("rate", np.geomspace(1e4, 1e7, 50), 80)
    for lower, upper in ((limits.lower_95, limits.upper_95), (limits.lower_998, limits.upper_998)):
        assert (lower <= 80).all()
        assert (upper >= 80).all()
        assert (np.diff(upper - lower) < 0).all()


widths = st.floats(0.1, 100)
series = st.integers(3, 9).flatmap(
    lambda k: st.tuples(
        st.lists(st.integers(0, 400).map(float), min_size=k, max_size=k),
        st.lists(widths, min_size=k, max_size=k),
        st.lists(
            st.one_of(st.none(), st.none(), st.none(), st.none(), st.just(math.nan)),
            min_size=k,
            max_size=k,
        ),
    )
)


@given(series)
def test_recent_trend_agrees_with_a_textbook_regression(drawn):
    values, half, holes = drawn
    values = [v if h is None else h for v, h in zip(values, holes, strict=True)]
    lowers = [v - h for v, h in zip(values, half, strict=True)]
    uppers = [v + h for v, h in zip(values, half, strict=True)]
    assert recent_trend(values, lowers, uppers) == twins.trend(values, lowers, uppers)


@pytest.mark.parametrize(
    ("values", "half", "expected"),
    [
        ([10, 12, 14, 16, 18], 1, "increasing"),
        ([18, 16, 14, 12, 10], 1, "decreasing"),
        ([10, 12, 14, 16, 18], 9, "no_change"),
        ([10, 10, 10, 10, 10], 1, "no_change"),
        ([99, 99, 10, 12, 14, 16, 18], 1, "increasing"),
        ([12, 14, 16, 18], 1, "not_calculable"),
        ([10, math.nan, 14, 16, 18], 1, "not_calculable"),
        ([10, 12, 14, 16, 18], 0, "not_calculable"),
    ],
)
def test_recent_trend_of_plain_cases(values, half, expected):
    values = np.array(values, dtype=float)
    assert recent_trend(values, values - half, values + half) == expected


def test_one_odd_year_does_not_make_a_trend():
    values = np.array([10.2, 10.1, 10.0, 9.9, 16])
    assert recent_trend(values, values - 1, values + 1) == "no_change"
    assert recent_trend([*values[:4], 9.8], values - 9e9, values + 9e9) == "no_change"


def test_many_series_at_once_give_what_each_gives_alone():
    numbers = np.random.default_rng(7).normal(50, 6, size=(300, 6))
    numbers[::17, 3] = np.nan
    half = np.random.default_rng(8).uniform(0.5, 5, size=numbers.shape)
    together = recent_trends(numbers, numbers - half, numbers + half)
    alone = [recent_trend(v, v - h, v + h) for v, h in zip(numbers, half, strict=True)]
    assert together.tolist() == alone
    assert len(set(alone)) == 4


def test_gap_is_between_the_highest_and_the_lowest_known():
    result = gap([[4, math.nan, 10, 5], [0, 3, 1, 2], [7, *[math.nan] * 3]])
    assert result.absolute[:2].tolist() == [6, 3]
    assert result.relative[0] == 2.5
    assert np.isnan(result.relative[1:]).all()
    assert np.isnan(result.absolute[2])
    assert (gap([2, 8]).lowest, gap([2, 8]).highest) == (2, 8)


groups = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(5, 100), min_size=k, max_size=k),
        st.lists(st.integers(1, 40), min_size=k, max_size=k),
    )
)


@given(groups)
def test_inequality_indices_agree_with_a_line_through_every_person(drawn):
    values, population = drawn
    slope, ratio = twins.slope_index(values, population)
    sii = slope_index_of_inequality(values, population)
    assert sii.value == pytest.approx(slope, rel=1e-9, abs=1e-9)
    assert math.isnan(sii.lower)
    if ratio > 0 and not math.isnan(relative_index_of_inequality(values, population).value):
        assert relative_index_of_inequality(values, population).value == pytest.approx(
            ratio, rel=1e-9
        )


def test_inequality_limits_follow_from_the_standard_errors():
    rng = np.random.default_rng(3)
    values, people, error = np.array([30.0, 25, 22, 20]), [100, 200, 200, 100], [2.0, 1, 1, 1.5]
    drawn = [
        slope_index_of_inequality(values + rng.normal(0, error), people).value for _ in range(4000)
    ]
    result = slope_index_of_inequality(values, people, error)
    assert (result.upper - result.value) / 1.959964 == pytest.approx(np.std(drawn), rel=0.05)
    ratio = relative_index_of_inequality(values, people, error)
    assert ratio.lower < ratio.value < ratio.upper < 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: compare([2], [1], 1, "neutral"), "lower limit is above"),
        (lambda: compare([1, 1], [2, 2], [1, 1, 1], "neutral"), "lengths do not match"),
        (lambda: compare(1, 2, 1, "up"), "unknown polarity 'up'"),
        (lambda: compare([1, 1], [2, 2], 1, ["neutral"]), "lengths do not match"),
        (lambda: quantile_classes([[1]]), "one dimension"),
        (lambda: quantile_classes([1], 0), "classes must be 1 or more"),
        (lambda: funnel_limits("mean", 1, 1), "unknown kind 'mean'"),
        (lambda: funnel_limits("proportion", 10, 20), "more than all"),
        (lambda: funnel_limits("rate", -1, 20), "n is negative"),
        (lambda: funnel_labels([1, 2], funnel_limits("ratio", [5], 1)), "lengths do not match"),
        (lambda: recent_trend([1, 2], [1], [2, 3]), "lengths do not match"),
        (lambda: recent_trend([[1]], [[1]], [[1]]), "one series"),
        (lambda: recent_trends([1], [1], [1]), "shape"),
        (lambda: recent_trend([1] * 5, [2] * 5, [0] * 5), "lower limit is above"),
        (lambda: gap(3), "no axis"),
        (lambda: gap([-1, 2]), "negative"),
        (lambda: slope_index_of_inequality([1], [1]), "at least two groups"),
        (lambda: slope_index_of_inequality([1, 2], [1, 0]), "people in it"),
        (lambda: slope_index_of_inequality([1, 2], [1]), "lengths do not match"),
    ],
)
def test_wrong_input_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()
