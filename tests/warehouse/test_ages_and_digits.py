"""Ages sort as ages, numbers have the digits they are known to: in what is shipped, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import warehouse
from warehouse.ages import age_key, in_order, order_by
from warehouse.digits import rounded
from warehouse.export.columns import KEY
from warehouse.read.pages import measures, population_by_age

AGES = ["all", "0-5", "0-17", "6-16", "7", "17-19", "65-79", "65+", "80+", "100+"]


@pytest.fixture(scope="module")
def shipped(warehouse_path: Path) -> Iterator[warehouse.Warehouse]:
    with warehouse.connect(warehouse_path) as wh:
        yield wh


def test_ages_sort_by_first_age_the_narrower_first_and_all_before_them(
    shipped: warehouse.Warehouse,
) -> None:
    assert in_order(reversed(AGES)) == AGES
    by_sql = shipped.sql(
        f"SELECT a FROM (SELECT unnest(?) AS a) ORDER BY {order_by('a')}", [sorted(AGES)]
    )
    assert by_sql["a"].to_list() == AGES


def test_measures_lie_in_the_order_of_an_extract(shipped: warehouse.Warehouse) -> None:
    rows = shipped.sql(f"SELECT {', '.join(KEY)} FROM measures ORDER BY rowid")
    ages = pl.Enum(in_order(rows["age"]))
    keys = rows.with_columns(pl.col("age").cast(ages))
    assert keys.equals(keys.sort(KEY))
    assert keys.is_unique().all()


def test_tables_of_a_page_have_their_ages_in_order(shipped: warehouse.Warehouse) -> None:
    for frame in (
        population_by_age(shipped, "dk", 2025).filter(sex="all"),
        measures(shipped, "population", area="dk", period=2025, age=None),
    ):
        ages = frame["age"].to_list()
        assert len(ages) > 5
        assert ages == sorted(ages, key=age_key)
    for ages in shipped.sql("SELECT ages FROM indicators")["ages"]:
        assert ages.to_list() == in_order(ages)


def test_counts_are_whole_unless_they_are_estimates(shipped: warehouse.Warehouse) -> None:
    rows = shipped.sql("SELECT count, population, is_estimate FROM measures WHERE status = 'ok'")
    fractional = rows.filter(pl.any_horizontal(pl.col("count", "population") % 1 != 0))
    assert fractional["is_estimate"].all()
    for column in ("count", "population"):
        found = fractional[column].drop_nulls()
        assert (found == found.round(2)).all()


def test_values_have_seven_digits_and_still_give_the_count(shipped: warehouse.Warehouse) -> None:
    rows = shipped.sql(
        "SELECT m.*, i.kind, i.multiplier FROM measures m JOIN indicators i USING (indicator_id) "
        "WHERE status = 'ok'"
    )
    for column in ("value", "lower", "upper"):
        found = rows.filter(pl.col("kind") != "count")[column].drop_nulls()
        assert (found == found.round_sig_figs(7)).all()
    shares = rows.filter(
        pl.col("kind") == "proportion", pl.col("count").is_not_null(), pl.col("population") > 0
    )
    again = shares["value"] / shares["multiplier"] * shares["population"]
    assert (again - shares["count"]).abs().max() < 0.5


def test_a_count_keeps_all_its_digits() -> None:
    one = pl.DataFrame(
        {c: [12_345_678.25] for c in ("value", "lower", "upper", "count", "population")}
    )
    counted, computed = rounded(one, is_count=True), rounded(one, is_count=False)
    assert counted["value"].to_list() == [12_345_678.25]
    assert computed["value"].to_list() == [12_345_680.0]
    assert counted["count"].to_list() == computed["count"].to_list() == [12_345_678.25]
