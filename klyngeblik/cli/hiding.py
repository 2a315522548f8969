"""The data officer's view of disclosure control: what is hidden, why, and what would help."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from klyngeblik.cli.output import print_rows, terminal

_COLUMNS: Final = {
    "da": {
        "title": "Måltal",
        "level": "Niveau",
        "cells": "Celler",
        "few": "Få personer",
        "protecting": "For at skjule andre",
        "hidden": "Skjult",
        "both_sexes": "Kønnene samlet",
        "coarsest": "og i den bredeste alder",
        "always": "Skjult tre år i træk",
    },
    "en": {
        "title": "Indicator",
        "level": "Level",
        "cells": "Cells",
        "few": "Few people",
        "protecting": "To protect others",
        "hidden": "Hidden",
        "both_sexes": "Sexes together",
        "coarsest": "and in the widest age",
        "always": "Hidden three years running",
    },
}
_LEVELS: Final = {
    "country": "land",
    "region": "region",
    "health_council": "sundhedsråd",
    "cluster": "klynge",
    "municipality": "kommune",
}
_TEXT: Final = {
    "da": (
        "Kun pakker med de faktiske små tal. 'Kønnene samlet' og 'den bredeste alder' er den "
        "andel, der er skjult, hvis kun de vises; 'tre år i træk' er det, som år slået sammen "
        "heller ikke ville vise uden videre.",
        "Prøvet mod hver udgivelse, før den kom ud: alle geografier, køn, aldre, sektorer og år på "
        "én gang, summer og definitioner fra layoutene, hvad andre pakker og tidligere udgivelser "
        "siger, 'færre end', hele personer, og at et vist nul betyder mindst én i et skjult tal. "
        "Løftet: mindst tre mulige værdier for hvert skjult lille antal.",
        "Ingen pakke med de faktiske små tal er indlæst.",
    ),
    "en": (
        "Only packages with true small counts. 'Sexes together' and 'the widest age' are the share "
        "hidden if only these are shown; 'three years running' is what years taken together would "
        "not simply show either.",
        "Tried against each release before it went out: all geographies, sexes, ages, sectors and "
        "years at once, sums and definitions of the layouts, what other packages and earlier "
        "releases say, 'fewer than', whole people, and that a shown zero means at least one in a "
        "hidden count. The promise: at least three possible values for each hidden small count.",
        "No package with true small counts is loaded.",
    ),
}


def print_hiding(warehouse: Path, language: Literal["da", "en"]) -> None:
    """Print what a warehouse hides of the counts that are ours to make safe.

    Raises
    ------
    warehouse.WarehouseError
        When there is no warehouse, or none that can be read.
    """
    from warehouse import connect  # noqa: PLC0415 - heavy
    from warehouse.read.hiding import given_away, hidden_of_ours  # noqa: PLC0415

    what, tried, nothing = _TEXT[language]
    with connect(warehouse) as wh:
        rows = hidden_of_ours(wh, language).to_dicts()
        known = given_away(wh, language)
    console = terminal()
    if not rows:
        console.print(nothing)
        return
    shares = ("hidden", "both_sexes", "coarsest", "always")
    for row in rows:
        row |= {key: f"{row[key]:.1f} %" for key in shares}
        row |= {key: f"{row[key]:,}" for key in ("cells", "few", "protecting")}
        if language == "da":
            row["level"] = _LEVELS[row["level"]]
    print_rows(rows, _COLUMNS[language])
    for text in (what, tried, *known):
        console.print(text, markup=False)
