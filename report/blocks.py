"""The blocks of a sheet, by the names that topic files use (``content.topics``, key ``sheet``).

A block is written ``kind`` or ``kind:argument``: ``trend:obesity``, ``questions:5``. One that has
nothing to show is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from content.topics import SheetPart, Topic
from dashboard import five, sentences, statements
from dashboard.beside import People, children, expected, introduction, old_people
from dashboard.estimates import mark
from dashboard.view import View
from report import charts, dossier, tables, told
from report import five as fives
from report.model import Block, Part, Words

Pages = tuple[tuple[Part, ...], ...]


@dataclass(frozen=True)
class Seen:
    """A topic as a sheet shows it: the area, its people, its newest figures."""

    view: View
    topic: Topic
    people: People | None

    @cached_property
    def rows(self) -> list[told.Row]:
        """The newest shares and rates of the topic, in its order."""
        known = self.view.reference.indicators
        found = {row["indicator_id"]: row for row in told.newest(self.view)}
        return [
            found[i]
            for i in self.topic.indicators(known)
            if i in found and known[i]["unit"] != "persons" and not i.endswith("_incidence")
        ]

    @cached_property
    def real(self) -> list[told.Row]:
        """Those that may be said of the area."""
        return statements.real(self.rows)

    @cached_property
    def five(self) -> list[five.One]:
        """The five figures of the senior council's edition."""
        return five.five(self.view)

    def words(self, title: str, items: Sequence[str], kind: str) -> Words | None:
        """Return sentences, or nothing where there are none."""
        return Words(title, tuple(items), kind) if items else None  # type: ignore[arg-type]


def pages(seen: Seen) -> Pages:
    """Return the pages of a topic's sheet; two where it has no more, or is not in large print."""
    made = [(part.page, one) for part in seen.topic.sheet if (one := _part(seen, part))]
    count = max(part.page for part in seen.topic.sheet)
    numbers = range(1, 1 + (count if seen.topic.large else max(count, 2)))
    return tuple(_noticed(seen.view, [one for page, one in made if page == n]) for n in numbers)


def _part(seen: Seen, part: SheetPart) -> Part | None:
    rows = [tuple(b for name in row if (b := block(seen, name)) is not None) for row in part.rows]
    kept = tuple(row for row in rows if row)
    if not kept:
        return None
    return Part(seen.view.text(part.title), kept)


def _noticed(view: View, parts: list[Part]) -> tuple[Part, ...]:
    """Say once a page, above the first of them, that some of its figures are made up."""
    for n, part in enumerate(parts):
        if part.has_demo:
            parts[n] = replace(part, notice=view.text("moedeark.demo_notice"))
            break
    return tuple(parts)


def block(seen: Seen, name: str) -> Block | None:
    """Return a block by its name in a topic file; ``None`` where there is nothing to show.

    Raises
    ------
    KeyError
        When there is no such kind.
    """
    kind, _, argument = name.partition(":")
    return _KINDS[kind](seen, argument)


def _lead(seen: Seen, _: str) -> Block | None:
    return seen.words("", introduction(seen.view, seen.people) if seen.people else [], "lead")


def _standing_out(seen: Seen, _: str) -> Block | None:
    title = seen.view.text("standout.title")
    return seen.words(title, told.standing_out(seen.view), "points")


def _findings(seen: Seen, most: str) -> Block | None:
    """Return who lives here, then a sentence for each of the first real figures."""
    who = _WHO[seen.topic.id](seen.view, seen.people) if seen.topic.id in _WHO else []
    said = [_finding(seen, row) for row in seen.real[: int(most)]]
    return seen.words("", [*who, *said], "points")


def _finding(seen: Seen, row: told.Row) -> str:
    """Return what a figure says; one without a sentence of its own says first what it is."""
    found = statements.finding(seen.view, row, seen.people)
    said = " ".join(found.sentences)
    has_own = seen.view.text.has(f"findings.said.{found.key}") and row["value"] is not None
    return said if has_own else f"{found.title}: {said}"


def _old(view: View, people: People | None) -> list[str]:
    """Return how many are old now, per 100 residents, and later."""
    if people is None:
        return []
    said = [
        " ".join(old_people(view, people, age, f"aeldre.now_{age[:-1]}")) for age in people.groups
    ]
    share = people.share("80+")
    if share is not None:
        hundred = sentences.out_of_hundred(view.text, view.number, share)
        estimate = mark(view.text, estimate=people.is_estimate("80+", "all"))
        said.append(view.text("aeldre.hundred", share=hundred, age="80", mark=estimate))
    for age in people.groups:
        later = expected(view, people, age)
        if age == "65+":  # there is room for the last year
            later = later[-1:]
        if later:
            said.append(f"{view.text(f'aeldre.later_{age[:-1]}')} {' '.join(later)}")
    return [s for s in said if s]


def _questions(seen: Seen, most: str) -> Block | None:
    return seen.words("", _asked(seen, None, most), "questions")


def _growth_questions(seen: Seen, most: str) -> Block | None:
    return seen.words("", _asked(seen, seen.people, most), "questions")


def _asked(seen: Seen, people: People | None, most: str) -> list[str]:
    if not seen.real and not people:
        return []
    return told.questions(seen.view, seen.real, people, most=int(most))


def _key_figures(seen: Seen, most: str) -> Block | None:
    if not seen.rows:
        return None
    title = seen.view.text("moedeark.key_figures_of", area=seen.view.area.name)
    return tables.key_figures(seen.view, seen.rows, title, most=int(most))


def _ranked(seen: Seen, indicator: str) -> Block | None:
    known = indicator in seen.view.reference.indicators
    return charts.ranked(seen.view, indicator) if known else None


def _trend(seen: Seen, indicator: str) -> Block | None:
    known = indicator in seen.view.reference.indicators
    return charts.trend(seen.view, indicator) if known else None


def _five(seen: Seen, part: str) -> Block | None:
    """Return a part of one of the five figures: ``1`` says it, ``1-picture``, ``1-words``."""
    number, _, what = part.partition("-")
    if int(number) > len(seen.five):
        return None
    one = seen.five[int(number) - 1]
    if what == "picture":
        return fives.picture(seen.view, one)
    return fives.words(seen.view, one) if what else fives.said(one)


def _of_people(
    make: Callable[[View, People], Block],
) -> Callable[[Seen, str], Block | None]:
    return lambda seen, _: make(seen.view, seen.people) if seen.people else None


#: Topic → who lives here, said before its findings.
_WHO: dict[str, Callable[[View, People | None], list[str]]] = {
    "children": children,
    "elderly": _old,
}
_KINDS: dict[str, Callable[[Seen, str], Block | None]] = {
    "lead": _lead,
    "standing_out": _standing_out,
    "findings": _findings,
    "questions": _questions,
    "growth_questions": _growth_questions,
    "key_figures": _key_figures,
    "ranked": _ranked,
    "trend": _trend,
    "dossier": lambda seen, name: dossier.block(seen.view, name),
    "five": _five,
    "ages": _of_people(charts.ages),
    "later": _of_people(charts.later),
    "old_people": _of_people(tables.old_people),
}
