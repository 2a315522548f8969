"""Packages against the warehouse they are to replace: its editions and its published figures.

The file of an earlier edition is often gone from the folder when the next one arrives; what was
published of it still stands in the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.indicator import Indicator
from etl.jumps import jumps
from etl.messages import say
from etl.observations import CELL, OBSERVATION_SCHEMA, OK
from etl.readers.package import Package
from warehouse import Warehouse, WarehouseError, connect

_FIGURES: Final = """
    SELECT indicator_id, area_id, period, sex, m.age, sector, m.value, m.count
    FROM measures m JOIN packages p USING (package_id)
    WHERE p.file = $file AND geography = 'kommuner' AND standardisation = 'crude'
      AND status = 'ok' AND NOT is_projection
"""


def against_loaded(
    packages: Sequence[Package],
    warehouse: Path,
    indicators: Iterable[Indicator],
    unused: Iterable[str] = (),
) -> list[Finding]:
    """Hold packages against what is loaded.

    Parameters
    ----------
    packages
        As read.
    warehouse
        The warehouse file they are to replace; without one there is nothing to compare.
    indicators
        Say which measure a published figure is of.
    unused
        Files of earlier editions that lie in the folder: with those the packages were compared
        when the folder was read.

    Returns
    -------
    list of Finding
        A warning for each package that is an earlier edition than the loaded one, and what differs
        from the loaded edition by more than chance where a package takes its place.
    """
    try:
        with connect(warehouse, earlier=True) as old:
            loaded = old.sql("SELECT layout, edition, file, sha256 FROM packages ORDER BY edition")
            findings = older_than_loaded(packages, loaded)
            for package in packages:
                before = _replaced(package, loaded, unused)
                if before is not None:
                    findings += _since(package, old, before, indicators)
    except WarehouseError:
        return []
    return findings


def older_than_loaded(packages: Sequence[Package], loaded: pl.DataFrame) -> list[Finding]:
    """Report packages that are an earlier edition than the one the warehouse was made of.

    Parameters
    ----------
    packages
        As read.
    loaded
        ``layout``, ``edition`` and ``file`` of the warehouse's packages, by edition.

    Returns
    -------
    list of Finding
        A warning a package: a build goes back to older figures.
    """
    newest = {package.info.layout: package for package in sorted(packages, key=_edition)}
    held = {
        layout: (edition, file)
        for layout, edition, file in loaded.select("layout", "edition", "file").iter_rows()
    }
    return [
        Finding.of(
            "warning",
            package.info.file,
            "older_than_loaded",
            edition=package.info.edition,
            loaded=held[layout][0],
            file=held[layout][1],
        )
        for layout, package in newest.items()
        if layout in held and package.info.edition < held[layout][0]
    ]


def _edition(package: Package) -> str:
    return package.info.edition


def _replaced(package: Package, loaded: pl.DataFrame, unused: Iterable[str]) -> str | None:
    """Return the loaded file whose place a package takes, None where it is the same one."""
    info = package.info
    same = loaded.filter(pl.col("layout") == info.layout, pl.col("edition") <= info.edition)
    if same.is_empty() or info.sha256 in same["sha256"]:
        return None
    file = str(same["file"][-1])
    return None if file in set(unused) else file


def _since(
    package: Package, old: Warehouse, file: str, indicators: Iterable[Indicator]
) -> list[Finding]:
    if package.layout.projection:
        return []
    published = old.sql(_FIGURES, {"file": file})
    parts = [
        published.filter(pl.col("indicator_id") == one.id).select(
            pl.lit(one.numerator).alias("measure"),
            *("area_id", "period", "sex", "sector"),
            pl.lit(one.numerator_age).alias("age") if one.numerator_age else pl.col("age"),
            pl.lit("rate" if one.kind == "published" else "count").alias("kind"),
            pl.lit("crude").alias("standardisation"),
            pl.col("value" if one.kind == "published" else "count").alias("before"),
        )
        for one in indicators
    ]
    if not parts:
        return []
    before = pl.concat(parts).drop_nulls("before").unique(CELL, keep="first")
    types = {column: OBSERVATION_SCHEMA[column] for column in CELL}
    known = package.observations.filter(pl.col("status") == OK)
    pairs = known.join(before.cast(types), on=CELL)  # type: ignore[arg-type]
    return jumps(pairs, package, say("the_loaded_edition", file=file))
