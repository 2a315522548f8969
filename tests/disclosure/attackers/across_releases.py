"""This release and those before it: what any of them said is known.

The attacker has kept every release. Where the data of an indicator and year did not change between
two of them (no number that both show differs), what one shows the other cannot hide, and the labels
of both are true. Of what did change he believes the newest release alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tests.disclosure.attackers.definitions import Definitions
from tests.disclosure.attackers.ranges import narrow
from tests.disclosure.attackers.system import NEAR, Cell, Found, Known, System
from tests.disclosure.attackers.tables import Areas, by_period, lay_out, read


def attack(
    releases: Sequence[pl.DataFrame], catchments: pl.DataFrame, definitions: Definitions
) -> list[Found]:
    """Return the hidden counts that the releases, oldest first, give away together."""
    return [one for system in systems(releases, catchments, definitions) for one in narrow(system)]


def systems(
    releases: Sequence[pl.DataFrame], catchments: pl.DataFrame, definitions: Definitions
) -> Iterator[System]:
    """Yield the tables of each indicator and year, with what all releases said of them."""
    areas = Areas(catchments)
    *earlier, newest = [_slices(read(one, areas, definitions)) for one in releases]
    for name, cells in newest.items():
        for before in earlier:
            if name in before and not _has_changed(before[name], cells):
                _learn(cells, before[name])
        if any(known.hidden for known in cells.values()):
            yield lay_out(cells, areas)


def _slices(cells: dict[Cell, Known]) -> dict[tuple[str, int], dict[Cell, Known]]:
    slices: dict[tuple[str, int], dict[Cell, Known]] = {}
    for year in by_period(cells):
        for cell, known in year.items():
            slices.setdefault((cell.quantity, cell.period), {})[cell] = known
    return slices


def _has_changed(before: dict[Cell, Known], now: dict[Cell, Known]) -> bool:
    return any(
        abs(was.low - now[cell].low) > NEAR
        for cell, was in before.items()
        if was.is_shown and cell in now and now[cell].is_shown
    )


def _learn(cells: dict[Cell, Known], before: dict[Cell, Known]) -> None:
    """Add what was said before; a number that was hidden in any release is one to look for."""
    for cell, was in before.items():
        now = cells.setdefault(cell, was)
        now.narrow(was.low, was.high)
        now.hidden |= was.hidden
