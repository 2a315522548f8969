"""The data officer's view of disclosure control: what is hidden, why, and what would help."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from klyngeblik.cli.output import print_rows, terminal

_COLUMNS: Final = (
    "level",
    "cells",
    "few",
    "protecting",
    "hidden",
    "both_sexes",
    "coarsest",
    "always",
)


def print_hiding(warehouse: Path, language: Literal["da", "en"]) -> None:
    """Print what a warehouse hides of the counts that are ours to make safe.

    Raises
    ------
    warehouse.WarehouseError
        When there is no warehouse, or none that can be read.
    """
    from dashboard.text import Text  # noqa: PLC0415
    from warehouse import connect  # noqa: PLC0415 - heavy
    from warehouse.read.hiding import given_away, hidden_of_ours  # noqa: PLC0415

    text = Text(language)
    with connect(warehouse) as wh:
        rows = hidden_of_ours(wh, language).to_dicts()
        known = given_away(wh, language)
    console = terminal()
    if not rows:
        console.print(text("hiding.nothing"))
        return
    shares = ("hidden", "both_sexes", "coarsest", "always")
    for row in rows:
        row |= {key: f"{row[key]:.1f} %" for key in shares}
        row |= {key: f"{row[key]:,}" for key in ("cells", "few", "protecting")}
        row["level"] = text(f"hiding.levels.{row['level']}").lower()
    headings = {"title": text("hiding.indicator")}
    print_rows(rows, headings | {key: text(f"hiding.{key}") for key in _COLUMNS})
    for paragraph in (text("hiding.what"), text("hiding.tried"), *known):
        console.print(paragraph, markup=False)
