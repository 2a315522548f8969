"""Life expectancy of every area, from deaths and population by sex and age over some years."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any, Final

import numpy as np
import polars as pl

from etl.indicators.blocks import Block, worst
from etl.indicators.cube import NOT_APPLICABLE, OK, Codes, Cube, Floats
from etl.indicators.definition import Indicator
from etl.statistics import remaining_life_expectancy

#: Person-years below which a life table misleads. D. Eayres and E. S. Williams, "Evaluation of
#: methodologies for small area life expectancy estimation", Journal of Epidemiology and Community
#: Health 58 (2004) 243-249. They speak of all ages; here it is asked of the ages in the table.
FEWEST_PERSON_YEARS: Final = 5_000
_SEXES: Final = {"all": ("female", "male"), "female": ("female",), "male": ("male",)}


def by_life_table(indicator: Indicator, counts: Cube) -> Block | None:
    """Return the years left at ``indicator.from_age``, for each sex and both together.

    Parameters
    ----------
    indicator : Indicator
        Of kind ``life_expectancy``: numerator deaths in the year, denominator people on 1 January.
    counts : Cube
        Both by sex and age, over all areas.

    Returns
    -------
    Block or None
        One figure an area, year and sex: of the ``indicator.period_years`` years that end with it.
        None when the ages of the two cannot be put together.

    Notes
    -----
    People live in the year what is the mean of the two 1 January around it. Both sexes together
    are one table, of the deaths and the people of both.
    """
    ages = _bands(indicator, counts)
    if ages is None:
        return None
    starts = [int(age.rstrip("+").partition("-")[0]) for age in ages]
    found = [_figures(indicator, counts, ages, starts, sexes) for sexes in _SEXES.values()]
    stacked = {name: np.stack([one[name] for one in found], axis=-1) for name in found[0]}
    none = np.full(stacked["value"].shape, np.nan)
    series = {"sex": list(_SEXES), "age": "all", "sector": "all"}
    return Block(
        series=pl.DataFrame(series | {"standardisation": "crude"}),
        low=stacked["value"],
        high=stacked["value"],
        lower_at_high=stacked["lower"],
        upper_at_low=stacked["upper"],
        count=none,
        population=none,
        **stacked,  # type: ignore[arg-type]
    )


def _bands(indicator: Indicator, counts: Cube) -> list[str] | None:
    """Return the narrowest bands that both measures have from the age to the end of life."""
    by_sex = counts.series.filter(pl.col("sex") != "all", pl.col("sector") == "all")
    common = set.intersection(
        *(
            set(by_sex.filter(measure=measure, sex=sex)["age"])
            for measure in (indicator.numerator, indicator.denominator)
            for sex in _SEXES["all"]
        )
    )
    at: int | None = indicator.from_age
    found: list[str] = []
    while at is not None:
        begin = [age for age in common if age.startswith((f"{at}-", f"{at}+"))]
        if not begin:
            return None
        narrow = min(begin, key=lambda age: int(age.partition("-")[2] or 999))
        found.append(narrow)
        at = None if narrow.endswith("+") else int(narrow.partition("-")[2]) + 1
    return found if len(found) > 1 else None


def _figures(
    indicator: Indicator, counts: Cube, ages: list[str], starts: list[int], sexes: tuple[str, ...]
) -> dict[str, Any]:
    """Return values, limits and status of one life table, shape (A, P); its source, shape (P)."""
    deaths = _of(counts, indicator.numerator, ages, sexes)
    people = _of(counts, str(indicator.denominator), ages, sexes)
    shape = counts.value.shape[:2]
    figures = {name: np.full(shape, np.nan) for name in ("value", "lower", "upper")}
    status = np.full(shape, NOT_APPLICABLE, np.int8)
    present, estimate = np.zeros(shape, bool), np.zeros(shape, bool)
    source = np.full(shape[1], -1)
    position = {int(year): at for at, year in enumerate(counts.periods)}
    for year, at in position.items():
        wanted = range(year - indicator.period_years + 1, year + 2)
        around = [position[one] for one in wanted if one in position]
        if len(around) < len(wanted):
            continue
        during = around[:-1]
        present[:, at] = deaths.present[:, during].all(axis=(1, 2))
        present[:, at] &= people.present[:, around].all(axis=(1, 2))
        source[at] = max(deaths.source[during].max(), people.source[around].max())
        told = np.concatenate(
            [_flat(deaths.status[:, during]), _flat(people.status[:, around])], axis=1
        )
        status[:, at] = reduce(worst, told.T)
        estimate[:, at] = deaths.is_estimate[:, during].any(axis=(1, 2))
        estimate[:, at] |= people.is_estimate[:, around].any(axis=(1, 2))
        dead = _by_age(deaths.value[:, during].sum(axis=1), sexes)
        living = people.value[:, around]
        lived = _by_age((living[:, :-1] + living[:, 1:]).sum(axis=1) / 2, sexes)
        enough = (status[:, at] == OK) & (lived.sum(axis=-1) >= FEWEST_PERSON_YEARS)
        found = remaining_life_expectancy(dead[enough], lived[enough], starts)
        for name, values in figures.items():
            values[enough, at] = getattr(found, name)
    none = np.isnan(figures["value"])
    status = np.where(none & (status == OK), NOT_APPLICABLE, status).astype(np.int8)
    return figures | {
        "status": status,
        "is_estimate": estimate & ~none,
        "present": present,
        "source": source,
    }


def _of(counts: Cube, measure: str, ages: list[str], sexes: tuple[str, ...]) -> Cube:
    """Return the series of a measure, sexes one after another and the ages in order in each."""
    at = {key: i for i, key in enumerate(counts.series.select("measure", "sex", "age").rows())}
    rows = [at[measure, sex, age] for sex in sexes for age in ages]
    return replace(
        counts,
        series=counts.series[rows],
        value=counts.value[:, :, rows],
        status=counts.status[:, :, rows],
        is_estimate=counts.is_estimate[:, :, rows],
        present=counts.present[:, :, rows],
        source=counts.source[:, rows],
    )


def _flat(codes: Codes) -> Codes:
    return codes.reshape(len(codes), -1)


def _by_age(values: Floats, sexes: tuple[str, ...]) -> Floats:
    """Add the sexes of (A, sexes x ages) up to (A, ages)."""
    return np.asarray(values.reshape(len(values), len(sexes), -1).sum(axis=1))
