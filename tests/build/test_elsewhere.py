"""Counts of ours that another package counts too: what that one shows hides nothing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from etl.disclosure import other_packages
from etl.disclosure.ledger import Ledger
from etl.indicators.compute import Computed, compute
from etl.ingest.readers.package import Package
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package

PEOPLE = counts("population", {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000})
OURS = package(
    [*PEOPLE, *counts("cases", {"0001": 100, "0002": 3, "0003": 300, "0004": 400})], safe=False
)


def computed(*others: Package) -> Computed:
    # another package does not feed the indicator itself
    mine = indicator(layouts=["made-up"])
    return compute([OURS, *others], [mine], areas(), SMALL, ledger=Ledger(bytes(32)))


def hidden(found: pl.DataFrame) -> set[str]:
    return set(found.filter(pl.col("status") != "ok")["area_id"])


def ranges(
    rows: Sequence[dict[str, object]], rounded: int | None = None
) -> list[tuple[float, ...]]:
    """Return what a package says of our cells, by area."""
    other = package(rows, layout="other")
    object.__setattr__(other.info, "rounding_base", rounded)
    cells = OURS.observations.rename({"value": "count"}).filter(pl.col("measure") == "cases")
    return other_packages.known(cells, [other]).select("area_id", "low", "high").rows()


def test_what_another_package_shows_protects_nothing() -> None:
    alone = hidden(measures_of(computed()))
    assert {"0001", "0002"} <= alone
    told = package(counts("cases", {"0001": 100}), layout="other")
    beside = hidden(measures_of(computed(told)))
    assert "0002" in beside
    assert beside - {"0001"} != alone - {"0001"}  # something else hides it now


def test_a_count_that_another_package_shows_is_told_and_not_searched_for() -> None:
    """Three are left of the region when the other package has said who the rest are."""
    told = package(
        counts("cases", {"0001": 100, "reg07-x": 103}, area_level="region"), layout="other"
    )
    done = computed(told)
    measures_of(done)
    assert any("0002" in cell for cell in done.given_away())


def test_a_rounded_count_is_between_two_others_and_never_below_the_threshold() -> None:
    assert ranges(counts("cases", {"0001": 100, "0003": 300}), 5) == [
        ("0001", 98.0, 102.0),
        ("0003", 298.0, 302.0),
    ]
    assert ranges(counts("cases", {"0002": None}))[0][:2] == ("0002", 0.0)


def test_another_quantity_of_the_same_name_says_nothing() -> None:
    assert ranges(counts("cases", {"0001": 90, "0003": 300})) == []
