"""What stands out in an area: large, certain, and not its ages. Pure.

Three kinds of finding are told apart: a **level** (the area against the country), a **change** (the
area against its own first year) and a **spread** (the area's municipalities against each other).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, log
from typing import Any, Final

from dashboard.format import rounded

Row = Mapping[str, Any]
#: Share of all people by age band.
Ages = Mapping[str, float]

KINDS: Final = ("level", "change", "spread")
#: Per cent a number must differ, beyond what ages can explain, to be large. Municipalities are
#: compared by the two that lie farthest apart, so these must be farther apart.
LARGE: Final = {"level": 10.0, "change": 10.0, "spread": 25.0}
#: Years of life are as much as ten per cent of another number: nobody lives ten per cent longer.
LARGE_YEARS: Final = 1.0
#: Most findings told, and most of a kind.
MOST, MOST_OF_A_KIND = 6, 3
#: What an area's own population is told by: once of a kind.
_POPULATION: Final = "population"
#: A change of fewer years is a step, not a development.
_FEWEST_YEARS: Final = 3
#: An unfavourable difference is worth so much more of a reader's time than a neutral one.
_UNFAVOURABLE: Final = 1.5
#: What a change is worth, of one that nobody else has, where it is the same in the whole country.
_ALIKE: Final = 0.25
_OLD: Final = ("65-79", "80+")


@dataclass(frozen=True)
class Point:
    """One number: of an area, in a year; its limits are None where chance has no part in it."""

    value: float
    lower: float | None = None
    upper: float | None = None
    period: int = 0
    name: str = ""
    area_id: str = ""
    ages: Ages = field(default_factory=dict)
    is_estimate: bool = False


@dataclass(frozen=True)
class Subject:
    """One indicator's comparable numbers of an area: standardised over age where they can be.

    Attributes
    ----------
    indicator
        Its row: ``indicator_id, theme, unit, polarity, decimals, age_effect, is_full_count,
        has_interval, is_demo``.
    is_fair
        Whether the numbers are standardised over age.
    here, country
        The newest, of the same year; None where there is none.
    years, country_years
        Numbers that can be compared over the years, oldest first, without provisional ones.
    members
        The area's municipalities in the newest year.
    """

    indicator: Row
    is_fair: bool
    here: Point | None
    country: Point | None
    years: Sequence[Point] = ()
    country_years: Sequence[Point] = ()
    members: Sequence[Point] = ()

    @property
    def is_about_age(self) -> bool:
        """Whether the numbers are the population and its ages themselves."""
        return str(self.indicator["theme"]) == _POPULATION and self.indicator["is_full_count"]

    @property
    def age_plays_a_part(self) -> bool:
        """Whether an area's ages can move the numbers."""
        return not (self.is_fair or self.is_about_age or self.indicator["age_effect"] == "none")


@dataclass(frozen=True)
class Finding:
    """One thing that stands out.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    subject
        What it is about.
    value, other
        The number, and what it is compared with: the country, the first year, or the lowest
        municipality (``value`` is then the highest).
    percent
        How much higher (above zero) or lower ``value`` is than ``other``.
    verdict
        ``good`` or ``bad``; empty where high is neither, or the numbers are not fair.
    weight
        How important it is: how many times as far as a large difference.
    """

    kind: str
    subject: Subject
    value: Point
    other: Point
    percent: float
    verdict: str
    weight: float

    @property
    def is_estimate(self) -> bool:
        """Whether one of the numbers rests on an assumption."""
        return self.value.is_estimate or self.other.is_estimate

    @property
    def certainty(self) -> str:
        """``estimate``, ``counted`` (chance has no part in it) or ``clear``."""
        if self.is_estimate:
            return "estimate"
        return "counted" if self.subject.indicator["is_full_count"] else "clear"


def findings(subjects: Iterable[Subject], *, most: int = MOST) -> list[Finding]:
    """Return what stands out, the most important first.

    Parameters
    ----------
    subjects
        What is known of the area. Made-up figures are passed over.
    most
        How many at most.

    Returns
    -------
    list of Finding
        At most one an indicator, ``MOST_OF_A_KIND`` of a kind, and one of a kind about the
        population itself. An estimate must be twice as large as another number.

    Notes
    -----
    Ages are out of it: a number is standardised, or the indicator's file says that ages have no
    part in it; else the difference must be larger, and certainly larger, than ages could make it
    whatever the rates by age are (see :func:`explained`).
    """
    found = [
        one
        for subject in subjects
        if not subject.indicator["is_demo"]
        for make in (_level, _change, _spread)
        if (one := make(subject)) is not None
    ]
    found.sort(key=lambda f: (-f.weight, str(f.subject.indicator["indicator_id"]), f.kind))
    told: list[Finding] = []
    for one in found:
        alike = [other for other in told if other.kind == one.kind]
        name = one.subject.indicator["indicator_id"]
        population = one.subject.is_about_age and any(o.subject.is_about_age for o in alike)
        again = any(other.subject.indicator["indicator_id"] == name for other in told)
        if not (again or population or len(alike) == MOST_OF_A_KIND):
            told.append(one)
    return told[:most]


def explained(effect: str, here: Ages, there: Ages) -> tuple[float, float]:
    """Return between which ratios two numbers can lie by their people's ages alone.

    Parameters
    ----------
    effect
        What age does to the number: ``none``, ``rises``, ``falls`` or ``unknown``.
    here, there
        Shares of the people the number is about, by age band.

    Returns
    -------
    tuple of float
        ``(1, 1)`` where age has no part in it; without limits where the ages are not known.

    Notes
    -----
    With the same rates by age r, the ratio is ``Σ h_b r_b / Σ t_b r_b``, a weighted mean of the
    ratios ``h_b / t_b``: it lies between the smallest and the largest of them whatever the rates
    are. Where the number is known to rise with age, those of the old and no difference at all are
    enough; where it falls, those of everybody younger.
    """
    shared = [band for band in here if there.get(band)]
    if effect == "none":
        return 1.0, 1.0
    if not shared:
        return 0.0, inf
    ratios = {band: here[band] / there[band] for band in shared}
    if effect == "rises":
        ratios = {band: ratio for band, ratio in ratios.items() if band in _OLD}
    elif effect == "falls":
        young = [sum(a[b] for b in shared if b not in _OLD) for a in (here, there)]
        ratios = {"young": young[0] / young[1]} if young[1] else {}
    return min([1.0, *ratios.values()]), max([1.0, *ratios.values()])


def _level(subject: Subject) -> Finding | None:
    here, country = subject.here, subject.country
    if here is None or country is None or subject.indicator["unit"] == "persons":
        return None
    # The country's own chance is nothing beside an area's: it is taken as known.
    return _found("level", subject, here, Point(country.value, ages=country.ages))


def _change(subject: Subject) -> Finding | None:
    years = subject.years
    if len(years) < 2 or years[-1].period - years[0].period < _FEWEST_YEARS:
        return None
    found = _found("change", subject, years[-1], years[0])
    if found is None:
        return None
    # What has gone the same way everywhere says less about the area.
    known = {point.period: point.value for point in subject.country_years}
    first, last = (known.get(point.period) for point in (years[0], years[-1]))
    own = abs(log(years[-1].value / years[0].value))
    apart = abs(log(years[-1].value / years[0].value * first / last)) if first and last else own
    return replace(found, weight=found.weight * min(max(apart / own, _ALIKE), 1.0))


def _spread(subject: Subject) -> Finding | None:
    if subject.indicator["unit"] == "persons" or len(subject.members) < 2:
        return None
    ordered = sorted(subject.members, key=lambda point: point.value)
    return _found("spread", subject, ordered[-1], ordered[0])


def _found(kind: str, subject: Subject, value: Point, other: Point) -> Finding | None:
    """Return a finding where two numbers are far and certainly apart, beyond what ages explain."""
    if value.value <= 0 or other.value <= 0:
        return None
    decimals = int(subject.indicator["decimals"])
    # As the reader sees them, the two numbers must differ too.
    if rounded(value.value, decimals) == rounded(other.value, decimals):
        return None
    low, high = 1.0, 1.0
    if subject.age_plays_a_part:
        low, high = explained(str(subject.indicator["age_effect"]), value.ages, other.ages)
    ratio = value.value / other.value
    beyond = max(ratio / high, low / ratio)
    if subject.indicator["unit"] == "years":
        beyond = 1 + LARGE["level"] / 100 * abs(value.value - other.value) / LARGE_YEARS
    enough = LARGE[kind] * (2 if value.is_estimate or other.is_estimate else 1)
    if beyond < 1 + enough / 100 or not _is_certain(subject, value, other, low, high):
        return None
    polarity, verdict = str(subject.indicator["polarity"]), ""
    fair = subject.is_fair or subject.indicator["age_effect"] == "none"
    if fair and kind != "spread" and polarity in ("high_good", "high_bad"):
        verdict = "good" if (polarity == "high_good") == (ratio > 1) else "bad"
    weight = log(beyond) / log(1 + LARGE[kind] / 100)
    weight *= _UNFAVOURABLE if verdict == "bad" else 1
    return Finding(kind, subject, value, other, 100 * (ratio - 1), verdict, weight)


def _is_certain(subject: Subject, value: Point, other: Point, low: float, high: float) -> bool:
    """Return whether chance cannot have made two numbers lie outside what ages explain."""
    if subject.indicator["is_full_count"]:
        return True
    if value.lower is None or value.upper is None:
        return False
    ends = (
        (other.value, other.value)
        if other.lower is None or other.upper is None
        else (other.lower, other.upper)
    )
    return value.lower > high * ends[1] or value.upper < low * ends[0]
