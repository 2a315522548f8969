"""However a program spells a workbook: each cell is read where it stands, or it is told."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from etl.findings import Finding, Findings, PackageError
from etl.ingest.ooxml import beside
from etl.ingest.readers import archive
from etl.ingest.readers.workbook import open_workbook, read_cover
from etl.layouts import load_layouts
from tests.reading.formats import SHEET, figure, layout, read, wide_rows
from tests.reading.spelling import (
    STRICT_MAIN,
    STRICT_RELATIONS,
    Book,
    inline,
    table,
)

TABLE = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
#: Frederiksberg in 2025: the third row, column C.
HERE, ROW, COLUMN = "C3", 3, "2025 (C)"
SOUND = figure("147", 2025)


def book(**changes: str) -> Book:
    return Book(rows=table(TABLE, changes))


def written(folder: Path, made: Book) -> Path:
    return made.write(layout(folder, "visits_2025.xlsx", f"format = 'workbook'\n{SHEET % ''}"))


def figures(path: Path) -> dict[tuple[str, int], float | None]:
    rows = read(path).observations.select("area_id", "period", "value").rows()
    return {(area, period): value for area, period, value in rows}


SOUND_FIGURES = {
    (f"0{code}", year): figure(code, year)
    for code, year in ((row[0], year) for row in wide_rows(figure) for year in (2024, 2025))
}


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read(path)
    return [found for found in caught.value.findings if found.severity == "error"]


def only_error(path: Path) -> Finding:
    (found,) = errors(path)
    return found


def places(found: list[Finding]) -> set[tuple[int | None, str | None]]:
    return {(one.row, one.column) for one in found}


# --- the same sheet, spelt in other ways ------------------------------------------------------


def with_prefix(made: Book) -> Book:
    """Write every tag of the sheet as ``x:row``, as the SDK of Open XML does."""
    sheet = made.sheet()
    prefixed = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet).replace("xmlns=", "xmlns:x=")
    made.sheet = lambda: prefixed  # type: ignore[method-assign]
    return made


def respelt(change: Callable[[str], str]) -> Callable[[Book], Book]:
    def respell(made: Book) -> Book:
        made.rows = change(made.rows)
        return made

    return respell


def with_names(**changes: object) -> Callable[[Book], Book]:
    def rename(made: Book) -> Book:
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    return rename


def in_shared_strings(made: Book) -> Book:
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'<c{match[1]} t="s"><v>{len(texts) - 1}</v></c>'

    made.rows = re.sub(r'<c([^>]*) t="inlineStr"><is>(.*?)</is></c>', share, made.rows)
    made.strings = texts
    return made


def scientific(match: re.Match[str]) -> str:
    return f"<v>{match[1]}.{match[2]}{match[3]}E+{len(match[2])}<"


SPELLINGS: dict[str, Callable[[Book], Book]] = {
    "as Excel": in_shared_strings,
    "texts in their cells": lambda made: made,
    "single quotes": respelt(lambda rows: rows.replace('"', "'")),
    "spaces around the sign": respelt(lambda rows: rows.replace(' r="', '\n r = "')),
    "a prefix": with_prefix,
    "strict": with_names(main=STRICT_MAIN, relations=STRICT_RELATIONS),
    "no places of cells": respelt(lambda rows: re.sub(r'<c r="[A-Z]+\d+"', "<c", rows)),
    "no places at all": respelt(lambda rows: re.sub(r'(<c|<row) r="\w+"', r"\1", rows)),
    "no numbers of rows": respelt(lambda rows: re.sub(r'<row r="\d+"', "<row", rows)),
    "small letters": respelt(lambda r: re.sub(r'r="([A-Z])', lambda m: m[0].lower(), r)),
    "indented": respelt(lambda rows: rows.replace("<", "\n  <").replace("\n  </t", "</t")),
    "characters by number": respelt(lambda rows: rows.replace('r="A', 'r="&#65;')),
    "digits by number": respelt(lambda rows: rows.replace("<v>4", "<v>&#52;")),
    "CDATA": respelt(lambda rows: re.sub("<v>(.*?)</v>", r"<v><![CDATA[\1]]></v>", rows)),
    "comments within": respelt(lambda rows: re.sub(r"<v>(.)", r"<v>\1<!-- 7 --><?x 9?>", rows)),
    "spans and styles": respelt(lambda r: r.replace("<row ", '<row spans="1:3" s="0" ht="15" ')),
    "space preserved": respelt(lambda rows: rows.replace("<t>", '<t xml:space="preserve"> ')),
    "UTF-16": with_names(encoding="utf-16"),
    "a byte order mark": with_names(encoding="utf-8-sig"),
    "absolute targets": with_names(
        targets={"": "/xl/workbook.xml", "sheet": "/xl/worksheets/sheet1.xml"}
    ),
    "targets with dots": with_names(targets={"sheet": "./../xl/worksheets/sheet1.xml"}),
    "targets in other letters": with_names(targets={"sheet": "Worksheets/Sheet1.xml"}),
    "parts in other letters": with_names(
        names={"xl/worksheets/sheet1.xml": "xl/Worksheets/Sheet1.XML", "_rels/.rels": "_RELS/.rels"}
    ),
    "parts with backslashes": with_names(
        names={"xl/worksheets/sheet1.xml": "xl\\worksheets\\sheet1.xml"}
    ),
    "part names of their own": with_names(
        targets={"sheet": "a%20sheet.bin.xml"},
        names={"xl/worksheets/sheet1.xml": "xl/a sheet.bin.xml"},
    ),
    "reading aids": respelt(
        lambda rows: rows.replace("</t></is>", '</t><rPh sb="0" eb="1"><t>1</t></rPh></is>')
    ),
    "runs": respelt(
        lambda rows: (
            re.sub("<is><t>(.)", r"<is><r><rPr><b/></rPr><t>\1</t></r><r><t>", rows)
            .replace("</t></is>", "</t></r></is>")
            .replace("<r><t></t></r>", "")
        )
    ),
    "formulas with their values": respelt(lambda rows: rows.replace("<v>", "<f>B9*1</f><v>")),
    "shared formulas": respelt(lambda rows: rows.replace("<v>", '<f t="shared" si="0"/><v>')),
    "exponents": respelt(lambda rows: re.sub(r"<v>(\d)(\d+)\.(\d+)<", scientific, rows)),
    "what is to come": respelt(
        lambda rows: rows.replace("</row>", '<extLst><ext uri="x"><c r="B2"/></ext></extLst></row>')
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_sheet_is_the_same_however_it_is_spelt(tmp_path: Path, spelling: str) -> None:
    assert figures(written(tmp_path, SPELLINGS[spelling](book()))) == SOUND_FIGURES


def test_a_sheet_that_begins_in_column_b_is_read_where_it_stands(tmp_path: Path) -> None:
    """An empty first column moves nothing, and what is wrong is told where it is."""
    moved = [[None, *row] for row in TABLE]
    assert figures(written(tmp_path, Book(rows=table(moved, {})))) == SOUND_FIGURES
    wrong = Book(rows=table(moved, {"D3": '<c r="D3"><f>B3+1</f></c>'}))
    assert places([only_error(written(tmp_path, wrong))]) == {(3, "2025 (D)")}


def test_a_sheet_whose_first_rows_and_middle_column_are_left_out(tmp_path: Path) -> None:
    apart = [[row[0], None, *row[1:]] for row in TABLE]
    rows = re.sub(
        r"(<row r=|<c r=)\"([A-Z]*)(\d+)\"",
        lambda m: f'{m[1]}"{m[2]}{int(m[3]) + 2}"',
        table(apart, {}),
    )
    made = Book(rows=rows)
    path = written(tmp_path, made)
    toml = tmp_path / "visits.toml"
    toml.write_text(toml.read_text("utf-8").replace("header_row = 1", "header_row = 3"), "utf-8")
    assert figures(path) == SOUND_FIGURES


def test_a_large_sheet_is_walked_through_beside_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGE", 1)
    spaced = book()
    spaced.rows += "\n"  # in no usual form, so that it is walked through tag by tag
    assert figures(written(tmp_path, spaced)) == SOUND_FIGURES
    twice = book(**{HERE: f'<c r="{HERE}"><v>1</v></c><c r="{HERE}"><v>2</v></c>'})
    assert "twice" in only_error(written(tmp_path, twice)).what_en
    cut = book(**{HERE: "<c>"})
    assert "damaged" in only_error(written(tmp_path, cut)).what_en


def test_a_sheet_of_several_blocks_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.ingest.ooxml.sheet.BLOCK", 7)
    monkeypatch.setattr("etl.ingest.readers.plain_rows.CHUNK", 300)
    assert figures(written(tmp_path, book())) == SOUND_FIGURES
    spaced = book()
    spaced.rows += "\n"
    assert figures(written(tmp_path, spaced)) == SOUND_FIGURES
    again = book()
    again.rows += f'<row r="{len(TABLE)}"></row>'
    assert "two rows of this number" in only_error(written(tmp_path, again)).what_en


def test_a_process_that_ends_before_its_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile):
        beside.walk_beside(_cut(written(tmp_path, book())), "xl/worksheets/sheet1.xml", print)


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-60])
    return path


# --- cells that do not hold what they show ----------------------------------------------------

CELLS: dict[str, tuple[str, str]] = {
    "a formula without a value": ('<c r="C3"><f>B3*2</f></c>', "never been worked out"),
    "and without a place": ("<c><f>B3*2</f></c>", "never been worked out"),
    "and in single quotes": ("<c r='C3'><f>B3*2</f></c>", "never been worked out"),
    "and with an empty value": ('<c r="C3"><f>B3*2</f><v></v></c>', "never been worked out"),
    "and with a closed value": ('<c r="C3"><f>B3*2</f><v/></c>', "never been worked out"),
    "a shared formula": ('<c r="C3"><f t="shared" si="0"/></c>', "never been worked out"),
    "an array formula": (
        '<c r="C3"><f t="array" ref="C3:C3">SUM(B3:B4)</f></c>',
        "never been worked out",
    ),
    "a text formula": ('<c r="C3" t="str"><f>B3&amp;""</f></c>', "never been worked out"),
    "a formula that gives no text": ('<c r="C3" t="str"><f>""</f><v></v></c>', "looks empty"),
    "a formula that failed": ('<c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "Excel error"),
    "an error": ('<c r="C3" t="e"><v>#N/A</v></c>', "Excel error"),
    "a space": (inline("C3", " "), "looks empty"),
    "a hard space": (inline("C3", "\u00a0"), "looks empty"),
    "a space of no width": (inline("C3", "\u200b"), "looks empty"),
    "a line end": (inline("C3", "\n"), "looks empty"),
    "an escaped line end": (inline("C3", "_x000A_"), "looks empty"),
    "an empty text": (inline("C3", ""), "looks empty"),
    "no text": ('<c r="C3" t="inlineStr"/>', "looks empty"),
    "an own text of nothing": ('<c r="C3" t="inlineStr"><is/></c>', "looks empty"),
    "only a reading aid": (
        '<c r="C3" t="inlineStr"><is><rPh sb="0" eb="1"><t>7</t></rPh></is></c>',
        "looks empty",
    ),
    "a shared text of no number": ('<c r="C3" t="s"><v></v></c>', "value is not there"),
    "a shared text that is closed": ('<c r="C3" t="s"><v/></c>', "value is not there"),
    "a shared text without any": ('<c r="C3" t="s"/>', "value is not there"),
    "a shared text that is not there": ('<c r="C3" t="s"><v>99</v></c>', "does not say clearly"),
    "a shared text below nought": ('<c r="C3" t="s"><v>-1</v></c>', "does not say clearly"),
    "a shared text that is a space": ('<c r="C3" t="s"><v>0</v></c>', "looks empty"),
    "a number of nothing": ('<c r="C3"><v></v></c>', "value is not there"),
    "a number of spaces": ('<c r="C3"><v xml:space="preserve"> </v></c>', "value is not there"),
    "a closed number": ('<c r="C3" t="n"><v/></c>', "value is not there"),
    "a truth value": ('<c r="C3" t="b"><v>1</v></c>', "'TRUE' is not a number"),
    "a truth value of nothing": ('<c r="C3" t="b"><v/></c>', "value is not there"),
    "a day": ('<c r="C3" t="d"><v>2025-01-01</v></c>', "'2025-01-01' is not a number"),
    "a number that is a day": ('<c r="C3" s="1"><v>45658</v></c>', "'2025-01-01 00:00:00' is not"),
    "a number that is a time": ('<c r="C3" s="2"><v>0.5</v></c>', "time of day"),
    "a number in per cent": ('<c r="C3" s="3"><v>0.5</v></c>', "shown in per cent"),
    "a number that is none": ('<c r="C3"><v>12,5</v></c>', "'12,5' is not a number"),
    "a number without end": ('<c r="C3"><v>INF</v></c>', "'INF' is not a number"),
    "a kind nobody knows": ('<c r="C3" t="x"><v>5</v></c>', "does not say clearly"),
    "a value and a text": (
        '<c r="C3" t="inlineStr"><v>5</v><is><t>6</t></is></c>',
        "does not say clearly",
    ),
    "a text where a number is said": ('<c r="C3"><is><t>6</t></is></c>', "does not say clearly"),
    "a raised mark": (
        '<c r="C3" t="inlineStr"><is><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr>'
        "<t>1</t></r></is></c>",
        "raised mark",
    ),
    "1e300 people": ('<c r="C3"><v>1e300</v></c>', "larger than any count in Denmark"),
    "1e40 people": ('<c r="C3"><v>1e40</v></c>', "larger than any count in Denmark"),
    "1e999 people": ('<c r="C3"><v>1e999</v></c>', "not a finite number"),
    "a cell that stands twice": ('<c r="C3"><v>1</v></c><c r="C3"><v>2</v></c>', "twice"),
    "a cell that stands twice alike": ('<c r="C3"><v>1</v></c><c r="C3"><v>1</v></c>', "twice"),
    "a cell before its place": ('<c r="C3"><v>1</v></c><c r="B3"><v>2</v></c>', "in no order"),
    "a cell of another row": ('<c r="C4"><v>1</v></c>', "two things about where"),
    "a place nobody knows": ('<c r="3C"><v>1</v></c>', "a place that does not exist"),
    "a column beyond all": ('<c r="XFE3"><v>1</v></c>', "a place that does not exist"),
}
STYLES = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="10"/>'
    "</cellXfs>"
)


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_is_no_number_is_told_where_it_stands(tmp_path: Path, kind: str) -> None:
    xml, says = CELLS[kind]
    made = book(**{HERE: xml})
    made.strings, made.styles = ["<t> </t>"], STYLES
    found = errors(written(tmp_path, made))
    assert {one.row for one in found} <= {ROW, 4}
    (told,) = [one for one in found if says in one.what_en]
    assert told.column in (COLUMN, "C", "B", "XFE")
    assert "tøm" not in told.mend_da
    assert "empty" not in told.mend_en


def test_an_empty_cell_that_only_has_a_look_is_a_blank(tmp_path: Path) -> None:
    for xml in ('<c r="C3" s="1"/>', '<c r="C3" t="n"/>', '<c r="C3"></c>', ""):
        assert figures(written(tmp_path, book(**{HERE: xml})))["0147", 2025] is None


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='4'><c r='A4'><v>1</v></c></row>",
        "<row r='1'/>",
        "<row r='1048577'><c r='A1048577'><v>1</v></c></row>",
        "<row r='0'/>",
        "<row r='x'/>",
    ],
)
def test_a_row_that_stands_twice_or_nowhere_is_told(tmp_path: Path, rows: str) -> None:
    made = book()
    made.rows += rows
    assert errors(written(tmp_path, made))[0].what_en.startswith("The file")


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="C3">12</c>',
        '<c r="C3"><v>1</v>2</c>',
        '<c r="C3"><v>1</v><v>2</v></c>',
        '<c r="C3"><v>1<v>2</v></v></c>',
        '<c r="C3"><c r="C3"><v>1</v></c></c>',
        '<c r="C3"><v>1<x/></v></c>',
        '<row r="3"/>',
        '<other xmlns="urn:x"><c r="C3"><v>5</v></c></other>',
        "</row></sheetData><sheetData><row>",
        '<c r="C3"><v>&eksempel;</v></c>',
        "5",
    ],
)
def test_a_sheet_that_no_spreadsheet_writes_is_refused(tmp_path: Path, xml: str) -> None:
    assert "damaged" in only_error(written(tmp_path, book(**{HERE: xml}))).what_en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    made = book()
    made.encoding = encoding
    sheet = '<!DOCTYPE x [<!ENTITY a "5">]>' + made.sheet()
    made.sheet = lambda: sheet  # type: ignore[method-assign]
    assert "document type" in only_error(written(tmp_path, made)).what_en


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, book())
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("XL/worksheets/SHEET1.xml", book(**{HERE: ""}).sheet())
    assert "do not agree" in only_error(path).what_en


def test_hidden_rows_and_columns_and_sheets_are_read_and_told(tmp_path: Path) -> None:
    made = book()
    made.rows = made.rows.replace('<row r="5"', '<row r="5" hidden="true"')
    made.before = (
        '<cols><col min="3" max="3" hidden="1"/><col min="9" max="16384" hidden="1"/></cols>'
    )
    made.state = 'state="veryHidden"'
    package = read(written(tmp_path, made))
    told = {(found.severity, found.row, found.column) for found in package.findings}
    assert told == {("warning", 5, None), ("warning", None, COLUMN), ("warning", None, None)}
    assert package.observations["value"].null_count() == 0


def test_what_stands_beside_the_figures_does_not_matter(tmp_path: Path) -> None:
    made = book()
    made.before = '<dimension ref="A1"/><sheetViews><sheetView/></sheetViews>'
    made.after = '<extLst><ext uri="x"><x:f xmlns:x="urn:x">A1</x:f></ext></extLst>'
    assert figures(written(tmp_path, made)) == SOUND_FIGURES


# --- days -----------------------------------------------------------------------------------------

X15 = '<x15:workbookPr xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
PROPERTIES = {
    "": 45_989,
    '<workbookPr date1904="0"/>': 45_989,
    '<workbookPr date1904="false" codeName="x"/>': 45_989,
    '<workbookPr date1904="1"/>': 44_527,
    "<workbookPr date1904='true'/>": 44_527,
    '<workbookPr codeName="x" defaultThemeVersion="1" date1904="1"></workbookPr>': 44_527,
    f'<workbookPr date1904="1"/>{X15} chartTrackingRefBase="1"/>': 44_527,
    f'{X15} chartTrackingRefBase="1"/><workbookPr date1904="1"/>': 44_527,
    f'{X15} date1904="1"/><workbookPr/>': 45_989,
}


@pytest.mark.parametrize("properties", PROPERTIES)
def test_a_release_date_counts_from_where_the_workbook_says(
    tmp_path: Path, properties: str
) -> None:
    made = book()
    made.rows += f'<row r="200"><c r="B200" s="1"><v>{PROPERTIES[properties]}</v></c></row>'
    made.properties, made.styles = properties, STYLES
    path = written(tmp_path, made)
    toml = tmp_path / "visits.toml"
    cover = 'published_from = "cover"\ncover = { sheet = "Tal", title_row = 1, date_row = 200 }'
    toml.write_text(toml.read_text("utf-8").replace('published_from = "file"', cover), "utf-8")
    found = Findings(path.name)
    (kind,) = load_layouts(tmp_path)
    cover_says = read_cover(open_workbook(path, found), kind, found)
    assert cover_says.published == dt.date(2025, 11, 28)


def test_nothing_is_lost_of_a_table_with_blanks(tmp_path: Path) -> None:
    rows = read(written(tmp_path, book(B4="", C5=""))).observations
    blank = rows.filter(pl.col("value").is_null()).select("row", "period").rows()
    assert sorted(blank) == [(4, 2024), (5, 2025)]
