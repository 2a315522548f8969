"""Where one is: municipality, cluster, council and region, as the Danish day has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard import clock
from dashboard.beside import peers
from dashboard.reference import Reference, open_warehouse, reference_of
from dashboard.selection import Known, parse
from dashboard.whereabouts import steps

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture(scope="module")
def reference(warehouse_path: Path) -> Reference:
    return reference_of(open_warehouse(warehouse_path))


def on(known: Known, day: date) -> Known:
    return replace(known, today=lambda: day)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), LAST),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), FIRST),
        # In summer the Danish day begins two hours before that of UTC.
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_the_day_is_the_danish_one(moment, day):
    assert clock.danish_day(moment) == day


def test_the_day_can_be_named_to_see_the_app_as_it_will_be(monkeypatch):
    monkeypatch.setenv(clock.DAY_VARIABLE, "2027-01-01")
    assert clock.today() == FIRST
    monkeypatch.setenv(clock.DAY_VARIABLE, "tomorrow")
    with pytest.raises(ValueError, match="tomorrow"):
        clock.today()


def test_clusters_are_shown_first_until_the_last_day_of_2026_and_councils_after(reference):
    before, after = (parse({}, on(reference.known, day))[0] for day in (LAST, FIRST))
    assert (before.geography, before.area) == ("klynger-2022", "k22-horsensklyngen")
    assert (after.geography, after.area) == ("sundhedsraad-2027", "r27-horsens")


def test_the_country_is_compared_by_what_is_in_force(reference):
    denmark = reference.areas["dk"]
    before, after = (
        peers(replace(reference, known=on(reference.known, day)), denmark) for day in (LAST, FIRST)
    )
    assert (before.geography, before.level, len(before.ids)) == ("klynger-2022", "cluster", 22)
    assert (after.geography, after.level) == ("sundhedsraad-2027", "health_council")
    assert len(after.ids) == 17


def names(reference: Reference, area: str, day: date) -> list[list[str]]:
    return [[p.name for p in s.places] for s in steps(reference, reference.areas[area], day)]


def test_a_municipality_names_its_cluster_its_council_and_its_region(reference):
    assert names(reference, "0766", LAST) == [
        ["Hedensted"],
        ["Horsensklyngen"],
        ["Sundhedsråd Horsens"],
        ["Region Midtjylland"],
        ["Danmark"],
    ]
    assert names(reference, "0766", FIRST)[1:3] == [["Sundhedsråd Horsens"], ["Horsensklyngen"]]
    # Two regions become one.
    assert [names(reference, "0259", day)[3] for day in (LAST, FIRST)] == [
        ["Region Sjælland"],
        ["Region Østdanmark"],
    ]


def test_a_step_says_since_and_until_when(reference):
    _, cluster, council, *_ = steps(reference, reference.areas["0766"], LAST)
    assert (cluster.until, cluster.since) == (LAST, None)
    assert (council.until, council.since) == (None, FIRST)
    _, council, cluster, *_ = steps(reference, reference.areas["0766"], FIRST)
    assert (cluster.until, council.since) == (LAST, None)


def test_a_split_municipality_names_both_its_clusters(reference):
    assert names(reference, "0101", LAST)[1] == [
        "Sundhedsklynge Byen",
        "Sundhedsklynge Syd (Hovedstaden)",
    ]


@pytest.mark.parametrize("day", [LAST, FIRST])
def test_every_area_knows_its_way_to_the_country_and_where_it_stands(reference, day):
    for area in reference.areas.values():
        way = steps(reference, area, day)
        assert way[-1].places[0].id == "dk", area.name
        assert [s.places[0].id for s in way if s.is_here] == [area.id]
        assert all(step.places for step in way)
