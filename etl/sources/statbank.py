"""Statistics Denmark's bank: which tables there are, what they hold, and cells of them.

Source: "StatBank API" on dst.dk (functions TABLES, TABLEINFO and DATA of version 1).
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from etl.sources.answers import json_in
from etl.sources.errors import FetchError, GarbledError, RefusedError
from etl.sources.web import Ask, Progress, Web

BASE: Final = "https://api.statbank.dk/v1"
VALUE: Final = "INDHOLD"
#: Cells in one answer in CSV. The bank counts more than it sends (values of variables that were
#: not asked for), so a smaller request may be refused too.
LIMIT: Final = 1_000_000
_TOO_LARGE = "REQUEST-LIMIT"

#: Code of a variable -> the codes of its values that are wanted.
Wanted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a table: its code, whether it is time, may be left out, its values' codes.

    ``texts`` are what the bank calls the values, in the same order.
    """

    code: str
    is_time: bool
    may_be_left_out: bool
    values: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What a table holds and when it was last changed."""

    table: str
    title: str
    updated: dt.date
    variables: tuple[Variable, ...]


class StatBank:
    """The bank.

    Parameters
    ----------
    web
        Sends the requests.
    folder
        For answers on their way.
    base
        Address of the service, without a last slash.
    """

    def __init__(self, web: Web, folder: Path, base: str = BASE) -> None:
        self._web = web
        self._answer = folder / "statbank.answer"
        self._base = base.rstrip("/")

    def tables(self) -> list[str]:
        """Return the ids of every table that is still kept up."""
        asked = Ask(f"{self._base}/tables", {"lang": "da", "format": "JSON"})
        return self._web.fetch(asked, self._answer, _tables)

    def info(self, table: str) -> TableInfo:
        """Return what a table holds."""
        asked = Ask(f"{self._base}/tableinfo/{table}", {"lang": "da", "format": "JSON"})
        return self._web.fetch(asked, self._answer, _info)

    def cells(self, table: str, wanted: Wanted, progress: Progress) -> pl.DataFrame:
        """Return the cells for every combination of the wanted values.

        Parameters
        ----------
        table
            Id of the table.
        wanted
            Values of each variable; a variable that is left out is summed away by the bank.
        progress
            Told after each request, in cells.

        Returns
        -------
        polars.DataFrame
            One row a combination, in any order: the variables' codes in upper case and
            ``INDHOLD``, all text.

        Raises
        ------
        FetchError
            When the bank refuses or cannot be reached, or a combination is missing.
        """
        total = _number_of(wanted)
        done = 0
        found: list[pl.DataFrame] = []
        waiting = [dict(wanted)]
        progress(table, 0, total)
        while waiting:
            part = waiting.pop()
            size = _number_of(part)
            rows = None if size > LIMIT else self._part(table, part)
            if rows is None:
                waiting += _halves(table, part)
                continue
            found.append(rows)
            done += size
            progress(table, done, total)
        return pl.concat(found)

    def _part(self, table: str, part: Wanted) -> pl.DataFrame | None:
        """Return the cells, None when they are too many for one answer."""
        body = {
            "table": table,
            "lang": "da",
            "format": "CSV",
            "delimiter": "Semicolon",
            "valuePresentation": "Code",
            "variables": [{"code": code, "values": list(values)} for code, values in part.items()],
        }
        try:
            return self._web.fetch(
                Ask(f"{self._base}/data", body=body), self._answer, lambda file: _rows(file, part)
            )
        except RefusedError as error:
            if _reason(error) == _TOO_LARGE:
                return None
            raise


def _number_of(wanted: Wanted) -> int:
    return math.prod(len(values) for values in wanted.values())


def _halves(table: str, part: Wanted) -> list[dict[str, Sequence[str]]]:
    code = max(part, key=lambda code: len(part[code]))
    values = part[code]
    if len(values) < 2:
        what = f"The bank refuses a single cell of {table} as too many."
        raise FetchError(what, "Try again later, and report it if it stays so.")
    middle = len(values) // 2
    return [{**part, code: values[middle:]}, {**part, code: values[:middle]}]


def _reason(error: RefusedError) -> str | None:
    try:
        content = json.loads(error.body)
    except ValueError:
        # Longer than what is kept of it.
        return _TOO_LARGE if _TOO_LARGE in error.body else None
    return content.get("errorTypeCode") if isinstance(content, dict) else None


def _tables(file: Path) -> list[str]:
    content = json_in(file)
    try:
        return [str(entry["id"]) for entry in content if entry.get("active", True)]
    except (TypeError, KeyError, AttributeError):
        msg = "the list of tables has another form than documented"
        raise GarbledError(msg) from None


def _info(file: Path) -> TableInfo:
    content: Any = json_in(file)
    try:
        return TableInfo(
            table=str(content["id"]),
            title=str(content["text"]),
            updated=dt.datetime.fromisoformat(content["updated"]).date(),
            variables=tuple(
                Variable(
                    code=str(variable["id"]),
                    is_time=bool(variable.get("time", False)),
                    may_be_left_out=bool(variable.get("elimination", False)),
                    values=tuple(str(value["id"]) for value in variable["values"]),
                    texts=tuple(str(value["text"]) for value in variable["values"]),
                )
                for variable in content["variables"]
            ),
        )
    except (TypeError, KeyError, AttributeError, ValueError):
        msg = "the description of the table has another form than documented"
        raise GarbledError(msg) from None


def _rows(file: Path, part: Wanted) -> pl.DataFrame:
    """Read an answer and see that every combination came, once."""
    codes = [code.upper() for code in part]
    try:
        text = file.read_bytes().decode("utf-8-sig")
        frame = pl.read_csv(io.StringIO(text), separator=";", infer_schema=False)
    except (UnicodeDecodeError, pl.exceptions.PolarsError):
        msg = "the cells cannot be read as CSV; the answer may be cut off"
        raise GarbledError(msg) from None
    if set(frame.columns) != {*codes, VALUE}:
        msg = f"the cells have the columns {', '.join(frame.columns)[:80]}, not {', '.join(codes)}"
        raise GarbledError(msg)
    frame = frame.select(*codes, VALUE)
    known = pl.all_horizontal(
        pl.col(code.upper()).is_in(list(values)) for code, values in part.items()
    )
    expected = _number_of(part)
    if frame.filter(known).unique(codes).height != expected or frame.height != expected:
        msg = f"{frame.height:,} cells came where {expected:,} were asked for"
        raise GarbledError(msg)
    return frame
