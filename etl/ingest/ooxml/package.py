"""Which part of a workbook is which: as its own relationships say, not as parts are often named."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Final
from urllib.parse import unquote

from etl.ingest.ooxml.parts import Parts, Walked, part_name
from etl.ingest.ooxml.xml import each, number, relation_id, truth

#: Where nearly every writer puts the workbook, for one that leaves out how it is found.
_USUAL: Final = ("xl/workbook.xml", "xl/workbook.bin")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it: name, the part that holds it, whether it is shown."""

    name: str
    part: str
    visible: bool = True


@dataclass
class Book:
    """What the workbook's own part says."""

    part: str = ""
    sheets: list[SheetPart] = field(default_factory=list)
    from_1904: bool = False
    strings: str | None = None
    styles: str | None = None
    takes_from_others: bool = False

    def walked(self) -> Walked:
        """Return which parts are read to their end."""
        read = {self.part, self.strings, self.styles, *(sheet.part for sheet in self.sheets)}
        return Walked(frozenset(part for part in read if part), self.takes_from_others)


@dataclass(frozen=True, slots=True)
class Relation:
    """Kind (the last word of its type) and target, as the name of a part."""

    kind: str
    part: str


def relations(parts: Parts, source: str) -> dict[str, Relation]:
    """Return the relations of a part by their ids; ``source`` is empty for the package itself."""
    folder, _, name = source.rpartition("/")
    listed = join(folder, "_rels", f"{name}.rels")
    found: dict[str, Relation] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        if tag != "Relationship" or given.get("TargetMode", "").lower() == "external":
            return
        target = unquote(given.get("Target", "")).replace("\\", "/")
        whole = target if target.startswith("/") else join("/", dirname(source), target)
        kind = given.get("Type", "").rpartition("/")[2]
        found[given.get("Id", "")] = Relation(kind, part_name(normpath(whole)))

    if listed in parts:
        each(parts.pieces(listed), start)
    return found


def workbook_part(parts: Parts) -> str | None:
    """Return the name of the part that lists the sheets."""
    for relation in relations(parts, "").values():
        if relation.kind == "officeDocument" and relation.part in parts:
            return relation.part
    return next((name for name in _USUAL if name in parts), None)


def book_of(parts: Parts, part: str) -> Book:
    """Read the part that lists the sheets (XML), and what it refers to."""
    known = relations(parts, part)
    book = Book(part)
    sheets: list[tuple[str, str, str]] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            state = given.get("state", "visible")
            sheets.append((given.get("name", ""), relation_id(given), state))
        elif tag == "workbookPr":
            book.from_1904 = truth(given.get("date1904"))

    each(parts.pieces(part), start)
    for name, relation, state in sheets:
        target = known.get(relation)
        if target is not None and target.kind in ("worksheet", ""):
            book.sheets.append(SheetPart(name, target.part, state == "visible"))
    referred(book, known, parts)
    return book


def referred(book: Book, known: dict[str, Relation], parts: Parts) -> None:
    """Enter the parts that a workbook shares among its sheets.

    One that no relation names is looked for where it usually lies: a writer that forgot the
    relation meant it all the same.
    """
    folder, kind = dirname(book.part), book.part.rpartition(".")[2]
    named = {relation.kind: relation.part for relation in known.values()}
    for name in ("sharedStrings", "styles"):
        part = named.get(name, join(folder, f"{name}.{kind}").lower())
        if part in parts:
            setattr(book, "strings" if name == "sharedStrings" else name, part)
    book.takes_from_others = any(name.startswith("externalLink") for name in named)


def formats(parts: Parts, part: str | None) -> tuple[dict[int, str], list[int]]:
    """Return number of a format -> its code, and each style of a cell's number of its format."""
    codes: dict[int, str] = {}
    cells: list[int] = []
    inside = ""

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal inside
        if tag in ("numFmts", "cellStyleXfs", "cellXfs", "dxfs"):
            inside = tag
        elif tag == "numFmt" and inside == "numFmts":
            codes[number(given.get("numFmtId"))] = given.get("formatCode", "")
        elif tag == "xf" and inside == "cellXfs":
            cells.append(number(given.get("numFmtId", "0")))

    if part is not None:
        each(parts.pieces(part), start)
    return codes, cells
