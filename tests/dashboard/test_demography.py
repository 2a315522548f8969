"""Ageing carried forward: against a slow obvious twin, split without remainder, never a guess."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.demography import AGES, carried_forward
from dashboard.figures.pull import Step, pull_bars
from dashboard.figures.style import look

YEARS = (2026, 2030, 2040)
PARTS = ("by_people", "by_age", "by_health")


def delivered(
    rates: dict[tuple[str, str], float | None], persons: dict[tuple[str, int], float]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return (
        [{"area_id": "a", "use": u, "age": age, "per_person": r} for (u, age), r in rates.items()],
        [{"area_id": "a", "age": a, "period": y, "persons": p} for (a, y), p in persons.items()],
    )


def slowly(rates: Any, persons: Any, use: str, year: int, healthier: float) -> dict[str, float]:
    """Walk through people one group at a time, in both orders, and take the mean."""
    now = sum(rates[use, age] * persons[age, 2026] for age in AGES)
    later = sum(rates[use, age] * persons[age, year] for age in AGES)
    before = sum(persons[age, 2026] for age in AGES)
    after = sum(persons[age, year] for age in AGES)
    # first more people of the same make-up, then the other make-up; and the other way round
    grown = sum(rates[use, a] * persons[a, 2026] / before * after for a in AGES)
    aged = sum(rates[use, a] * persons[a, year] / after * before for a in AGES)
    then = later
    for _ in range(year - 2026):
        then -= then * healthier / 100
    return {
        "now": now,
        "then": then,
        "more": then - now,
        "by_people": ((grown - now) + (later - aged)) / 2,
        "by_age": ((later - grown) + (aged - now)) / 2,
        "by_health": then - later,
    }


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.floats(0, 50), min_size=2, max_size=2),
    st.lists(st.floats(1, 1e5), min_size=6, max_size=6),
    st.sampled_from([0.0, 0.3, 1.0]),
)
def test_it_is_what_the_slow_way_gives_and_the_parts_add_up(
    per_person: list[float], persons: list[float], healthier: float
) -> None:
    rates = {("help", age): r for age, r in zip(AGES, per_person, strict=True)}
    there = dict(zip([(a, y) for a in AGES for y in YEARS], persons, strict=True))
    rows = carried_forward(*delivered(rates, there), base=2026, healthier=healthier)
    assert [row["period"] for row in rows] == [2030, 2040]
    for row in rows:
        expected = slowly(rates, there, "help", row["period"], healthier)
        for name, value in expected.items():
            assert row[name] == pytest.approx(value, rel=1e-6, abs=1e-3), name
        assert sum(row[p] for p in PARTS) == pytest.approx(row["more"], rel=1e-6, abs=1e-3)


def test_twice_as_many_of_the_same_kind_is_all_more_people() -> None:
    rates = {("help", "65-79"): 0.1, ("help", "80+"): 0.4}
    there = {(a, y): 100.0 * (1 if y == 2026 else 2) for a in AGES for y in YEARS}
    row, _ = carried_forward(*delivered(rates, there), base=2026)
    assert (row["now"], row["then"], row["per_cent"]) == (50, 100, 100)
    assert (row["by_people"], row["by_age"], row["by_health"]) == (50, 0, 0)


def test_what_is_not_known_of_one_age_group_is_not_known_at_all() -> None:
    there = {(a, y): 100.0 for a in AGES for y in YEARS}
    hidden = {("help", "65-79"): None, ("help", "80+"): 0.4}
    gone = {("help", "80+"): 0.4}
    for rates in (hidden, gone):
        rows = carried_forward(*delivered(rates, there), base=2026)
        assert [list(row.values())[3:] for row in rows] == [[*[None] * 7, False]] * 2
    nobody_asked = {k: v for k, v in there.items() if k != ("80+", 2040)}
    rates = {("help", "65-79"): 0.1, ("help", "80+"): 0.4}
    rows = carried_forward(*delivered(rates, nobody_asked), base=2026)
    assert [row["then"] is None for row in rows] == [False, True]


def test_use_cannot_fall_by_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="per cent a year"):
        carried_forward(*delivered({}, {}), base=2026, healthier=-1)


def test_the_drawing_adds_up_and_plotly_knows_every_word_of_it() -> None:
    steps = [Step(2030, "2030", (450.0, 440.0, -60.0)), Step(2040, "2040", (1500.0, 650.0, -470.0))]
    drawn = pull_bars(steps, ("flere", "over 80", "sundere"), look())
    figure = go.Figure(drawn.to_dict())
    assert [sum(bar.x[i] for bar in figure.data) for i in (0, 1)] == [830, 1680]
    # Patterns tell the parts apart without colours.
    assert len({bar.marker.pattern.shape for bar in figure.data}) == 3
