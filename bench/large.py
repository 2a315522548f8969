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
    """Write all twins, in the order a warehouse's measures lie in.

    Indicator by indicator, and by row numbers: sorting fifty million rows by their ids at once
    takes minutes.
    """
    place = "n > 0 AND n % 2 = 0" if smaller_areas else "false"
    indicators = con.execute(
        "SELECT DISTINCT indicator_id FROM small.measures ORDER BY indicator_id"
    ).fetchall()
    for (indicator,) in indicators:
        con.execute(
            f"""
            INSERT INTO measures
            SELECT m.* REPLACE (
                CASE WHEN {place} THEN indicator_id ELSE {_twin("indicator_id")} END
                    AS indicator_id,
                CASE WHEN {place} THEN {_twin("geography")} ELSE geography END AS geography,
                CASE WHEN {place} THEN {_twin("area_id")} ELSE area_id END AS area_id
            )
            FROM small.measures m JOIN (
                SELECT geography, row_number() OVER (ORDER BY geography) AS place
                FROM (SELECT DISTINCT geography FROM small.measures)
            ) USING (geography), range({twins}) t(n)
            WHERE m.indicator_id = ?
            ORDER BY CASE WHEN {place} THEN 0 ELSE n END, CASE WHEN n = 0 OR {place} THEN place END,
                n, m.rowid
            """,
            [indicator],
        )


def _twin(column: str) -> str:
    """Return SQL for the twin's id: the first keeps its own.

    An exclamation mark sorts before all an id holds: twins lie between theirs and the next id.
    """
    return f"CASE WHEN n = 0 THEN {column} ELSE {column} || printf('!%03d', n) END"
