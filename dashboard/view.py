"""What a reader looks at, and how it is worded: one area in one language. Knows no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.estimates import marked
from dashboard.figures.style import Look
from dashboard.format import Numbers
from dashboard.reference import Place, Reference, Row
from dashboard.text import Text
from warehouse import Warehouse


@dataclass(frozen=True)
class View:
    """One area as one reader sees it, wherever it is shown: on paper, on slides, in a sheet.

    Attributes
    ----------
    warehouse, reference
        The numbers and the small tables beside them.
    area
        The area shown.
    lang
        ``da`` or ``en``.
    """

    warehouse: Warehouse
    reference: Reference
    area: Place
    lang: str = "da"

    @property
    def text(self) -> Text:
        """The catalogue of the reader's language."""
        return Text(self.lang)

    @property
    def number(self) -> Numbers:
        """The reader's number format."""
        return Numbers(self.lang)

    @property
    def look(self) -> Look:
        """Language, number format and colours for alternative texts and values in words."""
        return Look(self.text, self.number)

    @property
    def region(self) -> Place | None:
        """The region of the area, ``None`` for a region or the country."""
        return self.reference.areas.get(self.area.region_id or "")

    def localised(self, row: Row, column: str) -> str:
        """Return ``<column>_da`` or ``<column>_en`` of a warehouse row; empty when null."""
        return str(row[f"{column}_{self.lang}"] or "")

    def age(self, age: str) -> str:
        """Return the name of an age band: ``80 år og derover``, ``65–79 år``, ``alle aldre``."""
        return self.text.age(age)

    def direction(self, indicator: str) -> str:
        """Return in words whether high is good or bad; empty when it is neither."""
        return self.text.direction(str(self.reference.indicators[indicator]["polarity"]))

    def is_demo(self, indicator: str) -> bool:
        """Return whether an indicator's figures are made up."""
        return bool(self.reference.indicators[indicator]["is_demo"])

    def title(self, indicator: str, *, short: bool = False) -> str:
        """Return an indicator's title, with the sector where several can be shown."""
        row = self.reference.indicators[indicator]
        title = self.localised(row, "short" if short else "title")
        if len(row["sectors"]) > 1:
            title += f" – {self.text('common.sectors.' + row['default_sector']).lower()}"
        return title

    def value(self, row: Row) -> str:
        """Return a key figure's number with its unit in words: ``5,6 %``, ``26 pr. 1.000 ...``."""
        said = self.number.unit(row["value"], row["unit"], row["decimals"])
        if row["unit"] != "per_cent":
            said += f" {self.localised(row, 'unit')}"
        return marked(said, row, self.text)
