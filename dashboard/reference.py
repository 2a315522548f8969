"""The small tables every page needs, read once per warehouse file: places, definitions, packages.

Measures are never cached: a filtered query costs a few milliseconds.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from content.topics import in_topic_order
from dashboard.selection import Known
from warehouse import Warehouse, connect
from warehouse.read.key_figures import key_figures
from warehouse.read.slices import prepare, thresholds

#: The environment variable by which ``dashboard.serve`` says which warehouse is shown.
WAREHOUSE_VARIABLE = "KLYNGEBLIK_WAREHOUSE"

Row = Mapping[str, Any]

#: How the figures of an indicator are laid to a place → the text that says it.
_COUNTED_BY = {
    "residence": "common.by_residence",
    "institution": "parts.by_institution",
    "authority": "parts.by_authority",
}


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
        The warehouse's packages, by title.
    catchments
        Geography, area, municipality, share.
    maps
        (geography, detail) → sha256 of the ready drawn boundaries.
    insets
        The frames of the map: inset, lon_min, lat_min, lon_max, lat_max.
    boundaries
        Where the boundaries are from and their licence, as in the warehouse; empty without any.
    sources
        Indicator id → source line of its packages.
    provisional
        Indicator id → years whose figures the publisher will replace.
    area_caveats
        (Indicator id, municipality id) → warehouse row of what to be careful with there.
    released
        Day of the newest release, or ``None``.
    edition
        A short text that is another when other figures were published.
    extents
        Area id → west, south, east and north of its boundary, WGS84 degrees.
    thresholds
        Indicator id → fewer people than this are hidden, where Klyngeblik hides them.
    newest
        Area id → indicator id → its key figure, as ``warehouse.read.key_figures`` gives it.
    withheld
        Indicators whose figures are made up and that are left out here: id → warehouse row.
    """

    geographies: dict[str, Row]
    areas: dict[str, Place]
    indicators: dict[str, Row]
    packages: Sequence[Row]
    catchments: list[tuple[str, str, str, float]]
    maps: dict[tuple[str, str], str]
    known: Known
    insets: pl.DataFrame
    boundaries: str
    sources: dict[str, str]
    provisional: dict[str, list[int]]
    area_caveats: dict[tuple[str, str], Row]
    released: date | None
    edition: str
    extents: dict[str, tuple[float, ...]]
    thresholds: Mapping[str, int]
    newest: dict[str, dict[str, Row]] = field(repr=False)
    withheld: Mapping[str, Row] = field(default_factory=dict)

    @property
    def has_demo(self) -> bool:
        """Whether any figure is made up, shown or left out."""
        return bool(self.withheld) or any(p["is_demo"] for p in self.packages)

    @functools.cached_property
    def real(self) -> Reference:
        """The same without anything made up: for who asks it, such figures do not exist."""
        left_out = {i: row for i, row in self.indicators.items() if row["is_demo"]}
        kept = {i: row for i, row in self.indicators.items() if i not in left_out}
        return replace(
            self,
            indicators=kept,
            packages=[p for p in self.packages if not p["is_demo"]],
            known=replace(self.known, indicators=frozenset(kept)),
            newest={
                area: {i: row for i, row in rows.items() if i in kept}
                for area, rows in self.newest.items()
            },
            withheld=left_out,
        )

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

    def counted_by(self, indicator: str) -> str:
        """Return the key of the text that says where people are counted, such as at home."""
        return _COUNTED_BY[self.indicators[indicator]["counted_by"] or "residence"]

    def years(self, indicator: str, years: str) -> str:
        """Return all the years behind figures named by one, ``2019``, or some, ``2014–2019``."""
        first, _, last = years.partition("–")
        earlier = self.indicators[indicator]["period_years"] - 1
        return f"{int(first) - earlier}–{last or first}" if earlier else years

    def provisional_in(self, indicator: str, years: str) -> list[int]:
        """Return an indicator's provisional years among some, written ``2025`` or ``2021–2025``."""
        first, _, last = years.partition("–")
        return [
            y for y in self.provisional.get(indicator, ()) if int(first) <= y <= int(last or first)
        ]

    def caveat(self, indicator: str, lang: str, areas: Iterable[str]) -> str:
        """Return what to be careful with, and what holds for one of the areas shown only."""
        own = [self.area_caveats.get((indicator, area)) for area in dict.fromkeys(areas)]
        said = [row[f"caveat_{lang}"] for row in (self.indicators[indicator], *own) if row]
        return " ".join(filter(None, said))

    def of_theme(self, *themes: str) -> list[str]:
        """Return the indicator ids of some themes, in the topics' order."""
        found = (i for i, row in self.indicators.items() if row["theme"] in themes)
        return in_topic_order(found, self.indicators)


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
    """Return the small tables of a warehouse, read anew when its file was replaced.

    Raises
    ------
    warehouse.WarehouseError
        When the file cannot be read.
    """
    prepare(warehouse)
    return warehouse.once(read, read)


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
            "SELECT a.* FROM areas a JOIN geographies g USING (geography) ORDER BY g.sort, a.sort, "
            "a.area_id"
        ).to_dicts()
    }
    geographies = _by(
        warehouse.sql("SELECT * FROM geographies ORDER BY sort, geography"), "geography"
    )
    indicators = _by(
        warehouse.sql("SELECT * FROM indicators ORDER BY theme, sort, indicator_id"), "indicator_id"
    )
    ids: dict[str, list[str]] = {g: [] for g in geographies}
    for area in areas.values():
        ids[area.geography].append(area.id)
    few = thresholds(warehouse)
    maps = warehouse.sql("SELECT geography, detail, sha256 FROM maps").rows()
    return Reference(
        geographies,
        areas,
        indicators,
        warehouse.sql("SELECT * FROM packages ORDER BY title, published, package_id").to_dicts(),
        warehouse.sql(
            "SELECT geography, area_id, municipality_id, share FROM catchments ORDER BY rowid"
        ).rows(),
        {(geography, detail): sha for geography, detail, sha in maps},
        Known(
            {g: a for g, a in ids.items() if a},
            frozenset(indicators),
            {g: row["valid_to"] for g, row in geographies.items() if row["valid_to"]},
        ),
        warehouse.sql("SELECT * FROM insets"),
        warehouse.sql("SELECT coalesce(min(source), '') AS source FROM boundaries")["source"][0],
        dict(
            warehouse.sql(
                "SELECT indicator_id, string_agg(DISTINCT source, '; ' ORDER BY source) "
                "FROM indicator_sources JOIN packages USING (package_id) GROUP BY indicator_id"
            ).rows()
        ),
        dict(
            warehouse.sql(
                "SELECT indicator_id, list(DISTINCT year ORDER BY year) FROM (SELECT indicator_id, "
                "unnest(provisional) AS year FROM indicator_sources JOIN packages USING "
                "(package_id)) GROUP BY indicator_id"
            ).rows()
        ),
        {
            (row["indicator_id"], row["area_id"]): row
            for row in warehouse.sql("SELECT * FROM area_caveats").to_dicts()
        },
        warehouse.sql("SELECT max(released)::DATE AS day FROM release_log")["day"][0],
        _edition(warehouse),
        _extents(warehouse),
        few,
        _newest(warehouse, few),
    )


def _edition(warehouse: Warehouse) -> str:
    """Return what tells two releases apart; the build's own fingerprint is no reader's business."""
    made = warehouse.sql(
        "SELECT value FROM meta WHERE key IN ('fingerprint', 'built_at') ORDER BY key"
    )
    return hashlib.sha256("".join(made["value"]).encode()).hexdigest()[:16]


def _extents(warehouse: Warehouse) -> dict[str, tuple[float, ...]]:
    shapes = warehouse.sql("SELECT area_id, wkb FROM boundaries")
    bounds = shapely.bounds(shapely.from_wkb(shapes["wkb"].to_list())).tolist()
    return dict(zip(shapes["area_id"], map(tuple, bounds), strict=True))


def _newest(warehouse: Warehouse, few: Mapping[str, int]) -> dict[str, dict[str, Row]]:
    """Return every area's key figures: asked for area by area, DuckDB reads nearly all measures."""
    # what the indicator's own row says is not kept again for each area
    rows = key_figures(warehouse).drop("^(title|short|unit)_.*$", "theme", "unit", "polarity")
    out: dict[str, dict[str, Row]] = {}
    for row in rows.iter_rows(named=True):
        indicator = row["indicator_id"]
        out.setdefault(row["area_id"], {})[indicator] = row | {"threshold": few.get(indicator)}
    return out


def _by(frame: pl.DataFrame, key: str) -> dict[str, Row]:
    return {row[key]: row for row in frame.to_dicts()}
