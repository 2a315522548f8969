"""What counts: edges by hand, and everything else against the slow twin."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.findings import PackageError
from etl.registers.definitions import Counts
from tests.contacts import twin
from tests.contacts.making import (
    NOON,
    SCHEMA,
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


def test_who_moves_counts_once_where_they_lived_at_their_first_contact(tmp_path: Path) -> None:
    moved = [
        contact(municipality="0751", start_time=NOON + hours(48)),
        contact(municipality="0147", start_time=NOON + hours(24)),
        contact(municipality="0751", start_time=NOON - hours(24)),
        contact(municipality="0101", start_time=NOON + hours(72), sector="municipal_health"),
    ]
    counts = counted(tmp_path, moved)
    assert citizens_of(counts) == {"0751": 1}
    # What they met elsewhere in the year they met.
    assert citizens_of(counts, "citizens_two_sectors") == {"0751": 1}
    # A contact is where it says.
    assert citizens_of(counts, "contacts_general_practice") == {"0751": 2, "0147": 1}
    assert citizens_of(counts, "contacts_municipal_health") == {"0101": 1}


def test_of_contacts_that_start_at_once_the_lowest_code_is_the_residence(tmp_path: Path) -> None:
    rows = [contact(municipality=code) for code in ("0751", "0147", "0760")]
    assert citizens_of(counted(tmp_path, rows)) == {"0147": 1}


def test_each_year_has_a_residence_of_its_own(tmp_path: Path) -> None:
    rows = [contact(municipality="0751"), contact(start_time=NOON + hours(24 * 366))]
    counts = counted(tmp_path, rows).citizens
    assert counts.select("municipality", "year", "citizens_all").rows() == [
        ("0101", 2025, 1),
        ("0751", 2024, 1),
    ]


def test_the_residence_of_1_january_is_it_where_a_row_says_it(tmp_path: Path) -> None:
    rows = [contact(), contact(municipality="0147", start_time=NOON + hours(24))]
    frame = pl.DataFrame(rows, schema=SCHEMA)
    said = pl.Series("residence_1_january", [None, "0751"])
    frame.with_columns(said).write_parquet(tmp_path / "contacts.parquet")
    counts = on_duckdb(tmp_path / "contacts.parquet")
    assert citizens_of(counts) == {"0751": 1}
    assert citizens_of(counts, "contacts_general_practice") == {"0101": 1, "0147": 1}


def autumn(clock: str) -> dt.datetime:
    """A time in the night of 27 October 2024, when summer time ended at 3."""
    return dt.datetime.fromisoformat(f"2024-10-27 {clock}")


def test_the_hour_that_autumn_has_twice_is_no_fault(tmp_path: Path) -> None:
    row = attendance(autumn("02:50"), 0, end_time=autumn("02:10"), acute=True)
    assert citizens_of(counted(tmp_path, [row]), "contacts_somatic_hospital") == {"0101": 1}


@pytest.mark.parametrize(
    ("start", "end", "admissions"),
    [
        # The night of 27 October is an hour longer than the clock says ...
        (dt.datetime(2024, 10, 26, 20, 30), autumn("07:30"), 1),
        (dt.datetime(2024, 10, 26, 20, 30), autumn("07:29"), 0),
        # ... and that of 31 March an hour shorter.
        (dt.datetime(2024, 3, 30, 20), dt.datetime(2024, 3, 31, 8), 0),
        (dt.datetime(2024, 3, 30, 20), dt.datetime(2024, 3, 31, 9), 1),
        # From the first 2:50 to the second 2:10 it is 20 minutes; until 13:50 12 hours.
        (autumn("02:50"), autumn("02:10"), 0),
        (autumn("02:50"), autumn("13:50"), 1),
        (autumn("02:50"), autumn("13:49"), 0),
    ],
)
def test_a_stay_lasts_the_time_that_has_passed(
    tmp_path: Path, start: dt.datetime, end: dt.datetime, admissions: int
) -> None:
    stay = attendance(start, 0, end_time=end)
    assert stays_of(counted(tmp_path, [stay]))["somatic_admissions"] == admissions


def test_an_attendance_in_the_hour_that_spring_leaves_out_lasts_no_negative_time(
    tmp_path: Path,
) -> None:
    night = dt.datetime(2024, 3, 31)
    rows = [
        attendance(night + hours(2.5), 0, end_time=night + hours(3.1)),
        attendance(night + hours(7.4), 13),
    ]
    assert stays_of(counted(tmp_path, rows))["somatic_admissions"] == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (autumn("02:50"), autumn("01:59")),  # before the hour
        (autumn("03:00"), autumn("02:59")),  # after it
        (autumn("02:50") - hours(24 * 7), autumn("02:10") - hours(24 * 7)),  # another Sunday
        (autumn("02:50") + hours(24 * 365), autumn("02:10") + hours(24 * 365)),  # 27 October 2025
    ],
)
def test_any_other_end_before_the_start_is_a_fault(
    tmp_path: Path, start: dt.datetime, end: dt.datetime
) -> None:
    with pytest.raises(PackageError, match="end before they start"):
        counted(tmp_path, [attendance(start, 0, end_time=end)])


def test_times_with_a_zone_are_read_as_what_the_danish_clock_says(tmp_path: Path) -> None:
    rows = [
        # A New Year in Denmark that is still the old one in UTC; and 12 hours over an autumn night.
        attendance(dt.datetime(2023, 12, 31, 23, 30), 1, person=1),
        attendance(dt.datetime(2024, 10, 26, 18, 30), 12, person=2),
        # From 2:50 to the second 2:10, which without the zone looks like 40 minutes too early.
        attendance(dt.datetime(2024, 10, 27, 0, 50), 1 / 3, person=3),
        # Born on the day, seen at half past midnight in summer.
        attendance(dt.datetime(2024, 6, 30, 22, 30), 1, person=4, birth_date=dt.date(2024, 7, 1)),
    ]
    zoned = pl.col("start_time", "end_time").dt.replace_time_zone("UTC")
    path = tmp_path / "contacts.parquet"
    pl.DataFrame(rows, schema=SCHEMA).with_columns(zoned).write_parquet(path)
    counts = on_duckdb(path)
    assert counts.citizens["year"].unique().to_list() == [2024]
    assert stays_of(counts)["somatic_admissions"] == 1


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


_PEOPLE = {
    1: (dt.date(1944, 1, 1), "female"),
    2: (dt.date(1990, 6, 15), "male"),
    3: (dt.date(2007, 1, 1), "female"),
}
# Times that meet the edges of 4 hours, 12 hours and 30 days again and again, the turn of the year
# and the two nights in which the clock is changed.
_STARTS = st.builds(
    lambda first, days, hour, minutes: first + dt.timedelta(days=days, hours=hour, minutes=minutes),
    st.sampled_from(
        [dt.datetime(2023, 12, 1), dt.datetime(2024, 3, 30), dt.datetime(2024, 10, 26)]
    ),
    st.sampled_from([0, 0, 1, 1, 29, 30, 31, 32, 60, 61]),
    st.sampled_from([0, 1, 2, 3, 4, 8, 12, 16, 20]),
    st.sampled_from([0, 0, 0, 30, 50]),
)


def _end(start: dt.datetime, lasts: float) -> dt.datetime:
    """The end of a contact on the Danish clock; in autumn it may be earlier than the start."""
    if start.date() == dt.date(2024, 10, 27) and start.hour == 2 and lasts < 1:
        danish = (twin.moment(start) + hours(lasts)).astimezone(ZoneInfo("Europe/Copenhagen"))
        return danish.replace(tzinfo=None)
    return start + hours(lasts)


ROWS = st.builds(
    lambda person, sector, start, lasts, **rest: contact(
        person=person,
        birth_date=_PEOPLE[person][0],
        sex=_PEOPLE[person][1],
        sector=sector,
        start_time=start,
        end_time=None if lasts is None else _end(start, lasts),
        **rest,
    ),
    person=st.sampled_from(list(_PEOPLE)),
    sector=st.sampled_from([*twin.SECTORS, *["somatic_hospital"] * 5]),
    start=_STARTS,
    lasts=st.sampled_from([None, 0, 0.5, 1, 4, 8, 11, 12, 13, 24, 30 * 24]),
    municipality=st.sampled_from(["0101", "0147", "0751"]),
    acute=st.booleans(),
    diagnosis_group=st.sampled_from([None, "fractures", "other"]),
)


@settings(max_examples=60)
@given(rows=st.lists(ROWS, min_size=1, max_size=25))
def test_duckdb_counts_as_the_slow_twin_does(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("twin")
    counts = on_duckdb(write(folder / "contacts.parquet", rows))
    assert as_cells(counts.citizens) == twin.citizens(rows)
    assert as_cells(counts.contacts) == twin.contacts(rows)
    assert as_cells(counts.stays) == twin.stays(rows)


def as_cells(frame: pl.DataFrame) -> dict[tuple[Any, ...], dict[str, int]]:
    keys = ["municipality", "year", "sex", "age"]
    cells = {
        tuple(row[key] for key in keys): {
            name: value for name, value in row.items() if name not in keys and value
        }
        for row in frame.iter_rows(named=True)
    }
    return {key: found for key, found in cells.items() if found}


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
    tables = ("citizens", "contacts", "stays", "people", "coverage")
    return all(getattr(one, table).equals(getattr(other, table)) for table in tables)
