"""What stands under a figure's title, the same on a page and on paper. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from dashboard.estimates import of_figure
from dashboard.format import Numbers
from dashboard.reference import Place, Reference
from dashboard.text import Text
from geo.model import OWN_FILE


class Reader(Protocol):
    """Who reads: the definitions, and the words and numbers of the reader's language."""

    @property
    def reference(self) -> Reference:
        """The definitions."""

    @property
    def text(self) -> Text:
        """The catalogue."""

    @property
    def number(self) -> Numbers:
        """The number format."""

    @property
    def area(self) -> Place:
        """The area shown."""


def subtitle(
    reader: Reader,
    indicator: str,
    years: str,
    *,
    age: str = "all",
    sex: str = "all",
    standardisation: str = "crude",
) -> str:
    """Return unit, years, age, sex, by what, direction, and what is provisional or an estimate.

    Parameters
    ----------
    reader, indicator
        Who reads, and what is shown.
    years
        ``2025`` or ``2021–2025``.
    age, sex, standardisation
        Ids of what is shown; ``all`` and ``crude`` are not said.
    """
    text, row = reader.text, reader.reference.indicators[indicator]
    said = [str(row[f"unit_{text.lang}"]), reader.reference.years(indicator, years)]
    if age != "all":
        said.append(text.age(age))
    if sex != "all":
        said.append(text(f"common.sexes.{sex}").lower())
    if standardisation != "crude":
        said.append(text(f"common.standard.{standardisation}"))
    said.append(text(reader.reference.counted_by(indicator)))
    line = ", ".join(said)
    lines = [f"{line[:1].upper()}{line[1:]}."]
    if direction := text.direction(str(row["polarity"])):
        lines.append(f"{direction}.")
    if provisional := reader.reference.provisional_in(indicator, years):
        listed = reader.number.listing([str(year) for year in provisional])
        lines.append(text("parts.provisional", years=listed))
    if estimate := of_figure(text, reader.area):
        lines.append(estimate)
    return " ".join(lines)


def boundaries(reader: Reader) -> str:
    """Return whose the boundaries on maps are, and their licence; empty without any."""
    source = reader.reference.boundaries
    if "OpenStreetMap" in source:
        return reader.text("maps.openstreetmap")
    _, mark, file = source.partition(OWN_FILE)
    return reader.text("maps.own_file", file=file) if mark else source


def sheet_title(text: Text, theme: str) -> str:
    """Return what a topic's sheet is called."""
    key = f"moedeark.titles.{theme}"
    if text.has(key):
        return text(key)
    return text("moedeark.title", theme=text(f"moedeark.themes.{theme}"))


def year(reader: Reader, indicator: str, period: int) -> str:
    """Return a year as a sentence writes it, marked where its number may still be changed."""
    years = reader.reference.years(indicator, str(period))
    if not reader.reference.provisional_in(indicator, str(period)):
        return years
    return f"{years} ({reader.text('parts.is_provisional')})"


def unit(reader: Reader, indicator: str, age: str) -> str:
    """Return the unit and the age in words, for a text that stands without the subtitle."""
    said = str(reader.reference.indicators[indicator][f"unit_{reader.text.lang}"])
    return said if age == "all" else f"{said}, {reader.text.age(age)}"


def elsewhere(reader: Reader, indicators: Iterable[str] | None = None) -> str:
    """Say which indicators (of some, or of all) are not by residence; empty where all are."""
    reference, text = reader.reference, reader.text
    return " ".join(
        text("parts.elsewhere", what=reference.indicators[i][f"title_{text.lang}"], by=by)
        for i in (reference.indicators if indicators is None else indicators)
        if (by := counted(reader, i))
    )


def counted(reader: Reader, indicator: str) -> str:
    """Say where people are counted, if not at home; empty where they are."""
    key = reader.reference.counted_by(indicator)
    return "" if key == "common.by_residence" else reader.text(key)
