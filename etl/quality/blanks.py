"""Blanks that cannot be, or hardly: what is empty though it should not, or by mistake.

A publisher leaves a cell empty because few people are behind it, or so that another one cannot be
worked out. A blank that is neither is a cell that somebody lost. No finding says what a blank can
be.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

import geo
from etl.findings import Finding, Findings, Severity
from etl.indicators.cube import BY_SOURCE, Bools, Catchments, Delivered, deliver
from etl.indicators.ranges import bound
from etl.indicators.relations import Rules
from etl.indicators.secondary import cells_with, explained
from etl.ingest.harmonise import cell_named
from etl.ingest.observations import MISSING, SUPPRESSED_BY_SOURCE
from etl.ingest.readers.package import Package
from etl.messages import joined, say

POPULATION: Final = "population"
_DELIVERED: Final = ("kommuner", "regioner-2007", "land")
_NAMED: Final = 3
#: What is blank together: one measure in one unit.
_MEASURE: Final = ("measure", "sector", "kind", "standardisation")
#: A share of blanks this much above the year before's, and so many times it, is no chance.
_MORE: Final = 0.1
_TIMES: Final = 2.0


def check_blanks(package: Package, emptied: pl.DataFrame | None = None) -> list[Finding]:
    """Hold the blanks of a package against what they can be.

    Parameters
    ----------
    package
        As read.
    emptied
        As :func:`many_blanks` gives it, where that is known already.

    Returns
    -------
    list of Finding
        Errors: blanks in a measure that is never hidden, blanks that the delivered totals leave no
        number, a package of nothing but blanks. Questions: blanks that neither are small nor
        protect anything, years and measures without a figure, many more blanks than the year
        before.
    """
    found = Findings(package.info.file, package.layout.sheet)
    _never_blank(package, found)
    if not _nothing_there(package, found):
        _years(package, many_blanks(package) if emptied is None else emptied, found)
    if package.info.made_safe_by == "publisher":
        _ranges(package, found)
    return found.all()


def _never_blank(package: Package, found: Findings) -> None:
    """Report blanks in exact measures and populations."""
    layout = package.layout
    of_blank = [SUPPRESSED_BY_SOURCE] + [MISSING] * (layout.blank_status() == MISSING)
    blank = package.observations.filter(
        pl.col("measure").is_in([*layout.exact(), POPULATION]),
        pl.col("kind") == "count",
        pl.col("status").is_in(of_blank),
    ).sort("row", "period")
    for _, group in blank.group_by("measure", "row", maintain_order=True):
        first = group.row(0, named=True)
        # where a blank would mean something else, the publisher's own mark says that it is hidden
        meant = first["status"] != layout.blank_status() or first["status"] == MISSING
        _add("question" if meant else "error", "blank_never", group, package, found)


def _nothing_there(package: Package, found: Findings) -> bool:
    """Report a package of nothing but blanks."""
    statuses = package.observations["status"]
    nothing = len(statuses) > 0 and bool(statuses.is_in([SUPPRESSED_BY_SOURCE, MISSING]).all())
    if nothing:
        found.error("blank_all")
    return nothing


def many_blanks(package: Package) -> pl.DataFrame:
    """Return what has no figure at all, and years that have many more blanks than those before.

    Returns
    -------
    polars.DataFrame
        ``message`` (``blank_measure``, ``blank_year`` or ``blank_share``), the keys of a series of
        figures of one level, ``period`` and ``row``, the first of the file, by which it is sorted.
    """
    means = package.layout.blank_status()
    keys = [*_MEASURE, "area_level"]
    share, before = pl.col("share"), pl.col("share").shift(1).over(keys)
    more = (share - before > _MORE) & (share > before * _TIMES)
    more &= share * pl.col("cells") >= 1 / _MORE  # of a few areas one says nothing
    message = (
        pl.when(share.min().over(keys) == 1)
        .then(pl.lit("blank_measure"))
        .when(share == 1)
        .then(pl.lit("blank_year"))
        .when(more)
        .then(pl.lit("blank_share"))
    )
    return (
        package.observations.group_by(*keys, "period")
        .agg(
            (pl.col("status") == means).mean().alias("share"),
            pl.len().alias("cells"),
            pl.col("row").min().alias("row"),
        )
        .sort("row", *keys, "period")
        .with_columns(message.alias("message"))
        .drop_nulls("message")
    )


def _years(package: Package, emptied: pl.DataFrame, found: Findings) -> None:
    """Ask about measures and years without any figure, and years with many more blanks."""
    keys = [*_MEASURE, "area_level"]
    never = emptied.filter(message="blank_measure").unique(keys, keep="first", maintain_order=True)
    if len(never):
        found.question("blank_measure", row=never["row"][0], **_told(package, never))
    for message in ("blank_year", "blank_share"):
        frame = emptied.filter(message=message)
        for (year,), group in frame.sort("period").group_by("period", maintain_order=True):
            told = _told(package, group)
            found.question(message, row=group["row"][0], column=str(year), year=year, **told)


def _told(package: Package, group: pl.DataFrame) -> dict[str, Any]:
    """Return the measures and levels of a group in words."""
    names = [_delivered(package, name) for name in group["measure"].unique(maintain_order=True)]
    more = [say("and_more", number=len(names) - _NAMED)] if len(names) > _NAMED else []
    levels = group["area_level"].unique(maintain_order=True)
    return {
        "measures": joined("", [joined(", ", names[:_NAMED]), *more]),
        "levels": joined(", ", (say(f"level_{level}") for level in levels)),
    }


def _delivered(package: Package, measure: str) -> str:
    return package.delivered_as.get(measure, measure)


# ---- what the delivered totals leave -------------------------------------------------------------


def _ranges(package: Package, found: Findings) -> None:
    """Report blanks whose range leaves nothing, and ask about those that protect nothing."""
    counts = package.observations.filter(pl.col("kind") == "count")
    if SUPPRESSED_BY_SOURCE not in counts["status"]:
        return
    frame = geo.catchments_frame().filter(pl.col("geography").is_in(_DELIVERED))
    matrix, rules = Catchments.from_frame(frame), Rules.of([package])
    delivered = deliver(counts, [package.info.package_id], matrix)
    ranges = bound(delivered, matrix, rules)
    hidden = cells_with(BY_SOURCE, delivered, matrix)
    rows = counts.filter(pl.col("status") == SUPPRESSED_BY_SOURCE)
    empty, nobody = hidden & ranges.contradicted, ranges.high < 1
    # what is never hidden has been told of already
    never = [*package.layout.exact(), POPULATION]
    hidden[:, :, delivered.series["measure"].is_in(never).to_numpy()] = False
    small = hidden & (ranges.low < package.layout.threshold) & ~nobody
    protecting = explained(hidden, small, ranges, delivered, matrix, rules)
    lost = hidden & ~empty & ~protecting
    found_in: tuple[tuple[Severity, str, Bools], ...] = (
        ("error", "blank_contradicted", empty),
        ("error", "blank_nobody", lost & nobody),
        ("question", "blank_protects_nothing", lost & ~nobody),
    )
    for severity, message, cells in found_in:
        chosen = _rows(cells, delivered, matrix, rows)
        for _, row in chosen.group_by("measure", "row", maintain_order=True):
            _add(severity, message, row, package, found)


def _rows(
    cells: Bools, delivered: Delivered, matrix: Catchments, rows: pl.DataFrame
) -> pl.DataFrame:
    """Return chosen cells as rows of the file, in its order."""
    a, p, s = np.nonzero(cells)
    chosen = pl.concat(
        [
            pl.DataFrame({"area_id": matrix.areas["area_id"][a]}),
            pl.DataFrame({"period": delivered.periods[p].astype(np.int16)}),
            delivered.series[s],
        ],
        how="horizontal",
    )
    return rows.join(chosen, on=chosen.columns, how="semi").sort("row", "period")


def _add(
    severity: Severity, message: str, row: pl.DataFrame, package: Package, found: Findings
) -> None:
    """Add what is found in some cells of one row."""
    first = row.row(0, named=True)
    found.add(
        severity,
        message,
        row=first["row"],
        column=str(first["period"]),
        measure=_delivered(package, first["measure"]),
        number=row.height,
        cell=cell_named(first),
    )
