"""Sammenlign, Fra klynge til råd and Kronisk sygdom as a reader meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Reader

PAGES = ("sammenlign", "klynge-til-raad", "kronisk")
VIEWS = ("rank", "funnel", "heat", "pair", "similar")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
DRAWN = ".js-plotly-plot .main-svg"


def violations(reader: Reader) -> list[str]:
    found = Axe().run(reader.page, options=WCAG).response["violations"]
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def drawn(reader: Reader) -> None:
    """Wait for a chart: a new window fetches the library that draws before its first one."""
    reader.read_through()
    expect(reader.page.locator(DRAWN).first).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_and_breaks_no_accessibility_rule(reader: Reader, view: str) -> None:
    reader.open(f"/sammenlign?area=k22-horsensklyngen&view={view}")
    drawn(reader)
    expect(reader.page.get_by_test_id("stException")).to_have_count(0)
    assert violations(reader) == []


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_a_phone_in_both_languages(phone: Reader, page: str, lang: str) -> None:
    phone.open(f"/{page}?area=k22-hovedstaden-syd&lang={lang}")
    drawn(phone)
    expect(phone.page.locator("html")).to_have_attribute("lang", lang)
    wider = "e => e.scrollWidth - e.clientWidth"
    assert phone.page.locator('[data-testid="stMain"]').evaluate(wider) == 0
    assert violations(phone) == []


def test_a_copied_link_opens_the_same_comparison(
    reader: Reader, another_window: Callable[[], Reader]
) -> None:
    page = reader.open("/sammenlign?area=k22-fyn")
    page.get_by_text("Sammenhæng mellem to måltal", exact=True).click()
    reader.settle()
    expect(page.locator(".kb-title").first).to_contain_text("hjemmesygepleje")
    reader.choose("Lodret", "Daglig rygning")
    expect(page.locator(".kb-title").first).to_contain_text("rygning", ignore_case=True)
    chosen = parse_qs(urlsplit(page.url).query)
    assert chosen["view"] == ["pair"]
    assert chosen["other"] == ["daily_smoking"]
    other = another_window()
    other.open(page.url.removeprefix(reader.url))
    title = page.locator(".kb-title").first.inner_text()
    expect(other.page.locator(".kb-title").first).to_have_text(title)


def test_a_weight_is_changed_with_the_keyboard_and_kept_in_the_link(reader: Reader) -> None:
    page = reader.open("/sammenlign?area=k22-fyn&view=similar")
    slider = page.get_by_role("slider", name="Størrelse")
    slider.focus()
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("w_size=2"))
    reader.settle()
    drawn(reader)


def test_the_flow_is_drawn_as_svg_that_prints(reader: Reader) -> None:
    page = reader.open("/klynge-til-raad?area=r27-limfjorden")
    chart = page.locator(".js-plotly-plot").first
    drawn(reader)
    expect(chart.locator(".shapelayer path").first).to_be_attached()
    assert chart.locator("canvas").count() == 0
    expect(chart).to_contain_text("Vest")
