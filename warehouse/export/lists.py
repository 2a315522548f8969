"""What there is to ask for, as lists of objects: the same from a file and from an address.

Adding one is a function in ``LISTS``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from warehouse.connection import Warehouse
from warehouse.export import definitions, query
from warehouse.export.filters import Selection
from warehouse.export.names import label, resolve
from warehouse.schema import THEMES

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Listed:
    """One list: what it is, in Danish and English, its filters, and what gives its rows."""

    title_da: str
    title_en: str
    filters: tuple[str, ...]
    rows: Callable[[Warehouse, Selection], Rows]


def _areas(wh: Warehouse, chosen: Selection) -> Rows:
    made_of: dict[str, Rows] = {}
    for row in wh.rows(
        "SELECT area_id, municipality_id, share FROM catchments ORDER BY area_id, municipality_id"
    ):
        made_of.setdefault(row.pop("area_id"), []).append(row)
    return [
        row | {"municipalities": made_of.get(row["area_id"], [])}
        for row in query.areas(wh).iter_rows(named=True)
        if (not chosen.geography or row["geography"] in chosen.geography)
        and (not chosen.level or row["level"] in chosen.level)
        and (not chosen.areas or row["area_id"] in chosen.areas)
    ]


def _geographies(wh: Warehouse, _: Selection) -> Rows:
    return query.geographies(wh).to_dicts()


def _indicators(wh: Warehouse, chosen: Selection) -> Rows:
    return [
        row
        for row in definitions.of(wh)
        if (not chosen.themes or row["theme"] in chosen.themes)
        and (not chosen.indicators or row["indicator_id"] in chosen.indicators)
    ]


def _packages(wh: Warehouse, _: Selection) -> Rows:
    return query.packages(wh).to_dicts()


def _topics(wh: Warehouse, _: Selection) -> Rows:
    ids: dict[str, list[str]] = {}
    for row in query.indicators(wh).iter_rows(named=True):
        ids.setdefault(row["theme"], []).append(row["indicator_id"])
    return [
        {
            "theme": theme,
            "title_da": label("theme", theme, "da"),
            "title_en": label("theme", theme, "en"),
            "indicators": ids[theme],
        }
        for theme in THEMES
        if theme in ids
    ]


#: Name in the address: the list.
LISTS: Final[Mapping[str, Listed]] = {
    "areas": Listed(
        "Områder, og hvilke kommuner de er dannet af",
        "Areas, and the municipalities they are made of",
        ("geography", "level", "area"),
        _areas,
    ),
    "geographies": Listed("Inddelinger", "Geographies", (), _geographies),
    "indicators": Listed(
        "Måltal med definitioner",
        "Indicators with definitions",
        ("theme", "indicator"),
        _indicators,
    ),
    "packages": Listed("Datapakker og kilder", "Packages and sources", (), _packages),
    "topics": Listed("Emner", "Topics", (), _topics),
}


def text(wh: Warehouse, name: str, selection: Selection) -> str:
    """Return a list as JSON.

    Parameters
    ----------
    wh
        The warehouse.
    name
        A key of :data:`LISTS`.
    selection
        Its filters; names are resolved here.

    Raises
    ------
    SelectionError
        When the selection names something unknown.
    """
    rows = LISTS[name].rows(wh, resolve(wh, selection))
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n"
