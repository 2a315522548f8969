"""The figures the demo is calibrated on: declared in TOML with their sources, checked at load."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

_FOLDER = Path(__file__).parent / "calibration"

YEARS = tuple(range(2015, 2026))
#: The finest age bands: every band of the four workbooks is a sum of some of them.
BANDS = ("0-5", "6-11", "12-17", "18-25", "26-39", "40-64", "65-79", "80+")
#: Bands by name, as positions in BANDS.
SCOPES: dict[str, tuple[int, ...]] = {
    "all": tuple(range(8)),
    "0-17": (0, 1, 2),
    "18-25": (3,),
    "0-25": (0, 1, 2, 3),
    "18-39": (3, 4),
    "18+": (3, 4, 5, 6, 7),
    "65+": (6, 7),
    **{band: (position,) for position, band in enumerate(BANDS)},
}

Points = dict[int, float]


def by_year(points: Points) -> NDArray[np.float64]:
    """Return the value of every demo year, interpolated linearly between the given years."""
    years = sorted(points)
    return np.interp(YEARS, years, [points[year] for year in years])


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Effects(_Strict):
    """How much one standard deviation moves the log odds (shares) or the log rate (events)."""

    deprivation: float = 0.0
    urban: float = 0.0
    own: float = 0.0  # lasting difference of the municipality's own
    slope: float = 0.0  # its own trend, per five years
    year: float = 0.0  # its own passing deviation of one year


class Level(_Strict):
    """The level which the ages of ``bands`` must meet together, in the country or in one region."""

    bands: Literal["all", "0-17", "18-25", "18+", "65+", "65-79", "80+"]
    unit: Literal["count", "per_cent", "per_1000", "per_parent"]
    points: Points
    region: str = "all"  # a region's area id, "others" (than those named) or "all"


class Measure(_Strict):
    """One quantity: its age curve, how the sexes and places differ, and its level by year."""

    kind: Literal["share", "events"]
    source: str
    title: str = ""
    curve: Annotated[list[float], Field(min_length=8, max_length=8)]
    women_per_man: PositiveFloat | list[float] = 1.0
    effects: Effects = Effects()
    memory: float = Field(0.0, ge=0, le=1)  # of chance: 1 = the same people every year
    dispersion: float = Field(1.5, gt=1)  # variance over mean of events
    levels: list[Level] = []
    national: Points = {}
    contacts_without_stay: float = 0.0


class Overlap(_Strict):
    """How the sectors overlap."""

    kind: Literal["overlap"]
    source: str
    other_practice_given_gp: float
    psychiatric_given_somatic: float
    hospital_given_municipal: float
    practice: Annotated[list[float], Field(min_length=4, max_length=4)]


class School(_Strict):
    """The two measures taken among pupils."""

    kind: Literal["school"]
    source: str
    examined_of_12_17: float
    surveyed_of_6_11: float
    surveyed_of_12_17: float
    overweight_per_cent: tuple[float, float]
    overweight_middle: float
    overweight_rise_per_year: float
    overweight_boys_odds: float
    low_wellbeing: Points
    low_wellbeing_girls_odds: float
    low_wellbeing_deprivation: float
    low_wellbeing_own: float


class PopulationSplit(_Strict):
    """National shares that split the age groups of FOLK1A; each list follows ``years``."""

    years: list[int]
    part_of_group: dict[str, list[float]]
    women: dict[str, list[float]]

    def at(self, shares: list[float]) -> NDArray[np.float64]:
        """Return one share for every demo year."""
        return np.interp(YEARS, self.years, shares)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def population_split() -> PopulationSplit:
    """Return the shares that split the population."""
    return PopulationSplit.model_validate(_read("population"))


@cache
def measures(name: str) -> dict[str, Measure]:
    """Return the quantities of one file: ``overview``, ``elderly``, ``chronic``, ``children``."""
    return {
        key: Measure.model_validate(table)
        for key, table in _read(name).items()
        if table["kind"] in ("share", "events")
    }


@cache
def overlap() -> Overlap:
    """Return how the sectors overlap."""
    return Overlap.model_validate(_read("overview")["overlap"])


@cache
def school() -> School:
    """Return the two measures taken among pupils."""
    return School.model_validate(_read("children")["school"])
