"""The warehouse's smaller tables, as frames with the schema's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import polars as pl

import geo
from etl.disclosure.ledger import Ledger, told_digest
from etl.findings import Finding
from etl.indicators.definition import Indicator
from etl.ingest.readers import Package
from etl.version import __version__
from geo.outlines import Outlines, outlines
from warehouse import WarehouseError, connect
from warehouse.ages import in_order
from warehouse.schema import SCHEMA_VERSION, SECTORS, SEXES, TABLES

_TYPES = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "INTEGER[]": pl.List(pl.Int32()),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "SMALLINT": pl.Int16(),
    "DOUBLE": pl.Float64(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
    "BLOB": pl.Binary(),
}


def boundary_tables(
    raw_dir: Path, geographies: Mapping[str, geo.Geography], old: Path | None, made_of: str
) -> Outlines:
    """Draw every geography's boundaries, or take them from the old warehouse when nothing is new.

    Parameters
    ----------
    raw_dir : Path
        Folder of delivered files; the user's own boundaries in it win.
    geographies : mapping of str to Geography
    old : Path or None
        The warehouse to be replaced, if there is one.
    made_of : str
        ``etl.publish.fingerprint.boundary_fingerprint`` of what would be drawn now.

    Returns
    -------
    geo.outlines.Outlines
    """
    if old is None:
        return outlines(raw_dir, geographies)
    try:
        with connect(old) as warehouse:
            known = warehouse.sql("SELECT value FROM meta WHERE key = 'boundaries'").rows()
            if known == [(made_of,)]:
                return Outlines(
                    warehouse.sql("SELECT area_id, area_km2, centre_lon, centre_lat FROM areas"),
                    warehouse.sql("SELECT * FROM maps"),
                    warehouse.sql("SELECT * FROM boundaries"),
                    warehouse.sql("SELECT * FROM insets"),
                )
    except WarehouseError:
        pass  # one of an earlier version: draw
    return outlines(raw_dir, geographies)


def schema(table: str) -> dict[str, pl.DataType]:
    """Return the polars types of a warehouse table's columns, in order."""
    (found,) = (t for t in TABLES if t.name == table)
    return {column.name: _TYPES[column.type] for column in found.columns}


def areas(frame: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return the table ``areas``: what the geographies say and what the boundaries tell."""
    own = facts.select("area_id", "area_km2", "centre_lon", "centre_lat")
    return frame.join(own, on="area_id", how="left").sort("geography", "sort", "area_id")


#: What an indicator's measures cover, series by series.
COVERED: Final = """
    SELECT indicator_id, sex, age, sector, bool_or(is_demo) AS is_demo,
        bool_or(lower IS NOT NULL) AS has_interval,
        bool_or(standardisation = 'age' AND status = 'ok') AS standardised,
        min(period) FILTER (NOT is_projection) AS first,
        max(period) FILTER (NOT is_projection) AS last
    FROM measures GROUP BY ALL
"""


def indicators(definitions: Sequence[Indicator], series: pl.DataFrame) -> pl.DataFrame:
    """Return the table ``indicators``: the definitions that have figures, and what they cover.

    Parameters
    ----------
    definitions : sequence of Indicator
    series : polars.DataFrame
        What the new warehouse says to :data:`COVERED`.
    """
    covered = {
        row["indicator_id"]: row
        for row in series.group_by("indicator_id")
        .agg(
            pl.col("age", "sex", "sector").unique(),
            pl.col("is_demo", "has_interval").any(),
            pl.col("first").min(),
            pl.col("last").max(),
        )
        .iter_rows(named=True)
    }
    fair = series.filter(pl.col("standardised") & (pl.col("sex") == "all"))
    standardised = set(fair.select("indicator_id", "age", "sector").iter_rows())
    rows = []
    for one in definitions:
        found = covered.get(one.id)
        if found is None:
            continue
        ages = in_order(found["age"])
        sectors = sorted(found["sector"], key=SECTORS.index)
        age = one.default_age if one.default_age in ages else ages[0]
        sector = one.default_sector if one.default_sector in sectors else sectors[0]
        rows.append(
            one.model_dump()
            | {
                "indicator_id": one.id,
                "about_ages": in_order(one.weight),
                "ages": ages,
                "sexes": sorted(found["sex"], key=SEXES.index),
                "sectors": sectors,
                "default_age": age,
                "default_sector": sector,
                "default_standardisation": "age"
                if (one.id, age, sector) in standardised
                else "crude",
                "has_interval": found["has_interval"],
                "is_demo": found["is_demo"],
                "first_period": found["first"],
                "last_period": found["last"],
            }
        )
    made = pl.DataFrame(
        [{name: row[name] for name in schema("indicators")} for row in rows],
        schema=schema("indicators"),
    )
    return made.sort("theme", "sort", "indicator_id")


def area_caveats(definitions: Sequence[Indicator], series: pl.DataFrame) -> pl.DataFrame:
    """Return the table ``area_caveats``, of the indicators in ``series`` (:data:`COVERED`)."""
    shown = set(series["indicator_id"])
    rows = [
        (one.id, area, caveat.da, caveat.en)
        for one in definitions
        if one.id in shown
        for area, caveat in one.area_caveats.items()
    ]
    return pl.DataFrame(rows, schema=schema("area_caveats"), orient="row")


def packages(loaded: Sequence[Package], ledger: Ledger) -> pl.DataFrame:
    """Return the table ``packages``.

    Parameters
    ----------
    loaded
        All of them.
    ledger
        Seals the digest of a file with true small counts; how long such a file is would tell how
        many digits they have.
    """
    rows = []
    for package in loaded:
        row = asdict(package.info) | {"sha256": told_digest(package.info, ledger)}
        if package.info.made_safe_by != "publisher":
            row["bytes"] = None
        rows.append(row)
    return pl.DataFrame(rows, schema=schema("packages"), orient="row").sort("package_id")


def findings(found: Sequence[Finding]) -> pl.DataFrame:
    """Return the table ``findings``."""
    rows = [finding.as_row() for finding in found]
    return pl.DataFrame(rows, schema=schema("findings"), orient="row")


def meta(fingerprint: str, boundaries: str, now: dt.datetime) -> pl.DataFrame:
    """Return the table ``meta``."""
    facts = {
        "schema_version": str(SCHEMA_VERSION),
        "klyngeblik_version": __version__,
        "fingerprint": fingerprint,
        "boundaries": boundaries,
        "built_at": now.isoformat(),
    }
    return pl.DataFrame({"key": list(facts), "value": list(facts.values())})


def release_log(
    old: Path | None,
    now: dt.datetime,
    fingerprint: str,
    *,
    packages: int,
    measures: int,
    hidden: int,
) -> pl.DataFrame:
    """Return the table ``release_log``: that of the warehouse to be replaced, and this release."""
    columns = schema("release_log")
    earlier = pl.DataFrame(schema=columns)
    if old is not None:
        with connect(old, earlier=True) as warehouse:
            before = warehouse.sql("SELECT * FROM release_log ORDER BY released")
        earlier = before.select(list(columns)).cast(columns)  # type: ignore[arg-type]
    row = (now, fingerprint, __version__, packages, measures, hidden)
    return pl.concat([earlier, pl.DataFrame([row], schema=columns, orient="row")])
