"""Which years are counted: those asked for, else those that the rows cover from end to end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.messages import Said, joined, say
from etl.registers.errors import ContactsError

_SPAN: Final = re.compile(r"(\d{4})(?:[-:–](\d{4}))?")
_MONTHS: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_WEEK: Final = dt.timedelta(days=7)
#: A sector with so many contacts a year has some in every week, holidays included.
_EVERY_WEEK: Final = 10_000
#: A month with less than a third of the contacts of the largest is not there in full, where that
#: has so many that it is no chance. (July has about half as many as March.)
_LEAST_PART: Final = 3
_ENOUGH: Final = 50


def parse_years(words: str) -> list[int]:
    """Read years as ``2024``, ``2022-2024`` or ``2019,2022-2024``.

    Raises
    ------
    ContactsError
        When it is none of these.
    """
    years: set[int] = set()
    for word in words.split(","):
        span = _SPAN.fullmatch(word.strip())
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
        if last < first:
            raise ContactsError(
                f"{words!r} is no span of years; write 2024, 2022-2024 or 2019,2022-2024, the "
                "first year first."
            )
        years |= set(range(first, last + 1))
    return sorted(years)


@dataclass(frozen=True)
class Partial:
    """A year that the rows do not cover, and what is missing of it."""

    year: int
    why: Said


def partial_years(coverage: pl.DataFrame) -> list[Partial]:
    """Find the years that the rows do not cover from January to December.

    Parameters
    ----------
    coverage
        Of ``sql/coverage.sql``: ``year, month, sector, contacts, first_contact, last_contact``.

    Returns
    -------
    list of Partial
        Years without a contact in their first or last week, or with a month that has less than a
        third of the contacts of the largest month; all sectors together, and each by itself where
        it has contacts enough to tell. In order.
    """
    found = []
    sectors = coverage["sector"].unique().sort().to_list()
    for year in coverage["year"].unique().sort().to_list():
        why = _missing(coverage.filter(pl.col("year") == year), year, least=0)
        if not why:
            for sector in sectors:
                of_it = coverage.filter(pl.col("sector") == sector)
                there = of_it.filter(pl.col("year") == year)
                told = _missing(there, year, least=_EVERY_WEEK) if there.height else []
                if not there.height and of_it["contacts"].max() >= _ENOUGH:  # type: ignore[operator]
                    told = [say("contacts_partial_none")]
                name = say(f"contacts_sector_{sector}")
                why += [say("contacts_partial_sector", sector=name, what=one) for one in told]
        if why:
            found.append(Partial(year, joined("; ", why)))
    return found


def _missing(rows: pl.DataFrame, year: int, least: int) -> list[Said]:
    why = []
    if rows["contacts"].sum() >= least:
        second_week = dt.datetime(year, 1, 1) + _WEEK
        last_week = dt.datetime(year, 12, 31) + dt.timedelta(days=1) - _WEEK
        if rows.filter(pl.col("first_contact") < second_week).is_empty():
            why.append(say("contacts_partial_first_week"))
        if rows.filter(pl.col("last_contact") >= last_week).is_empty():
            why.append(say("contacts_partial_last_week"))
    by_month = dict(rows.group_by("month").agg(pl.col("contacts").sum()).iter_rows())
    most = max(by_month.values())
    few = [m for m in range(1, 13) if by_month.get(m, 0) * _LEAST_PART < most]
    if most >= _ENOUGH and few:
        why.append(
            say("contacts_partial_months", months=joined(", ", [month_named(m) for m in few]))
        )
    return why


def month_named(month: int) -> Said:
    """Return the name of a month from 1 to 12."""
    return say(f"contacts_month_{_MONTHS[month - 1]}")


def chosen(
    rows: str, there: Sequence[int], asked: Sequence[int] | None, partial: Iterable[Partial]
) -> tuple[list[int], list[Finding]]:
    """Choose the years to count.

    Parameters
    ----------
    rows
        What the rows are called, for the findings.
    there
        Years with contacts.
    asked
        Those asked for; None for all that are whole.
    partial
        Of :func:`partial_years`.

    Returns
    -------
    years : list of int
        In order; none where no year is whole.
    findings : list of Finding
        A warning for each year that is not whole and was left out, or asked for.

    Raises
    ------
    ContactsError
        When a year asked for has no contacts.
    """
    if asked is not None and (absent := sorted(set(asked) - set(there))):
        raise ContactsError(
            f"There are no contacts of {', '.join(map(str, absent))}: the rows hold "
            f"{', '.join(map(str, sorted(there)))}."
        )
    not_whole = {one.year: one for one in partial}
    years = sorted(asked) if asked is not None else sorted(set(there) - set(not_whole))
    message = "contacts_year_left_out" if asked is None else "contacts_year_asked_for"
    findings = [
        Finding.of("warning", rows, message, year=year, why=one.why)
        for year, one in not_whole.items()
        if asked is None or year in years
    ]
    return years, findings
