"""Sentences in Danish and English, kept in TOML files beside the code that says them.

A message says what is wrong and how to mend it (``what_da``, ``what_en``, ``mend_da``,
``mend_en``); one that may stand for thousands of cells also says their kind (``kind_da``,
``kind_en``), under which the rest is counted. A phrase (``da``, ``en``) is a part of a sentence.

This room imports no other, so that what every room says stands on what lies here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any, Final

_SWAPPED: Final = str.maketrans(",.", ".,")
#: Characters of a value that are quoted: a cell may hold 32,000.
_QUOTED: Final = 500
#: Signs that are no text: they steer a terminal, or turn the direction of what stands after them.
_STEERING: Final = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(
        (
            *range(0x80, 0xA0),
            0x61C,
            *range(0x200E, 0x2010),
            *range(0x2028, 0x202F),
            *range(0x2066, 0x206A),
            *range(0xD800, 0xE000),
        ),
        0xFFFD,
    ),
}
#: Those that quoting leaves as they are.
_UNESCAPED: Final = re.compile(f"[{''.join(re.escape(chr(c)) for c in _STEERING if c >= 0x7F)}]")
_STEERING_IN_LINES: Final = {
    code: sign for code, sign in _STEERING.items() if code not in (ord("\n"), ord("\t"))
}


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    da: str
    en: str


#: No text.
NOTHING: Final = Said("", "")


def visible(text: str, *, lines: bool = False) -> str:
    """Return a text with a visible sign for each character that would steer who shows it.

    File names and cells come from anybody. Control characters move a terminal's cursor, change its
    title and more; others turn the direction of the text around them.

    Parameters
    ----------
    text
        Any text, also one that is not Unicode throughout (a file name).
    lines
        Whether line ends and tabs are its own and stay.
    """
    return text.translate(_STEERING_IN_LINES if lines else _STEERING)


def escaped(quoted: str) -> str:
    """Return JSON, or a quoted text of TOML, with escapes for what would steer who shows it."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


class _Given(str):
    """A text from outside, put into one of ours."""

    __slots__ = ()


class _English(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        # Quoted ({label!r}) it is no longer as it was given: its signs are written out.
        own = visible(value) if isinstance(value, _Given) else value
        return str(super().format_field(own, format_spec))


class _Danish(_English):
    """Writes 1.234,5 where English writes 1,234.5."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = super().format_field(value, format_spec)
        return text.translate(_SWAPPED) if isinstance(value, int | float) else text


_FORMATTERS: Final[Mapping[str, Formatter]] = {"da": _Danish(), "en": _English()}


class Catalogue:
    """The messages and phrases of one folder.

    Parameters
    ----------
    folder
        Its ``*.toml`` files are read when something is said for the first time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        """Every message and phrase by key; a key stands in one file only."""
        found: dict[str, dict[str, str]] = {}
        for path in sorted(self._folder.glob("*.toml")):
            for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
                if key in found:
                    msg = f"{path.name}: {key} stands in another file already"
                    raise ValueError(msg)
                found[key] = texts
        return found

    def say(self, key: str, part: str = "", /, **values: object) -> Said:
        """Return a phrase, or a part of a message, with its values put in.

        Parameters
        ----------
        key
            Table of the catalogue.
        part
            ``what``, ``mend`` or ``kind`` of a message; empty for a phrase.
        **values
            What stands in braces in the text. A :class:`Said` is put in in the language of the
            text; numbers are written as that language writes them, and a text is shortened and
            made :func:`visible`.
        """
        texts = self.texts[key]
        return Said(*(_in(language, texts, part, values) for language in ("da", "en")))


def _in(language: str, texts: Mapping[str, str], part: str, values: Mapping[str, object]) -> str:
    template = texts[f"{part}_{language}" if part else language]
    own = {k: _put_in(language, value) for k, value in values.items()}
    return _FORMATTERS[language].format(template, **own)


def _put_in(language: str, value: object) -> object:
    if isinstance(value, Said):
        return getattr(value, language)
    if isinstance(value, str):
        return _Given(value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…")
    return value


def joined(between: str, parts: Iterable[Said | str]) -> Said:
    """Return texts one after another; a plain one is the same in both languages."""
    said = [Said(part, part) if isinstance(part, str) else part for part in parts]
    return Said(between.join(s.da for s in said), between.join(s.en for s in said))
