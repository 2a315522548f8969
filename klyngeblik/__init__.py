"""Klyngeblik: the population of Denmark's health clusters and health councils.

For analysts: ``klyngeblik.extract(...)`` gives the rows that the page and the command give.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from etl.version import __version__

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DEFAULT_WAREHOUSE", "__version__", "extract"]

#: Where ``klyngeblik build`` publishes unless told, from the folder of the project.
DEFAULT_WAREHOUSE = Path("data/warehouse.duckdb")


def extract(
    *,
    geography: str | Iterable[str] | None = None,
    area: str | Iterable[str] | None = None,
    level: str | Iterable[str] | None = None,
    indicator: str | Iterable[str] | None = None,
    theme: str | Iterable[str] | None = None,
    sector: str | Iterable[str] | None = None,
    period: str | int | Iterable[str | int] | None = None,
    sex: str | Iterable[str] | None = None,
    age: str | Iterable[str] | None = None,
    standardisation: str | Iterable[str] | None = None,
    status: str | Iterable[str] | None = None,
    wide: bool = False,
    warehouse: Path | str = DEFAULT_WAREHOUSE,
) -> pl.DataFrame:
    """Return published numbers: the same rows as ``klyngeblik export`` with the same filters.

    Parameters
    ----------
    geography, level, theme, sector, sex, age, standardisation, status
        Ids as in the columns of the extract; one or several, none for all.
    area
        Ids or names, in any case, with or without "Kommune".
    indicator
        Ids or titles.
    period
        A year, a range such as ``"2019:2025"`` or ``"2019:"``, or a list of them.
    wide
        Years beside each other: one column a year for value, limits, counts and status,
        instead of one row a number.
    warehouse
        The warehouse file.

    Returns
    -------
    polars.DataFrame
        One row a number, in the order of an exported file: ``geography, level, area_id, area,
        indicator_id, indicator, period, sex, age, sector, value, lower, upper, count, population,
        unit, standardisation, status, is_estimate, is_demo, source, is_projection,
        is_provisional, vs_region, vs_country, trend, polarity, kind, counted_by, theme,
        package_id, indicator_en, unit_en, obs_status, conf_status``. Where ``status`` is not
        ``ok``, value, lower, upper and count are null: not zero. No rows when nothing fits.
        Columns of a closed list are categorical, ids and names are text.

    Raises
    ------
    warehouse.SelectionError
        When a filter names something unknown or ambiguous, with what may have been meant.
    warehouse.WarehouseError
        When there is no warehouse, or it cannot be read.

    Examples
    --------
    >>> import klyngeblik
    >>> klyngeblik.extract(area="Horsens", indicator="population", period="2020:")  # doctest: +SKIP
    """
    # Imported here, so that the command line can say its help without waiting for them.
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export.query import Selection  # noqa: PLC0415
    from warehouse.export.query import extract as rows  # noqa: PLC0415
    from warehouse.export.wide import widen  # noqa: PLC0415

    selection = Selection.of(
        geography=geography,
        area=area,
        level=level,
        indicator=indicator,
        theme=theme,
        sector=sector,
        period=period,
        sex=sex,
        age=age,
        standardisation=standardisation,
        status=status,
    )
    with connect(warehouse) as wh:
        tidy = rows(wh, selection)
    return widen(tidy, sorted(set(tidy["period"]))) if wide else tidy
