"""Counts above what they are a share of, which are published as a hundred per cent.

Where one package delivers both, its layout says which is counted among which, and a larger part is
an error (:mod:`etl.quality.checks`). Here stand the others: the two come from different packages,
or the
layout does not say it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import polars as pl

from etl.findings import Finding
from etl.indicators.definition import Indicator
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import OK
from etl.ingest.readers.package import Once, Package, anew
from etl.quality.across_packages import age_of
from etl.quality.two_countings import COUNTED_TWICE

_POPULATION: Final = "population"
_CELL: Final = ("area_id", "period", "sex", "age")


def above_whole(
    packages: Sequence[Package], indicators: Iterable[Indicator], once: Once = anew
) -> list[Finding]:
    """Report counts that are larger than what an indicator divides them by.

    Parameters
    ----------
    packages
        As loaded.
    indicators
        Of kind ``proportion``: what is a share of what.
    once
        Makes a check of some packages, or knows what it found.

    Returns
    -------
    list of Finding
        One a package and measure, at its first such count: a note where two countings of the same
        people explain it, else a warning. What rounding explains is not told.
    """
    found: dict[tuple[str, str, str], list[Finding]] = {}
    ordered = sorted(packages, key=age_of)
    for one in indicators:
        if one.kind != "proportion" or one.denominator is None:
            continue
        if one.numerator == one.denominator:
            continue  # an age of it: etl.quality.checks adds ages up
        for package in ordered:
            at = package.info.file, one.numerator, one.denominator
            within = package.layout.parts().get(one.numerator) == one.denominator
            own = one.denominator in package.delivered_as
            if one.numerator in package.delivered_as and not (within and own) and at not in found:
                wholes = [
                    p
                    for p in ordered
                    if one.denominator in p.delivered_as and p.info.is_demo == package.info.is_demo
                ]
                found[at] = once(_check_of(one), package, *wholes) if wholes else []
    return [finding for findings in found.values() for finding in findings]


def _check_of(one: Indicator) -> Callable[..., list[Finding]]:
    """Return the check of one indicator, under a name of its own."""

    def check(package: Package, *wholes: Package) -> list[Finding]:
        return _above(package, wholes, one)

    check.__name__ = f"above_whole {one.model_dump_json()}"
    return check


def _above(package: Package, among: Sequence[Package], one: Indicator) -> list[Finding]:
    known = (pl.col("kind") == "count") & (pl.col("status") == OK)
    wholes = [
        p.observations.filter(known, pl.col("measure") == one.denominator).select(
            *_CELL, "sector", whole="value", file=pl.lit(p.info.file), rounded=pl.lit(_base(p))
        )
        for p in among
    ]
    # the newest is the one used
    whole = pl.concat(wholes).unique([*_CELL, "sector"], keep="last", maintain_order=True)
    part = package.observations.filter(known, pl.col("measure") == one.numerator)
    if one.numerator_age is not None:
        part = part.filter(age=one.numerator_age).with_columns(age=pl.lit("all"))
    every = whole.filter(sector="all").drop("sector")
    both = part.join(whole, on=[*_CELL, "sector"], how="left").join(
        every, on=_CELL, how="left", suffix="_all"
    )
    both = both.with_columns(
        pl.coalesce(name, f"{name}_all").alias(name) for name in ("whole", "file", "rounded")
    )
    above = both.filter(
        pl.col("value") > pl.col("whole") + (pl.col("rounded") + _base(package)) / 2
    ).sort("row", "period")
    by_much = pl.col("value") > pl.col("whole") * (1 + COUNTED_TWICE) + _base(package)
    if package.layout.parts().get(one.numerator) == _POPULATION == one.denominator:
        above = above.filter(~by_much)  # told of by etl.quality.across_packages
    if above.is_empty():
        return []
    first = above.row(0, named=True)
    return [
        Finding.of(
            "note" if above.filter(by_much).is_empty() else "warning",
            package.info.file,
            "above_whole",
            sheet=package.layout.sheet,
            row=first["row"],
            column=str(first["period"]),
            measure=package.delivered_as[one.numerator],
            number=above.height,
            other=first["file"],
            cell=cell_named(first),
        )
    ]


def _base(package: Package) -> int:
    return package.info.rounding_base or 0
