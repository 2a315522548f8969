"""What counts: edges by hand, and everything else against the slow twin."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.contacts.definitions import Counts
from tests.contacts import twin
from tests.contacts.making import (
    NOON,
    attendance,
    citizens_of,
    contact,
    counted,
    hours,
    on_duckdb,
    stays_of,
    write,
)


@pytest.mark.parametrize(
    ("gap", "stays"),
    [(hours(-3), 1), (hours(0), 1), (hours(4), 1), (hours(4) + dt.timedelta(microseconds=1), 2)],
)
def test_attendances_at_most_4_hours_apart_are_one_stay(
    tmp_path: Path, gap: dt.timedelta, stays: int
) -> None:
    first = attendance(NOON, 13, acute=True, diagnosis_group="fractures")
    second = attendance(NOON + hours(13) + gap, 13, acute=True, diagnosis_group="fractures")
    counts = stays_of(counted(tmp_path, [first, second]))
    assert counts["somatic_admissions"] == stays
    assert counts["avoidable_stays"] == stays


def test_a_short_attendance_within_a_long_one_does_not_end_the_stay(tmp_path: Path) -> None:
    rows = [
        attendance(NOON, 48),
        attendance(NOON + hours(1), 1),
        attendance(NOON + hours(50), 13),
    ]
    assert stays_of(counted(tmp_path, rows))["somatic_admissions"] == 1


@pytest.mark.parametrize(("lasts", "admissions"), [(11.99, 0), (12, 1)])
def test_an_admission_lasts_12_hours(tmp_path: Path, lasts: float, admissions: int) -> None:
    assert (
        stays_of(counted(tmp_path, [attendance(NOON, lasts)]))["somatic_admissions"] == admissions
    )


def test_linked_attendances_make_an_admission_together(tmp_path: Path) -> None:
    rows = [attendance(NOON, 5), attendance(NOON + hours(8), 4)]
    assert stays_of(counted(tmp_path, rows))["somatic_admissions"] == 1


def test_an_attendance_without_an_end_lasts_no_time_and_links_all_the_same(tmp_path: Path) -> None:
    bridge = attendance(NOON + hours(10), 0, end_time=None)
    rows = [attendance(NOON, 6), bridge, attendance(NOON + hours(14), 1)]
    assert stays_of(counted(tmp_path, rows))["somatic_admissions"] == 1
    assert stays_of(counted(tmp_path, [bridge]))["somatic_admissions"] == 0


@pytest.mark.parametrize(
    ("after", "acute", "lasts", "readmissions"),
    [
        (hours(30 * 24), True, 12, 1),
        (hours(30 * 24) + dt.timedelta(microseconds=1), True, 12, 0),
        (hours(5), True, 12, 1),
        (hours(5), False, 12, 0),
        (hours(5), True, 11, 0),
    ],
)
def test_a_readmission_is_acute_an_admission_and_within_30_days(
    tmp_path: Path, after: dt.timedelta, acute: bool, lasts: float, readmissions: int
) -> None:
    rows = [attendance(NOON, 24), attendance(NOON + hours(24) + after, lasts, acute=acute)]
    assert stays_of(counted(tmp_path, rows))["acute_readmissions"] == readmissions


def test_a_planned_admission_between_does_not_hide_a_readmission(tmp_path: Path) -> None:
    rows = [
        attendance(NOON, 24),
        attendance(NOON + hours(10 * 24), 24),
        attendance(NOON + hours(20 * 24), 24, acute=True),
    ]
    # Both earlier admissions are followed by the acute one.
    assert stays_of(counted(tmp_path, rows))["acute_readmissions"] == 2


def test_the_first_attendance_says_acute_diagnosis_and_residence(tmp_path: Path) -> None:
    planned = attendance(NOON, 5, municipality="0147")
    acute = attendance(NOON + hours(6), 9, acute=True, diagnosis_group="fractures")
    counts = counted(tmp_path, [acute, planned])
    assert counts.stays["municipality"].to_list() == ["0147"]
    assert stays_of(counts) == {
        "avoidable_stays": 0,
        "somatic_admissions": 1,
        "acute_readmissions": 0,
    }


def test_an_avoidable_stay_is_acute_and_of_any_length(tmp_path: Path) -> None:
    def avoidable(**changes: Any) -> int:
        row = attendance(NOON, 1, acute=True, diagnosis_group="dehydration") | changes
        return stays_of(counted(tmp_path, [row]))["avoidable_stays"]

    assert avoidable() == 1
    assert avoidable(acute=False) == 0
    assert avoidable(diagnosis_group="hip replacement") == 0
    assert avoidable(diagnosis_group=None) == 0


def test_who_moves_counts_once_in_each_municipality_and_once_in_the_country(
    tmp_path: Path,
) -> None:
    moved = [
        contact(municipality="0101"),
        contact(municipality="0147"),  # the same region
        contact(municipality="0751"),
    ]
    counts = counted(tmp_path, moved)
    assert citizens_of(counts, "municipality") == {"0101": 1, "0147": 1, "0751": 1}
    assert citizens_of(counts, "region") == {"reg07-hovedstaden": 1, "reg07-midtjylland": 1}
    assert citizens_of(counts, "country") == {"dk": 1}
    assert citizens_of(counts, "country", "contacts_general_practice") == {"dk": 3}


def test_sectors_met_in_two_municipalities_are_met_together_in_the_country(tmp_path: Path) -> None:
    rows = [contact(), contact(municipality="0751", sector="municipal_health")]
    counts = counted(tmp_path, rows)
    assert citizens_of(counts, "municipality", "citizens_one_sector") == {"0101": 1, "0751": 1}
    assert citizens_of(counts, "country", "citizens_two_sectors") == {"dk": 1}


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(1959, 1, 1), "65-79"),  # 65 on the day itself
        (dt.date(1959, 1, 2), "40-64"),
        (dt.date(1944, 1, 1), "80+"),
        (dt.date(1944, 2, 29), "65-79"),
        (dt.date(2006, 1, 1), "18-39"),
        (dt.date(2024, 3, 1), "0-17"),  # born in the year, on the day of the contact
    ],
)
def test_age_is_that_of_1_january(tmp_path: Path, born: dt.date, age: str) -> None:
    assert counted(tmp_path, [contact(birth_date=born)]).citizens["age"].unique().to_list() == [age]


def test_a_contact_belongs_to_the_year_in_which_it_starts(tmp_path: Path) -> None:
    new_year = dt.datetime(2024, 12, 31, 23, 59, 59)
    counts = counted(tmp_path, [attendance(new_year, 24)])
    assert counts.stays["year"].to_list() == [2024]
    assert counts.citizens["year"].unique().to_list() == [2024]


def test_the_same_row_twice_is_two_contacts_of_one_citizen_and_one_stay(tmp_path: Path) -> None:
    counts = counted(tmp_path, [attendance(NOON, 13)] * 2)
    assert citizens_of(counts, "country") == {"dk": 1}
    assert citizens_of(counts, "country", "contacts_somatic_hospital") == {"dk": 2}
    assert stays_of(counts)["somatic_admissions"] == 1


_PEOPLE = {
    1: (dt.date(1944, 1, 1), "female"),
    2: (dt.date(1990, 6, 15), "male"),
    3: (dt.date(2007, 1, 1), "female"),
}
# Times that meet the edges of 4 hours, 12 hours and 30 days again and again.
_STARTS = st.builds(
    lambda days, quarter: dt.datetime(2023, 12, 1) + dt.timedelta(days=days, hours=4 * quarter),
    st.sampled_from([0, 1, 29, 30, 31, 32, 60, 61]),
    st.integers(0, 5),
)
_ROWS = st.builds(
    lambda person, sector, start, lasts, **rest: contact(
        person=person,
        birth_date=_PEOPLE[person][0],
        sex=_PEOPLE[person][1],
        sector=sector,
        start_time=start,
        end_time=None if lasts is None else start + hours(lasts),
        **rest,
    ),
    person=st.sampled_from(list(_PEOPLE)),
    sector=st.sampled_from([*twin.SECTORS, *["somatic_hospital"] * 5]),
    start=_STARTS,
    lasts=st.sampled_from([None, 0, 1, 4, 8, 12, 24, 30 * 24]),
    municipality=st.sampled_from(["0101", "0147", "0751"]),
    acute=st.booleans(),
    diagnosis_group=st.sampled_from([None, "fractures", "other"]),
)


@settings(max_examples=60)
@given(rows=st.lists(_ROWS, min_size=1, max_size=25))
def test_duckdb_counts_as_the_slow_twin_does(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("twin")
    counts = on_duckdb(write(folder / "contacts.parquet", rows))
    assert as_cells(counts.citizens) == twin.citizens(rows)
    assert as_cells(counts.stays) == twin.stays(rows)


def as_cells(frame: pl.DataFrame) -> dict[tuple[Any, ...], dict[str, int]]:
    keys = [c for c in ("level", "area", "municipality", "year", "sex", "age") if c in frame]
    return {
        tuple(row[key] for key in keys): {
            name: value for name, value in row.items() if name not in keys and value
        }
        for row in frame.iter_rows(named=True)
    }


def test_rows_in_any_order_and_any_number_of_files_count_the_same(tmp_path: Path) -> None:
    rows = [
        attendance(NOON + hours(h), 13, person=h % 3, acute=h % 2 == 0, municipality=m)
        for h in range(0, 400, 7)
        for m in ("0101", "0751")
    ]
    whole = counted(tmp_path, rows)
    files = [write(tmp_path / f"{n}.parquet", rows[::-1][n::3]) for n in range(3)]
    assert same(on_duckdb(*files), whole)


def same(one: Counts, other: Counts) -> bool:
    return one.citizens.equals(other.citizens) and one.stays.equals(other.stays)
