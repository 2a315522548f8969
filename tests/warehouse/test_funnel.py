"""Funnel limits and places against slow obvious twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.read.funnel import effective_people, funnel_limits, rank_range, spread_between

TAILS = {"lower_998": 0.001, "lower_95": 0.025, "upper_95": 0.975, "upper_998": 0.999}


def exact_count(kind: str, n: int, share: float, tail: float) -> float:
    """Add up the chances of 0, 1, 2 ... events until the tail is passed, and interpolate."""
    expected, cumulative, count = n * share, 0.0, 0
    while True:
        if kind == "rate":
            log = count * math.log(expected) - expected - math.lgamma(count + 1)
        else:
            log = (
                math.lgamma(n + 1)
                - math.lgamma(count + 1)
                - math.lgamma(n - count + 1)
                + count * math.log(share)
                + (n - count) * math.log(1 - share)
            )
        chance = math.exp(log)
        cumulative += chance
        if cumulative >= tail:
            return count - (cumulative - tail) / chance
        count += 1


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["proportion", "rate"]), st.integers(30, 3000), st.floats(0.01, 0.95))
def test_limits_are_the_exact_ones_or_none_where_few_are_expected(
    kind: str, n: int, share: float
) -> None:
    got = funnel_limits(kind, [n], 100 * share, 100)
    fewest = n * (share if kind == "rate" else min(share, 1 - share))
    for name, tail in TAILS.items():
        limit = getattr(got, name)[0]
        if np.isnan(limit):
            assert fewest < 10 + 1e-9
            continue
        assert fewest > 10 - 1e-9
        assert limit * n / 100 == pytest.approx(exact_count(kind, n, share, tail), abs=1e-5)


def test_limits_narrow_towards_the_target_as_areas_grow() -> None:
    limits = funnel_limits("proportion", np.geomspace(200, 1e6, 30), 12.5, 100)
    for lower, upper in ((limits.lower_95, limits.upper_95), (limits.lower_998, limits.upper_998)):
        assert (np.diff(upper - lower) < 0).all()
        assert (lower < 12.5).all()
        assert (upper > 12.5).all()
    assert (limits.lower_998 < limits.lower_95).all()


@pytest.mark.parametrize(
    ("kind", "target", "multiplier"),
    [("mean", 5, 100), ("rate", -1, 100), ("proportion", 101, 100), ("rate", 5, 0)],
)
def test_what_makes_no_sense_is_refused(kind: str, target: float, multiplier: float) -> None:
    with pytest.raises(ValueError, match=r"kind|target|multiplier"):
        funnel_limits(kind, [100], target, multiplier)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 8)), min_size=1, max_size=15))
def test_places_are_what_the_intervals_do_not_rule_out(rows: list[tuple[int, int]]) -> None:
    values = [v for v, _ in rows]
    lower, upper = [v - w for v, w in rows], [v + w for v, w in rows]
    place, best, last = rank_range(values, lower, upper)
    for i in range(len(rows)):
        assert place[i] == 1 + sum(v > values[i] for v in values)
        assert best[i] == 1 + sum(low > upper[i] for low in lower)
        assert last[i] == len(rows) - sum(high < lower[i] for high in upper)
        assert best[i] <= place[i] <= last[i]


def test_areas_that_chance_puts_apart_do_not_widen_the_lines() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(5_000, 300_000, 98).astype(float)
    values = 100 * rng.binomial(n.astype(int), 0.08) / n
    assert spread_between("proportion", values, n, 8.0, 100) == 0
    assert funnel_limits("proportion", n, 8.0, 100, 0.0).lower_95 == pytest.approx(
        funnel_limits("proportion", n, 8.0, 100).lower_95
    )


def test_areas_that_differ_beyond_chance_widen_the_lines_by_what_lies_between_them() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(20_000, 300_000, 98).astype(float)
    own = np.clip(rng.normal(0.08, 0.01, 98), 0, 1)
    values = 100 * rng.binomial(n.astype(int), own) / n
    between = spread_between("proportion", values, n, 8.0, 100)
    assert 0.6 < between < 1.2  # one percentage point, less what is drawn in
    wide = funnel_limits("proportion", n, 8.0, 100, between)
    outside = (values < wide.lower_95) | (values > wide.upper_95)
    assert outside.mean() < 0.15
    narrow = funnel_limits("proportion", n, 8.0, 100)
    assert (wide.lower_95 < narrow.lower_95).all()
    assert (wide.upper_998 > wide.upper_95).all()


def test_one_area_far_out_does_not_hide_itself() -> None:
    n = np.full(98, 50_000.0)
    rng = np.random.default_rng(3)
    values = 100 * rng.binomial(50_000, 0.08, 98) / n
    values[0] = 20.0
    assert spread_between("proportion", values, n, 8.0, 100) == 0


def test_a_plain_rate_is_as_sure_as_its_people_make_it() -> None:
    n, count = 40_000.0, 320.0
    value, error = 1000 * count / n, 1000 * math.sqrt(count) / n
    found = effective_people(value, value - 1.96 * error, value + 1.96 * error, 1000)
    assert float(found) == pytest.approx(n, rel=1e-3)
