"""Klyngeblik: the population of Denmark's health clusters and health councils.

For analysts: ``klyngeblik.open(path_or_address)`` gives figures, areas, indicators and boundaries
of a warehouse file or of a Klyngeblik on the web; ``klyngeblik.extract(...)`` the rows at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from etl.version import __version__

if TYPE_CHECKING:
    import polars as pl

    from klyngeblik.client import Data

__all__ = ["DEFAULT_WAREHOUSE", "__version__", "extract", "open"]

#: Where ``klyngeblik build`` publishes unless told, from the folder of the project.
DEFAULT_WAREHOUSE = Path("data/warehouse.duckdb")


def open(place: Path | str = DEFAULT_WAREHOUSE) -> Data:
    """Open published figures for reading.

    Parameters
    ----------
    place
        A warehouse file, or the address of a Klyngeblik: ``https://klyngeblik.example.dk``.

    Returns
    -------
    klyngeblik.client.Data
        With ``figures(...)``, ``areas()``, ``geographies()``, ``indicators()``, ``packages()``,
        ``topics()`` and ``boundaries(...)``. The same from a file and from an address.

    Raises
    ------
    warehouse.WarehouseError
        When there is no such warehouse. Of an address that is only known when it is asked.

    Examples
    --------
    >>> import klyngeblik
    >>> data = klyngeblik.open("data/warehouse.duckdb")  # doctest: +SKIP
    >>> data.figures(area="Horsens", indicator="population", period="2020:")  # doctest: +SKIP
    """
    # Imported here, so that the command line can say its help without waiting for it.
    from klyngeblik.client import opened  # noqa: PLC0415

    return opened(place)


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
        The warehouse file, or an address as in :func:`open`.

    Returns
    -------
    polars.DataFrame
        One row a number, in the order of an exported file: ``geography, level, area_id, area,
        indicator_id, indicator, period, sex, age, sector, value, lower, upper, count, population,
        unit, standardisation, status, is_estimate, is_demo, source, is_projection,
        is_provisional, vs_region, vs_country, trend, polarity, kind, counted_by, theme,
        package_id, indicator_en, unit_en, obs_status, conf_status, standard``. Where ``status`` is
        not ``ok``, value, lower, upper and count are null: not zero. No rows when nothing fits.
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
    with open(warehouse) as data:
        return data.figures(
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
            wide=wide,
        )
