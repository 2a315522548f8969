"""Figures that changed by more than chance and the common trend explain.

A figure is held against the same one a year or an edition before. What moves all areas alike is a
trend and is said once, when it is large; what moves one area alone by far more than the others,
and by more than the chance of its count, may be a mistake: of the newest year it is asked about, as
is what no real change looks like (:mod:`etl.quality.questions`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from etl.findings import Finding, Severity, digest_of
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import CELL, OK
from etl.messages import NOTHING, Said, joined, say
from etl.quality.grid import SMALL
from etl.quality.implausible import ALONE, EACH, TIMES

if TYPE_CHECKING:  # the readers compare editions with this
    from etl.ingest.readers.package import Package

#: Standard errors beyond which chance is no explanation among some 100,000 figures.
_ERRORS: Final = 6.0
#: A smaller change than this is no news, however certain: the figure times or through 1.5.
_NEWS: Final = math.log(1.5)
#: Spread of changes between areas that is ordinary even where all counts are huge.
_ORDINARY: Final = 0.05
#: Where areas change more alike than this, a smaller change of one is news: times or through 1.15.
_STEADY: Final = 0.02
_NEWS_OF_STEADY: Final = math.log(1.15)
#: Municipalities of which half say something about all.
_MANY: Final = 10
_NAMED: Final = 3
#: Remarks on jumps in one package that somebody reads to the end.
LISTED: Final = 15

_SERIES: Final = ("measure", "sex", "age", "sector", "kind", "standardisation")


def between_years(package: Package, asked: pl.DataFrame | None = None) -> list[Finding]:
    """Hold each delivered year against the year before.

    Parameters
    ----------
    package
        As read.
    asked
        :data:`~etl.ingest.observations.CELL` of the figures that are asked about already.

    Returns
    -------
    list of Finding
        Questions about the last year of a measure (warnings where the figures are made up), notes
        about the years before, which nobody delivered today: at most two of each a measure, at the
        row of the largest change, and at most :data:`LISTED` in all.
    """
    if package.layout.projection:
        return []
    # One number a cell, the next one a year later: joined on eight columns of text, two million
    # cells take a gigabyte.
    cell = pl.struct(c for c in CELL if c != "period").hash() + pl.col("period").cast(pl.UInt64)
    known = _known(package).with_columns(cell.alias("cell"))
    before = known.select(pl.col("cell") + 1, pl.col("value").alias("before"))
    return jumps(known.join(before, on="cell"), package, say("the_year_before"), asked)


def between_editions(
    newer: Package, older: Package, asked: pl.DataFrame | None = None
) -> list[Finding]:
    """Hold the figures of an edition against the same ones in an earlier edition.

    Parameters
    ----------
    newer, older
        Two editions of one kind of package.
    asked
        As for :func:`between_years`.

    Returns
    -------
    list of Finding
        At most two a measure and last year or earlier years, at the row of the newer file with the
        largest change, and at most :data:`LISTED` in all.
    """
    before = _known(older).select(*CELL, pl.col("value").alias("before"))
    than = Said(older.info.file, older.info.file)
    return jumps(beside_last(_known(newer), before), newer, than, asked)


def beside_last(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return figures of a measure's first year beside the last ones before it.

    What was changed in a year that both have is asked about in :mod:`etl.quality.implausible`.

    Parameters
    ----------
    now
        Observations.
    before
        :data:`~etl.ingest.observations.CELL` and ``before``.
    """
    both = before.select("measure", "period").unique()
    new = now.join(both, on=["measure", "period"], how="anti")
    # The years after the first one are held against it.
    first = now.group_by("measure").agg(pl.col("period").min().alias("first"))
    new = new.join(first, left_on=["measure", "period"], right_on=["measure", "first"])
    last = (
        before.join(first, on="measure")
        .filter(pl.col("period") < pl.col("first"))
        .filter(pl.col("period") == pl.col("period").max().over("measure"))
    )
    rest = [column for column in CELL if column != "period"]
    return new.join(last.drop("period", "first"), on=rest)


def _known(package: Package) -> pl.DataFrame:
    return package.observations.filter(
        pl.col("status") == OK, pl.col("area_level") == "municipality"
    )


def jumps(
    pairs: pl.DataFrame, package: Package, than: Said, asked: pl.DataFrame | None = None
) -> list[Finding]:
    """Report what changed by more than chance and the common trend explain.

    Parameters
    ----------
    pairs
        Observations of a package, each with the figure it is held against as ``before``.
    package
        The package they are of.
    than
        What that figure is from.
    asked
        As for :func:`between_years`: neither these nor the ones a year later are told of again.

    Returns
    -------
    list of Finding
        Largest change first where they are too many to list.
    """
    if pairs.is_empty():
        return []
    measured = _measured(pairs, package.info.rounding_base or 0).with_columns(
        (pl.col("period") == pl.col("period").max().over("measure")).alias("last")
    )
    groups = ["measure", "last"]
    common = (
        # Beyond that it is a question (etl.quality.questions).
        measured.filter(pl.col("common").abs().is_between(_NEWS, TIMES), pl.col("areas") >= _MANY)
        .sort(pl.col("common").abs(), "row", "period", descending=[True, False, False])
        .unique(groups, keep="first", maintain_order=True)
    )
    found = []
    for cell in common.iter_rows(named=True):
        times = math.exp(cell["common"])
        side = say("or_more" if times > 1 else "or_less")
        finding = _finding(package, cell, "jump_common", times=times, side=side, than=than)
        found.append((abs(cell["common"]), finding))
    alone = (
        measured.filter(
            pl.col("alone").abs() > _ERRORS * pl.col("spread"),
            pl.col("alone").abs()
            > pl.when(pl.col("usual") < _STEADY).then(_NEWS_OF_STEADY).otherwise(_NEWS),
            ~_asked(measured, package),
        )
        .with_columns((pl.col("alone") / pl.col("spread")).abs().alias("beyond"))
        .sort("beyond", "row", "period", descending=[True, False, False])
    )
    if asked is not None and not asked.is_empty():
        later = asked.with_columns(pl.col("period") + 1)
        alone = alone.join(pl.concat([asked, later]), on=CELL, how="anti", maintain_order="left")
    for _, group in alone.group_by(groups, maintain_order=True):
        # The same event shows in several ages and units: each place and year is named once.
        once = group.unique(["area_id", "period"], keep="first", maintain_order=True)
        cells = once.head(_NAMED).rows(named=True)
        more = NOTHING
        if group.height > len(cells):
            more = say("and_more", number=group.height - len(cells))
        named = joined("; ", (_said(cell, package) for cell in cells))
        values = {"number": group.height, "than": than, "cells": named, "more": more}
        places = ("row", "period", "area_id")
        values["fingerprint"] = digest_of(group, places, "value", package.info.made_safe_by)
        finding = _finding(package, cells[0], "jump_alone", **values)
        found.append((abs(cells[0]["alone"]), finding))
    return _largest(found, package)


def _asked(measured: pl.DataFrame, package: Package) -> pl.Expr:
    """Return which figures are so far off that somebody is asked about them."""
    is_count = pl.col("kind") == "count"
    is_people = pl.col("measure").is_in(list(package.layout.people()))
    each = pl.when(is_people).then(1).otherwise(EACH)
    spread = pl.max_horizontal("usual", pl.lit(_ORDINARY)) ** 2 + each * pl.col("chance") ** 2
    only_rates = not (measured["kind"] == "count").any()
    large = pl.lit(only_rates) & ~pl.col("area_id").is_in(list(SMALL))
    beyond = (pl.col("alone").abs() > ALONE) & (pl.col("alone").abs() > _ERRORS * spread.sqrt())
    return beyond & ((is_count & (pl.col("value") > 0)) | large)


def _largest(found: list[tuple[float, Finding]], package: Package) -> list[Finding]:
    """Return as many findings as somebody reads, in the order of the file, then how many more."""
    found.sort(key=lambda one: (one[1].severity == "note", -one[0]))
    listed = sorted((finding for _, finding in found[:LISTED]), key=lambda f: f.row or 0)
    if len(found) > LISTED:
        sheet, number = package.layout.sheet, len(found) - LISTED
        more = Finding.of("note", package.info.file, "jumps_more", sheet=sheet, number=number)
        listed.append(more)
    return listed


def _measured(pairs: pl.DataFrame, rounded_to: int) -> pl.DataFrame:
    """Return log changes: of half the areas (``common``), of one beyond that (``alone``)."""
    # Half a unit (or half of what is rounded to) keeps zeros finite and small counts calm.
    half = pl.max_horizontal(pl.lit(0.5), pl.lit(rounded_to / 2))
    is_count = pl.col("kind") == "count"
    before, after = (
        pl.when(is_count).then(pl.col(c) + half).otherwise(pl.col(c) + 1e-9)
        for c in ("before", "value")
    )
    series = "series"
    rounding = (rounded_to / math.sqrt(12) / before) ** 2 + (
        rounded_to / math.sqrt(12) / after
    ) ** 2
    chance = pl.when(is_count).then((1 / before + 1 / after + rounding).sqrt()).otherwise(0.0)
    return (
        # A share that was or is exactly zero says nothing about how much it changed.
        pairs.filter(is_count | ((pl.col("before") > 0) & (pl.col("value") > 0)))
        # One number a series: seven columns of text at once take five times as long.
        .with_columns(pl.struct(*_SERIES, "period").hash().alias(series))
        .with_columns((after / before).log().alias("change"), chance.alias("chance"))
        .with_columns(
            pl.col("change").median().over(series).alias("common"),
            pl.len().over(series).alias("areas"),
        )
        .with_columns((pl.col("change") - pl.col("common")).alias("alone"))
        .with_columns((1.4826 * pl.col("alone").abs().median().over(series)).alias("usual"))
        .with_columns(
            (
                pl.when(pl.col("usual") < _STEADY)
                .then(_STEADY)
                .otherwise(pl.max_horizontal("usual", pl.lit(_ORDINARY)))
                ** 2
                + pl.col("chance") ** 2
            )
            .sqrt()
            .alias("spread")
        )
    )


def _said(cell: dict[str, Any], package: Package) -> Said:
    if package.info.made_safe_by != "publisher":  # its true counts may be small ones
        return cell_named(cell)
    figures = {"before": cell["before"], "now": cell["value"]}
    return say("before_and_now", cell=cell_named(cell), **figures)


def _finding(package: Package, cell: dict[str, Any], message: str, **values: Any) -> Finding:
    # Made-up figures jump as chance has it: nobody delivered a mistake.
    asked: Severity = "warning" if package.info.is_demo else "question"
    return Finding.of(
        asked if cell["last"] else "note",
        package.info.file,
        message,
        sheet=package.layout.sheet,
        row=int(cell["row"]),
        column=str(cell["period"]),
        measure=package.delivered_as.get(cell["measure"], cell["measure"]),
        year=cell["period"],
        **values,
    )
