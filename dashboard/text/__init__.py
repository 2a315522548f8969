"""The text catalogue: every sentence of the app, in Danish and English.

``text/<lang>/<name>.toml`` holds the keys ``<name>.…``; files are found, never registered. Values
may hold ``{placeholders}``. A missing key raises: a page with a hole is a bug, found by the tests
that open every page in both languages and compare the two sets of keys.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def _flatten(table: dict[str, Any], prefix: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            out |= _flatten(value, f"{prefix}{key}.")
        else:
            out[f"{prefix}{key}"] = str(value)
    return out


@functools.cache
def catalogue(lang: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return every key and sentence of one language.

    Raises
    ------
    ValueError
        When the language has no folder, or a file is not TOML (the file is named).
    """
    files = sorted((folder / lang).glob("*.toml"))
    if not files:
        raise ValueError(f"no texts for language {lang!r}")
    out: dict[str, str] = {}
    for file in files:
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{lang}/{file.name}: {error}") from error
        out |= _flatten(table, f"{file.stem}.")
    return out


@dataclass(frozen=True)
class Text:
    """The catalogue of one language; call it with a key and the values of its placeholders."""

    lang: str

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence of a key.

        Raises
        ------
        KeyError
            When the catalogue has no such key, or a placeholder is given no value.
        """
        sentence = catalogue(self.lang)[key]
        return sentence.format(**values) if values else sentence

    def has(self, key: str) -> bool:
        """Return whether the catalogue has the key."""
        return key in catalogue(self.lang)

    def age(self, age: str) -> str:
        """Return the name of an age band: ``80 år og derover``, ``65–79 år``, ``alle aldre``."""
        if age == "all":
            return self("common.ages.all")
        if age.endswith("+"):
            return self("common.ages.from", low=age[:-1])
        low, high = age.split("-")
        return self("common.ages.between", low=low, high=high)

    def direction(self, polarity: str) -> str:
        """Return in words whether high is good or bad; empty when it is neither."""
        key = f"common.direction.{polarity}"
        return self(key) if self.has(key) else ""
