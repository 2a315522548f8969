"""Figures that changed by more than chance and the common trend explain.

A figure is held against the same one a year or an edition before. What moves all areas alike is a
trend and is said once, when it is large; what moves one area alone by far more than the others,
and by more than the chance of its count, may be a mistake. No finding stops anybody.
"""

from __future__ import annotations

import math
from typing import Any, Final

import polars as pl

from etl.findings import Finding
from etl.harmonise import cell_named
from etl.messages import NOTHING, Said, joined, say
from etl.observations import CELL, OK
from etl.readers.package import Package

#: Standard errors beyond which chance is no explanation among some 100,000 figures.
_ERRORS: Final = 6.0
#: A smaller change than this is no news, however certain: the figure times or through 1.5.
_NEWS: Final = math.log(1.5)
#: Spread of changes between areas that is ordinary even where all counts are huge.
_ORDINARY: Final = 0.05
_NAMED: Final = 3

_SERIES: Final = ("measure", "sex", "age", "sector", "kind", "standardisation")


def between_years(package: Package) -> list[Finding]:
    """Hold the last delivered year of each measure against the year before.

    Parameters
    ----------
    package
        As read.

    Returns
    -------
    list of Finding
        At most two warnings a measure, at the row of the largest change.
    """
    if package.layout.projection:
        return []
    known = _known(package)
    last = known.group_by("measure").agg(pl.col("period").max().alias("last"))
    known = known.join(last, on="measure")
    after = known.filter(pl.col("period") == pl.col("last"))
    before = known.select(
        *(c for c in CELL if c != "period"),
        (pl.col("period") + 1).cast(pl.Int16).alias("period"),
        pl.col("value").alias("before"),
    )
    pairs = after.join(before, on=CELL)
    return _findings(pairs, package, say("the_year_before"))


def between_editions(newer: Package, older: Package) -> list[Finding]:
    """Hold the figures of an edition against the same ones in an earlier edition.

    Parameters
    ----------
    newer, older
        Two editions of one kind of package.

    Returns
    -------
    list of Finding
        At most two warnings a measure, at the row of the newer file with the largest change.
    """
    before = _known(older).select(*CELL, pl.col("value").alias("before"))
    than = Said(older.info.file, older.info.file)
    return _findings(_known(newer).join(before, on=CELL), newer, than)


def _known(package: Package) -> pl.DataFrame:
    return package.observations.filter(
        pl.col("status") == OK, pl.col("area_level") == "municipality"
    )


def _findings(pairs: pl.DataFrame, package: Package, than: Said) -> list[Finding]:
    if pairs.is_empty():
        return []
    measured = _measured(pairs, package.info.rounding_base or 0)
    findings = []
    common = (
        measured.filter((pl.col("common").abs() > _NEWS), pl.col("areas") >= 10)
        .sort(pl.col("common").abs(), descending=True)
        .unique("measure", keep="first", maintain_order=True)
        .sort("row")
    )
    for cell in common.iter_rows(named=True):
        times = math.exp(cell["common"])
        side = say("or_more" if times > 1 else "or_less")
        findings.append(_finding(package, cell, "jump_common", times=times, side=side, than=than))
    alone = measured.filter(
        pl.col("alone").abs() > _ERRORS * pl.col("spread"), pl.col("alone").abs() > _NEWS
    ).sort((pl.col("alone") / pl.col("spread")).abs(), descending=True)
    for _, group in alone.group_by("measure", maintain_order=True):
        cells = group.head(_NAMED).rows(named=True)
        more = NOTHING
        if group.height > _NAMED:
            more = say("and_more", number=group.height - _NAMED)
        findings.append(
            _finding(
                package,
                cells[0],
                "jump_alone",
                number=group.height,
                than=than,
                cells=joined("; ", (_said(cell, package) for cell in cells)),
                more=more,
            )
        )
    return findings


def _measured(pairs: pl.DataFrame, rounded_to: int) -> pl.DataFrame:
    """Return log changes: of half the areas (``common``), of one beyond that (``alone``)."""
    # Half a unit (or half of what is rounded to) keeps zeros finite and small counts calm.
    half = pl.max_horizontal(pl.lit(0.5), pl.lit(rounded_to / 2))
    is_count = pl.col("kind") == "count"
    before, after = (
        pl.when(is_count).then(pl.col(c) + half).otherwise(pl.col(c) + 1e-9)
        for c in ("before", "value")
    )
    series = [*_SERIES, "period"]
    rounding = (rounded_to / math.sqrt(12) / before) ** 2 + (
        rounded_to / math.sqrt(12) / after
    ) ** 2
    chance = pl.when(is_count).then((1 / before + 1 / after + rounding).sqrt()).otherwise(0.0)
    return (
        # A share that was or is exactly zero says nothing about how much it changed.
        pairs.filter(is_count | ((pl.col("before") > 0) & (pl.col("value") > 0)))
        .with_columns((after / before).log().alias("change"), chance.alias("chance"))
        .with_columns(
            pl.col("change").median().over(series).alias("common"),
            pl.len().over(series).alias("areas"),
        )
        .with_columns((pl.col("change") - pl.col("common")).alias("alone"))
        .with_columns((1.4826 * pl.col("alone").abs().median().over(series)).alias("usual"))
        .with_columns(
            (pl.max_horizontal("usual", pl.lit(_ORDINARY)) ** 2 + pl.col("chance") ** 2)
            .sqrt()
            .alias("spread")
        )
    )


def _said(cell: dict[str, Any], package: Package) -> Said:
    if package.info.made_safe_by != "publisher":  # its true counts may be small ones
        return cell_named(cell)
    figures = {"before": cell["before"], "now": cell["value"]}
    return say("before_and_now", cell=cell_named(cell), **figures)


def _finding(package: Package, cell: dict[str, Any], message: str, **values: object) -> Finding:
    return Finding.of(
        "warning",
        package.info.file,
        message,
        sheet=package.layout.sheet,
        row=int(cell["row"]),
        column=str(cell["period"]),
        measure=package.delivered_as.get(cell["measure"], cell["measure"]),
        year=cell["period"],
        **values,
    )
