"""What definitions say of how series hang together, as layouts write it down.

A series is a measure and a sector. ``"contacts/* >= citizens_with_contact/*"`` is one relation for
each sector; a sum may count its parts more than once (``"one + 2 two = practice + hospital"``).
Whoever protects counts takes each as a sum of series: an inequality is one with a rest that is not
negative, and that nobody publishes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Series = tuple[str, str]

#: What the measure of a series begins with that is in no table.
_UNSEEN: Final = "~"
_SIDES: Final = re.compile(r"\s*(<=|>=|=)\s*")
_TERM: Final = re.compile(r"(?:(\d+)\s+)?([a-z][a-z0-9_]*)(?:/([a-z][a-z0-9_]*|\*))?")
_EVERY: Final = "*"


def is_unseen(series: Series) -> bool:
    """Whether a series is in no table: a rest, or a measure that nobody publishes."""
    return series[0].startswith(_UNSEEN)


@dataclass(frozen=True)
class Relation:
    """One line of a layout: series, times their weights, are nothing together, or not negative.

    A sector ``*`` stands for each sector in turn.
    """

    text: str
    weights: Mapping[Series, int]
    is_equal: bool

    @property
    def measures(self) -> set[str]:
        """Return the measures it names."""
        return {measure for measure, _ in self.weights}

    def sums(self, sectors: Iterable[str], unpublished: Collection[str]) -> list[dict[Series, int]]:
        """Return it as sums of series.

        Parameters
        ----------
        sectors
            What ``*`` stands for.
        unpublished
            Measures that are in no table.

        Returns
        -------
        list of dict
            Coefficients by (measure, sector) that add up to zero; see :func:`is_unseen`.
        """
        stars = any(sector == _EVERY for _, sector in self.weights)
        found = []
        for one in sorted(sectors) if stars else ["all"]:
            total: dict[Series, int] = {}
            for (measure, sector), weight in self.weights.items():
                name = f"{_UNSEEN}{measure}" if measure in unpublished else measure
                key = name, one if sector == _EVERY else sector
                total[key] = total.get(key, 0) + weight
            total = {key: weight for key, weight in total.items() if weight}
            if not self.is_equal:
                total[f"{_UNSEEN}{self.text}", one] = -1
            if len(total) > 1 + (not self.is_equal):  # "any >= each" says nothing of any itself
                found.append(total)
        return found


def relation(text: str) -> Relation:
    """Read a relation between series.

    Parameters
    ----------
    text
        Two sums with ``=``, ``<=`` or ``>=`` between them. A term is a measure, ``measure/sector``
        or ``measure/*``, with a whole number before it where it counts more than once.

    Raises
    ------
    ValueError
        When it is none.
    """
    sides = _SIDES.split(text.strip())
    if len(sides) != 3:
        raise ValueError(text)
    left, sign, right = sides
    larger, smaller = (right, left) if sign == "<=" else (left, right)
    weights: dict[Series, int] = {}
    for side, direction in ((larger, 1), (smaller, -1)):
        for term in side.split("+"):
            match = _TERM.fullmatch(term.strip())
            if match is None:
                raise ValueError(text)
            times, measure, sector = match.groups()
            key = measure, sector or "all"
            weights[key] = weights.get(key, 0) + direction * int(times or 1)
    return Relation(text, weights, sign == "=")


def sums_of(
    sums: Mapping[str, Sequence[str]],
    relations: Iterable[str],
    unpublished: Collection[str],
    sectors: Iterable[str],
) -> list[dict[Series, int]]:
    """Return everything a layout says of how series add up, as coefficients that give zero.

    Parameters
    ----------
    sums
        Measure -> the measures that make it up, over all sectors.
    relations
        Texts for :func:`relation`.
    unpublished
        Measures in these that are in no table.
    sectors
        Sectors of the tables.
    """
    found: list[dict[Series, int]] = [
        {(whole, "all"): 1} | {(part, "all"): -1 for part in parts} for whole, parts in sums.items()
    ]
    sectors = list(sectors)
    for text in relations:
        found += relation(text).sums(sectors, unpublished)
    return found
