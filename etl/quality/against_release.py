"""Packages against the warehouse they are to replace: its editions and its published figures.

The file of an earlier edition is often gone from the folder when the next one arrives; what was
published of it still stands in the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from etl.disclosure.ledger import MADE_UP, Ledger, told_digest
from etl.findings import Finding, Severity, digest_of
from etl.indicators.definition import Indicator
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import CELL, OBSERVATION_SCHEMA, OK
from etl.ingest.readers.package import Package
from etl.messages import NOTHING, say
from etl.quality.gaps import left_out
from etl.quality.outliers import beside_last, jumps
from etl.quality.questions import about_figures
from etl.quality.two_countings import differ_by_much
from warehouse import Warehouse, WarehouseError, connect

#: What was published of municipalities: the numerators of shares and rates, and published rates.
_FIGURES: Final = """
    SELECT indicator_id, area_id, period, sex, m.age, sector, m.value, m.count, m.is_projection,
        p.is_demo, p.file
    FROM measures m JOIN packages p USING (package_id)
    WHERE geography = 'kommuner' AND standardisation = 'crude' AND status = 'ok'
        AND indicator_id IN (SELECT unnest($ids))
"""
#: Changed figures of the loaded edition itself that somebody is asked about; fewer are a remark,
#: unless one changed by much.
_FEW: Final = 0.01
_LAST_YEARS: Final = """
    SELECT layout, max(period) FROM measures JOIN packages USING (package_id) GROUP BY layout
"""


def against_loaded(
    packages: Sequence[Package],
    warehouse: Path | None,
    indicators: Iterable[Indicator],
    unused: Iterable[str] = (),
    ledger: Ledger | None = None,
) -> list[Finding]:
    """Hold packages against what is loaded.

    Parameters
    ----------
    packages
        As read.
    warehouse
        The warehouse file they are to replace; without one it is only asked about years left out.
    indicators
        Say which measure a published figure is of.
    unused
        Files of earlier editions that lie in the folder: with those the packages were compared
        when the folder was read.
    ledger
        Sealed the published digests of files with true small counts.

    Returns
    -------
    list of Finding
        A question for each package that is an earlier edition than the loaded one; what is
        implausible beside the last published figures of the same measures, whatever layout and year
        they are of; what differs from the same year's by more than chance; an edition that was
        loaded before with other content; and years left out since the last ones that are loaded.
    """
    if warehouse is None:
        return left_out(packages, {})
    known = list(indicators)
    try:
        with connect(warehouse, earlier=True) as old:
            loaded = old.sql("SELECT layout, edition, file, sha256 FROM packages ORDER BY edition")
            findings = older_than_loaded(packages, loaded)
            # What still lies in the folder was compared when that was read.
            told = {one.info.file: _told(one, ledger or MADE_UP, loaded) for one in packages}
            there = set(told.values())
            same = loaded.filter(pl.col("sha256").is_in(list(there)))["file"].to_list()
            for package in packages:
                digest = told[package.info.file]
                if digest in loaded["sha256"]:
                    findings += _renamed(package, loaded, digest)
                else:
                    published = _published(package, old, known)
                    gone = published.filter(~pl.col("file").is_in([*same, *unused]))
                    findings += _since(package, gone, loaded)
            last = dict(old.sql(_LAST_YEARS).rows())
    except WarehouseError:
        return left_out(packages, {})
    return findings + left_out(packages, last)


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
        A question a package: a build goes back to older figures.
    """
    newest = {package.info.layout: package for package in sorted(packages, key=_edition)}
    held = {
        layout: (edition, file)
        for layout, edition, file in loaded.select("layout", "edition", "file").iter_rows()
    }
    return [
        Finding.of(
            "question",
            package.info.file,
            "older_than_loaded",
            edition=package.info.edition,
            loaded=held[layout][0],
            file=held[layout][1],
        )
        for layout, package in newest.items()
        if layout in held and package.info.edition < held[layout][0]
    ]


def _told(package: Package, ledger: Ledger, loaded: pl.DataFrame) -> str:
    """Return the digest that the release names a package by: of earlier versions the file's own."""
    own = package.info.sha256
    return own if own in loaded["sha256"] else told_digest(package.info, ledger)


def _renamed(package: Package, loaded: pl.DataFrame, digest: str) -> list[Finding]:
    """Ask about a loaded file that has another edition in its name now, and nothing else new."""
    same = loaded.filter(sha256=digest, layout=package.info.layout)
    if same.is_empty() or package.info.edition in same["edition"]:
        return []
    values = {"edition": package.info.edition, "loaded": same["edition"][0]}
    return [Finding.of("question", package.info.file, "edition_renamed", **values)]


def _edition(package: Package) -> str:
    return package.info.edition


def _published(package: Package, old: Warehouse, indicators: Iterable[Indicator]) -> pl.DataFrame:
    """Return what was published of a package's measures, as observations with their ``file``."""
    measures = set(package.delivered_as)
    of = [one for one in indicators if one.numerator in measures]
    published = old.sql(_FIGURES, {"ids": [one.id for one in of]}).filter(
        pl.col("is_demo") == package.info.is_demo
    )
    if not package.layout.projection:
        published = published.filter(~pl.col("is_projection"))
    parts = [
        published.filter(pl.col("indicator_id") == one.id).select(
            pl.lit(None, pl.String).alias("package_id"),
            pl.lit(one.numerator).alias("measure"),
            pl.lit("municipality").alias("area_level"),
            *("area_id", "period", "sex"),
            pl.lit(one.numerator_age).alias("age") if one.numerator_age else pl.col("age"),
            "sector",
            pl.lit("rate" if one.kind == "published" else "count").alias("kind"),
            pl.lit("crude").alias("standardisation"),
            pl.col("value" if one.kind == "published" else "count").alias("value"),
            pl.lit(OK).alias("status"),
            pl.lit(None, pl.String).alias("sheet"),
            pl.lit(0).alias("row"),
            "file",
        )
        for one in of
    ]
    types = {**OBSERVATION_SCHEMA, "file": pl.String()}
    if not parts:
        return pl.DataFrame(schema=types)
    return (
        pl.concat(parts)
        .drop_nulls("value")
        .unique(CELL, keep="first", maintain_order=True)
        .cast(types)  # type: ignore[arg-type]
    )


def _since(package: Package, published: pl.DataFrame, loaded: pl.DataFrame) -> list[Finding]:
    """Hold a package against what was published of the same measures, in any year."""
    if published.is_empty():
        return []
    info = package.info
    again = loaded.filter(pl.col("layout") == info.layout, pl.col("edition") == info.edition)
    asked = about_figures(
        package,
        published,
        lambda since, _: say("the_figures_loaded", year=since),
        editions=again.is_empty(),
    )
    found = list(asked.findings)
    before = published.select(*CELL, pl.col("value").alias("before"), "file")
    known = package.observations.filter(pl.col("status") == OK)
    if not again.is_empty():
        of_it = before.filter(pl.col("file") == again["file"][0])
        found.append(_other_content(package, known.join(of_it, on=CELL)))
    if not package.layout.projection:
        pairs = beside_last(known, before)
        for (file,), group in pairs.group_by("file", maintain_order=True):
            than = say("the_loaded_edition", file=str(file))
            found += jumps(group.drop("file"), package, than, asked.cells)
    return found


def _other_content(package: Package, pairs: pl.DataFrame) -> Finding:
    """Report a file that has the edition of a loaded one and other figures."""
    # Published numbers have at most seven digits.
    differ = (pl.col("value") - pl.col("before")).abs() > 1e-6 * pl.col("before").abs() + 1e-9
    changed = pairs.filter(differ).sort("row", "period")
    first, place = NOTHING, {}
    severity: Severity = "note"
    if not changed.is_empty():
        many = changed.height > _FEW * pairs.height
        severity = "question" if many or differ_by_much(changed, "before") else "warning"
        cell = changed.row(0, named=True)
        first = say("first_changed", cell=cell_named(cell))
        place = {"row": int(cell["row"]), "column": str(cell["period"])}
    return Finding.of(
        severity,
        package.info.file,
        "other_content",
        sheet=package.layout.sheet,
        edition=package.info.edition,
        number=changed.height,
        both=pairs.height,
        first=first,
        fingerprint=digest_of(changed, ("row", "period"), "value", package.info.made_safe_by),
        **place,  # type: ignore[arg-type]
    )
