"""What stands out is large and, where chance can be told, clear."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.standout import MOST, MOST_UNSURE, differences


def row(value: float | None, country: float | None = 10.0, **more: Any) -> dict[str, Any]:
    return {
        "value": value,
        "country_value": country,
        "lower": None,
        "upper": None,
        "vs_country": None,
        "polarity": "high_bad",
        "theme": "elderly",
        "unit": "per_cent",
        "decimals": 1,
        "is_estimate": False,
        "is_demo": False,
        **more,
    }


def test_a_small_difference_is_not_told_however_sure_it_is():
    assert differences([row(10.9, vs_country="worse", lower=10.8, upper=11.0)]) == []


def test_a_large_difference_is_not_told_when_its_interval_holds_the_country():
    assert differences([row(15.0, vs_country="similar", lower=9.0, upper=21.0)]) == []


@pytest.mark.parametrize(
    ("more", "certainty"),
    [
        ({"vs_country": "worse", "lower": 14.0, "upper": 16.0}, "clear"),
        ({}, "unknown"),
        ({"theme": "population"}, "counted"),
    ],
)
def test_only_an_interval_makes_a_difference_clear(more, certainty):
    (found,) = differences([row(15.0, **more)])
    assert (found.certainty, round(found.percent), found.verdict) == (certainty, 50, "bad")


def test_an_estimate_is_neither_certain_nor_everybody_counted():
    estimate = {"is_estimate": True}
    sure = {"vs_country": "worse", "lower": 14.0, "upper": 16.0}
    for more in (sure, {"theme": "population"}, {}):
        (found,) = differences([row(15.0, **more, **estimate)])
        assert (found.certainty, found.is_sure) == ("estimate", False)
    within = {"vs_country": "similar", "lower": 9.0, "upper": 21.0}
    assert differences([row(15.0, **within, **estimate)]) == []


def test_low_is_good_where_high_is_bad_and_neither_where_it_is_neither():
    low = differences([row(5.0), row(5.0, polarity="high_good"), row(5.0, polarity="neutral")])
    assert [d.verdict for d in low] == ["good", "bad", ""]


def test_what_is_hidden_not_known_or_a_number_of_people_is_left_out():
    assert differences([row(None), row(5.0, None), row(5.0, unit="persons")]) == []


def test_the_sure_come_first_and_real_figures_before_made_up_ones():
    sure = {"vs_country": "worse", "lower": 11.0}
    rows = [row(12.0 + i) for i in range(9)]
    rows += [row(20.0 + i, is_demo=True, **sure) for i in range(9)]
    rows += [row(12.0 + i, **sure) for i in range(4)]
    found = differences(rows)
    assert [d.is_sure for d in found] == [True] * MOST + [False] * MOST_UNSURE
    assert [d.row["is_demo"] for d in found] == [False] * 4 + [True] * 2 + [False] * 3
    assert found[0].row["value"] == 15.0
