"""Topics: what a page and a meeting sheet are about, one TOML file each.

A file's name is the topic's id: ``content/topics/children.toml`` is ``children``. Nothing is
registered anywhere else. A topic names its indicators by theme, so that a new indicator file
(``etl/indicators/<theme>/``) stands on the topic's page, in its sheet's table and in its choices
without a change here; the file names only what comes first and what is drawn in full.

Whether figures are made up is no part of a topic: it decides a mark and whether something is left
out, never where it stands.

Keys of a file
--------------
``order``
    Place among the topics.
``page``
    Address (slug) of the topic's page; left out where it has none.
``themes``
    Themes whose indicators belong to the topic.
``first``
    Indicators that come first, in this order. Those of another theme belong to the topic too.
``also``
    Indicators of other themes that come last.
``sections``
    What the page shows, in order: ``show`` names a file in ``dashboard/sections``; ``indicators``
    and ``heading`` (a text key) mean the same everywhere; other keys are that section's own.
``levels``
    Levels of the areas that have the sheet; all where it is left out.
``large``
    Whether the sheet is one page in large print: nothing smaller than 14 points.
``sheet``
    Parts of the meeting sheet: ``page`` (from 1), ``title`` (a text key), ``rows`` of blocks that
    stand side by side. A block is ``kind`` or ``kind:argument``, e.g. ``trend:obesity``; the kinds
    are those of ``report.blocks``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """One stretch of a topic's page.

    Attributes
    ----------
    show
        How it is drawn: the name of a file in ``dashboard/sections``.
    indicators
        What it shows, in order; empty where the section shows what the topic has.
    heading
        Text key of its heading; may be empty.
    options
        The section's own keys.
    """

    show: str
    indicators: tuple[str, ...] = ()
    heading: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SheetPart:
    """A part of a meeting sheet: its page, the text key of its heading, rows of blocks."""

    page: int
    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Topic:
    """One topic; see the module's docstring for what each attribute means."""

    id: str
    order: int
    themes: tuple[str, ...] = ()
    page: str | None = None
    first: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    large: bool = False
    sections: tuple[Section, ...] = ()
    sheet: tuple[SheetPart, ...] = ()

    def indicators(self, known: Mapping[str, Row]) -> list[str]:
        """Return the topic's indicators that exist, in order.

        Parameters
        ----------
        known
            Indicator id → its warehouse row (``theme``, ``sort``).
        """
        own = [i for i, row in known.items() if row["theme"] in self.themes]
        if len(self.themes) > 1:
            own = in_topic_order(own, known)
        else:
            own.sort(key=lambda i: (known[i]["sort"], i))
        named = (*self.first, *own, *self.also)
        return [i for i in dict.fromkeys(named) if i in known]

    def has_sheet(self, level: str) -> bool:
        """Return whether an area of a level has a sheet of this topic."""
        return bool(self.sheet) and (not self.levels or level in self.levels)

    def drawn_in_full(self) -> set[str]:
        """Return the indicators that a section names: they need no choice to be seen."""
        return {i for section in self.sections for i in section.indicators}


def _section(table: dict[str, Any]) -> Section:
    return Section(
        table.pop("show"), tuple(table.pop("indicators", ())), table.pop("heading", ""), table
    )


def _part(table: dict[str, Any]) -> SheetPart:
    return SheetPart(table["page"], table["title"], tuple(tuple(row) for row in table["rows"]))


def read(file: Path) -> Topic:
    """Read one topic.

    Raises
    ------
    ValueError
        When the file is not TOML, lacks a key or has one that is not known; the file is named.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        sections = tuple(map(_section, table.pop("sections", ())))
        parts = tuple(map(_part, table.pop("sheet", ())))
        lists: dict[str, Any] = {
            key: tuple(table.pop(key, ())) for key in ("themes", "first", "also", "levels")
        }
        return Topic(file.stem, sections=sections, sheet=parts, **lists, **table)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{file.name}: {error}") from error


@functools.cache
def topics(folder: Path = FOLDER) -> dict[str, Topic]:
    """Return the topics by id, in order."""
    found = sorted(map(read, folder.glob("*.toml")), key=lambda topic: topic.order)
    return {topic.id: topic for topic in found}


def in_topic_order(indicators: Iterable[str], known: Mapping[str, Row]) -> list[str]:
    """Return indicators as the topics order them: topic by topic, then each topic's own order.

    Parameters
    ----------
    indicators
        What is put in order; one in several topics stands in the one of its own theme.
    known
        Indicator id → its warehouse row.
    """
    place: dict[str, tuple[int, int]] = {}
    for n, topic in enumerate(t for t in topics().values() if len(t.themes) == 1):
        for at, indicator in enumerate(topic.indicators(known)):
            if known[indicator]["theme"] in topic.themes:
                place[indicator] = (n, at)
    last = (len(place), 0)
    return sorted(indicators, key=lambda i: place.get(i, last))
