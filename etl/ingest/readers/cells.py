"""Cells as they are written -> where they stand, and the number or the text they hold."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.ingest.ooxml.parts import DamagedPartError
from etl.ingest.ooxml.sheet import Block, Frame
from etl.ingest.ooxml.texts import Strings, plain
from etl.ingest.readers.looks import as_shown
from etl.ingest.readers.oddities import CELLS, LAST_COLUMN, LAST_ROW, Cell, Sheet
from etl.ingest.readers.written import Written

_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_PLACES: Final = r"^[A-Z]{1,3}[1-9][0-9]{0,6}$"
_ROW_NUMBER: Final = re.compile(r"[1-9][0-9]{0,6}")
_DIGITS: Final = "0123456789"
_NUMBER: Final = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_TRUTHS: Final = {"0": "FALSE", "1": "TRUE", "false": "FALSE", "true": "TRUE"}
_KINDS: Final = ("n", "s", "str", "inlineStr", "b", "e", "d")


Integers = npt.NDArray[np.int64]


def column_of(letters: str) -> int:
    """Return the number of a column: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _cell(place: str) -> Cell:
    match = _PLACE.fullmatch(place.replace("$", ""))
    if match is None:
        raise DamagedPartError
    return int(match[2]), column_of(match[1])


class Collected:
    """Takes the cells of a sheet as written, block by block.

    Parameters
    ----------
    sheet
        Takes what is odd among them.
    strings
        The texts that cells share.
    looks
        Style -> what a number is shown as, where it is no plain number.
    from_1904
        Whether days are counted from 1904.
    """

    def __init__(
        self, sheet: Sheet, strings: Strings, looks: dict[int, str], *, from_1904: bool
    ) -> None:
        self.sheet = sheet
        self.odd = sheet.odd
        self.strings = pl.Series(strings.texts, dtype=pl.String)
        self.misleading = strings.misleading
        self.looks = looks
        self.from_1904 = from_1904
        self._blocks: list[pl.DataFrame] = []
        self._last: Cell = (0, -1)
        self._last_row = 0

    def take(self, block: Block) -> None:
        """Work out places and values of some rows that were walked through."""
        self.take_written(Written.of(block))

    def take_written(self, block: Written) -> None:
        """Work out places and values of some rows."""
        rows, columns = self._placed(block)
        self._in_order(rows, columns)
        cells = self._valued(block, rows, columns)
        there = pl.col("number").is_not_null() | pl.col("text").is_not_null()
        self._blocks.append(cells.filter(there))

    def finish(self, frame: Frame) -> None:
        """Give the sheet its cells, and what stands around them.

        Raises
        ------
        etl.ingest.ooxml.parts.DamagedPartError
            When what is merged is no range.
        """
        self.sheet.cells = pl.concat([pl.DataFrame(schema=CELLS), *self._blocks])
        for ends in frame.merged:
            first, _, last = ends.partition(":")
            self.odd.merged.append((_cell(first), _cell(last or first)))
        for first_column, last_column in frame.hidden_columns:
            stop = min(last_column, LAST_COLUMN)
            self.odd.hidden_columns |= set(range(first_column - 1, stop))

    # --- where ------------------------------------------------------------------------------------

    def _placed(self, block: Written) -> tuple[Integers, Integers]:
        """Return row and column of every cell."""
        written = block.places
        given = [number for _, number, _ in block.rows]
        usual = all(n is not None and _ROW_NUMBER.fullmatch(n) for n in given)
        if not usual or not written.str.contains(_PLACES).fill_null(value=False).all():
            return self._placed_one_by_one(block)
        letters = written.str.strip_chars_end(_DIGITS)
        known = {text: column_of(text) for text in letters.unique()}
        columns = letters.replace_strict(known, return_dtype=pl.Int64).to_numpy()
        rows = written.str.slice(letters.str.len_chars()).cast(pl.Int64).to_numpy()
        starts = [at for at, _, _ in block.rows]
        numbers = np.array(given, dtype=np.int64)
        own = np.repeat(numbers, np.diff([*starts, len(written)]))
        for at in np.flatnonzero(own != rows)[:20].tolist():
            self.odd.order.append(("place_unclear", int(own[at]), int(columns[at])))
        self._rows_in_order(block, numbers.tolist())
        return own, self._within(own, columns)

    def _placed_one_by_one(self, block: Written) -> tuple[Integers, Integers]:
        """Do the same where a place is left out or written in another way."""
        rows, columns, numbers = [], [], []
        ends = [at for at, _, _ in block.rows[1:]] + [len(block.places)]
        last_row = self._last_row
        for (start, given, _), stop in zip(block.rows, ends, strict=True):
            number = int(given) if given and re.fullmatch(r"\s*[1-9]\d{0,6}\s*", given) else None
            if given is not None and number is None:
                self.odd.order.append(("place_unclear", last_row + 1, -1))
            places = [
                _PLACE.fullmatch((block.places[at] or "").strip()) for at in range(start, stop)
            ]
            named = {int(place[2]) for place in places if place}
            own = number or (named.pop() if len(named) == 1 else last_row + 1)
            column = -1
            for at, place in zip(range(start, stop), places, strict=True):
                column = column_of(place[1]) if place else column + 1
                if (place and int(place[2]) != own) or (place is None and block.places[at]):
                    self.odd.order.append(("place_unclear", own, column))
                rows.append(own)
                columns.append(column)
            numbers.append(own)
            last_row = own
        self._rows_in_order(block, numbers)
        own_rows, own_columns = (np.array(both, dtype=np.int64) for both in (rows, columns))
        return own_rows, self._within(own_rows, own_columns)

    def _within(self, rows: Integers, columns: Integers) -> Integers:
        """Report cells beyond any sheet, and return their columns within one."""
        outside = (rows > LAST_ROW) | (columns >= LAST_COLUMN)
        for at in np.flatnonzero(outside)[:20].tolist():
            self.odd.order.append(("place_unclear", int(rows[at]), int(columns[at])))
        return np.asarray(np.minimum(columns, LAST_COLUMN - 1))

    def _rows_in_order(self, block: Written, numbers: list[int]) -> None:
        """Report rows that stand twice, or after a later one."""
        for number in numbers:
            if number == self._last_row:
                self.odd.order.append(("row_number_twice", number, -1))
            elif number < self._last_row:
                self.odd.order.append(("out_of_order", number, -1))
            self._last_row = number
        self.odd.hidden_rows += [
            number for number, (_, _, hidden) in zip(numbers, block.rows, strict=True) if hidden
        ]

    def _in_order(self, rows: Integers, columns: Integers) -> None:
        """Report cells that stand twice, or after a later one of their row."""
        if not len(rows):
            return
        place = np.append(self._last[0] * LAST_COLUMN + self._last[1], rows * LAST_COLUMN + columns)
        step = np.diff(place)
        for at in np.flatnonzero(step <= 0)[:20].tolist():
            message = "cell_twice" if step[at] == 0 else "out_of_order"
            self.odd.order.append((message, int(rows[at]), int(columns[at])))
        self._last = (int(rows[-1]), int(columns[-1]))

    # --- what -------------------------------------------------------------------------------------

    def _valued(self, block: Written, rows: Integers, columns: Integers) -> pl.DataFrame:
        """Return the cells of the block with the number or the text that each holds."""
        kind = block.types.fill_null("n")
        value = block.values
        stripped = value.str.strip_chars(" \t\r\n")
        here = {"row": rows, "column": columns}
        cells = pl.DataFrame({**here, "kind": kind, "value": value, "stripped": stripped})
        self._report(block, cells)
        number, text = self._numbers(cells), self._texts(cells)
        style = block.styles.cast(pl.UInt32, strict=False)
        both = pl.DataFrame({**here, "number": number, "text": text, "style": style})
        return as_shown(both, self.looks, self.odd, from_1904=self.from_1904).cast(pl.Schema(CELLS))

    def _numbers(self, cells: pl.DataFrame) -> pl.Series:
        plain_number = (pl.col("kind") == "n") & pl.col("stripped").str.contains(_NUMBER)
        return cells.select(
            pl.when(plain_number).then("stripped").cast(pl.Float64, strict=False)
        ).to_series()

    def _texts(self, cells: pl.DataFrame) -> pl.Series:
        kind, value, stripped = (pl.col(c) for c in ("kind", "value", "stripped"))
        index = pl.when(kind == "s").then(stripped).cast(pl.UInt32, strict=False)
        index = pl.when(index < len(self.strings)).then(index)
        shared = self.strings.gather(cells.select(index).to_series())
        no_number = (kind == "n") & ~stripped.str.contains(_NUMBER) & (stripped != "")
        own = cells.select(
            pl.when(kind.is_in(["str", "inlineStr"]))
            .then(value.fill_null(""))  # a text of nothing, which is no blank
            .when(kind == "d")
            .then(stripped)
            .when(kind == "b")
            .then(stripped.replace(_TRUTHS))
            .when(no_number)
            .then(stripped)
        ).to_series()
        if own.str.contains("_x", literal=True).any():
            own = pl.Series([None if t is None else plain(t) for t in own], dtype=pl.String)
        return shared.zip_with(shared.is_not_null(), own)

    def _report(self, block: Written, cells: pl.DataFrame) -> None:
        """Report the cells that do not hold what they say, and those that hold nothing at all."""
        kind, value, stripped = (pl.col(c) for c in ("kind", "value", "stripped"))
        nothing = stripped.is_null() | (stripped == "")
        formula = pl.Series(np.isin(np.arange(cells.height), block.formulas))
        own = pl.Series(np.isin(np.arange(cells.height), list(block.own)))
        unshared = pl.col("stripped").cast(pl.UInt32, strict=False).fill_null(1 << 31)
        said = kind.is_in(_KINDS) & ~(pl.lit(own) & (kind != "inlineStr"))
        faults = {
            "formula_without_value": pl.lit(formula)
            & nothing
            & ((kind != "str") | value.is_null()),
            "excel_error": kind == "e",
            "cell_unclear": ~said | ((kind == "s") & ~nothing & (unshared >= len(self.strings))),
            "no_value": ~pl.lit(formula)
            & nothing
            & (kind.is_in(["s", "b", "d"]) | ((kind == "n") & stripped.is_not_null())),
        }
        for message, fault in faults.items():
            for row, column in cells.filter(fault).select("row", "column").rows():
                self.odd.cells[message].add((row, column))
        misleading = [at for at, raised in block.own.items() if raised]
        if self.misleading:
            shared = pl.Series(sorted(self.misleading)).cast(pl.String)
            these = cells.with_row_index("at").filter(kind == "s", stripped.is_in(shared.implode()))
            misleading += these["at"].to_list()
        for row, column in cells.select("row", "column")[misleading].rows() if misleading else ():
            self.odd.cells["raised_mark"].add((row, column))
