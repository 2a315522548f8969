"""Years taken together: what a slow sum gives, and nothing where a year is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import warehouse
from etl.statistics import compare, proportion, rate
from warehouse.read.pooled import pooled
from warehouse.read.slices import Slice, read

ADHD = "child_adhd"
PLACES = ("k22-horsensklyngen", "k22-bornholm", "0615", "0825", "dk")


@pytest.fixture(scope="module")
def wh(warehouse_path: Path):
    with warehouse.connect(warehouse_path) as connection:
        yield connection


def numbers(wh: warehouse.Warehouse, *areas: str) -> list[dict]:
    piece = Slice(ADHD, areas, sex=None, age=None, sector=None, standardisation=None)
    return read(wh, [piece])[piece]


def test_three_years_are_their_counts_over_their_people_or_hidden(wh) -> None:
    rows = numbers(wh, *PLACES)
    seen = set()
    found = pooled(rows, multiplier=1000, first=2023, last=2025, kind="proportion", benchmark="dk")
    country = {(r["sex"], r["age"]): r["value"] for r in found if r["area_id"] == "dk"}
    for row in found:
        own = [
            r
            for r in rows
            if all(r[c] == row[c] for c in ("area_id", "sex", "age", "sector"))
            and r["standardisation"] == "crude"
            and r["period"] in (2023, 2024, 2025)
        ]
        assert len(own) == 3
        if all(r["status"] == "ok" for r in own):
            counted, persons = (sum(r[c] for r in own) for c in ("count", "population"))
            assert row["value"] == pytest.approx(1000 * counted / persons)
            assert (row["count"], row["population"]) == (counted, persons)
            limits = proportion(counted, persons)
            assert (row["lower"], row["upper"]) == (1000 * limits.lower, 1000 * limits.upper)
            year = proportion(counted / 3, persons / 3)
            mark = country[row["sex"], row["age"]]
            expected = compare(1000 * year.lower, 1000 * year.upper, mark, "neutral")
            assert row["vs_country"] == (None if row["area_id"] == "dk" else expected)
        else:
            assert row["status"].startswith("suppressed")
            assert row["value"] is row["count"] is row["population"] is None
            assert row["lower"] is row["upper"] is row["vs_country"] is None
        assert row["trend"] is None
        seen.add(row["status"])
    assert seen == {"ok", "suppressed_secondary"}


def test_a_year_that_is_not_there_is_not_left_out_in_silence(wh) -> None:
    found = pooled(numbers(wh, "dk"), multiplier=1000, first=2024, last=2026)
    assert {(row["status"], row["value"]) for row in found} == {("missing", None)}


def year(period: int, count: float | None, people: float, area: str = "0615") -> dict:
    status = "ok" if count is not None else "suppressed"
    keys = dict.fromkeys(("indicator_id", "sex", "age", "sector"), "x")
    return {
        **keys, "area_id": area, "period": period, "standardisation": "crude", "status": status,
        "count": count, "population": people, "is_estimate": False,
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 3000)), min_size=1, max_size=5))
def test_the_limits_are_those_of_the_build_over_all_years(
    counted: list[tuple[int, int]],
) -> None:
    rows = [year(2000 + i, min(c, n), n) for i, (c, n) in enumerate(counted)]
    events, people = sum(min(c, n) for c, n in counted), sum(n for _, n in counted)
    for kind, expected in (
        ("proportion", proportion(events, people)),
        ("rate", rate(events, people, 1)),
    ):
        (got,) = pooled(rows, multiplier=1, first=2000, last=1999 + len(rows), kind=kind)
        assert got["lower"] == pytest.approx(expected.lower)
        assert got["upper"] == pytest.approx(expected.upper)
        assert got["lower"] <= got["value"] <= got["upper"]


def test_a_hidden_year_leaves_no_interval_to_work_it_out_from() -> None:
    rows = [year(2023, 40, 1000), year(2024, None, 1000), year(2025, 42, 1000)]
    (got,) = pooled(rows, multiplier=1, first=2023, last=2025, kind="proportion", benchmark="0615")
    numbers = ("value", "lower", "upper", "count", "population", "vs_country")
    assert [got[name] for name in numbers] == [None] * 6
    assert got["status"] == "suppressed_secondary"


def test_what_has_no_interval_in_a_year_has_none_over_years() -> None:
    rows = [year(2024, 40, 1000), year(2025, 42, 1000)]
    (got,) = pooled(rows, multiplier=1, first=2024, last=2025)
    assert got["value"] == 0.041
    assert got["lower"] is got["upper"] is None
    with pytest.raises(ValueError, match="mean has no interval"):
        pooled(rows, multiplier=1, first=2024, last=2025, kind="mean")


def test_a_difference_must_show_in_an_average_year() -> None:
    country = [year(y, 50_000, 1_000_000, "dk") for y in (2023, 2024, 2025)]
    rows = [*country, *(year(y, 29, 450) for y in (2023, 2024, 2025))]
    got = pooled(rows, multiplier=100, first=2023, last=2025, kind="proportion", benchmark="dk")
    assert got[1]["lower"] > got[0]["value"]  # of 1,350 different people it would be clear
    assert got[1]["vs_country"] == "similar"
