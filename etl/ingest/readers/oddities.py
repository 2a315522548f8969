"""What a sheet of a workbook holds, cell by cell, and what of it is not what it shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import polars as pl

#: Row (as the spreadsheet shows it) and column (0 is A).
Cell = tuple[int, int]

#: Cells up to the last one, empty ones among them: more than any figures need.
LARGEST_CELLS = 30_000_000
#: The last row and column that any spreadsheet has.
LAST_ROW: Final = 1 << 20
LAST_COLUMN: Final = 1 << 14

CELLS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "row": pl.UInt32,
    "column": pl.UInt16,
    "number": pl.Float64,
    "text": pl.String,
}


@dataclass
class Oddities:
    """What is odd in a sheet.

    Attributes
    ----------
    cells : dict of str to set of Cell
        Message -> cells that are not what they show.
    order : list of tuple of str, int and int
        Message and cell where rows or cells stand twice or in no order; column -1 is a whole row.
    merged : list of pair of Cell
        First and last cell of what is merged.
    hidden_rows : list of int
        Rows that the spreadsheet does not show.
    hidden_columns : set of int
        Columns that it does not show.
    """

    cells: defaultdict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))
    order: list[tuple[str, int, int]] = field(default_factory=list)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


@dataclass
class Sheet:
    """A sheet as it was walked through.

    Attributes
    ----------
    cells : polars.DataFrame
        One row a cell that is not empty, in the sheet's order: ``row``, ``column`` (0 is A), and
        either ``number`` or ``text``.
    """

    name: str
    visible: bool = True
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CELLS))
    odd: Oddities = field(default_factory=Oddities)

    def extent(self) -> int:
        """Return its cells up to the last one, empty ones among them."""
        if self.cells.is_empty():
            return 0
        rows, columns = self.cells.select(pl.col("row", "column").max().cast(pl.Int64)).row(0)
        return int(rows) * (int(columns) + 1)

    def texts_of(self, row: int) -> list[str]:
        """Return what stands in a row, left to right."""
        return self.cells.filter(row=row).select(as_text()).to_series().to_list()

    def wide(self) -> list[list[str | None]]:
        """Return every cell as text, row by row, from A1 on."""
        if self.cells.is_empty():
            return []
        height, width = self.cells.select(pl.col("row", "column").max().cast(pl.Int64)).row(0)
        grid: list[list[str | None]] = [[None] * (width + 1) for _ in range(height)]
        for row, column, text in self.cells.select("row", "column", as_text()).iter_rows():
            grid[row - 1][column] = text
        return grid


def as_text() -> pl.Expr:
    """Return the text of cells: whole numbers as they are written, without a decimal point."""
    number = pl.col("number")
    whole = (number == number.round()) & (number.abs() < 1e15)
    return (
        pl.when(pl.col("text").is_not_null())
        .then(pl.col("text"))
        .when(whole)
        .then(number.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(number.cast(pl.String))
        .alias("text")
    )


#: Characters that show nothing, and that are no white space to Unicode.
UNSEEN: Final = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufeff"


def shows_nothing(text: pl.Expr) -> pl.Expr:
    """Return whether a text has nothing that anybody could see."""
    return text.str.strip_chars().str.contains(rf"^[\s{UNSEEN}]*$")
