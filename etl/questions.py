"""Questions to whoever delivers figures that look like a mistake beside the last published ones.

What looks like one is found in :mod:`etl.implausible`; here it is said, once a measure and kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from etl.beside import Beside, Hits, beside_earlier, beside_other
from etl.displaced import displaced, displaced_beside
from etl.findings import Finding, digest_of
from etl.grid import AREAS, SERIES, Grid
from etl.harmonise import cell_named
from etl.implausible import implausible
from etl.islands import island_zeros
from etl.messages import Said, say
from etl.whole_series import by_itself, copied

if TYPE_CHECKING:  # the readers compare editions with this
    from etl.readers.package import Package

#: The figures a year is held against, in words: given their year and that one.
Than = Callable[[int, int], Said]


def about_years(
    package: Package, emptied: Collection[tuple[str, int]] = frozenset()
) -> list[Finding]:
    """Hold each year of a package against the last one before it.

    Parameters
    ----------
    package
        As read.
    emptied
        Measures and years that are asked about already because of their blanks.

    Returns
    -------
    list of Finding
        Questions, one a measure and kind of mistake, at the first row that is meant; a few figures
        that are gone are only told.
    """
    grid = Grid.of(package.observations)
    both = beside_earlier(grid)
    limits, people = _limits(package), package.layout.people()
    found = [*implausible(both, *_of(package)), copied(grid), *by_itself(both, limits)]
    found.append(island_zeros(both, limits, people))
    found = [_without(hits, emptied, grid) for hits in found]
    more = _not_asked(displaced(both), found, grid)
    return _in_order(
        _told(found, both, package, _of_year),
        _told(more, both, package, lambda *_: say("the_other_figures")),
    )


def about_editions(newer: Package, older: Package) -> list[Finding]:
    """Hold a package against an earlier one with the same series, the same years or others.

    Parameters
    ----------
    newer, older
        Of one layout or of two.

    Returns
    -------
    list of Finding
        Questions about the newer one, as those of :func:`about_years`.
    """
    if older.layout.projection and not newer.layout.projection:
        return []  # what was projected is no fact
    if not set(newer.delivered_as) & set(older.delivered_as):
        return []
    editions = newer.info.layout == older.info.layout
    than = _of_file(older.info.file)
    return about_figures(newer, older.observations, than, editions=editions)


def about_figures(
    package: Package, before: pl.DataFrame, than: Than, *, editions: bool = True
) -> list[Finding]:
    """Hold a package against figures published before.

    Parameters
    ----------
    package
        As read.
    before
        Observations.
    than
        What they are of, given their year and that of the package's.
    editions
        Whether they are of an earlier edition of the same kind of package.
    """
    measures = set(package.delivered_as) & set(before["measure"].unique())
    if not measures:
        return []
    shared = pl.col("measure").is_in(list(measures))
    grid, other = Grid.of(package.observations.filter(shared)), Grid.of(before.filter(shared))
    both = beside_other(grid, other)
    if not both.since.any():
        return []
    limits, people = _limits(package), package.layout.people()
    found = implausible(both, *_of(package), editions=editions)
    found += _not_asked(displaced_beside(grid, other), found, grid)
    zeros = island_zeros(both, limits, people)
    if zeros.where.any():
        asked = island_zeros(beside_earlier(grid), limits, people)
        found.append(replace(zeros, where=zeros.where & ~asked.where))
    return _in_order(_told(found, both, package, than))


def _not_asked(hits: Hits, found: list[Hits], grid: Grid) -> list[Hits]:
    """Return displaced columns of the measures that are not asked about as moved already."""
    measure = grid.series["measure"]
    moved = [one.where for one in found if one.message == "moved"]
    asked = {measure[int(at)] for where in moved for at in np.unique(np.nonzero(where)[0])}
    new = ~measure.is_in(list(asked)).to_numpy()
    return [replace(hits, where=hits.where & new[:, None, None])]


def _without(hits: Hits, emptied: Collection[tuple[str, int]], grid: Grid) -> Hits:
    """Return what is gone, but for the measures and years that are asked about already."""
    if hits.message not in {"most_gone", "many_blank"} or not emptied:
        return hits
    told = [[(name, year) in emptied for year in grid.years] for name in grid.series["measure"]]
    return replace(hits, where=hits.where & ~np.array(told)[..., None])


def _in_order(*findings: list[Finding]) -> list[Finding]:
    return sorted(chain(*findings), key=lambda finding: finding.row or 0)


def _of(package: Package) -> tuple[float, set[str]]:
    """Return what counts are rounded to, and the measures that count people."""
    return package.info.rounding_base or 0, package.layout.people()


def _limits(package: Package) -> dict[str, float]:
    """Return the largest possible rate of the measures that have one."""
    maximum = package.layout.maximum
    return dict.fromkeys(package.delivered_as, maximum) if maximum else {}


def _of_year(since: int, year: int) -> Said:
    return say("the_year_before") if since == year - 1 else say("the_figures_of_year", year=since)


def _of_file(file: str) -> Than:
    return lambda since, _: say("the_figures_of_file", file=file, year=since)


def _told(found: list[Hits], both: Beside, package: Package, than: Than) -> list[Finding]:
    grid = both.grid
    findings = []
    for hits in found:
        at = np.nonzero(hits.where)
        if not len(at[0]):
            continue
        cells = pl.DataFrame(
            {
                "series": at[0],
                "year": np.array(grid.years)[at[1]],
                "row": grid.row[at],
                "area": at[2],
                "before": both.before[at],
                "now": grid.value[at],
                "since": both.since[at[:2]] if hits.since is None else hits.since[at[:2]],
                "times": np.ones(len(at[0])) if hits.times is None else hits.times[at[:2]],
            }
        ).with_columns(grid.series["measure"].gather(at[0]).alias("measure"))
        for _, group in cells.sort("row", "year", "area").group_by("measure", maintain_order=True):
            findings.append(_question(hits, group, grid, package, than))
    return findings


def _question(hits: Hits, cells: pl.DataFrame, grid: Grid, package: Package, than: Than) -> Finding:
    message = hits.message
    first = cells.row(0, named=True)
    labels = dict(zip(SERIES, grid.series.select(SERIES).row(first["series"]), strict=True))
    named = {**labels, "area_id": AREAS[first["area"]], "period": first["year"]}
    values: dict[str, Any] = {
        "measure": package.delivered_as.get(labels["measure"], labels["measure"]),
        "years": ", ".join(str(year) for year in cells["year"].unique().sort()),
        "number": cells.height,
        "than": than(first["since"], first["year"]),
        "cell": _cell(named, first, package),
    }
    if message == "many_times":
        times = first["times"]
        values |= {"times": times, "side": say("or_more" if times > 1 else "or_less")}
    return Finding.of(
        hits.severity,
        package.info.file,
        message,
        sheet=package.layout.sheet,
        row=int(first["row"]) or None,
        column=str(first["year"]),
        fingerprint=digest_of(cells, ("row", "year", "area"), "now", package.info.made_safe_by),
        **values,
    )


def _cell(named: dict[str, Any], first: dict[str, Any], package: Package) -> Said:
    """Return the cell in words, with both figures where neither can be a small count of ours."""
    known = np.isfinite(first["before"]) and np.isfinite(first["now"])
    if package.info.made_safe_by != "publisher" or not known:
        return cell_named(named)
    figures = {"before": first["before"], "now": first["now"]}
    return say("before_and_now", cell=cell_named(named), **figures)
