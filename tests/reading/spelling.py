"""Workbooks as many programs spell them, written by hand: one sheet, and every part as asked."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass
class Book:
    """What a workbook is made of; the defaults are what Excel writes.

    Attributes
    ----------
    rows : str
        What stands in ``sheetData``.
    after, before : str
        What stands after and before it.
    strings : sequence of str
        The insides of ``si``.
    properties : str
        What stands in the workbook's part before its sheets.
    targets : mapping
        How the relationships name the parts; ``""`` is the workbook's part.
    """

    rows: str = ""
    before: str = ""
    after: str = ""
    strings: Sequence[str] = ()
    styles: str = ""
    properties: str = ""
    main: str = MAIN
    relations: str = RELATIONS
    state: str = ""
    targets: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"

    def write(self, path: Path) -> Path:
        """Write the workbook."""
        target = {
            "": "xl/workbook.xml",
            "sheet": "worksheets/sheet1.xml",
            "strings": "sharedStrings.xml",
            "styles": "styles.xml",
        } | dict(self.targets)
        kinds = {"sheet": "worksheet", "strings": "sharedStrings", "styles": "styles"}
        listed = "".join(
            f'<Relationship Id="r{n}" Type="{self.relations}/{kind}" Target="{target[name]}"/>'
            for n, (name, kind) in enumerate(kinds.items())
        )
        parts = {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{self.relations}/officeDocument" Target="{target[""]}"/></Relationships>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{listed}'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook xmlns="{self.main}" xmlns:r="{self.relations}">'
            f'{self.properties}<sheets><sheet name="Tal" sheetId="1" {self.state} r:id="r0"/>'
            "</sheets></workbook>",
            "xl/worksheets/sheet1.xml": self.sheet(),
            "xl/sharedStrings.xml": f'<sst xmlns="{self.main}">'
            + "".join(f"<si>{text}</si>" for text in self.strings)
            + "</sst>",
            "xl/styles.xml": f'<styleSheet xmlns="{self.main}">{self.styles}</styleSheet>',
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                head = HEAD.replace("UTF-8", self.encoding.removesuffix("-sig"))
                archive.writestr(self.names.get(name, name), (head + text).encode(self.encoding))
        return path

    def sheet(self) -> str:
        """Return the sheet's part."""
        return (
            f'<worksheet xmlns="{self.main}">{self.before}<sheetData>{self.rows}</sheetData>'
            f"{self.after}</worksheet>"
        )


def inline(place: str, text: str) -> str:
    """Return a cell with a text of its own."""
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def cell(place: str, value: object) -> str:
    """Return a cell as Excel writes it, with a text of its own."""
    if isinstance(value, str):
        return inline(place, value)
    return f'<c r="{place}"><v>{value}</v></c>'


def table(figures: Sequence[Sequence[object]], changes: Mapping[str, str]) -> str:
    """Return the rows of a table, with some cells (by their place) written in another way."""
    rows = []
    for number, row in enumerate(figures, start=1):
        cells = []
        for letter, value in zip("ABCDEFGHIJ", row, strict=False):
            place = f"{letter}{number}"
            if place in changes:
                cells.append(changes[place])
            elif value is not None:
                cells.append(cell(place, value))
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(rows)
