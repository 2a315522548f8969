"""Short sentences made of the numbers. Pure: numbers and a catalogue in, sentences out.

Never a cause, never more precision than the number has, and nothing is said of what is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.estimates import mark, marked
from dashboard.format import Numbers, rounded
from dashboard.text import Text

#: Per cent below which people have "about as many".
SAME = 1.0
#: Units that a difference has other words for.
_UNITS = {"per_cent": "points"}
#: Below this "times as much" says nothing that the gap does not.
_WORTH_TIMES = 1.1
#: Where a sentence ends: a capital or a bold name begins the next one ("pr. 1.000" ends none).
_END = re.compile(r"(?<=[^\s.!?])(?=[.!?](?:\s+[A-ZÆØÅ*]|\s*$))")


def made_up(text: Text, said: str, is_demo: bool) -> str:
    """Say in each sentence that its numbers are made up, so that none is copied without it.

    Parameters
    ----------
    text
        The catalogue.
    said
        One or more sentences, or a title, which gets the mark at its end.
    is_demo
        Whether what is said rests on made-up figures; if not, it is returned as it is.
    """
    if not (said and is_demo):
        return said
    mark = f" ({text('common.demo.word')})"
    marked = _END.sub(mark, said)
    return marked if said.rstrip()[-1] in ".!?" else marked + mark


def roughly(value: float) -> int:
    """Return a number with two or three figures that count, for "cirka".

    Below 100 it is only made whole; up to 10,000 it is rounded to tens or hundreds, above that to
    two or three figures.
    """
    for limit, step in ((100, 1), (1_000, 10), (100_000, 100), (1_000_000, 1_000)):
        if value < limit:
            return int(value / step + 0.5) * step
    return int(value / 10_000 + 0.5) * 10_000


def people(
    text: Text, number: Numbers, count: float, *, about: bool = False, estimate: bool = False
) -> str:
    """Return a number of people with the right word: ``1 person``, ``cirka 13.300 personer``."""
    shown = roughly(count) if about else int(count + 0.5)
    key = "about_people" if about and shown >= 100 else "people"
    key = "one_person" if shown == 1 else key
    return text(f"sentences.{key}", count=number(shown)) + mark(text, estimate=estimate)


def against(
    text: Text,
    number: Numbers,
    value: float | None,
    others: Mapping[str, float | None],
    decimals: int = 1,
) -> str:
    """Say how a share compares with others whose names are given; empty when nothing is known.

    Counts of all residents carry no chance, so what is said is the difference a reader sees.
    """
    if value is None:
        return ""
    groups: dict[str, list[str]] = {}
    for name, other in others.items():
        if other is not None:
            key = _direction(rounded(value, decimals), rounded(other, decimals))
            named = text("sentences.in_name", name=name, value=number.percent(other, decimals))
            groups.setdefault(key, []).append(named)
    return " ".join(
        text(f"sentences.against_{key}", names=number.listing(names))
        for key, names in groups.items()
    )


def later(
    text: Text,
    number: Numbers,
    now: float | None,
    then: float | None,
    *,
    year: int,
    base: int,
    estimate: bool = False,
) -> str:
    """Say how many there will be and how much more or fewer that is; empty when not known.

    The number is written as in the tile, chart and table beside it, to the last person.
    """
    if not now or then is None:
        return ""
    change = 100 * (then / now - 1)
    count = people(text, number, then, estimate=estimate)
    if abs(change) < SAME:
        return text("sentences.later_same", count=count, year=year, base=base)
    direction = "more" if change > 0 else "fewer"
    return text(
        f"sentences.later_{direction}",
        count=count,
        year=year,
        base=base,
        percent=number.percent(abs(change), 0),
    )


def out_of_hundred(text: Text, number: Numbers, share: float) -> str:
    """Return a percentage as people: ``6 ud af 100``, ``under 1 ud af 100``."""
    whole = int(share + 0.5)
    if whole == 0 and share > 0:
        return text("sentences.under_one_in_hundred")
    return text("sentences.in_hundred", count=number(whole))


def difference(  # noqa: PLR0917
    text: Text,
    number: Numbers,
    value: float | None,
    other: float | None,
    decimals: int,
    unit: str = "",
) -> str:
    """Return how far a number lies from another one; empty when not known.

    The difference is that of the numbers themselves, not of what is left of them when rounded. It
    has its unit with it where the id is given: ``0,4 procentpoint lavere``.
    """
    if value is None or other is None:
        return ""
    gap = value - other
    if rounded(gap, decimals) == 0:
        alike = rounded(value, decimals) == rounded(other, decimals)
        return text(f"sentences.difference_{'same' if alike else 'about'}")
    key = _direction(gap, 0)
    return text(f"sentences.difference_{key}", gap=_gap(text, number, abs(gap), unit, decimals))


def _gap(text: Text, number: Numbers, gap: float, unit: str, decimals: int) -> str:
    count = number(gap, decimals)
    key = f"sentences.{_UNITS.get(unit, unit)}"
    return text(key, count=count) if unit and text.has(key) else count


def spread(
    text: Text, number: Numbers, rows: Iterable[Mapping[str, Any]], unit: str, decimals: int
) -> str:
    """Return how far the highest area lies from the lowest: the gap, and the one over the other.

    Parameters
    ----------
    text, number
        Words and numbers of the reader.
    rows
        ``name, value, is_estimate`` of areas beside each other; an unknown value is left out.
    unit
        The unit's id.
    decimals
        Decimals shown.

    Returns
    -------
    str
        Empty with fewer than two known numbers, or when all read the same.
    """
    known = sorted((r for r in rows if r["value"] is not None), key=lambda r: float(r["value"]))
    if len(known) < 2:
        return ""
    low, high = float(known[0]["value"]), float(known[-1]["value"])
    if rounded(low, decimals) == rounded(high, decimals):
        return ""
    said = text(
        "sentences.spread",
        low=marked(number.unit(low, unit, decimals), known[0], text),
        low_name=known[0]["name"],
        high=marked(number.unit(high, unit, decimals), known[-1], text),
        high_name=known[-1]["name"],
        gap=_gap(text, number, high - low, unit, decimals),
    )
    # Who takes one number from the other must not find the sentence wrong.
    seen = rounded(high, decimals) - rounded(low, decimals)
    if rounded(seen, decimals) != rounded(high - low, decimals):
        said += f" {text('sentences.spread_unrounded')}"
    # One over another that reads as zero would be times nothing.
    if rounded(low, decimals) <= 0 or high / low < _WORTH_TIMES:
        return said
    return f"{said} {text('sentences.spread_times', times=number(high / low, 1))}"


def _direction(value: float, other: float) -> str:
    return "same" if value == other else "more" if value > other else "less"
