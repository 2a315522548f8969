"""The rows of an extract a piece at a time, in order, as Arrow: memory does not grow with them.

A piece is a run of whole (indicator, geography) pairs, so that pieces in a row are the whole in
order, and a series of years is never cut. Texts travel as numbers with a dictionary beside them:
joined, sorted and written so, an extract costs less than DuckDB's own COPY of plain texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import pyarrow as pa

from warehouse import schema
from warehouse.columns import EXTRACT_COLUMNS, ORDER, extract_sql
from warehouse.connection import Warehouse
from warehouse.query import condition
from warehouse.selection import Selection
from warehouse.views import quoted

#: Rows of a piece, unless one pair has more.
_ROWS: Final = 200_000
#: Where the values of each text column are found. Sorted, so that order by number is by text.
_VALUES: Final = {
    "geography": "SELECT geography FROM geographies",
    "level": schema.LEVELS,
    "area_id": "SELECT area_id FROM areas",
    "area": "SELECT name FROM areas",
    "indicator_id": "SELECT indicator_id FROM indicators",
    "indicator": "SELECT title_da FROM indicators",
    "sex": schema.SEXES,
    "age": "SELECT unnest(ages) FROM indicators",
    "sector": schema.SECTORS,
    "unit": "SELECT unit FROM indicators",
    "standardisation": schema.STANDARDISATIONS,
    "status": schema.STATUSES,
    "source": "SELECT source FROM packages",
}


class Piece(NamedTuple):
    """A run of (indicator, geography) pairs: its first, its last, and its rows."""

    first: tuple[str, str]
    last: tuple[str, str]
    rows: int


class Plan(NamedTuple):
    """What there is to write, known before the first row is.

    Attributes
    ----------
    rows
        How many rows of ``measures`` fit.
    periods
        The years among them, in order.
    pieces
        How they are cut.
    """

    rows: int
    periods: list[int]
    pieces: list[Piece]


def plan(wh: Warehouse, selection: Selection) -> Plan:
    """Return the plan of an extract, for a selection already resolved."""
    text, values = condition(selection)
    inside = f"FROM measures m JOIN indicators i USING (indicator_id) WHERE {text}"
    pairs = wh.sql(
        f"SELECT m.indicator_id, m.geography, count(*) AS rows {inside} GROUP BY ALL ORDER BY ALL",
        values,
    )
    periods = wh.sql(f"SELECT DISTINCT m.period {inside} ORDER BY 1", values)
    pieces: list[Piece] = []
    for indicator, geography, rows in pairs.rows():
        pair = (indicator, geography)
        if pieces and pieces[-1].rows + rows <= _ROWS:
            pieces[-1] = Piece(pieces[-1].first, pair, pieces[-1].rows + rows)
        else:
            pieces.append(Piece(pair, pair, rows))
    return Plan(int(pairs["rows"].sum()), periods["period"].to_list(), pieces)


def tables(wh: Warehouse, selection: Selection, pieces: list[Piece]) -> Iterator[pa.Table]:
    """Return the rows of an extract, a table a piece, with the columns of ``EXTRACT_COLUMNS``.

    The next piece is fetched while the caller writes the one before it.

    Parameters
    ----------
    wh
        A warehouse that stays with its file.
    selection
        What to take, resolved.
    pieces
        As :func:`plan` cut them.

    Returns
    -------
    iterator of pyarrow.Table
        Texts are dictionaries, the same one in each piece.
    """
    columns = _typed_columns(wh)
    ahead = ThreadPoolExecutor(1, thread_name_prefix="klyngeblik-export")
    try:
        waiting = None
        for piece in pieces:
            coming = ahead.submit(_fetch, wh, selection, piece, columns)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()
    finally:
        # Whoever stops should not wait for a piece nobody wants.
        ahead.shutdown(wait=False, cancel_futures=True)


def _fetch(wh: Warehouse, selection: Selection, piece: Piece, columns: str) -> pa.Table:
    text, values = condition(selection)
    (first, first_geography), (last, last_geography) = piece.first, piece.last
    query = (
        f"SELECT {columns} FROM ({extract_sql()} WHERE {text} "  # noqa: S608
        "AND m.indicator_id BETWEEN ? AND ? AND (m.indicator_id > ? OR m.geography >= ?) "
        "AND (m.indicator_id < ? OR m.geography <= ?)) "
        f"ORDER BY {ORDER.replace('m.', '')}"
    )
    span = [first, last, first, first_geography, last, last_geography]
    with wh.cursor() as cursor:
        return cursor.sql(query, params=[*values, *span]).to_arrow_table()


def _typed_columns(wh: Warehouse) -> str:
    """Make an enumeration of each text column's values, and return the columns cast to them."""
    with wh.cursor() as cursor:
        for name, values in _VALUES.items():
            if isinstance(values, str):
                found = cursor.execute(f"SELECT DISTINCT * FROM ({values})").fetchall()  # noqa: S608
                known = [row[0] for row in found if row[0] is not None]
            else:
                known = list(values)
            listed = ", ".join(quoted(value) for value in sorted(known))
            cursor.execute(f"CREATE OR REPLACE TYPE memory.main.{name}_values AS ENUM ({listed})")
    return ", ".join(
        f'CAST("{c.name}" AS memory.main.{c.name}_values) AS "{c.name}"'
        if c.name in _VALUES
        else f'"{c.name}"'
        for c in EXTRACT_COLUMNS
    )
