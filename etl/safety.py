"""Making true small counts safe: the one place between summed counts and everything after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from etl.aggregate import OK, SUPPRESSED, Catchments, Cube

#: Counts of 1 to 4 are hidden.
THRESHOLD: Final = 5
#: Official population statistics; the number of people in a place is public.
PUBLIC: Final = frozenset({"population"})


def make_safe(
    counts: Cube, catchments: Catchments, parts: Mapping[str, str], threshold: int = THRESHOLD
) -> Cube:
    """Hide counts of few people in every area at once, before anything is computed from them.

    Parameters
    ----------
    counts : Cube
        True counts of all areas. Measures in ``PUBLIC`` are left alone.
    catchments : Catchments
        How the areas are made of municipalities.
    parts : mapping of str to str
        Measure -> the measure it is counted among. The rest, whole minus part, is protected too.
    threshold : int
        Counts from 1 to ``threshold - 1`` are hidden.

    Returns
    -------
    Cube
        Hidden cells have a status and no value.
    """
    status, value = counts.status.copy(), counts.value.copy()
    secret = ~counts.series["measure"].is_in(list(PUBLIC)).to_numpy()
    few = (counts.value > 0) & (counts.value < threshold) & (counts.status == OK)
    status[few & secret] = SUPPRESSED
    at = {key: i for i, key in enumerate(counts.series.iter_rows())}
    for (measure, *rest), part in at.items():
        whole = at.get((parts.get(measure, ""), *rest))
        if whole is None:
            continue
        both = (counts.status[:, :, part] == OK) & (counts.status[:, :, whole] == OK)
        others = counts.value[:, :, whole] - counts.value[:, :, part]
        status[:, :, part][both & (others > 0) & (others < threshold)] = SUPPRESSED
    value[status != OK] = 0.0
    return replace(
        counts, value=value, status=status, is_estimate=counts.is_estimate & (status == OK)
    )
