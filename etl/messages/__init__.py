"""The sentences of findings, in Danish and English, from the TOML files beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.said import NOTHING, Catalogue, Said, joined

__all__ = ["NOTHING", "Said", "catalogue", "joined", "say"]

_CATALOGUE: Final = Catalogue(Path(__file__).parent)
say = _CATALOGUE.say


def catalogue() -> dict[str, dict[str, str]]:
    """Return every message and phrase by key."""
    return _CATALOGUE.texts
