"""Some rows of a sheet as they are written, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from etl.ingest.ooxml.sheet import Block


@dataclass
class Written:
    """The contents of a :class:`etl.ingest.ooxml.sheet.Block` as polars' series, texts as codes."""

    places: pl.Series
    types: pl.Series
    styles: pl.Series
    values: pl.Series
    rows: list[tuple[int, str | None, bool]]
    formulas: list[int] = field(default_factory=list)
    own: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, block: Block) -> Written:
        """Take the cells that were walked through."""
        places, types, styles, values = (
            pl.Series(cells, dtype=pl.String)
            for cells in (block.places, block.types, block.styles, block.values)
        )
        return cls(places, types, styles, values, block.rows, block.formulas, block.own)
