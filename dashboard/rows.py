"""Numbers for one run of a page: few queries, each number asked for once.

A query costs a few milliseconds however little it returns, so a page says first what its figures
will need (``Store.fetch``), which is one query; each figure then picks its part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from dashboard.reference import Reference
from warehouse import Warehouse
from warehouse.query import where

_COLUMNS = (
    "indicator_id, area_id, period, sex, age, sector, standardisation, value, lower, upper, "
    "status, is_estimate, is_projection, vs_country"
)


@dataclass(frozen=True)
class Slice:
    """The numbers one figure shows of one indicator; ``None`` means any.

    Attributes
    ----------
    indicator
        Indicator id.
    areas
        Area ids.
    period
        Year.
    age, sector, sex, standardisation
        Ids.
    """

    indicator: str
    areas: tuple[str, ...]
    period: int | None = None
    age: str | None = "all"
    sector: str | None = "all"
    sex: str | None = "all"
    standardisation: str | None = "crude"

    def chosen(self) -> dict[str, object]:
        """Return what is not left open, by the warehouse's column names."""
        parts = {
            "indicator_id": self.indicator,
            "period": self.period,
            "age": self.age,
            "sector": self.sector,
            "sex": self.sex,
            "standardisation": self.standardisation,
        }
        return {column: value for column, value in parts.items() if value is not None}


@dataclass
class Store:
    """What has been read in this run.

    Attributes
    ----------
    warehouse, reference
        The warehouse and its small tables.
    """

    warehouse: Warehouse
    reference: Reference
    _kept: list[tuple[frozenset[Slice], pl.DataFrame]] = field(default_factory=list)

    def fetch(self, slices: Iterable[Slice]) -> None:
        """Read several slices in one query."""
        wanted = list(dict.fromkeys(slices))
        if wanted:
            self._kept.append((frozenset(wanted), self._read(wanted)))

    def rows(self, piece: Slice) -> pl.DataFrame:
        """Return the rows of a slice: areas in the order asked for, then years.

        Returns
        -------
        polars.DataFrame
            ``indicator_id, area_id, period, sex, age, sector, standardisation, value, lower,
            upper, status, is_estimate, is_projection, vs_country, name``.
        """
        for slices, frame in self._kept:
            if piece in slices:
                return self._named(frame.filter(_matches(piece)), piece)
        self.fetch([piece])
        return self.rows(piece)

    def _read(self, wanted: list[Slice]) -> pl.DataFrame:
        # The first two conditions are what DuckDB skips most of the table by.
        skipped, values = where(
            {
                "indicator_id": list(dict.fromkeys(piece.indicator for piece in wanted)),
                "area_id": list(dict.fromkeys(a for piece in wanted for a in piece.areas)),
            }
        )
        either = []
        for piece in wanted:
            condition, more = where(
                {"area_id": list(piece.areas)} | {c: [v] for c, v in piece.chosen().items()}
            )
            either.append(f"({condition})")
            values = [*values, *more]
        return self.warehouse.sql(
            f"SELECT {_COLUMNS} FROM measures WHERE {skipped} AND ({' OR '.join(either)})",  # noqa: S608
            values,
        )

    def _named(self, frame: pl.DataFrame, piece: Slice) -> pl.DataFrame:
        order = {area: i for i, area in enumerate(piece.areas)}
        places = list(zip(frame["area_id"], frame["period"], strict=True))
        names = pl.Series("name", [self.reference.areas[a].name for a, _ in places], pl.String)
        turn = sorted(range(len(places)), key=lambda i: (order[places[i][0]], places[i][1]))
        return frame.with_columns(names)[turn]


def _matches(piece: Slice) -> pl.Expr:
    found = pl.col("area_id").is_in(piece.areas)
    for column, value in piece.chosen().items():
        found &= pl.col(column) == value
    return found
