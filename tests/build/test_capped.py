"""A count above what it is a share of is shown as a hundred per cent, and that is told."""

from __future__ import annotations

from typing import Any

import pytest

from etl.quality.capped import above_whole
from tests.build.making import counts, indicator, package

PEOPLE = {"0001": 1000, "0002": 2000, "0003": 3000, "0004": 4000}


def cases(**changed: int) -> list[dict[str, Any]]:
    return counts("cases", {**dict.fromkeys(PEOPLE, 100), **changed})


def told(*packages: Any) -> list[tuple[str, str]]:
    return [(f.severity, f.what_en) for f in above_whole(packages, [indicator()])]


@pytest.mark.parametrize(("cases_there", "severity"), [(1005, "note"), (1200, "warning")])
def test_more_cases_than_people_in_another_package(cases_there: int, severity: str) -> None:
    people = package(counts("population", PEOPLE), layout="people")
    own = package(cases(**{"0001": cases_there}), layout="cases")
    ((found, what),) = told(people, own)
    assert found == severity
    assert "1 counts are larger than the count in" in what
    assert "shown as 100 %" in what
    assert str(cases_there) not in what


def test_in_one_package_whose_layout_does_not_say_that_one_is_part_of_the_other() -> None:
    one = package(counts("population", PEOPLE) + cases(**{"0002": 2500}))
    ((found, _),) = told(one)
    assert found == "warning"


def test_nothing_is_told_where_there_are_people_enough() -> None:
    people = package(counts("population", PEOPLE), layout="people")
    assert told(people, package(cases(**{"0001": 1000}), layout="cases")) == []
    assert told(package(cases(**{"0001": 9999}), layout="cases")) == []  # no people, no share
