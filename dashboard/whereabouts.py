"""Where an area lies: its municipality, cluster, health council and region. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.reference import Place, Reference

#: The geographies on the way. What is in force stands before what is over or still to come.
CLUSTERS, COUNCILS, MUNICIPALITIES = "klynger-2022", "sundhedsraad-2027", "kommuner"
REGIONS = ("regioner-2007", "regioner-2027")
COUNTRY = "land"


@dataclass(frozen=True)
class Step:
    """The areas of one geography that the area shown lies in, or that lie in it.

    Attributes
    ----------
    geography
        Whose areas.
    places
        The areas, in list order; one where the area shown lies whole in it.
    until
        The last day of the geography, ``None`` for one without an end.
    since
        Its first day, where that is still to come.
    is_here
        Whether it is the area shown itself.
    """

    geography: str
    places: Sequence[Place]
    until: date | None = None
    since: date | None = None
    is_here: bool = False


def steps(reference: Reference, area: Place, day: date) -> list[Step]:
    """Return the way from an area's municipalities over cluster, council and region to Denmark.

    Parameters
    ----------
    reference
        The places there are.
    area
        The area shown.
    day
        Decides which of clusters and councils comes first, and which regions there are.

    Returns
    -------
    list of Step
        From small to large; a kind of area that shares no municipality with it is left out.
    """
    first, second = in_order(reference, (CLUSTERS, COUNCILS), day)
    regions = in_order(reference, REGIONS, day)[0]
    own = reference.areas.get(area.region_id or "")
    if area.geography in REGIONS:
        regions = area.geography
    elif own and area.geography != MUNICIPALITIES:
        # A cluster belongs to a region of its time, a municipality to one of today.
        regions = own.geography
    way = [MUNICIPALITIES, first, second, regions, COUNTRY]
    # A geography of its own, such as the clusters of 2019, stands where its kind stands.
    if area.geography not in way:
        way.insert(1, area.geography)
    found = [_step(reference, area, geography, day) for geography in way]
    return [step for step in found if step.places]


def _step(reference: Reference, area: Place, geography: str, day: date) -> Step:
    row = reference.geographies.get(geography)
    if row is None:
        return Step(geography, ())
    here = area.geography == geography
    places = [area] if here else sharing(reference, area, geography)
    begins = row["valid_from"]
    since = begins if begins and begins > day else None
    return Step(geography, places, row["valid_to"], since, here)


def sharing(reference: Reference, area: Place, geography: str) -> list[Place]:
    """Return the areas of a geography that share municipalities with an area, in list order."""
    own = set(reference.municipalities_of(area.id)) or {area.id}
    found = {a for g, a, m, share in reference.catchments if g == geography and m in own and share}
    return [place for place in reference.areas_of(geography) if place.id in found]


def in_order(reference: Reference, geographies: Sequence[str], day: date) -> Sequence[str]:
    """Return geographies with those in force on a day before those that are over or to come."""

    def is_over(geography: str) -> bool:
        ends = reference.geographies.get(geography, {}).get("valid_to")
        return ends is not None and ends < day

    return sorted(geographies, key=is_over)
