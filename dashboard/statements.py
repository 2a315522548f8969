"""What an area's real figures say of a topic, the same on its page and on its sheet. Pure.

Made-up figures say nothing of an area: no sentence, no comparison and no question rests on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from dashboard import captions, sentences
from dashboard.beside import COUNTRY, People, Seen, behind, expected
from dashboard.findings import Finding, of_indicator
from dashboard.reference import Reference

Row = Mapping[str, Any]


class Reader(Seen, Protocol):
    """Who looks at what, with the definitions."""

    @property
    def reference(self) -> Reference:
        """The definitions."""


def real(rows: Iterable[Row]) -> list[Row]:
    """Return the key figures that may be said of an area: those that are not made up."""
    return [row for row in rows if not row["is_demo"]]


def finding(
    reader: Reader, row: Row, people: People | None = None, *, years: str = "", key: str = ""
) -> Finding:
    """Return what a key figure says in words, and what to ask about it.

    Parameters
    ----------
    reader, row
        Who reads, and the key figure (``indicator_id`` and what ``findings.of_indicator`` needs).
    people
        The population, where it is known: how many the number is about.
    years, key
        As in ``findings.of_indicator``.
    """
    indicator = reader.reference.indicators[row["indicator_id"]]
    return of_indicator(
        reader.text,
        reader.number,
        row,
        indicator,
        is_country=reader.area.id == COUNTRY,
        years=years,
        key=key,
        people=behind(people, indicator, row["age"]),
        year=captions.year(reader, row["indicator_id"], row["period"]),
    )


def growth(reader: Reader, people: People, age: str) -> Finding | None:
    """Return how many more or fewer there will be of an age; ``None`` where it is not known."""
    last = (people.projected or [people.now])[-1]
    now, then = people.count(age), people.count(age, year=last)
    said = " ".join(expected(reader, people, age)[-1:])
    if not (said and now and then is not None):
        return None
    change = 100 * (then / now - 1)
    kind = "same" if abs(change) < sentences.SAME else "more" if change > 0 else "fewer"
    question = reader.text(f"findings.asks.population_{age[:-1]}_{kind}")
    title = reader.text("aeldre.of_age", age=reader.text.age(age))
    return Finding("population", title, (said,), questions=(question,))
