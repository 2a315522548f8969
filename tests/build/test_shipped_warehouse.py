"""The warehouse of the shipped packages: totals, definitions, order, nothing small."""

from __future__ import annotations

from pathlib import Path

import pytest

import geo
from etl.indicators.definition import load_indicators
from warehouse import connect
from warehouse.schema import THEMES


def test_the_population_is_the_published_one_on_every_geography(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        sums = warehouse.sql(
            "SELECT geography, sum(persons) FILTER (age = 'all') everybody, "
            "sum(persons) FILTER (age = '80+') old, count(*) FILTER (age = 'all') areas "
            "FROM population WHERE period = 2026 AND sex = 'all' GROUP BY 1"
        )
    assert set(sums["geography"]) == set(geo.load_geographies())
    assert sums["everybody"].to_list() == pytest.approx([6_025_511] * len(sums))
    assert sums["old"].to_list() == pytest.approx([360_631] * len(sums))
    assert dict(sums.select("geography", "areas").iter_rows())["klynger-2022"] == 22


def test_the_projection_is_the_published_one_and_says_so(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        found = warehouse.sql(
            "SELECT period, persons, is_projection, is_estimate FROM population "
            "WHERE area_id = 'dk' AND age = '80+' AND period >= 2026 ORDER BY 1"
        )
    assert found.rows() == [
        (2026, 360_631, False, False),
        (2030, 427_695, True, False),
        (2035, 466_686, True, False),
        (2040, 498_958, True, False),
    ]


#: Defined, and shown once `klyngeblik fetch figures` has brought their tables.
FETCHED = {
    "preventive_visits_share", "home_help_hours", "care_home_waiting_days",
    "rehabilitation_share", "gp_distance",
}  # fmt: skip


def test_every_definition_has_figures_and_shows_a_default_that_exists(
    warehouse_path: Path,
) -> None:
    with connect(warehouse_path) as warehouse:
        shown = warehouse.sql("SELECT * FROM indicators")
    waiting = set(load_indicators()) - set(shown["indicator_id"])
    assert waiting == FETCHED
    for row in shown.iter_rows(named=True):
        assert row["default_age"] in row["ages"], row["indicator_id"]
        assert row["default_sector"] in row["sectors"], row["indicator_id"]
        assert load_indicators()[row["indicator_id"]].default_age == row["default_age"]
        assert load_indicators()[row["indicator_id"]].default_sector == row["default_sector"]
        assert row["last_period"] <= 2026


def test_real_and_demo_figures_are_told_apart(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        mixed = warehouse.sql(
            "SELECT count(*) FROM measures m JOIN packages p USING (package_id) "
            "WHERE m.is_demo <> p.is_demo"
        )
        real = warehouse.sql("SELECT DISTINCT theme FROM indicators WHERE NOT is_demo")
    assert mixed.item() == 0
    assert set(THEMES) == set(real["theme"])


def test_no_small_count_of_a_true_count_package_is_published(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        small = warehouse.sql(
            "SELECT count(*) FILTER (m.count > 0 AND m.count < 5), "
            "count(*) FILTER (m.population > m.count AND m.population - m.count < 5), "
            "count(*) FILTER (m.status LIKE 'suppressed%') "
            "FROM measures m JOIN packages p USING (package_id) "
            "WHERE p.made_safe_by = 'klyngeblik'"
        ).row(0)
    assert small[:2] == (0, 0)
    assert small[2] > 0


def test_hidden_and_missing_rows_carry_no_number(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        rows = warehouse.sql(
            "SELECT count(*), count(value), count(lower), count(upper), count(count), "
            "count(vs_country), count(vs_region), count(trend) "
            "FROM measures WHERE status <> 'ok'"
        ).row(0)
    assert rows[0] > 0
    assert rows[1:] == (0,) * 7


def test_the_measures_are_stored_in_the_order_they_are_asked_for(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        out_of_order = warehouse.sql(
            "SELECT count(*) FROM (SELECT (indicator_id, geography, area_id, period) k, "
            "lag((indicator_id, geography, area_id, period)) OVER (ORDER BY rowid) before "
            "FROM measures) WHERE k < before"
        ).item()
    assert out_of_order == 0


def test_shares_of_people_have_limits_a_comparison_and_a_trend(warehouse_path: Path) -> None:
    shares = ("child_notifications_per_1000", "child_measures_share", "hospital_stays_12h_per_100")
    with connect(warehouse_path) as warehouse:
        found = warehouse.sql(
            "SELECT indicator_id, lower < value AND value < upper AS inside, vs_country, trend "
            "FROM measures WHERE area_id = 'k22-horsensklyngen' AND period = 2025"
        )
    rows = {row["indicator_id"]: row for row in found.to_dicts()}
    for share in shares:
        assert rows[share]["inside"], share
        assert rows[share]["vs_country"] in {"lower", "similar", "higher"}, share
        assert rows[share]["trend"] in {"increasing", "decreasing", "no_change"}, share


def test_the_counts_behind_the_shares_are_those_of_people(warehouse_path: Path) -> None:
    with connect(warehouse_path) as warehouse:
        people = dict(
            warehouse.sql(
                "SELECT indicator_id, value * population / multiplier FROM measures "
                "JOIN indicators USING (indicator_id) WHERE area_id = 'dk' AND (indicator_id, "
                "period) IN (('child_notifications_per_1000', 2018), "
                "('hospital_stays_12h_per_100', 2021))"
            ).rows()
        )
    # Statistics Denmark: 75,019 children and 127,182 notifications in 2018; 789,000 admissions.
    assert people["child_notifications_per_1000"] == pytest.approx(75_019, rel=0.01)
    assert people["hospital_stays_12h_per_100"] < 500_000


def test_figures_say_by_what_they_are_counted_and_which_year_is_provisional(
    warehouse_path: Path,
) -> None:
    with connect(warehouse_path) as warehouse:
        counted = dict(warehouse.sql("SELECT indicator_id, counted_by FROM indicators").rows())
        trends = warehouse.sql(
            "SELECT DISTINCT trend FROM measures "
            "WHERE indicator_id = 'home_nursing_per_1000' AND period = 2025"
        )["trend"].to_list()
        sectors = warehouse.sql(
            "SELECT DISTINCT sector FROM measures WHERE indicator_id LIKE 'hospital_stay%'"
        )["sector"].to_list()
    assert counted["school_absence_share"] == "institution"
    assert counted["child_notifications_per_1000"] == "authority"
    assert counted["home_nursing_per_1000"] == "residence"
    assert trends == ["not_calculable"]
    assert sectors == ["all"]  # somatic and psychiatric hospitals
