"""The small tables every page needs, read once per warehouse file: places, definitions, packages.

Measures are never cached: a filtered query costs a few milliseconds.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.selection import Known
from warehouse import Warehouse, connect

#: The environment variable by which ``dashboard.serve`` says which warehouse is shown.
WAREHOUSE_VARIABLE = "KLYNGEBLIK_WAREHOUSE"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """An area with what a page needs to name it.

    Attributes
    ----------
    id, name, short_name, geography, level
        As in the warehouse; ``name`` is qualified where it would be ambiguous.
    region_id
        Area id of its region in the same period, or ``None``.
    row
        The whole warehouse row.
    """

    id: str
    name: str
    short_name: str
    geography: str
    level: str
    region_id: str | None
    row: Row = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """Places, definitions and packages of one warehouse file.

    Attributes
    ----------
    geographies, indicators
        Id → warehouse row, in list order.
    areas
        Area id → ``Place``, in list order.
    packages
        The warehouse's packages, real ones first.
    catchments
        Geography, area, municipality, share.
    maps
        (geography, detail) → sha256 of the ready drawn boundaries.
    """

    geographies: dict[str, Row]
    areas: dict[str, Place]
    indicators: dict[str, Row]
    packages: Sequence[Row]
    catchments: list[tuple[str, str, str, float]]
    maps: dict[tuple[str, str], str]
    known: Known

    def areas_of(self, geography: str) -> list[Place]:
        """Return the areas of a geography, in list order."""
        return [self.areas[a] for a in self.known.areas.get(geography, ())]

    def municipalities_of(self, area: str) -> list[str]:
        """Return the municipality ids an area is made of, whole or in part."""
        return [m for _, a, m, _ in self.catchments if a == area]

    def indicator_title(self, lang: str, *, short: bool = False) -> Callable[[str], str]:
        """Return a function from indicator id to its title, for select boxes."""
        column = f"{'short' if short else 'title'}_{lang}"
        return lambda indicator: str(self.indicators[indicator][column])

    def of_theme(self, *themes: str) -> list[str]:
        """Return the indicator ids of some themes: real figures first, then the themes' order."""
        rows = [r for r in self.indicators.values() if r["theme"] in themes]
        return [r["indicator_id"] for r in sorted(rows, key=lambda r: bool(r["is_demo"]))]


def open_warehouse(path: Path | None = None) -> Warehouse:
    """Return the process's one connection to a warehouse file; it notices a new file itself.

    Parameters
    ----------
    path
        The file; the one ``dashboard.serve`` was given when left out.

    Raises
    ------
    warehouse.WarehouseError
        When there is no such file or it cannot be read.
    """
    chosen = path or Path(os.environ.get(WAREHOUSE_VARIABLE, "data/warehouse.duckdb"))
    return _connect(chosen.resolve())


@functools.lru_cache(maxsize=4)
def _connect(path: Path) -> Warehouse:
    return connect(path)


def reference_of(warehouse: Warehouse) -> Reference:
    """Return the small tables of a warehouse, read anew when its file was replaced."""
    return _read_once(warehouse, warehouse.signature)


@functools.lru_cache(maxsize=4)
def _read_once(warehouse: Warehouse, _signature: str) -> Reference:
    return read(warehouse)


def read(warehouse: Warehouse) -> Reference:
    """Read the small tables.

    Raises
    ------
    warehouse.WarehouseError
        When the file cannot be read.
    """
    areas = {
        row["area_id"]: Place(
            row["area_id"],
            row["name"],
            row["short_name"],
            row["geography"],
            row["level"],
            row["region_id"],
            row,
        )
        for row in warehouse.sql(
            "SELECT a.* FROM areas a JOIN geographies g USING (geography) ORDER BY g.sort, a.sort"
        ).to_dicts()
    }
    geographies = _by(warehouse.sql("SELECT * FROM geographies ORDER BY sort"), "geography")
    indicators = _by(
        warehouse.sql("SELECT * FROM indicators ORDER BY theme, sort, indicator_id"), "indicator_id"
    )
    ids: dict[str, list[str]] = {g: [] for g in geographies}
    for area in areas.values():
        ids[area.geography].append(area.id)
    maps = warehouse.sql("SELECT geography, detail, sha256 FROM maps").rows()
    return Reference(
        geographies,
        areas,
        indicators,
        warehouse.sql("SELECT * FROM packages ORDER BY is_demo, title, published").to_dicts(),
        warehouse.sql("SELECT geography, area_id, municipality_id, share FROM catchments").rows(),
        {(geography, detail): sha for geography, detail, sha in maps},
        Known({g: a for g, a in ids.items() if a}, frozenset(indicators)),
    )


def _by(frame: pl.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in frame.to_dicts()}
