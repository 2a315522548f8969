"""People are whole, and zeros are shown.

The attacker has the tables of another attacker and knows two things more. This house shows every
zero, so that what it hides is at least one. And people are whole in every cell at once: a table of
halves is none. He counts the values that are left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.disclosure.attackers.ranges import narrow
from tests.disclosure.attackers.system import Cell, Found, Known, System


def attack(
    systems: Iterable[System], *, zeros_shown: bool = True, whole: bool = True
) -> list[Found]:
    """Return the hidden counts with fewer than three whole numbers left.

    Parameters
    ----------
    systems
        The tables of another attacker, such as ``per_slice.systems(...)``.
    zeros_shown, whole
        Which of the two he knows.
    """
    found = []
    for system in systems:
        known = system.with_knowledge(_at_least_one) if zeros_shown else system
        found += narrow(known, whole=whole)
    return found


def _at_least_one(_: Cell, known: Known) -> Known:
    """In part of a municipality the least is that part of a person."""
    if not known.hidden or known.in_doubt:
        return known
    return replace(known, low=max(known.low, known.unit))
