"""What stands out in every area of every geography, from the shipped figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.reference import open_warehouse, reference_of
from dashboard.standing import standing_out
from dashboard.standout import KINDS, LARGE, MOST, Finding, explained


@pytest.fixture(scope="module")
def everywhere(warehouse_path: Path) -> dict[str, list[Finding]]:
    """Return what stands out by area."""
    warehouse = open_warehouse(warehouse_path)
    reference = reference_of(warehouse)
    return {a.id: standing_out(warehouse, reference, a) for a in reference.areas.values()}


def test_nothing_made_up_stands_out_anywhere(everywhere: dict[str, list[Finding]]) -> None:
    assert len(everywhere) > 150
    for found in everywhere.values():
        assert len(found) <= MOST
        assert not any(one.subject.indicator["is_demo"] for one in found)


def test_no_finding_is_what_the_areas_ages_can_explain(
    everywhere: dict[str, list[Finding]],
) -> None:
    for area, found in everywhere.items():
        for one in (f for f in found if f.subject.age_plays_a_part):
            effect = one.subject.indicator["age_effect"]
            low, high = explained(effect, one.value.ages, one.other.ages)
            ratio = one.value.value / one.other.value
            assert max(ratio / high, low / ratio) >= 1 + LARGE[one.kind] / 100, (area, one.kind)


def test_favourable_is_said_of_fair_figures_only(everywhere: dict[str, list[Finding]]) -> None:
    for found in everywhere.values():
        for one in (f for f in found if f.verdict):
            assert one.subject.is_fair or one.subject.indicator["age_effect"] == "none"


def test_every_kind_is_told_somewhere_and_the_country_has_no_level(
    everywhere: dict[str, list[Finding]],
) -> None:
    told = {one.kind for found in everywhere.values() for one in found}
    assert told == set(KINDS)
    assert {one.kind for one in everywhere["dk"]} <= {"change"}
