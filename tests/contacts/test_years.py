"""Which years are counted: those asked for, else those that the rows cover from end to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl
import pytest

from etl.registers import ContactsError, parse_years
from etl.registers.years import chosen, partial_years

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 12, 31)


def coverage(
    days: Iterable[dt.date], per_day: int = 3, sector: str = "general_practice"
) -> pl.DataFrame:
    """What ``sql/coverage.sql`` says of some contacts on each of some days."""
    moments = [dt.datetime.combine(day, dt.time(9)) for day in days]
    frame = pl.DataFrame({"at": moments}, schema={"at": pl.Datetime("us")})
    at = pl.col("at")
    return frame.group_by(year=at.dt.year(), month=at.dt.month().cast(pl.Int16)).agg(
        sector=pl.lit(sector).first(),
        contacts=pl.len().cast(pl.Int64) * per_day,
        first_contact=at.min(),
        last_contact=at.max(),
    )


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def why(frame: pl.DataFrame, year: int = 2024) -> str:
    return " ".join(one.why.en for one in partial_years(frame) if one.year == year)


def test_a_year_with_contacts_from_end_to_end_is_whole() -> None:
    assert partial_years(coverage(span(FIRST, LAST))) == []
    # Few contacts leave gaps.
    assert partial_years(coverage([dt.date(2024, 1, 7), dt.date(2024, 12, 25)])) == []
    # Closed between Christmas and New Year, and few in July.
    closed = [day for day in span(FIRST, LAST) if day.month != 7 or day.day > 15]
    assert partial_years(coverage(closed)) == []


@pytest.mark.parametrize(
    ("days", "what"),
    [
        (span(dt.date(2024, 1, 8), LAST), "in the first week"),
        (span(FIRST, dt.date(2024, 12, 24)), "in the last week"),
        (span(FIRST, dt.date(2024, 6, 30)), "in the last week"),
        # A month is missing in the middle, or nearly.
        ([day for day in span(FIRST, LAST) if day.month != 5], "in May"),
        ([day for day in span(FIRST, LAST) if day.month not in (2, 5)], "in February, May"),
        ([day for day in span(FIRST, LAST) if day.month != 5 or day.day < 9], "in May"),
        # Most of the year is missing in the middle.
        ([day for day in span(FIRST, LAST) if not 2 < day.month < 11], "in March, April"),
    ],
)
def test_a_year_that_is_not_covered_is_told_with_what_is_missing(
    days: list[dt.date], what: str
) -> None:
    assert what in why(coverage(days))


def test_a_sector_that_ends_before_the_others_is_told() -> None:
    practice = coverage(span(FIRST, LAST), sector="general_practice")
    hospital = coverage(span(FIRST, dt.date(2024, 9, 30)), sector="somatic_hospital")
    told = why(pl.concat([practice, hospital]))
    assert "in somatic hospitals" in told
    assert "October, November, December" in told
    # So few that it may be chance.
    few = coverage([dt.date(2024, 3, 1), dt.date(2024, 4, 1)], sector="somatic_hospital")
    assert partial_years(pl.concat([practice, few])) == []


def test_a_large_sector_without_its_last_week_is_told() -> None:
    practice = coverage(span(FIRST, LAST), sector="general_practice")
    hospital = coverage(span(FIRST, dt.date(2024, 12, 20)), 100, sector="somatic_hospital")
    assert "in somatic hospitals: there are no contacts in the last week" in why(
        pl.concat([practice, hospital])
    )


def test_a_sector_that_a_year_lacks_and_another_has_is_told() -> None:
    both = span(dt.date(2023, 1, 1), LAST)
    practice = coverage(both, sector="general_practice")
    municipal = coverage(
        span(dt.date(2023, 1, 1), dt.date(2023, 12, 31)), sector="municipal_health"
    )
    told = pl.concat([practice, municipal])
    assert why(told, 2023) == ""
    assert "in municipal health services: there are no contacts" in why(told, 2024)


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("2024", [2024]),
        ("2022-2024", [2022, 2023, 2024]),
        ("2022:2024", [2022, 2023, 2024]),
        ("2024, 2019", [2019, 2024]),
        ("2019,2022-2023,2023", [2019, 2022, 2023]),
    ],
)
def test_years_are_read(words: str, years: list[int]) -> None:
    assert parse_years(words) == years


@pytest.mark.parametrize("words", ["", "24", "2024-", "2024-2022", "2024 2025", "20224"])
def test_what_is_no_span_of_years_is_told(words: str) -> None:
    with pytest.raises(ContactsError, match="write 2024"):
        parse_years(words)


def test_only_whole_years_are_counted_unless_asked_for() -> None:
    partial = partial_years(coverage(span(dt.date(2022, 12, 20), dt.date(2025, 1, 12))))
    there = [2022, 2023, 2024, 2025]
    years, told = chosen("rows", there, None, partial)
    assert years == [2023, 2024]
    assert [finding.severity for finding in told] == ["warning", "warning"]
    assert "2022 is not counted" in told[0].what_en
    years, told = chosen("rows", there, [2024, 2025], partial)
    assert years == [2024, 2025]
    assert ["2025 is counted although" in finding.what_en for finding in told] == [True]
    assert chosen("rows", there, [2023], partial) == ([2023], [])
    with pytest.raises(ContactsError, match="no contacts of 2021, 2026"):
        chosen("rows", there, [2021, 2024, 2026], partial)
