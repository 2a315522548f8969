"""JSON-stat 1.x and 2.0, as Statistics Denmark's bank and other offices give it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from etl.findings import Findings
from etl.ingest.readers.table import ROW, Table, shape, table_of
from etl.layouts import Layout
from etl.messages import say

LARGEST = 500_000_000
LARGEST_CELLS = 20_000_000

#: Where the numbers stand; a dimension cannot be called so, as ``value`` is the format's own word.
VALUE = "value"


class _NotJsonStatError(ValueError):
    def __init__(self, phrase: str, /, **values: object) -> None:
        self.why = say(phrase, **values)
        super().__init__(self.why.en)


def read_table(path: Path, layout: Layout, edition: str, found: Findings) -> Table:
    """Read a JSON-stat data set whole.

    Parameters
    ----------
    path
        The file.
    layout
        Gives the dimensions as headings; the numbers stand under ``value``.
    edition
        Edition of the file; its first four digits are a year.
    found
        Takes what is wrong; raised at once where nothing more can be read.

    Returns
    -------
    Table
        Dimensions as codes. The row of a cell is its place in ``value``, counted from 1.

    Raises
    ------
    etl.findings.PackageError
        When it is not JSON-stat, does not fit itself, or its dimensions do not fit the layout.
    """
    try:
        raw, texts = _cells(_loaded(path))
    except _NotJsonStatError as error:
        found.error("json_damaged", why=error.why)
        found.raise_errors()
        raise
    how = shape([*raw.columns], layout, edition, found, header_row=1)
    table = table_of(raw.with_row_index(ROW, offset=1), how, found)
    read = pl.Series(table.frame[ROW].cast(pl.Int64) - 1)
    return Table(table.frame, table.values, table.places, {VALUE: texts.gather(read)})


def as_text(path: Path, found: Findings) -> pl.DataFrame:
    """Return every cell of a data set as text, for a look at a file nobody knows yet.

    Raises
    ------
    etl.findings.PackageError
        When it is not JSON-stat, or does not fit itself.
    """
    try:
        raw, texts = _cells(_loaded(path))
    except _NotJsonStatError as error:
        found.error("json_damaged", why=error.why)
        found.raise_errors()
        raise
    number = pl.col(VALUE).cast(pl.String).str.strip_suffix(".0")
    return raw.with_columns(pl.coalesce(texts, number).alias(VALUE))


def _loaded(path: Path) -> dict[str, Any]:
    """Return the one data set of a file."""
    if path.stat().st_size > LARGEST:
        raise _NotJsonStatError("json_huge", megabytes=LARGEST / 1e6)
    try:
        content = json.loads(path.read_bytes(), parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError):
            raise _NotJsonStatError("json_not_whole_from", line=error.lineno) from None
        raise _NotJsonStatError("json_not_whole") from None
    if isinstance(content, Mapping) and content.get("class") == "dataset":
        return dict(content)
    # 1.x: a bundle of named data sets, usually one called "dataset".
    sets = list(content.values()) if isinstance(content, Mapping) else []
    sets = [one for one in sets if isinstance(one, Mapping) and "dimension" in one]
    if not sets:
        raise _NotJsonStatError("json_no_set")
    if len(sets) > 1:
        raise _NotJsonStatError("json_many_sets", number=len(sets))
    return dict(sets[0])


def _refused(word: str) -> NoReturn:
    raise ValueError(word)


def _cells(data: Mapping[str, Any]) -> tuple[pl.DataFrame, pl.Series]:
    """Return a row a cell (a column of codes a dimension, and ``value``), and the cells' marks."""
    dimension = data.get("dimension")
    if not isinstance(dimension, Mapping):
        raise _NotJsonStatError("json_no_dimensions")
    ids = data.get("id", dimension.get("id"))
    sizes = data.get("size", dimension.get("size"))
    fits = isinstance(ids, list) and isinstance(sizes, list) and len(ids) == len(sizes)
    if not fits or not ids or not all(isinstance(i, str) and i != VALUE for i in ids):
        raise _NotJsonStatError("json_no_ids")
    codes = {
        name: _codes(name, dimension.get(name), size) for name, size in zip(ids, sizes, strict=True)
    }
    cells = math.prod(len(these) for these in codes.values())
    if cells > LARGEST_CELLS:
        raise _NotJsonStatError("json_too_many", cells=cells)
    columns = {}
    after = cells
    for name, these in codes.items():
        after //= len(these)
        one = pl.Series(these, dtype=pl.String)
        places = pl.int_range(cells, eager=True) // after % len(these)
        columns[name] = one.gather(places)
    values, texts = _values(data, cells)
    return pl.DataFrame(columns | {VALUE: values}), texts


def _codes(name: str, dimension: Any, size: Any) -> Sequence[str]:
    category = dimension.get("category") if isinstance(dimension, Mapping) else None
    category = category if isinstance(category, Mapping) else {}
    index: Any = category.get("index")
    if index is None:  # not needed where there is one category
        index = list(category.get("label", ()))
    elif isinstance(index, Mapping) and all(isinstance(n, int) for n in index.values()):
        index = sorted(index, key=lambda code: index[code])
    if (
        not isinstance(index, list)
        or len(index) != size
        or not index
        or len(set(map(str, index))) != size
    ):
        raise _NotJsonStatError("json_categories", name=name)
    return [str(code) for code in index]


def _values(data: Mapping[str, Any], cells: int) -> tuple[pl.Series, pl.Series]:
    values = _listed(data.get("value"), cells, "value")
    status = data.get("status")
    marks = [status] * cells if isinstance(status, str) else _listed(status or {}, cells, "status")
    for place, value in enumerate(values, start=1):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not number and not isinstance(value, str):
            raise _NotJsonStatError("json_value", place=place)
    texts = [
        value
        if isinstance(value, str)
        else (str(mark) if value is None and mark is not None else None)
        for value, mark in zip(values, marks, strict=True)
    ]
    try:
        numbers = [None if v is None or isinstance(v, str) else float(v) for v in values]
    except OverflowError:
        raise _NotJsonStatError("json_too_large") from None
    return pl.Series(numbers, dtype=pl.Float64), pl.Series(texts, dtype=pl.String)


def _listed(given: Any, cells: int, what: str) -> list[Any]:
    """Return a list a place, of a list or of the sparse form place -> value."""
    if isinstance(given, list) and (len(given) == cells or (what == "status" and len(given) <= 1)):
        return given if len(given) == cells else given * cells or [None] * cells
    if isinstance(given, Mapping):
        listed: list[Any] = [None] * cells
        try:
            for place, value in given.items():
                listed[range(cells)[int(place)]] = value
        except (ValueError, IndexError):
            pass
        else:
            return listed
    if isinstance(given, list | Mapping):
        raise _NotJsonStatError("json_length", number=len(given), what=what, cells=cells)
    raise _NotJsonStatError("json_length_none", what=what, cells=cells)
