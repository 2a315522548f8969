"""What the definitions say of how published indicators add up: anybody can read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Protocol

from etl.disclosure.suppression.series import Sum
from etl.layouts.defined import is_unseen


class Defined(Protocol):
    """An indicator as :mod:`etl.indicators.definition` has it."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def numerator(self) -> str:
        """Return the measure it counts."""

    @property
    def denominator(self) -> str | None:
        """Return the measure it is divided by."""


def sums_known(
    indicators: Iterable[Defined],
    sums: Mapping[str, Sequence[str]],
    sectors: Sequence[str],
    others: Iterable[Sum] = (),
) -> list[Sum]:
    """Return the ways in which counts of indicators add up.

    Parameters
    ----------
    indicators
        The definitions.
    sums
        Measure -> the measures it is the sum of, over all sectors, as layouts say it.
    sectors
        Sectors that are published.
    others
        What else layouts say, by measure and sector: ``Layout.series_sums``.

    Returns
    -------
    list of Sum
        For ``etl.disclosure.suppression.audit``: sums, two indicators that count the same, and an
        indicator
        whose count is what another is divided by.
    """
    counting: dict[str, list[str]] = {}
    divided: list[tuple[str, str]] = []
    for one in indicators:
        counting.setdefault(one.numerator, []).append(one.id)
        if one.denominator is not None:
            divided.append((f"{one.id} (population)", one.denominator))
    found: list[Sum] = []
    for ids in counting.values():
        found += [{(ids[0], s): 1, (other, s): -1} for other in ids[1:] for s in sectors]
    for name, measure in divided:
        found += [
            {(name, sector): 1, (counted, sector): -1}
            for counted in counting.get(measure, [])[:1]
            for sector in sectors
        ]
    for whole, parts in sums.items():
        for names in product(
            counting.get(whole, [])[:1], *(counting.get(p, [])[:1] for p in parts)
        ):
            top, *rest = names
            found.append({(top, "all"): 1} | {(name, "all"): -1 for name in rest})
    for stated in others:
        named: dict[tuple[str, str], int] = {}
        for (measure, sector), weight in stated.items():
            ids = [measure] if is_unseen((measure, sector)) else counting.get(measure, [])
            named |= {(name, sector): weight for name in ids[:1]}
        if len(named) == len(stated) and named not in found:
            found.append(named)
    return found


def events_known(indicators: Iterable[Defined], events_of: Mapping[str, str]) -> dict[str, str]:
    """Return, for indicators of events, the one that counts the persons whose they are.

    Parameters
    ----------
    indicators
        The definitions.
    events_of
        Measure of events -> measure of persons, as layouts say it.
    """
    counting = {one.numerator: one.id for one in reversed(list(indicators))}
    return {
        counting[events]: counting[who]
        for events, who in events_of.items()
        if events in counting and who in counting
    }
