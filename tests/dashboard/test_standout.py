"""What stands out is large, certain, real and not the area's ages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.standout import MOST, MOST_OF_A_KIND, Point, Subject, explained, findings

COUNTRY_AGES = {"0-64": 0.79, "65-79": 0.15, "80+": 0.06}
YOUNG = {"0-64": 0.86, "65-79": 0.10, "80+": 0.04}


def indicator(name: str = "home_nursing", **more: Any) -> dict[str, Any]:
    return {
        "indicator_id": name,
        "theme": "sectors",
        "unit": "per_1000",
        "polarity": "high_bad",
        "decimals": 1,
        "age_effect": "none",
        "is_full_count": False,
        "is_demo": False,
        **more,
    }


def point(value: float, within: float | None = 0.0, **more: Any) -> Point:
    """Return a number with limits so far to either side; None for no limits."""
    ends = {} if within is None else {"lower": value - within, "upper": value + within}
    return Point(value, **ends, **more)


def level(value: float, country: float = 10.0, within: float | None = 0.1, **more: Any) -> Subject:
    is_fair = more.pop("is_fair", False)
    ages = more.pop("ages", COUNTRY_AGES)
    estimate = more.pop("is_estimate", False)
    return Subject(
        indicator(**more),
        is_fair,
        point(value, within, period=2025, ages=ages, is_estimate=estimate),
        point(country, None, period=2025, ages=COUNTRY_AGES),
    )


def change(*values: float, country: tuple[float, ...] = (), **more: Any) -> Subject:
    within = more.pop("within", 0.1)
    years = [point(value, within, period=2020 + i) for i, value in enumerate(values)]
    others = [point(value, None, period=2020 + i) for i, value in enumerate(country)]
    return Subject(indicator(**more), False, None, None, years, others)


def spread(*values: float, **more: Any) -> Subject:
    within = more.pop("within", 0.1)
    members = [point(value, within, name=f"Kommune {i}") for i, value in enumerate(values)]
    return Subject(indicator(**more), False, None, None, (), (), members)


def kinds(*subjects: Subject) -> list[str]:
    return [found.kind for found in findings(subjects)]


# ---- large and certain --------------------------------------------------------------------------


def test_a_small_difference_does_not_stand_out_however_certain_it_is() -> None:
    assert kinds(level(10.9)) == []


def test_a_large_difference_that_chance_can_make_does_not_stand_out() -> None:
    assert kinds(level(15.0, within=6.0)) == []


def test_a_large_difference_nobody_knows_the_certainty_of_does_not_stand_out() -> None:
    assert kinds(level(15.0, within=None)) == []


def test_where_everybody_is_counted_chance_has_no_part_in_it() -> None:
    (found,) = findings([level(15.0, within=None, is_full_count=True)])
    assert (found.kind, round(found.percent), found.certainty) == ("level", 50, "counted")


def test_an_estimate_must_be_twice_as_far_and_is_called_one() -> None:
    assert kinds(level(11.5, is_estimate=True)) == []
    (found,) = findings([level(12.5, is_estimate=True)])
    assert found.certainty == "estimate"


def test_made_up_figures_never_stand_out() -> None:
    assert kinds(level(30.0, is_demo=True)) == []


def test_two_numbers_a_reader_sees_alike_do_not_differ() -> None:
    assert kinds(level(0.04, country=0.03, within=0.001, decimals=1)) == []


def test_a_number_of_people_is_not_compared_with_the_countrys() -> None:
    assert kinds(level(100.0, country=6_000.0, unit="persons")) == []


# ---- ages ---------------------------------------------------------------------------------------


def test_what_fewer_old_people_can_explain_does_not_stand_out() -> None:
    """A third fewer are old, so a third less home nursing is what one would expect."""
    assert kinds(level(7.0, ages=YOUNG, age_effect="rises")) == []


def test_what_is_less_than_the_ages_can_explain_stands_out() -> None:
    assert kinds(level(5.0, ages=YOUNG, age_effect="rises")) == ["level"]


def test_more_than_expected_of_the_young_stands_out() -> None:
    assert kinds(level(11.5, ages=YOUNG, age_effect="rises")) == ["level"]


def test_a_standardised_figure_has_no_ages_in_it() -> None:
    assert kinds(level(7.0, ages=YOUNG, age_effect="rises", is_fair=True)) == ["level"]


def test_the_populations_own_ages_stand_out_as_what_they_are() -> None:
    about = {"theme": "population", "is_full_count": True, "polarity": "neutral"}
    (found,) = findings([level(4.0, country=6.0, ages=YOUNG, age_effect="unknown", **about)])
    assert (found.kind, found.verdict) == ("level", "")


@given(
    *[st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4) for _ in range(3)],
)
def test_no_rates_by_age_can_make_more_than_what_ages_explain(
    here: list[float], there: list[float], rates: list[float]
) -> None:
    bands = ("0-17", "18-64", "65-79", "80+")
    one, other = (
        {band: part / sum(parts) for band, part in zip(bands, parts, strict=True)}
        for parts in (here, there)
    )
    low, high = explained("unknown", one, other)
    ratio = sum(one[b] * r for b, r in zip(bands, rates, strict=True)) / sum(
        other[b] * r for b, r in zip(bands, rates, strict=True)
    )
    assert low - 1e-9 <= ratio <= high + 1e-9


def test_nothing_is_told_of_what_ages_drive_where_the_ages_are_not_known() -> None:
    assert kinds(level(30.0, ages={}, age_effect="unknown")) == []


def test_a_year_of_life_is_much_though_it_is_few_per_cent() -> None:
    life = {"unit": "years", "polarity": "high_good"}
    assert kinds(level(19.9, country=19.5, **life)) == []
    (found,) = findings([level(18.3, country=19.5, **life)])
    assert found.verdict == "bad"


# ---- verdicts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("polarity", "low", "high"),
    [("high_bad", "good", "bad"), ("high_good", "bad", "good"), ("neutral", "", "")],
)
def test_low_is_good_where_high_is_bad_and_neither_where_it_is_neither(
    polarity: str, low: str, high: str
) -> None:
    for value, verdict in ((5.0, low), (20.0, high)):
        (found,) = findings([level(value, polarity=polarity)])
        assert found.verdict == verdict


def test_a_crude_figure_that_age_drives_is_neither_good_nor_bad() -> None:
    (found,) = findings([level(30.0, age_effect="rises")])
    assert found.verdict == ""
    (found,) = findings([level(30.0, age_effect="rises", is_fair=True)])
    assert found.verdict == "bad"


# ---- kinds --------------------------------------------------------------------------------------


def test_a_change_is_the_areas_own_since_its_first_year() -> None:
    (found,) = findings([change(10, 11, 12, 14)])
    assert (found.kind, found.other.period, found.value.period) == ("change", 2020, 2023)
    assert round(found.percent) == 40


def test_two_or_three_years_are_no_development() -> None:
    assert kinds(change(10, 14, 20)) == []


def test_a_change_that_chance_can_make_does_not_stand_out() -> None:
    assert kinds(change(10, 11, 12, 14, within=3.0)) == []


def test_what_has_gone_the_same_way_everywhere_is_told_after_what_has_not() -> None:
    alone = change(10, 11, 12, 13, country=(10, 10, 10, 10), name="alone")
    alike = change(10, 11, 12, 13.5, country=(10, 11, 12, 13.5), name="alike")
    told = findings([alike, alone])
    assert [found.subject.indicator["indicator_id"] for found in told] == ["alone", "alike"]


def test_municipalities_far_and_certainly_apart_are_named() -> None:
    (found,) = findings([spread(12.0, 10.0, 15.0)])
    assert (found.kind, found.value.name, found.other.name) == ("spread", "Kommune 2", "Kommune 1")
    assert found.verdict == ""


def test_municipalities_whose_intervals_touch_are_not_told_apart() -> None:
    assert kinds(spread(10.0, 15.0, within=3.0)) == []


def test_one_municipality_has_no_spread() -> None:
    assert kinds(spread(10.0)) == []


# ---- how many, in which order -------------------------------------------------------------------


def test_the_largest_first_and_the_unfavourable_before_its_like() -> None:
    subjects = [
        level(12.0, name="a"),
        level(20.0, name="b"),
        level(8.34, name="c"),
        level(12.0, name="d", polarity="neutral"),
    ]
    told = [found.subject.indicator["indicator_id"] for found in findings(subjects)]
    assert told == ["b", "a", "d"]


def test_at_most_six_and_of_each_kind_three() -> None:
    subjects = [level(20.0 + i, name=f"l{i}") for i in range(9)]
    subjects += [change(10, 12, 14, 20 + i, name=f"c{i}") for i in range(9)]
    subjects += [spread(10, 20 + i, name=f"s{i}") for i in range(9)]
    told = findings(subjects)
    assert len(told) == MOST
    assert max(map([found.kind for found in told].count, ("level", "change", "spread"))) <= (
        MOST_OF_A_KIND
    )


def test_an_indicator_is_told_once() -> None:
    both = Subject(
        indicator(),
        False,
        point(20.0, 0.1, period=2023),
        point(10.0, None),
        [point(v, 0.1, period=2020 + i) for i, v in enumerate((5, 8, 12, 20))],
    )
    assert kinds(both) == ["change"]


def test_the_population_is_told_once_of_a_kind() -> None:
    about = {"theme": "population", "is_full_count": True}
    assert kinds(level(20.0, name="65", **about), level(30.0, name="80", **about)) == ["level"]


def test_where_nothing_is_far_apart_nothing_is_told() -> None:
    assert kinds(level(10.0), change(10, 10, 10, 10), spread(10, 10)) == []
