"""Comparing queries against the plainest way to the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import warehouse
from warehouse import Warehouse
from warehouse.read.comparisons import flows, traits
from warehouse.read.pages import measures, members

OLD, NEW = "klynger-2022", "sundhedsraad-2027"


@pytest.fixture(scope="module")
def wh(warehouse_path: Path) -> Iterator[Warehouse]:
    with warehouse.connect(warehouse_path) as connection:
        yield connection


def test_everybody_goes_somewhere_once(wh: Warehouse) -> None:
    rows = flows(wh, OLD, NEW)
    assert rows["persons"].sum() == pytest.approx(6_025_511)
    shares = rows.group_by("municipality_id").agg(pl.col("share").sum())
    assert shares.height == 98
    assert shares["share"].to_list() == pytest.approx([1.0] * 98)


@pytest.mark.parametrize("side", ["old", "new"])
def test_flows_add_up_to_the_population_of_every_area(wh: Warehouse, side: str) -> None:
    rows = flows(wh, OLD, NEW).group_by(f"{side}_id").agg(pl.col("persons").sum())
    people = measures(wh, "population", geography={"old": OLD, "new": NEW}[side], period=2026)
    expected = dict(people.select("area_id", "value").rows())
    assert dict(rows.rows()) == pytest.approx(expected)


def test_a_split_municipality_is_divided_and_said_to_be_an_estimate(wh: Warehouse) -> None:
    rows = flows(wh, OLD, NEW, ["0101"])
    shares = {
        a: s
        for a in rows["old_id"]
        for m, s in members(wh, a).select("municipality_id", "share").rows()
        if m == "0101"
    }
    assert dict(rows.select("old_id", "share").rows()) == shares
    assert rows["is_estimate"].all()
    assert rows["persons"].sum() == pytest.approx(671_714)


def test_every_flow_carries_how_sure_both_memberships_are(wh: Warehouse) -> None:
    rows = flows(wh, OLD, NEW)
    assert rows["old_certainty"].null_count() == rows["new_certainty"].null_count() == 0


def test_traits_are_the_warehouses_own_numbers(wh: Warehouse) -> None:
    row = traits(wh, OLD, ["copd_prevalence"]).row(
        by_predicate=pl.col("area_id") == "k22-horsensklyngen", named=True
    )
    people = measures(wh, "population", area="k22-horsensklyngen", period=2026, age=None)
    by_age = dict(people.select("age", "value").rows())
    assert row["persons"] == by_age["all"]
    assert row["share_oldest"] == pytest.approx(100 * by_age["80+"] / by_age["all"])
    ill = measures(wh, "copd_prevalence", area="k22-horsensklyngen", period=2025, age="40-64")
    assert row["copd_prevalence"] == ill["value"][0]


def test_a_hidden_number_is_unknown_not_zero(wh: Warehouse) -> None:
    frame = traits(wh, "kommuner", ["dementia_prevalence"])
    hidden = measures(
        wh, "dementia_prevalence", geography="kommuner", period=2025, age="40-64"
    ).filter(pl.col("status") != "ok")
    assert hidden.height
    shown = frame.filter(pl.col("area_id").is_in(hidden["area_id"].to_list()))
    assert shown["dementia_prevalence"].is_null().all()


def test_an_area_is_like_the_kinds_of_municipalities_its_people_live_in(wh: Warehouse) -> None:
    groups = [f"group_{g}" for g in ("capital", "metropolitan", "provincial", "commuter", "rural")]
    clusters = traits(wh, OLD, []).select("area_id", *groups)
    assert clusters.select(pl.sum_horizontal(groups)).to_series().to_list() == pytest.approx(
        [100.0] * 22
    )
    alone = traits(wh, "kommuner", [])
    assert set(alone.select(groups).unpivot()["value"]) == {0.0, 100.0}
    counted = {group: int(alone[group].sum()) // 100 for group in groups}
    # as Statistics Denmark counts them
    assert list(counted.values()) == [24, 3, 16, 24, 31]
