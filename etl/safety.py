"""Making true small counts safe: the one place between summed counts and everything after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import polars as pl

from etl import earlier, remember
from etl.aggregate import cube_frame
from etl.cube import OK, Catchments, Cube
from warehouse.schema import STATUSES

#: Official population statistics; the number of people in a place is public.
PUBLIC: Final = frozenset({"population"})


class Protect(Protocol):
    """Says of each true count whether it may be shown."""

    def __call__(
        self,
        cells: pl.DataFrame,
        catchments: pl.DataFrame,
        *,
        threshold: int,
        series_sums: Sequence[Mapping[tuple[str, str], int]] = (),
        also_public: pl.DataFrame | None = None,
        previous: pl.DataFrame | None = None,
    ) -> pl.DataFrame:
        """Return ``cells``, in the same order, with a column ``status``.

        Parameters
        ----------
        cells : polars.DataFrame
            ``measure, geography, area_id, period, sex, age, sector, count, population``: one row a
            released cell, all areas of all geographies. ``count`` is null where it is not
            released; ``population`` is the shown number that the count is a part of, or null.
        catchments : polars.DataFrame
            The warehouse table ``catchments``.
        threshold : int
            Counts of 1 to ``threshold - 1`` are small.
        series_sums : sequence of mappings, optional
            Coefficients by (measure, sector) of measures that add up to zero.
        also_public : polars.DataFrame, optional
            Cells of the last release that are still true, with ``low`` and ``high``.
        previous : polars.DataFrame, optional
            All cells of the last release with their ``status``.
        """


def protect_and_audit(
    cells: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int,
    series_sums: Sequence[Mapping[tuple[str, str], int]] = (),
    also_public: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Call :func:`etl.disclosure.protect_and_audit`; its solvers are slow to import."""
    from etl import disclosure  # noqa: PLC0415

    return disclosure.protect_and_audit(
        cells,
        catchments,
        threshold=threshold,
        series_sums=series_sums,
        also_public=also_public,
        previous=previous,
    )


def make_safe(
    counts: Cube,
    catchments: Catchments,
    frame: pl.DataFrame,
    parts: Mapping[str, str],
    *,
    threshold: int,
    sums: Sequence[Mapping[tuple[str, str], int]] = (),
    protect: Protect = protect_and_audit,
    cache: Path | None = None,
    released: pl.DataFrame | None = None,
) -> Cube:
    """Hide counts of few people in every area at once, before anything is computed from them.

    Parameters
    ----------
    counts : Cube
        True counts of all areas. Measures in ``PUBLIC`` are left alone.
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
    protect : Protect
        Chooses what is hidden, and attacks the result.
    cache : Path, optional
        Folder where the pattern of the same counts may be kept from last time.
    released : polars.DataFrame, optional
        What the last release said, by ``etl.earlier.released``. What it showed and is still true
        is not hidden now, for the two releases together would give other hidden counts away.

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
    key = "" if cache is None else remember.digest(cells, frame, threshold, sums)
    said = None if cache is None else remember.recall(cache, key)
    known = None if released is None else earlier.still_known(cells, released)
    if said is None or len(said) != len(cells) or _hides(said, known):
        public = None if known is None else known.drop("row")
        made_safe = protect(
            cells,
            frame,
            threshold=threshold,
            also_public=public,
            previous=released,
            **({"series_sums": sums} if sums else {}),
        )
        said = made_safe["status"].cast(pl.String)
        if cache is not None:
            remember.keep(cache, key, said)
    codes = said.replace_strict({word: code for code, word in enumerate(STATUSES)}).to_numpy()
    made = own.status.copy()
    made[own.present] = np.where(own.status[own.present] == OK, codes, own.status[own.present])
    status, value = counts.status.copy(), counts.value.copy()
    status[:, :, secret] = made
    value[status != OK] = 0.0
    return replace(
        counts, value=value, status=status, is_estimate=counts.is_estimate & (status == OK)
    )


def _hides(said: pl.Series, known: pl.DataFrame | None) -> bool:
    return known is not None and bool((said[known["row"]] != "ok").any())
