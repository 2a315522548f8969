"""Whatever rests on made-up figures says so where it stands: on paper, on slides, in a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

import report
import warehouse
from report.model import Chart, Sheet, Table, Words, holds_demo
from tests.made_up import MARK, Unit, changed, moved, unmarked
from warehouse import Warehouse

AREAS = ("k22-horsensklyngen", "0766", "r27-hovedstaden", "dk")
#: Sheets that hold made-up figures where they are asked for.
THEMES = ("overview", "sectors", "elderly", "children", "chronic")
Pair = tuple[Sheet, Sheet]


@pytest.fixture(scope="module")
def perturbed(
    warehouse_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """The shipped warehouse with other made-up figures."""
    path = changed(warehouse_path, tmp_path_factory.mktemp("made-up") / "warehouse.duckdb")
    with warehouse.connect(path) as wh:
        yield wh
    path.unlink()


@pytest.fixture(params=[(area, theme) for area in AREAS for theme in THEMES], ids=str)
def pair(request: pytest.FixtureRequest, shipped: Warehouse, perturbed: Warehouse) -> Pair:
    """A sheet as it is and with other made-up figures."""
    area, theme = request.param
    one, other = (report.sheet_of(wh, area, theme, demo=True) for wh in (shipped, perturbed))
    return one, other


def in_model(sheet: Sheet) -> list[Unit]:
    """Return what a sheet says: each sentence alone, each row with its headings, each chart."""
    found: list[Unit] = []
    for _, block in sheet.blocks():
        if isinstance(block, Words):
            found += [(item, item) for item in block.items]
        elif isinstance(block, Chart):
            found.append((str(block.series), block.alt))
        else:
            found += in_table(block)
    return found


def in_table(table: Table) -> Iterator[Unit]:
    group = ""
    for line in table.lines:
        said = " ".join(f"{cell.text} {cell.small} {cell.note}" for cell in line.cells)
        if line.is_group:
            group = said
        beside = [said, group, *table.columns]
        yield said, " ".join(beside)


def on_paper(made: bytes) -> list[Unit]:
    """Return each line of a PDF with the whole page it stands on."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    return [(line, page) for page in pages for line in page.splitlines()]


def on_slides(made: bytes) -> list[Unit]:
    """Return a slide's texts with its title, rows with their headings, charts with their titles."""
    found: list[Unit] = []
    for slide in Presentation(io.BytesIO(made)).slides:
        title = slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            if shape.has_text_frame:
                found += [(p.text, title) for p in shape.text_frame.paragraphs]
            elif shape.has_table:
                rows = [" ".join(cell.text for cell in row.cells) for row in shape.table.rows]
                found += [(row, f"{rows[0]} {row}") for row in rows]
            elif shape.has_chart:
                own = shape.chart.chart_title.text_frame.text if shape.chart.has_title else ""
                numbers = [list(series.values) for series in shape.chart.plots[0].series]
                found.append((str(numbers), own))
    return found


def in_workbook(made: bytes) -> list[Unit]:
    """Return each row with its tab's name and headings; on the first tab each cell alone."""
    found: list[Unit] = []
    for n, tab in enumerate(openpyxl.load_workbook(io.BytesIO(made))):
        rows = [" ".join(str(c.value) for c in row if c.value is not None) for row in tab]
        head = f"{tab.title} {' '.join(rows[:1])}" if n else ""
        found += [(row, f"{head} {row}") for row in rows if row]
    return found


def test_no_sentence_row_or_chart_of_made_up_figures_stands_without_its_mark(pair: Pair) -> None:
    before, after = map(in_model, pair)
    assert moved(before, after) > 0
    assert unmarked(before, after) == []


@pytest.mark.parametrize(
    ("ending", "read"), [(".pdf", on_paper), (".pptx", on_slides), (".xlsx", in_workbook)]
)
def test_every_page_slide_and_tab_that_holds_a_made_up_figure_says_so(
    pair: Pair, ending: str, read
) -> None:
    before, after = (read(report.FORMATS[ending](sheet)) for sheet in pair)
    assert moved(before, after) > 0
    assert unmarked(before, after) == []


def test_no_sentence_and_no_question_rests_on_a_made_up_figure(pair: Pair) -> None:
    before, after = ([b for _, b in sheet.blocks() if isinstance(b, Words)] for sheet in pair)
    assert before == after


def test_a_sheet_is_without_made_up_figures_unless_they_are_asked_for(
    shipped: Warehouse, perturbed: Warehouse
) -> None:
    for area in AREAS:
        for theme in THEMES:
            one, other = (report.sheet_of(wh, area, theme) for wh in (shipped, perturbed))
            assert one.pages == other.pages
            assert not MARK.search(str(one.pages))
            assert "demo=0" in one.link  # what the link shows is what stands on the sheet


def test_what_is_counted_carries_no_mark(shipped: Warehouse) -> None:
    for theme in THEMES:
        sheet = report.sheet_of(shipped, AREAS[0], theme, demo=True)
        for _, block in sheet.blocks():
            if not holds_demo(block):
                assert not MARK.search(str(block)), block.title
