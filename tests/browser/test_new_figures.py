"""A page that stays open while new figures are published."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Reader, serving
from tests.warehouse import synthetic


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return synthetic.write(tmp_path / "w.duckdb")


def test_an_open_page_offers_the_new_figures_and_changes_nothing_by_itself(
    published: Path, chromium: Browser
) -> None:
    with serving(published) as url, chromium.new_context() as window:
        reader = Reader(window.new_page(), url)
        page = reader.open("/")
        first = page.locator(".kb-footer").get_attribute("data-edition")
        offer = page.locator(".kb-newer")

        comes_back(reader)
        expect(offer).to_have_count(0)

        synthetic.write(published, {"fingerprint": "new"})
        comes_back(reader)
        expect(offer).to_contain_text("Der er kommet nye tal.")
        assert page.locator(".kb-footer").get_attribute("data-edition") == first

        offer.get_by_role("button", name="Vis de nye tal").click()
        expect(page.locator(".kb-footer")).not_to_have_attribute("data-edition", first or "")
        reader.settle()
        comes_back(reader)
        expect(offer).to_have_count(0)
        assert not reader.foreign + reader.complaints


def test_a_click_after_new_figures_says_that_all_of_the_page_shows_them(
    published: Path, chromium: Browser
) -> None:
    with serving(published) as url, chromium.new_context() as window:
        reader = Reader(window.new_page(), url)
        page = reader.open("/?lang=en")
        synthetic.write(published, {"fingerprint": "new"})
        comes_back(reader)
        expect(page.locator(".kb-newer")).to_contain_text("New figures have been published.")

        page.get_by_text("Dansk", exact=True).click()
        expect(page.get_by_text("Alt på siden viser nu de nye tal.")).to_be_visible()
        expect(page.locator(".kb-newer")).to_be_empty()

        page.get_by_text("English", exact=True).click()
        reader.settle()
        expect(page.get_by_text("Everything on it now shows the new ones.")).to_have_count(0)


def comes_back(reader: Reader) -> None:
    """Look at another window for a while, and come back."""
    with reader.page.expect_response("**/udgave"):
        reader.page.evaluate("dispatchEvent(new Event('focus'))")
