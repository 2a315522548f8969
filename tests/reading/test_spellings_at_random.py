"""A sound sheet, spelt at random, gives exactly the values of a slow and obvious reader."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.findings import Findings
from etl.ingest.readers import archive
from etl.ingest.readers.oddities import as_text
from tests.reading.spelling import STRICT_MAIN, STRICT_RELATIONS, Book
from tests.reading.test_damaged_bytes import FEW

#: Row and column of a cell -> the number or the text that it holds.
Cells = dict[tuple[int, int], Any]

TEXTS = st.text(st.sampled_from("Aå8 ,.<&>\"'é\U0001f600-"), min_size=1, max_size=6)
VALUES = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    TEXTS.filter(str.strip),
)
PLACES = st.tuples(st.integers(1, 12), st.one_of(st.integers(0, 5), st.sampled_from([25, 26, 701])))


class Writer:
    """Writes rows in a style that is drawn anew for every choice there is."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.strings: list[str] = []
        self.indent = self.one("", "", "\n ", "\r\n\t")
        self.quotes = self.one('"', "'")

    def one(self, *choices: str) -> str:
        chosen: str = self.draw(st.sampled_from(choices))
        return chosen

    def often(self) -> bool:
        return bool(self.draw(st.booleans()))

    def attribute(self, name: str, value: str) -> str:
        space = self.one(" ", " ", "\n ")
        value = f"&#{ord(value[0])};{value[1:]}" if self.one("", "", "", "1") else value
        return f"{space}{name}{self.one('=', '=', ' = ')}{self.quotes}{value}{self.quotes}"

    def words(self, text: str) -> str:
        if self.one("", "", "1") and "]]>" not in text:
            return f"<![CDATA[{text}]]>"
        cut = self.draw(st.integers(0, len(text)))
        aside = self.one("", "", "<!-- 9 -->", "<?x 9?>")
        first = "".join(f"&#{ord(c)};" for c in text[:cut])
        return first + aside + escape(text[cut:])

    def text(self, text: str) -> str:
        plain = f"<t xml:space={self.quotes}preserve{self.quotes}>{self.words(text)}</t>"
        if self.often():
            return plain
        aid = self.one("", f"<rPh sb={quoteattr('0')} eb='1'><t>7</t></rPh>")
        cut = self.draw(st.integers(0, len(text)))
        runs = "".join(
            f"<r>{self.one('', '<rPr><b/></rPr>')}"
            f"<t xml:space='preserve'>{self.words(part)}</t></r>"
            for part in (text[:cut], text[cut:])
        )
        return runs + aid

    def cell(self, place: str, value: Any) -> str:
        where = self.attribute("r", place) if place else ""
        formula = self.one("", "", "<f>B2+1</f>", "<f t='shared' si='0'/>")
        if not isinstance(value, str):
            kind = self.one("", self.attribute("t", "n"))
            number = self.one(repr(value), f"{value!r} ", f"\n{value!r}")
            return f"<c{where}{kind}>{formula}{self.indent}<v>{self.words(number)}</v></c>"
        match self.one("s", "inlineStr", "str"):
            case "s":
                self.strings.append(self.text(value))
                shared = f"<v>{len(self.strings) - 1}</v>"
                return f"<c{where}{self.attribute('t', 's')}>{formula}{shared}</c>"
            case "str":
                return f"<c{where} t='str'>{formula}<v>{self.words(value)}</v>{self.indent}</c>"
            case _:
                return f"<c{where} t='inlineStr'><is>{self.text(value)}</is></c>"

    def rows(self, cells: Cells) -> str:
        out = []
        last = 0
        for row in sorted({row for row, _ in cells}):
            columns = sorted(column for at, column in cells if at == row)
            number = self.attribute("r", str(row))
            placed = row == last + 1 and self.often()
            written = []
            before = -1
            for column in columns:
                place = f"{openpyxl.utils.get_column_letter(column + 1)}{row}"
                left_out = column == before + 1 and self.often()
                written.append(self.cell("" if left_out else place, cells[row, column]))
                before = column
            inside = self.indent.join(written)
            ending = self.one("", "", "<extLst><ext><c r='A1'><v>9</v></c></ext></extLst>")
            out.append(f"<row{'' if placed else number}>{self.indent}{inside}{ending}</row>")
            last = row
        return self.indent.join(out)


@st.composite
def spelt(draw: Any) -> tuple[Cells, Book]:
    cells = draw(st.dictionaries(PLACES, VALUES, min_size=1, max_size=12))
    writer = Writer(draw)
    book = Book(rows=writer.rows(cells))
    book.strings = writer.strings
    if writer.often():
        book.main, book.relations = STRICT_MAIN, STRICT_RELATIONS
    book.encoding = writer.one("utf-8", "utf-8-sig", "utf-16")
    prefix = writer.one("", "x", "main")
    if prefix:
        prefixed = re.sub(
            r"(<!\[CDATA\[.*?\]\]>)|<(/?)(?=[a-zA-Z])",
            lambda m: m[1] or (f"<{m[2]}{prefix}:"),
            book.sheet(),
            flags=re.DOTALL,
        ).replace("xmlns=", f"xmlns:{prefix}=", 1)
        book.sheet = lambda: prefixed  # type: ignore[method-assign]
    if writer.often():
        book.names = {"xl/worksheets/sheet1.xml": "XL/Worksheets/sheet1.xml"}
    return cells, book


def read(path: Path) -> Cells:
    """Return what the walk sees."""
    found = Findings(path.name)
    sheet = archive.read(path, found).sheets["Tal"]
    found.raise_errors()
    assert sheet.odd.order == []
    assert {kind for kind, cells in sheet.odd.cells.items() if cells} == set()
    return {
        (row, column): number if number is not None else text
        for row, column, number, text in sheet.cells.rows()
    }


def slow_twin(path: Path) -> Cells:
    """Read the sheet the obvious way, from the tree of its elements; places must be written."""
    with zipfile.ZipFile(path) as packed:
        names = {name.lower(): name for name in packed.namelist()}
        sheet, strings = (
            ET.fromstring(packed.read(names[f"xl/{name}.xml"]))
            for name in ("worksheets/sheet1", "sharedstrings")
        )

    def local(element: ET.Element) -> str:
        return element.tag.rpartition("}")[2]

    def words(element: ET.Element) -> str:
        return "".join(
            (t.text or "")
            for run in element
            if local(run) in ("t", "r")
            for t in ([run] if local(run) == "t" else run)
            if local(t) == "t"
        )

    shared = [words(item) for item in strings]
    cells: Cells = {}
    number = 0
    (data,) = (child for child in sheet if local(child) == "sheetData")
    for row in data:
        number = int(row.get("r", number + 1))
        column = -1
        for cell in (child for child in row if local(child) == "c"):
            letters = re.sub(r"\d", "", cell.get("r", ""))
            column = openpyxl.utils.column_index_from_string(letters) - 1 if letters else column + 1
            inside = {local(child): child for child in cell}
            match cell.get("t", "n"):
                case "s":
                    cells[number, column] = shared[int(inside["v"].text or "")]
                case "inlineStr":
                    cells[number, column] = words(inside["is"])
                case "str":
                    cells[number, column] = inside["v"].text
                case _:
                    cells[number, column] = float(inside["v"].text or "")
    return cells


@settings(FEW, max_examples=3 * FEW.max_examples)
@given(spelt())
def test_a_sheet_spelt_at_random_gives_its_values(
    tmp_path: Path, drawn: tuple[Cells, Book]
) -> None:
    cells, book = drawn
    path = book.write(tmp_path / "random.xlsx")
    assert read(path) == cells
    assert slow_twin(path) == cells


def test_numbers_come_as_labels_without_a_decimal_point(tmp_path: Path) -> None:
    path = Book(rows="<row><c><v>101.0</v></c><c><v>1.5</v></c><c><v>2E3</v></c></row>").write(
        tmp_path / "labels.xlsx"
    )
    sheet = archive.read(path, Findings(path.name)).sheets["Tal"]
    assert sheet.cells.select(as_text()).to_series().to_list() == ["101", "1.5", "2000"]
