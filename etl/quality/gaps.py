"""Years, and ages, that a package leaves out between its first and its last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from etl.findings import Finding
from etl.ingest.age_bands import span
from etl.ingest.harmonise import cell_named

if TYPE_CHECKING:
    from etl.ingest.readers.package import Package

#: A wider gap is between two groups of people that are counted apart, children and the old.
_WIDEST: Final = 10


def ages_left_out(package: Package) -> list[Finding]:
    """Ask about ages that lie between two bands and are in none of them.

    Parameters
    ----------
    package
        As read.

    Returns
    -------
    list of Finding
        One a measure at most, at the first row of the band above the gap: 85+ beside 65-79 is
        likely to be 80+.
    """
    found = []
    rows = package.observations.select(
        "measure", "area_id", "period", "sex", "sector", "age", "row"
    )
    for (measure,), own in rows.group_by("measure", maintain_order=True):
        if not _without_neighbour(own["age"].unique().to_list()):
            continue
        of_one = own.group_by("area_id", "period", "sex", "sector").agg(
            pl.col("age").unique().sort()
        )
        gaps = {gap for bands in of_one["age"].unique() for gap in _gaps(bands)}
        if not gaps:
            continue
        low, high, age = min(gaps)
        first = own.filter(age=age).sort("row", "period").row(0, named=True)
        found.append(
            Finding.of(
                "warning" if package.info.is_demo else "question",
                package.info.file,
                "ages_left_out",
                sheet=package.layout.sheet,
                row=first["row"],
                column=package.layout.heading("age"),
                measure=package.delivered_as.get(str(measure), measure),
                ages=f"{low}-{high}" if low < high else str(low),
                age=age,
                cell=cell_named(first),
            )
        )
    return found


def _without_neighbour(bands: Iterable[str]) -> bool:
    """Return whether a band begins where no other one ends, or ends where none begins."""
    known = [span(band) for band in bands if band != "all"]
    starts = {low for low, _ in known}
    ends = {high + 1 for _, high in known if high is not None}
    first, last = min(starts, default=0), max(ends, default=0)
    return bool((starts - ends - {first}) | (ends - starts - {last}))


def _gaps(bands: Iterable[str]) -> set[tuple[int, int, str]]:
    """Return first and last age of each gap, and the band above it."""
    known = {span(band): band for band in bands if band != "all"}
    ends = {high for _, high in known if high is not None}
    starts = {low for low, _ in known}
    found = set()
    for end in ends:
        above = min((low for low in starts if low > end), default=0)
        if end + 1 < above <= end + 1 + _WIDEST and above - 1 not in ends:
            band = next(name for (low, _), name in known.items() if low == above)
            found.add((end + 1, above - 1, band))
    return found


def left_out(packages: Sequence[Package], last_published: Mapping[str, int]) -> list[Finding]:
    """Ask about years that are left out of what comes every year.

    Parameters
    ----------
    packages
        As read; the editions of one kind are taken together.
    last_published
        Layout -> the last year that is loaded. Of the years until then it is asked, when they are
        published no longer, in :mod:`etl.quality.removed`.

    Returns
    -------
    list of Finding
        One question a package, at its newest edition. What comes with longer steps, as surveys do,
        what is projected, and the years that the layout says there are none of (``years_without``)
        are not asked about.
    """
    found = []
    newest = {p.info.layout: p for p in sorted(packages, key=lambda p: p.info.edition)}
    for layout, package in newest.items():
        if package.layout.projection:
            continue
        years: dict[str, set[int]] = {}
        for one in packages:
            if one.info.layout == layout:
                for measure, year in _years(one):
                    years.setdefault(measure, set()).add(year)
        known = {*package.layout.years_without, *range(last_published.get(layout, 0) + 1)}
        missing = {measure: _missing(there) - known for measure, there in years.items()}
        absent = sorted(set().union(*missing.values()))
        if absent:
            measure = min(name for name, without in missing.items() if without)
            found.append(
                Finding.of(
                    "question",
                    package.info.file,
                    "years_left_out",
                    sheet=package.layout.sheet,
                    measure=package.delivered_as.get(measure, measure),
                    years=", ".join(map(str, absent)),
                    first=min(years[measure]),
                    last=max(years[measure]),
                    layout=layout,
                )
            )
    return found


def _years(package: Package) -> Iterable[tuple[str, int]]:
    """Return each measure with its years; of a wide table all have the same ones."""
    if package.layout.is_long:
        return package.years
    first = min(package.delivered_as, default="")
    return {(first, year) for _, year in package.years}


def _missing(years: set[int]) -> set[int]:
    """Return the years between that are missing, where most steps are of one year."""
    ordered = sorted(years)
    steps = [later - earlier for earlier, later in pairwise(ordered)]
    if 2 * steps.count(1) < len(steps):
        return set()
    return set(range(ordered[0], ordered[-1] + 1)) - years
