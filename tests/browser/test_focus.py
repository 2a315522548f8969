"""Ældre, Det demografiske træk and Børn og unge in Chromium: letters at 400 %, axe, the link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Reader, _readers

PAGES = ("aeldre", "aeldreraad", "demografi", "boern-og-unge")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture
def enlarged(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader at 1280 pixels who enlarges the page four times: 320 are left."""
    yield from _readers(app_url, chromium, 320, 256)


@pytest.mark.parametrize(
    ("area", "lang"), [("k22-hovedstaden-byen", "da"), ("k22-nykoebing-falster", "en")]
)
@pytest.mark.parametrize("page", PAGES)
def test_big_letters_at_400_percent_need_no_scrolling_sideways(
    enlarged: Reader, page: str, area: str, lang: str
) -> None:
    enlarged.open(f"/{page}?area={area}&big=1&lang={lang}")
    main = enlarged.page.locator('[data-testid="stMain"]')
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    # Nothing is a box that must itself be pushed sideways, and nothing stands outside the window.
    inner = (
        "es => es.filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX)"
        " && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1).map(e => e.className)"
    )
    assert main.locator("*").evaluate_all(inner) == []
    outside = (
        "es => es.filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.textContent)"
    )
    assert main.locator("h1, h2, h3, h4, p, li, td, th").evaluate_all(outside) == []
    # No word of a heading is broken where it has no hyphen.
    lines = (
        "e => { const r = document.createRange(), n = document.createTreeWalker(e, 4).nextNode();"
        " return [...n.data.matchAll(/[^\\s-]+/g)].filter(m => {"
        " r.setStart(n, m.index); r.setEnd(n, m.index + m[0].length);"
        " return new Set([...r.getClientRects()].map(b => b.top)).size > 1; }).map(m => m[0]) }"
    )
    assert main.locator("h1").first.evaluate(lines) == []
    sizes = "es => es.map(e => parseFloat(getComputedStyle(e).fontSize))"
    assert min(main.locator("p:visible, li:visible").evaluate_all(sizes)) >= 18


@pytest.mark.parametrize("big", ["0", "1"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_wrong(reader: Reader, page: str, big: str) -> None:
    reader.open(f"/{page}?area=k22-horsensklyngen&big={big}")
    for alert in ("stException", "stAlertContentError"):
        expect(reader.page.get_by_test_id(alert)).to_have_count(0)
    found = Axe().run(reader.page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_the_switch_changes_the_link_and_the_letters(reader: Reader) -> None:
    page = reader.open("/aeldre?area=k22-bornholm")
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    page.get_by_text("Stor skrift").click()
    page.wait_for_url("**big=1*")
    expect(page.locator(".kb-list").first).to_be_visible()
    assert page.evaluate(size) > 1.15 * before
    page.get_by_role("link", name="Se, hvad flere ældre betyder").click()
    page.wait_for_url("**/demografi?*big=1*")
    expect(page.locator("h1")).to_contain_text("Bornholm")
