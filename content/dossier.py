"""A health council's dossier: who it is made of, what moves to it, the figures for its plan.

``dossier.toml`` says which tasks and indicators. Only real figures are in it: where one is made up,
its indicator stands under ``made_up`` with the package that would bring a real one.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Protocol

from warehouse import Warehouse
from warehouse.read.comparisons import flows
from warehouse.read.slices import Slice, read

FILE = Path(__file__).with_suffix(".toml")
#: The councils, and the clusters they follow.
COUNCILS, CLUSTERS = "sundhedsraad-2027", "klynger-2022"
_COUNTRY = "dk"
_PEOPLE = "population"
#: What a made-up package's title has around the name of what it stands for.
_MADE_UP = re.compile(r"^DEMO\s*[-–]\s*|\s+\d{4}\s*[-–]\s*\d{4}$")

Row = Mapping[str, Any]


class Definitions(Protocol):
    """The small tables a dossier needs."""

    @property
    def indicators(self) -> Mapping[str, Row]:
        """Indicator id → its warehouse row."""

    @property
    def withheld(self) -> Mapping[str, Row]:
        """Those of made-up figures that are left out."""

    @property
    def areas(self) -> Mapping[str, Any]:
        """Area id → place, with ``region_id``."""


@dataclass(frozen=True)
class Member:
    """One municipality of a council.

    Attributes
    ----------
    id, name
        The municipality.
    clusters
        The clusters it belongs to until the end of 2026.
    persons
        Residents on 1 January, None where not known.
    seats
        Its seats in the council, None where the list has none.
    """

    id: str
    name: str
    clusters: tuple[str, ...]
    persons: float | None
    seats: int | None


@dataclass(frozen=True)
class Line:
    """One indicator of one age and year: the council, what it is compared with, its parts.

    Each row has ``area_id, value, lower, upper, status, is_estimate, is_projection`` and more;
    ``value`` is null where ``status`` is not ``ok``. ``region`` and ``country`` are None where
    there is no row.
    """

    indicator: str
    age: str
    period: int
    own: Row
    region: Row | None
    country: Row | None
    parts: tuple[Row, ...]

    @property
    def ends(self) -> tuple[Row, Row] | None:
        """The parts with the lowest and the highest number; None with fewer than two known."""
        known = [row for row in self.parts if row["value"] is not None]
        if len(known) < 2:
            return None
        return min(known, key=_value), max(known, key=_value)


@dataclass(frozen=True)
class Group:
    """Figures that belong together: a task that moves, or a part of the plan.

    ``made_up`` are the indicators left out, by the title of the package that would bring them.
    """

    id: str
    lines: tuple[Line, ...]
    made_up: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Dossier:
    """All of a council's dossier.

    Attributes
    ----------
    area
        Id of the council.
    members
        Its municipalities, those with most seats first.
    regional_seats
        Seats of the region, None where not known.
    is_unchanged
        Whether it covers the same municipalities as one cluster.
    years
        The year counted, then those projected.
    people
        Residents by age and year; those not published are not among them.
    tasks, plan
        See ``Group``.
    """

    area: str
    members: tuple[Member, ...]
    regional_seats: int | None
    is_unchanged: bool
    years: tuple[int, ...]
    people: tuple[Line, ...]
    tasks: tuple[Group, ...]
    plan: tuple[Group, ...]

    @property
    def seats(self) -> int | None:
        """All seats, None where some are not known."""
        each = [self.regional_seats, *(m.seats for m in self.members)]
        return None if None in each else sum(s for s in each if s is not None)

    @property
    def clusters(self) -> tuple[str, ...]:
        """The clusters the residents come from, in the members' order."""
        return tuple(dict.fromkeys(c for m in self.members for c in m.clusters))

    def of_age(self, age: str) -> dict[int, Line]:
        """Return the people of an age by year."""
        return {line.period: line for line in self.people if line.age == age}


@functools.cache
def _plan() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def ages() -> tuple[str, ...]:
    """Return the ages of the table of people."""
    return tuple(_plan()["ages"])


def dossier_of(wh: Warehouse, definitions: Definitions, area: str) -> Dossier | None:
    """Return the dossier of a health council; None for any other area.

    Parameters
    ----------
    wh
        The warehouse.
    definitions
        Its indicators and areas.
    area
        Area id.
    """
    everybody = flows(wh, CLUSTERS, COUNCILS).to_dicts()
    rows = [row for row in everybody if row["new_id"] == area]
    if not rows:
        return None
    members = _members(rows)
    old = {row["old_id"] for row in rows}
    # Of a cluster's residents every one, and of no cluster's residents a part.
    same = {(r["municipality_id"], r["share"]) for r in everybody if r["old_id"] in old}
    unchanged = len(old) == 1 and same == {(m.id, 1.0) for m in members}
    reader = _Reader(wh, definitions, area, tuple(m.id for m in members))
    wanted = _plan()
    return Dossier(
        area,
        members,
        rows[0]["regional_seats"],
        unchanged,
        reader.years(wanted["years"]),
        reader.people(wanted),
        tuple(map(reader.group, wanted["tasks"])),
        tuple(map(reader.group, wanted["plan"])),
    )


def _members(rows: Sequence[Row]) -> tuple[Member, ...]:
    by_id: dict[str, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row["municipality_id"], []).append(row)
    members = [
        Member(
            own,
            pieces[0]["municipality"],
            tuple(p["old_name"] for p in pieces),
            _sum([p["persons"] for p in pieces]),
            pieces[0]["seats"],
        )
        for own, pieces in by_id.items()
    ]
    return tuple(sorted(members, key=lambda m: (-(m.seats or 0), m.id)))


def _sum(numbers: Sequence[float | None]) -> float | None:
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None


class _Reader:
    """Reads the lines of one council."""

    def __init__(
        self, wh: Warehouse, definitions: Definitions, area: str, members: tuple[str, ...]
    ) -> None:
        self._wh, self._area, self._members = wh, area, members
        self._region = definitions.areas[area].region_id
        both = {**definitions.indicators, **definitions.withheld}
        self._real = {i: row for i, row in both.items() if not row["is_demo"]}
        self._made_up = [i for i, row in both.items() if row["is_demo"]]
        self._areas = tuple(dict.fromkeys(filter(None, (area, self._region, _COUNTRY, *members))))

    def years(self, projected: Iterable[int]) -> tuple[int, ...]:
        if _PEOPLE not in self._real:
            return tuple(projected)
        return (int(self._real[_PEOPLE]["last_period"]), *projected)

    def people(self, wanted: Mapping[str, Any]) -> tuple[Line, ...]:
        if _PEOPLE not in self._real:
            return ()
        now = [
            (_PEOPLE, age, year) for age in wanted["ages"] for year in self.years(wanted["years"])
        ]
        found = self._lines(now)
        oldest = wanted["oldest"]
        if oldest["indicator"] in self._real and not any(o.age == oldest["age"] for o in found):
            counted = int(self._real[oldest["indicator"]]["last_period"])
            found += self._lines([(oldest["indicator"], oldest["age"], counted)])
        return tuple(found)

    def group(self, wanted: Mapping[str, Any]) -> Group:
        patterns = wanted["indicators"]
        real = [i for p in patterns for i in self._real if fnmatchcase(i, p)]
        cuts = [
            (i, str(self._real[i]["default_age"]), int(self._real[i]["last_period"]))
            for i in dict.fromkeys(real)
        ]
        made_up = [i for p in patterns for i in self._made_up if fnmatchcase(i, p)]
        return Group(wanted["id"], tuple(self._lines(cuts)), self._packages(made_up))

    def _lines(self, cuts: Sequence[tuple[str, str, int]]) -> list[Line]:
        slices = {
            cut: Slice(
                cut[0], self._areas, cut[2], cut[1], str(self._real[cut[0]]["default_sector"])
            )
            for cut in cuts
        }
        numbers = read(self._wh, slices.values())
        lines = []
        for cut, piece in slices.items():
            rows = {row["area_id"]: _safe(row) for row in numbers[piece]}
            if self._area in rows:
                parts = tuple(rows[m] for m in self._members if m in rows)
                region = rows.get(self._region or "")
                lines.append(Line(*cut, rows[self._area], region, rows.get(_COUNTRY), parts))
        return lines

    def _packages(self, indicators: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the titles of the packages that made-up indicators stand for, and which."""
        rows = self._wh.rows(
            "SELECT DISTINCT s.indicator_id, p.title FROM indicator_sources s "
            "JOIN packages p USING (package_id) "
            "WHERE s.indicator_id IN (SELECT unnest(?::VARCHAR[]))",
            [list(indicators)],
        )
        titles = {row["indicator_id"]: _MADE_UP.sub("", row["title"]) for row in rows}
        found: dict[str, tuple[str, ...]] = {}
        for indicator in dict.fromkeys(indicators):
            title = titles.get(indicator, "")
            found[title] = (*found.get(title, ()), indicator)
        return found


def _safe(row: Row) -> Row:
    """Return a row without a number where it is not to be shown."""
    return row if row["status"] == "ok" else {**row, "value": None, "lower": None, "upper": None}


def _value(row: Row) -> float:
    return float(row["value"])
