"""Contacts made by hand, and counted by DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from etl.registers.definitions import Counts, count
from etl.registers.duckdb_engine import DuckEngine, connection

Row = Mapping[str, Any]

SCHEMA = pl.Schema(
    {
        "person": pl.Int64(),
        "municipality": pl.String(),
        "birth_date": pl.Date(),
        "sex": pl.String(),
        "sector": pl.String(),
        "start_time": pl.Datetime("us"),
        "end_time": pl.Datetime("us"),
        "acute": pl.Boolean(),
        "diagnosis_group": pl.String(),
    }
)
NOON = dt.datetime(2024, 3, 1, 12)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def contact(**changes: Any) -> dict[str, Any]:
    """One contact with a GP at noon, or what is changed of it."""
    return {
        "person": 1,
        "municipality": "0101",
        "birth_date": dt.date(1950, 5, 5),
        "sex": "female",
        "sector": "general_practice",
        "start_time": NOON,
        "end_time": None,
        "acute": False,
        "diagnosis_group": None,
    } | changes


def attendance(start: dt.datetime, lasts: float, **changes: Any) -> dict[str, Any]:
    """An attendance at a somatic hospital, in hours."""
    times = {"start_time": start, "end_time": start + hours(lasts)}
    return contact(sector="somatic_hospital", **(times | changes))


def write(path: Path, rows: Iterable[Row], *, numbered: bool = True) -> Path:
    """Write contacts; numbered ones are never the same, whatever else they say."""
    frame = pl.DataFrame(list(rows), schema=SCHEMA)
    (frame.with_row_index("contact") if numbered else frame).write_parquet(path)
    return path


def whole_year(year: int = 2024, person: int = 9_000, **changes: Any) -> list[dict[str, Any]]:
    """Contacts in the first and in the last week of a year, so that it counts as whole."""
    days = (dt.datetime(year, 1, 2, 9), dt.datetime(year, 12, 30, 9))
    return [contact(person=person, start_time=day, **changes) for day in days]


def on_duckdb(*files: Path, **how: Any) -> Counts:
    with connection("1GB", files[0].parent / "spill", threads=1) as con:
        return count(DuckEngine(con, files), **how)


def counted(tmp_path: Path, rows: Iterable[Row]) -> Counts:
    return on_duckdb(write(tmp_path / "contacts.parquet", rows))


def stays_of(counts: Counts) -> dict[str, int]:
    """Stays of all municipalities, years, sexes and ages together."""
    numbers = counts.stays.select("avoidable_stays", "somatic_admissions", "acute_readmissions")
    return numbers.sum().row(0, named=True)


def citizens_of(counts: Counts, column: str = "citizens_all") -> dict[str, int]:
    """Citizens by municipality, of all years, sexes and ages together."""
    table = counts.contacts if column.startswith("contacts_") else counts.citizens
    found = table.group_by("municipality").agg(pl.col(column).sum())
    return dict(found.filter(pl.col(column) > 0).iter_rows())
