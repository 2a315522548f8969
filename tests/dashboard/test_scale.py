"""A chart has the same axis wherever it is drawn, and says where that does not begin at zero."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx import Presentation

import report
from dashboard.figures.scale import NEAR, bar_scale, line_scale
from report.model import Chart
from tests.dashboard.conftest import Run
from tests.report.reading import Paper
from warehouse import connect

NOT_ZERO = "Aksen begynder ikke ved nul."
AREAS = ("k22-horsensklyngen", "0766", "r27-limfjorden", "dk")
PAGES = {"elderly": "aeldre", "children": "boern_og_unge", "overview": "overblik"}


def titled(app: object) -> dict[tuple[str, bool], tuple[str, dict]]:
    """Return the words and layout of each chart of a page, by its title and whether it is lines."""
    found = {}
    for block in app.get("html"):  # type: ignore[attr-defined]
        for html in block.proto.body.split('<div class="kb-frame')[1:]:
            title = re.findall(r'class="kb-title">(.*?)(?: <span class="kb-demo|</h)', html)[0]
            drawn = json.loads(re.findall(r"data-chart='(.*?)'", html)[0])
            if "geo" not in drawn["layout"]:
                is_lines = drawn["data"][0]["type"] == "scatter"
                found[plain(title), is_lines] = (plain(html), drawn["layout"])
    return found


def plain(html: str) -> str:
    return unescape(re.sub("<[^>]+>", "", html)).replace("\u00a0", " ")


def axis(chart: Chart, layout: dict) -> list[float]:
    """Return the value axis of a chart on the page: upwards for lines, across for bars."""
    return layout["yaxis" if chart.kind == "trend" else "xaxis"]["range"]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("theme", PAGES)
def test_page_paper_and_slides_draw_a_chart_on_the_same_axis(
    run: Run, warehouse_path: Path, area: str, theme: str
) -> None:
    with connect(warehouse_path) as wh:
        sheet = report.sheet_of(wh, area, theme)
    charts = [block for _, block in sheet.blocks() if isinstance(block, Chart)]
    page = titled(run(PAGES[theme], area=area))
    deck = Presentation(io.BytesIO(report.FORMATS[".pptx"](sheet)))
    slides = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    compared = 0
    for chart, slide in zip(charts, slides, strict=True):
        ends = [chart.scale.low, chart.scale.high]
        assert [slide.value_axis.minimum_scale, slide.value_axis.maximum_scale] == ends
        assert (NOT_ZERO in chart.subtitle) is (chart.scale.low != 0)
        said, layout = page.get((chart.title, chart.kind == "trend"), ("", {}))
        # Where the page shows another chart under that title (three years together), it says so.
        if plain(chart.subtitle).partition(" efter")[0] in said:
            compared += 1
            assert axis(chart, layout) == ends, chart.title
            assert (NOT_ZERO in said) is (NOT_ZERO in chart.subtitle)
    assert compared


def test_an_axis_far_above_zero_is_told_on_paper_and_in_large_print(
    run: Run, warehouse_path: Path
) -> None:
    area = "k22-horsensklyngen"
    with connect(warehouse_path) as wh:
        sheet = report.sheet_of(wh, area, "elderly")
    above = [
        block
        for _, block in sheet.blocks()
        if isinstance(block, Chart) and block.kind == "trend" and block.scale.low > 0
    ]
    assert above
    printed = Paper(report.FORMATS[".pdf"](sheet)).text
    assert re.sub(r"\s+", " ", printed).count(NOT_ZERO) == len(above)
    # A bar that begins elsewhere would be as long as it likes: numbers are points on a line.
    large = " ".join(block.proto.body for block in run("aeldre", area=area, big="1").get("html"))
    lists = large.split('<div class="kb-listed">')[1:]
    pointed = ['<span class="kb-point"' in items for items in lists]
    assert any(pointed)
    assert pointed == ["Linjen begynder ikke ved nul." in items for items in lists]


rows = st.lists(
    st.fixed_dictionaries(
        {"value": st.floats(0.01, 1e6), "upper": st.none() | st.floats(0.01, 1e6)}
    ),
    min_size=1,
    max_size=12,
)


@given(rows)
def test_every_number_lies_on_the_axis(given_rows: list[dict]) -> None:
    for scale in (bar_scale(given_rows), line_scale(given_rows)):
        for row in given_rows:
            assert all(0 <= scale.part(v) <= 1 for v in row.values() if v is not None)


@given(rows)
def test_lines_begin_at_zero_unless_all_lie_far_above_it(given_rows: list[dict]) -> None:
    numbers = [v for row in given_rows for v in row.values() if v is not None]
    scale = line_scale(given_rows)
    if min(numbers) < NEAR * max(numbers):
        assert scale.begins_at_zero
    assert scale.ticks[0] == scale.low
    assert scale.ticks[-1] == scale.high
    assert 3 <= len(scale.ticks) <= 8
    assert bar_scale(given_rows).begins_at_zero


def test_an_axis_without_numbers_is_an_axis() -> None:
    for make in (bar_scale, line_scale):
        for empty in ([], [{"value": None, "upper": None}], [{"value": 0.0}]):
            assert (make(empty).low, make(empty).high) == (0.0, 1.0)


def test_ticks_are_written_with_the_decimals_they_need() -> None:
    scale = line_scale([{"value": 3.9}, {"value": 5.98}])
    assert scale.written(lambda value, places: f"{value:.{places}f}") == [
        "3.5",
        "4.0",
        "4.5",
        "5.0",
        "5.5",
        "6.0",
        "6.5",
    ]
