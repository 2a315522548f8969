"""Packages against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import polars as pl

from etl.findings import Finding, digest
from etl.ingest.age_bands import partition
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import CELL, OK
from etl.ingest.readers.package import Once, Package, anew
from etl.messages import Said, say
from etl.quality.questions import about_editions
from etl.quality.two_countings import COUNTED_TWICE, FEW, differ_by_much

POPULATION: Final = "population"


def check_together(packages: Sequence[Package], once: Once = anew) -> list[Finding]:
    """Check packages against each other; made-up ones only against made-up ones.

    Parameters
    ----------
    packages
        As loaded.
    once
        Makes a check of some packages, or knows what it found.

    Returns
    -------
    list of Finding
        Cells that two of them deliver differently, figures of one that are implausible beside those
        of another, and populations that differ from the one the shares and rates are worked out
        with.
    """
    findings = []
    ordered = sorted(packages, key=age_of)
    for one, other in combinations(ordered, 2):
        if one.info.is_demo == other.info.is_demo:
            findings.extend(once(same_cells, one, other))
            if one.info.layout != other.info.layout:  # two editions are compared when they are read
                findings.extend(once(beside_editions, other, one))
    counted = [p for p in ordered if set(p.delivered_as) == {POPULATION} and not _projected(p)]
    for package in ordered:
        fitting = [p for p in counted if p.info.is_demo == package.info.is_demo and p != package]
        if fitting and not _projected(package):
            own = POPULATION in package.delivered_as
            check = denominators if own else more_than_population
            findings.extend(once(check, package, fitting[-1]))
    return findings


def beside_editions(newer: Package, older: Package) -> list[Finding]:
    """Ask about figures that are implausible beside those of another package."""
    return about_editions(newer, older).findings


def age_of(package: Package) -> tuple[str, str]:
    """Return what sorts packages by their release: the later one's figures are used."""
    info = package.info
    return (info.published.isoformat() if info.published else info.edition[:4], info.package_id)


def _projected(package: Package) -> bool:
    return package.layout.projection


def same_cells(older: Package, newer: Package) -> list[Finding]:
    """Report cells that two packages deliver with different values.

    Parameters
    ----------
    older, newer
        Two packages, the later published one second: its figure is the one used.

    Returns
    -------
    list of Finding
        One a measure, at the newer file: a warning where they differ by as little as two countings
        of one thing do, else a question.
    """
    measures = set(older.delivered_as) & set(newer.delivered_as)
    if not measures:
        return []
    known = [
        p.observations.filter(pl.col("measure").is_in(measures), pl.col("status") == OK)
        for p in (older, newer)
    ]
    tolerance = sum(p.info.rounding_base or 0 for p in (older, newer)) / 2
    both = known[1].join(known[0].select(*CELL, other="value"), on=CELL)
    differing = both.filter((pl.col("value") - pl.col("other")).abs() > tolerance).sort(
        "row", "period"
    )
    findings = []
    for (measure,), group in differing.group_by("measure", maintain_order=True):
        first = group.row(0, named=True)
        safe = all(p.info.made_safe_by == "publisher" for p in (older, newer))
        shown = safe and measure == POPULATION
        findings.append(
            Finding.of(
                "warning"
                if newer.info.is_demo or not differ_by_much(group, "other")
                else "question",
                newer.info.file,
                "cells_differ",
                sheet=newer.layout.sheet,
                row=first["row"],
                column=str(first["period"]),
                measure=newer.delivered_as[str(measure)],
                number=group.height,
                both=both.height,
                other=older.info.file,
                cell=_cell(first, first["other"], shown=shown),
                fingerprint=digest(group.select("row", "period", *["value"] * shown).iter_rows()),
            )
        )
    return findings


def denominators(package: Package, people: Package) -> list[Finding]:
    """Hold the population a package brings along against the population tables.

    Parameters
    ----------
    package
        With a measure ``population``; without one there is nothing to compare.
    people
        The population table. Where it has no such age band, the bands it is made of are added.

    Returns
    -------
    list of Finding
        One warning at most, at the row of the largest difference.
    """
    own = _people(package)
    rounded = (package.info.rounding_base or 0) / 2
    differing = (
        own.join(_by_age(people, own["age"]), on=["area_id", "period", "sex", "age"])
        .with_columns((pl.col("value") - pl.col("people")).abs().alias("by"))
        .filter(pl.col("by") > pl.max_horizontal(pl.col("people") * COUNTED_TWICE, FEW + rounded))
        .sort([pl.col("by") / pl.col("people"), "row"], descending=[True, False])
    )
    if differing.is_empty():
        return []
    first = differing.row(0, named=True)
    safe = package.info.made_safe_by == people.info.made_safe_by == "publisher"
    return [
        Finding.of(
            "warning",
            package.info.file,
            "populations_differ",
            sheet=package.layout.sheet,
            row=first["row"],
            column=str(first["period"]),
            number=differing.height,
            other=people.info.file,
            cell=_cell(first, first["people"], shown=safe),
        )
    ]


def more_than_population(package: Package, people: Package) -> list[Finding]:
    """Hold counts of people against the population table, for a package that brings no population.

    Parameters
    ----------
    package
        Its layout says which measures are counted among the population (``part_of``).
    people
        The population table.

    Returns
    -------
    list of Finding
        One warning a measure, at the row of the first count that is larger than the population.
    """
    among = [m for m, whole in package.layout.parts().items() if whole == POPULATION]
    if not among:
        return []
    counts = package.observations.filter(
        pl.col("measure").is_in(among), pl.col("kind") == "count", pl.col("status") == OK
    )
    larger = (
        counts.join(_by_age(people, counts["age"]), on=["area_id", "period", "sex", "age"])
        .filter(pl.col("value") > pl.col("people") * (1 + COUNTED_TWICE) + _base(package))
        .sort("row", "period")
    )
    findings = []
    for (measure,), group in larger.group_by("measure", maintain_order=True):
        first = group.row(0, named=True)
        findings.append(
            Finding.of(
                "warning",
                package.info.file,
                "more_than_population",
                sheet=package.layout.sheet,
                row=first["row"],
                column=str(first["period"]),
                measure=package.delivered_as.get(str(measure), measure),
                number=group.height,
                other=people.info.file,
                cell=cell_named(first),
            )
        )
    return findings


def _base(package: Package) -> int:
    return package.info.rounding_base or 0


def _cell(cell: Mapping[str, Any], there: float, *, shown: bool) -> Said:
    """Return the cell in words, with both figures where they may be shown."""
    named = cell_named(cell)
    return say("there_and_here", cell=named, there=there, here=cell["value"]) if shown else named


def _by_age(package: Package, ages: pl.Series) -> pl.DataFrame:
    """Return ``people`` by area, period, sex and age; an age not delivered is made of narrower."""
    known = _people(package)
    bands = known["age"].unique().to_list()
    steps = []
    for age in ages.unique().to_list():
        parts = [age] if age in bands else (partition(age, bands) or [])
        steps += [(age, part, len(parts)) for part in parts]
    schema = {"age": pl.String, "part": pl.String, "parts": pl.UInt32}
    return (
        pl.DataFrame(steps, schema=schema, orient="row")
        .join(known, left_on="part", right_on="age")
        .group_by("area_id", "period", "sex", "age", "parts")
        .agg(pl.col("value").sum().alias("people"), pl.len().alias("there"))
        .filter(pl.col("there") == pl.col("parts"))
    )


def _people(package: Package) -> pl.DataFrame:
    columns = ["area_id", "period", "sex", "age", "sector", "value", "row"]
    return package.observations.filter(
        pl.col("measure") == POPULATION, pl.col("kind") == "count", pl.col("status") == OK
    ).select(columns)
