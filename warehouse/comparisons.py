"""Queries that set areas beside each other: many indicators at once, old areas and new ones."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from warehouse.connection import Warehouse


def newest_by_area(wh: Warehouse, geography: str, indicators: Sequence[str]) -> pl.DataFrame:
    """Return each indicator's newest measured number for every area of a geography.

    Each indicator stands as it is shown when nothing is chosen: default age and sector, both
    sexes, not standardised; its year is the newest one that any area of the geography has.

    Returns
    -------
    polars.DataFrame
        By the areas' list and the indicators' order given: ``area_id, name, indicator_id, period,
        value, lower, upper, status, is_estimate, is_demo, vs_country``.
    """
    return wh.sql(
        """
        WITH shown AS (
            SELECT m.* FROM measures m JOIN indicators i USING (indicator_id)
            WHERE m.indicator_id IN (SELECT unnest($indicators)) AND m.geography = $geography
              AND m.sex = 'all' AND m.standardisation = 'crude' AND NOT m.is_projection
              AND m.age = i.default_age AND m.sector = i.default_sector
            QUALIFY m.period = max(m.period) OVER (PARTITION BY m.indicator_id)
        )
        SELECT s.area_id, a.name, s.indicator_id, s.period, s.value, s.lower, s.upper, s.status,
               s.is_estimate, s.is_demo, s.vs_country
        FROM shown s JOIN areas a USING (area_id)
        ORDER BY a.sort, s.area_id, list_position($indicators, s.indicator_id)
        """,
        {"indicators": list(indicators), "geography": geography},
    )


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
        kilometre), then a column a disease. Null where not known.
    """
    people = wh.sql(
        """
        WITH now AS (
            SELECT area_id, age, value FROM measures
            WHERE indicator_id = 'population' AND geography = $geography AND sex = 'all'
              AND status = 'ok' AND period = (
                  SELECT max(period) FROM measures
                  WHERE indicator_id = 'population' AND NOT is_projection)
        )
        SELECT a.area_id, a.name,
               max(value) FILTER (age = 'all') AS persons,
               100 * max(value) FILTER (age = '0-17') / persons AS share_young,
               100 * max(value) FILTER (age = '65+') / persons AS share_old,
               100 * max(value) FILTER (age = '80+') / persons AS share_oldest,
               persons / nullif(any_value(a.area_km2), 0) AS density
        FROM areas a LEFT JOIN now USING (area_id)
        WHERE a.geography = $geography GROUP BY a.area_id, a.name, a.sort ORDER BY a.sort, a.area_id
        """,
        {"geography": geography},
    )
    ill = wh.sql(
        """
        SELECT area_id, indicator_id, value FROM measures
        WHERE indicator_id IN (SELECT unnest($diseases)) AND geography = $geography
          AND sex = 'all' AND age = '40-64' AND standardisation = 'crude' AND status = 'ok'
        QUALIFY period = max(period) OVER (PARTITION BY indicator_id)
        """,
        {"geography": geography, "diseases": list(diseases)},
    )
    wide = {d: ill.filter(pl.col("indicator_id") == d) for d in diseases}
    for disease, rows in wide.items():
        people = people.join(
            rows.select("area_id", pl.col("value").alias(disease)),
            on="area_id",
            how="left",
            maintain_order="left",
        )
    return people


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
        new_certainty, period``; ``persons`` is null where the population is not known. By the
        lists' order of old, new and municipality.
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
               o.certainty AS old_certainty, n.certainty AS new_certainty, p.period
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
