"""Indicator definitions (måltal): one TOML file each, found by their place, checked at load.

The folder is the theme and the file name is the id: ``etl/indicators/elderly/home_help_share.toml``
defines ``home_help_share`` in the theme ``elderly``. Nothing is registered anywhere else.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl.definitions import all_wrong, fault, not_toml, wrong
from etl.findings import Finding, PackageError
from etl.messages import say
from warehouse.schema import SECTORS, THEMES

FOLDER = Path(__file__).parent

Kind = Literal["count", "proportion", "rate", "mean", "published", "life_expectancy"]
Text = Field(min_length=3)
#: Kinds that need a denominator.
_DIVIDED = ("proportion", "rate", "mean", "life_expectancy")
_ID = re.compile(r"[a-z][a-z0-9_]*")
#: An age in a unit: "65+", "0–17 år", "aged 65".
_AGE = re.compile(r"\d+ ?(\+|[-–] ?\d|år)|aged")


#: What publishers' bands of five years, and the odd ones at either end, are put together to; those
#: that are parts of others first.
FIVE_YEAR_BANDS = {
    "0-4": ("0", "1-4"),
    "40-64": ("40-44", "45-49", "50-54", "55-59", "60-64"),
    "65-69": ("65-66", "67-69"),
    "65-79": ("65-69", "70-74", "75-79"),
    "90+": ("90-94", "95-99", "100+"),
    "85+": ("85-89", "90+"),
    "80+": ("80-84", "85+"),
    "75+": ("75-79", "80+"),
    "65+": ("65-79", "80+"),
}


class DerivedAge(BaseModel):
    """An age band made of delivered bands, e.g. 0-17 of 0-5, 6-16 and a third of 17-19.

    Parameters
    ----------
    parts : dict of str to float
        Share of each delivered band.
    is_estimate : bool
        True when a band is only taken in part, so that the sum is a guess and is marked as one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: dict[str, float] = Field(min_length=1)
    is_estimate: bool = False


class AreaCaveat(BaseModel):
    """What to be careful with in the figures of one municipality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    da: str = Text
    en: str = Text


class Indicator(BaseModel):
    """One indicator: what it counts, of whom, in which unit, and which way is good.

    Attributes
    ----------
    kind : str
        ``count`` (numerator alone), ``proportion`` (part of the denominator), ``rate`` (events per
        denominator), ``mean`` (events per person with one), ``published`` (a figure that comes
        without counts) or ``life_expectancy`` (years left at ``from_age``, worked out of deaths by
        population with a life table).
    layouts : tuple of str
        Layouts whose packages deliver it; empty means every package with the measure.
    numerator, denominator : str
        Measures as the layouts name them; a published indicator's numerator is its own id.
    numerator_age : str or None
        Fixes the numerator's age; the indicator is then about all ages.
    weight : dict of str to float
        Share of each population age band that a published share is about; it weighs the
        municipalities when they are brought together to an area.
    is_pooled : bool
        False of a published figure that no mean of municipalities gives (a life expectancy): it
        stands for the areas it is delivered for, and is not applicable to the others.
    from_age : int or None
        The age a life expectancy is for.
    period_years : int
        Years that each figure is of, the last of which is its period.
    has_interval : bool
        False where the counts do not vary like independent people (days, contacts) or are a full
        count, so that limits would mislead. Of a published share true says that it counts people,
        each once, and that ``weight`` is the people it is a share of; false when left out.
    five_year_bands : bool
        True to put bands of five years together to the wider ones pages speak of
        (``FIVE_YEAR_BANDS``), beside ``derived_ages``.
    unit, unit_da, unit_en : str
        Id and words. No age is named where the figures come by age: a row says its own.
    breaks : tuple of int
        First years of a new level in the source; a trend never runs across one.
    age_effect : str
        What older residents do to the crude figure: ``rises``, ``falls``, ``none`` (the area's ages
        have no part in it, so that better and worse may be said of it) or ``unknown``.
    age_effect_da, age_effect_en : str or None
        Why; not needed where it is unknown.
    is_full_count : bool
        Everybody is counted, so that a difference or a change is a fact and no matter of chance.
    counted_by : str
        ``residence`` (where people live), ``institution`` (where their school or the like lies) or
        ``authority`` (the municipality that handles the case).
    area_caveats : dict of str to AreaCaveat
        Municipality id → what to be careful with there; told only where it is shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    theme: str
    sort: int
    title_da: str = Text
    title_en: str = Text
    short_da: str = Text
    short_en: str = Text
    definition_da: str = Text
    definition_en: str = Text
    caveat_da: str | None = None
    caveat_en: str | None = None
    kind: Kind
    multiplier: float = Field(gt=0)
    unit: str = Text
    unit_da: str = Text
    unit_en: str = Text
    polarity: Literal["high_good", "high_bad", "neutral"]
    decimals: int = Field(ge=0, le=4)
    layouts: tuple[str, ...] = ()
    numerator: str
    denominator: str | None = None
    numerator_age: str | None = None
    from_age: int | None = Field(default=None, ge=0)
    period_years: int = Field(default=1, ge=1, le=10)
    is_pooled: bool = True
    default_age: str = "all"
    default_sector: str = "all"
    has_interval: bool = True
    trend_from: int | None = None
    breaks: tuple[int, ...] = ()
    age_effect: Literal["rises", "falls", "none", "unknown"] = "unknown"
    age_effect_da: str | None = None
    age_effect_en: str | None = None
    is_full_count: bool = False
    counted_by: Literal["residence", "institution", "authority"] = "residence"
    area_caveats: dict[str, AreaCaveat] = Field(default_factory=dict)
    weight: dict[str, float] = Field(default_factory=dict)
    derived_ages: dict[str, DerivedAge] = Field(default_factory=dict)

    five_year_bands: bool = False

    @model_validator(mode="before")
    @classmethod
    def _with_wider_bands(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("five_year_bands") is True:
            made = {age: {"parts": dict.fromkeys(of, 1)} for age, of in FIVE_YEAR_BANDS.items()}
            return data | {"derived_ages": made | dict(data.get("derived_ages", {}))}
        return data

    @model_validator(mode="before")
    @classmethod
    def _published_is_its_own_measure(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("kind") == "published":
            return {"numerator": data.get("id"), "has_interval": False} | data
        return data

    @model_validator(mode="after")
    def _fair(self) -> Indicator:
        said = {self.age_effect_da is None, self.age_effect_en is None}
        if said != {self.age_effect == "unknown"}:
            raise fault("indicator_age_effect", "age_effect, age_effect_da, age_effect_en")
        if self.is_full_count and self.has_interval:
            raise fault("indicator_full_count", "is_full_count")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Indicator:
        if not _ID.fullmatch(self.id):
            raise fault("indicator_id", "id")
        if self.theme not in THEMES:
            raise fault("indicator_theme", "theme", known=", ".join(THEMES))
        if self.default_sector not in SECTORS:
            raise fault("indicator_sector", "default_sector", known=", ".join(SECTORS))
        if (self.denominator is None) == (self.kind in _DIVIDED):
            missing = self.denominator is None
            key = "indicator_denominator" if missing else "indicator_no_denominator"
            raise fault(key, "denominator", kind=self.kind)
        if bool(self.weight) != (self.kind == "published" and self.is_pooled):
            raise fault("indicator_weight", "weight")
        if not self.is_pooled and (self.kind != "published" or self.has_interval):
            raise fault("indicator_not_pooled", "is_pooled")
        if (self.from_age is not None) != (self.kind == "life_expectancy"):
            raise fault("indicator_from_age", "from_age")
        if self.has_interval and self.kind in ("count", "mean"):
            raise fault("indicator_interval", "has_interval", kind=self.kind)
        if self.default_age != "all":
            for name in ("unit_da", "unit_en"):
                if _AGE.search(getattr(self, name)):
                    raise fault("indicator_unit_age", name)
        if (self.caveat_da is None) != (self.caveat_en is None):
            raise fault("indicator_caveat", "caveat_da, caveat_en")
        return self


def load_indicators(folder: Path | None = None) -> dict[str, Indicator]:
    """Load and check every definition, in id order.

    Parameters
    ----------
    folder : Path, optional
        Folder of theme folders; the project's own by default.

    Returns
    -------
    dict of str to Indicator

    Raises
    ------
    PackageError
        With one finding per wrong field, naming file and field.
    """
    folder = folder or FOLDER
    found: dict[str, Indicator] = {}
    problems: list[Finding] = []
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.toml")):
        name = path.relative_to(folder).as_posix()
        if path.stem in files:
            twice = say("indicator_twice", id=path.stem, file=files[path.stem])
            problems.append(wrong(name, "id", twice))
            continue
        files[path.stem] = name
        try:
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            reserved = {"id", "theme"} & fields.keys()
            if reserved:
                problems.append(wrong(name, min(reserved), say("indicator_place")))
                continue
            found[path.stem] = Indicator(id=path.stem, theme=path.parent.name, **fields)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(not_toml(name, error))
        except ValidationError as error:
            problems += all_wrong(error, name)
    if problems:
        raise PackageError(problems)
    return dict(sorted(found.items()))
