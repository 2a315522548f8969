"""What ageing alone does to need: today's use in each age group, carried forward. Pure.

Not a forecast. Each age group uses what it uses today, and only the number of people changes. The
change is split without remainder into more people and an older make-up of them (E. M. Kitagawa,
"Components of a difference between two rates", Journal of the American Statistical Association 50,
1955), and a lower use in each age group can be tried out on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: The age groups the projection knows.
AGES = ("65-79", "80+")
_UNKNOWN = dict.fromkeys(("now", "then", "more", "per_cent", "by_people", "by_age", "by_health"))


def carried_forward(
    use: Iterable[Mapping[str, Any]],
    people: Iterable[Mapping[str, Any]],
    *,
    base: int,
    healthier: float = 0.0,
) -> list[dict[str, Any]]:
    """Carry today's use forward on a projection of people.

    Parameters
    ----------
    use
        One row an area, use and age group: ``area_id, use, age, per_person``; ``None`` where
        hidden. ``is_estimate`` where the number is one.
    people
        One row an area, age group and year: ``area_id, age, period, persons``, and the same.
    base
        The year that is "today"; every later year in ``people`` is carried forward to.
    healthier
        Per cent a year by which use falls in every age group, 0 for as today.

    Returns
    -------
    list of dict
        One row an area, use and year, sorted: ``area_id, use, period, now, then, more, per_cent,
        is_estimate, by_people, by_age, by_health``. ``more`` is the sum of the last three: more
        people (at the mean make-up), an older make-up (at the mean number), and healthier ageing.
        All are ``None`` where the use or the people of any age group are not known; the two parts
        and the per cent also where there is nobody, or no use today.

    Raises
    ------
    ValueError
        When ``healthier`` is not from 0 to 100.
    """
    if not 0 <= healthier <= 100:
        raise ValueError(f"healthier is per cent a year, from 0 to 100, not {healthier}")
    persons: dict[tuple[str, str, int], float | None] = {}
    rates: dict[tuple[str, str], dict[str, float | None]] = {}
    estimated: set[object] = set()
    for row in people:
        persons[row["area_id"], row["age"], int(row["period"])] = row["persons"]
        if row.get("is_estimate"):
            estimated.add((row["area_id"], int(row["period"])))
    for row in use:
        rates.setdefault((row["area_id"], row["use"]), {})[row["age"]] = row["per_person"]
        if row.get("is_estimate"):
            estimated.add((row["area_id"], row["use"]))
    years = sorted({year for _, _, year in persons if year > base})
    out = []
    for area, what in sorted(rates):
        # Every age group of every year must be there: one left out would look like nobody.
        rate = [rates[area, what].get(age) for age in AGES]
        before = [persons.get((area, age, base)) for age in AGES]
        for year in years:
            after = [persons.get((area, age, year)) for age in AGES]
            kept = (1 - healthier / 100) ** (year - base)
            found = _forward(rate, before, after, kept)
            rests_on = {(area, what), (area, base), (area, year)}
            is_estimate = found["then"] is not None and bool(rests_on & estimated)
            key = {"area_id": area, "use": what, "period": year}
            out.append(key | found | {"is_estimate": is_estimate})
    return out


def _forward(
    rate: list[float | None], before: list[float | None], after: list[float | None], kept: float
) -> dict[str, float | None]:
    """Carry one use of one area to one year; ``kept`` is what healthier ageing leaves of it."""
    if None in (*rate, *before, *after):
        return dict(_UNKNOWN)
    n0, n1 = sum(before), sum(after)  # type: ignore[arg-type]
    u0, u1 = (
        sum(r * n for r, n in zip(rate, there, strict=True))  # type: ignore[operator, misc]
        for there in (before, after)
    )
    then = u1 * kept
    is_anybody = n0 > 0 and n1 > 0
    return {
        "now": u0,
        "then": then,
        "more": then - u0,
        "per_cent": 100 * (then / u0 - 1) if u0 > 0 else None,
        "by_people": (n1 - n0) * (u0 / n0 + u1 / n1) / 2 if is_anybody else None,
        "by_age": (u1 / n1 - u0 / n0) * (n0 + n1) / 2 if is_anybody else None,
        "by_health": u1 * (kept - 1),
    }
