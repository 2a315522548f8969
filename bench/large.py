"""Warehouses of any size, made from the shipped one, that speed is measured in."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.schema import TABLES, ddl

ROWS = 5_000_000
_ORDER = "indicator_id, geography, area_id, period, sex, age, sector, standardisation"


def grow(small: Path, large: Path, rows: int = ROWS, *, listed: bool = True) -> None:
    """Write a warehouse of at least so many measures.

    Parameters
    ----------
    small
        The warehouse to start from.
    large
        The file to write.
    rows
        Rows that ``measures`` shall have at least.
    listed
        True: the same measures again under other indicator ids, all of them listed, so that an
        extract finds them. False: indicators and areas are those of the small one, and every page
        shows what it shows there. What is added is then of other indicators, and, for every second
        twin, of the same indicators for smaller areas, whose rows lie between those the pages read.
    """
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{small}' AS small (READ_ONLY)")
        con.execute(f"ATTACH '{large}' AS large (STORAGE_VERSION 'v1.5.0')")
        con.execute("USE large")
        for statement in ddl():
            con.execute(statement)
        [(there,)] = con.execute("SELECT count(*) FROM small.measures").fetchall()
        twins = -(-rows // there)
        for table in TABLES:
            if table.name == "measures":
                _grow_measures(con, twins, smaller_areas=not listed)
            elif table.name == "indicators" and listed:
                con.execute(
                    "INSERT INTO indicators SELECT * EXCLUDE n REPLACE "
                    f"({_twin('indicator_id')} AS indicator_id) "
                    f"FROM small.indicators, range({twins}) t(n)"
                )
            else:
                con.execute(f"INSERT INTO {table.name} FROM small.{table.name}")


def thin(large: Path, small: Path, rows: int) -> None:
    """Write a warehouse of about so many measures: fewer years, the newest kept."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{large}' AS large (READ_ONLY)")
        con.execute(f"ATTACH '{small}' AS small (STORAGE_VERSION 'v1.5.0')")
        con.execute("USE small")
        for statement in ddl():
            con.execute(statement)
        for table in TABLES:
            if table.name != "measures":
                con.execute(f"INSERT INTO {table.name} FROM large.{table.name}")
        years = con.execute(
            "SELECT period, count(*) FROM large.measures GROUP BY period ORDER BY period DESC"
        ).fetchall()
        kept, first = 0, years[0][0]
        for year, count in years:
            if kept and kept + count > rows:
                break
            kept, first = kept + count, year
        con.execute(
            f"INSERT INTO measures FROM large.measures WHERE period >= ? ORDER BY {_ORDER}",
            [first],
        )


def _grow_measures(con: duckdb.DuckDBPyConnection, twins: int, *, smaller_areas: bool) -> None:
    """Write indicator by indicator: sorting fifty million rows at once would take minutes."""
    indicators = con.execute(
        "SELECT DISTINCT indicator_id FROM small.measures ORDER BY indicator_id"
    ).fetchall()
    renamed = f"{_twin('indicator_id')} AS indicator_id"
    if smaller_areas:
        place = "n > 0 AND n % 2 = 0"
        renamed = (
            f"CASE WHEN {place} THEN indicator_id ELSE {_twin('indicator_id')} END "
            "AS indicator_id, "
            f"CASE WHEN {place} THEN geography || '.' || n ELSE geography END AS geography, "
            f"CASE WHEN {place} THEN area_id || '.' || n ELSE area_id END AS area_id"
        )
    for (indicator,) in indicators:
        con.execute(
            f"INSERT INTO measures SELECT * EXCLUDE n REPLACE ({renamed}) "
            f"FROM small.measures, range({twins}) t(n) WHERE small.measures.indicator_id = ? "
            f"ORDER BY {_ORDER}",
            [indicator],
        )


def _twin(column: str) -> str:
    """Return SQL for the twin's id: the first keeps its own.

    A full stop sorts before anything an id holds: all twins lie between theirs and the next.
    """
    return f"CASE WHEN n = 0 THEN {column} ELSE {column} || '.' || n END"
