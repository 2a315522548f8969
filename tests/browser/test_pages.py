"""The pages with figures in a real browser: drawn, clickable, true to the warehouse."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

import warehouse
from tests.browser.conftest import Reader
from warehouse.read.pages import measures

PAGES = ("", "kort", "sektorer", "aeldre", "boern-og-unge")
#: A point of the window inside an area's drawn shape; the insets hold empty shapes of far areas.
INSIDE = """area => {
  for (const p of document.querySelectorAll('path.choroplethlocation')) {
    if (p.__data__.loc !== area || p.getBoundingClientRect().width < 20) continue;
    p.scrollIntoView({block: 'center'});
    const box = p.getBoundingClientRect();
    const toShape = p.getScreenCTM().inverse();
    for (let i = 3; i < 8; i++) for (let j = 3; j < 8; j++) {
      const at = new DOMPoint(box.x + box.width * i / 10, box.y + box.height * j / 10);
      if (p.isPointInFill(at.matrixTransform(toShape))) return [at.x, at.y];
    }
  }
}"""


def spoken(reader: Reader) -> str:
    """Return the page's text with ordinary spaces."""
    return reader.page.locator('[data-testid="stMain"]').inner_text().replace("\u00a0", " ")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_draws_its_figures(reader: Reader, page: str) -> None:
    reader.open(f"/{page}?area=k22-horsensklyngen")
    expect(reader.page.locator("h1")).to_contain_text("Horsensklyngen")
    reader.read_through()
    expect(reader.page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    for alert in ("stException", "stAlertContentError"):
        expect(reader.page.get_by_test_id(alert)).to_have_count(0)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(phone: Reader, page: str) -> None:
    phone.open(f"/{page}?area=k22-hovedstaden-byen")
    phone.read_through()
    expect(phone.page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    wider = "e => e.scrollWidth - e.clientWidth"
    assert phone.page.locator('[data-testid="stMain"]').evaluate(wider) == 0


def test_the_overview_says_the_warehouses_numbers(reader: Reader, warehouse_path: Path) -> None:
    with warehouse.connect(warehouse_path) as wh:
        row = measures(wh, "population", area="k22-horsensklyngen", age="80+")
    values = dict(zip(row["period"], row["value"], strict=True))
    reader.open("/?area=k22-horsensklyngen")
    said = spoken(reader)
    for year in (2026, 2040):
        assert f"{values[year]:,.0f}".replace(",", ".") in said


def test_the_maps_table_holds_every_area_of_the_warehouse(
    reader: Reader, warehouse_path: Path
) -> None:
    with warehouse.connect(warehouse_path) as wh:
        frame = measures(wh, "population_80plus_share", geography="klynger-2022", period=2026)
    expected = {
        (r["name"], f"{r['value']:.1f}".replace(".", ",")) for r in frame.iter_rows(named=True)
    }
    reader.open("/kort?area=k22-horsensklyngen")
    rows = reader.page.locator(".stMain table.kb-table tbody tr").filter(visible=True)
    shown = {
        (row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in rows.all()
    }
    assert shown == expected
    assert len(shown) == 22


def test_a_click_on_the_map_goes_to_that_area(reader: Reader) -> None:
    page = reader.open("/kort?area=k22-horsensklyngen")
    page.locator(".choroplethlayer path").first.wait_for(state="attached")
    point = page.evaluate(INSIDE, "k22-fyn")
    assert point, "the shape of Fyn is not on the map"
    page.mouse.move(*point)
    page.mouse.click(*point)
    expect(page.locator("h1")).to_contain_text("Sundhedsklynge Fyn")
    assert parse_qs(urlsplit(page.url).query)["area"] == ["k22-fyn"]
    # The chart remembers the click; another choice must still win.
    reader.choose("Område", "Aarhusklyngen")
    expect(page.locator("h1")).to_contain_text("Aarhusklyngen")


def test_a_hidden_area_says_so_and_shows_no_number(reader: Reader, warehouse_path: Path) -> None:
    with warehouse.connect(warehouse_path) as wh:
        hidden = wh.sql(
            "SELECT m.indicator_id, m.period, m.age, a.name FROM measures m "
            "JOIN areas a USING (area_id) JOIN indicators i USING (indicator_id) "
            "WHERE m.geography = 'kommuner' AND m.status LIKE 'suppressed%' AND m.sex = 'all' "
            "AND m.sector = i.default_sector AND m.standardisation = 'crude' ORDER BY ALL LIMIT 1"
        ).row(0, named=True)
    query = f"indicator={hidden['indicator_id']}&year={hidden['period']}&age={hidden['age']}"
    page = reader.open(f"/kort?geo=kommuner&{query}")
    row = page.locator(".stMain table.kb-table tbody tr").filter(visible=True)
    own = row.filter(has=page.get_by_role("rowheader", name=hidden["name"], exact=True)).first
    expect(own.locator("td").first).to_have_text(re.compile("Skjult"))
    expect(page.locator(".legendtext", has_text="Skjult")).to_have_count(1)


def test_the_letters_of_tiles_are_large_enough_on_a_phone(phone: Reader) -> None:
    page = phone.open("/kort?geo=kommuner&area=0615&map=kommuner&shape=tiles")
    letters = page.locator(".js-plotly-plot .bartext")
    expect(letters.first).to_be_visible()
    sizes = letters.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert len(sizes) == 98
    assert min(sizes) >= 11


def test_what_is_unfolded_under_a_chart_stays_open_when_the_chart_changes(reader: Reader) -> None:
    page = reader.open("/kort?area=k22-fyn")
    page.get_by_text("Hent eller del", exact=True).first.click()
    expect(page.locator("details.kb-more[open]")).to_have_count(1)
    reader.choose("År", "2020")
    expect(page.locator(".kb-subtitle").first).to_contain_text("2020")
    expect(page.locator("details.kb-more[open]")).to_have_count(1)
    page.get_by_text("Hent eller del", exact=True).first.click()
    expect(page.locator("details.kb-more[open]")).to_have_count(0)
