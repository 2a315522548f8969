"""The one query layer: page, command and Python read the same rows through it.

What comes out of here has been made safe before it came into the warehouse; nothing here decides
what may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from warehouse.connection import Warehouse
from warehouse.export.columns import EXTRACT_COLUMNS, ORDER, extract_sql
from warehouse.export.filters import Selection
from warehouse.export.names import resolve
from warehouse.schema import LEVELS, STATUSES

__all__ = [
    "EXTRACT_COLUMNS",
    "HIDDEN",
    "Selection",
    "areas",
    "condition",
    "count",
    "count_by_status",
    "extract",
    "geographies",
    "hidden_by_level",
    "indicators",
    "packages",
    "resolve",
    "statement",
    "where",
]

#: The reasons a number is hidden for, rather than missing.
HIDDEN = tuple(status for status in STATUSES if status.startswith("suppressed"))


def where(filters: Mapping[str, Iterable[object]]) -> tuple[str, list[object]]:
    """Return a condition and its values: each column among its values, an empty list for any.

    Written as ``IN (?, ...)``, since DuckDB skips blocks of a sorted table for that and not for a
    list handed over as one value.
    """
    parts: list[str] = []
    values: list[object] = []
    for column, wanted in filters.items():
        if chosen := list(wanted):
            parts.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += chosen
    return " AND ".join(parts) or "true", values


def condition(selection: Selection) -> tuple[str, list[object]]:
    """Return a resolved selection as a condition on measures ``m`` and indicators ``i``."""
    text, values = where(
        {
            "m.geography": selection.geography,
            "m.area_id": selection.areas,
            "m.level": selection.level,
            "m.indicator_id": selection.indicators,
            "i.theme": selection.themes,
            "m.sector": selection.sectors,
            "m.sex": selection.sexes,
            "m.age": selection.ages,
            "m.standardisation": selection.standardisations,
            "m.status": selection.statuses,
        }
    )
    if ranges := selection.ranges():
        text += " AND (" + " OR ".join("m.period BETWEEN ? AND ?" for _ in ranges) + ")"
        values += [year for pair in ranges for year in pair]
    return text, values


def statement(selection: Selection) -> tuple[str, list[object]]:
    """Return the SQL of an extract and its values, for a selection already resolved."""
    text, values = condition(selection)
    return f"{extract_sql()} WHERE {text} ORDER BY {ORDER}", values


def extract(wh: Warehouse, selection: Selection) -> pl.DataFrame:
    """Return the rows a selection asks for, with the columns of :data:`EXTRACT_COLUMNS`.

    Parameters
    ----------
    wh
        The warehouse.
    selection
        What to take; names are resolved here.

    Returns
    -------
    polars.DataFrame
        One row a published number, sorted by indicator, geography, area, period, sex, age
        (:mod:`warehouse.ages`), sector and standardisation; no rows when nothing fits. Columns of a
        closed list (sex, status ...) are categorical, as in an exported Parquet file.

    Raises
    ------
    SelectionError
        When the selection names something the warehouse does not have.
    """
    closed = [column.name for column in EXTRACT_COLUMNS if column.kind == "code"]
    rows = wh.sql(*statement(resolve(wh, selection)))
    return rows.with_columns(pl.col(closed).cast(pl.Categorical))


def count(wh: Warehouse, selection: Selection) -> int:
    """Return how many rows :func:`extract` would give."""
    return int(count_by_status(wh, selection)["rows"].sum())


def count_by_status(wh: Warehouse, selection: Selection) -> pl.DataFrame:
    """Return how many rows an extract would hold of each status.

    Returns
    -------
    polars.DataFrame
        ``status``, ``rows``; most rows first.
    """
    text, values = condition(resolve(wh, selection))
    return wh.sql(
        "SELECT m.status, count(*) AS rows FROM measures m JOIN indicators i USING (indicator_id) "  # noqa: S608
        f"WHERE {text} GROUP BY ALL ORDER BY rows DESC, m.status",
        values,
    )


def hidden_by_level(wh: Warehouse) -> pl.DataFrame:
    """Return how much is hidden at each level, by reason, and how much is shown.

    Returns
    -------
    polars.DataFrame
        ``level``, ``suppressed``, ``suppressed_secondary``, ``suppressed_by_source`` (rows) and
        ``shown`` (per cent of the level's rows that have a number or were not delivered), from
        the country down.
    """
    levels = ", ".join(f"'{level}'" for level in LEVELS)
    reasons = ", ".join(f"count(*) FILTER (status = '{reason}') AS {reason}" for reason in HIDDEN)
    return wh.sql(
        f"SELECT level, {reasons}, "  # noqa: S608
        "100.0 * count(*) FILTER (status NOT LIKE 'suppressed%') / count(*) AS shown "
        f"FROM measures GROUP BY level ORDER BY list_position([{levels}], level)"
    )


def indicators(wh: Warehouse, theme: str | None = None) -> pl.DataFrame:
    """Return the definitions, all columns of ``indicators``, by theme and place within it."""
    text, values = where({"theme": [theme] if theme else []})
    order = "theme, sort, indicator_id"
    return wh.sql(f"SELECT * FROM indicators WHERE {text} ORDER BY {order}", values)  # noqa: S608


def areas(wh: Warehouse, geography: str | None = None) -> pl.DataFrame:
    """Return the areas, all columns of ``areas``, of one geography or of all."""
    text, values = where({"a.geography": [geography] if geography else []})
    return wh.sql(
        "SELECT a.* FROM areas a JOIN geographies g USING (geography) "  # noqa: S608
        f"WHERE {text} ORDER BY g.sort, a.sort, a.area_id",
        values,
    )


def geographies(wh: Warehouse) -> pl.DataFrame:
    """Return the geographies, all columns of ``geographies``, in their order."""
    return wh.sql("SELECT * FROM geographies ORDER BY sort, geography")


def packages(wh: Warehouse) -> pl.DataFrame:
    """Return the loaded packages, all columns of ``packages``: real ones first, newest first."""
    return wh.sql("SELECT * FROM packages ORDER BY is_demo, published DESC, package_id")
