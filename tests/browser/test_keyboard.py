"""A stranger with a keyboard alone: find how an area compares, see the map, share it, print it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, TimeoutError, expect
from pypdf import PdfReader

import warehouse
from tests.browser.conftest import Reader
from warehouse.read.pages import measures

#: What has focus: its name, and whether a reader can see that it has.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return ["", true];  // past the last stop, before the first one
  const name = at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "";
  // The input of a radio button or a switch is clipped away: its label must have the ring.
  const drawn = ["radio", "checkbox"].includes(at.type) ? at.closest("label") : at;
  const style = getComputedStyle(drawn), box = drawn.getBoundingClientRect();
  return [name.trim(), style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && box.width > 0 && box.bottom > 0 && box.top < innerHeight];
}"""
#: Whether what has focus shows it.
SHOWN = f"() => ({FOCUS})()[1]"
#: No page needs more steps than this to its last control.
_STEPS = 60


@pytest.fixture
def stranger(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader at a desk whose browser lets pages write to the clipboard."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 1000},
        locale="en-US",
        permissions=["clipboard-read", "clipboard-write"],
    )
    reader = Reader(context.new_page(), app_url)
    yield reader
    context.close()
    assert reader.foreign == []
    assert reader.complaints == []


def walk_to(reader: Reader, name: str, key: str = "Tab") -> None:
    """Press a key until what is called so has focus; every stop on the way must be visible."""
    passed = []
    for _ in range(_STEPS):
        reader.page.keyboard.press(key)
        at, _ = reader.page.evaluate(FOCUS)
        try:
            # The window may still be moving to it, or the page be drawing it anew.
            reader.page.wait_for_function(SHOWN)
        except TimeoutError:
            pytest.fail(f"nothing shows that {at} has focus")
        if at == name:
            return
        passed.append(at[:40])
    pytest.fail(f"{name} is not reached with {key}: {passed}")


def shares(path: Path, area: str) -> str:
    """Return the newest share of people aged 80 and over as a page writes it."""
    with warehouse.connect(path) as wh:
        rows = measures(wh, "population_80plus_share", area=area, period=2026)
    return f"{rows['value'][0]:.1f} %".replace(".", ",")


def said(reader: Reader) -> str:
    """Return the page's text with ordinary spaces."""
    return reader.page.locator('[data-testid="stMain"]').inner_text().replace("\u00a0", " ")


def test_find_compare_see_share_and_print_with_the_keyboard_alone(
    stranger: Reader, another_window: Callable[[], Reader], warehouse_path: Path
) -> None:
    own, country = (shares(warehouse_path, a) for a in ("k22-horsensklyngen", "dk"))
    page = stranger.open("/?area=k22-fyn")
    keys = page.keyboard

    # Find the area: its name is typed into the search on top of the page.
    walk_to(stranger, "Skift sted, eller find et måltal")
    keys.type("Horsenskl")
    expect(page.get_by_role("option").first).to_be_visible()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Profil: Horsensklyngen")
    expect(page.locator("h1")).to_be_focused()
    stranger.settle()
    assert re.search(f"{own} af alle.*mindre end.*hele landet \\({country}\\)", said(stranger))

    # See it on the map, which says the same and has its numbers in a table.
    walk_to(stranger, "Kort", "Shift+Tab")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Kort: Horsensklyngen")
    stranger.settle()
    compared = f"Horsensklyngen: {own}. Hele landet: {country}."
    assert compared in said(stranger)
    expect(page.locator("path.choroplethlocation").first).to_be_visible()
    expect(
        page.get_by_role("figure", name=re.compile(f"Horsensklyngen: {own[:-2]}")).first
    ).to_be_visible()

    # Share it: the link opens the same view where nothing is remembered.
    walk_to(stranger, "Kopiér link til denne visning")
    keys.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Linket er kopieret")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    private = another_window()
    private.page.goto(link)
    private.settle()
    expect(private.page.locator("h1")).to_have_text("Kort: Horsensklyngen")
    assert compared in said(private)
    tables = [r.page.locator(".kb-saved table").inner_text() for r in (private, stranger)]
    assert tables[0] == tables[1]

    # Print it: sheets with the page and without its machinery.
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert compared in text.replace("\u00a0", " ")
    assert "Sundhedsklynge Bornholm" in text
    for machinery in ("Kopiér link", "Sprog", "Gem CSV"):
        assert machinery not in text
    width, height = (float(v) for v in sheets[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)


def test_who_does_not_see_the_page_change_hears_that_it_has(reader):
    window = reader.open("/sektorer?geo=kommuner&area=0615")
    told = window.locator("body > [role=status]")
    expect(told).to_have_text("")
    reader.choose("Område", "Hedensted")
    expect(told).to_have_text("Siden er opdateret: Hedensted · Sektorer · Klyngeblik")
    window.get_by_text("English", exact=True).click()
    expect(told).to_have_text("The page is updated: Hedensted · Sectors · Klyngeblik")
