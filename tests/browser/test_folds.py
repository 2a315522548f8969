"""What is secondary is folded on a phone; on a desk only what would make a page endless."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Reader

#: A chart that is secondary on a phone.
_SECOND = '[data-frame="aeldre-share"]'


def test_a_folded_chart_is_drawn_when_a_phone_unfolds_it(phone: Reader) -> None:
    page = phone.open("/aeldre?area=k22-horsensklyngen")
    frame = page.locator(_SECOND)
    expect(frame.locator(".kb-title")).to_be_visible()
    expect(frame.locator(".kb-chart")).to_be_hidden()
    frame.locator("summary").first.click()
    expect(frame.locator(".main-svg").first).to_be_visible()
    # It stays so when other choices draw the page anew.
    page.locator(".kb-where").get_by_role("link", name="Sundhedsråd Horsens").click()
    expect(page.locator("h1")).to_contain_text("Sundhedsråd Horsens")
    expect(frame.locator(".kb-chart")).to_be_visible()


def test_a_link_to_one_chart_shows_it_on_a_phone(phone: Reader) -> None:
    page = phone.open("/aeldre?area=k22-horsensklyngen&chart=aeldre-share")
    expect(page.locator(f"{_SECOND} .main-svg").first).to_be_visible()


def test_at_a_desk_nothing_secondary_is_folded(reader: Reader) -> None:
    page = reader.open("/aeldre?area=k22-horsensklyngen")
    chart = page.locator(f"{_SECOND} .kb-chart")
    expect(chart).to_be_visible()
    # What a long page folds everywhere has a heading of its own.
    folds = page.locator(".kb-fold:not(.kb-fold-wide) > summary")
    expect(folds.filter(visible=True)).to_have_count(0)
    # Nor when the window was narrow for a while.
    page.set_viewport_size({"width": 390, "height": 844})
    expect(chart).to_be_hidden()
    page.set_viewport_size({"width": 1440, "height": 1000})
    expect(chart).to_be_visible()


def test_a_long_page_folds_its_further_figures_until_they_are_asked_for(reader: Reader) -> None:
    page = reader.open("/boern-og-unge?area=k22-horsensklyngen")
    fold = page.locator("details.kb-fold-wide", has_text="Elever med højt skolefravær").first
    expect(fold.locator(".kb-chart").first).to_be_hidden()
    fold.locator("summary").first.click()
    expect(fold.locator(".main-svg").first).to_be_visible()
    assert page.locator(".stMain").evaluate("e => e.scrollHeight") > 5_000
    fold.locator("summary").first.click()
    reader.settle()
    assert page.locator(".stMain").evaluate("e => e.scrollHeight") <= 5_000


def test_key_figures_are_folded_by_theme_on_a_phone_and_printed_in_full(phone: Reader) -> None:
    page = phone.open("/?area=k22-horsensklyngen")
    rows = page.locator(".kb-keys tbody tr:not(.kb-group)")
    seen = rows.filter(visible=True)
    expect(seen).not_to_have_count(0)
    assert seen.count() < rows.count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(seen).to_have_count(rows.count())
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(seen).not_to_have_count(rows.count())
