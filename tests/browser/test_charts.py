"""Charts in a real browser: changed where they stand, true to their tables, as wide as the page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Reader

#: What each ranked chart writes (without spaces), and the table below it.
SAID = """() => [...document.querySelectorAll('.kb-frame')].map(frame => ({
  name: frame.dataset.frame,
  drawn: [...frame.querySelectorAll('.js-plotly-plot text')].map(e => e.textContent).join('|')
    .replace(/\\s/g, ''),
  rows: [...frame.querySelectorAll('tbody tr')].map(row => [
    row.querySelector('th').textContent.replace(/\\s/g, ''),
    row.querySelector('td.kb-num, td[data-v]').textContent]),
})).filter(({name}) => /(gp-contact-share|hospital-stay-share|per-1000|ranked)$/.test(name))"""
WIDTHS = """() => [...document.querySelectorAll('.kb-chart:has(.main-svg)')].map(place => [
  place.clientWidth, place.querySelector('.main-svg').clientWidth])"""


def charts_say_what_their_tables_say(reader: Reader) -> list[dict[str, object]]:
    reader.page.evaluate("document.querySelectorAll('details.kb-more').forEach(e => e.open = true)")
    expect(reader.page.locator("[data-folded]")).to_have_count(0)
    reader.read_through()
    ranked = reader.page.evaluate(SAID)
    assert len(ranked) == 4
    for chart in ranked:
        assert chart["rows"]
        for area, value in chart["rows"]:
            assert area in chart["drawn"], chart
            assert f"|{value}|" in f"{chart['drawn']}|", chart
    return list(ranked)


def test_another_area_changes_every_drawing_where_it_stands(reader: Reader) -> None:
    page = reader.open("/sektorer?area=k22-horsensklyngen")
    before = charts_say_what_their_tables_say(reader)
    page.evaluate("document.querySelectorAll('.js-plotly-plot').forEach(e => { e.kept = true; })")
    reader.choose("Område", "Sundhedsklynge Fyn")
    expect(page.locator("h1")).to_contain_text("Fyn")
    reader.settle()
    reader.read_through()
    expect(page.locator('[data-frame="sektorer-ranked"] .js-plotly-plot')).to_contain_text("Nyborg")
    kept = "all => all.map(e => e.kept === true)"
    assert set(page.locator(".js-plotly-plot").evaluate_all(kept)) == {True}
    after = charts_say_what_their_tables_say(reader)
    assert all(old["drawn"] != new["drawn"] for old, new in zip(before, after, strict=True))


def test_a_chart_that_first_comes_near_right_at_the_edge_is_drawn_too(reader: Reader) -> None:
    page = reader.open("/sektorer?area=k22-horsensklyngen")
    last = page.locator('[data-frame="sektorer-ranked"] .kb-chart')
    # A quarter of the window below it: there the browser calls a chart near, once.
    last.evaluate(
        "e => document.querySelector('[data-testid=stMain]')"
        ".scrollBy(0, e.getBoundingClientRect().top - 1.25 * innerHeight)"
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    last.scroll_into_view_if_needed()
    expect(last.locator(".main-svg").first).to_be_visible()


def test_a_chart_far_below_is_drawn_when_the_reader_comes_and_never_shows_old_numbers(
    reader: Reader,
) -> None:
    page = reader.open("/sektorer?area=k22-horsensklyngen")
    last = page.locator('[data-frame="sektorer-ranked"]')
    expect(last.locator(".main-svg")).to_have_count(0)
    reader.read_through()
    expect(last.locator(".js-plotly-plot")).to_contain_text("Hedensted")
    page.locator("h1").scroll_into_view_if_needed()
    reader.choose("Område", "Sundhedsklynge Fyn")
    expect(page.locator("h1")).to_contain_text("Fyn")
    reader.settle()
    expect(last.locator(".kb-chart")).to_be_empty()
    last.scroll_into_view_if_needed()
    expect(last.locator(".js-plotly-plot")).to_contain_text("Nyborg")


def test_a_chart_is_as_wide_as_its_place_also_when_the_window_changes(reader: Reader) -> None:
    page = reader.open("/sektorer?area=k22-horsensklyngen")
    reader.read_through()
    fits = f"() => ({WIDTHS})().every(([place, drawn]) => Math.abs(place - drawn) <= 1)"
    page.wait_for_function(fits)
    first = page.evaluate(WIDTHS)[0][0]
    page.set_viewport_size({"width": 1200, "height": 900})
    page.wait_for_function(f"() => ({WIDTHS})()[0][0] < {first}")
    reader.read_through()
    page.wait_for_function(fits)


def test_charts_come_back_with_their_page(reader: Reader) -> None:
    page = reader.open("/sektorer?area=k22-horsensklyngen")
    reader.read_through()
    page.get_by_role("link", name="Ældre", exact=True).click()
    expect(page.locator("h1")).to_contain_text("ldre")
    reader.settle()
    reader.read_through()
    page.get_by_role("link", name="Sektorer", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Sektorer")
    reader.settle()
    charts_say_what_their_tables_say(reader)


def test_numbers_in_a_chart_follow_the_language(reader: Reader) -> None:
    page = reader.open("/tal?area=k22-horsensklyngen&indicator=hospital_stays_12h_per_100")
    chart = page.locator('[data-frame="tal-trend"]')
    chart.scroll_into_view_if_needed()
    axis = chart.locator(".ytick text")
    expect(axis.filter(has_text=re.compile(r"^\d,5$")).first).to_be_visible()
    page.get_by_text("English", exact=True).click()
    expect(axis.filter(has_text=re.compile(r"^\d\.5$")).first).to_be_visible()
    expect(axis.filter(has_text=",")).to_have_count(0)
