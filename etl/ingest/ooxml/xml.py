"""XML read from beginning to end: no entities, no document type, no depth without end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from xml.parsers import expat

from etl.ingest.ooxml.parts import DamagedPartError, DocumentTypeError

#: Tags inside each other. Real parts have a dozen.
DEEPEST: Final = 100
#: A part with more tags than this is made to keep us busy.
MOST: Final = 60_000_000

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]


def parser() -> expat.XMLParserType:
    """Return a parser that joins namespace and name by a space, and refuses document types."""
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.buffer_size = 1 << 16
    made.StartDoctypeDeclHandler = _refuse
    return made


def _refuse(*_: object) -> None:
    raise DocumentTypeError


def parse(made: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    """Feed a parser.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When the XML is not well-formed.
    """
    try:
        for piece in pieces:
            made.Parse(piece, False)
        made.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:  # an encoding nobody knows is a LookupError
        raise DamagedPartError from error


def each(pieces: Iterable[bytes], start: Start, end: End | None = None) -> None:
    """Call ``start`` with the local name and the attributes of every tag, and ``end`` at its close.

    Only of tags in the namespace of the outermost one: what others put beside them says nothing.
    Attributes go by local name too, those of another namespace as ``namespace name``.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When the XML is not well-formed, or has tags without end.
    """
    made = parser()
    depth = tags = 0
    space: str | None = None

    def started(tag: str, given: dict[str, str]) -> None:
        nonlocal depth, tags, space
        depth += 1
        tags += 1
        if depth > DEEPEST or tags > MOST:
            raise DamagedPartError
        own, name = split(tag)
        if space is None:
            space = own
        if own == space:
            start(name, given)

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        own, name = split(tag)
        if own == space and end is not None:
            end(name)

    made.StartElementHandler = started
    made.EndElementHandler = ended
    parse(made, pieces)


def split(tag: str) -> tuple[str, str]:
    """Return namespace and local name."""
    space, _, name = tag.rpartition(" ")
    return space, name


def relation_id(given: Mapping[str, str]) -> str:
    """Return the ``r:id`` of a tag, whatever prefix a writer uses; empty when there is none."""
    for key, value in given.items():
        space, name = split(key)
        if name == "id" and (space.endswith("/relationships") or ":" in key):
            return value
    return ""


def truth(text: str | None) -> bool:
    """Return what a boolean attribute says."""
    return (text or "").strip().lower() in ("1", "true", "on")


def number(text: str | None) -> int:
    """Return what an attribute that counts something says.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When it is no whole number.
    """
    if text is None or not (text := text.strip()).isascii() or not text.isdigit() or len(text) > 9:
        raise DamagedPartError
    return int(text)
