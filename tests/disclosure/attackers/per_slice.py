"""One indicator and one year: what adding and subtracting the shown numbers tells.

The attacker has one extract with all areas of all geographies, both sexes, all ages and sectors of
an indicator, and knows which municipalities an area is made of. He takes "fewer than five" for 1 to
4, a share times its population for a count, and solves for what every hidden count can be. He does
not look at other indicators, other years or other releases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from tests.disclosure.attackers.definitions import Definitions
from tests.disclosure.attackers.ranges import narrow
from tests.disclosure.attackers.system import Cell, Found, Known, System
from tests.disclosure.attackers.tables import Areas, by_period, lay_out, read


def attack(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> list[Found]:
    """Return the hidden counts that one indicator's tables of a year give away."""
    return [one for system in systems(extract, catchments, definitions) for one in narrow(system)]


def systems(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> Iterator[System]:
    """Yield the tables of each indicator and year that hides something."""
    areas = Areas(catchments)
    cells = read(extract, areas, definitions)
    by_name: dict[str, dict[Cell, Known]] = defaultdict(dict)
    for cell, known in cells.items():
        by_name[cell.quantity][cell] = known
    for one in by_name.values():
        for year in by_period(one):
            if any(known.hidden and not known.in_doubt for known in year.values()):
                yield lay_out(year, areas)
