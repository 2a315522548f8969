"""Taking rows apart all at once says what walking through them tag by tag says, or nothing."""

from __future__ import annotations

import random

import pytest

from etl.ingest.ooxml.parts import DamagedPartError
from etl.ingest.ooxml.sheet import walk
from etl.ingest.ooxml.texts import Strings
from etl.ingest.readers import plain_rows
from etl.ingest.readers.cells import Collected
from etl.ingest.readers.oddities import Sheet

STRINGS = Strings(["Antal", "Køn", "3"], {2})
LOOKS = {4: "date", 5: "percent"}
CELLS = (
    '<c r="{}"/>',
    '<c r="{}"></c>',
    '<c r="{}"><v>12.5</v></c>',
    '<c r="{}" s="4"><v>44000</v></c>',
    '<c r="{}" s="5"><v>0.5</v></c>',
    '<c r="{}" t="n"><v></v></c>',
    '<c r="{}" t="s"><v>1</v></c>',
    '<c r="{}" t="s"><v>2</v></c>',
    '<c r="{}" t="s"><v>9</v></c>',
    '<c r="{}" t="b"><v>1</v></c>',
    '<c r="{}" t="e"><v>#N/A</v></c>',
    '<c r="{}" t="str"><v>&lt;æ</v></c>',
    '<c r="{}" t="inlineStr"><is><t>Hjerte &amp; kar</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> 3 </t></is></c>',
)
ROWS = ("", ' spans="1:3"', ' hidden="1"', ' hidden="0" ht="3"')
PLAIN = "".join(
    f'<row r="{row}"{attributes}>'
    + "".join(
        cell.format(f"{'ABCD'[at]}{row}")
        for at, cell in enumerate(CELLS[2 * row - 2 : 2 * row + 2])
    )
    + "</row>"
    for row, attributes in enumerate(ROWS * 2, start=1)
)
SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="m" xmlns:x="m">'
    '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{}</sheetData>'
    '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
)
#: What turns a sheet into a damaged one, or into one that says something else.
STRANGE = (
    *("<", ">", '"', "'", "&", "/", "\r", "\n", " ", "\x01", "\ufffe", "0", "A", "hidden", "t="),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?a?>", "x:", "&amp;", "&#65;", "_x0041_"),
    *('<row r="3">', '<row r="3"/>', "</row>", '<x:row r="9">', "</x:row>", ' r="2"', ' xmlns="q"'),
    *('<c r="A1">', "</c>", "<v>", "</v>", "<f>1</f>", "<is>", ' hidden="1"', ' s="4"'),
    *("<sheetData>", "</sheetData>", '<mergeCell ref="A1:B2"/>'),
)


def read(text: str, *, at_once: bool) -> Sheet | str | None:
    """Return the sheet, "damaged", or None for one that is not taken apart at once."""
    sheet = Sheet("Tal")
    cells = Collected(sheet, STRINGS, LOOKS, from_1904=False)
    data = text.encode()
    pieces = [data[at : at + 97] for at in range(0, len(data), 97)]
    try:
        if at_once:
            frame = plain_rows.taken(pieces, cells.take_written)
            if frame is None:
                return None
        else:
            frame = walk(pieces, cells.take)
        cells.finish(frame)
    except DamagedPartError:
        return "damaged"
    return sheet


def same(one: Sheet | str | None, other: Sheet | str | None) -> bool:
    if isinstance(one, Sheet) and isinstance(other, Sheet):
        return one.cells.equals(other.cells) and one.odd == other.odd
    return one == other


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_rows, "CHUNK", 300)


def test_every_usual_cell_and_row_is_taken_apart() -> None:
    sheet = read(SHEET.format(PLAIN), at_once=True)
    assert isinstance(sheet, Sheet)
    assert same(sheet, read(SHEET.format(PLAIN), at_once=False))
    assert "Hjerte & kar" in sheet.cells["text"]
    assert sheet.odd.hidden_rows == [3, 7]
    assert sheet.odd.hidden_columns == {1}
    assert sheet.odd.merged == [((1, 0), (1, 1))]


@pytest.mark.parametrize("rows", ["", '<row r="1"/>', '<row r="2"></row><row r="4"/>'])
def test_rows_may_be_empty(rows: str) -> None:
    sheet = read(SHEET.format(rows), at_once=True)
    assert isinstance(sheet, Sheet)
    assert same(sheet, read(SHEET.format(rows), at_once=False))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1"><v>2</v><v>3</v></c>',
        '<c t="n" r="A1"><v>2</v></c>',
        "<c><v>2</v></c>",
        '<c r="A1"><!-- 2 --><v>3</v></c>',
        '<c r="A1" t="inlineStr"><v>2</v></c>',
        '<c r="A1"><is><t>2</t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><t>1</t></r></is></c>',
        '<c r="A1" t="str"><v>a\r\nb</v></c>',
    ],
)
def test_one_cell_in_another_form_and_the_sheet_is_walked_through(cell: str) -> None:
    assert read(SHEET.format(f'<row r="1">{cell}</row>'), at_once=True) is None


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1" r="2"><c r="A1"/></row>',
        '<row r="1" x:a="1" y:a="2"><c r="A1"/></row>',
        '<row r="1"><c r="A1"/>',
        '<c r="A1"/>',
        '<row r="1"><c r="A1"/></row></row>',
        '<!-- <row r="1"> --><c r="A1"/><!-- </row> -->',
        "<!-- <sheetData> -->",
        '<row r="1"><c r="A1"/></row>stray',
    ],
)
def test_what_is_damaged_is_never_taken_apart(rows: str) -> None:
    assert read(SHEET.format(rows), at_once=True) is None


def test_another_encoding_is_walked_through() -> None:
    assert read(SHEET.format(PLAIN).replace("UTF-8", "ISO-8859-1"), at_once=True) is None


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_sheet_says_the_same_either_way(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        text = SHEET.format(PLAIN)
        for _ in range(draw.randint(1, 2)):
            at = draw.randrange(len(text))
            removed = draw.choice((0, 0, 0, 1, 3, 30))
            text = text[:at] + draw.choice(("", *STRANGE)) + text[at + removed :]
        found = read(text, at_once=True)
        assert found is None or same(found, read(text, at_once=False)), text
