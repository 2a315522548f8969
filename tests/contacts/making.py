"""Contacts made by hand, and counted by DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from etl.contacts.definitions import Counts, count
from etl.contacts.duckdb_engine import DuckEngine, connection

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


def write(path: Path, rows: Iterable[Row]) -> Path:
    pl.DataFrame(list(rows), schema=SCHEMA).write_parquet(path)
    return path


def on_duckdb(*files: Path) -> Counts:
    with connection("1GB", files[0].parent / "spill", threads=1) as con:
        return count(DuckEngine(con, files))


def counted(tmp_path: Path, rows: Iterable[Row]) -> Counts:
    return on_duckdb(write(tmp_path / "contacts.parquet", rows))


def stays_of(counts: Counts) -> dict[str, int]:
    """Stays of all municipalities, years, sexes and ages together."""
    numbers = counts.stays.select("avoidable_stays", "somatic_admissions", "acute_readmissions")
    return numbers.sum().row(0, named=True)


def citizens_of(counts: Counts, level: str, column: str = "citizens_all") -> dict[str, int]:
    """Citizens by area, of all years, sexes and ages together."""
    there = counts.citizens.filter(pl.col("level") == level)
    return dict(there.group_by("area").agg(pl.col(column).sum()).iter_rows())
