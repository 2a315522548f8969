"""The sheet as PDF: two pages that can be read, heard and believed."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
import typst
from pypdf import PdfReader

import report
from dashboard.format import number, percent
from report.model import Chart, Table, Words
from report.row_headers import with_row_headers
from tests.report.reading import Paper
from warehouse import ExportError, SelectionError, Warehouse
from warehouse.read.key_figures import key_figures
from warehouse.read.pages import measures

#: The sheets every area has; the council's and the senior council's have tests of their own.
THEMES = ("overview", "sectors", "elderly", "children", "chronic")
#: A plain cluster, one of one municipality, one that shares København, a council, the extremes.
AREAS = (
    "k22-horsensklyngen",
    "k22-bornholm",
    "k22-hovedstaden-byen",
    "r27-limfjorden",
    "k22-fyn",
    "0615",
    "reg07-hovedstaden",
    "dk",
)


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def elderly(shipped: Warehouse) -> Paper:
    return Paper(report.sheet(shipped, "k22-horsensklyngen", "elderly"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("area", AREAS)
def test_every_kind_of_area_gets_exactly_two_tagged_pages(
    shipped: Warehouse, area: str, theme: str
) -> None:
    # With made-up figures there is most on it.
    content = report.sheet_of(shipped, area, theme, demo=True)
    assert len(Paper(report.FORMATS[".pdf"](content)).reader.pages) == 2
    paper = Paper(report.sheet(shipped, area, theme))
    assert len(paper.reader.pages) == 2
    box = paper.reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert paper.root["/Lang"] == "da"
    assert paper.root["/MarkInfo"]["/Marked"]
    figures = [b for _, b in report.sheet_of(shipped, area, theme).blocks() if isinstance(b, Chart)]
    assert paper.tags["/Figure"] == len(figures) == len(paper.alternatives)
    assert sorted(paper.alternatives) == sorted(b.alt for b in figures)
    assert shipped.sql("SELECT name FROM areas WHERE area_id = ?", [area])["name"][0] in paper.text


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("area", ["k22-horsensklyngen", "dk"])
def test_every_cell_names_the_headers_of_its_column_its_group_and_its_row(
    shipped: Warehouse, area: str, theme: str
) -> None:
    content = report.sheet_of(shipped, area, theme)
    paper = Paper(report.sheet(shipped, area, theme))
    drawn = [b for _, b in content.blocks() if isinstance(b, Table)]
    assert len(paper.tables()) == len(drawn)
    for table, data in zip(paper.tables(), drawn, strict=True):
        names, *rows = table
        assert len(rows) == len(data.lines)
        columns = [str(cell["/ID"]) for cell in names]
        group = ""
        for row, line in zip(rows, data.lines, strict=True):
            assert row[0]["/S"] == "/TH"
            if line.is_group:
                group = str(row[0]["/ID"])
                continue
            assert row[0]["/A"][0]["/Scope"] == "/Row"
            mine = str(row[0]["/ID"])
            assert [cell["/S"] for cell in row[1:]] == ["/TD"] * (len(data.columns) - 1)
            for column, cell in zip(columns, row, strict=True):
                own = [] if cell is row[0] else [mine]
                expected = [i for i in (column, group, *own) if i]
                assert [str(i) for i in cell["/A"][0]["/Headers"]] == expected
            for cell in (*names, row[0]):
                assert paper.by_id(str(cell["/ID"])) == cell


def test_headers_of_rows_change_nothing_that_is_drawn() -> None:
    typeset = typst.compile(
        b"#set document(title: [t])\n#table(columns: 2, table.header([a], [b]), [c], [d])"
    )
    tagged = with_row_headers(typeset)
    before, after = PdfReader(io.BytesIO(typeset)), PdfReader(io.BytesIO(tagged))
    assert tagged != typeset
    assert after.pages[0].get_contents().get_data() == before.pages[0].get_contents().get_data()
    assert with_row_headers(tagged) == tagged
    without = typst.compile(b"#set document(title: [t])\nNo table here.")
    assert with_row_headers(without) == without


def test_it_declares_the_standard_a_screen_reader_relies_on(elderly: Paper) -> None:
    metadata = elderly.root["/Metadata"].get_data().decode()
    assert "pdfuaid" in metadata
    assert elderly.reader.metadata is not None
    assert elderly.reader.metadata.title == "Mødeark: Ældre: Horsensklyngen"
    assert elderly.root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_headings_become_bookmarks_in_reading_order(elderly: Paper) -> None:
    main = [b for b in elderly.bookmarks if b in ("Horsensklyngen", "Det vigtigste", "Tallene")]
    assert main == ["Horsensklyngen", "Det vigtigste", "Tallene"]
    assert elderly.bookmarks[-1] == "Sådan læses tallene"
    assert elderly.text.index("Det vigtigste") < elderly.text.index("Spørgsmål til mødet")


def test_every_font_is_inside_the_file(elderly: Paper) -> None:
    descriptors = elderly.fonts()
    assert descriptors
    for descriptor in descriptors:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)


def test_english_is_marked_as_english(shipped: Warehouse) -> None:
    paper = Paper(report.sheet(shipped, "k22-horsensklyngen", "elderly", "en"))
    assert paper.root["/Lang"] == "en"
    assert "Questions for the meeting" in paper.text
    assert "lang=en" in report.sheet_of(shipped, "k22-horsensklyngen", "elderly", "en").link


@pytest.mark.parametrize("area", ["k22-horsensklyngen", "k22-bornholm", "k22-hovedstaden-byen"])
def test_the_numbers_are_the_warehouses(shipped: Warehouse, area: str) -> None:
    paper = Paper(report.sheet(shipped, area, "elderly", demo=True))
    old = measures(shipped, "population", area=area, age="80+", period=[2026, 2030, 2035, 2040])
    for value in old["value"]:
        assert number(value) in paper.text
    shown = key_figures(shipped, area, theme="elderly")
    for row in shown.iter_rows(named=True):
        assert number(row["value"], row["decimals"]) in paper.text
        assert number(row["country_value"], row["decimals"]) in paper.text
    share = (
        100 * old["value"][0] / measures(shipped, "population", area=area, period=2026)["value"][0]
    )
    assert plain(percent(share)) in paper.text


def test_koebenhavns_share_is_said_and_called_an_estimate(shipped: Warehouse) -> None:
    share = shipped.sql(
        "SELECT share FROM catchments WHERE area_id = 'k22-hovedstaden-byen' "
        "AND municipality_id = '0101'"
    )["share"][0]
    text = Paper(report.sheet(shipped, "k22-hovedstaden-byen", "overview")).text
    assert f"København ({plain(percent(100 * share, 0))} af kommunen, skøn)" in text
    assert "Kun en del af København hører til området. Tallene er derfor skøn." in text
    assert "(skøn)" in text


def test_made_up_figures_are_on_paper_only_when_asked_for_and_say_so(shipped: Warehouse) -> None:
    for theme in THEMES:
        without = report.sheet_of(shipped, "k22-horsensklyngen", theme)
        assert not without.has_demo
        made = report.FORMATS[".pdf"](without)
        assert not re.search("DEMO|demotal|opdigt", Paper(made).text)
        content = report.sheet_of(shipped, "k22-horsensklyngen", theme, demo=True)
        assert content.has_demo
        assert content.name.endswith("-demo")
        paper = Paper(report.FORMATS[".pdf"](content))
        pages = sum(any(part.has_demo for part in page) for page in content.pages)
        marked = sum(b.is_demo for _, b in content.blocks()) + pages
        assert paper.text.count("DEMO – opdigtede tal") == marked
        assert not any(b.is_demo for _, b in content.blocks() if isinstance(b, Words))


def test_no_line_runs_into_a_year_that_is_counted_anew(shipped: Warehouse) -> None:
    content = report.sheet_of(shipped, "k22-horsensklyngen", "children")
    before, *after = content.pages

    def joined(block: object) -> object:
        return replace(block, breaks=()) if isinstance(block, Chart) and block.breaks else block

    parts = tuple(
        replace(part, rows=tuple(tuple(joined(b) for b in row) for row in part.rows))
        for part in before
    )
    assert parts != before
    drawn, across = (
        PdfReader(io.BytesIO(report.FORMATS[".pdf"](sheet))).pages[0].get_contents().get_data()
        for sheet in (content, replace(content, pages=(parts, *after)))
    )
    # Each of the three lines is drawn in two pieces.
    assert drawn.count(b"\nS\n") == across.count(b"\nS\n") + 3


def test_sources_date_and_link_stand_on_the_paper(shipped: Warehouse) -> None:
    made = report.sheet(
        shipped, "k22-horsensklyngen", "elderly", base_url="https://klyngeblik.region.example/"
    )
    paper = Paper(made)
    assert "FRKM1 Befolkningsfremskrivning" in paper.text
    assert "CC BY 4.0" in paper.text
    assert "Data opdateret" in paper.text
    # The reader sees what stands on the sheet: no made-up figures.
    address = "https://klyngeblik.region.example/aeldre?area=k22-horsensklyngen&demo=0"
    links = [
        note.get_object()["/A"]["/URI"]
        for page in paper.reader.pages
        for note in page.get("/Annots", [])
    ]
    assert address in links


def test_the_same_warehouse_gives_the_same_paper(shipped: Warehouse) -> None:
    made = [report.sheet(shipped, "k22-bornholm", "children") for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("theme", THEMES)
def test_questions_are_neutral_and_sentences_short(shipped: Warehouse, theme: str) -> None:
    for area in ("k22-horsensklyngen", "k22-bornholm", "k22-nordjylland-vest"):
        for lang in ("da", "en"):
            content = report.sheet_of(shipped, area, theme, lang)
            words = [b for _, b in content.blocks() if isinstance(b, Words)]
            for block in words:
                for item in block.items:
                    assert not any(w in item.lower() for w in ("fordi", "skyldes", "because"))
                    for sentence in re.split(r"[.?] |: ", item):
                        assert len(sentence.split()) <= 22, sentence
                if block.kind == "questions":
                    assert all(item.endswith("?") for item in block.items)


def test_unknown_area_theme_and_language_are_told(shipped: Warehouse) -> None:
    for area, theme, lang in (
        ("nowhere", "elderly", "da"),
        ("dk", "weather", "da"),
        ("dk", "elderly", "no"),
    ):
        with pytest.raises(SelectionError):
            report.sheet(shipped, area, theme, lang)


def test_content_that_fits_no_two_pages_is_told_not_cut_off(shipped: Warehouse) -> None:
    content = report.sheet_of(shipped, "k22-horsensklyngen", "elderly")
    with pytest.raises(ExportError, match="does not fit"):
        report.FORMATS[".pdf"](replace(content, facts=("lang tekst " * 20_000,)))
