"""What a page says in HTML: headings, texts, and pieces gathered into one.

Each element and each column is a handful of components that Streamlit's side of the browser goes
through at every click. A stretch of a page without choices or buttons is written as one element.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from html import escape

import streamlit as st
from markdown_it import MarkdownIt

from dashboard.selection import LANGS
from dashboard.text import catalogue

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_gathered: ContextVar[list[str] | None] = ContextVar("gathered", default=None)


def put(html: str) -> None:
    """Write HTML where the page has come to; within ``together`` and ``beside``, gather it."""
    pieces = _gathered.get()
    if pieces is None:
        st.html(html)
    else:
        pieces.append(html)


@contextmanager
def together() -> Iterator[None]:
    """Write what is put within as one element.

    Only for what this module and the components write: a choice or a button drawn within would
    stand above all of it (see ``alone``).
    """
    pieces: list[str] = []
    with _into(pieces):
        yield
    if pieces:
        put(f'<div class="kb-together">{"".join(pieces)}</div>')


@contextmanager
def beside(*, stacked: bool = False) -> Iterator[tuple[AbstractContextManager[None], ...]]:
    """Give two places beside each other, below each other on a phone; each is entered once.

    Parameters
    ----------
    stacked
        Whether they stand below each other everywhere.
    """
    places: tuple[list[str], list[str]] = ([], [])
    yield tuple(_into(pieces) for pieces in places)
    cells = "".join(f'<div class="kb-together">{"".join(pieces)}</div>' for pieces in places)
    if any(places):
        put(f'<div class="{"kb-together" if stacked else "kb-beside"}">{cells}</div>')


@contextmanager
def wrapped(before: str, after: str) -> Iterator[None]:
    """Write what is put within between two pieces of HTML; nothing where nothing is put."""
    pieces: list[str] = []
    with _into(pieces):
        yield
    if pieces:
        put(f'{before}<div class="kb-together">{"".join(pieces)}</div>{after}')


@contextmanager
def _into(pieces: list[str]) -> Iterator[None]:
    token = _gathered.set(pieces)
    try:
        yield
    finally:
        _gathered.reset(token)


def alone() -> None:
    """Assert that what is drawn next is an element by itself.

    Raises
    ------
    RuntimeError
        Within ``together`` or ``beside``, where it would not stand where it is written.
    """
    if _gathered.get() is not None:
        raise RuntimeError("a choice cannot stand in what is written together")


def heading(text: str, level: int = 2) -> None:
    """Write a heading of a page or of a section; a chart brings its own."""
    put(f'<h{level} class="kb-heading">{escape(text)}</h{level}>')


def plain(text: str) -> str:
    """Return a text from outside so that Markdown shows it as it is written."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def prose(markdown: str) -> None:
    """Write paragraphs and lists in Markdown; HTML in it is shown as it is written.

    A link is one only where the text catalogue itself has it, so that no name, title or address
    can bring its own. What comes from outside goes through :func:`plain`.
    """
    if markdown:
        put(f'<div class="kb-prose">{_markdown().render(markdown)}</div>')


def caption(markdown: str) -> None:
    """Write small print, in Markdown."""
    put(f'<div class="kb-prose kb-caption">{_markdown().render(markdown)}</div>')


def remark(text: str) -> None:
    """Write small print as it is, whatever stands in it."""
    put(f'<div class="kb-prose kb-caption"><p>{escape(text)}</p></div>')


def note(text: str) -> None:
    """Write, set off from the rest, what the reader should know before reading on."""
    put(f'<p class="kb-note">{escape(text)}</p>')


@functools.cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.disable(["image", "autolink"])
    ours = {
        link
        for lang in LANGS
        for sentence in catalogue(lang).values()
        for link in _LINK.findall(sentence)
    }
    markdown.validateLink = ours.__contains__  # type: ignore[method-assign, assignment]
    return markdown
