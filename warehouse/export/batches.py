"""The rows of an extract a piece at a time, in order, as Arrow: memory does not grow with them.

A piece is a run of whole indicators, or of whole geographies of a large one, so that pieces in a
row are the whole in order, and a series of years is never cut. Each piece is sorted by the whole
key: DuckDB's threads give rows in any order, however they lie. Texts travel as numbers with a
dictionary beside them, so that sorting compares small numbers, and a name needs no join: it is
another dictionary beside the numbers of its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import Final

import polars as pl
import pyarrow as pa

from warehouse import schema
from warehouse.ages import in_order
from warehouse.connection import Warehouse
from warehouse.export import sdmx
from warehouse.export.columns import EXTRACT_COLUMNS, KEY
from warehouse.export.filters import Selection
from warehouse.export.query import condition
from warehouse.views import quoted

#: Rows of a piece, unless one geography has more; fewer in the first, which a reader waits for.
_ROWS: Final = 200_000
_FIRST_ROWS: Final = 20_000
#: Where the values of each text column of measures are found.
_VALUES: Final = {
    "geography": "SELECT geography FROM geographies",
    "level": schema.LEVELS,
    "area_id": "SELECT area_id FROM areas",
    "indicator_id": "SELECT indicator_id FROM indicators",
    "sex": schema.SEXES,
    "age": "SELECT unnest(ages) FROM indicators",
    "sector": schema.SECTORS,
    "standardisation": schema.STANDARDISATIONS,
    "status": schema.STATUSES,
    "vs_region": schema.COMPARISONS,
    "vs_country": schema.COMPARISONS,
    "trend": schema.TRENDS,
    "package_id": "SELECT package_id FROM packages",
    "standard": "SELECT DISTINCT standard FROM measures",
    "obs_status": tuple(sdmx.OBS_STATUS),
    "conf_status": tuple(sdmx.CONF_STATUS),
}
#: Two exports at once from one open file make the same types.
_making_types: Final = Lock()
#: The tables that columns of the extract are looked up in: alias, table, key.
_LOOKED_UP: Final = {
    "a": ("areas", "area_id"),
    "i": ("indicators", "indicator_id"),
    "p": ("packages", "package_id"),
}


@dataclass(frozen=True)
class Piece:
    """A run of indicators, or of geographies of one: both ends included, and its rows."""

    indicators: tuple[str, str]
    geographies: tuple[str, str] | None
    rows: int


@dataclass(frozen=True)
class Plan:
    """What there is to write, known before the first row is.

    Attributes
    ----------
    rows
        How many rows of ``measures`` fit.
    periods, indicators, packages
        What occurs among them, in order.
    pieces
        How they are cut.
    """

    rows: int
    periods: list[int]
    indicators: list[str]
    packages: list[str]
    pieces: list[Piece]


def plan(wh: Warehouse, selection: Selection) -> Plan:
    """Return the plan of an extract, for a selection already resolved."""
    text, values = condition(selection)
    # Themes alone need the definitions; without them nothing is joined to each row.
    themes = "JOIN indicators i USING (indicator_id) " if selection.themes else ""
    counted = wh.sql(
        "SELECT m.indicator_id, m.geography, m.period, m.package_id, count(*) AS rows "  # noqa: S608
        f"FROM measures m {themes}WHERE {text} GROUP BY ALL",
        values,
    )
    pieces = _cut(counted)
    return Plan(
        rows=int(counted["rows"].sum()),
        periods=sorted(set(counted["period"])),
        indicators=sorted(set(counted["indicator_id"])),
        packages=sorted(set(counted["package_id"].drop_nulls())),
        pieces=pieces,
    )


def _cut(counted: pl.DataFrame) -> list[Piece]:
    pairs = counted.group_by("indicator_id", "geography").agg(pl.col("rows").sum())
    grouped = pairs.sort("geography").group_by("indicator_id").agg("geography", "rows")
    pieces: list[Piece] = []

    def add(indicator: str, geography: str | None, rows: int) -> None:
        before = pieces[-1] if pieces else None
        if before is not None and before.rows + rows <= _most(pieces):
            rows_of_both = before.rows + rows
            if geography is None and before.geographies is None:
                pieces[-1] = Piece((before.indicators[0], indicator), None, rows_of_both)
                return
            if geography and before.geographies and before.indicators[0] == indicator:
                span = (before.geographies[0], geography)
                pieces[-1] = Piece(before.indicators, span, rows_of_both)
                return
        pieces.append(
            Piece((indicator, indicator), (geography, geography) if geography else None, rows)
        )

    for indicator, geographies, counts in grouped.sort("indicator_id").rows():
        if sum(counts) <= _most(pieces):
            add(indicator, None, sum(counts))
        else:
            for geography, rows in zip(geographies, counts, strict=True):
                add(indicator, geography, rows)
    return pieces


def _most(pieces: list[Piece]) -> int:
    return _ROWS if len(pieces) > 1 else _FIRST_ROWS


def tables(wh: Warehouse, selection: Selection, plan: Plan) -> Iterator[pa.Table]:
    """Return the rows of an extract, a table a piece, with the columns of ``EXTRACT_COLUMNS``.

    The next piece is fetched while the caller writes the one before it.

    Parameters
    ----------
    wh
        A warehouse that stays with its file.
    selection
        What to take, resolved.
    plan
        As :func:`plan` made it.

    Returns
    -------
    iterator of pyarrow.Table
        Texts are dictionaries, the same one in each piece.
    """
    columns = _typed_columns(wh)
    if selection.themes:
        # As ids, so that no theme need be looked up for each row.
        selection = replace(selection, indicators=tuple(plan.indicators), themes=())
    ahead = ThreadPoolExecutor(2, thread_name_prefix="klyngeblik-export")
    try:
        # Looked up while the first piece is fetched.
        names = ahead.submit(_names, wh)
        waiting = None
        for piece in plan.pieces:
            coming = ahead.submit(_fetch, wh, selection, piece, columns, names)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()
    finally:
        # Whoever stops should not wait for a piece nobody wants.
        ahead.shutdown(wait=False, cancel_futures=True)


def _fetch(
    wh: Warehouse,
    selection: Selection,
    piece: Piece,
    columns: str,
    names: Future[dict[str, _Names]],
) -> pa.Table:
    text, values = condition(selection)
    text += " AND m.indicator_id BETWEEN ? AND ?"
    values += piece.indicators
    if piece.geographies:
        text += " AND m.geography BETWEEN ? AND ?"
        values += piece.geographies
    # By the columns just selected, that is by number.
    query = f"SELECT {columns} FROM measures m WHERE {text} ORDER BY {', '.join(KEY)}"  # noqa: S608
    with wh.cursor() as cursor:
        # How DuckDB cuts its answer must not show in the bytes written from it.
        table = cursor.sql(query, params=values).to_arrow_table().combine_chunks()
    called = names.result()
    return pa.table(
        {
            column.name: called[column.name].beside(table)
            if column.name in called
            else table[column.name]
            for column in EXTRACT_COLUMNS
        }
    )


@dataclass(frozen=True)
class _Names:
    """What each value of a key is called: the dictionary, and the place in it of each key."""

    key: str
    places: pa.Array
    names: pa.Array

    def beside(self, table: pa.Table) -> pa.ChunkedArray:
        return pa.chunked_array(
            [
                pa.DictionaryArray.from_arrays(self.places.take(chunk.indices), self.names)
                for chunk in table[self.key].chunks
            ],
            type=pa.dictionary(pa.int32(), pa.string()),
        )


def _names(wh: Warehouse) -> dict[str, _Names]:
    found = {}
    for column in EXTRACT_COLUMNS:
        alias, _, source = column.sql.partition(".")
        if alias in _LOOKED_UP:
            table, key = _LOOKED_UP[alias]
            # Sorted as the values of the key are.
            called = wh.sql(f"SELECT DISTINCT {key}, {source} FROM {table} ORDER BY 1")[source]  # noqa: S608
            names = sorted(set(called.drop_nulls()))
            place = {name: number for number, name in enumerate(names)}
            places = pa.array([place.get(name) for name in called], pa.int32())
            found[column.name] = _Names(key, places, pa.array(names, pa.string()))
    return found


def _typed_columns(wh: Warehouse) -> str:
    """Make an enumeration of each text column's values, and return the columns cast to them.

    Numbered in the order the values are sorted in, so that order by number is that order.
    """
    with _making_types, wh.cursor() as cursor:
        for name, values in _VALUES.items():
            if isinstance(values, str):
                found = cursor.execute(f"SELECT DISTINCT * FROM ({values})").fetchall()  # noqa: S608
                known = [row[0] for row in found if row[0] is not None]
            else:
                known = list(values)
            ordered = in_order(known) if name == "age" else sorted(known)
            listed = ", ".join(map(quoted, ordered))
            # Of one open file they are the same each time.
            cursor.execute(
                f"CREATE TYPE IF NOT EXISTS memory.main.{name}_values AS ENUM ({listed})"
            )
    asked = _answers(wh)
    return ", ".join(
        f"CAST({sql} AS memory.main.{column.name}_values) AS {column.name}"
        if column.name in _VALUES
        else f'{sql} AS "{column.name}"'
        for column in EXTRACT_COLUMNS
        if column.sql[:2] not in {f"{alias}." for alias in _LOOKED_UP}
        for sql in [column.sql.format(**asked)]
    )


def _answers(wh: Warehouse) -> dict[str, str]:
    """Return what ``{provisional}`` and ``{break}`` stand for where nothing is joined: the years.

    A handful of packages and definitions have any.
    """
    tables = {"provisional": ("packages", "package_id"), "break": ("indicators", "indicator_id")}
    answers = {}
    for name, (table, key) in tables.items():
        years = "breaks" if name == "break" else name
        found = wh.rows(
            f"SELECT {key} AS key, {years} AS years FROM {table} "  # noqa: S608
            f"WHERE len({years}) > 0 ORDER BY 1"
        )
        parts = [
            f"(m.{key} = {quoted(row['key'])} AND m.period IN ({listed}))"
            for row in found
            for listed in [", ".join(map(str, row["years"]))]
        ]
        # A number of no package is nobody's to replace.
        answers[name] = f"coalesce({' OR '.join(parts) or 'false'}, false)"
    return answers
