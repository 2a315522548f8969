"""The tidy observation: one row a number, with its status and where it came from."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Why a value is there or is not; ``value`` is null unless ``ok``.
OK: Final = "ok"
SUPPRESSED_BY_SOURCE: Final = "suppressed_by_source"
MISSING: Final = "missing"
NOT_APPLICABLE: Final = "not_applicable"
STATUSES: Final = (OK, SUPPRESSED_BY_SOURCE, MISSING, NOT_APPLICABLE)

KINDS: Final = ("count", "rate", "standardised")
AREA_LEVELS: Final = ("country", "region", "municipality")

#: Columns of every observation frame, in order.
#:
#: ``area_id`` is ``dk``, ``reg07-...`` or four digits; ``period`` a year; ``kind`` tells a count
#: from a rate as delivered; ``sheet`` and ``row`` (as the spreadsheet shows it) are the place it
#: was read from, ``sheet`` null for a text file.
OBSERVATION_SCHEMA: Final = pl.Schema(
    {
        "package_id": pl.String(),
        "measure": pl.String(),
        "area_level": pl.String(),
        "area_id": pl.String(),
        "period": pl.Int16(),
        "sex": pl.String(),
        "age": pl.String(),
        "sector": pl.String(),
        "kind": pl.String(),
        "standardisation": pl.String(),
        "value": pl.Float64(),
        "status": pl.String(),
        "sheet": pl.String(),
        "row": pl.Int32(),
    }
)

#: What makes two observations the same cell, whichever package delivers it.
CELL: Final = (
    "measure",
    "area_id",
    "period",
    "sex",
    "age",
    "sector",
    "kind",
    "standardisation",
)


def empty() -> pl.DataFrame:
    """Return an observation frame without rows."""
    return pl.DataFrame(schema=OBSERVATION_SCHEMA)
