"""The one order of age bands: ``all`` first, then by first age, the narrower band first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: The last age of a band without one (``80+``).
_OPEN: Final = 999


def age_key(age: str) -> tuple[int, int]:
    """Return what ages are sorted by.

    Parameters
    ----------
    age
        ``all`` or a band: ``0-17``, ``80+``, or one year, ``7``.

    Returns
    -------
    tuple of int
        First and last age; ``all`` is before every band.
    """
    first, last = re.match(r"[0-9]+", age), re.search(r"[0-9]+$", age)
    return int(first[0]) if first else -1, int(last[0]) if last else _OPEN


def in_order(ages: Iterable[str]) -> list[str]:
    """Return ages in their order, each once."""
    return sorted(set(ages), key=age_key)


def smallest_bands(ages: Iterable[str]) -> list[str]:
    """Return the age bands that hold no other band, youngest first: they never overlap."""
    limits = {age: age_key(age) for age in ages if age != "all"}
    return [
        age
        for age, (low, high) in sorted(limits.items(), key=lambda item: item[1])
        if not any(age != b and low <= y and z <= high for b, (y, z) in limits.items())
    ]


def order_by(column: str) -> str:
    """Return the same order for ``ORDER BY``: SQL that a column's ages are sorted by."""
    first, last = (
        f"TRY_CAST(regexp_extract({column}, '{p}') AS INT)" for p in ("^[0-9]+", "[0-9]+$")
    )
    return f"coalesce({first}, -1), coalesce({last}, {_OPEN})"
