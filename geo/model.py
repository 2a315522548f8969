"""What a geography is made of, and how a fault in its file is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from geo.messages import say
from geo.said import Said

#: How the source of the user's own boundary file begins; the file's name and, where the file has
#: one, its credit line follow.
OWN_FILE = "Egen grænsefil: "
#: Levels an area can have, coarsest first.
LEVELS = ("country", "region", "health_council", "cluster", "municipality")


@dataclass(frozen=True)
class Problem:
    """One fault in a file: where it is, what it is and how to mend it, in both languages.

    ``line`` is the line in the file as an editor shows it, counted from 1; None where the file
    has no lines.
    """

    file: str
    line: int | None
    what: Said
    mend: Said

    @classmethod
    def of(cls, message: str, file: str, line: int | None = None, /, **values: object) -> Problem:
        """Return a problem whose texts are a message of ``geo.messages`` with its values."""
        return cls(file, line, say(message, "what", **values), say(message, "mend", **values))

    def __str__(self) -> str:
        return self.told("en")

    def told(self, language: Literal["da", "en"]) -> str:
        """Return ``file, line N: what mend`` on one line."""
        da = language == "da"
        place = "" if self.line is None else f", {'linje' if da else 'line'} {self.line}"
        what, mend = (self.what.da, self.mend.da) if da else (self.what.en, self.mend.en)
        return f"{self.file}{place}: {what} {mend}"


class PlacesError(ValueError):
    """Files that say where things are and cannot be used; ``problems`` holds every fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class GeographyError(PlacesError):
    """Geography files that cannot be used, with every fault found in them."""


@dataclass(frozen=True)
class Area:
    """One area of a geography.

    ``region_id`` is the area id of the region it lies in, ``acute_hospital`` the acute hospital
    of a cluster; both are None where they have no meaning. ``regional_seats`` is how many seats
    the region has in a health council; None where the file says nothing of seats.
    """

    id: str
    name: str
    short_name: str
    region_id: str | None
    acute_hospital: str | None
    regional_seats: int | None = None


@dataclass(frozen=True)
class Membership:
    """One municipality's membership of one area.

    ``share`` is the part of its residents that belongs to the area, in (0, 1]. ``part`` names the
    districts of the municipality (``geo/districts.csv``) that the map draws in the area; None
    where the municipality is drawn whole. ``line`` is the line of the geography file. ``seats``
    is how many seats the municipality has in a health council; None as for the area.
    """

    area_id: str
    municipality_id: str
    share: float
    basis: str
    certainty: str
    source: str
    line: int
    part: str | None = None
    seats: int | None = None


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
