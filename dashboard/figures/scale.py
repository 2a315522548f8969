"""Where a value axis begins and ends: one rule for the screen, large print, paper and slides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Below this share of the highest value the axis must begin at zero, or a ripple looks a wave.
NEAR = 0.6
#: Room above bars and the highest point, as a share of the axis.
_ABOVE_BARS, _ABOVE_LINE = 0.06, 0.04
#: Room on both sides of lines far above zero, as a share of what they span.
_AROUND = 0.1
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
#: About so many steps make an axis.
_MANY = 5


@dataclass(frozen=True)
class Scale:
    """A value axis.

    Attributes
    ----------
    low, high
        Its ends, in the unit of the values.
    ticks
        The values written on it, evenly from end to end; none for bars, whose numbers are written.
    """

    low: float
    high: float
    ticks: tuple[float, ...] = ()

    @property
    def begins_at_zero(self) -> bool:
        """Whether the axis begins at zero; a figure where it does not must say so."""
        return self.low == 0

    @property
    def decimals(self) -> int:
        """Decimals that the ticks need."""
        return next(d for d in range(9) if all(abs(t - round(t, d)) < 1e-9 for t in self.ticks))

    @property
    def step(self) -> float | None:
        """The distance of two ticks, where there are any."""
        return self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else None

    def part(self, value: float) -> float:
        """Return how far along the axis a value lies, from 0 (its low end) to 1."""
        return (value - self.low) / (self.high - self.low)

    def written(self, number: Callable[[float, int], str]) -> list[str]:
        """Return the ticks' texts; ``number`` writes a value with so many decimals."""
        return [number(tick, self.decimals) for tick in self.ticks]


def bar_scale(rows: Iterable[Mapping[str, Any]]) -> Scale:
    """Return the axis of bars: from zero to a little beyond the highest value and upper limit.

    Parameters
    ----------
    rows
        ``value`` and, where there is one, ``upper``; null where nothing is shown.
    """
    highest = max(_numbers(rows, "value", "upper"), default=0.0)
    return Scale(0.0, highest * (1 + _ABOVE_BARS) if highest > 0 else 1.0)


def line_scale(rows: Iterable[Mapping[str, Any]]) -> Scale:
    """Return the axis of lines: from zero, unless all numbers lie far above it and close together.

    Parameters
    ----------
    rows
        ``value``, ``lower`` and ``upper``; null where nothing is shown.
    """
    numbers = _numbers(rows, "value", "lower", "upper")
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    if high <= 0:
        return Scale(0.0, 1.0, (0.0, 0.5, 1.0))
    if low < high * NEAR or low == high:
        low, high = 0.0, high * (1 + _ABOVE_LINE)
    else:
        room = (high - low) * _AROUND
        low, high = low - room, high + room
    step = _round_step((high - low) / _MANY)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # 3 * 0.1 is written 0.3.
    ticks = tuple(float(f"{i * step:.12g}") for i in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _round_step(least: float) -> float:
    size = 10.0 ** math.floor(math.log10(least))
    return next(s * size for s in _STEPS if s * size >= least * (1 - 1e-9))


def _numbers(rows: Iterable[Mapping[str, Any]], *columns: str) -> list[float]:
    return [
        float(value) for row in rows for column in columns if (value := row.get(column)) is not None
    ]
