"""One walk through the XML of a sheet: where each cell stands and what it holds, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from etl.ingest.ooxml.parts import DamagedPartError
from etl.ingest.ooxml.texts import RichText
from etl.ingest.ooxml.xml import DEEPEST, number, parse, parser, split, truth

#: Where in a sheet's figures the walk is.
_ROWS, _ROW, _CELL, _VALUE, _FORMULA = range(5)
#: Cells that are kept as Python's objects before they are handed on.
BLOCK: Final = 100_000


@dataclass
class Block:
    """Some rows of a sheet as they are written: a list item a cell.

    Attributes
    ----------
    places, types, styles : list
        The cell's attributes ``r``, ``t`` and ``s``; None where it has none.
    values : list
        What stands in its ``v`` or ``is``; None where it has neither.
    formulas : list of int
        Which cells have a formula.
    own : dict of int to bool
        Which cells have a text of their own (``is``), and whether a raised mark makes it unclear.
    rows : list of tuple
        For each row: its first cell, its ``r``, and whether it is hidden.
    """

    places: list[str | None] = field(default_factory=list)
    types: list[str | None] = field(default_factory=list)
    styles: list[str | None] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)
    own: dict[int, bool] = field(default_factory=dict)
    rows: list[tuple[int, str | None, bool]] = field(default_factory=list)

    def clear(self) -> None:
        """Begin anew with the same lists."""
        for part in (self.places, self.types, self.styles, self.values, self.formulas, self.rows):
            part.clear()
        self.own.clear()

    def own_text(self, text: str, *, misleading: bool) -> None:
        """Give the last cell a text of its own."""
        at = len(self.values) - 1
        self.own[at] = misleading
        if self.values[at] is not None:  # a value and a text: nobody knows which is meant
            self.types[at] = "both"
        self.values[at] = text


@dataclass
class Frame:
    """What stands around the rows: ranges that are merged, and columns that are hidden."""

    merged: list[str] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def walk(pieces: Iterable[bytes], take: Callable[[Block], object]) -> Frame:
    """Go through a worksheet's part.

    Parameters
    ----------
    pieces
        Its bytes.
    take
        Called with each block of rows, whose lists are used again afterwards.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError
        When it is not well-formed, or its cells are not in rows and values not in cells.
    """
    made = parser()
    around = _Around(made, take)
    made.StartElementHandler = around.start
    made.EndElementHandler = around.end
    parse(made, pieces)
    if around.figures != 1:  # a sheet has one place for its rows
        raise DamagedPartError
    return around.frame


class _Around:
    """Takes what stands before and after the rows."""

    def __init__(self, made: Any, take: Callable[[Block], object]) -> None:
        self.made = made
        self.take = take
        self.frame = Frame()
        self.space: str | None = None
        self.depth = 0
        self.figures = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        space, name = split(tag)
        if self.space is None:
            self.space = space
            if name != "worksheet":
                raise DamagedPartError
        self.depth += 1
        if self.depth > DEEPEST:
            raise DamagedPartError
        if space != self.space:
            return
        if name == "sheetData":
            self.figures += 1
            self.depth -= 1
            _into_rows(self)
        elif name == "mergeCell":
            self.frame.merged.append(given.get("ref", ""))
        elif name == "col" and truth(given.get("hidden")):
            ends = (number(given.get("min")), number(given.get("max")))
            self.frame.hidden_columns.append(ends)

    def end(self, _: str) -> None:
        self.depth -= 1


def _into_rows(around: _Around) -> None:  # noqa: PLR0915  (closures: attributes cost a third more)
    """Let the parser call functions that know rows and cells only, until the rows end.

    They are called some ten million times, so they look at nothing twice.
    """
    made, space, take = around.made, around.space, around.take
    before = f"{space} " if space else ""
    row_tag, cell_tag, value_tag, formula_tag, inline_tag, all_tag = (
        f"{before}{name}" for name in ("row", "c", "v", "f", "is", "sheetData")
    )
    in_rows, in_row, in_cell, in_value, in_formula = _ROWS, _ROW, _CELL, _VALUE, _FORMULA
    block = Block()
    values = block.values
    place, kind, style, value = (
        part.append for part in (block.places, block.types, block.styles, block.values)
    )
    text: list[str] = []
    inside = in_rows

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if tag == cell_tag and inside == in_row:
            inside = in_cell
            asked = given.get
            place(asked("r"))
            kind(asked("t"))
            style(asked("s"))
            value(None)
        elif tag == value_tag and inside == in_cell:
            inside = in_value
            if text:
                stray()
        else:
            other(tag, given)

    def other(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if text:
            stray()
        if tag == formula_tag and inside == in_cell:
            inside = in_formula
            block.formulas.append(len(values) - 1)
        elif tag == row_tag and inside == in_rows:
            inside = in_row
            if len(values) > BLOCK:
                take(block)
                block.clear()
            block.rows.append((len(values), given.get("r"), truth(given.get("hidden"))))
        elif tag == inline_tag and inside == in_cell:
            _into_text(made, block, tag, (start, end, text.append))
        elif split(tag)[1] in ("extLst", "phoneticPr") and inside in (in_row, in_cell):
            _past(made, tag, (start, end, text.append))
        else:
            raise DamagedPartError

    def end(tag: str) -> None:
        nonlocal inside
        if tag == value_tag:
            inside = in_cell
            if values[-1] is not None:
                raise DamagedPartError
            values[-1] = text[0] if len(text) == 1 else "".join(text)
            text.clear()
        elif tag == cell_tag:
            inside = in_row
            if text:
                stray()
        elif tag == formula_tag:
            inside = in_cell
            text.clear()
        else:
            inside = in_rows
            if text:
                stray()
            if tag == all_tag:
                take(block)
                made.StartElementHandler, made.EndElementHandler = around.start, around.end
                made.CharacterDataHandler = None

    def stray() -> None:
        """Refuse words that stand where no words belong; white space may."""
        if "".join(text).strip():
            raise DamagedPartError
        text.clear()

    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = text.append


def _into_text(made: Any, block: Block, tag: str, back: tuple[Any, Any, Any]) -> None:
    """Read a cell's own text, then go back to the rows."""
    text = RichText()
    depth = 0

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise DamagedPartError
        text.start(split(name)[1], given)

    def end(name: str) -> None:
        nonlocal depth
        if depth == 0 and name == tag:
            block.own_text(text.whole(), misleading=text.misleading())
            made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = back
            return
        depth -= 1
        text.end(split(name)[1])

    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = text.text


def _past(made: Any, tag: str, back: tuple[Any, Any, Any]) -> None:
    """Pass over a tag and all within it."""
    depth = 0

    def start(_: str, __: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise DamagedPartError

    def end(name: str) -> None:
        nonlocal depth
        if depth == 0 and name == tag:
            made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = back
            return
        depth -= 1

    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = None
