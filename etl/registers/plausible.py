"""What rows tell that cannot be right although each row may be: warnings, with no row quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.messages import Said, joined, say
from etl.registers.years import month_named
from geo.register import municipality_names

#: Eight contacts a day, all year: more than home nursing gives anybody.
MOST_CONTACTS: Final = 3_000
#: A birth date may be mistaken and corrected; more than this are several people.
MOST_BIRTHS: Final = 3
#: One in so many pseudonyms may have a mistaken birth date or sex without a word.
_FEW_MIXED: Final = 100
#: Fewer persons may be in one sector only by chance.
_ENOUGH_PERSONS: Final = 100
#: Of a sector's patients most meet another sector in the year. Less than one in so many do not
#: happen where the others have as many patients.
_LEAST_SHARED: Final = 20
#: A month with less than a tenth of the contacts that are to be expected is as good as empty.
_LEAST_PART: Final = 10
#: In so many contacts a gap is no chance, not even where they come in pairs or of one patient.
_EXPECTED: Final = 20
_MONTHS: Final = 12
_CELL: Final = ["municipality", "sector"]


def persons(name: str, placeholders: pl.DataFrame, mixed: int, everybody: int) -> list[Finding]:
    """Tell of pseudonyms that stand for more than one person.

    Parameters
    ----------
    name
        What the rows are called.
    placeholders
        ``persons, contacts`` of ``sql/placeholders.sql``, in one row.
    mixed
        How many pseudonyms have more than one birth date or both sexes.
    everybody
        How many pseudonyms there are.
    """
    findings = []
    number, contacts = map(int, placeholders.row(0))
    if number:
        findings.append(
            Finding.of(
                "warning",
                name,
                "contacts_placeholder",
                column="person",
                number=contacts,
                persons=number,
                most=MOST_CONTACTS,
                births=MOST_BIRTHS,
            )
        )
    if mixed * _FEW_MIXED > everybody >= _ENOUGH_PERSONS:
        findings.append(
            Finding.of(
                "warning",
                name,
                "contacts_mixed",
                column="person",
                persons=mixed,
                all=everybody,
            )
        )
    return findings


def unlinked(name: str, linked: pl.DataFrame, years: Sequence[int]) -> list[Finding]:
    """Tell of sectors whose persons are in no other sector.

    Parameters
    ----------
    name
        What the rows are called.
    linked
        Of ``sql/linked.sql``: ``year, sector, persons, shared, others``.
    years
        The years counted.
    """
    alone = linked.filter(
        pl.col("year").is_in(years),
        pl.col("persons") >= _ENOUGH_PERSONS,
        pl.col("others") >= pl.col("persons"),
        pl.col("shared") * _LEAST_SHARED < pl.col("persons"),
    ).sort("year", "sector")
    return [
        Finding.of(
            "warning",
            name,
            "contacts_unlinked",
            column="person",
            year=year,
            sectors=joined(", ", [say(f"contacts_sector_{one}") for one in of_year["sector"]]),
        )
        for (year,), of_year in alone.group_by("year", maintain_order=True)
    ]


def gaps(name: str, coverage: pl.DataFrame, years: Sequence[int]) -> list[Finding]:
    """Tell where a municipality's contacts with a sector are missing.

    What is to be expected of a month is what the sector has in it everywhere, times the part of
    the sector's contacts that is the municipality's in other months. Where it has none in any
    month, it is the municipality's part of the other sectors' contacts.

    Parameters
    ----------
    name
        What the rows are called.
    coverage
        Of ``sql/coverage_by_place.sql``: ``municipality, sector, year, month, contacts``.
    years
        The years counted.
    """
    findings = [
        _finding(name, "contacts_gap_sector", municipality, sector)
        for municipality, sector in _never(coverage.filter(pl.col("year").is_in(years)), coverage)
    ]
    missing = _missing(coverage, years)
    for (municipality, sector), rows in missing.group_by(_CELL, maintain_order=True):
        when = [
            _when(year, of_year["month"].to_list())
            for (year,), of_year in rows.group_by("year", maintain_order=True)
        ]
        findings.append(
            _finding(name, "contacts_gap", municipality, sector, when=joined("; ", when))
        )
    return findings


def _never(counted: pl.DataFrame, coverage: pl.DataFrame) -> list[tuple[str, str]]:
    """Find the sectors that a municipality has no contact with, where it should have."""
    there = coverage.select(_CELL).unique()
    sectors = counted.group_by("sector").agg(whole=pl.col("contacts").sum())
    places = counted.group_by("municipality").agg(own=pl.col("contacts").sum())
    every = counted["contacts"].sum()
    absent = places.join(sectors, how="cross").join(there, on=_CELL, how="anti")
    expected = pl.col("own") / (every - pl.col("whole")) * pl.col("whole")
    found = absent.filter(expected >= _EXPECTED).sort(_CELL)
    return list(found.select(_CELL).iter_rows())


def _missing(coverage: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """Find the months that are as good as empty: ``municipality, sector, year, month``."""
    months = coverage.group_by("sector", "year", "month").agg(whole=pl.col("contacts").sum())
    cells = (
        coverage.select(_CELL)
        .unique()
        .join(months, on="sector")
        .join(coverage, on=[*_CELL, "year", "month"], how="left")
        .with_columns(pl.col("contacts").fill_null(0))
    )
    own, whole = (pl.col(column).sum().over(_CELL) for column in ("contacts", "whole"))
    empty = cells.with_columns(
        empty=pl.col("contacts") * _LEAST_PART < pl.col("whole") * own / whole
    )
    # Months in a row, each with what is to be expected by all months but them.
    change = (pl.col("empty") != pl.col("empty").shift()).fill_null(False)
    runs = empty.sort(*_CELL, "year", "month").with_columns(run=change.cum_sum().over(_CELL))
    left = {
        column: pl.col(column).sum().over(_CELL) - pl.col(column).sum().over([*_CELL, "run"])
        for column in ("contacts", "whole")
    }
    expected = pl.col("whole").sum().over([*_CELL, "run"]) * left["contacts"] / left["whole"]
    found = runs.with_columns(expected=expected, known=left["contacts"]).filter(
        # From a few contacts elsewhere nothing can be expected.
        "empty",
        pl.col("expected") >= _EXPECTED,
        pl.col("known") >= _EXPECTED,
        pl.col("year").is_in(years),
    )
    return found.select(*_CELL, "year", "month")


def _when(year: object, months: list[int]) -> Said:
    if len(months) == _MONTHS:
        return say("contacts_gap_year", year=year)
    named = joined(", ", [month_named(month) for month in months])
    return say("contacts_gap_months", months=named, year=year)


def _finding(
    name: str, message: str, municipality: object, sector: object, when: Said | None = None
) -> Finding:
    area = municipality_names()[str(municipality)]
    named = say(f"contacts_sector_{sector}")
    return Finding.of(
        "warning", name, message, column="municipality", area=area, sector=named, when=when
    )
