"""What is wrong with geographies and boundaries, in Danish and English, from the files here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geo.said import Catalogue

CATALOGUE: Final = Catalogue(Path(__file__).parent)
say = CATALOGUE.say
