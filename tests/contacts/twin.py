"""The definitions once more: slow, obvious, a person at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

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
    """Municipality, year, sex, age -> every count of citizens that is not zero."""
    person_years: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        person_years[row["person"], row["start_time"].year].append(row)
    answer: dict[Key, Counter[str]] = defaultdict(Counter)
    for (_, year), own in person_years.items():
        said = [row["residence_1_january"] for row in own if row.get("residence_1_january")]
        first = min(own, key=lambda row: (row["start_time"], row["municipality"]))
        home = min(said) if said else first["municipality"]
        contacts = {row["sector"] for row in own}
        met = [
            {"general_practice", "other_practice"} & contacts,
            {"somatic_hospital", "psychiatric_hospital"} & contacts,
            {"municipal_health"} & contacts,
        ]
        found = answer[home, year, own[0]["sex"], age_band(own[0]["birth_date"], year)]
        number = ("none", "one_sector", "two_sectors", "three_sectors")[sum(map(bool, met))]
        found.update(["citizens_all", f"citizens_{number}"])
        found.update(f"citizens_{sector}" for sector in contacts)
    return {key: dict(found) for key, found in answer.items()}


def contacts(rows: Sequence[Row]) -> dict[Key, dict[str, int]]:
    """Municipality, year, sex, age -> every count of contacts that is not zero."""
    answer: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in rows:
        year = row["start_time"].year
        where = (row["municipality"], year, row["sex"], age_band(row["birth_date"], year))
        answer[where][f"contacts_{row['sector']}"] += 1
    return {key: dict(found) for key, found in answer.items()}


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
                    and stay["end"] <= later["start"]
                    and clock(later["start"]) <= clock(stay["end"]) + dt.timedelta(days=30)
                    for later in linked
                    if later is not stay
                )
    return {key: dict(+found) for key, found in answer.items() if +found}


def moment(said: dt.datetime, *, again: bool = False) -> dt.datetime:
    """When a Danish clock says a time; ``again`` in the second of autumn's two hours."""
    danish = said.replace(tzinfo=ZoneInfo("Europe/Copenhagen"), fold=int(again))
    return danish.astimezone(dt.UTC)


def clock(when: dt.datetime) -> dt.datetime:
    """What a Danish clock says then."""
    return when.astimezone(ZoneInfo("Europe/Copenhagen")).replace(tzinfo=None)


def ended(row: Row) -> dt.datetime:
    """When a contact ended; it has lasted no time where that is not known."""
    start, end = row["start_time"], row["end_time"] or row["start_time"]
    return max(moment(start), moment(end, again=end < start))


def _linked(attended: list[Row]) -> list[dict[str, Any]]:
    def order(row: Row) -> Key:
        listed = row["diagnosis_group"] in AVOIDABLE
        when = moment(row["start_time"])
        return when, not row["acute"], not listed, row["municipality"], row["sex"]

    found: list[dict[str, Any]] = []
    for row in sorted(attended, key=order):
        start, end = moment(row["start_time"]), ended(row)
        if found and start - found[-1]["end"] <= dt.timedelta(hours=4):
            found[-1]["end"] = max(found[-1]["end"], end)
        else:
            found.append({"first": row, "start": start, "end": end})
    return found


def _admitted(stay: dict[str, Any]) -> bool:
    return bool(stay["end"] - stay["start"] >= dt.timedelta(hours=12))
