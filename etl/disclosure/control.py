"""Making true small counts safe: the one place between summed counts and everything after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from etl.disclosure import other_packages, previous_release
from etl.disclosure.ledger import MADE_UP, Ledger
from etl.disclosure.other_packages import PUBLIC
from etl.indicators.aggregate import cube_frame
from etl.indicators.cube import OK, Catchments, Cube
from warehouse.schema import STATUSES

if TYPE_CHECKING:
    from etl.disclosure.suppression import Leak
    from etl.ingest.readers.package import Package


class Protect(Protocol):
    """Says of each true count whether it may be shown."""

    def __call__(
        self,
        cells: pl.DataFrame,
        catchments: pl.DataFrame,
        *,
        threshold: int,
        series_sums: Sequence[Mapping[tuple[str, str], int]] = (),
        events_of: Mapping[str, str] = MappingProxyType({}),
        hide_everybody: bool = False,
        also_public: pl.DataFrame,
        seed: bytes,
        known: list[Leak],
    ) -> pl.DataFrame:
        """Return ``cells``, in the same order, with a column ``status``.

        Parameters
        ----------
        cells : polars.DataFrame
            ``measure, geography, area_id, period, sex, age, sector, count, population, before``:
            one row a released cell, all areas of all geographies. ``count`` is null where it is not
            released; ``population`` is the shown number that the count is a part of, or null;
            ``before`` is the status that earlier releases gave the same count, or null.
        catchments : polars.DataFrame
            The warehouse table ``catchments``.
        threshold : int
            Counts of 1 to ``threshold - 1`` are small.
        series_sums : sequence of mappings, optional
            Coefficients by (measure, sector) of measures that add up to zero.
        events_of : mapping of str to str, optional
            Measure of events -> the measure of the persons whose they are.
        hide_everybody : bool, optional
            Whether a count of the whole population is small too.
        also_public : polars.DataFrame
            What other packages say of the counts, with ``low`` and ``high``.
        seed : bytes
            A secret that decides between equal patterns.
        known : list of Leak
            Takes up what other packages and earlier releases give away whatever is hidden now.
        """


def protect_and_audit(
    cells: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int,
    series_sums: Sequence[Mapping[tuple[str, str], int]] = (),
    events_of: Mapping[str, str] = MappingProxyType({}),
    hide_everybody: bool = False,
    also_public: pl.DataFrame,
    seed: bytes,
    known: list[Leak],
) -> pl.DataFrame:
    """Call :func:`etl.disclosure.suppression.protect_and_audit`; its solvers are slow to import."""
    from etl.disclosure import suppression  # noqa: PLC0415

    return suppression.protect_and_audit(
        cells,
        catchments,
        threshold=threshold,
        series_sums=series_sums,
        events_of=dict(events_of),  # which a helper can be sent
        hide_everybody=hide_everybody,
        also_public=also_public if len(also_public) else None,
        seed=seed,
        known=known,
    )


def make_safe(
    counts: Cube,
    catchments: Catchments,
    frame: pl.DataFrame,
    parts: Mapping[str, str],
    *,
    threshold: int,
    sums: Sequence[Mapping[tuple[str, str], int]] = (),
    events_of: Mapping[str, str] = MappingProxyType({}),
    hide_everybody: bool = False,
    protect: Protect = protect_and_audit,
    others: Sequence[Package] = (),
    ledger: Ledger | None = None,
    released: pl.DataFrame | None = None,
    known: list[str] | None = None,
    made_up: bool = False,
) -> Cube:
    """Hide counts of few people in every area at once, before anything is computed from them.

    Parameters
    ----------
    counts : Cube
        True counts of all areas. The population is left alone.
    catchments : Catchments
        The areas of the cube.
    frame : polars.DataFrame
        The warehouse table ``catchments``.
    parts : mapping of str to str
        Measure -> the measure it is counted among. The rest, whole minus part, is protected too.
    threshold : int
        Counts of 1 to ``threshold - 1`` are hidden.
    sums : sequence of mappings, optional
        Coefficients by (measure, sector) of measures that add up to zero.
    events_of : mapping of str to str, optional
        Measure of events -> the measure of the persons whose they are, by sector too.
    hide_everybody : bool, optional
        Whether a count of all of a group is hidden as a small one is.
    protect : Protect
        Chooses what is hidden, and attacks the result.
    others : sequence of Package, optional
        Packages that their publishers made safe and that count the same.
    ledger : Ledger, optional
        What earlier releases said of each count, which is said again; takes up what is said now.
    released : polars.DataFrame, optional
        What the last release said, by ``etl.disclosure.previous_release.released``: where the
        ledger was lost.
    known : list of str, optional
        Takes up the cells that other packages and earlier releases give away whatever is hidden.
    made_up : bool, optional
        True of figures that nobody counted: what is hidden of them is the same everywhere.

    Returns
    -------
    Cube
        Hidden cells have a status and no value.
    """
    secret = np.flatnonzero(~counts.series["measure"].is_in(list(PUBLIC)).to_numpy())
    if not len(secret):
        return counts
    at = {key: i for i, key in enumerate(counts.series.iter_rows())}
    wholes = []
    for measure, sex, age, sector, how in counts.series[secret].iter_rows():
        whole = parts.get(measure, "")
        # people are counted without a sector
        wholes.append(at.get((whole, sex, age, sector, how), at.get((whole, sex, age, "all", how))))
    people = np.stack(
        [
            np.full(counts.value.shape[:2], np.nan)
            if whole is None
            else np.where(counts.status[:, :, whole] == OK, counts.value[:, :, whole], np.nan)
            for whole in wholes
        ],
        axis=2,
    )
    own = replace(
        counts,
        series=counts.series[secret],
        value=counts.value[:, :, secret],
        status=counts.status[:, :, secret],
        is_estimate=counts.is_estimate[:, :, secret],
        present=counts.present[:, :, secret],
        source=counts.source[:, secret],
    )
    cells = cube_frame(own, catchments).select(
        "measure", "geography", "area_id", "period", "sex", "age", "sector", "count",
        population=pl.Series(people[own.present]).fill_nan(None),
    )  # fmt: skip
    ledger = ledger or Ledger()
    digests = ledger.digests(cells)
    before = ledger.said(digests)
    if released is not None:
        before = before.fill_null(previous_release.said(cells, released))
    also_public = other_packages.known(cells, others)
    rules = (*_rules(frame, threshold, [*sums, events_of, hide_everybody]), also_public.write_csv())
    said = before
    found = ledger.audited(ledger.mark(digests, before.fill_null(""), *rules))
    if found is None:  # else nothing is new, and there is nothing to choose
        leaks: list[Leak] = []
        related: dict[str, Any] = {"series_sums": sums} if sums else {}
        related |= {"events_of": events_of} if events_of else {}
        related |= {"hide_everybody": True} if hide_everybody else {}
        made_safe = protect(
            cells.with_columns(before=before),
            frame,
            threshold=threshold,
            also_public=also_public,
            seed=(MADE_UP if made_up else ledger).seed,
            known=leaks,
            **related,
        )
        said = made_safe["status"].cast(pl.String)
        found = sorted(", ".join(map(str, leak.cell)) for leak in leaks)
        ledger.was_audited(ledger.mark(digests, said, *rules), found)
    if known is not None:
        known += found
    ledger.add(digests, said)
    codes = said.replace_strict({word: code for code, word in enumerate(STATUSES)}).to_numpy()
    made = own.status.copy()
    made[own.present] = np.where(own.status[own.present] == OK, codes, own.status[own.present])
    status, value = counts.status.copy(), counts.value.copy()
    status[:, :, secret] = made
    value[status != OK] = 0.0
    return replace(
        counts, value=value, status=status, is_estimate=counts.is_estimate & (status == OK)
    )


def _rules(frame: pl.DataFrame, threshold: int, sums: Sequence[object]) -> tuple[str, ...]:
    """Return all that the audit of some counts depends on but the counts themselves."""
    # the solvers' folder by its place: they are slow to import
    folder = Path(__file__).parent / "suppression"
    code = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))]
    return (str(threshold), str(list(sums)), frame.write_csv(), *code)
