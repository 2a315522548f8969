"""Which areas stand beside each other, and how many people live in them. Knows no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard import sentences
from dashboard.reference import Place, Reference
from dashboard.view import View
from warehouse.pages import measures

#: Geography whose areas are compared with each other when the whole country is shown.
CLUSTERS = "klynger-2022"
COUNTRY = "dk"
#: The bands that cut everybody once; ``0-17`` and ``65+`` overlap them.
BANDS = ("0-5", "6-16", "17-19", "20-34", "35-64", "65-79", "80+")
OLD = ("65-79", "80+")


@dataclass(frozen=True)
class Peers:
    """Areas shown side by side: their ids in list order, and their level."""

    ids: list[str]
    level: str


def peers(reference: Reference, area: Place) -> Peers:
    """Return what is compared with each other for the area shown.

    The municipalities of a cluster, council or region; the clusters of the country; for one
    municipality those of its cluster. An area of one municipality stands among its like.
    """
    if area.level == "country":
        return Peers(list(reference.known.areas[CLUSTERS]), "cluster")
    home = area.id
    if area.level == "municipality":
        shares = [
            (share, a)
            for geography, a, m, share in reference.catchments
            if geography == CLUSTERS and m == area.id
        ]
        home = max(shares)[1] if shares else area.id
    ids = sorted(reference.municipalities_of(home), key=list(reference.areas).index)
    if len(ids) > 1:
        return Peers(ids, "municipality")
    like = reference.areas[home]
    return Peers(list(reference.known.areas[like.geography]), like.level)


def benchmarks(view: View) -> list[str]:
    """Return the ids of the area, its region and the country, without repeats."""
    ids = [view.area.id, view.region.id if view.region else None, COUNTRY]
    return list(dict.fromkeys(i for i in ids if i))


def with_who(view: View, frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``who``: area, region, country or other; the area first, the country last."""
    roles = {COUNTRY: "country"}
    if view.region:
        roles[view.region.id] = "region"
    roles[view.area.id] = "area"
    who = pl.col("area_id").replace_strict(roles, default="other", return_dtype=pl.String)
    order = pl.col("who").replace_strict(
        {"area": 0, "region": 1, "country": 3}, default=2, return_dtype=pl.Int8
    )
    return frame.with_columns(who=who).sort(order, maintain_order=True)


@dataclass(frozen=True)
class People:
    """The population of the area, its region and the country in all years, with ``who``."""

    frame: pl.DataFrame
    now: int

    def count(self, age: str, *, year: int | None = None, who: str = "area") -> float | None:
        """Return how many there are of an age, or ``None`` where it is not known."""
        rows = self.frame.filter(
            (pl.col("age") == age)
            & (pl.col("period") == (year or self.now))
            & (pl.col("who") == who)
            & (pl.col("status") == "ok")
        )
        return float(rows["value"][0]) if rows.height else None

    def share(self, age: str, *, who: str = "area") -> float | None:
        """Return the per cent of everybody an age makes up now."""
        part, whole = self.count(age, who=who), self.count("all", who=who)
        return 100 * part / whole if part is not None and whole else None

    @property
    def projected(self) -> list[int]:
        """Years that have not been measured."""
        years = self.frame.filter(pl.col("is_projection"))["period"].unique().sort()
        return [int(y) for y in years]


def people_of(view: View) -> People | None:
    """Return the population of the area and what it is compared with, ``None`` without one."""
    row = view.reference.indicators.get("population")
    if row is None:
        return None
    frame = measures(view.warehouse, "population", area=benchmarks(view), age=None)
    return People(with_who(view, frame), int(row["last_period"]))


def who_names(view: View) -> dict[str, str]:
    """Return what region and country are called in a sentence."""
    names = {"region": view.region.name} if view.region else {}
    if view.area.id != COUNTRY:
        names["country"] = view.text("parts.whole_country")
    return names


def old_people(view: View, people: People, age: str, key: str) -> list[str]:
    """Return sentences of one age group: how many now, their share, and compared with others."""
    count, share = people.count(age), people.share(age)
    if count is None or share is None:
        return []
    shown = sentences.people(view.text, view.number, count)
    said = view.text(key, count=shown, share=view.number.percent(share))
    others = {name: people.share(age, who=who) for who, name in who_names(view).items()}
    compared = sentences.against(view.text, view.number, share, others)
    return [s for s in (said, compared) if s]
