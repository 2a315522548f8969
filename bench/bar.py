"""One bar: a measured figure, the floor it is held against, and the limit of their ratio."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A measured figure and its floor in one unit; ``limit`` is the ratio it may reach."""

    name: str
    measured: float
    floor: float
    floor_is: str
    unit: str
    limit: float
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.measured / self.floor

    @property
    def holds(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def row(self) -> tuple[str, ...]:
        return (
            self.name,
            f"{self.measured:.3g} {self.unit}",
            f"{self.floor:.3g} {self.unit} ({self.floor_is})",
            f"{self.ratio:.2f}",
            f"{'>=' if self.at_least else '<='} {self.limit:g}",
            "holds" if self.holds else "DOES NOT HOLD",
        )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all does not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median of several runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def paired_seconds(
    work: Callable[[], object], floor: Callable[[], object], runs: int = 9
) -> tuple[float, float]:
    """Return the medians of two works done in turn, so that a busy moment meets them both."""
    work(), floor()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for one, times in zip((work, floor), taken, strict=True):
            start = time.perf_counter()
            one()
            times.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def process_seconds(
    *arguments: str, runs: int = 3, prepare: Callable[[], object] | None = None
) -> float:
    """Return the median of a whole Python process, imports included, after one not counted."""
    taken = []
    for _ in range(runs + 1):
        if prepare:
            prepare()
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])
