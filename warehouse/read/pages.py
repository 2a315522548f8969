"""The small queries pages need: a selection in, a frame with documented columns out.

Each asks for one indicator or one area, so that DuckDB skips nearly the whole table; none is worth
caching. Values that are no number carry their reason in ``status``.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from warehouse.ages import order_by
from warehouse.connection import Warehouse
from warehouse.export.query import where

Several = str | Iterable[str] | None

_MEASURE = (
    "m.indicator_id, m.geography, m.level, m.area_id, a.name, a.short_name, a.region_id, m.period, "
    "m.sex, m.age, m.sector, m.standardisation, m.value, m.lower, m.upper, m.count, m.population, "
    "m.status, m.is_estimate, m.is_projection, m.is_demo, m.vs_region, m.vs_country, m.trend, "
    "m.package_id, m.standard"
)


def measures(
    wh: Warehouse,
    indicator: Several,
    *,
    geography: Several = None,
    area: Several = None,
    period: int | Iterable[int] | None = None,
    sex: Several = "all",
    age: Several = "all",
    sector: Several = "all",
    standardisation: Several = "crude",
) -> pl.DataFrame:
    """Return the published numbers of an indicator: over areas, years, ages, sexes or sectors.

    One area of one period over a geography is a map; one area over all periods a series; one area
    with ``age=None`` an age profile, with ``sector=None`` the sectors beside each other.

    Parameters
    ----------
    wh
        The warehouse.
    indicator, geography, area, period, sex, age, sector, standardisation
        Ids, one or several; ``None`` for any.

    Returns
    -------
    polars.DataFrame
        One row a number, in the order of indicator, the areas' list, period, sector, age, sex:
        ``indicator_id, geography, level, area_id, name, short_name, region_id, period, sex, age,
        sector, standardisation, value, lower, upper, count, population, status, is_estimate,
        is_projection, is_demo, vs_region, vs_country, trend, package_id, standard``.
    """
    condition, values = where(
        {
            "indicator_id": _listed(indicator),
            "geography": _listed(geography),
            "area_id": _listed(area),
            "period": [period] if isinstance(period, int) else list(period or ()),
            "sex": _listed(sex),
            "age": _listed(age),
            "sector": _listed(sector),
            "standardisation": _listed(standardisation),
        }
    )
    # Row numbers first: DuckDB applies a list of values only after it has read every column asked
    # for, and would read them all for every row of the indicator.
    return wh.sql(
        f"SELECT {_MEASURE} FROM measures m JOIN areas a USING (area_id) "  # noqa: S608
        f"JOIN geographies g ON g.geography = a.geography WHERE m.rowid IN "
        f"(SELECT rowid FROM measures WHERE {condition}) "
        "ORDER BY m.indicator_id, g.sort, a.sort, m.area_id, m.period, m.sector, "
        f"{order_by('m.age')}, m.sex, m.standardisation",
        values,
    )


def population_by_age(wh: Warehouse, area: Several, period: int | None = None) -> pl.DataFrame:
    """Return how many live in the areas by age band, measured and projected years.

    Returns
    -------
    polars.DataFrame
        ``area_id, period, sex, age, persons, status, is_estimate, is_projection, package_id``, by
        area, year, sex and age. Bands overlap (``0-17`` is a part of ``all``): choose, don't sum.
    """
    condition, values = where(
        {"area_id": _listed(area), "period": [] if period is None else [period]}
    )
    return wh.sql(
        "SELECT area_id, period, sex, age, persons, status, is_estimate, is_projection, package_id "  # noqa: S608
        f"FROM population WHERE {condition} ORDER BY area_id, period, sex, {order_by('age')}",
        values,
    )


def members(wh: Warehouse, area: str) -> pl.DataFrame:
    """Return the municipalities an area is made of, with the share of each.

    Returns
    -------
    polars.DataFrame
        ``municipality_id, name, share, share_basis, certainty, source`` by code.
    """
    return wh.sql(
        "SELECT c.municipality_id, a.name, c.share, c.share_basis, c.certainty, c.source "
        "FROM catchments c JOIN areas a ON a.area_id = c.municipality_id "
        "WHERE c.area_id = ? ORDER BY c.municipality_id",
        [area],
    )


def memberships(wh: Warehouse, municipality: str) -> pl.DataFrame:
    """Return the areas of every geography that hold a municipality or a part of it.

    Returns
    -------
    polars.DataFrame
        ``geography, area_id, name, share`` in the order of the geographies.
    """
    return wh.sql(
        "SELECT c.geography, c.area_id, a.name, c.share FROM catchments c "
        "JOIN areas a USING (area_id) JOIN geographies g ON g.geography = c.geography "
        "WHERE c.municipality_id = ? ORDER BY g.sort, a.sort, c.area_id",
        [municipality],
    )


def sources(wh: Warehouse, indicator: Several) -> pl.DataFrame:
    """Return where indicators come from: package, sheet and the measure's name in it.

    Returns
    -------
    polars.DataFrame
        ``indicator_id, package_id, source, publisher, published, licence, file, sheet,
        delivered_as, is_demo``.
    """
    condition, values = where({"s.indicator_id": _listed(indicator)})
    return wh.sql(
        "SELECT s.indicator_id, p.package_id, p.source, p.publisher, p.published, p.licence, "  # noqa: S608
        "p.file, s.sheet, s.delivered_as, p.is_demo FROM indicator_sources s "
        f"JOIN packages p USING (package_id) WHERE {condition} "
        "ORDER BY s.indicator_id, p.package_id, s.sheet, s.delivered_as",
        values,
    )


def _listed(values: Several) -> list[str]:
    if values is None:
        return []
    return [values] if isinstance(values, str) else list(values)
