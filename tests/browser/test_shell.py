"""What holds on every page, in a real browser: it opens, speaks one language, asks nobody else."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect
from polars.testing import assert_frame_equal

from dashboard.context import FRONT, Page
from dashboard.run import page_modules
from dashboard.text import Text
from tests.browser.conftest import Reader
from warehouse import connect
from warehouse.export.filters import Selection
from warehouse.export.query import extract

PAGES = [page for page, _ in page_modules()]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
HORSENS = "geo=klynger-2022&area=k22-horsensklyngen"


def names(page: Page) -> str:
    return page.slug or "front"


def opens_and_is_accessible(reader: Reader, page: Page, lang: str) -> None:
    text = Text(lang)
    place, title = f"{HORSENS}&", f"Horsensklyngen · {text(page.title)} · Klyngeblik"
    if page.slug == FRONT:
        place, title = "", f"Klyngeblik · {text('shell.tagline')}"
    window = reader.open(f"/{page.slug}?{place}lang={lang}")
    expect(window).to_have_title(title)
    expect(window.locator("html")).to_have_attribute("lang", lang)
    expect(window.locator("h1")).to_have_count(1)
    expect(window.get_by_text(text("shell.error"))).to_have_count(0)
    expect(window.locator('[data-testid="stException"]')).to_have_count(0)
    reader.read_through()
    found = Axe().run(window, options=WCAG).response["violations"]
    assert [f"{v['id']}: {n['target']} {n['html'][:160]}" for v in found for n in v["nodes"]] == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_page_opens_and_breaks_no_accessibility_rule(reader, page):
    opens_and_is_accessible(reader, page, "da")


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_so_it_does_in_english_in_the_dark_on_a_phone(phone, page):
    phone.page.emulate_media(color_scheme="dark")
    opens_and_is_accessible(phone, page, "en")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # No table need be pushed sideways either, nor those folded under charts.
    phone.page.evaluate("document.querySelectorAll('details').forEach(e => (e.open = true))")
    expect(phone.page.locator("[data-folded]")).to_have_count(0)
    wider = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.ariaLabel)"
    assert phone.page.locator(".kb-table-box").evaluate_all(wider) == []


def test_the_policy_is_on_the_page(reader):
    answer = reader.page.request.get(reader.url + "/")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert '<html lang="da">' in answer.text()


def test_the_selection_follows_the_reader_through_every_page(reader):
    window = reader.open(f"/om?{HORSENS}&year=2024")
    # The front page is about no place.
    for page in [page for page in PAGES if page.listed and page.slug != FRONT]:
        window.locator(".kb-pages").get_by_role(
            "link", name=Text("da")(page.title), exact=True
        ).click()
        expect(window).to_have_title(re.compile(re.escape(Text("da")(page.title))))
        reader.settle()
        parts = urlsplit(window.url)
        assert parts.path == f"/{page.slug}"
        chosen = parse_qs(parts.query)
        assert (chosen["area"], chosen["year"]) == (["k22-horsensklyngen"], ["2024"])


def test_who_is_on_the_next_page_before_the_choices_are_there_keeps_them(reader):
    # The browser loads each kind of choice when it first meets one: here only after two pages.
    late = []

    def hold(request: Route) -> None:
        late.append(request)

    kinds = re.compile(r"/(Selectbox|Radio|Checkbox)\.\w+\.js")
    reader.page.route(kinds, hold)
    window = reader.open(f"/aeldre?{HORSENS}&year=2024&lang=en&big=1")

    def follow(title: str) -> dict[str, list[str]]:
        window.locator(".kb-pages").get_by_role("link", name=title, exact=True).click()
        expect(window).to_have_title(re.compile(re.escape(title)))
        reader.settle()
        return parse_qs(urlsplit(window.url).query)

    wanted = follow("Map")
    assert late
    for request in late:
        request.continue_()
    expect(window.get_by_role("combobox", name="Area")).to_have_value(re.compile("Horsens"))
    assert follow("Sectors") == wanted
    assert wanted["area"] == ["k22-horsensklyngen"]
    assert (wanted["lang"], wanted["big"]) == (["en"], ["1"])


def test_a_page_is_followed_with_the_keyboard_without_loading_all_again(reader):
    window = reader.open(f"/om?{HORSENS}")
    window.evaluate("window.loaded = 'once'")
    link = window.locator(".kb-pages").get_by_role("link", name="Ældre", exact=True)
    link.focus()
    window.keyboard.press("Enter")
    expect(window).to_have_title(re.compile("Ældre"))
    expect(link).to_have_attribute("aria-current", "page")
    expect(link).to_be_focused()
    window.locator(".kb-footer").get_by_role("link", name="Tilgængelighed").click()
    expect(window.locator("h1")).to_have_text("Tilgængeligheds\u00aderklæring")
    assert window.locator(".stMain").evaluate("e => e.scrollTop") == 0
    assert window.evaluate("window.loaded") == "once"


def test_on_a_phone_the_list_of_pages_gives_way_to_the_page_chosen(phone):
    window = phone.open(f"/om?{HORSENS}")
    window.get_by_test_id("stExpandSidebarButton").click()
    window.locator(".kb-pages").get_by_role("link", name="Ældre", exact=True).click()
    expect(window.locator("h1")).to_contain_text("Ældre")
    expect(window.locator(".kb-pages")).not_to_be_in_viewport()
    expect(window.locator("h1")).to_be_in_viewport()


def test_a_copied_link_opens_the_same_view_in_a_private_window(reader, another_window):
    window = reader.open("/om")
    reader.choose("Inddeling", "Kommuner")
    reader.choose("Område", "Horsens")
    expect(window).to_have_title(re.compile("^Horsens ·"))
    window.get_by_text("Ordliste", exact=True).click()
    expect(window.get_by_role("heading", name="Ordliste")).to_be_visible()
    link = window.locator(".kb-permalink a").get_attribute("href")

    other = another_window()
    opened = other.open(link)
    expect(opened).to_have_title(re.compile("^Horsens ·"))
    expect(opened.get_by_role("heading", name="Ordliste")).to_be_visible()


def test_a_new_grouping_opens_where_the_reader_was(reader):
    window = reader.open(f"/om?{HORSENS}")
    reader.choose("Inddeling", "Sundhedsråd")
    expect(window).to_have_url(re.compile("geo=sundhedsraad-2027"))
    expect(window).to_have_title(re.compile("Horsens"))


def test_back_goes_back_on_the_page_and_between_pages(reader):
    window = reader.open(f"/om?{HORSENS}&view=metode")
    window.get_by_text("Ordliste", exact=True).click()
    expect(window.get_by_role("heading", name="Ordliste")).to_be_visible()
    window.go_back()
    expect(window.get_by_role("heading", name="Metode i korte træk")).to_be_visible()
    window.get_by_role("link", name="Data og eksport", exact=True).click()
    expect(window.locator("h1")).to_have_text("Data og eksport")
    window.go_back()
    expect(window.locator("h1")).to_have_text("Om data")


def test_a_link_with_a_wrong_value_says_so_and_still_opens(reader):
    window = reader.open("/om?area=k22-atlantis&sex=both&year=2024")
    expect(window.get_by_role("alert").filter(has_text="k22-atlantis")).to_be_visible()
    expect(window.get_by_role("alert").filter(has_text="sex = both")).to_be_visible()
    expect(window.get_by_role("alert")).to_have_count(2)


def test_a_link_cannot_write_markup_on_the_page(reader):
    window = reader.open("/om?area=<img src=x onerror=alert(1)>**fed**[x](http://e.dk)")
    alert = window.get_by_role("alert").first
    expect(alert).to_contain_text("**fed**")
    expect(alert.locator("img, strong, a")).to_have_count(0)


def test_the_language_changes_in_place_and_in_the_link(reader):
    window = reader.open(f"/om?{HORSENS}")
    window.get_by_text("English", exact=True).click()
    expect(window.locator("h1")).to_have_text("About the data")
    expect(window.locator("html")).to_have_attribute("lang", "en")
    assert "lang=en" in window.url


def test_the_accessibility_statement_has_its_address(reader):
    window = reader.open("/was")
    expect(window.locator("h1")).to_have_text("Tilgængeligheds\u00aderklæring")
    window = reader.open(f"/om?{HORSENS}")
    window.locator(".kb-footer").get_by_role("link", name="Tilgængelighed").click()
    expect(window.locator("h1")).to_have_text("Tilgængeligheds\u00aderklæring")


def test_a_downloaded_file_holds_the_warehouses_rows(reader, warehouse_path, tmp_path):
    window = reader.open(f"/data?{HORSENS}&geos=klynger-2022&indicators=population_80plus_share")
    with window.expect_download() as download:
        window.get_by_role("link", name="Hent Parquet").click()
    path = Path(tmp_path / "page.parquet")
    download.value.save_as(path)
    with connect(warehouse_path) as warehouse:
        expected = extract(
            warehouse,
            Selection.of(geography="klynger-2022", indicator="population_80plus_share"),
        )
    rows = pl.read_parquet(path)
    assert_frame_equal(rows, expected)
    shown = Text("da")("data.result", rows=f"{rows.height:,}".replace(",", "."))
    expect(window.get_by_role("heading", name=shown)).to_be_visible()


def test_the_keyboard_alone_reaches_an_area(reader):
    window = reader.open(f"/om?{HORSENS}")
    box = window.get_by_role("combobox", name="Område")
    box.focus()
    window.keyboard.type("Aarhusk")
    window.keyboard.press("Enter")
    expect(window).to_have_title(re.compile("^Aarhusklyngen"))


def test_the_keyboards_first_stop_speaks_danish(reader):
    window = reader.open(f"/om?{HORSENS}")
    window.keyboard.press("Tab")
    expect(window.locator(":focus")).to_have_text("Gå til indhold")


def test_streamlits_own_words_are_danish_and_english_again(reader):
    window = reader.open("/findes-ikke")
    assert window.request.get(f"{reader.url}/findes-ikke").status == 404
    dialog = window.get_by_role("dialog")
    expect(dialog).to_contain_text("Siden findes ikke")
    # That Streamlit writes so in the console as well is what was asked for.
    assert ["does not seem to exist" in said for said in reader.complaints] == [True]
    reader.complaints.clear()
    dialog.get_by_role("button", name="Luk").first.click()
    window = reader.open("/om")
    box = window.get_by_role("combobox", name="Område")
    box.click()
    box.fill("zzzz")
    expect(window.get_by_text("Intet fundet").first).to_be_visible()
    window.keyboard.press("Escape")
    labels = "[...document.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label'))"
    assert "Skjul sidepanelet" in window.evaluate(labels)
    window.get_by_text("English", exact=True).click()
    expect(window.get_by_role("button", name="Collapse sidebar")).to_have_count(1)


def test_a_list_of_several_speaks_danish(reader):
    window = reader.open("/data")
    box = window.get_by_role("combobox", name="Måltal", exact=True)
    box.click()
    expect(window.get_by_role("option", name="Vælg alle", exact=True)).to_be_visible()
    box.fill("diabetes")
    expect(window.get_by_role("option", name=re.compile(r"^Vælg de \d+ fundne$"))).to_be_visible()


@pytest.mark.parametrize(("lang", "said"), [("da", "Ingen forbindelse"), ("en", "No connection")])
def test_a_server_out_of_reach_is_told_in_the_readers_language(reader, lang, said):
    reader.page.route("**/_stcore/**", lambda route: route.abort())
    reader.page.goto(f"{reader.url}/?lang={lang}")
    expect(reader.page.get_by_role("dialog")).to_contain_text(said)
    expect(reader.page.get_by_role("dialog")).not_to_contain_text("Streamlit")
    reader.complaints.clear()


def test_on_a_phone_the_way_to_the_pages_is_called_menu(phone):
    window = phone.open(f"/om?{HORSENS}")
    window.get_by_role("button", name="Menu: vis sidepanelet").click()
    expect(window.get_by_role("link", name="Sektorer", exact=True)).to_be_visible()


def test_a_chart_is_saved_as_what_it_shows_with_source_and_demo_mark(reader, tmp_path):
    window = reader.open(f"/sektorer?{HORSENS}&chart=sektorer-ranked")
    frame = window.locator(".kb-frame.kb-made-up")
    expect(frame.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    frame.locator("summary").click()
    files = {}
    for kind in ("csv", "svg", "png"):
        with window.expect_download() as download:
            frame.locator(f'button[data-save="{kind}"]').click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    title = frame.locator(".kb-title").evaluate("e => e.firstChild.textContent").strip()
    rows = files["csv"].read_text(encoding="utf-8-sig").splitlines()
    shown = frame.locator("tbody tr").count()
    assert len(rows) == 1 + shown + 4
    assert "(demotal)" in rows[0]
    picture = files["svg"].read_text(encoding="utf-8")
    for said in (rows[-4], re.sub(r"<[^>]*>", " ", picture)):
        assert title.split()[0] in said
        assert "DEMO" in said
    assert "Kilde:" in rows[-2]
    assert rows[-1] == '"Horsensklyngen, 2025."'
    assert "Kilde:" in picture
    assert files["png"].read_bytes().startswith(b"\x89PNG")


def test_a_link_to_one_chart_opens_it_alone(reader, another_window):
    window = reader.open(f"/sektorer?{HORSENS}")
    frames = ".kb-frame"
    assert window.locator(frames).count() > 3
    frame = window.locator(frames).nth(1)
    title = frame.locator(".kb-title").inner_text()
    frame.locator("summary").click()
    link = frame.get_by_role("link", name="Link til denne figur").get_attribute("href")
    opened = another_window().open(link)
    expect(opened.locator(frames)).to_have_count(1)
    expect(opened.locator(f"{frames} .kb-title")).to_have_text(title)
    expect(opened.locator('.stMain [data-testid="stSelectbox"]').first).to_be_hidden()
    opened.locator(".kb-more > summary").click()
    opened.get_by_role("link", name="Vis hele siden").click()
    expect(opened.locator(frames).nth(3)).to_be_visible()


def test_a_link_to_a_chart_that_is_not_there_says_so(reader):
    window = reader.open(f"/sektorer?{HORSENS}&chart=nothing")
    expect(window.get_by_role("alert").filter(has_text="nothing")).to_be_visible()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_at_200_per_cent_no_page_breaks_a_rule_or_runs_out_of_the_window(desk_at_200, page):
    opens_and_is_accessible(desk_at_200, page, "da")
    assert desk_at_200.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_card_is_still_a_row_of_a_table_to_a_screen_reader(phone):
    window = phone.open(f"/?{HORSENS}")
    window.get_by_text(re.compile(r"^Sektorer: \d+ nøgletal$")).click()
    row = window.get_by_role("row").filter(has_text="hjemmesygepleje").first
    expect(row.get_by_role("rowheader")).to_have_count(1)
    expect(row.get_by_role("cell").first).to_be_visible()


#: Words of headings that go on in more places than they have soft hyphens.
BROKEN_WORDS = """() => [...document.querySelectorAll('.stMain :is(h1,h2,h3,h4)')].flatMap((e) => {
  const found = [], walker = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    for (const { 0: word, index } of text.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > word.split('\u00ad').length) found.push(word);
    }
  }
  return found;
})"""


@pytest.mark.parametrize("big", ["", "&big=1"], ids=["plain", "big"])
def test_no_word_of_a_heading_is_broken_on_the_narrowest_phone(phone, big):
    phone.page.set_viewport_size({"width": 320, "height": 700})
    for path in (
        f"tilgaengelighed?{big}",
        f"?area=k22-nykoebing-falster{big}",
        f"?geo=klynger-2019&area=k19-odense{big}",
        f"aeldre?{HORSENS}{big}",
    ):
        window = phone.open(f"/{path}")
        assert window.evaluate(BROKEN_WORDS) == [], path
