"""Several years taken together, so that few people give a number that does not jump about.

Only published counts are added up, so nothing comes out that a reader could not work out alone. An
area with one hidden year is hidden altogether: a sum with a hole in it would be a wrong number, and
a sum with the hole filled would give the hidden year away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from warehouse.read.intervals import Floats, count_limits, wilson_limits

_KEY = ("indicator_id", "area_id", "sex", "age", "sector")


def pooled(
    rows: Iterable[Mapping[str, Any]],
    *,
    multiplier: float,
    first: int,
    last: int,
    kind: str | None = None,
    benchmark: str | None = None,
) -> list[dict[str, Any]]:
    """Return shares and rates of some years taken together: all counts over all populations.

    Parameters
    ----------
    rows
        Published numbers of one indicator, as ``warehouse.read.slices.read`` gives them; those of
        other
        years and standardised ones are passed over.
    multiplier
        The indicator's unit: 100 for per cent, 1000 for per 1,000 ...
    first, last
        First and last year; every year between must be published.
    kind
        The indicator's kind where it has an interval: ``proportion`` has Wilson's limits, ``rate``
        Byar's, as in a single year (:mod:`warehouse.read.intervals`). No other kind has any.
    benchmark
        Area whose number of the same sex, age and sector each is compared with.

    Returns
    -------
    list of dict
        One row an area, sex, age and sector, in the order they come: the last year's row with the
        pooled ``value, lower, upper, count, population, status, is_estimate``; ``vs_country`` is
        ``lower``, ``similar`` or ``higher`` than the benchmark, the trend ``None``. Where a year is
        hidden or not delivered, all numbers are ``None`` and the status says why.

    Notes
    -----
    The limits take the years for different people. Where the same ones are counted again each
    year, as with a disease that lasts, the sum is less certain than they say; so a difference from
    the benchmark is only claimed when an average year alone, with its wider limits, shows it.
    """
    years: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        if first <= row["period"] <= last and row["standardisation"] == "crude":
            years.setdefault(tuple(row[column] for column in _KEY), []).append(row)
    number = last - first + 1
    out = [_together(own, multiplier, last, number) for own in years.values()]
    known = [row for row in out if row["status"] == "ok"]
    if kind is not None and known:
        count, people = (
            np.array([row[c] for row in known], float) for c in ("count", "population")
        )
        lower, upper = _limits(kind, count, people, multiplier)
        for row, low, high in zip(known, lower.tolist(), upper.tolist(), strict=True):
            row["lower"], row["upper"] = low, high
        cautious = _limits(kind, count / number, people / number, multiplier)
        _compare(known, *cautious, benchmark)
    return out


def _limits(kind: str, count: Floats, people: Floats, multiplier: float) -> tuple[Floats, Floats]:
    if kind == "proportion":
        # A source that rounds both may deliver a few people more than there are.
        lower, upper = wilson_limits(np.minimum(count, people), people)
        return lower * multiplier, upper * multiplier
    if kind == "rate":
        lower, upper = count_limits(count)
        return lower / people * multiplier, upper / people * multiplier
    raise ValueError(f"a {kind} has no interval; only a proportion or a rate has")


def _compare(
    rows: Sequence[dict[str, Any]], lower: Floats, upper: Floats, benchmark: str | None
) -> None:
    """Say where an interval lies wholly above or below the benchmark's number."""
    marks = {_cut(row): row["value"] for row in rows if row["area_id"] == benchmark}
    for row, low, high in zip(rows, lower, upper, strict=True):
        mark = marks.get(_cut(row))
        if mark is not None and row["area_id"] != benchmark:
            row["vs_country"] = "higher" if low > mark else "lower" if high < mark else "similar"


def _cut(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["indicator_id"], row["sex"], row["age"], row["sector"]


def _together(
    rows: Sequence[Mapping[str, Any]], multiplier: float, last: int, number: int
) -> dict[str, Any]:
    status = _status(rows, number)
    out = {
        **rows[-1],
        "period": last,
        "value": None,
        "count": None,
        "population": None,
        "status": status,
        "is_estimate": any(row["is_estimate"] for row in rows),
        "is_projection": False,
        **dict.fromkeys(("lower", "upper", "vs_country", "trend")),
    }
    if status == "ok":
        out["count"] = sum(row["count"] for row in rows)
        out["population"] = sum(row["population"] for row in rows)
        out["value"] = multiplier * out["count"] / out["population"]
    return out


def _status(rows: Sequence[Mapping[str, Any]], number: int) -> str:
    if len(rows) == number and all(
        row["status"] == "ok" and row["count"] is not None and (row["population"] or 0) > 0
        for row in rows
    ):
        return "ok"
    hidden = [row["status"] for row in rows if row["status"].startswith("suppressed")]
    if "suppressed_by_source" in hidden:
        return "suppressed_by_source"
    return "suppressed_secondary" if hidden else "missing"
