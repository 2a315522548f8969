"""Years that a package leaves out between its first and its last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from etl.findings import Finding

if TYPE_CHECKING:
    from etl.readers.package import Package


def left_out(packages: Sequence[Package], last_published: Mapping[str, int]) -> list[Finding]:
    """Ask about years that are left out of what comes every year.

    Parameters
    ----------
    packages
        As read; the editions of one kind are taken together.
    last_published
        Layout -> the last year that is loaded. Of the years until then it is asked, when they are
        published no longer, in :mod:`etl.taken`.

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
