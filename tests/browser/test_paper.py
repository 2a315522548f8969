"""What comes out of the printer: the page without its machinery, on white whatever the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.theme import DARK, LIGHT, on_paper
from tests.browser.conftest import Reader
from tests.dashboard.test_theme import contrast

HORSENS = "area=k22-horsensklyngen"
#: Pages that have between them every kind of fill.
CHARTS = (
    "",
    "kort?map=kommuner&shape=tiles",
    "kort?indicator=home_help_share&classes=compared",
    "sammenlign?view=heat",
    "sammenlign?view=similar",
    "demografi",
)
#: The colours of a printed chart, and what stands in its cells: text, its colour, its ground.
COLOURS = """() => [...document.querySelectorAll('.kb-print :is(svg, svg *)')].flatMap((e) =>
  ['fill', 'stroke', 'style'].flatMap((name) =>
    (e.getAttribute(name) ?? '').match(/#[0-9a-f]{6}|rgb\\([^)]*\\)/gi) ?? []))"""
CELLS = """() => [...document.querySelectorAll('.kb-print .textpoint text')].map((text) => {
  const box = text.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const under = [...text.closest('.kb-print').querySelectorAll('.hm rect')].filter((cell) => {
    const at = cell.getBoundingClientRect();
    return at.left < x && x < at.right && at.top < y && y < at.bottom;
  });
  return [text.textContent, getComputedStyle(text).fill, under.at(-1)?.getAttribute('fill')];
})"""


def hexadecimal(colour: str) -> str:
    if colour.startswith("#"):
        return colour.lower()
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def printing(reader: Reader, path: str) -> Page:
    """Open a page on a dark screen and stop where the browser has begun to print it."""
    reader.page.emulate_media(color_scheme="dark")
    join = "&" if "?" in path else "?"
    window = reader.open(f"/{path}{join}{HORSENS}")
    reader.read_through()
    window.evaluate("dispatchEvent(new Event('beforeprint'))")
    window.emulate_media(media="print", color_scheme="dark")
    expect(window.locator(".kb-print").first).to_be_visible()
    return window


def test_on_paper_there_is_the_page_and_no_machinery(reader: Reader) -> None:
    window = reader.open(f"/om?{HORSENS}&view=ordliste")
    window.emulate_media(media="print")
    expect(window.locator('[data-testid="stSidebar"]')).to_be_hidden()
    expect(window.locator("h1")).to_be_visible()
    box = window.locator(".kb-table-box")
    assert box.evaluate("e => e.scrollHeight <= e.clientHeight + 1")


def test_on_paper_a_chart_keeps_the_shape_it_has_on_the_screen(reader: Reader) -> None:
    window = reader.open(f"/?{HORSENS}")
    reader.read_through()
    charts = window.locator(".js-plotly-plot")
    on_screen = charts.first.locator(".svg-container").bounding_box()
    window.evaluate("dispatchEvent(new Event('beforeprint'))")
    pictures = window.locator(".kb-print")
    expect(pictures).to_have_count(charts.count())
    window.emulate_media(media="print")
    expect(charts.first).to_be_hidden()
    printed = pictures.first.bounding_box()
    assert printed["width"] / printed["height"] == pytest.approx(
        on_screen["width"] / on_screen["height"], rel=0.02
    )
    window.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(pictures).to_have_count(0)


@pytest.mark.parametrize("path", CHARTS)
def test_from_a_dark_screen_paper_is_white_and_every_chart_in_its_colours(
    reader: Reader, path: str
) -> None:
    window = printing(reader, path)
    colour = "(e, name) => getComputedStyle(e)[name]"
    assert window.locator(".stApp").evaluate(colour, "backgroundColor") == "rgb(255, 255, 255)"
    assert hexadecimal(window.locator("h1").evaluate(colour, "color")) == LIGHT.text
    # Nothing of the dark screen is left, and no pixels that could not be given other colours.
    of_the_dark = set(on_paper()) - set(on_paper().values())
    assert {hexadecimal(used) for used in window.evaluate(COLOURS)} & of_the_dark == set()
    assert DARK.background in of_the_dark
    expect(window.locator(".kb-print image")).to_have_count(0)


@pytest.mark.parametrize("theme", ["health_profile", "elderly"])
def test_every_cell_of_a_heat_map_printed_from_a_dark_screen_can_be_read(
    reader: Reader, theme: str
) -> None:
    window = printing(reader, f"sammenlign?view=heat&theme={theme}")
    cells = window.evaluate(CELLS)
    assert len(cells) > 100
    for said, ink, ground in cells:
        assert contrast(hexadecimal(ink), hexadecimal(ground)) >= 4.5, (said, ink, ground)


def test_on_paper_a_long_table_stands_under_its_map_and_not_beside_it(reader: Reader) -> None:
    window = printing(reader, "kort?map=kommuner")
    # One under the other, as soon as the page has taken the shape of the paper.
    window.wait_for_function(
        """() => {
          const [map, table, footer] = ['.kb-print', '.kb-table-box', '.kb-footer']
            .map(one => document.querySelector(one).getBoundingClientRect());
          return map.bottom <= table.top && table.bottom <= footer.top;
        }"""
    )
    for field in window.locator('[class*="st-key-kb-click"]').all():
        expect(field).to_be_hidden()
