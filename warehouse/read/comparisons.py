"""Queries that set areas beside each other: many indicators at once, old areas and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from warehouse.connection import Warehouse
from warehouse.read.slices import Slice, read
from warehouse.schema import MUNICIPALITY_GROUPS

_AGES = ("all", "0-17", "65+", "80+")
_TRAITS = ("persons", "share_young", "share_old", "share_oldest", "density")
_GROUPS: Final = tuple(f"group_{group}" for group in MUNICIPALITY_GROUPS)


def traits(wh: Warehouse, geography: str, diseases: Sequence[str]) -> pl.DataFrame:
    """Return what areas of a geography are like: age structure, size, density, disease.

    Parameters
    ----------
    wh
        The warehouse.
    geography
        Whose areas.
    diseases
        Indicators of disease; each is taken among people aged 40–64, so that an old population
        does not count twice, in its newest year.

    Returns
    -------
    polars.DataFrame
        One row an area in the list's order: ``area_id, name, persons, share_young`` (0–17),
        ``share_old`` (65+), ``share_oldest`` (80+, all per cent), ``density`` (people per square
        kilometre), ``group_capital`` and so on (per cent who live in a municipality of each
        group), then a column a disease. Null where not known.
    """
    areas = wh.rows(
        "SELECT area_id, name, area_km2 FROM areas WHERE geography = ? ORDER BY sort, area_id",
        [geography],
    )
    ids = tuple(area["area_id"] for area in areas)
    last = {
        row["indicator_id"]: row["last_period"]
        for row in wh.rows("SELECT indicator_id, last_period FROM indicators")
    }
    shown = {
        **{age: Slice("population", ids, last.get("population"), age) for age in _AGES},
        **{disease: Slice(disease, ids, last.get(disease), "40-64") for disease in diseases},
    }
    numbers = read(wh, shown.values())
    of = {
        name: {row["area_id"]: row["value"] for row in numbers[piece] if row["status"] == "ok"}
        for name, piece in shown.items()
    }
    groups = _groups(wh, geography, last.get("population"))
    return pl.DataFrame(
        [_traits(area, of, diseases) | groups.get(area["area_id"], {}) for area in areas],
        schema={
            "area_id": pl.String,
            "name": pl.String,
            **dict.fromkeys((*_TRAITS, *_GROUPS, *diseases), pl.Float64),
        },
    )


def _groups(wh: Warehouse, geography: str, year: int | None) -> dict[str, dict[str, float]]:
    """Return the per cent of each area's residents who live in municipalities of each group."""
    rows = wh.rows(
        "SELECT c.area_id, p.municipality_group, sum(c.share * m.value) AS people "
        "FROM catchments c JOIN areas p ON p.area_id = c.municipality_id "
        "JOIN measures m ON m.area_id = c.municipality_id AND m.indicator_id = 'population' "
        "AND m.period = ? AND m.sex = 'all' AND m.age = 'all' AND m.status = 'ok' "
        "WHERE c.geography = ? GROUP BY ALL ORDER BY ALL",
        [year, geography],
    )
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["municipality_group"] is not None:
            own = found.setdefault(row["area_id"], dict.fromkeys(_GROUPS, 0.0))
            own[f"group_{row['municipality_group']}"] += row["people"]
    return {
        area: {group: 100 * people / sum(own.values()) for group, people in own.items()}
        for area, own in found.items()
    }


def _traits(
    area: Mapping[str, Any], of: Mapping[str, Mapping[str, float]], diseases: Sequence[str]
) -> dict[str, Any]:
    place = area["area_id"]
    persons, *parts = (of[age].get(place) for age in _AGES)
    shares = (100 * part / persons if persons and part is not None else None for part in parts)
    density = persons / area["area_km2"] if persons is not None and area["area_km2"] else None
    return {
        "area_id": place,
        "name": area["name"],
        **dict(zip(_TRAITS, (persons, *shares, density), strict=True)),
        **{disease: of[disease].get(place) for disease in diseases},
    }


def flows(
    wh: Warehouse, old: str, new: str, municipalities: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return which areas of one geography the residents of another one's areas belong to.

    A municipality that is split in one of them is divided by its shares; one split in both is
    divided as if the two splits had nothing to do with each other.

    Parameters
    ----------
    wh
        The warehouse.
    old, new
        The two geographies.
    municipalities
        Only people who live in these; everybody when left out.

    Returns
    -------
    polars.DataFrame
        One row a municipality and pair of areas: ``old_id, old_name, new_id, new_name,
        municipality_id, municipality, share, persons, is_estimate, old_certainty,
        new_certainty, period, seats, regional_seats``; ``persons`` is null where the population
        is not known, the seats of municipality and region in the new area where its list has
        none. By the lists' order of old, new and municipality.
    """
    return wh.sql(
        """
        WITH now AS (
            SELECT area_id, period, value FROM measures
            WHERE indicator_id = 'population' AND geography = 'kommuner' AND sex = 'all'
              AND age = 'all' AND status = 'ok' AND period = (
                  SELECT max(period) FROM measures
                  WHERE indicator_id = 'population' AND NOT is_projection)
        )
        SELECT o.area_id AS old_id, oa.name AS old_name, n.area_id AS new_id, na.name AS new_name,
               m.area_id AS municipality_id, m.name AS municipality, o.share * n.share AS share,
               p.value * o.share * n.share AS persons, o.share * n.share < 1 AS is_estimate,
               o.certainty AS old_certainty, n.certainty AS new_certainty, p.period,
               n.seats, na.regional_seats
        FROM catchments o
        JOIN catchments n ON n.municipality_id = o.municipality_id AND n.geography = $new
        JOIN areas oa ON oa.area_id = o.area_id
        JOIN areas na ON na.area_id = n.area_id
        JOIN areas m ON m.area_id = o.municipality_id
        LEFT JOIN now p ON p.area_id = o.municipality_id
        WHERE o.geography = $old
          AND ($only IS NULL OR list_contains($only::VARCHAR[], o.municipality_id))
        ORDER BY oa.sort, o.area_id, na.sort, n.area_id, m.area_id
        """,
        {
            "old": old,
            "new": new,
            "only": None if municipalities is None else list(municipalities),
        },
    )
