"""What a meeting sheet holds, apart from how it is made: paper, slides and workbook draw the same.

Every number stands twice: as a value (unrounded, ``None`` where there is none to show) and as the
text a reader sees, which says why a number is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dashboard.figures.scale import Scale


@dataclass(frozen=True)
class Point:
    """One number of a chart.

    Attributes
    ----------
    label
        What it is of: an area, a year, an age.
    value, lower, upper
        The number and its 95 % limits; ``None`` where unknown or hidden.
    text
        The number as written, or why there is none.
    who
        ``area``, ``region``, ``country`` or ``other``.
    is_projection
        A year that has not been measured.
    is_estimate
        Whether the number rests on an assumption; the text says so.
    """

    label: str
    value: float | None
    text: str
    lower: float | None = None
    upper: float | None = None
    who: str = "area"
    is_projection: bool = False
    is_estimate: bool = False


@dataclass(frozen=True)
class Series:
    """Points that belong together, with their name."""

    name: str
    points: tuple[Point, ...]
    who: str = "area"


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes
    ----------
    kind
        ``ranked`` (areas, highest first), ``beside`` (bars of the area with marks of region and
        country), ``trend`` (lines over years) or ``later`` (people now and projected).
    title, subtitle, source, alt
        What it shows; unit, year and direction; where from; the same for who cannot see it.
    decimals
        Decimals shown.
    scale
        The value axis: the same as that of the chart on the page.
    ticks
        Values written on the axis, and their texts; only for ``trend``.
    mark
        Where the country stands, drawn as a line over ``ranked``.
    note
        What to be careful with, or empty.
    breaks
        First years of a new level in the source: no line runs into them.
    indicators
        Ids of what is shown, for the list of sources.
    """

    kind: Literal["ranked", "beside", "trend", "later"]
    title: str
    subtitle: str
    series: tuple[Series, ...]
    source: str
    alt: str
    decimals: int
    scale: Scale
    is_demo: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    mark: float | None = None
    note: str = ""
    breaks: tuple[int, ...] = ()
    indicators: tuple[str, ...] = ()
    type: str = "chart"


@dataclass(frozen=True)
class Cell:
    """A table's cell: what is written, and the number behind it if it is one.

    Attributes
    ----------
    text
        As the reader sees it.
    value
        The number, unrounded.
    decimals
        Decimals shown.
    small
        In smaller letters after it: the unit of a name, the interval of a number.
    note
        ``skøn`` after an estimate.
    """

    text: str
    value: float | None = None
    decimals: int = 0
    small: str = ""
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a table; ``is_group`` for a heading over the rows that follow."""

    cells: tuple[Cell, ...]
    is_group: bool = False
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first column names the rows.

    ``left`` are the columns that hold words. Where only some rows are made up (``has_demo``), each
    of them says so; where all are, the title says it (``is_demo``).
    """

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""
    left: tuple[int, ...] = (0,)
    is_demo: bool = False
    has_demo: bool = False
    indicators: tuple[str, ...] = ()
    type: str = "table"


@dataclass(frozen=True)
class Words:
    """Sentences: as a paragraph, as points, or as numbered questions."""

    title: str
    items: tuple[str, ...]
    kind: Literal["lead", "points", "questions", "small"] = "points"
    is_demo: bool = False
    type: str = "words"


@dataclass(frozen=True)
class Picture:
    """A drawing without numbers: what it shows, the drawing as SVG, and the same in words.

    Slides and workbook leave it out.
    """

    title: str
    subtitle: str
    svg: str
    alt: str
    source: str
    indicators: tuple[str, ...] = ()
    is_demo: bool = False
    type: str = "picture"


Block = Chart | Table | Words | Picture


def holds_demo(block: Block) -> bool:
    """Return whether any figure of a block is made up."""
    return block.is_demo or (isinstance(block, Table) and block.has_demo)


@dataclass(frozen=True)
class Part:
    """A part of a page with a heading; blocks of one row stand side by side."""

    title: str
    rows: tuple[tuple[Block, ...], ...]
    notice: str = ""

    @property
    def has_demo(self) -> bool:
        """Whether any figure of it is made up."""
        return any(holds_demo(block) for row in self.rows for block in row)


@dataclass(frozen=True)
class Sheet:
    """Everything of one area and theme.

    Attributes
    ----------
    name
        Name of a file without its ending.
    title, area
        ``Mødeark: Ældre``, ``Horsensklyngen``.
    facts
        What the area is: its kind, its municipalities, its hospital.
    pages
        The pages; one of them may be empty.
    sources, notes
        Where the numbers come from; how to read them.
    link, link_text, built
        Address of the live view, the words around it, when the data were brought up to date.
    released
        Day the data were built, ``YYYY-MM-DD``.
    large
        Whether it is in large print: nothing smaller than 14 points.
    """

    name: str
    lang: str
    title: str
    area: str
    facts: tuple[str, ...]
    pages: tuple[tuple[Part, ...], ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    link: str
    link_text: str
    built: str
    released: str
    large: bool = False

    def parts(self) -> Iterator[Part]:
        """Return the parts of all pages in order."""
        for page in self.pages:
            yield from page

    def blocks(self) -> Iterator[tuple[Part, Block]]:
        """Return every block with its part, in reading order."""
        for part in self.parts():
            for row in part.rows:
                for block in row:
                    yield part, block

    @property
    def has_demo(self) -> bool:
        """Whether any figure is made up."""
        return any(part.has_demo for part in self.parts())
