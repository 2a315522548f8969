"""Finds what rests on made-up figures: change all of these, and see which texts change.

A text that differs between two renders of one page or sheet is made of figures somebody invented,
whether it is a number, a verdict, a rank or a question; it must say so where it stands.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb

#: What tells a reader that a figure is made up, in both languages.
MARK = re.compile(r"DEMO|demotal|opdigte|made[ -]up")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")
_VOID = frozenset({"br", "wbr", "col", "hr", "img", "input"})
_TURNED = {"better": "worse", "worse": "better", "lower": "higher", "higher": "lower"}
_TRENDS = {"increasing": "decreasing", "decreasing": "increasing", "no_change": "increasing"}

#: A text and what stands with it: where one changes, the other must hold the mark.
Unit = tuple[str, str]


def changed(source: Path, target: Path) -> Path:
    """Copy a warehouse with every made-up figure another one: number, comparison and trend."""
    shutil.copy(source, target)

    def swapped(column: str, words: dict[str, str]) -> str:
        cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in words.items())
        return f"{column} = CASE {column} {cases} ELSE {column} END"

    # Each area by its own factor: all by one would leave every comparison as it was.
    factor = "(0.45 + 0.5 * (hash(area_id || indicator_id) % 1000) / 1000)"
    numbers = (f"{column} = {column} * {factor}" for column in ("value", "lower", "upper", "count"))
    parts = (
        *numbers,
        swapped("vs_country", _TURNED),
        swapped("vs_region", _TURNED),
        swapped("trend", _TRENDS),
    )
    with duckdb.connect(str(target)) as con:
        con.execute(
            f"UPDATE measures SET {', '.join(parts)} WHERE indicator_id IN "
            "(SELECT indicator_id FROM indicators WHERE is_demo)"
        )
    return target


def delivered(source: Path, target: Path) -> Path:
    """Copy a warehouse as if the packages that are made up were delivered as real ones."""
    shutil.copy(source, target)
    with duckdb.connect(str(target)) as con:
        for table in ("indicators", "packages", "measures"):
            con.execute(f"UPDATE {table} SET is_demo = false")
    return target


def unmarked(before: Iterable[Unit], after: Iterable[Unit]) -> list[str]:
    """Return the texts without a mark that the first render has and the second lacks."""
    one, other = (
        Counter(said for said, beside in render if not MARK.search(beside))
        for render in (before, after)
    )
    return sorted(one - other)


def moved(before: Iterable[Unit], after: Iterable[Unit]) -> int:
    """Return how many texts the two renders do not share."""
    return len(Counter(said for said, _ in before) - Counter(said for said, _ in after))


def sentences(text: str) -> list[str]:
    """Return the sentences of a running text."""
    return _SENTENCE.split(" ".join(text.split()))


class Element:
    """An element of a page: its name, attributes, and what stands in it."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.inside: list[Element | str] = []

    @property
    def text(self) -> str:
        """All text in it in one line, with plain spaces."""
        said = " ".join(i if isinstance(i, str) else i.text for i in self.inside)
        return " ".join(said.split())

    def has(self, css: str) -> bool:
        """Return whether it has a class."""
        return css in self.attributes.get("class", "").split()

    def all(self, *names: str) -> Iterator[Element]:
        """Yield the elements of some names below it, in order."""
        for inner in self.inside:
            if isinstance(inner, Element):
                if inner.name in names:
                    yield inner
                yield from inner.all(*names)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in _VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in (element.name for element in self.open[1:]):
            while self.open.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """Return HTML as elements."""
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]


def units(html: str) -> list[Unit]:
    """Return a page's texts: sentences, items, rows with their group, charts with their heading.

    A row of a table stands with the headings of its columns, its group and its own name; an item
    of a list of numbers and all of a chart with its heading; everything else stands alone.
    """
    return list(_units(read(html)))


def _units(element: Element) -> Iterator[Unit]:
    for inner in element.inside:
        if isinstance(inner, str):
            yield from ((said, said) for said in sentences(inner) if said)
        elif inner.has("kb-frame"):
            yield from _frame(inner)
        elif inner.has("kb-listed"):
            heading = next(inner.all("h2", "h3", "h4")).text
            yield from ((item.text, heading) for item in inner.all("li"))
        elif inner.name == "table":
            yield from _table(inner)
        elif inner.name in ("li", "dt", "dd", "summary", "caption"):
            yield inner.text, inner.text
        elif inner.name == "p" or re.fullmatch(r"h\d", inner.name):
            yield from ((said, said) for said in sentences(inner.text))
        elif inner.name not in ("style", "script", "button"):
            if label := inner.attributes.get("aria-label"):
                yield label, label
            yield from _units(inner)


def _frame(frame: Element) -> Iterator[Unit]:
    heading = next(frame.all("h2", "h3", "h4")).text
    for element in frame.all("p", "div", "details", "table"):
        if drawn := element.attributes.get("data-chart"):
            yield drawn, heading
            # Who cannot see the heading beside it hears the mark too.
            yield element.attributes["aria-label"], element.attributes["aria-label"]
        elif folded := element.attributes.get("data-folded"):
            yield from _units(read(folded))
        elif element.name == "p":
            yield element.text, heading


def _table(table: Element) -> Iterator[Unit]:
    head = " ".join(row.text for part in table.all("thead") for row in part.all("tr"))
    group = ""
    for part in table.all("tbody"):
        for row in part.all("tr"):
            if row.has("kb-group"):
                group = row.text
            yield row.text, f"{head} {group} {row.text}"
    for caption in table.all("caption"):
        yield caption.text, caption.text
