"""Texts of a workbook: their words without reading aids, and the marks raised among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from etl.ingest.ooxml.parts import DamagedPartError
from etl.ingest.ooxml.xml import DEEPEST, MOST, parse, parser, split

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RAISED: Final = ("superscript", "subscript")


@dataclass
class Strings:
    """The texts that cells share, by number, and the numbers of those that a mark makes unclear."""

    texts: list[str] = field(default_factory=list)
    misleading: set[int] = field(default_factory=set)


class RichText:
    """Puts one text (``si`` or ``is``) together from its runs as the tags pass by.

    What stands in ``rPh`` says how the text is pronounced, and is no part of it.
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start anew."""
        self.words: list[str] = []
        self.raised = False
        self._aid = 0
        self._open = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take the start of a tag, by its local name."""
        if name == "rPh":
            self._aid += 1
        elif name == "t":
            self._open = not self._aid
        elif name == "vertAlign" and given.get("val") in _RAISED:
            self.raised = True

    def text(self, words: str) -> None:
        """Take what stands between tags."""
        if self._open:
            self.words.append(words)

    def end(self, name: str) -> None:
        """Take the end of a tag."""
        if name == "rPh":
            self._aid -= 1
        elif name == "t":
            self._open = False

    def whole(self) -> str:
        """Return the text."""
        return plain("".join(self.words))

    def misleading(self) -> bool:
        """Return whether it looks like a number only because a mark among it is raised."""
        return self.raised and looks_like_a_number(self.whole())


def plain(text: str) -> str:
    """Return a text with the characters that writers spell as ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def shared_strings(pieces: Iterable[bytes]) -> Strings:
    """Read the part of texts that cells share.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When it is not well-formed, or has tags without end.
    """
    strings = Strings()
    made = parser()
    text = RichText()
    depth = tags = 0
    inside = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal depth, tags, inside
        depth += 1
        tags += 1
        if depth > DEEPEST or tags > MOST:
            raise DamagedPartError
        name = split(tag)[1]
        if depth == 2 and name == "si":
            inside = True
            text.begin()
        elif inside:
            text.start(name, given)

    def end(tag: str) -> None:
        nonlocal depth, inside
        depth -= 1
        name = split(tag)[1]
        if depth == 1 and inside:
            inside = False
            if text.misleading():
                strings.misleading.add(len(strings.texts))
            strings.texts.append(text.whole())
        elif inside:
            text.end(name)

    made.StartElementHandler = start
    made.EndElementHandler = end
    made.CharacterDataHandler = text.text
    parse(made, pieces)
    return strings


def looks_like_a_number(words: str) -> bool:
    """Return whether a text has nothing but what numbers are written with."""
    return re.fullmatch(r"[\s\d.,-]+", words) is not None
