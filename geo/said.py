"""Sentences in Danish and English, kept in TOML files beside the code that says them.

A message says what is wrong and how to mend it (``what_da``, ``what_en``, ``mend_da``,
``mend_en``); one that may stand for thousands of cells also says their kind (``kind_da``,
``kind_en``), under which the rest is counted. A phrase (``da``, ``en``) is a part of a sentence.

This room imports no other, so that what every room says stands on what lies here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any, Final

_SWAPPED: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    da: str
    en: str


#: No text.
NOTHING: Final = Said("", "")


class _Danish(Formatter):
    """Writes 1.234,5 where English writes 1,234.5."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.translate(_SWAPPED) if isinstance(value, int | float) else text


_FORMATTERS: Final[Mapping[str, Formatter]] = {"da": _Danish(), "en": Formatter()}


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
            text; numbers are written as that language writes them.
        """
        texts = self.texts[key]
        return Said(*(_in(language, texts, part, values) for language in ("da", "en")))


def _in(language: str, texts: Mapping[str, str], part: str, values: Mapping[str, object]) -> str:
    template = texts[f"{part}_{language}" if part else language]
    own = {k: getattr(v, language) if isinstance(v, Said) else v for k, v in values.items()}
    return _FORMATTERS[language].format(template, **own)


def joined(between: str, parts: Iterable[Said | str]) -> Said:
    """Return texts one after another; a plain one is the same in both languages."""
    said = [Said(part, part) if isinstance(part, str) else part for part in parts]
    return Said(between.join(s.da for s in said), between.join(s.en for s in said))
