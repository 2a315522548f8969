"""The 2013 European Standard Population, for any age bands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from etl.statistics._input import Floats

#: First age of each group and its persons per 100,000; the last group is open. Eurostat, *Revision
#: of the European Standard Population* (2013), the table for both sexes.
EUROPEAN_2013: dict[int, int] = {
    0: 1000,
    1: 4000,
    5: 5500,
    10: 5500,
    15: 5500,
    20: 6000,
    25: 6000,
    30: 6500,
    35: 7000,
    40: 7000,
    45: 7000,
    50: 7000,
    55: 6500,
    60: 6000,
    65: 5500,
    70: 5000,
    75: 4000,
    80: 2500,
    85: 1500,
    90: 800,
    95: 200,
}

_STARTS = list(EUROPEAN_2013)
_OPEN_FROM = _STARTS[-1]
_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))")


def european_standard_population(bands: Sequence[str]) -> Floats:
    """Return the persons of the 2013 European Standard Population in each age band.

    Parameters
    ----------
    bands
        Bands such as ``0-17``, ``65-79``, ``80+``, in any order, none overlapping. They need not
        cover all ages: standardised rates of the elderly use the elderly's part alone.

    Returns
    -------
    numpy.ndarray
        One number a band, of 100,000 in all ages. A band that cuts a five-year group takes its
        single years evenly.

    Raises
    ------
    ValueError
        On a label that is no band, bands that overlap, a cut within the open group 95+.
    """
    ranges = [_range(band) for band in bands]
    for (first, earlier), (second, later) in pairwise(sorted(zip(ranges, bands, strict=True))):
        if second[0] < first[1]:
            raise ValueError(f"age bands overlap: {earlier!r} and {later!r}")
    single = np.concatenate(
        [
            np.full(end - start, EUROPEAN_2013[start] / (end - start))
            for start, end in pairwise(_STARTS)
        ]
        + [np.array([float(EUROPEAN_2013[_OPEN_FROM])])]
    )
    return np.array([single[start:end].sum() for start, end in ranges])


def _range(band: str) -> tuple[int, int]:
    """Return first age and the age after the last; 96 stands for no end."""
    match = _BAND.fullmatch(band)
    if match is None:
        raise ValueError(f"{band!r} is no age band; write 0-17 or 80+")
    start, end = int(match[1]), _OPEN_FROM + 1 if match[3] else int(match[2]) + 1
    if end <= start:
        raise ValueError(f"age band {band!r} ends before it starts")
    if start > _OPEN_FROM or (match[2] and end > _OPEN_FROM):
        raise ValueError(f"age band {band!r} cuts the standard's open group {_OPEN_FROM}+")
    return start, end
