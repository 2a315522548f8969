"""Questions to whoever delivers figures that look like a mistake beside the last published ones.

What looks like one is found in :mod:`etl.quality.implausible`; here it is said, once a measure and
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from etl.findings import Finding, digest_of
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import CELL, OBSERVATION_SCHEMA
from etl.messages import Said, say
from etl.quality.displaced import displaced, displaced_beside
from etl.quality.grid import AREAS, SERIES, Grid
from etl.quality.implausible import implausible
from etl.quality.islands import island_zeros
from etl.quality.previous_values import SOME, Beside, Hits, beside_earlier, beside_other, not_among
from etl.quality.whole_series import by_itself, copied

if TYPE_CHECKING:  # the readers compare editions with this
    from etl.ingest.readers.package import Package

#: The figures a year is held against, in words: given their year and that one.
Than = Callable[[int, int], Said]


@dataclass(frozen=True)
class Asked:
    """Questions, and the figures they are about.

    Attributes
    ----------
    findings : list of Finding
        Questions; a few figures that are gone are only told.
    cells : polars.DataFrame
        :data:`~etl.ingest.observations.CELL` of each figure that is asked about, once or several
        times.
    """

    findings: list[Finding]
    cells: pl.DataFrame


_NOTHING: Final = Asked([], pl.DataFrame(schema={c: OBSERVATION_SCHEMA[c] for c in CELL}))


def about_years(package: Package, emptied: Collection[tuple[str, int]] = frozenset()) -> Asked:
    """Hold each year of a package against the last one before it.

    Parameters
    ----------
    package
        As read.
    emptied
        Measures and years that are asked about already because of their blanks.

    Returns
    -------
    Asked
        One question a measure and kind of mistake, at the first row that is meant.
    """
    grid = Grid.of(package.observations)
    both = beside_earlier(grid)
    limits, people = _limits(package), package.layout.people()
    found = [*_implausible(both, package), copied(grid), *by_itself(both, limits)]
    found.append(_alone(island_zeros(both, limits, people), found))
    found = [_without(hits, emptied, grid) for hits in found]
    more = _not_asked(displaced(both), found, grid)
    findings = _told(found, both, package, _of_year)
    findings += _told(more, both, package, lambda *_: say("the_other_figures"))
    return Asked(_in_order(findings), _cells([*found, *more], grid))


def about_editions(newer: Package, older: Package) -> Asked:
    """Hold a package against an earlier one with the same series, the same years or others.

    Parameters
    ----------
    newer, older
        Of one layout or of two.

    Returns
    -------
    Asked
        Questions about the newer one, as those of :func:`about_years`.
    """
    if older.layout.projection and not newer.layout.projection:
        return _NOTHING  # what was projected is no fact
    if not set(newer.delivered_as) & set(older.delivered_as):
        return _NOTHING
    editions = newer.info.layout == older.info.layout
    than = _of_file(older.info.file)
    return about_figures(newer, older.observations, than, editions=editions)


def about_figures(
    package: Package, before: pl.DataFrame, than: Than, *, editions: bool = True
) -> Asked:
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
        return _NOTHING
    shared = pl.col("measure").is_in(list(measures))
    grid, other = Grid.of(package.observations.filter(shared)), Grid.of(before.filter(shared))
    both = beside_other(grid, other)
    if not both.since.any():
        return _NOTHING
    limits, people = _limits(package), package.layout.people()
    found = _implausible(both, package, editions=editions)
    found += _not_asked(displaced_beside(grid, other), found, grid)
    found = _not_of_years(found, grid, package)
    zeros = island_zeros(both, limits, people)
    if zeros.where.any():
        asked = island_zeros(beside_earlier(grid), limits, people)
        found.append(_alone(replace(zeros, where=zeros.where & ~asked.where), found))
    return Asked(_in_order(_told(found, both, package, than)), _cells(found, grid))


def _not_asked(hits: Hits, found: list[Hits], grid: Grid) -> list[Hits]:
    """Return displaced columns of the measures that are not asked about as moved already."""
    measure = grid.series["measure"]
    moved = [one.where for one in found if one.message == "moved"]
    asked = {measure[int(at)] for where in moved for at in np.unique(np.nonzero(where)[0])}
    new = ~measure.is_in(list(asked)).to_numpy()
    return [replace(hits, where=hits.where & new[:, None, None])]


def _alone(islands: Hits, found: list[Hits]) -> Hits:
    """Return the zeros of islands in years of which not many other figures are zero as well."""
    zeros = [one.where for one in found if one.message in {"now_zero", "all_zero"}]
    many = np.logical_or.reduce([np.zeros_like(islands.where), *zeros]).sum(-1) >= SOME
    return replace(islands, where=islands.where & ~many[..., None])


def _implausible(both: Beside, package: Package, *, editions: bool = False) -> list[Hits]:
    rounded_to, people = package.info.rounding_base or 0, package.layout.people()
    found = implausible(both, rounded_to, people, editions=editions)
    # What is projected has no years that it could follow.
    projected = package.layout.projection
    return [hits for hits in found if not (projected and hits.message == "new_step")]


def _not_of_years(found: list[Hits], grid: Grid, package: Package) -> list[Hits]:
    """Return what is not asked about already beside the package's own years.

    One mistake shows there and beside an earlier file. That a figure was changed since needs no
    question of its own where it is asked about anyhow.
    """
    if not found:
        return []
    years = _implausible(beside_earlier(grid), package)
    asked = {"revised": years, **{one.message: [one] for one in years}}
    return [not_among(hits, asked.get(hits.message, []), grid) for hits in found]


def _without(hits: Hits, emptied: Collection[tuple[str, int]], grid: Grid) -> Hits:
    """Return what is gone, but for the measures and years that are asked about already."""
    if hits.message not in {"most_gone", "many_blank"} or not emptied:
        return hits
    told = [[(name, year) in emptied for year in grid.years] for name in grid.series["measure"]]
    return replace(hits, where=hits.where & ~np.array(told)[..., None])


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.row or 0)


def _cells(found: list[Hits], grid: Grid) -> pl.DataFrame:
    """Return the figures that are asked about."""
    where = np.zeros(grid.value.shape, bool)
    for hits in found:
        if hits.severity == "question":
            where |= hits.where
    series, year, area = np.nonzero(where)
    cells = grid.series.select(SERIES)[series].with_columns(
        period=pl.Series(np.array(grid.years)[year]), area_id=pl.Series(AREAS).gather(area)
    )
    return cells.select(CELL).cast(_NOTHING.cells.schema)


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
            findings.append(_question(hits, group, both, package, than))
    return findings


def _question(
    hits: Hits, cells: pl.DataFrame, both: Beside, package: Package, than: Than
) -> Finding:
    message, grid = hits.message, both.grid
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
    if message in {"many_times", "new_step"}:
        times = first["times"]
        values |= {"times": times, "side": say("or_more" if times > 1 else "or_less")}
    found = Finding.of(
        hits.severity,
        package.info.file,
        message,
        sheet=package.layout.sheet,
        row=int(first["row"]) or None,
        column=str(first["year"]),
        fingerprint=digest_of(cells, ("row", "year", "area"), "now", package.info.made_safe_by),
        **values,
    )
    if both.earlier is None:
        return found
    either = say("either_wrong", than=values["than"])  # the other file may be the one that is bent
    return replace(found, mend_da=found.mend_da + either.da, mend_en=found.mend_en + either.en)


def _cell(named: dict[str, Any], first: dict[str, Any], package: Package) -> Said:
    """Return the cell in words, with both figures where neither can be a small count of ours."""
    known = np.isfinite(first["before"]) and np.isfinite(first["now"])
    if package.info.made_safe_by != "publisher" or not known:
        return cell_named(named)
    figures = {"before": first["before"], "now": first["now"]}
    return say("before_and_now", cell=cell_named(named), **figures)
