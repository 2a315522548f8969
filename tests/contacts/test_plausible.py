"""What cannot be right although each row may be is told as a warning, and nobody is quoted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.registers.plausible import gaps, unlinked
from tests.contacts.making import NOON, contact, counted, whole_year

YEARS = [2023, 2024]
MONTHS = [(year, month) for year in YEARS for month in range(1, 13)]


def covered(lacking: Iterable[tuple[str, str, int, int]] = (), contacts: int = 40) -> pl.DataFrame:
    """Contacts of three municipalities with two sectors in every month but those lacking."""
    cells = [
        (place, sector, year, month, contacts)
        for place in ("0101", "0147", "0751")
        for sector in ("general_practice", "somatic_hospital")
        for year, month in MONTHS
        if (place, sector, year, month) not in set(lacking)
    ]
    schema = ["municipality", "sector", "year", "month", "contacts"]
    return pl.DataFrame(cells, schema=schema, orient="row")


def told(coverage: pl.DataFrame, years: list[int] = YEARS) -> list[str]:
    found = gaps("rows", coverage, years)
    assert {finding.severity for finding in found} <= {"warning"}
    return [finding.what_en for finding in found]


def test_nothing_is_told_where_nothing_is_missing() -> None:
    assert told(covered()) == []


def test_months_of_a_municipality_and_sector_that_are_missing_are_told() -> None:
    lacking = [("0751", "somatic_hospital", 2024, month) for month in (3, 4, 5)]
    [said] = told(covered(lacking))
    assert "Aarhus" in said
    assert "somatic hospitals" in said
    assert "March, April, May 2024" in said
    # Of a year that is not counted nothing is told.
    assert told(covered(lacking), [2023]) == []


def test_a_few_stray_contacts_do_not_fill_a_month() -> None:
    stray = pl.when(municipality="0751", year=2024, month=3).then(2).otherwise("contacts")
    assert len(told(covered().with_columns(contacts=stray))) == 2


def test_a_year_that_is_missing_is_told_by_the_other_years() -> None:
    lacking = [("0751", "somatic_hospital", 2024, month) for month in range(1, 13)]
    [said] = told(covered(lacking))
    assert "the whole of 2024" in said
    [said] = told(covered(lacking), [2024])
    assert "the whole of 2024" in said


def test_a_sector_that_a_municipality_lacks_altogether_is_told_by_the_others() -> None:
    lacking = [("0751", "somatic_hospital", *month) for month in MONTHS]
    [said] = told(covered(lacking))
    assert "Aarhus has no contacts in the sector somatic hospitals" in said


def test_a_gap_of_all_municipalities_or_of_few_contacts_is_no_gap_of_one() -> None:
    everywhere = [(p, "somatic_hospital", 2024, 5) for p in ("0101", "0147", "0751")]
    assert told(covered(everywhere)) == []
    assert told(covered([("0751", "somatic_hospital", 2024, 5)], contacts=10)) == []


def persons_told(tmp_path: Path, rows: list[dict[str, Any]]) -> list[str]:
    return [f.what_en for f in counted(tmp_path, rows).findings]


@pytest.mark.parametrize(("births", "said"), [(3, 0), (4, 1)])
def test_a_pseudonym_with_many_birth_dates_is_told_and_not_quoted(
    tmp_path: Path, births: int, said: int
) -> None:
    rows = [
        contact(
            person=9999999999,
            birth_date=dt.date(1950 + n, 1, 1),
            start_time=NOON.replace(day=9 + n),
        )
        for n in range(births)
    ]
    found = persons_told(tmp_path, [*rows, *whole_year()])
    assert len(found) == said
    assert all("cannot be one person: 4 (different pseudonyms: 1)" in one for one in found)
    assert "9999999999" not in " ".join(found)


def test_a_pseudonym_with_more_contacts_than_anybody_is_told(tmp_path: Path) -> None:
    minutes = (NOON + dt.timedelta(minutes=n) for n in range(3001))
    rows = [contact(start_time=at) for at in minutes]
    assert persons_told(tmp_path, rows[1:]) == []
    assert "cannot be one person: 3,001" in persons_told(tmp_path, rows)[0]


def test_pseudonyms_that_several_persons_share_are_told(tmp_path: Path) -> None:
    alone = [contact(person=n) for n in range(200)]
    shared = [contact(person=n, sex="male", acute=True) for n in range(3)]
    assert "3 of 200 pseudonyms have more than one" in persons_told(tmp_path, alone + shared)[0]
    assert persons_told(tmp_path, alone + shared[:2]) == []


def test_sectors_with_pseudonyms_of_their_own_are_told(tmp_path: Path) -> None:
    practice = [contact(person=n) for n in range(200)]

    def hospital(first: int) -> list[dict[str, Any]]:
        return [contact(person=first + n, sector="psychiatric_hospital") for n in range(150)]

    assert persons_told(tmp_path, practice + hospital(0)) == []
    [said] = persons_told(tmp_path, practice + hospital(1000))
    assert "psychiatric hospitals" in said
    assert "2024" in said


def test_a_large_sector_beside_a_small_one_is_right() -> None:
    rows = [
        (2024, "general_practice", 10_000, 300, 310),
        (2024, "somatic_hospital", 310, 300, 10_000),
    ]
    linked = pl.DataFrame(
        rows, schema=["year", "sector", "persons", "shared", "others"], orient="row"
    )
    assert unlinked("rows", linked, [2024]) == []
