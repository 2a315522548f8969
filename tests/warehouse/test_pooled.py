"""Years taken together: what a slow sum gives, and nothing where a year is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

import warehouse
from warehouse.pages import measures
from warehouse.pooled import pooled

ADHD = "child_adhd"
PLACES = ["k22-horsensklyngen", "k22-bornholm", "0615", "0825", "dk"]


@pytest.fixture(scope="module")
def wh(warehouse_path: Path):
    with warehouse.connect(warehouse_path) as connection:
        yield connection


def test_three_years_are_their_counts_over_their_people_or_hidden(wh) -> None:
    found = pooled(wh, [ADHD], areas=PLACES, first=2023, last=2025)
    years = measures(
        wh, ADHD, area=PLACES, period=[2023, 2024, 2025], sex=None, age=None, sector=None
    )
    seen = set()
    for row in found:
        own = [
            r
            for r in years.iter_rows(named=True)
            if all(r[c] == row[c] for c in ("area_id", "sex", "age", "sector"))
        ]
        assert len(own) == 3
        if all(r["status"] == "ok" for r in own):
            counted, persons = (sum(r[c] for r in own) for c in ("count", "population"))
            assert row["value"] == pytest.approx(1000 * counted / persons)
            assert (row["count"], row["population"]) == (counted, persons)
        else:
            assert row["status"].startswith("suppressed")
            assert row["value"] is row["count"] is row["population"] is None
        seen.add(row["status"])
    assert seen == {"ok", "suppressed_secondary"}


def test_a_year_that_is_not_there_is_not_left_out_in_silence(wh) -> None:
    found = pooled(wh, [ADHD], areas=["dk"], first=2024, last=2026)
    assert {(row["status"], row["value"]) for row in found} == {("missing", None)}


def test_only_what_is_asked_for_is_added_up(wh) -> None:
    wanted = {"sexes": ["female"], "ages": ["6-11", "12-17"], "sectors": ["all"]}
    some = pooled(wh, [ADHD], areas=PLACES, first=2023, last=2025, **wanted)
    every = pooled(wh, [ADHD], areas=PLACES, first=2023, last=2025)
    assert some == [r for r in every if r["sex"] == "female" and r["age"] in ("6-11", "12-17")]
    assert some
