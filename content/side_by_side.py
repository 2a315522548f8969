"""Areas beside each other, indicator by indicator: which differ, how surely, since when.

A matrix of indicators and areas. Where an indicator is standardised for age, that figure stands;
the crude one only where there is no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.schema import COMPARISONS

Numbers = Mapping[str, Any]

#: What a cell can say of an area beside the country.
MARKS = ("better", "worse", "higher", "lower", "similar", "unknown", "none")
#: Marks that claim a difference.
DIFFERS = frozenset({"better", "worse", "higher", "lower"})


@dataclass(frozen=True)
class Cell:
    """One area's number of one indicator.

    Attributes
    ----------
    row
        The number as read: ``value, lower, upper, status, is_estimate, ...`` (null where hidden).
    mark
        One of ``MARKS``; ``none`` where there is no number, or for the country itself.
    distance
        Per cent above the country's number (below zero: under it); None where either is missing.
    history
        Year and value of each measured year, the oldest first; a hidden year has None.
    """

    row: Numbers
    mark: str
    distance: float | None
    history: tuple[tuple[int, float | None], ...]

    @property
    def change(self) -> float | None:
        """Return the difference from the first known year to the last, in the figure's unit."""
        known = [value for _, value in self.history if value is not None]
        return known[-1] - known[0] if len(known) > 1 else None


@dataclass(frozen=True)
class Line:
    """One indicator over all areas.

    Attributes
    ----------
    indicator, period, standardisation
        Which figure, of which year: the newest measured year that any of the areas has.
    cells
        Area id → its cell, in the areas' order.
    """

    indicator: str
    period: int
    standardisation: str
    cells: Mapping[str, Cell]

    def spread(self, areas: Sequence[str]) -> float | None:
        """Return how far the highest of some areas lies above the lowest, per cent of the lowest.

        None with fewer than two numbers, or where the lowest is not above zero.
        """
        values: list[float] = [v for a in areas if (v := self.cells[a].row["value"]) is not None]
        if len(values) < 2 or min(values) <= 0:
            return None
        return 100 * (max(values) / min(values) - 1)

    def differs(self, areas: Sequence[str]) -> bool:
        """Return whether any of some areas surely differs from the country."""
        return any(self.cells[area].mark in DIFFERS for area in areas)


def lines(
    numbers: Iterable[Sequence[Numbers]],
    areas: Sequence[str],
    *,
    country: str,
    counted: frozenset[str] = frozenset(),
) -> list[Line]:
    """Return a line for each indicator that any of the areas has a number of.

    Parameters
    ----------
    numbers
        For each indicator all its rows (``warehouse.read.slices.read``) of one cut: areas, years.
    areas
        The areas beside each other, in order; the country among them where it is shown.
    country
        Id of the area the others are compared with.
    counted
        Indicators in which everybody is counted: no chance is in them, any difference is one.
    """
    return [line for rows in numbers if (line := _line(rows, areas, country, counted)) is not None]


def _line(
    rows: Sequence[Numbers], areas: Sequence[str], country: str, counted: frozenset[str]
) -> Line | None:
    measured = [row for row in rows if not row["is_projection"]]
    shown = [row["period"] for row in measured if row["status"] == "ok" and row["area_id"] in areas]
    if not shown:
        return None
    period = max(shown)
    by_area: dict[str, list[Numbers]] = {}
    for row in measured:
        if row["period"] <= period:
            by_area.setdefault(row["area_id"], []).append(row)
    first = measured[0]
    indicator = first["indicator_id"]
    of_country = _at(by_area.get(country, ()), period)
    cells = {
        area: _cell(
            by_area.get(area, ()),
            period,
            None if area == country else of_country,
            is_counted=indicator in counted,
        )
        for area in areas
    }
    return Line(indicator, period, first["standardisation"], cells)


def _at(rows: Sequence[Numbers], period: int) -> Numbers | None:
    return next((row for row in rows if row["period"] == period), None)


def _cell(
    rows: Sequence[Numbers], period: int, country: Numbers | None, *, is_counted: bool
) -> Cell:
    row = _at(rows, period) or {"value": None, "lower": None, "upper": None, "status": "missing"}
    value = row["value"] if row["status"] == "ok" else None
    benchmark = country["value"] if country is not None and country["status"] == "ok" else None
    distance = 100 * (value / benchmark - 1) if value is not None and benchmark else None
    history = tuple((r["period"], r["value"] if r["status"] == "ok" else None) for r in rows)
    return Cell(
        {**row, "value": value},
        _mark(row, distance, is_counted=is_counted),
        distance,
        tuple(sorted(history)),
    )


def _mark(row: Numbers, distance: float | None, *, is_counted: bool) -> str:
    if distance is None:
        return "none"
    if row.get("vs_country") in COMPARISONS:
        return str(row["vs_country"])
    if is_counted and not row.get("is_estimate"):
        return "similar" if distance == 0 else "higher" if distance > 0 else "lower"
    return "unknown"


def ordered(found: Sequence[Line], by: str, own: Sequence[str]) -> list[Line]:
    """Return lines in an order.

    Parameters
    ----------
    found
        The lines, in the topics' own order.
    by
        ``topic`` (as they are), ``spread`` (where ``own`` areas differ most from each other first),
        ``certain`` (where most of ``own`` surely differ from the country first), or an area's id
        (the farthest from the country first). Lines without what is sorted by come last.
    own
        The areas that are compared with each other.
    """
    if by == "spread":
        return sorted(found, key=lambda line: -(line.spread(own) or 0.0))
    if by == "certain":
        return sorted(found, key=lambda line: -sum(line.cells[a].mark in DIFFERS for a in own))
    if found and by in found[0].cells:
        return sorted(found, key=lambda line: -abs(line.cells[by].distance or 0.0))
    return list(found)
