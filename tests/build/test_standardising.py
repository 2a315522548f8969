"""Rates standardised over age: the same standard for everybody, whatever the publisher hid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from etl.indicators.compute import compute
from etl.indicators.strata import extremes, groupings, joined, tiling
from etl.statistics import directly_standardised_rate, european_standard_population
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package
from tests.build.test_measures import one

AREAS = ("0001", "0002", "0003", "0004")
BANDS = ("0-17", "18-39", "40-64", "65-79", "80+")
PEOPLE = (2000, 3000, 4000, 1500, 500)
CASES = (20, 40, 120, 200, 150)
STANDARD = (19_300, 27_700, 33_500, 14_500, 5_000)  # European Standard Population 2013


def rows(
    hidden: Mapping[str, tuple[str, ...]] | None = None, *, sex: str = "all", total: int = 0
) -> list[dict[str, Any]]:
    """Return counts by age of four municipalities; `hidden` are bands by municipality."""
    out = counts("population", dict.fromkeys(AREAS, sum(PEOPLE)), sex=sex)
    out += counts("cases", dict.fromkeys(AREAS, total or sum(CASES)), sex=sex)
    for band, n, cases in zip(BANDS, PEOPLE, CASES, strict=True):
        out += counts("population", dict.fromkeys(AREAS, n), age=band, sex=sex)
        shown = {a: None if band in (hidden or {}).get(a, ()) else cases for a in AREAS}
        out += counts("cases", shown, age=band, sex=sex)
    return out


def computed(found: list[dict[str, Any]], **more: Any) -> pl.DataFrame:
    asked = {"kind": "rate", "multiplier": 1000, "polarity": "high_bad"} | more
    safe = asked.pop("safe", True)
    return measures_of(compute([package(found, safe=safe)], [indicator(**asked)], areas(), SMALL))


def test_a_rate_is_that_of_the_european_standard_population_in_the_bands_delivered() -> None:
    row = one(computed(rows()), area_id="0001", standardisation="age")
    expected = sum(w * o / n for w, o, n in zip(STANDARD, CASES, PEOPLE, strict=True)) / 100
    assert row["value"] == pytest.approx(expected)
    assert row["lower"] < row["value"] < row["upper"]
    assert (row["age"], row["is_estimate"]) == ("all", False)
    assert row["standard"] == "ESP2013: 0-17, 18-39, 40-64, 65-79, 80+"


def test_a_crude_rate_names_no_standard() -> None:
    assert (
        one(computed(rows()), area_id="0001", standardisation="crude", age="all")["standard"]
        is None
    )


def test_women_and_men_have_the_standard_of_both_together() -> None:
    delivered = counts(
        "cases", {"0001": 99.0}, kind="standardised", standardisation="age", sex="male"
    )
    frame = computed([*rows(), *rows(sex="male"), *rows(sex="female"), *delivered])
    ours = frame.filter(pl.col("standardisation") == "age", pl.col("area_id") == "0001")
    assert set(ours["sex"]) == {"all", "female", "male"}
    assert ours["standard"].n_unique() == 1
    assert ours["value"].n_unique() == 1  # the sexes are alike here; nobody's 99 is among them


def test_a_publishers_own_rate_names_the_publisher() -> None:
    delivered = counts("cases", {"dk": 99.0}, kind="standardised", standardisation="age_sex")
    row = one(computed([*rows(), *delivered]), area_id="dk", standardisation="age_sex")
    assert (row["value"], row["standard"]) == (99.0, "publisher")


@pytest.mark.parametrize("band", BANDS)
def test_one_hidden_band_is_what_the_others_leave_and_makes_an_estimate(band: str) -> None:
    row = one(computed(rows({"0001": (band,)})), area_id="0001", standardisation="age")
    whole = one(computed(rows()), area_id="0001", standardisation="age")
    assert (row["status"], row["is_estimate"]) == ("ok", True)
    assert row["value"] == pytest.approx(whole["value"])


def test_bands_that_hide_much_are_counted_together_and_said_to_be() -> None:
    frame = computed(rows({"0001": ("40-64", "80+")}))
    row = one(frame, area_id="0001", standardisation="age")
    whole = one(computed(rows()), area_id="0001", standardisation="age")
    assert row["standard"] == "ESP2013: 0-17, 18-39, 40+"
    assert (row["status"], row["is_estimate"]) == ("ok", True)
    # within the group it has the country's age pattern, and here every municipality is alike
    assert row["value"] == pytest.approx(whole["value"])
    # its neighbours keep all bands
    other = one(frame, area_id="0002", standardisation="age")
    assert other["standard"].endswith("65-79, 80+")


def test_old_and_young_alone_are_not_taken_for_sick_and_healthy() -> None:
    """An area with twice as many old people and the country's rates has the country's figure."""
    old = (2000, 3000, 4000, 1500, 1500)
    found = []
    for area in AREAS:
        n = old if area == "0001" else PEOPLE
        cases = [round(o * p / q) for o, p, q in zip(CASES, n, PEOPLE, strict=True)]
        found += counts("population", {area: sum(n)}) + counts("cases", {area: sum(cases)})
        for band, people, count in zip(BANDS, n, cases, strict=True):
            hides = area == "0001" and band in ("65-79", "80+")
            found += counts("population", {area: people}, age=band)
            found += counts("cases", {area: None if hides else count}, age=band)
    frame = computed(found)
    crude = one(frame, area_id="0001", standardisation="crude", age="all")
    fair = one(frame, area_id="0001", standardisation="age")
    assert crude["vs_country"] == "higher"
    assert fair["vs_country"] == "similar"
    assert fair["value"] == pytest.approx(
        one(computed(rows()), area_id="0001", standardisation="age")["value"], rel=0.01
    )


def test_better_and_worse_are_said_of_the_standardised_figure_only() -> None:
    found = rows()
    for row in found:
        if row["measure"] == "cases" and row["area_id"] == "0004":
            row["value"] = 3 * row["value"]
    frame = computed(found)
    assert one(frame, area_id="0004", standardisation="age")["vs_country"] == "worse"
    assert one(frame, area_id="0004", standardisation="crude", age="all")["vs_country"] == "higher"
    assert (
        one(frame, area_id="0004", standardisation="crude", age="40-64")["vs_country"] == "higher"
    )


def test_a_rate_the_publisher_did_not_make_is_never_said_to_be_hidden_by_him() -> None:
    few = [row | {"value": None} if row["measure"] == "cases" else row for row in rows()]
    frame = computed(few).filter(pl.col("standardisation") == "age")
    assert set(frame["status"]) == {"not_applicable"}
    assert frame["value"].is_null().all()


def test_no_rate_below_ten_events() -> None:
    found = [
        row | {"value": row["value"] / 100} if row["measure"] == "cases" else row for row in rows()
    ]
    row = one(computed(found), area_id="0001", standardisation="age")
    assert (row["status"], row["value"]) == ("not_applicable", None)


def test_an_indicator_of_the_old_is_standardised_within_the_old() -> None:
    found = []
    for age, n, cases in (("65+", 2000, 350), ("65-79", 1500, 200), ("80+", 500, 150)):
        found += counts("population", dict.fromkeys(AREAS, n), age=age)
        found += counts("cases", dict.fromkeys(AREAS, cases), age=age)
    row = one(computed(found, default_age="65+"), area_id="0001", standardisation="age")
    expected = (14_500 * 200 / 1500 + 5_000 * 150 / 500) / 19_500 * 1000
    assert (row["age"], row["value"]) == ("65+", pytest.approx(expected))


def test_of_true_small_counts_nothing_but_what_is_shown_makes_the_rate() -> None:
    found = rows()
    for row in found:
        if row["measure"] == "cases" and row.get("age") in ("0-17", "18-39"):
            row["value"] = 2
        elif row["measure"] == "cases" and row.get("age", "all") == "all":
            row["value"] = 470 + 4
    frame = computed(found, safe=False)
    shown = {
        r["age"]: r["count"]
        for r in frame.filter(area_id="0001", standardisation="crude").to_dicts()
    }
    assert {"0-17", "18-39"} <= {age for age, count in shown.items() if count is None}
    low = np.array([shown[band] or 0.0 for band in BANDS])
    high = np.array([474.0 if shown[band] is None else shown[band] for band in BANDS])
    per = np.array(STANDARD) / np.array(PEOPLE) / 100
    ends = extremes(low, high, (np.array(474.0), np.array(474.0)), per)
    row = one(frame, area_id="0001", standardisation="age")
    assert row["value"] == pytest.approx(
        sum(float((end * per).sum()) for end in ends) / 2, rel=1e-4
    )


# ---- bands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "whole", "bands"),
    [
        (BANDS, "all", BANDS),
        ((*BANDS, "65+", "0-39", "18-25"), "all", BANDS),
        (("65-79", "80+", "65+", "0-17"), "65+", ("65-79", "80+")),
        (("0-5", "6-11", "12-17", "0-25", "18-25"), "0-17", ("0-5", "6-11", "12-17")),
        (("0-17", "40-64", "65+"), "all", ()),
        (("18-39", "80+"), "all", ()),
    ],
)
def test_bands_make_up_a_whole_exactly_or_are_not_used(
    ages: tuple[str, ...], whole: str, bands: tuple[str, ...]
) -> None:
    assert tiling(ages, whole) == bands


def test_bands_counted_together_are_named_as_one() -> None:
    assert joined(("0-17", "18-39")) == "0-39"
    assert joined(("65-79", "80+")) == "65+"
    assert joined(("40-64",)) == "40-64"


@pytest.mark.parametrize("count", [2, 5, 18])
def test_every_band_by_itself_is_tried_first_and_all_in_one_last(count: int) -> None:
    ways = groupings(np.ones(count), np.arange(count, dtype=float))
    assert ways[0] == tuple((i,) for i in range(count))
    assert ways[-1] == (tuple(range(count)),)
    for way in ways:
        assert [i for group in way for i in group] == list(range(count))


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 50)),
        min_size=1,
        max_size=5,
    ),
    st.integers(0, 200),
)
def test_extremes_are_those_of_the_linear_programme(
    strata: list[tuple[int, int, int]], total: int
) -> None:
    low = np.array([first for first, _, _ in strata], float)
    high = low + np.array([room for _, room, _ in strata], float)
    per = np.array([weight / 10 for _, _, weight in strata])
    total = int(np.clip(total, low.sum(), high.sum()))
    ends = extremes(low, high, (np.array(total), np.array(total)), per)
    for found, sign in zip(ends, (1, -1), strict=True):
        best = linprog(
            sign * per,
            A_eq=np.ones((1, len(per))),
            b_eq=[total],
            bounds=list(zip(low, high, strict=True)),
        )
        assert float(found.sum()) == pytest.approx(total)
        assert sign * float((found * per).sum()) == pytest.approx(best.fun)


def test_all_bands_alone_are_the_direct_method() -> None:
    standard = european_standard_population(BANDS)
    direct = directly_standardised_rate(np.array(CASES), np.array(PEOPLE), standard, 1000)
    row = one(computed(rows()), area_id="0003", standardisation="age")
    assert (row["lower"], row["upper"]) == pytest.approx((direct.lower, direct.upper))
