"""The rows as the definitions want them, from the columns as the files have them.

Makes the one view, ``contacts``, that is between the two: a query in the part of SQL that DuckDB
and Spark share. Where nothing is mapped, each column is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from etl.registers import schema
from etl.registers.mapping import CODED, PLACES, Names
from etl.registers.texts import text

#: Writes a column's name as the engine wants it.
Quote = Callable[[str], str]

#: A date, or a date and a time, as text.
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?"


def coded(names: Names, kinds: Mapping[str, str]) -> list[str]:
    """Return the columns whose labels have to be looked up.

    Parameters
    ----------
    names
        What the files call things.
    kinds
        Their column -> kind of its type.
    """
    if names.file is None:
        return []
    there = [column for column in CODED if names.theirs(column)[0] in kinds]
    return [
        column
        for column in there
        if column in names.values
        or column in PLACES
        or (column == "acute" and kinds[names.theirs(column)[0]] != schema.BOOLEAN)
        or kinds[names.theirs(column)[0]] == schema.NUMBER
    ]


def labels(names: Names, column: str, quote: Quote) -> str:
    """Return the query for the labels a column has."""
    return f"SELECT DISTINCT {_text(quote(names.theirs(column)[0]))} AS label FROM delivered"  # noqa: S608


def lookup(meanings: Mapping[str, str | None]) -> str:
    """Return a query whose rows are labels and what they mean."""
    rows = ", ".join(
        f"({literal(label)}, {literal(meant)})"
        for label, meant in sorted(meanings.items())
        if meant is not None
    )
    none = "SELECT 'x' AS label, 'x' AS code WHERE 1 = 0"
    return f"SELECT label, code FROM (VALUES {rows}) AS known(label, code)" if rows else none  # noqa: S608


def literal(value: str) -> str:
    """Return a text as it stands in a query."""
    doubled = value.replace("'", "''")
    return f"'{doubled}'"


def view(names: Names, kinds: Mapping[str, str], quote: Quote, *, numbered: bool) -> str:
    """Return the query of the view ``contacts``.

    Parameters
    ----------
    names
        What the files call things.
    kinds
        Their column -> kind of its type.
    quote
        Writes a column's name as the engine wants it.
    numbered
        With file and row of each contact.
    """
    looked_up = coded(names, kinds)
    place = ["source_file", "source_row"] if numbered else []
    inner = [*place]
    for column in ("municipality", "residence_1_january", "sex", "sector", "diagnosis_group"):
        inner.append(f"{_code(names, kinds, quote, column, looked_up)} AS {column}")
    inner += _person(names, kinds, quote)
    inner += _acute(names, quote, looked_up)
    inner += _birth_date(names, kinds, quote)
    for column in ("start_time", "end_time"):
        inner += _moment(names, kinds, quote, column)
    joins = "".join(
        f" LEFT JOIN codes_{column} AS {column}_code"
        f" ON {column}_code.label = {_text(f'delivered.{quote(names.theirs(column)[0])}')}"
        for column in looked_up
    )
    read = f"SELECT {', '.join(inner)} FROM delivered{joins}"  # noqa: S608 - ours, and quoted
    zoned = {c: _kind(names, kinds, c) == schema.ZONED for c in ("start_time", "end_time")}
    clocks = ", ".join(
        f"{text('_danish_clock').replace('moment', f'{c}_winter')} AS {c}"
        if zoned[c]
        else f"{c}_clock AS {c}"
        for c in zoned
    )
    read = f"SELECT *, {clocks} FROM ({read}) AS as_delivered"  # noqa: S608
    if all(zoned.values()):
        early = "end_time_winter < start_time_winter"
        began, ended = "start_time_winter", "end_time_winter"
    else:
        early = f"CASE WHEN end_time < start_time THEN NOT ({text('_autumn_hour')}) ELSE false END"
        began = text("_winter_time").replace("moment", "start_time")
        late = text("_winter_time").replace("moment", "end_time")
        ended = f"CASE WHEN end_time < start_time THEN end_time ELSE greatest({late}, {began}) END"
    return (
        f"SELECT *, coalesce({early}, false) AS end_time_early, {began} AS began, "  # noqa: S608
        f"{ended} AS ended FROM ({read}) AS on_the_clock"
    )


def _kind(names: Names, kinds: Mapping[str, str], column: str) -> str:
    return kinds.get(names.theirs(column)[0], "")


def _text(column: str) -> str:
    return f"CAST({column} AS STRING)"


def _code(
    names: Names, kinds: Mapping[str, str], quote: Quote, column: str, looked_up: list[str]
) -> str:
    theirs = names.theirs(column)[0]
    if theirs not in kinds:
        return "CAST(NULL AS STRING)"
    delivered = f"delivered.{quote(theirs)}"
    if column in looked_up:
        return f"coalesce({column}_code.code, {_text(delivered)})"
    return delivered


def _person(names: Names, kinds: Mapping[str, str], quote: Quote) -> list[str]:
    theirs = f"delivered.{quote(names.theirs('person')[0])}"
    blank = f"coalesce(trim({theirs}) = '', false)"
    is_text = _kind(names, kinds, "person") == schema.TEXT
    return [f"{theirs} AS person", f"{blank if is_text else 'false'} AS person_blank"]


def _acute(names: Names, quote: Quote, looked_up: list[str]) -> list[str]:
    theirs = f"delivered.{quote(names.theirs('acute')[0])}"
    if "acute" not in looked_up:
        return [f"{theirs} AS acute", "false AS acute_unread"]
    known = "CASE acute_code.code WHEN 'true' THEN true WHEN 'false' THEN false END"
    return [f"{known} AS acute", f"{_stands(theirs)} AND acute_code.code IS NULL AS acute_unread"]


def _birth_date(names: Names, kinds: Mapping[str, str], quote: Quote) -> list[str]:
    theirs = f"delivered.{quote(names.theirs('birth_date')[0])}"
    kind = _kind(names, kinds, "birth_date")
    if kind != schema.TEXT:
        taken = theirs if kind == schema.DATE else f"CAST({theirs} AS DATE)"
        return [f"{taken} AS birth_date", "false AS birth_date_unread"]
    read = f"TRY_CAST({_like(theirs, f'{_DATE}$')} AS DATE)"
    return [f"{read} AS birth_date", f"{_stands(theirs)} AND {read} IS NULL AS birth_date_unread"]


def _moment(names: Names, kinds: Mapping[str, str], quote: Quote, column: str) -> list[str]:
    first, *rest = (f"delivered.{quote(one)}" for one in names.theirs(column))
    kind = _kind(names, kinds, column)
    if kind == schema.ZONED:
        # The engines' own clocks are set to UTC; Danish winter time is an hour later.
        moved = f"CAST({first} AS TIMESTAMP) + INTERVAL '1' HOUR"
        return [f"{moved} AS {column}_winter", f"false AS {column}_unread"]
    if kind == schema.TIMESTAMP and not rest:
        return [f"{first} AS {column}_clock", f"false AS {column}_unread"]
    # Of a timestamp that stands beside a time of day the date is meant.
    written = f"concat(substr({_text(first)}, 1, 10), ' ', {_text(rest[0])})" if rest else first
    read = f"TRY_CAST({_like(written, f'{_DATE}[ T]{_TIME}$')} AS TIMESTAMP)"
    stands = " OR ".join(_stands(one) for one in (first, *rest))
    return [f"{read} AS {column}_clock", f"({stands}) AND {read} IS NULL AS {column}_unread"]


def _stands(column: str) -> str:
    """Return the condition that something stands in a column."""
    return f"coalesce(trim({_text(column)}) <> '', false)"


def _like(column: str, pattern: str) -> str:
    """Return a text where it is written so, else null: what a cast takes differs by engine."""
    return (
        f"CASE WHEN regexp_extract(trim({column}), {literal(pattern)}, 0) = trim({column}) "
        f"THEN trim({column}) END"
    )
