"""Load the geographies and hand them on as frames.

Every ``*.csv`` in the folder is a geography: to add one, add its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from geo.checks import check, to_geography
from geo.files import read_geography_file
from geo.model import Geography, GeographyError, Problem
from geo.register import municipalities

SHIPPED = Path(__file__).parent / "geographies"


def load_geographies(folder: Path | None = None) -> dict[str, Geography]:
    """Load and check every geography of a folder.

    Parameters
    ----------
    folder
        Folder with one CSV file a geography; the shipped ones when None.

    Returns
    -------
    dict of str to Geography
        By geography id, in list order (``sort``, then id).

    Raises
    ------
    GeographyError
        When any file has a fault; it lists all faults of all files.
    """
    return dict(_load_shipped() if folder is None else _load(folder))


@cache
def _load_shipped() -> dict[str, Geography]:
    return _load(SHIPPED)


def _load(folder: Path) -> dict[str, Geography]:
    files = [read_geography_file(path) for path in sorted(folder.glob("*.csv"))]
    if not files:
        raise GeographyError([Problem.of("folder_empty", folder.name)])
    problems = check(files)
    if problems:
        raise GeographyError(problems)
    found = sorted((to_geography(file) for file in files), key=lambda g: (g.sort, g.id))
    return {geography.id: geography for geography in found}


def geographies_frame(geographies: Mapping[str, Geography] | None = None) -> pl.DataFrame:
    """Return one row a geography, with the columns of the warehouse table ``geographies``.

    Parameters
    ----------
    geographies
        As :func:`load_geographies` gives them; the shipped ones when None.
    """
    chosen = _load_shipped() if geographies is None else geographies
    return pl.DataFrame(
        [
            (
                g.id,
                g.level,
                g.title_da,
                g.title_en,
                g.valid_from,
                g.valid_to,
                g.source,
                g.note_da or None,
                g.note_en or None,
                g.sort,
            )
            for g in chosen.values()
        ],
        schema={
            "geography": pl.String,
            "level": pl.String,
            "title_da": pl.String,
            "title_en": pl.String,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
            "source": pl.String,
            "note_da": pl.String,
            "note_en": pl.String,
            "sort": pl.Int32,
        },
        orient="row",
    )


def areas_frame(geographies: Mapping[str, Geography] | None = None) -> pl.DataFrame:
    """Return one row an area: the warehouse table ``areas`` without what the boundaries tell.

    Parameters
    ----------
    geographies
        As :func:`load_geographies` gives them; the shipped ones when None.

    Returns
    -------
    polars.DataFrame
        ``area_id, geography, level, name, short_name, region_id, acute_hospital, regional_seats,
        is_split, sort, municipality_group``; ``area_km2``, ``centre_lon`` and ``centre_lat`` come
        from ``Boundaries.area_facts``.
    """
    chosen = _load_shipped() if geographies is None else geographies
    known = municipalities().select("municipality_id", "municipality_group").iter_rows()
    groups = dict(known)  # a municipality's own; larger areas have several
    rows = []
    for g in chosen.values():
        split = {m.area_id for m in g.memberships if m.share < 1}
        rows += [
            (
                a.id,
                g.id,
                g.level,
                a.name,
                a.short_name,
                a.region_id,
                a.acute_hospital,
                a.regional_seats,
                a.id in split,
                place,
                groups.get(a.id),
            )
            for place, a in enumerate(g.areas, start=1)
        ]
    return pl.DataFrame(
        rows,
        schema={
            "area_id": pl.String,
            "geography": pl.String,
            "level": pl.String,
            "name": pl.String,
            "short_name": pl.String,
            "region_id": pl.String,
            "acute_hospital": pl.String,
            "regional_seats": pl.Int32,
            "is_split": pl.Boolean,
            "sort": pl.Int32,
            "municipality_group": pl.String,
        },
        orient="row",
    )


def catchments_frame(geographies: Mapping[str, Geography] | None = None) -> pl.DataFrame:
    """Return one row a membership, with the columns of the warehouse table ``catchments``.

    Within a geography the shares of each municipality add up to 1, so that a count by
    municipality is counted once on every geography.

    Parameters
    ----------
    geographies
        As :func:`load_geographies` gives them; the shipped ones when None.
    """
    chosen = _load_shipped() if geographies is None else geographies
    return pl.DataFrame(
        [
            (g.id, m.area_id, m.municipality_id, m.share, m.basis, m.certainty, m.source, m.seats)
            for g in chosen.values()
            for m in g.memberships
        ],
        schema={
            "geography": pl.String,
            "area_id": pl.String,
            "municipality_id": pl.String,
            "share": pl.Float64,
            "share_basis": pl.String,
            "certainty": pl.String,
            "source": pl.String,
            "seats": pl.Int32,
        },
        orient="row",
    )
