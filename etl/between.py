"""Packages against each other, and against what is loaded already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import polars as pl

from etl.age_bands import partition
from etl.findings import Finding, Severity
from etl.harmonise import cell_named
from etl.observations import CELL, OK
from etl.readers.package import Package

POPULATION: Final = "population"
#: People move and are registered late: two countings of one day differ by this share at most.
_COUNTED_TWICE: Final = 0.01


def check_together(packages: Sequence[Package]) -> list[Finding]:
    """Check packages against each other; made-up ones only against made-up ones.

    Parameters
    ----------
    packages
        As loaded.

    Returns
    -------
    list of Finding
        Cells that two of them deliver differently, and populations that differ from the one the
        shares and rates are worked out with.
    """
    findings = []
    ordered = sorted(packages, key=_age)
    for one, other in combinations(ordered, 2):
        if one.info.is_demo == other.info.is_demo:
            findings.extend(same_cells(one, other))
    counted = [p for p in ordered if set(p.delivered_as) == {POPULATION} and not _projected(p)]
    for package in ordered:
        fitting = [p for p in counted if p.info.is_demo == package.info.is_demo and p != package]
        if fitting and not _projected(package):
            findings.extend(denominators(package, fitting[-1]))
    return findings


def _age(package: Package) -> tuple[str, str]:
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
        One warning a measure, at the newer file.
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
    severity: Severity = "warning"
    for (measure,), group in differing.group_by("measure", maintain_order=True):
        first = group.row(0, named=True)
        safe = all(p.info.made_safe_by == "publisher" for p in (older, newer))
        figures = (
            f": {first['other']:,.0f} there, {first['value']:,.0f} here"
            if safe and measure == "population"
            else ""
        )
        findings.append(
            Finding(
                severity,
                newer.info.file,
                newer.layout.sheet,
                first["row"],
                str(first["period"]),
                f"{measure}: {group.height:,} of {both.height:,} figures differ from those in "
                f"{older.info.file}; the first is {cell_named(first)}{figures}.",
                "Nothing to mend when the two were counted differently; the newer one is used.",
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
    own, known = (_people(p) for p in (package, people))
    bands = known["age"].unique().to_list()
    steps = []
    for age in own["age"].unique().to_list():
        parts = [age] if age in bands else (partition(age, bands) or [])
        steps += [(age, part, len(parts)) for part in parts]
    made_of = pl.DataFrame(steps, schema=["age", "part", "parts"], orient="row")
    if made_of.is_empty():
        return []
    rest = ["area_id", "period", "sex"]
    summed = (
        made_of.cast({"age": pl.String, "part": pl.String})
        .join(known, left_on="part", right_on="age")
        .group_by(*rest, "age", "parts")
        .agg(pl.col("value").sum().alias("people"), pl.len().alias("there"))
        .filter(pl.col("there") == pl.col("parts"))
    )
    rounded = (package.info.rounding_base or 0) / 2
    differing = (
        own.join(summed, on=[*rest, "age"])
        .with_columns((pl.col("value") - pl.col("people")).abs().alias("by"))
        .filter(pl.col("by") > pl.max_horizontal(pl.col("people") * _COUNTED_TWICE, 5 + rounded))
        .sort([pl.col("by") / pl.col("people"), "row"], descending=[True, False])
    )
    if differing.is_empty():
        return []
    first = differing.row(0, named=True)
    safe = package.info.made_safe_by == people.info.made_safe_by == "publisher"
    figures = f": {first['people']:,.0f} there, {first['value']:,.0f} here" if safe else ""
    return [
        Finding(
            "warning",
            package.info.file,
            package.layout.sheet,
            first["row"],
            str(first["period"]),
            f"{differing.height:,} populations differ by more than 1 % from those in "
            f"{people.info.file}; the largest difference is at {cell_named(first)}{figures}.",
            "Ask whom the package counts: shares and rates are worked out with its own population.",
        )
    ]


def _people(package: Package) -> pl.DataFrame:
    columns = ["area_id", "period", "sex", "age", "sector", "value", "row"]
    return package.observations.filter(
        pl.col("measure") == POPULATION, pl.col("kind") == "count", pl.col("status") == OK
    ).select(columns)


def older_than_loaded(
    packages: Sequence[Package], loaded: Mapping[str, tuple[str, str]]
) -> list[Finding]:
    """Report packages that are an earlier edition than the one the warehouse was made of.

    Parameters
    ----------
    packages
        As read.
    loaded
        Layout -> edition and file in the warehouse; the newest where it holds several.

    Returns
    -------
    list of Finding
        A warning a package: a build would go back to older figures.
    """
    findings = []
    newest: dict[str, Package] = {}
    for package in sorted(packages, key=lambda p: p.info.edition):
        newest[package.info.layout] = package
    for layout, package in newest.items():
        edition, file = loaded.get(layout, ("", ""))
        if package.info.edition < edition:
            findings.append(
                Finding(
                    "warning",
                    package.info.file,
                    None,
                    None,
                    None,
                    f"The edition {package.info.edition} is older than {edition}, which is loaded "
                    f"already (from {file}).",
                    "Put the newer file back, unless you mean to return to the older figures.",
                )
            )
    return findings
