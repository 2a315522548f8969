"""The contacts package: what the definitions of its measures say of each other.

The attacker has read what a citizen with contact, a contact and a sector met is. Whoever met one,
two or three of practice, hospital and municipality was counted once, twice or three times when
these three are added up; whoever met all three met each; any contact is a contact somewhere; every
citizen with contact has at least one. He puts all that beside what adds up anyway. And he looks for
contacts of a few citizens that are shown as they are: who knows one of the few learns about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import polars as pl

from tests.disclosure.attackers.across_packages import systems as all_measures
from tests.disclosure.attackers.definitions import Definitions
from tests.disclosure.attackers.ranges import believed, narrow
from tests.disclosure.attackers.system import Cell, Found, Relation, System

CITIZENS, CONTACTS = "citizens_with_contact", "contacts"
ONE, TWO, THREE = "citizens_one_sector", "citizens_two_sectors", "citizens_three_sectors"
#: The three that are met, and the sectors of each.
MET = {
    "practice": ("general_practice", "other_practice"),
    "hospital": ("somatic_hospital", "psychiatric_hospital"),
    "municipality": ("municipal_health",),
}


class Dominated(NamedTuple):
    """Events of so few people that their number says something of each."""

    events: Cell
    citizens: Cell


def attack(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> list[Found]:
    """Return the hidden counts that the definitions give away."""
    return [one for system in systems(extract, catchments, definitions) for one in narrow(system)]


def systems(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> Iterator[System]:
    """Yield the tables of all measures of each year, with what the definitions say."""
    for system in all_measures(extract, catchments, definitions):
        at_least_one = []
        for cell in list(system.cells):
            citizens = cell._replace(quantity=CITIZENS)
            if cell.quantity == CITIZENS and cell.sector == "all":
                for relation in met(cell, system):
                    system.add([relation])
            if cell.quantity == CONTACTS and citizens in system.cells:
                at_least_one.append(Relation({cell: 1.0, citizens: -1.0}, most=inf))
        # who moves has contacts in one place and is a citizen of another: now and then it is wrong
        if at_least_one:
            system.add(believed(system, at_least_one))
        yield system


def met(any_: Cell, system: System) -> Iterator[Relation]:
    """Yield what is true of the citizens of one area, sex and age, by the sectors they met."""
    groups = []
    for group, sectors in MET.items():
        there = [
            any_._replace(sector=s) for s in sectors if any_._replace(sector=s) in system.cells
        ]
        if len(there) < len(sectors):
            return
        if len(there) == 1:
            groups.append(there[0])
            continue
        together = any_._replace(sector=group)  # in no table, but it is somebody
        groups.append(together)
        yield Relation({together: -1.0} | dict.fromkeys(there, 1.0), most=inf)
        for one in there:
            yield Relation({together: 1.0, one: -1.0}, most=inf)
    times = {
        any_._replace(quantity=name): float(n) for n, name in enumerate((ONE, TWO, THREE), start=1)
    }
    yield Relation({any_: -1.0} | dict.fromkeys(groups, 1.0), most=inf)
    for group in groups:
        yield Relation({any_: 1.0, group: -1.0}, most=inf)
    if all(cell in system.cells for cell in times):
        one, _, three = times
        yield Relation(times | dict.fromkeys(groups, -1.0))
        for group in groups:
            yield Relation({group: 1.0, three: -1.0}, most=inf)
            # who met nobody else is among those who met one
            others = dict.fromkeys((other for other in groups if other != group), 1.0)
            yield Relation(others | {any_: -1.0, one: 1.0}, most=inf)


def dominated(
    extract: pl.DataFrame, catchments: pl.DataFrame, definitions: Definitions
) -> list[Dominated]:
    """Return shown contacts, stays and admissions of hidden citizens who are fewer than five."""
    found = []
    for system in all_measures(extract, catchments, definitions):
        for cell, known in system.cells.items():
            citizens = system.cells.get(cell._replace(quantity=CITIZENS))
            if (
                cell.quantity == CONTACTS
                and citizens is not None
                and citizens.hidden
                and citizens.high < citizens.threshold
                and known.is_shown
                and known.low > 0
            ):
                found.append(Dominated(cell, cell._replace(quantity=CITIZENS)))
    return sorted(found)
