"""Each indicator's newest number of an area: what it is, how it compares, how it has gone."""

from __future__ import annotations

from typing import Final

import polars as pl

from warehouse.connection import Warehouse

#: Years whose figures the publisher will replace, by indicator.
_PROVISIONAL: Final = """
    SELECT indicator_id, list(DISTINCT year) AS years FROM (
        SELECT indicator_id, unnest(provisional) AS year
        FROM indicator_sources JOIN packages USING (package_id)
    ) GROUP BY indicator_id
"""
_FAIR: Final = ", ".join(f"f.{c} AS age_{c}" for c in ("value", "lower", "upper", "is_estimate"))

_SQL: Final = f"""
    WITH shown AS (
        SELECT m.* FROM measures m JOIN indicators i USING (indicator_id)
        WHERE m.sex = 'all' AND m.standardisation IN ('crude', i.default_standardisation)
          AND NOT m.is_projection AND m.age = i.default_age AND m.sector = i.default_sector
          AND ($theme IS NULL OR i.theme = $theme)
          AND ($period IS NULL OR m.period <= $period)
          AND ($area IS NULL OR m.area_id IN (
              SELECT unnest([a.area_id, a.region_id, 'dk']) FROM areas a
              WHERE a.area_id = $area))
    ),
    crude AS (SELECT * FROM shown WHERE standardisation = 'crude'),
    fair AS (SELECT * FROM shown WHERE standardisation <> 'crude' AND status = 'ok'),
    newest AS (
        SELECT * FROM crude WHERE $area IS NULL OR area_id = $area
        QUALIFY row_number() OVER (PARTITION BY area_id, indicator_id ORDER BY period DESC) = 1
    ),
    comparable AS (
        SELECT i.indicator_id, greatest(
            coalesce(i.trend_from, 0), coalesce(list_max(i.breaks), 0)
        ) AS start, coalesce(p.years, []) AS provisional
        FROM indicators i LEFT JOIN ({_PROVISIONAL}) p USING (indicator_id)
    ),
    settled AS (
        SELECT s.area_id, s.indicator_id, s.standardisation,
               min(s.period) AS first_period, min_by(s.value, s.period) AS first_value,
               max(s.period) AS settled_period, max_by(s.value, s.period) AS settled_value
        FROM shown s JOIN comparable k USING (indicator_id)
        WHERE s.status = 'ok' AND s.period >= k.start AND NOT list_contains(k.provisional, s.period)
        GROUP BY ALL
    )
    SELECT n.area_id, i.indicator_id, i.theme, i.title_da, i.title_en, i.short_da, i.short_en,
           i.unit, i.unit_da, i.unit_en, i.polarity, i.decimals, n.period, n.age, n.sector, n.value,
           n.lower, n.upper, n.count, n.population, n.status, n.is_estimate, n.is_demo,
           coalesce(f.vs_region, n.vs_region) AS vs_region,
           coalesce(f.vs_country, n.vs_country) AS vs_country,
           coalesce(f.trend, n.trend) AS trend, n.package_id, a.region_id,
           r.value AS region_value, c.value AS country_value,
           r.status AS region_status, c.status AS country_status,
           r.is_estimate AS region_is_estimate, c.is_estimate AS country_is_estimate,
           {_FAIR}, f.standard, fr.value AS age_region_value, fc.value AS age_country_value,
           fr.is_estimate AS age_region_is_estimate, fc.is_estimate AS age_country_is_estimate,
           t.first_period, t.first_value, t.settled_period, t.settled_value
    FROM newest n
    JOIN indicators i USING (indicator_id)
    JOIN areas a ON a.area_id = n.area_id
    LEFT JOIN fair f ON (f.indicator_id, f.period, f.area_id)
        = (n.indicator_id, n.period, n.area_id)
    LEFT JOIN crude r ON (r.indicator_id, r.period, r.area_id)
        = (n.indicator_id, n.period, a.region_id)
    LEFT JOIN crude c ON (c.indicator_id, c.period, c.area_id) = (n.indicator_id, n.period, 'dk')
    LEFT JOIN fair fr ON (fr.indicator_id, fr.period, fr.area_id)
        = (n.indicator_id, n.period, a.region_id)
    LEFT JOIN fair fc ON (fc.indicator_id, fc.period, fc.area_id)
        = (n.indicator_id, n.period, 'dk')
    LEFT JOIN settled t ON (t.area_id, t.indicator_id, t.standardisation)
        = (n.area_id, n.indicator_id, coalesce(f.standardisation, 'crude'))
    -- no key figure is one that stands for neither the area nor what it is compared with
    WHERE n.status <> 'not_applicable' OR r.status = 'ok' OR c.status = 'ok'
    ORDER BY n.area_id, i.theme, i.sort, i.indicator_id
"""  # noqa: S608


def key_figures(
    wh: Warehouse,
    area: str | None = None,
    *,
    theme: str | None = None,
    period: int | None = None,
) -> pl.DataFrame:
    """Return one row an indicator: an area's newest measured number beside region and country.

    Each indicator stands as it is shown when nothing is chosen: default age and sector, both
    sexes.

    Parameters
    ----------
    wh
        The warehouse.
    area
        Area id; every area when left out.
    theme
        Only this theme.
    period
        No number newer than this year.

    Returns
    -------
    polars.DataFrame
        By area, theme and place in it: ``area_id, indicator_id, theme, title_da, title_en,
        short_da, short_en, unit, unit_da, unit_en, polarity, decimals, period, age, sector, value,
        lower, upper, count, population, status, is_estimate, is_demo, vs_region, vs_country, trend,
        package_id, region_id``; then ``value, status, is_estimate`` of the region and the country
        (``region_value`` ...) in the same year.

        ``value`` and its benchmarks are not standardised: what there is. ``age_value, age_lower,
        age_upper, age_is_estimate, standard``, ``age_region_value``, ``age_country_value`` and
        their ``_is_estimate`` are standardised over age, null where there is no such figure.
        Where there is one, ``vs_region``, ``vs_country`` and ``trend`` are of it, and so are
        ``first_period, first_value, settled_period, settled_value``: the first and the last year
        that can be compared, without provisional years and years before a new level.
    """
    return wh.sql(_SQL, {"area": area, "theme": theme, "period": period})
