"""What a blank can be: never other than the truth, never narrower than all totals together say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from etl.indicators.cube import Catchments, deliver
from etl.indicators.ranges import UNBOUNDED, Ranges, bound
from etl.indicators.relations import Rules
from tests.build.making import SMALL, counts, observe

MATRIX = Catchments.from_frame(SMALL)
MUNICIPALITIES = ("0001", "0002", "0003", "0004")
REGIONS = {"reg07-x": ("0001", "0002"), "reg07-y": ("0003", "0004")}
SEXES = {"all": ("female", "male"), "female": ("female",), "male": ("male",)}
AGES = {"65+": ("65-79", "80+"), "65-79": ("65-79",), "80+": ("80+",)}


def ranges(rows: list[dict[str, Any]], rules: Rules | None = None) -> tuple[Ranges, pl.DataFrame]:
    delivered = deliver(observe(rows), ["p-2025"], MATRIX)
    return bound(delivered, MATRIX, rules or Rules()), delivered.series


def of(rows: list[dict[str, Any]], area: str, rules: Rules | None = None, **labels: str) -> Any:
    """Return the range of one cell."""
    found, series = ranges(rows, rules)
    labels = {"measure": "cases", "sex": "all", "age": "all", "sector": "all"} | labels
    at = next(
        i for i, row in enumerate(series.iter_rows(named=True)) if labels.items() <= row.items()
    )
    a = MATRIX.areas["area_id"].to_list().index(area)
    return found.low[a, 0, at], found.high[a, 0, at]


def test_a_blank_alone_in_its_region_is_what_the_others_leave() -> None:
    rows = counts("cases", {"0001": 100, "0002": None, "0003": 30, "0004": 40, "reg07-x": 103})
    assert of(rows, "0002") == (3, 3)


def test_rounding_of_the_total_and_of_the_others_widens_it() -> None:
    rows = counts("cases", {"0001": 100, "0002": None, "0003": 30, "0004": 40, "reg07-x": 130})
    assert of(rows, "0002", Rules(rounded_to={"cases": 5})) == (26, 34)
    assert of(rows, "0002", Rules(rounded_to={"cases": 10})) == (20, 40)


def test_two_blanks_share_what_is_left_and_their_sum_is_known() -> None:
    rows = counts("cases", {"0001": 9, "0002": 9, "0003": None, "0004": None, "dk": 60})
    assert of(rows, "0003") == (0, 42)
    assert of(rows, "k22-c") == (42, 42)
    limited = Rules(hidden={"cases": (1, 4)})
    rows = counts("cases", {"0001": 9, "0002": 9, "0003": None, "0004": None, "dk": 23})
    assert of(rows, "0003", limited) == (1, 4)


def test_without_totals_nothing_bounds_a_blank_but_what_it_is_counted_among() -> None:
    rows = counts("cases", {"0001": 9, "0002": 9, "0003": None, "0004": 9})
    assert of(rows, "0003")[1] >= UNBOUNDED
    rows += counts("population", dict.fromkeys(MUNICIPALITIES, 80))
    assert of(rows, "0003", Rules(parts={"cases": "population"})) == (0, 80)


def test_sexes_ages_sectors_and_sums_of_measures_bound_it() -> None:
    everywhere = dict.fromkeys(MUNICIPALITIES, 50.0)
    blank = everywhere | {"0001": None}
    by_sex = counts("cases", everywhere, sex="all") + counts("cases", blank, sex="female")
    by_sex += counts("cases", dict.fromkeys(MUNICIPALITIES, 46), sex="male")
    assert of(by_sex, "0001", sex="female") == (4, 4)
    by_age = counts("cases", everywhere, age="65+") + counts("cases", blank, age="80+")
    by_age += counts("cases", dict.fromkeys(MUNICIPALITIES, 30), age="65-79")
    assert of(by_age, "0001", age="80+") == (20, 20)
    by_sector = counts("cases", everywhere) + counts("cases", blank, sector="general_practice")
    assert of(by_sector, "0001", sector="general_practice") == (0, 50)
    whole = dict.fromkeys(MUNICIPALITIES, 100.0) | {"0001": 50}
    parts = counts("whole", whole) + counts("one", blank) + counts("two", blank)
    assert of(parts, "0001", Rules(sums={"whole": ("one", "two")}), measure="one") == (0, 50)


def test_people_counted_once_make_a_total_smaller_than_its_parts() -> None:
    once = Rules(counted_once=frozenset({"cases"}))
    rows = counts("cases", {"0001": 60, "0002": None, "0003": 30, "0004": 40, "reg07-x": 90})
    # at least what is missing in the region; at most everybody in it, if all of them moved
    assert of(rows, "0002", once)[0] == 30
    assert of(rows, "0002", once)[1] >= 90


def test_totals_that_leave_nothing_are_told() -> None:
    rows = counts("cases", {"0001": 100, "0002": None, "0003": 30, "0004": 40, "reg07-x": 90})
    found, _ = ranges(rows)
    assert "0002" in MATRIX.areas["area_id"].filter(pl.Series(found.contradicted[:, 0, 0]))
    assert "0003" not in MATRIX.areas["area_id"].filter(pl.Series(found.contradicted[:, 0, 0]))


# ---- random tables, hidden and rounded as a publisher does it -----------------------------------

Key = tuple[str, str, str]


def tables() -> st.SearchStrategy[dict[Key, int]]:
    """Return true counts by municipality, sex and age."""
    keys = list(product(MUNICIPALITIES, ("female", "male"), ("65-79", "80+")))
    return st.lists(
        st.one_of(st.integers(0, 6), st.integers(0, 900)), min_size=len(keys), max_size=len(keys)
    ).map(lambda values: dict(zip(keys, values, strict=True)))


def every(true: Mapping[Key, int]) -> dict[Key, int]:
    """Return the true count of every delivered cell: with regions, country, sexes, ages."""
    members = {m: (m,) for m in MUNICIPALITIES} | REGIONS | {"dk": MUNICIPALITIES}
    return {
        (area, sex, age): sum(true[key] for key in product(members[area], SEXES[sex], AGES[age]))
        for area, sex, age in product(members, SEXES, AGES)
    }


def published(
    truth: Mapping[Key, int], base: int, also: set[int]
) -> tuple[list[dict[str, Any]], list[Key]]:
    """Hide counts of 1 to 4 and some others; round what is shown."""
    rows, hidden = [], []
    for i, (key, count) in enumerate(truth.items()):
        if 0 < count < 5 or i in also:
            hidden.append(key)
        shown = None if key in hidden else (count + base // 2) // base * base
        rows += counts("cases", {key[0]: shown}, sex=key[1], age=key[2])
    return rows, hidden


def programme(
    truth: Mapping[Key, int], hidden: list[Key], rows: list[dict[str, Any]], base: int
) -> dict[Key, tuple[float, float]]:
    """Return each hidden cell's range by linear programming over all relations: slow, obvious."""
    finest = list(product(MUNICIPALITIES, ("female", "male"), ("65-79", "80+")))
    members = {m: (m,) for m in MUNICIPALITIES} | REGIONS | {"dk": MUNICIPALITIES}

    def line(key: Key) -> Any:
        inside = set(product(members[key[0]], SEXES[key[1]], AGES[key[2]]))
        return np.array([float(cell in inside) for cell in finest])

    above, limits = [], []
    for row, key in zip(rows, truth, strict=True):
        if row["value"] is not None:
            above += [line(key), -line(key)]
            limits += [row["value"] + base // 2, -(row["value"] - base // 2)]
    found = {}
    for key in hidden:
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * line(key), A_ub=above or None, b_ub=limits or None)
            ends.append(sign * solved.fun if solved.status == 0 else UNBOUNDED)
        found[key] = (ends[0], ends[1])
    return found


@settings(max_examples=40)
@given(tables(), st.sampled_from([1, 5, 10]), st.sets(st.integers(0, 62), max_size=12))
def test_the_truth_is_in_every_range_and_no_range_is_narrower_than_it_can_be(
    true: dict[Key, int], base: int, also: set[int]
) -> None:
    truth = every(true)
    rows, hidden = published(truth, base, also)
    found, series = ranges(rows, Rules(rounded_to={"cases": base}))
    assert not found.contradicted.any()
    at = {(sex, age): i for i, (_, sex, age, _, _) in enumerate(series.iter_rows())}
    areas = {area: i for i, area in enumerate(MATRIX.areas["area_id"])}
    for (area, sex, age), count in truth.items():
        cell = areas[area], 0, at[sex, age]
        assert found.low[cell] - 0.001 <= count <= found.high[cell] + 0.001, (area, sex, age)
    for (area, sex, age), (least, most) in programme(truth, hidden, rows, base).items():
        cell = areas[area], 0, at[sex, age]
        assert found.low[cell] <= max(least, 0) + 0.001, (area, sex, age)
        assert found.high[cell] >= min(most, UNBOUNDED) - 0.001, (area, sex, age)


@settings(max_examples=40)
@given(tables(), st.sampled_from([1, 5, 10]), st.sets(st.integers(0, 62), max_size=12))
def test_a_sum_over_an_area_is_in_its_range(
    true: dict[Key, int], base: int, also: set[int]
) -> None:
    rows, _ = published(every(true), base, also)
    found, series = ranges(rows, Rules(rounded_to={"cases": base}))
    for a, area in enumerate(MATRIX.areas["area_id"]):
        shares = dict(zip(MATRIX.municipalities, MATRIX.weights[:, a], strict=True))
        for s, (_, sex, age, _, _) in enumerate(series.iter_rows()):
            inside = set(product(SEXES[sex], AGES[age]))
            count = sum(
                shares[m] * n for (m, *labels), n in true.items() if tuple(labels) in inside
            )
            assert found.low[a, 0, s] - 0.001 <= count <= found.high[a, 0, s] + 0.001, area


@pytest.mark.parametrize("base", [1, 5])
def test_a_shown_zero_may_be_rounded(base: int) -> None:
    rows = counts("cases", {"0001": 0, "0002": 9, "0003": 30, "0004": 40})
    assert of(rows, "0001", Rules(rounded_to={"cases": base})) == (0, base // 2)
