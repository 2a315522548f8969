"""Protect and audit in one: what a build calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Final

import polars as pl

from etl.disclosure.suppression.audit import Leak, audit
from etl.disclosure.suppression.facts import OK, SECONDARY, SUPPRESSED
from etl.disclosure.suppression.hints import Hints
from etl.disclosure.suppression.parallel import Job, in_parallel
from etl.disclosure.suppression.protect import protect
from etl.disclosure.suppression.wider import blocks, linked
from etl.findings import Finding, PackageError

#: Leaks named in one error; more would bury the first.
_NAMED = 50
#: Fewer cells than this are done before a helper has started.
_FEW: Final = 100_000
_ROW: Final = "_at"
_STATUS: Final = pl.col("status").cast(pl.Enum([OK, SUPPRESSED, SECONDARY]))


def protect_and_audit(
    cells: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int = 5,
    known: list[Leak] | None = None,
    **options: Any,
) -> pl.DataFrame:
    """Choose what to hide and attack the result before anybody else can.

    Parameters
    ----------
    cells, catchments, threshold
        As for :func:`etl.disclosure.suppression.protect`.
    known
        Takes up the hidden numbers that can be worked out whatever is hidden now: what earlier
        releases said, or what is known from elsewhere, is enough. Without it they are an error.
    **options
        Its other options; ``also_public`` is told the audit too.

    Returns
    -------
    polars.DataFrame
        `cells` with a column ``status``.

    Raises
    ------
    etl.findings.PackageError
        When a hidden number could be worked out, with each such cell and what gives it away.
    """
    keyed = cells.with_row_index(_ROW)
    # one after the other: what the search for one knows is forgotten before the next
    events = options.get("events_of", {}).items()
    linking = [{(one, "all"): 1, (who, "all"): -1} for one, who in events]
    several = _apart(keyed, [*options.get("series_sums", ()), *linking])
    jobs: Iterator[Job] = (
        (_protect_and_audit, (piece, catchments, threshold, _about(piece, options)), {})
        for piece in several
    )
    if len(cells) < _FEW:
        done = [work(*arguments) for work, arguments, _ in jobs]
    else:
        done = in_parallel(jobs)
    if known is not None:
        known += [leak for _, _, already in done for leak in already]
    leaks = [leak for _, found, _ in done for leak in found]
    if leaks:
        raise PackageError(
            [
                Finding.of("error", "disclosure control", "leak", leak=leak)
                for leak in leaks[:_NAMED]
            ]
        )
    status = pl.concat([said for said, *_ in done]).sort(_ROW)["status"].cast(pl.String)
    return cells.with_columns(status=status)


def _apart(
    cells: pl.DataFrame, sums: Sequence[Mapping[tuple[str, str], int]]
) -> Iterator[pl.DataFrame]:
    """Yield the cells of measures that hang together; those with most small counts first."""
    small = pl.col("count").is_between(1, 10).sum()
    ordered = cells.group_by("measure").agg(small).sort("count", "measure", descending=True)
    left = ordered["measure"].to_list()
    while left:
        together = linked(left[:1], sums)
        left = [measure for measure in left if measure not in together]
        yield cells.filter(pl.col("measure").is_in(together))


def _about(cells: pl.DataFrame, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options say of the cells' measures."""
    measures = cells["measure"].unique().implode()
    return {
        name: value.filter(pl.col("measure").is_in(measures))
        if isinstance(value, pl.DataFrame)
        else value
        for name, value in options.items()
    }


def _protect_and_audit(
    cells: pl.DataFrame, catchments: pl.DataFrame, threshold: int, options: Mapping[str, Any]
) -> tuple[pl.DataFrame, list[Leak], list[Leak]]:
    """Return row number and status of each cell, what leaks, and what did so already."""
    hints = Hints()
    told: list[pl.DataFrame] = []
    decided = protect(
        cells, catchments, threshold=threshold, hints=hints, given_away=told, **options
    )
    given_away = pl.concat(told) if told else None
    settled = cells["before"].is_not_null() if "before" in cells.columns else pl.lit(False)
    decided = decided.with_columns(_settled=settled)

    def attacked(decided: pl.DataFrame, enough: int | None = _NAMED) -> list[Leak]:
        shown = decided.with_columns(count=pl.when(pl.col("status") == OK).then("count"))
        if "population" in shown.columns:
            # Small populations are hidden where they are counted.
            shown = shown.with_columns(
                population=pl.when(pl.col("population") >= threshold).then("population")
            )
        return audit(
            shown.filter(pl.col("count").is_not_null() | (pl.col("status") != OK)),
            catchments,
            threshold=threshold,
            also_public=options.get("also_public"),
            hints=hints,
            sums=options.get("series_sums", ()),
            events_of=options.get("events_of", {}),
            enough=enough,
            unsought=given_away,
        )

    leaks, already = attacked(decided), _told(given_away)
    free = ~pl.col("_settled")
    if leaks and (decided["_settled"].any() or options.get("also_public") is not None):
        least = pl.when(free & (pl.col("count") > 0)).then(pl.lit(SECONDARY)).otherwise("status")
        already += attacked(decided.with_columns(status=least), None)
    given_up = {one.cell for one in already}

    def new(leaks: list[Leak]) -> list[Leak]:
        return [leak for leak in leaks if leak.cell not in given_up]

    leaks = new(leaks)
    for said in _more_hidden(leaks, decided, options):
        if not leaks:
            break
        # Nobody is shown wherever nobody is: a hidden count is then known to be somebody.
        hidden = (pl.col("status") == OK) & said.hidden & (pl.col("count") > 0)
        decided = decided.with_columns(
            status=pl.when(free & (said.quiet & (pl.col("status") == SUPPRESSED) | hidden))
            .then(pl.lit(SECONDARY))
            .otherwise("status")
        )
        leaks = new(attacked(decided.filter(pl.col("period").is_in(said.periods))))
    return decided.select(_ROW, _STATUS), leaks, already


def _told(cells: pl.DataFrame | None) -> list[Leak]:
    what = "known from other packages or earlier releases, whatever is hidden"
    rows = [] if cells is None else cells.drop("geography").rows()
    return [Leak(row, nan, nan, what, ()) for row in rows]


@dataclass(frozen=True)
class _Remedy:
    """What to do about leaks: cells to hide, cells to call small no more, and where to look."""

    hidden: pl.Expr
    quiet: pl.Expr
    periods: list[object]


def _more_hidden(
    leaks: list[Leak], cells: pl.DataFrame, options: Mapping[str, Any]
) -> Iterator[_Remedy]:
    """Yield what may end leaks, from the mildest on.

    "Fewer than five" is said of cells whose moves are known. A cell that only the audit can move
    may be held fast by it, so in a table where one leaks it is said of none. If that does not do,
    ever larger blocks are hidden.
    """
    if not leaks:
        return
    measures = linked([str(one.cell[0]) for one in leaks], options.get("series_sums", ()))
    periods = sorted({one.cell[2] for one in leaks})  # type: ignore[type-var]
    there = pl.col("measure").is_in(measures) & pl.col("period").is_in(periods)
    yield _Remedy(pl.lit(False), there, periods)
    ages = {
        measure: cells.filter(pl.col("measure") == measure)["age"].unique().to_list()
        for measure in measures
    }
    for block in blocks(measures, ages):
        yield _Remedy(there & block, there, periods)
