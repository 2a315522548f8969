"""Which areas stand beside each other, and how many people live in them. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import polars as pl

from dashboard import estimates, sentences
from dashboard.format import Numbers
from dashboard.reference import Place, Reference
from dashboard.rows import Row
from dashboard.text import Text
from dashboard.view import View
from warehouse.read.pages import measures

CLUSTERS = "klynger-2022"
COUNTRY = "dk"
#: The bands that cut everybody once; ``0-17`` and ``65+`` overlap them.
BANDS = ("0-5", "6-16", "17-19", "20-34", "35-64", "65-79", "80+")
OLD = ("65-79", "80+")
#: Older people as sentences and tables speak of them; 90+ where the population comes with it.
GROUPS = ("65+", "80+", "90+")
OLDEST = "90+"
_ORDER = {"area": 0, "region": 1, "other": 2, "country": 3}


class Seen(Protocol):
    """Who looks at what: the area shown, its region, and the words and numbers of the reader."""

    @property
    def area(self) -> Place:
        """The area shown."""

    @property
    def region(self) -> Place | None:
        """Its region."""

    @property
    def text(self) -> Text:
        """The catalogue."""

    @property
    def number(self) -> Numbers:
        """The number format."""


@dataclass(frozen=True)
class Peers:
    """Areas shown side by side: their geography, ids, level, and whether all of Denmark is."""

    geography: str
    ids: list[str]
    level: str
    is_whole: bool


def peers(reference: Reference, area: Place) -> Peers:
    """Return what is compared with each other for the area shown.

    The municipalities of a cluster, council or region; the clusters of the country, from 2027 its
    councils; for one municipality those of its cluster or council. An area of one municipality
    stands among its like.
    """
    ours = reference.known.default_geography
    if area.level == "country":
        level = str(reference.geographies[ours]["level"])
        return Peers(ours, list(reference.known.areas[ours]), level, True)
    home = home_of(reference, area)
    ids = sorted(reference.municipalities_of(home), key=list(reference.areas).index)
    if len(ids) > 1:
        return Peers("kommuner", ids, "municipality", False)
    like = reference.areas[home]
    return Peers(like.geography, list(reference.known.areas[like.geography]), like.level, True)


def home_of(reference: Reference, area: Place) -> str:
    """Return the area itself or, for a municipality, the cluster most of it belongs to.

    From 2027 it is the council: what is in force.
    """
    if area.level != "municipality":
        return area.id
    shares = [
        (share, home)
        for geography, home, municipality, share in reference.catchments
        if geography == reference.known.default_geography and municipality == area.id
    ]
    return max(shares)[1] if shares else area.id


def benchmarks(seen: Seen) -> list[str]:
    """Return the ids of the area, its region and the country, without repeats."""
    ids = [seen.area.id, seen.region.id if seen.region else None, COUNTRY]
    return list(dict.fromkeys(i for i in ids if i))


def roles(seen: Seen) -> dict[str, str]:
    """Return what each of the three is: area id → area, region or country."""
    region = {seen.region.id: "region"} if seen.region else {}
    return {COUNTRY: "country", seen.area.id: "area"} | region


def with_who(seen: Seen, rows: Iterable[Row]) -> list[Row]:
    """Add ``who``: area, region, country or other; the area first, the country last."""
    role = roles(seen)
    told = [row | {"who": role.get(row["area_id"], "other")} for row in rows]
    return sorted(told, key=lambda row: _ORDER[row["who"]])


@dataclass(frozen=True)
class People:
    """The population of the area, its region and the country in all years, with ``who``."""

    rows: list[Row]
    now: int

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows as a frame."""
        return pl.DataFrame(self.rows, infer_schema_length=None)

    def count(self, age: str, *, year: int | None = None, who: str = "area") -> float | None:
        """Return how many there are of an age, or ``None`` where it is not known."""
        return self._counts.get((who, year or self.now, age))

    def is_estimate(self, *ages: str, year: int | None = None, who: str = "area") -> bool:
        """Return whether the count of any of some ages is an estimate."""
        return any((who, year or self.now, age) in self._estimates for age in ages)

    @cached_property
    def _estimates(self) -> set[tuple[str, int, str]]:
        return {(r["who"], r["period"], r["age"]) for r in self.rows if estimates.is_estimate(r)}

    @cached_property
    def _counts(self) -> dict[tuple[str, int, str], float]:
        return {
            (r["who"], r["period"], r["age"]): r["value"] for r in self.rows if r["status"] == "ok"
        }

    def share(self, age: str, *, who: str = "area") -> float | None:
        """Return the per cent of everybody an age makes up now."""
        part, whole = self.count(age, who=who), self.count("all", who=who)
        return 100 * part / whole if part is not None and whole else None

    @property
    def groups(self) -> list[str]:
        """Groups of older people that are counted now, the widest first."""
        return [age for age in GROUPS if self.count(age) is not None]

    @property
    def old(self) -> tuple[str, ...]:
        """Age groups of the elderly to draw now and later."""
        return (*OLD, OLDEST) if OLDEST in self.groups else OLD

    @property
    def projected(self) -> list[int]:
        """Years that have not been measured."""
        return sorted({int(r["period"]) for r in self.rows if r["is_projection"]})


def behind(people: People | None, indicator: Mapping[str, Any], age: str) -> float | None:
    """Return how many of the area a number is about; ``None`` where the population has no such age.

    A number of all ages is about the children or the old where its topic is.
    """
    if age == "all":
        age = {"children": "0-17", "elderly": "65+"}.get(str(indicator["theme"]), age)
    return people.count(age) if people else None


def people_of(view: View) -> People | None:
    """Return the population of the area and what it is compared with, ``None`` without one."""
    row = view.reference.indicators.get("population")
    if row is None:
        return None
    frame = measures(view.warehouse, "population", area=benchmarks(view), age=None)
    return People(with_who(view, frame.to_dicts()), int(row["last_period"]))


def who_names(seen: Seen) -> dict[str, str]:
    """Return what region and country are called in a sentence."""
    names = {"region": seen.region.name} if seen.region else {}
    if seen.area.id != COUNTRY:
        names["country"] = seen.text("parts.whole_country")
    return names


def share_of(seen: Seen, people: People, age: str) -> str:
    """Return the per cent of everybody an age makes up now, as it is written."""
    mark = estimates.mark(seen.text, estimate=people.is_estimate(age, "all"))
    return seen.number.percent(people.share(age)) + mark


def expected(seen: Seen, people: People, age: str) -> list[str]:
    """Return a sentence for each projected year about people of an age."""
    said = [
        sentences.later(
            seen.text,
            seen.number,
            people.count(age),
            people.count(age, year=year),
            year=year,
            base=people.now,
            estimate=people.is_estimate(age, year=year),
        )
        for year in people.projected
    ]
    return [s for s in said if s]


def introduction(seen: Seen, people: People) -> list[str]:
    """Return who lives here, now and later, in a few sentences."""
    total = people.count("all")
    if total is None:
        return []
    mark = estimates.mark(seen.text, estimate=people.is_estimate("all"))
    return [
        seen.text("overblik.lives", count=seen.number(total), mark=mark, year=people.now),
        *old_people(seen, people, "80+", "overblik.old"),
        *expected(seen, people, "80+")[-1:],
    ]


def children(seen: Seen, people: People | None) -> list[str]:
    """Return how many children live here; empty where it is not known."""
    count = people.count("0-17") if people else None
    if people is None or count is None or people.share("0-17") is None:
        return []
    is_estimate = people.is_estimate("0-17")
    return [
        seen.text(
            "boern_og_unge.children",
            count=seen.number(sentences.roughly(count) if is_estimate else count),
            mark=estimates.mark(seen.text, estimate=is_estimate),
            share=share_of(seen, people, "0-17"),
            year=people.now,
        )
    ]


def old_people(seen: Seen, people: People, age: str, key: str) -> list[str]:
    """Return sentences of one age group: how many now, their share, and compared with others."""
    count, share = people.count(age), people.share(age)
    if count is None or share is None:
        return []
    shown = sentences.people(seen.text, seen.number, count, estimate=people.is_estimate(age))
    said = seen.text(key, count=shown, share=share_of(seen, people, age))
    others = {name: people.share(age, who=who) for who, name in who_names(seen).items()}
    compared = sentences.against(seen.text, seen.number, share, others)
    return [s for s in (said, compared) if s]
