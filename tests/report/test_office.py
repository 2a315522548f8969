"""Slides with PowerPoint's own charts, and a workbook with numbers as numbers."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.dml import MSO_FILL
from pptx.util import Inches

import report
from report.model import Chart, Table
from warehouse import Warehouse

AREA = "k22-horsensklyngen"


@pytest.fixture(scope="module")
def content(shipped: Warehouse) -> report.model.Sheet:
    return report.sheet_of(shipped, AREA, "elderly", demo=True)


@pytest.fixture(scope="module")
def deck(content: report.model.Sheet):
    return Presentation(io.BytesIO(report.FORMATS[".pptx"](content)))


def charts(content: report.model.Sheet) -> list[Chart]:
    return [b for _, b in content.blocks() if isinstance(b, Chart)]


def test_each_figure_is_a_native_chart_with_the_papers_numbers(content, deck) -> None:
    made = [s for slide in deck.slides for s in slide.shapes if s.has_chart]
    wanted = charts(content)
    assert len(made) == len(wanted) > 0
    for shape, chart in zip(made, wanted, strict=True):
        assert shape._element.nvGraphicFramePr.cNvPr.get("descr") == chart.alt
        assert shape.chart.part.chart_workbook.xlsx_part is not None  # "Edit data" works
        for drawn, series in zip(shape.chart.plots[0].series, chart.series, strict=True):
            known = {p.label: p.value for p in series.points}
            labels = list(shape.chart.plots[0].categories)
            assert list(drawn.values) == [known.get(label) for label in labels]


def test_every_slide_has_a_title_and_made_up_ones_say_so(content, deck) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    assert titles[0] == "Horsensklyngen"
    demo = [t for t in titles if t.startswith("DEMO")]
    made_up = [block for _, block in content.blocks() if block.is_demo]
    assert made_up
    assert len(demo) >= len(made_up)
    assert all(any(block.title in t for t in demo) for block in made_up)


def test_nothing_runs_off_a_slide(deck) -> None:
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_projected_bars_are_hatched_and_say_what_changes(content, deck) -> None:
    drawn_charts = [s for slide in deck.slides for s in slide.shapes if s.has_chart]
    shown = dict(zip(charts(content), drawn_charts, strict=True))
    (chart,) = [chart for chart in shown if chart.kind == "later"]
    for drawn, series in zip(shown[chart].chart.plots[0].series, chart.series, strict=True):
        for i, point in enumerate(series.points):
            made = drawn.points[i]
            assert made.data_label.text_frame.text == point.text
            assert ("%" in point.text) == point.is_projection
            hatched = made.format.fill.type == MSO_FILL.PATTERNED
            assert hatched == point.is_projection


def test_no_line_runs_across_a_break(shipped: Warehouse) -> None:
    sheet = report.sheet_of(shipped, AREA, "children")
    deck = Presentation(io.BytesIO(report.FORMATS[".pptx"](sheet)))
    made = [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]
    broken = [(m, c) for m, c in zip(made, charts(sheet), strict=True) if c.breaks]
    assert [chart.breaks for _, chart in broken] == [(2022,)]
    for drawn, _ in broken:
        labels = list(drawn.plots[0].categories)
        between = labels.index("2022") - 1
        assert (labels[between - 1], labels[between].strip()) == ("2021", "")
        assert all(series.values[between] is None for series in drawn.plots[0].series)


def test_a_note_stands_below_its_table_and_no_word_is_cut(content, deck) -> None:
    tables = [(slide, s) for slide in deck.slides for s in slide.shapes if s.has_table]
    assert tables
    for slide, shape in tables:
        bottom = shape.top + sum(row.height for row in shape.table.rows)
        assert all(box.top >= bottom or box.top < shape.top for box in slide.shapes if box != shape)
        for column, n in zip(shape.table.columns, range(99), strict=False):
            words = [w for row in shape.table.rows for w in row.cells[n].text.split()]
            if n:  # the headings of groups run over all columns
                assert max(map(len, words)) * 0.09 < column.width / Inches(1) - 0.2


def test_the_workbook_holds_each_table_and_figure_unrounded(content) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report.FORMATS[".xlsx"](content)))
    blocks = [b for _, b in content.blocks() if isinstance(b, Chart | Table)]
    assert len(book.sheetnames) == len(blocks) + 1
    for name, block in zip(book.sheetnames[1:], blocks, strict=True):
        assert name.startswith("DEMO") == block.is_demo
        cells = [c.value for row in book[name].iter_rows() for c in row]
        if isinstance(block, Chart):
            values = [p.value for s in block.series for p in s.points if p.value is not None]
        else:
            values = [c.value for line in block.lines for c in line.cells if c.value is not None]
        numbers = [c for c in cells if isinstance(c, int | float)]
        assert all(any(n == pytest.approx(v, rel=1e-12) for n in numbers) for v in values)


def test_a_title_that_looks_like_a_formula_stays_text(small: Warehouse) -> None:
    small_content = report.sheet_of(small, AREA, "overview")
    made = report.FORMATS[".xlsx"](small_content)
    book = openpyxl.load_workbook(io.BytesIO(made))
    for tab in book:
        for row in tab.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    deck = zipfile.ZipFile(io.BytesIO(report.FORMATS[".pptx"](small_content)))
    for name in deck.namelist():
        if name.endswith(".xlsx"):
            inner = openpyxl.load_workbook(io.BytesIO(deck.read(name)))
            assert all(c.data_type != "f" for row in inner.active.iter_rows() for c in row)


@pytest.mark.parametrize("ending", [".pptx", ".xlsx"])
def test_an_office_file_tells_the_day_of_the_figures_and_not_when_it_was_made(
    content: report.model.Sheet, ending: str
) -> None:
    def days(office: bytes) -> set[str]:
        found: set[str] = set()
        with zipfile.ZipFile(io.BytesIO(office)) as archive:
            assert {part.date_time[0] for part in archive.infolist()} == {1980}
            for part in archive.infolist():
                if part.filename.endswith(".xlsx"):
                    found |= days(archive.read(part))
                elif part.filename == "docProps/core.xml":
                    found |= set(re.findall(r">(\d{4}-\d\d-\d\d)T", archive.read(part).decode()))
        return found

    assert days(report.FORMATS[ending](content)) == {content.released[:10]}
