"""Unknown whole numbers, what is known of each, and how they add up: an attacker's notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

#: Tolerance of sums of shown numbers, which hold halves of people where a municipality is split.
NEAR = 1e-6


class Cell(NamedTuple):
    """One number of a published table."""

    quantity: str
    area_id: str
    period: int
    sex: str = "all"
    age: str = "all"
    sector: str = "all"


@dataclass
class Known:
    """What is known of one cell.

    Attributes
    ----------
    low, high
        The least and the most it can be.
    hidden
        It is a number of this house that is not shown: what the attacker is after.
    people
        The shown number it is a part of.
    unit
        The least it can move by: 1, or the share of a municipality that an area holds.
    threshold
        Fewer than this is small.
    in_doubt
        It is hidden perhaps only because what it is divided by is: it may be zero.
    """

    low: float = 0.0
    high: float = np.inf
    hidden: bool = False
    people: float = np.inf
    unit: float = 1.0
    threshold: int = 5
    in_doubt: bool = False

    @property
    def is_shown(self) -> bool:
        return self.high - self.low < NEAR

    def narrow(self, low: float, high: float) -> None:
        """Add knowledge from elsewhere."""
        self.low, self.high = max(self.low, low), min(self.high, high)


class Relation(NamedTuple):
    """``least <= sum of weight x cell <= most``."""

    weights: Mapping[Cell, float]
    least: float = 0.0
    most: float = 0.0


@dataclass(frozen=True)
class Found:
    """A hidden number of which fewer than three values are left.

    Attributes
    ----------
    cell
        Which.
    low, high
        The least and the most it can be.
    values
        How many values are left: whole people, or steps of the share that an area holds of a
        municipality.
    path
        The published cells that give it away.
    """

    cell: Cell
    low: float
    high: float
    values: int
    path: tuple[Cell, ...] = ()

    @property
    def is_exact(self) -> bool:
        return self.values == 1


class System:
    """Cells and the relations between them.

    Relations come in families, such as one area's sum in all tables of a year. Where what is
    known contradicts one of a family, the attacker believes none of it: a delivered total may
    hold people that are in no municipality.
    """

    def __init__(self, cells: Mapping[Cell, Known]) -> None:
        self.cells = dict(cells)
        self.relations: list[Relation] = []

    def add(self, family: Iterable[Relation], *, only_if_seen: bool = False) -> bool:
        """Add a family of relations, unless what is known contradicts it.

        Parameters
        ----------
        family
            Cells that are in no table are taken in as unknown.
        only_if_seen
            Nobody says that these numbers add up: it has to be seen where all are shown.
        """
        family = list(family)
        seen = False
        for relation in family:
            known = [
                (weight, self.cells.get(cell, Known())) for cell, weight in relation.weights.items()
            ]
            least = sum(w * (one.low if w > 0 else one.high) for w, one in known)
            most = sum(w * (one.high if w > 0 else one.low) for w, one in known)
            if least > relation.most + NEAR or most < relation.least - NEAR:
                return False
            seen |= all(one.is_shown for _, one in known) and any(one.low for _, one in known)
        if only_if_seen and not seen:
            return False
        for relation in family:
            for cell in relation.weights:
                self.cells.setdefault(cell, Known())
        self.relations += family
        return True

    def hidden(self) -> list[Cell]:
        """Return what the attacker is after."""
        return [cell for cell, known in self.cells.items() if known.hidden]

    def with_knowledge(self, learn: Callable[[Cell, Known], Known]) -> System:
        """Return the same tables with something more known of each cell."""
        other = System({cell: learn(cell, known) for cell, known in self.cells.items()})
        other.relations = self.relations
        return other

    def matrix(self) -> tuple[list[Cell], sparse.csr_array, np.ndarray, np.ndarray]:
        """Return the cells in order, the weights, and the limits of each relation."""
        order = list(self.cells)
        at = {cell: i for i, cell in enumerate(order)}
        entries = [
            (row, at[cell], weight)
            for row, relation in enumerate(self.relations)
            for cell, weight in relation.weights.items()
        ]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        return (
            order,
            sparse.csr_array((weights, (rows, columns)), (len(self.relations), len(order))),
            np.array([relation.least for relation in self.relations]),
            np.array([relation.most for relation in self.relations]),
        )
