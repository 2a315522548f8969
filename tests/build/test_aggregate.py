"""From municipalities to areas: whole, estimated, hidden or missing, and never a partial sum."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.indicators.aggregate import to_areas
from tests.build.making import SMALL, counts, observe


def found(frame: pl.DataFrame, area: str) -> dict[str, Any]:
    return frame.filter(pl.col("area_id") == area).row(0, named=True)


def test_counts_are_summed_to_every_geography() -> None:
    rows = counts("cases", {"0001": 100, "0002": 20, "0003": 30, "0004": 40})
    areas = to_areas(observe(rows), SMALL)
    assert found(areas, "dk")["count"] == 190
    assert found(areas, "reg07-y")["count"] == 70
    assert found(areas, "0002")["count"] == 20
    assert not found(areas, "k22-c")["is_estimate"]


def test_a_split_municipality_is_shared_and_marked() -> None:
    rows = counts("cases", {"0001": 100, "0002": 20, "0003": 30, "0004": 40})
    areas = to_areas(observe(rows), SMALL)
    assert found(areas, "k22-a")["count"] == pytest.approx(60)
    assert found(areas, "k22-b")["count"] == pytest.approx(60)
    assert found(areas, "k22-a")["is_estimate"]
    assert found(areas, "k22-b")["is_estimate"]


def test_a_sum_whose_hidden_part_moves_it_little_is_an_estimate() -> None:
    # the country's total leaves 0002 and 0004 a dozen together
    rows = counts("cases", {"0001": 100, "0002": None, "0003": 500, "0004": None, "dk": 612})
    cluster = found(to_areas(observe(rows), SMALL), "k22-c")
    assert (cluster["count"], cluster["status"], cluster["is_estimate"]) == (506, "ok", True)


def test_a_sum_that_the_totals_pin_is_an_estimate_however_large_its_hidden_part() -> None:
    rows = counts("cases", {"0001": 100, "0002": 20, "0003": 500, "0004": None, "reg07-y": 900})
    areas = to_areas(observe(rows), SMALL)
    cluster = found(areas, "k22-c")
    assert (cluster["count"], cluster["status"], cluster["is_estimate"]) == (900, "ok", True)
    # what the publisher hid stays hidden, however well it is known
    assert found(areas, "0004")["status"] == "suppressed_by_source"
    assert found(areas, "0004")["count"] is None


def test_a_sum_whose_hidden_part_moves_it_much_is_hidden() -> None:
    rows = counts("cases", {"0001": 100, "0002": None, "0003": 30, "0004": None, "dk": 142})
    areas = to_areas(observe(rows), SMALL)
    assert found(areas, "k22-c")["status"] == "suppressed_by_source"
    assert found(areas, "k22-c")["count"] is None
    assert found(areas, "0004")["count"] is None


def test_a_sum_whose_hidden_part_can_be_anything_is_hidden() -> None:
    rows = counts("cases", {"0001": 100, "0002": 20, "0003": 50_000, "0004": None})
    assert found(to_areas(observe(rows), SMALL), "k22-c")["status"] == "suppressed_by_source"


@pytest.mark.parametrize("how", ["not delivered", "marked missing"])
def test_a_sum_with_a_missing_part_is_missing(how: str) -> None:
    rows = counts("cases", {"0001": 100, "0002": 20, "0003": 5000})
    if how == "marked missing":
        rows += counts("cases", {"0004": None}, status="missing")
    areas = to_areas(observe(rows), SMALL)
    for area in ("k22-c", "dk", "0004"):
        assert found(areas, area)["status"] == "missing", area
        assert found(areas, area)["count"] is None
    assert found(areas, "k22-b")["status"] == "ok"


def test_a_delivered_figure_wins_over_the_sum_also_when_hidden() -> None:
    rows = counts("cases", {"0001": 3, "0002": 2, "0003": 30, "0004": 41, "dk": 80})
    rows += counts("cases", {"reg07-x": None})
    areas = to_areas(observe(rows), SMALL)
    assert found(areas, "dk")["count"] == 80
    assert found(areas, "reg07-x")["status"] == "suppressed_by_source"
    assert found(areas, "reg07-y")["count"] == 71


def test_a_delivered_total_stands_over_hidden_parts() -> None:
    rows = counts("cases", {"0001": None, "0002": None, "0003": 3, "0004": None, "dk": 15})
    country = found(to_areas(observe(rows), SMALL), "dk")
    assert (country["count"], country["status"], country["is_estimate"]) == (15, "ok", False)


def test_nothing_is_made_up_for_years_and_ages_nobody_delivered() -> None:
    everywhere = {"0001": 9, "0002": 9, "0003": 9, "0004": 9}
    rows = counts("cases", everywhere, age="80+", period=2030)
    rows += counts("cases", everywhere, age="all", period=2025)
    areas = to_areas(observe(rows), SMALL)
    assert set(areas.select("age", "period").unique().rows()) == {("80+", 2030), ("all", 2025)}


# ---- the slow, obvious twin -------------------------------------------------------------------

MUNICIPALITIES = ("0001", "0002", "0003", "0004")


def slow_twin(values: dict[str, tuple[str, float]], area: str) -> tuple[str, float | None, bool]:
    """Sum one area by hand."""
    parts = SMALL.filter(pl.col("area_id") == area).iter_rows(named=True)
    total, estimate, missing, hidden = 0.0, False, False, False
    for part in parts:
        status, value = values.get(part["municipality_id"], ("missing", 0.0))
        share = part["share"]
        estimate |= share < 1
        if status == "missing":
            missing = True
        elif status == "suppressed_by_source":
            hidden = True
        else:
            total += value * share
    if missing:
        return "missing", None, False
    if hidden:  # without delivered totals a blank can be anything
        return "suppressed_by_source", None, False
    return "ok", total, estimate


cell = st.one_of(
    st.tuples(st.just("ok"), st.integers(0, 2000).map(float)),
    st.just(("suppressed_by_source", 0.0)),
    st.just(("missing", 0.0)),
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(MUNICIPALITIES), cell, min_size=1))
def test_sums_agree_with_the_slow_twin(values: dict[str, tuple[str, float]]) -> None:
    rows = [
        {"area_id": m, "value": value if status == "ok" else None, "status": status}
        for m, (status, value) in values.items()
    ]
    areas = to_areas(observe(rows), SMALL)
    for area in SMALL["area_id"].unique():
        status, count, estimate = slow_twin(values, area)
        row = found(areas, area)
        assert (row["status"], row["is_estimate"]) == (status, estimate), area
        assert row["count"] == (None if count is None else pytest.approx(count)), area


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 100_000), min_size=4, max_size=4),
    st.lists(st.floats(0.01, 1), min_size=4, max_size=4),
)
def test_every_person_is_counted_once(people: list[int], shares: list[float]) -> None:
    split = [("half", "h1", m, s) for m, s in zip(MUNICIPALITIES, shares, strict=True)]
    split += [("half", "h2", m, 1 - s) for _, _, m, s in split if s < 1]
    frame = pl.concat([SMALL, pl.DataFrame(split, schema=SMALL.schema, orient="row")])
    rows = counts("cases", dict(zip(MUNICIPALITIES, people, strict=True)))
    areas = to_areas(observe(rows), frame)
    sums = areas.group_by("geography").agg(pl.col("count").sum())
    assert sums["count"].to_list() == pytest.approx([sum(people)] * len(sums))
