"""Several packages of one year: the same people counted twice, and people among others.

The attacker has everything that is published of a year, also what other publishers made safe. Two
indicators that count the same measure are one number: what one shows, rounded perhaps, the other
cannot hide. He knows which people are among which: those with ADHD among those with a psychiatric
diagnosis, those in psychiatric contact among those who met a psychiatric hospital, and whatever the
layouts call part of something. And he knows which measures are sums of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from tests.disclosure.attackers.definitions import Definitions
from tests.disclosure.attackers.ranges import narrow
from tests.disclosure.attackers.system import Cell, Found, Known, Relation, System
from tests.disclosure.attackers.tables import (
    Areas,
    by_period,
    hidden_denominators,
    lay_out,
    read,
    renamed,
)  # fmt: skip

#: Who is among whom by the meaning of the words: measure and sector, twice.
AMONG = (
    (("adhd", "all"), ("psychiatric_diagnosis", "all")),
    (("psychiatric_contact", "all"), ("citizens_with_contact", "psychiatric_hospital")),
)


def attack(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> list[Found]:
    """Return the hidden counts that all packages together give away."""
    return [one for system in systems(extract, catchments, definitions) for one in narrow(system)]


def systems(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> Iterator[System]:
    """Yield the tables of all measures of each year, tied together."""
    areas = Areas(catchments)
    cells = renamed(read(extract, areas, definitions), definitions.counted)
    people = {f"{name} (population)": whole for name, whole in definitions.divided.items()}
    for cell, known in renamed(hidden_denominators(extract, areas, definitions), people).items():
        cells[cell] = _both(cells.get(cell), known)
    secret = {cell.quantity for cell, known in cells.items() if known.hidden}
    for year in by_period(cells):
        if any(known.hidden for known in year.values()):
            yield tied(lay_out(_linked(year, secret, definitions), areas), definitions)


def tied(system: System, definitions: Definitions) -> System:
    """Add what the definitions say of measures: sums, and who is among whom."""
    for whole, parts in definitions.sums.items():
        system.add(
            Relation({cell: 1.0} | {cell._replace(quantity=part): -1.0 for part in parts})
            for cell in list(system.cells)
            if cell.quantity == whole and cell.sector == "all"
            and any(cell._replace(quantity=part) in system.cells for part in parts)
        )  # fmt: skip
    named = [((part, None), (whole, None)) for part, whole in sorted(definitions.inside)]
    for (part, sector), (whole, within) in [*named, *AMONG]:
        system.add(
            Relation({inner: 1.0, outer: -1.0}, least=float("-inf"))
            for inner in list(system.cells)
            if inner.quantity == part and sector in (None, inner.sector)
            and (outer := inner._replace(quantity=whole, sector=within or inner.sector))
            in system.cells
        )  # fmt: skip
    return system


def _linked(
    year: Mapping[Cell, Known], secret: set[str], definitions: Definitions
) -> dict[Cell, Known]:
    """Leave out the measures that say nothing of any that hides something."""
    near = [{whole, *parts} for whole, parts in definitions.sums.items()]
    near += [{part, whole} for part, whole in definitions.inside if whole != "population"]
    near += [{part, whole} for (part, _), (whole, _) in AMONG]
    near.append({"contacts", "citizens_with_contact"})
    reached = set(secret)
    while True:
        wider = reached.union(*(one for one in near if one & reached))
        if wider == reached:
            return {cell: known for cell, known in year.items() if cell.quantity in reached}
        reached = wider


def _both(one: Known | None, other: Known) -> Known:
    if one is None:
        return other
    one.narrow(other.low, other.high)
    one.hidden |= other.hidden
    return one
