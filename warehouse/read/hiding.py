"""What is hidden of the counts that are ours to make safe, for the officer who answers for it."""

from __future__ import annotations

from typing import Literal

import polars as pl

from warehouse.connection import Warehouse
from warehouse.schema import LEVELS


def hidden_of_ours(wh: Warehouse, language: Literal["da", "en"] = "en") -> pl.DataFrame:
    """Return how much of each indicator is hidden at each level, and what would be of wider cells.

    Only packages with true small counts; their publishers' own blanks are not ours to tell.

    Parameters
    ----------
    wh : Warehouse
    language : str
        Of the titles.

    Returns
    -------
    polars.DataFrame
        ``title, level, cells, few`` and ``protecting`` (cells called small, and hidden for
        others'), ``hidden, both_sexes, coarsest`` and ``always``: per cent hidden of all cells, of
        those of both sexes, of these in the age that is hidden least, and of all cells those hidden
        in the three last years alike. By indicator, from the country down.
    """
    title, levels = f"title_{language}", ", ".join(f"'{level}'" for level in LEVELS)
    return wh.sql(f"""
        WITH cells AS (
            SELECT m.*, {title} AS title, status LIKE 'suppressed%' AS is_hidden,
                max(period) OVER (PARTITION BY indicator_id) AS newest
            FROM measures m
            JOIN packages USING (package_id)
            JOIN indicators USING (indicator_id)
            WHERE made_safe_by = 'klyngeblik' AND standardisation = 'crude'
        ), ages AS (
            SELECT indicator_id, level, age, 100.0 * avg(is_hidden::INT) AS share
            FROM cells WHERE sex = 'all' GROUP BY ALL
        ), coarsest AS (
            SELECT indicator_id, level, min(share) AS coarsest FROM ages GROUP BY ALL
        ), series AS (
            SELECT indicator_id, level, bool_and(is_hidden) AS always
            FROM cells WHERE period > newest - 3
            GROUP BY indicator_id, level, geography, area_id, sex, age, sector
        ), running AS (
            SELECT indicator_id, level, 100.0 * avg(always::INT) AS always FROM series GROUP BY ALL
        )
        SELECT title, level, count(*) AS cells,
            count(*) FILTER (status = 'suppressed') AS few,
            count(*) FILTER (status = 'suppressed_secondary') AS protecting,
            100.0 * avg(is_hidden::INT) AS hidden,
            100.0 * avg(is_hidden::INT) FILTER (sex = 'all') AS both_sexes,
            any_value(coarsest) AS coarsest, any_value(always) AS always
        FROM cells
        JOIN coarsest USING (indicator_id, level)
        JOIN running USING (indicator_id, level)
        GROUP BY title, level ORDER BY title, list_position([{levels}], level)
    """)  # noqa: S608


def given_away(wh: Warehouse, language: Literal["da", "en"] = "en") -> list[str]:
    """Return what the build said of counts that are known too closely whatever is hidden."""
    said = wh.sql(
        f"SELECT what_{language} || ' ' || mend_{language} FROM findings "  # noqa: S608
        "WHERE file = 'disclosure control' ORDER BY 1"
    )
    return [text for (text,) in said.rows()]
