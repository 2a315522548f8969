"""Cells of a row -> values with a status, after the rows' duplicates are settled."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import polars as pl

from etl.findings import LISTED_PER_KIND, Findings
from etl.ingest import harmonise
from etl.ingest.observations import (
    MISSING,
    NOT_APPLICABLE,
    OBSERVATION_SCHEMA,
    OK,
    SUPPRESSED_BY_SOURCE,
)
from etl.ingest.readers.keys import KEYS
from etl.ingest.readers.oddities import shows_nothing
from etl.ingest.readers.table import HEADING, NUMBER, ROW, TEXT, Table
from etl.layouts import Layout

#: More people than Denmark will have, and more days or contacts than one of them has in a year.
MOST_PEOPLE: Final = 10_000_000
MOST_EACH: Final = 366
#: The largest unit that rates are given in: per 100,000.
_LARGEST_UNIT: Final = 100_000

#: Every kind of space that publishers put between thousands.
_SPACES = "[ \u00a0\u2007\u2009\u202f]"


def single(
    frame: pl.DataFrame, keys: tuple[str, ...], table: Table, layout: Layout, found: Findings
) -> pl.DataFrame:
    """Drop the copies the layout knows of and report every other row that stands twice.

    Parameters
    ----------
    frame
        Rows with ``keys`` and the value columns of ``table``.
    keys
        What must be unique.

    Returns
    -------
    polars.DataFrame
        The rows that stay, in order.
    """
    doubled = frame.filter(pl.struct(keys).is_duplicated())
    if doubled.is_empty():
        return frame
    known = [area for duplicate in layout.known_duplicates for area in duplicate.areas]
    figures = [pl.col(c).cast(pl.Float64, strict=False) for c in table.values]
    copies = (
        doubled.filter(pl.col("area_id").is_in(known))
        .with_columns(
            pl.sum_horizontal(f == 0 for f in figures).alias("__zeros"),
            pl.any_horizontal(f.is_not_null() & (f != 0) for f in figures).alias("__figure"),
        )
        .with_columns((~pl.col("__figure") & (pl.col("__zeros") > 0)).alias("__copy"))
        .with_columns(
            pl.col("__copy").all().over(keys).alias("__only_copies"),
            # Of copies alike the one with most hidden cells stays: hidden is not zero.
            pl.struct("__zeros", ROW).rank("ordinal").over(keys).alias("__order"),
        )
        .filter("__copy", ~pl.col("__only_copies") | (pl.col("__order") > 1))
    )
    if copies.height:
        areas = ", ".join(harmonise.name_of(a) for a in sorted(set(copies["area_id"])))
        found.add("note", "known_copies", areas=areas, number=copies.height)
        frame = frame.filter(~pl.col(ROW).is_in(copies[ROW].implode()))
        doubled = frame.filter(pl.struct(keys).is_duplicated())
    again = doubled.filter(pl.all_horizontal(pl.col(keys).is_not_null())).with_columns(
        pl.col(ROW).min().over(keys).alias("__first")
    )
    for row, first in again.filter(pl.col(ROW) > pl.col("__first")).select(ROW, "__first").rows():
        found.error("row_twice", row=row, first=first)
    return frame


def numbered(table: Table, layout: Layout) -> Table:
    """Read the numbers among texts, and make a long table of one that the layout calls so.

    Parameters
    ----------
    table
        As read: value columns of numbers (with ``texts``) or of text.
    layout
        Says decimal mark, thousands mark and the signs that may follow a number.

    Returns
    -------
    Table
        Every value column numeric, what is no number in ``texts``; a long table has ``number``,
        ``text`` and ``heading`` and the labels of ``Layout.values``.
    """
    signs = bool(layout.footnotes or layout.thousands)
    numeric, texts = [], {}
    for heading in table.values:
        column = table.frame[heading]
        text = column if column.dtype == pl.String else table.texts.get(heading)
        if text is None:
            continue
        # Text in a column of numbers is read as a number only where the layout says how.
        if column.dtype == pl.String or signs:
            number = text.to_frame("t").select(numbers(pl.col("t"), layout)).to_series()
            text = text.set(number.is_not_null(), None)
            if column.dtype != pl.String:
                number = column.zip_with(column.is_not_null(), number)
            numeric.append(number.alias(heading))
        if text.null_count() < len(text):
            texts[heading] = text
    table = replace(table, frame=table.frame.with_columns(numeric), texts=texts)
    return _long(table, layout) if layout.is_long else table


def _long(table: Table, layout: Layout) -> Table:
    parts = []
    keys = [column for column in table.frame.columns if column not in table.values]
    for heading in table.values:
        text = table.texts.get(heading, pl.Series([None], dtype=pl.String))
        labels = layout.values.get(heading, {})
        parts.append(
            table.frame.select(
                *(c for c in keys if c not in labels),
                *(pl.lit(label).alias(role) for role, label in labels.items()),
                pl.lit(text).alias(TEXT)
                if len(text) > 1
                else pl.lit(text.first()).cast(pl.String).alias(TEXT),
                pl.col(heading).cast(pl.Float64).alias(NUMBER),
                pl.lit(heading).alias(HEADING),
            )
        )
    places = dict(table.places)
    for heading, labels in layout.values.items():
        for role in labels:
            places.setdefault(role, table.places[heading])
    frame = pl.concat(parts, how="diagonal")
    return Table(frame, {NUMBER: None}, places)


def long_cells(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Turn year columns into rows.

    Parameters
    ----------
    frame
        Rows with ``KEYS``, ``row``, ``maximum`` and one numeric column a year.
    table
        The table they come from, with the texts of those columns that are not numbers.

    Returns
    -------
    polars.DataFrame
        One row a cell: ``period``, ``number``, ``text`` and ``heading``.
    """
    index = [*KEYS, "maximum", ROW]
    cells = frame.unpivot(
        list(table.values), index=index, variable_name=HEADING, value_name=NUMBER
    ).with_columns(
        pl.col(HEADING).replace_strict(dict(table.values), return_dtype=pl.Int16).alias("period"),
        pl.lit(None, dtype=pl.String).alias(TEXT),
    )
    if not table.texts:
        return cells
    marked = pl.concat(
        pl.DataFrame({ROW: table.frame[ROW], TEXT: series})
        .drop_nulls()
        .with_columns(pl.lit(heading).alias(HEADING))
        for heading, series in table.texts.items()
    )
    return cells.drop(TEXT).join(marked, on=[ROW, HEADING], how="left", maintain_order="left")


def numbers(text: pl.Expr, layout: Layout) -> pl.Expr:
    """Return the numbers written in a text column, null where the text is not exactly a number.

    Parameters
    ----------
    text
        Text expression.
    layout
        Says decimal mark, thousands mark and the signs that may follow a number. Without a
        thousands mark, ``1.234`` with decimal comma is not a number, because nobody can say which
        number it is.
    """
    if layout.footnotes:
        signs = "|".join(re.escape(sign) for sign in layout.footnotes)
        text = text.str.replace(rf"\s*(?:{signs})+$", "")
    point = re.escape(layout.decimal)
    plain = rf"^-?\d+(?:{point}\d+)?$"
    if layout.thousands is not None:
        mark = _SPACES if layout.thousands == " " else re.escape(layout.thousands)
        plain = rf"{plain}|^-?\d{{1,3}}(?:{mark}\d{{3}})+(?:{point}\d+)?$"
        digits = text.str.replace_all(mark, "")
    else:
        digits = text
    return (
        pl.when(text.str.contains(plain))
        .then(digits.str.replace(layout.decimal, ".", literal=True))
        .cast(pl.Float64, strict=False)
    )


def observed(
    cells: pl.DataFrame, package_id: str, table: Table, layout: Layout, found: Findings
) -> pl.DataFrame:
    """Give every cell its status and report the impossible ones.

    Parameters
    ----------
    cells
        ``KEYS``, ``row``, ``maximum``, ``period``, ``heading``, ``number``, ``text``.

    Returns
    -------
    polars.DataFrame
        Observations as in ``OBSERVATION_SCHEMA``; of use only when no error was found.
    """
    marks = {
        **dict.fromkeys(layout.marks.suppressed, SUPPRESSED_BY_SOURCE),
        **dict.fromkeys(layout.marks.missing, MISSING),
        **dict.fromkeys(layout.marks.not_applicable, NOT_APPLICABLE),
        **dict.fromkeys(layout.marks.zero, OK),
    }
    text, number = pl.col(TEXT), pl.col(NUMBER)
    # Nothing, a mark or a number; the usual workbook has no text at all, so its look-up is free.
    meaning = (
        text.replace_strict(marks, default="not a number", return_dtype=pl.String)
        if cells[TEXT].null_count() < cells.height
        else pl.lit(None, dtype=pl.String)
    )
    status = (
        pl.when(text.is_not_null())
        .then(meaning)
        .when(number.is_null())
        .then(pl.lit(layout.blank_status()))
        .otherwise(pl.lit(OK))
    )
    zero = text.is_in(layout.marks.zero)
    cells = cells.with_columns(
        pl.when(zero).then(0.0).otherwise(number).alias(NUMBER), status.alias("status")
    )
    _report(cells, table, layout, found)
    return cells.select(
        pl.lit(package_id).alias("package_id"),
        *[pl.col(c) for c in ("measure", "area_level", "area_id", "period")],
        *[pl.col(c) for c in ("sex", "age", "sector", "kind", "standardisation")],
        number.alias("value"),
        "status",
        pl.lit(found.sheet, dtype=pl.String).alias("sheet"),
        pl.col(ROW).cast(pl.Int32),
    ).cast(OBSERVATION_SCHEMA)


def _report(cells: pl.DataFrame, table: Table, layout: Layout, found: Findings) -> None:
    number, ok = pl.col(NUMBER), pl.col("status") == OK
    # A text such as "3*" may be a small count; it is quoted only where the publisher hid those.
    quoted = layout.made_safe_by == "publisher"
    no_number = pl.col("status") == "not a number"
    unseen = no_number & shows_nothing(pl.col(TEXT))
    largest = (
        pl.when(pl.col("measure") == "population", pl.col("kind") == "count")
        .then(MOST_PEOPLE)
        .when(pl.col("kind") == "count")
        .then(MOST_PEOPLE * MOST_EACH)
        .otherwise(_LARGEST_UNIT * MOST_EACH)
    )
    above = number > pl.col("maximum")
    faults = {
        "only_spaces": unseen,
        "not_a_number" if quoted else "not_a_number_unquoted": no_number & ~unseen,
        "value_empty": pl.col("status") == "error",
        "not_finite": ok & ~number.is_finite(),
        "negative": ok & (number < 0),
        "count_with_decimals": (
            ok & (pl.col("kind") == "count") & number.is_finite() & (number != number.floor())
        ),
        "above_largest": ok & above,
        "above_any_population": ok
        & number.is_finite()
        & ~above.fill_null(value=False)
        & (number > largest),
    }
    wrong = cells.with_columns(fault.alias(key) for key, fault in faults.items()).filter(
        pl.any_horizontal(*faults)
    )
    if wrong.is_empty():
        return
    wrong = wrong.sort(ROW, "period")
    for key in faults:
        these = wrong.filter(pl.col(key))
        for row, heading, text in these.select(ROW, HEADING, TEXT).head(LISTED_PER_KIND).rows():
            found.error(key, row=row, column=table.places[heading], text=text)
        found.count_more("error", key, these.height - LISTED_PER_KIND)
