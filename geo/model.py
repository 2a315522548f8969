"""What a geography is made of, and how a fault in its file is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Levels an area can have, coarsest first.
LEVELS = ("country", "region", "health_council", "cluster", "municipality")


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a geography file: where it is, what it is and how to mend it.

    ``line`` is the line in the file as an editor shows it, counted from 1.
    """

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}. {self.mend}."


class GeographyError(ValueError):
    """Geography files that cannot be used; ``problems`` holds every fault found in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Area:
    """One area of a geography.

    ``region_id`` is the area id of the region it lies in, ``acute_hospital`` the acute hospital
    of a cluster; both are None where they have no meaning.
    """

    id: str
    name: str
    short_name: str
    region_id: str | None
    acute_hospital: str | None


@dataclass(frozen=True)
class Membership:
    """One municipality's membership of one area.

    ``share`` is the part of its residents that belongs to the area, in (0, 1]. ``part`` names the
    districts of the municipality (``geo/districts.csv``) that the map draws in the area; None
    where the municipality is drawn whole. ``line`` is the line of the geography file.
    """

    area_id: str
    municipality_id: str
    share: float
    basis: str
    certainty: str
    source: str
    line: int
    part: str | None = None


@dataclass(frozen=True)
class Geography:
    """One versioned way to group the 98 municipalities (inddeling).

    ``areas`` come in the order they are listed in; the shares of a municipality over
    ``memberships`` add up to 1. ``valid_to`` is the last day in force, None when none is known.
    """

    id: str
    level: str
    title_da: str
    title_en: str
    valid_from: date
    valid_to: date | None
    source: str
    note_da: str
    note_en: str
    sort: int
    areas: tuple[Area, ...]
    memberships: tuple[Membership, ...]
