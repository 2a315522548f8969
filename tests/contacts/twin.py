"""The definitions once more: slow, obvious, a person at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import geo
from tests.contacts.making import Row

SECTORS = (
    "general_practice",
    "other_practice",
    "somatic_hospital",
    "psychiatric_hospital",
    "municipal_health",
)
AVOIDABLE = {
    "dehydration",
    "constipation",
    "lower_airways",
    "urinary_infection",
    "gastroenteritis",
    "fractures",
    "nutritional_anaemia",
    "social_care",
    "pressure_ulcers",
}
Key = tuple[Any, ...]


def age_band(born: dt.date, year: int) -> str:
    """The band of the age in whole years on 1 January."""
    age = year - born.year
    if (born.month, born.day) > (1, 1):
        age -= 1
    for first_too_old, band in ((18, "0-17"), (40, "18-39"), (65, "40-64"), (80, "65-79")):
        if age < first_too_old:
            return band
    return "80+"


def citizens(rows: Sequence[Row]) -> dict[Key, dict[str, int]]:
    """Level, area, year, sex, age -> every count of citizens and contacts that is not zero."""
    regions = dict(geo.municipalities().select("municipality_id", "region_2007").iter_rows())
    visited: dict[Key, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        year = row["start_time"].year
        who = (year, row["sex"], age_band(row["birth_date"], year))
        for level, area in (
            ("municipality", row["municipality"]),
            ("region", regions[row["municipality"]]),
            ("country", "dk"),
        ):
            visited[level, area, *who][row["person"]][row["sector"]] += 1
    answer = {}
    for key, people in visited.items():
        found: Counter[str] = Counter()
        for contacts in people.values():
            met = [
                {"general_practice", "other_practice"} & set(contacts),
                {"somatic_hospital", "psychiatric_hospital"} & set(contacts),
                {"municipal_health"} & set(contacts),
            ]
            found["citizens_all"] += 1
            number = ("none", "one_sector", "two_sectors", "three_sectors")[sum(map(bool, met))]
            found[f"citizens_{number}"] += 1
            for sector, times in contacts.items():
                found[f"citizens_{sector}"] += 1
                found[f"contacts_{sector}"] += times
        answer[key] = dict(found)
    return answer


def stays(rows: Sequence[Row]) -> dict[Key, dict[str, int]]:
    """Municipality, year, sex, age -> stays, admissions and readmissions that are not zero."""
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row["sector"] == "somatic_hospital":
            by_person[row["person"]].append(row)
    answer: dict[Key, Counter[str]] = defaultdict(Counter)
    for own in by_person.values():
        linked = _linked(own)
        for stay in linked:
            first = stay["first"]
            year = first["start_time"].year
            band = age_band(first["birth_date"], year)
            found = answer[first["municipality"], year, first["sex"], band]
            if first["acute"] and first["diagnosis_group"] in AVOIDABLE:
                found["avoidable_stays"] += 1
            if _admitted(stay):
                found["somatic_admissions"] += 1
                found["acute_readmissions"] += any(
                    _admitted(later)
                    and later["first"]["acute"]
                    and stay["end"] <= later["start"] <= stay["end"] + dt.timedelta(days=30)
                    for later in linked
                    if later is not stay
                )
    return {key: dict(+found) for key, found in answer.items()}


def _linked(attended: list[Row]) -> list[dict[str, Any]]:
    def order(row: Row) -> Key:
        listed = row["diagnosis_group"] in AVOIDABLE
        return row["start_time"], not row["acute"], not listed, row["municipality"]

    found: list[dict[str, Any]] = []
    for row in sorted(attended, key=order):
        start = row["start_time"]
        end = row["end_time"] or start
        if found and start - found[-1]["end"] <= dt.timedelta(hours=4):
            found[-1]["end"] = max(found[-1]["end"], end)
        else:
            found.append({"first": row, "start": start, "end": end})
    return found


def _admitted(stay: dict[str, Any]) -> bool:
    return bool(stay["end"] - stay["start"] >= dt.timedelta(hours=12))
