"""Shares and rates of safe counts, with limits that hold for all that a hidden part can be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from etl.indicators.benchmarks import Span
from etl.indicators.blocks import Block, worst
from etl.indicators.cube import NOT_APPLICABLE, OK, Bools, Cube, Floats, Ints
from etl.indicators.definition import Indicator
from etl.statistics import proportion, rate


@dataclass(frozen=True)
class Reach:
    """What numerators and denominators can be, shape (A, P, S), whether they are shown or not."""

    count_low: Floats
    count_high: Floats
    n_low: Floats
    n_high: Floats

    @classmethod
    def of(cls, indicator: Indicator, cube: Cube, rows: Ints, below: Ints) -> Reach:
        """Take the ranges of a cube, or its values where nothing is hidden."""
        low = cube.value if cube.low is None else cube.low
        high = cube.value if cube.high is None else cube.high
        ends = low[:, :, rows], high[:, :, rows], low[:, :, below], high[:, :, below]
        if indicator.kind == "proportion":
            # a source that rounds both may deliver a few people more than there are
            return cls(np.minimum(ends[0], ends[3]), np.minimum(ends[1], ends[2]), *ends[2:])
        return cls(*ends)

    @property
    def is_wide(self) -> Bools:
        """Where a part is hidden."""
        wide: Bools = (self.count_low != self.count_high) | (self.n_low != self.n_high)
        return wide


def ratio(indicator: Indicator, cube: Cube, rows: Ints, below: Ints) -> tuple[Block, Reach]:
    """Return numerator over denominator, and what the two can be.

    What is hidden in either is hidden in all that follows.

    Parameters
    ----------
    indicator : Indicator
    cube : Cube
        Safe counts.
    rows, below : ndarray of int
        Positions of the numerators' series, and of their denominators'.
    """
    count, n = cube.value[:, :, rows], cube.value[:, :, below]
    if indicator.kind == "proportion":
        count = np.minimum(count, n)
    n_status = cube.status[:, :, below]
    status = worst(cube.status[:, :, rows], n_status)
    status[(status == OK) & (n == 0)] = NOT_APPLICABLE
    shown = status == OK
    value, lower, upper = (np.full(count.shape, np.nan) for _ in range(3))
    value[shown] = count[shown] / n[shown] * indicator.multiplier
    if indicator.has_interval:
        lower[shown], upper[shown] = _limits(indicator, count[shown], n[shown])
    reach = Reach.of(indicator, cube, rows, below)
    series = cube.series[rows].drop("measure")
    if indicator.numerator_age is not None:
        series = series.with_columns(age=pl.lit("all"))
    delivered = (cube.source[:, rows] >= 0) & (cube.source[:, below] >= 0)
    block = Block(
        series=series,
        value=value,
        low=value,
        high=value,
        lower=lower,
        upper=upper,
        lower_at_high=lower,
        upper_at_low=upper,
        count=np.where(shown, count, np.nan),
        population=np.where(n_status == OK, n, np.nan),
        status=status,
        is_estimate=(cube.is_estimate[:, :, rows] | cube.is_estimate[:, :, below]) & shown,
        present=cube.present[:, :, rows] & cube.present[:, :, below] & delivered,
        source=np.maximum(cube.source[:, rows], cube.source[:, below]),
    )
    wide = shown & reach.is_wide
    return (_over_range(indicator, block, reach, wide) if wide.any() else block), reach


def _over_range(indicator: Indicator, block: Block, reach: Reach, wide: Bools) -> Block:
    """Let limits hold for the least and the most that figures with a hidden part can be."""
    ends = {name: getattr(block, name).copy() for name in Span.__dataclass_fields__}
    least = reach.count_low[wide], reach.n_high[wide]
    most = reach.count_high[wide], reach.n_low[wide]
    ends["low"][wide] = least[0] / least[1] * indicator.multiplier
    ends["high"][wide] = most[0] / most[1] * indicator.multiplier
    if indicator.has_interval:
        ends["lower"][wide], ends["upper_at_low"][wide] = _limits(indicator, *least)
        ends["lower_at_high"][wide], ends["upper"][wide] = _limits(indicator, *most)
    return replace(block, **ends)


def _limits(indicator: Indicator, count: Floats, n: Floats) -> tuple[Floats, Floats]:
    if indicator.kind == "proportion":
        found = proportion(count, n)
        return found.lower * indicator.multiplier, found.upper * indicator.multiplier
    found = rate(count, n, indicator.multiplier)
    return found.lower, found.upper
