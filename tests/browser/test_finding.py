"""A newcomer finds their place, sees where they are, and gets on from every number."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Reader, _readers
from tests.browser.test_shell import WCAG

HEDENSTED = "geo=kommuner&area=0766"


@pytest.fixture
def laptop(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader with a small laptop."""
    yield from _readers(app_url, chromium, 1366, 768)


@pytest.fixture
def desk_at_400(app_url: str, chromium: Browser) -> Iterator[Reader]:
    """Return a reader who has enlarged a 1280 pixel wide page to 400 %."""
    yield from _readers(app_url, chromium, 320, 256, scale=4)


def search(reader: Reader):
    return reader.page.locator(".kb-search").get_by_role("combobox").first


def fits(reader: Reader) -> bool:
    return reader.page.locator(".stMain").evaluate("e => e.scrollHeight <= e.clientHeight + 1")


def test_the_front_page_fits_a_small_laptop_also_with_a_place_last_seen(laptop):
    window = laptop.open("/")
    expect(window.locator(".kb-outline svg").first).to_be_visible()
    assert fits(laptop)
    laptop.open(f"/profil?{HEDENSTED}")
    laptop.open("/")
    expect(window.locator(".kb-last a")).to_have_text("Hedensted")
    assert fits(laptop)


def test_a_phones_first_screen_has_name_sentence_and_search(phone):
    window = phone.open("/")
    for what in ("h1", ".kb-lead", ".kb-search input"):
        expect(window.locator(what).first).to_be_in_viewport(ratio=1)


def test_own_municipalitys_oldest_in_2040_are_three_actions_away(laptop):
    window = laptop.open("/")
    search(laptop).click()
    window.keyboard.type("hedensted")
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Profil: Hedensted")
    expect(window.get_by_text(re.compile(r"I 2040 ventes der at være 4\.336"))).to_be_in_viewport()


def test_enter_before_the_answer_is_not_lost(laptop):
    window = laptop.open("/")
    unanswered = []

    def answer_all_but_the_first(route: Route) -> None:
        if unanswered:
            route.continue_()
        else:
            unanswered.append(route)

    window.route("**/soeg?*", answer_all_but_the_first)
    search(laptop).fill("lemvig")
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Profil: Lemvig")
    assert len(unanswered) == 1


def test_the_search_is_a_combobox_as_screen_readers_know_it(laptop):
    window = laptop.open("/")
    box = search(laptop)
    expect(box).to_have_accessible_name("Find din kommune, klynge eller dit sundhedsråd")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("horsens")
    options = window.get_by_role("listbox", name="Forslag").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", chosen)
    expect(window.locator(".kb-search [role=status]").first).to_have_text(re.compile("forslag"))
    found = Axe().run(window, options=WCAG).response["violations"]
    assert [v["id"] for v in found] == []
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("horsens")
    box.press("Escape")
    expect(box).to_have_value("")


def test_what_nobody_is_called_offers_nothing_and_says_so(laptop):
    window = laptop.open(f"/kort?{HEDENSTED}")
    search(laptop).press_sequentially("hedenstrup")
    expect(window.get_by_text("Intet område hedder “hedenstrup”")).to_be_visible()
    expect(window.get_by_role("option")).to_have_count(0)
    window.keyboard.press("Enter")
    assert "area=0766" in window.url


def test_the_menus_own_box_sends_nobody_to_another_place(laptop):
    window = laptop.open("/om?geo=klynger-2022&area=k22-fyn")
    box = window.get_by_role("combobox", name="Område")
    box.click()
    box.fill("Hedensted")
    expect(window.get_by_text("Intet fundet").first).to_be_visible()
    window.keyboard.press("Enter")
    window.keyboard.press("Escape")
    assert "area=k22-fyn" in window.url


def test_a_place_is_changed_where_one_is(laptop):
    window = laptop.open("/sektorer?geo=klynger-2022&area=k22-fyn&year=2024")
    search(laptop).fill("nyborg")
    window.get_by_role("option", name=re.compile("^Nyborg")).click()
    expect(window.locator("h1")).to_have_text("Sektorer: Nyborg")
    assert "year=2024" in window.url
    expect(window.locator("h1")).to_be_focused()


def test_from_a_municipality_to_its_council_is_one_action(laptop):
    window = laptop.open(f"/aeldre?{HEDENSTED}")
    where = window.get_by_role("navigation", name="Hvor er jeg")
    expect(where.locator("[aria-current]")).to_have_text("Hedensted")
    where.get_by_role("link", name="Sundhedsråd Horsens").click()
    expect(window.locator("h1")).to_have_text("Ældre: Sundhedsråd Horsens")


def test_where_one_is_stands_on_a_phone_and_at_400_per_cent(phone, desk_at_400):
    for reader in (phone, desk_at_400):
        window = reader.open(f"/aeldre?{HEDENSTED}")
        where = window.get_by_role("navigation", name="Hvor er jeg")
        expect(where.get_by_role("link", name="Horsensklyngen")).to_be_visible()
        expect(search(reader)).to_be_visible()
        assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_municipality_is_chosen_from_its_clusters_list(laptop):
    window = laptop.open("/profil?geo=klynger-2022&area=k22-horsensklyngen")
    window.get_by_text("4 kommuner", exact=True).click()
    window.locator(".kb-many").get_by_role("link", name="Odder").click()
    expect(window.locator("h1")).to_have_text("Profil: Odder")


def test_the_doors_lead_to_the_place_last_seen_in_this_browser_only(laptop, another_window):
    window = laptop.open(f"/kort?{HEDENSTED}")
    window.get_by_role("link", name="Forside").click()
    expect(window.locator(".kb-last a")).to_have_text("Hedensted")
    window.locator(".kb-doors").get_by_role("link", name=re.compile("Ældreråd")).click()
    expect(window.locator("h1")).to_have_text("Ældrerådets udgave: Hedensted")
    assert laptop.page.context.cookies() == [] or "0766" not in str(laptop.page.context.cookies())
    stranger = another_window()
    opened = stranger.open("/")
    expect(opened.locator(".kb-last")).to_be_hidden()
    opened.locator(".kb-doors").get_by_role("link", name=re.compile("Ældreråd")).click()
    expect(opened.locator("h1")).to_have_text("Ældrerådets udgave: Danmark")


def test_the_map_is_clicked_and_reached_with_the_keyboard(laptop):
    window = laptop.open("/")
    fyn = window.locator(".kb-outline").get_by_role("link", name="Sundhedsklynge Fyn")
    fyn.focus()
    window.keyboard.press("Enter")
    expect(window.locator("h1")).to_have_text("Profil: Sundhedsklynge Fyn")
    window.go_back()
    expect(window.locator("h1")).to_have_text("Klyngeblik")
    window.locator('.kb-outline a[data-area="k22-bornholm"]:not([tabindex])').click()
    expect(window.locator("h1")).to_have_text("Profil: Sundhedsklynge Bornholm")


def test_from_a_finding_to_its_definition_is_one_action(laptop):
    window = laptop.open(f"/profil?{HEDENSTED}")
    window.locator(".kb-standout a.kb-on").first.click()
    expect(window.get_by_role("heading", name="Hvad tallet viser")).to_be_visible()
    expect(window.locator("h1")).to_contain_text("Hedensted")
    window.go_back()
    expect(window.locator("h1")).to_have_text("Profil: Hedensted")
    mark = window.locator(".kb-define").first
    mark.locator("summary").click()
    expect(mark.locator("p")).to_be_visible()


def test_the_definitions_are_searched_where_they_stand(laptop):
    window = laptop.open(f"/om?{HEDENSTED}")
    window.get_by_label("Søg i definitionerne").fill("underretning")
    shown = window.locator(".kb-definition").filter(visible=True)
    expect(shown).not_to_have_count(0)
    expect(window.locator(".kb-sift [role=status]")).to_have_text(re.compile("måltal passer"))
    assert all("underretning" in text.lower() for text in shown.all_text_contents())


def test_a_list_of_contents_follows_the_reader(reader):
    window = reader.open("/aeldre?geo=klynger-2022&area=k22-fyn")
    listed = window.locator(".stSidebar .kb-contents a")
    title = listed.last.inner_text()
    listed.last.click()
    expect(window.locator(".stMain h2").filter(has_text=title).last).to_be_in_viewport()
    expect(window.locator(".stSidebar .kb-contents a[aria-current]")).to_have_count(1)
    expect(listed.first).not_to_have_attribute("aria-current", "true")


def scale(reader: Reader) -> float:
    return reader.page.locator(".js-plotly-plot").first.evaluate(
        "plot => plot._fullLayout.geo.projection.scale"
    )


def test_a_map_is_enlarged_and_moved_with_the_keyboard_and_stays_so(reader):
    window = reader.open("/kort?geo=klynger-2022&area=k22-fyn")
    reader.read_through()
    button = window.get_by_role("button", name="Forstør")
    button.focus()
    window.keyboard.press("Enter")
    large = scale(reader)
    assert large > 1
    centre = "plot => plot._fullLayout.geo.center.lon"
    before = window.locator(".js-plotly-plot").first.evaluate(centre)
    window.keyboard.press("ArrowRight")
    assert window.locator(".js-plotly-plot").first.evaluate(centre) > before
    window.get_by_role("button", name="‹ 2025").click()
    reader.settle()
    assert scale(reader) == pytest.approx(large)
    window.get_by_role("button", name="Hele kortet").click()
    assert scale(reader) == pytest.approx(1)
