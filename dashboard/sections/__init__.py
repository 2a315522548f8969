"""How each section of a topic's page is drawn: one file each, named as the topic file names it.

A file offers ``draw(shown)``. It may offer ``slices(shown)``, the numbers it needs, which a page
reads in one query, and ``has_choices(shown)``: whether it draws something that cannot stand in a
stretch written as one element (a choice).
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Any

from content.topics import Section, Topic
from dashboard.context import Context
from dashboard.rows import Slice

#: Kinds of indicators whose counts are published: years of them can be taken together.
_COUNTED = frozenset({"proportion", "rate", "mean"})


@functools.cache
def drawn_by(show: str) -> ModuleType:
    """Return the module that draws a kind of section.

    Raises
    ------
    ModuleNotFoundError
        When there is no such kind.
    """
    return importlib.import_module(f"{__name__}.{show}")


@dataclass(frozen=True)
class Shown:
    """One section as it is shown to one reader."""

    ctx: Context
    topic: Topic
    section: Section
    is_big: bool

    @property
    def indicators(self) -> list[str]:
        """The section's own indicators that there are figures of."""
        return [i for i in self.section.indicators if i in self.ctx.reference.indicators]

    @property
    def all_of_topic(self) -> list[str]:
        """Every indicator of the topic whose figures are shares, rates or means, in order."""
        known = self.ctx.reference.indicators
        return [i for i in self.topic.indicators(known) if known[i]["kind"] != "count"]

    @property
    def rest_of_topic(self) -> list[str]:
        """Those that no section draws in full, then ``more``; without those of ``leave_out``."""
        left_out, named = self.option("leave_out", ()), self.topic.drawn_in_full()
        rest = [
            i
            for i in self.all_of_topic
            if i not in named and not any(fnmatchcase(i, pattern) for pattern in left_out)
        ]
        more = (i for i in self.option("more", ()) if i in self.ctx.reference.indicators)
        return list(dict.fromkeys([*rest, *more])) if rest else []

    def option(self, name: str, default: Any = None) -> Any:
        """Return one of the section's own keys."""
        return self.section.options.get(name, default)

    def key(self, *parts: str) -> str:
        """Return a figure's name in a link: the page's, then the figure's own."""
        return ".".join((self.ctx.page.title.partition(".")[0], *parts))

    def can_be_pooled(self, indicator: str) -> bool:
        """Return whether years of an indicator can be taken together, and the topic wants it."""
        kind = self.ctx.reference.indicators[indicator]["kind"]
        return bool(self.option("pooled")) and kind in _COUNTED

    def slices(self) -> Sequence[Slice]:
        """Return the numbers the section needs."""
        module = drawn_by(self.section.show)
        return module.slices(self) if hasattr(module, "slices") else ()

    def has_choices(self) -> bool:
        """Return whether the section draws a choice."""
        module = drawn_by(self.section.show)
        return bool(module.has_choices(self)) if hasattr(module, "has_choices") else False

    def draw(self) -> None:
        """Draw the section."""
        drawn_by(self.section.show).draw(self)
