"""Several years taken together, so that few people give a number that does not jump about.

Only published counts are added up, so nothing comes out that a reader could not work out alone. An
area with one hidden year is hidden altogether: a sum with a hole in it would be a wrong number, and
a sum with the hole filled would give the hidden year away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from warehouse.connection import Warehouse
from warehouse.pages import found_first
from warehouse.query import where


def pooled(
    wh: Warehouse,
    indicators: Iterable[str],
    *,
    areas: Iterable[str],
    first: int,
    last: int,
    sexes: Iterable[str] = (),
    ages: Iterable[str] = (),
    sectors: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return shares and rates of some years taken together: all counts over all populations.

    No interval is given: many are the same people year after year, so that the sum is less certain
    than its size lets believe.

    Parameters
    ----------
    wh
        The warehouse.
    indicators, areas
        Ids.
    first, last
        First and last year; every year between must be published.
    sexes, ages, sectors
        Only these; all when left out.

    Returns
    -------
    list of dict
        One row an indicator, area, sex, age and sector, not standardised: ``indicator_id, area_id,
        period`` (the last year), ``sex, age, sector, standardisation, value, lower, upper, count,
        population, status, is_estimate, is_projection, vs_country``; the limits and the
        comparison are null. Where a year is hidden or not delivered, value, count and population
        are null and the status says why.
    """
    condition, values = where(
        {
            "indicator_id": list(indicators),
            "area_id": list(areas),
            "period": list(range(first, last + 1)),
            "sex": list(sexes),
            "age": list(ages),
            "sector": list(sectors),
            "standardisation": ["crude"],
        }
    )
    return wh.rows(
        f"""
        WITH years AS (
            SELECT *, status = 'ok' AND count IS NOT NULL AND population > 0 AS whole
            FROM measures WHERE {found_first(condition)}
        ),
        summed AS (
            SELECT indicator_id, area_id, sex, age, sector,
                   bool_and(whole) AND count(*) = {last - first + 1} AS whole,
                   sum(count) AS counted, sum(population) AS persons,
                   bool_or(status = 'suppressed_by_source') AS by_source,
                   bool_or(status LIKE 'suppressed%') AS hidden,
                   bool_or(is_estimate) AS is_estimate
            FROM years GROUP BY ALL
        )
        SELECT s.indicator_id, s.area_id, {last}::SMALLINT AS period, s.sex, s.age, s.sector,
               'crude' AS standardisation,
               CASE WHEN whole THEN i.multiplier * counted / persons END AS value,
               NULL::DOUBLE AS lower, NULL::DOUBLE AS upper,
               CASE WHEN whole THEN counted END AS count,
               CASE WHEN whole THEN persons END AS population,
               CASE WHEN whole THEN 'ok' WHEN by_source THEN 'suppressed_by_source'
                    WHEN hidden THEN 'suppressed_secondary' ELSE 'missing' END AS status,
               s.is_estimate, false AS is_projection, NULL::VARCHAR AS vs_country
        FROM summed s JOIN indicators i USING (indicator_id)
        ORDER BY ALL
        """,  # noqa: S608
        values,
    )
