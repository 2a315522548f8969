"""Several years taken together, so that few people give a number that does not jump about.

Only published counts are added up, so nothing comes out that a reader could not work out alone. An
area with one hidden year is hidden altogether: a sum with a hole in it would be a wrong number, and
a sum with the hole filled would give the hidden year away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def pooled(
    rows: Iterable[Mapping[str, Any]], *, multiplier: float, first: int, last: int
) -> list[dict[str, Any]]:
    """Return shares and rates of some years taken together: all counts over all populations.

    No interval is given: many are the same people year after year, so that the sum is less certain
    than its size lets believe.

    Parameters
    ----------
    rows
        Published numbers of one indicator, as ``warehouse.slices.read`` gives them; those of other
        years and standardised ones are passed over.
    multiplier
        The indicator's unit: 100 for per cent, 1000 for per 1,000 ...
    first, last
        First and last year; every year between must be published.

    Returns
    -------
    list of dict
        One row an area, sex, age and sector, in the order they come: the last year's row with the
        pooled ``value, count, population, status, is_estimate``; the limits, the comparison and
        the trend are ``None``. Where a year is hidden or not delivered, value, count and
        population are ``None`` and the status says why.
    """
    years: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        if first <= row["period"] <= last and row["standardisation"] == "crude":
            key = tuple(
                row[column] for column in ("indicator_id", "area_id", "sex", "age", "sector")
            )
            years.setdefault(key, []).append(row)
    return [_together(own, multiplier, last, last - first + 1) for own in years.values()]


def _together(
    rows: Sequence[Mapping[str, Any]], multiplier: float, last: int, count: int
) -> dict[str, Any]:
    status = _status(rows, count)
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


def _status(rows: Sequence[Mapping[str, Any]], count: int) -> str:
    if len(rows) == count and all(
        row["status"] == "ok" and row["count"] is not None and (row["population"] or 0) > 0
        for row in rows
    ):
        return "ok"
    hidden = [row["status"] for row in rows if row["status"].startswith("suppressed")]
    if "suppressed_by_source" in hidden:
        return "suppressed_by_source"
    return "suppressed_secondary" if hidden else "missing"
