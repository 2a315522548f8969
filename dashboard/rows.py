"""Numbers for one run of a page: few queries, each number asked for once.

A query costs a few milliseconds however little it returns, so a page says first what its figures
will need (``Store.fetch``), which is one query; each figure then picks its part. The numbers are
plain rows: a page shows a few hundred of them, and each step of a data frame library costs more
than a loop over all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dashboard.reference import Reference
from warehouse import Warehouse
from warehouse.pages import found_first
from warehouse.query import where

Row = dict[str, Any]

_COLUMNS = (
    "indicator_id, area_id, period, sex, age, sector, standardisation, value, lower, upper, "
    "count, population, status, is_estimate, is_projection, vs_country, trend"
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
    #: What each slice was read with: rows by indicator, more of them than the slice asks for.
    _kept: dict[Slice, dict[str, list[Row]]] = field(default_factory=dict)

    def fetch(self, slices: Iterable[Slice]) -> None:
        """Read several slices in one query; those already read are not read again."""
        wanted = [piece for piece in dict.fromkeys(slices) if piece not in self._kept]
        if not wanted:
            return
        found: dict[str, list[Row]] = {}
        for row in self.warehouse.rows(*_query(wanted)):
            found.setdefault(row["indicator_id"], []).append(row)
        self._kept |= dict.fromkeys(wanted, found)

    def rows(self, piece: Slice) -> list[Row]:
        """Return the rows of a slice: areas in the order asked for, then years.

        Returns
        -------
        list of dict
            ``indicator_id, area_id, name, period, sex, age, sector, standardisation, value,
            lower, upper, count, population, status, is_estimate, is_projection, vs_country,
            trend``. They are the caller's own.
        """
        self.fetch([piece])
        order = {area: i for i, area in enumerate(piece.areas)}
        wanted = piece.chosen().items()
        rows = [
            row | {"name": self.reference.areas[row["area_id"]].name}
            for row in self._kept[piece].get(piece.indicator, ())
            if row["area_id"] in order and all(row[column] == value for column, value in wanted)
        ]
        return sorted(rows, key=lambda row: (order[row["area_id"]], row["period"]))


def _query(slices: list[Slice]) -> tuple[str, list[object]]:
    """Return one query for at least what some slices ask for, and its values.

    Planning conditions slice by slice would cost more than reading a little too much: slices of
    the same areas and years that leave the same columns open are asked for together.
    """
    groups: dict[tuple[object, ...], dict[str, dict[object, None]]] = {}
    for piece in slices:
        chosen = piece.chosen()
        wanted = groups.setdefault((frozenset(piece.areas), piece.period, *chosen), {})
        wanted.setdefault("area_id", {}).update(dict.fromkeys(piece.areas))
        for column, value in {"indicator_id": piece.indicator, **chosen}.items():
            wanted.setdefault(column, {})[value] = None
    # What every group is limited by is said once, for all of them together.
    common = {
        column: {value: None for wanted in groups.values() for value in wanted[column]}
        for column in ("indicator_id", "sex", "age", "sector", "standardisation")
        if all(column in wanted for wanted in groups.values())
    }
    text, values = where(common)
    either = []
    for wanted in groups.values():
        condition, more = where({c: v for c, v in wanted.items() if v != common.get(c)})
        either.append(f"({condition})")
        values += more
    found = found_first(f"{text} AND ({' OR '.join(either)})")
    return f"SELECT {_COLUMNS} FROM measures WHERE {found}", values  # noqa: S608
