"""Rates and ratios that two areas of different age can be compared by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from etl.statistics._input import Floats, check_confidence, floats, plain, populated, strata
from etl.statistics.intervals import Interval, check_multiplier
from warehouse.read.intervals import EXACT_BELOW, count_limits


def directly_standardised_rate(
    count: ArrayLike,
    n: ArrayLike,
    standard: ArrayLike,
    multiplier: float = 100_000,
    confidence: float = 0.95,
) -> Interval:
    """Return the rate an area would have with the standard's ages, with Dobson's limits.

    Parameters
    ----------
    count, n
        Events and persons; the last axis is strata (age, or sex and age), any axes before it are
        areas, years ... One shape.
    standard
        The standard population by stratum, of any total: `count`'s shape or the last axis alone.
    multiplier
        100,000 for "per 100,000".
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        With one axis less than `count`. NaN, value included, below 10 events in all (the sources
        give no rate there) and where any stratum is unknown.

    Raises
    ------
    ValueError
        On negatives, no strata, a stratum without people, a standard that sums to 0, lengths that
        do not match, confidence outside (0, 1).

    Notes
    -----
    Value ``Σ wᵢ Oᵢ/nᵢ / Σ wᵢ``; limits ``value + √(Var / Var(O)) (O_limit - O)`` with
    ``Var = Σ wᵢ² Oᵢ/nᵢ² / (Σ wᵢ)²``, ``Var(O) = O = Σ Oᵢ`` and Byar's limits of O. A. J. Dobson,
    K. Kuulasmaa, E. Eberle and J. Scherer, "Confidence intervals for weighted sums of Poisson
    parameters", Statistics in Medicine 10 (1991) 457-462; Public Health England's technical guide
    on confidence intervals (2018) for the limit of 10 events.
    """
    check_multiplier(multiplier)
    check_confidence(confidence)
    events, people, weights = strata(
        count=floats(count, "count"), n=floats(n, "n"), standard=floats(standard, "standard")
    )
    if people.shape != np.shape(n):
        raise ValueError(f"lengths do not match: count {events.shape}, n {np.shape(n)}")
    populated(people, "n")
    total_weight = weights.sum(axis=-1)
    if (total_weight == 0).any():
        raise ValueError("standard sums to 0; give the standard population's persons by stratum")
    # a hundred times a tenth is ten, though not quite in binary
    total = np.round(events.sum(axis=-1), 9)
    value = (weights * events / people).sum(axis=-1) / total_weight
    variance = (weights**2 * events / people**2).sum(axis=-1) / total_weight**2
    lower, upper = count_limits(total, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        stretch = np.sqrt(variance / total)
    enough = total >= EXACT_BELOW
    limits = (value, value + stretch * (lower - total), value + stretch * (upper - total))
    return Interval(*(plain(np.where(enough, part * multiplier, np.nan)) for part in limits))


def indirectly_standardised_ratio(
    count: ArrayLike,
    n: ArrayLike,
    ref_count: ArrayLike,
    ref_n: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Return the ratio of events seen to events expected at the reference's rates.

    Parameters
    ----------
    count
        Events by stratum, in `n`'s shape; or the total, with one axis less than `n` (the method
        needs no more).
    n
        Persons; the last axis is strata.
    ref_count, ref_n
        Events and persons of the reference (the country) by stratum: `n`'s shape or the last axis
        alone.
    confidence
        Of the two-sided interval.

    Returns
    -------
    Interval
        1 means as many as expected (multiply by 100 for the customary index). NaN where nothing
        is expected or something is unknown.

    Raises
    ------
    ValueError
        On negatives, no strata, a reference stratum without people, lengths that do not match,
        confidence outside (0, 1).

    Notes
    -----
    ``O / E`` with ``E = Σ nᵢ ref_countᵢ / ref_nᵢ``; limits are those of the count O over E: exact
    below 10, Byar from 10 (Breslow and Day 1987; Public Health England 2018).
    """
    observed, expected, _ = _observed_expected(count, n, ref_count, ref_n)
    lower, upper = count_limits(observed, check_confidence(confidence))
    with np.errstate(invalid="ignore", divide="ignore"):
        per = np.where(expected > 0, 1 / expected, np.nan)
    return Interval(plain(observed * per), plain(lower * per), plain(upper * per))


def indirectly_standardised_rate(  # noqa: PLR0917 (the order of the other three, with one more)
    count: ArrayLike,
    n: ArrayLike,
    ref_count: ArrayLike,
    ref_n: ArrayLike,
    multiplier: float = 100_000,
    confidence: float = 0.95,
) -> Interval:
    """Return the indirectly standardised ratio times the reference's crude rate.

    Parameters, errors and source are those of :func:`indirectly_standardised_ratio`; the result is
    per `multiplier`.
    """
    check_multiplier(multiplier)
    ratio = indirectly_standardised_ratio(count, n, ref_count, ref_n, confidence)
    crude = _observed_expected(count, n, ref_count, ref_n)[2] * multiplier
    return Interval(
        plain(ratio.value * crude), plain(ratio.lower * crude), plain(ratio.upper * crude)
    )


def _observed_expected(
    count: ArrayLike, n: ArrayLike, ref_count: ArrayLike, ref_n: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return events seen, events expected and the reference's crude rate, a row each."""
    people, ref_events, ref_people = strata(
        n=floats(n, "n"),
        ref_count=floats(ref_count, "ref_count"),
        ref_n=floats(ref_n, "ref_n"),
    )
    populated(ref_people, "ref_n")
    events = floats(count, "count")
    if events.shape == people.shape:
        observed = events.sum(axis=-1)
    elif events.shape == people.shape[:-1]:
        observed = events
    else:
        raise ValueError(f"lengths do not match: count {events.shape}, n {people.shape}")
    expected = (people * ref_events / ref_people).sum(axis=-1)
    crude = ref_events.sum(axis=-1) / ref_people.sum(axis=-1)
    return observed, expected, crude
