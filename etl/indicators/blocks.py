"""One indicator's numbers before they are a table: values, limits, what they can be, status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from etl.indicators.benchmarks import Span
from etl.indicators.cube import (
    BY_SOURCE,
    MISSING,
    NOT_APPLICABLE,
    OK,
    SUPPRESSED,
    SUPPRESSED_SECONDARY,
    Bools,
    Codes,
    Floats,
    Ints,
)
from warehouse.schema import STATUSES

#: Of two reasons why a number is not there, the one that is told.
_PRECEDENCE: Final = np.array(
    [
        {
            OK: 0,
            NOT_APPLICABLE: 1,
            BY_SOURCE: 2,
            SUPPRESSED_SECONDARY: 3,
            SUPPRESSED: 4,
            MISSING: 5,
        }[code]
        for code in range(len(STATUSES))
    ],
    np.int8,
)


@dataclass(frozen=True)
class Block:
    """One indicator's numbers of one standardisation: areas x periods x series.

    Arrays have the shape (A, P, S); NaN is "no number". ``source`` has the shape (P, S). Where a
    part is hidden, ``low`` and ``high`` are the least and the most that the value can be, and
    ``lower`` and ``upper`` hold for all between; ``lower_at_high`` and ``upper_at_low`` are the
    other two limits. ``standard`` is the position in ``standards`` of what a number is standardised
    to, -1 for nothing; None where none is.
    """

    series: pl.DataFrame  # sex, age, sector, standardisation
    value: Floats
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    lower_at_high: Floats
    upper_at_low: Floats
    count: Floats
    population: Floats
    status: Codes
    is_estimate: Bools
    present: Bools
    source: Ints
    standard: npt.NDArray[np.integer] | None = None
    standards: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The values and limits that comparisons are made with."""
        return Span(*(getattr(self, name) for name in Span.__dataclass_fields__))


def worst(first: Codes, second: Codes) -> Codes:
    """Return, of two reasons why a number is not there, the one that is told."""
    return np.where(_PRECEDENCE[first] >= _PRECEDENCE[second], first, second).astype(np.int8)
