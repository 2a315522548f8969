"""Years taken together: what a slow sum gives, and nothing where a year is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

import warehouse
from warehouse.pooled import pooled
from warehouse.slices import Slice, read

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
    for row in pooled(rows, multiplier=1000, first=2023, last=2025):
        own = [
            r
            for r in rows
            if all(r[c] == row[c] for c in ("area_id", "sex", "age", "sector"))
            and r["period"] in (2023, 2024, 2025)
        ]
        assert len(own) == 3
        if all(r["status"] == "ok" for r in own):
            counted, persons = (sum(r[c] for r in own) for c in ("count", "population"))
            assert row["value"] == pytest.approx(1000 * counted / persons)
            assert (row["count"], row["population"]) == (counted, persons)
        else:
            assert row["status"].startswith("suppressed")
            assert row["value"] is row["count"] is row["population"] is None
        assert row["lower"] is row["upper"] is row["vs_country"] is row["trend"] is None
        seen.add(row["status"])
    assert seen == {"ok", "suppressed_secondary"}


def test_a_year_that_is_not_there_is_not_left_out_in_silence(wh) -> None:
    found = pooled(numbers(wh, "dk"), multiplier=1000, first=2024, last=2026)
    assert {(row["status"], row["value"]) for row in found} == {("missing", None)}
