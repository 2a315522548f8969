"""A health council's dossier: all numbers are the warehouse's, none is made up, gaps are named."""

from __future__ import annotations

import re

import polars as pl
import pytest

import report
from content.dossier import Dossier, Line, dossier_of
from dashboard import dossier as words
from dashboard.reference import Reference, reference_of
from dashboard.view import View
from report.model import Picture, Table, Words
from tests.report.reading import Paper
from warehouse import SelectionError, Warehouse

COUNCILS = 17


@pytest.fixture(scope="module")
def reference(shipped: Warehouse) -> Reference:
    return reference_of(shipped)


@pytest.fixture(scope="module")
def dossiers(shipped: Warehouse, reference: Reference) -> dict[str, Dossier]:
    areas = reference.known.areas["sundhedsraad-2027"]
    found = {area: dossier_of(shipped, reference, area) for area in areas}
    assert len(found) == COUNCILS
    return {area: dossier for area, dossier in found.items() if dossier is not None}


def lines(dossier: Dossier) -> list[Line]:
    groups = (*dossier.tasks, *dossier.plan)
    return [*dossier.people, *(line for group in groups for line in group.lines)]


def test_every_number_of_all_councils_is_the_extracts(
    shipped: Warehouse, dossiers: dict[str, Dossier]
) -> None:
    public = shipped.sql(
        "SELECT area_id, indicator_id, period, age, sector, value, status FROM extract "
        "WHERE sex = 'all' AND standardisation = 'crude' AND NOT is_demo"
    )
    known = {row[:5]: row[5:] for row in public.iter_rows()}
    checked = 0
    for area, dossier in dossiers.items():
        for line in lines(dossier):
            assert line.own["area_id"] == area
            for row in filter(None, (line.own, line.region, line.country, *line.parts)):
                key = (row["area_id"], line.indicator, line.period, line.age, row["sector"])
                assert (row["value"], row["status"]) == known[key]
                checked += 1
    assert checked > 4_000


def test_all_councils_hold_the_same_lines_and_all_four_tasks(dossiers: dict[str, Dossier]) -> None:
    held = {
        area: [(line.indicator, line.age, line.period) for line in lines(dossier)]
        for area, dossier in dossiers.items()
    }
    first = next(iter(held.values()))
    assert all(one == first for one in held.values())
    for dossier in dossiers.values():
        assert [g.id for g in dossier.tasks] == [
            "acute_nursing", "places", "rehabilitation", "prevention",
        ]  # fmt: skip
        assert all(group.lines for group in dossier.tasks)


def test_residents_seats_and_municipalities_are_those_of_the_lists(
    shipped: Warehouse, dossiers: dict[str, Dossier]
) -> None:
    lists = shipped.sql(
        "SELECT c.area_id, list(c.municipality_id ORDER BY c.municipality_id) AS members, "
        "sum(c.seats) + any_value(a.regional_seats) AS seats FROM catchments c "
        "JOIN areas a USING (area_id) WHERE c.geography = 'sundhedsraad-2027' GROUP BY c.area_id"
    )
    for area, members, seats in lists.iter_rows():
        dossier = dossiers[area]
        assert sorted(m.id for m in dossier.members) == members
        assert dossier.seats == seats
        own = dossier.of_age("all")[dossier.years[0]].own["value"]
        assert sum(m.persons or 0 for m in dossier.members) == pytest.approx(own)


def test_the_lowest_and_the_highest_are_municipalities_of_the_council(
    dossiers: dict[str, Dossier],
) -> None:
    for dossier in dossiers.values():
        members = {m.id for m in dossier.members}
        for line in lines(dossier):
            if line.ends is not None:
                low, high = line.ends
                known = [r["value"] for r in line.parts if r["value"] is not None]
                assert (low["value"], high["value"]) == (min(known), max(known))
                assert {low["area_id"], high["area_id"]} <= members


def test_a_council_is_unchanged_only_where_its_municipalities_are_one_whole_cluster(
    shipped: Warehouse, dossiers: dict[str, Dossier]
) -> None:
    lists = shipped.sql(
        "SELECT geography, area_id, municipality_id, share FROM catchments "
        "WHERE geography IN ('klynger-2022', 'sundhedsraad-2027')"
    )

    def sets(geography: str) -> dict[str, frozenset[tuple[str, float]]]:
        own = lists.filter(pl.col("geography") == geography)
        groups = own.group_by("area_id").agg(pl.struct("municipality_id", "share"))
        return {
            area: frozenset((m["municipality_id"], m["share"]) for m in held)
            for area, held in groups.iter_rows()
        }

    clusters = set(sets("klynger-2022").values())
    unchanged = {area for area, held in sets("sundhedsraad-2027").items() if held in clusters}
    assert {area for area, d in dossiers.items() if d.is_unchanged} == unchanged
    assert "r27-horsens" in unchanged
    assert "r27-limfjorden" not in unchanged


def test_made_up_figures_are_left_out_and_named_with_what_would_bring_them(
    shipped: Warehouse, reference: Reference, dossiers: dict[str, Dossier]
) -> None:
    demo = {i for i, row in reference.indicators.items() if row["is_demo"]}
    assert demo
    for area, dossier in dossiers.items():
        assert not demo & {line.indicator for line in lines(dossier)}
        # Who has switched them off reads the same.
        assert dossier_of(shipped, reference.real, area) == dossier
        (chronic,) = [g for g in dossier.plan if g.id == "chronic"]
        assert set(chronic.made_up) == {"Kroniske sygdomme og svære psykiske lidelser"}
        view = View(shipped, reference.real, reference.areas[area])
        (said,) = words.missing(view, chronic)
        assert "Borgere med KOL" in said
        assert "”Kroniske sygdomme og svære psykiske lidelser”" in said


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("area", ["r27-horsens", "r27-hovedstaden", "r27-oestsjaelland-og-oeerne"])
def test_the_sheet_names_the_laws_and_shows_the_map_and_the_plan(
    shipped: Warehouse, area: str, lang: str
) -> None:
    content = report.sheet_of(shipped, area, "council_dossier", lang, demo=True)
    assert not content.has_demo
    paper = Paper(report.pdf(content))
    assert len(paper.reader.pages) == len(content.pages) == 4
    for law in ("L 214", "699", "L 42"):
        assert law in paper.text
    unread = {
        "da": "Vi har ikke læst de vedtagne love",
        "en": "We have not read the acts as passed",
    }
    assert unread[lang] in paper.text
    (drawn,) = [b for _, b in content.blocks() if isinstance(b, Picture)]
    assert drawn.alt in paper.alternatives
    assert all(name in drawn.alt for name in re.findall(r">([^<>]{4,})</text>", drawn.svg))
    tables = [b for _, b in content.blocks() if isinstance(b, Table)]
    assert len(paper.tables()) == len(tables) == 4
    assert not any(b.is_demo for _, b in content.blocks() if isinstance(b, Words))


def test_only_a_health_council_has_a_dossier(shipped: Warehouse) -> None:
    for area in ("k22-horsensklyngen", "0615", "reg27-midtjylland", "dk"):
        with pytest.raises(SelectionError):
            report.sheet_of(shipped, area, "council_dossier")
