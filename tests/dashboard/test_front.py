"""The front page, old addresses, and the figure in full that numbers lead to."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.asgi import PageMiddleware, routes
from dashboard.door import own_names
from dashboard.reference import WAREHOUSE_VARIABLE, open_warehouse, reference_of
from dashboard.text import Text
from dashboard.wayfinding import moved, outline_address
from tests.dashboard.asgi_client import get
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.contexts import charts, everything, headings, said


@pytest.fixture(scope="module")
def app(warehouse_path: Path) -> Starlette:
    names = own_names("127.0.0.1")
    return Starlette(
        routes=routes(warehouse_path), middleware=[Middleware(PageMiddleware, names=names)]
    )


def bodies(page) -> str:
    return " ".join(block.proto.body for block in page.get("html"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/?geo=kommuner&area=0766", "/profil?geo=kommuner&area=0766"),
        ("/?area=k22-fyn&lang=en&year=2024", "/profil?area=k22-fyn&lang=en&year=2024"),
        ("/?chart=overblik-map&area=dk", "/profil?chart=overblik-map&area=dk"),
        ("/overblik?area=0101", "/profil?area=0101"),
        ("/overblik/", "/profil"),
        ("/overblik", "/profil"),
        ("/?age=80%2B&area=dk", "/profil?age=80%2B&area=dk"),
    ],
)
def test_old_addresses_lead_to_the_profile_with_all_they_say(app, old, new):
    answer = get(app, old)
    assert answer.status == 308
    there = urlsplit(answer.headers["location"])
    assert (there.path, parse_qs(there.query)) == (
        urlsplit(new).path,
        parse_qs(urlsplit(new).query),
    )
    assert get(app, answer.headers["location"]).status == 200


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/?big=1", "/?fbclid=x", "/profil?area=0766"])
def test_the_front_page_and_the_profile_are_where_they_are(app, path):
    assert get(app, path).status == 200


def test_an_old_address_never_leads_to_another_host():
    assert moved("//evil.dk/overblik", []) is None
    there = moved("/overblik", [("area", "\r\nLocation: //evil.dk")])
    assert there is not None
    assert there.startswith("/profil?")
    assert "\n" not in there


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_front_page_says_what_this_is_and_where_to_go(run: Run, lang: str) -> None:
    page = run("forside", area="dk", lang=lang)
    assert not page.exception
    text = Text(lang)
    body, words = bodies(page), everything(page)
    for key in ("shell.title", "forside.lead", "search.label", "forside.country"):
        assert text(key) in words
    links = [unescape(href) for href in re.findall(r'data-door href="([^"]+)"', body)]
    assert [urlsplit(link).path for link in links] == ["/profil", "/aeldreraad", "/data"]
    assert all(parse_qs(urlsplit(link).query)["area"] == ["dk"] for link in links)
    # Where nothing has been seen yet nothing is claimed about it.
    assert 'class="kb-last" hidden' in body
    assert len(re.findall(r"<li>", body.partition("kb-numbers")[2].partition("</ul>")[0])) == 4


def test_the_country_is_told_in_four_numbers_each_with_a_way_on(run: Run) -> None:
    body = bodies(run("forside", area="dk")).partition("kb-numbers")[2].partition("</ul>")[0]
    assert "6.025.511" in body
    assert "/tal?" in body
    assert body.count('href="/tal?') == 4


def test_the_map_of_the_front_page_has_every_area_once_and_is_light(app, warehouse_path):
    opened = open_warehouse(warehouse_path)
    for geography in ("klynger-2022", "sundhedsraad-2027"):
        address = outline_address(opened, geography, "da")
        answer = get(app, address)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert len(answer.body) < 15_000
        named = re.findall(r'data-area="([^"]+)" aria-label="([^"]+)"', answer.text)
        places = reference_of(opened).areas_of(geography)
        assert sorted(named) == sorted((p.id, p.name) for p in places)
        for title in ("Hovedstaden", "Bornholm"):
            assert f">{title}</text>" in answer.text
    assert outline_address(opened, "klynger-1800", "da") is None


def test_a_map_that_is_not_there_is_not_found(app):
    for name in ("klynger-2022-da-0000000000000000", "x-y-z", "klynger-2022-fr-0"):
        assert get(app, f"/geo/{name}.svg").status == 404


def tags(app, path: str) -> dict[str, str]:
    found = re.findall(r'<meta property="og:(\S+)" content="([^"]*)"', get(app, path).text)
    return {name: unescape(content) for name, content in found}


def test_a_shared_link_names_the_place_and_the_page(app, warehouse_path, monkeypatch):
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse_path))
    monkeypatch.delenv("KLYNGEBLIK_URL", raising=False)
    elderly = tags(app, "/aeldre?geo=kommuner&area=0766")
    assert elderly["title"] == "Hedensted · Ældre · Klyngeblik"
    smoking = tags(app, "/tal?area=k22-fyn&indicator=daily_smoking&lang=en")
    assert smoking["title"] == "Sundhedsklynge Fyn · Daily smoking · Klyngeblik"
    assert "smoke every day" in smoking["description"]
    assert smoking["locale"] == "en_GB"
    assert tags(app, "/")["description"] == Text("da")("forside.lead")
    # What is not known is not repeated.
    assert "script" not in tags(app, "/kort?area=<script>")["title"]
    picture = urlsplit(elderly["image"])
    assert picture.scheme == "http"
    answer = get(app, picture.path)
    assert (answer.status, answer.content[1:4]) == (200, b"PNG")


def test_a_shared_link_has_the_address_readers_know(app, monkeypatch):
    monkeypatch.setenv("KLYNGEBLIK_URL", "https://klyngeblik.example.dk/")
    assert tags(app, "/")["image"].startswith("https://klyngeblik.example.dk/assets/preview.")


def ask(app, typed: str, **more: str) -> dict:
    query = "&".join(f"{k}={quote(v)}" for k, v in {"q": typed, **more}.items())
    answer = get(app, f"/soeg?{query}")
    assert answer.status == 200
    return json.loads(answer.text)


def test_the_search_answers_with_what_to_change_in_the_address(app):
    first = ask(app, "hedenst")["found"][0]
    assert first["label"] == "Hedensted"
    assert (first["geo"], first["area"]) == ("kommuner", "0766")
    assert ask(app, "hedenst")["nothing"] == ""
    assert ask(app, "rygning")["found"][0]["indicator"] == "daily_smoking"
    assert ask(app, "ældre", lang="da")["found"][0]["page"] == "aeldre"
    assert "No area is called" in ask(app, "zzz", lang="en")["nothing"]
    assert ask(app, " ") == {"found": [], "nothing": ""}
    assert ask(app, "x" * 5000)["found"] == []
    assert ask(app, "leddegigt", demo="0")["found"] == []


def test_the_figure_in_full_works_for_every_kind_of_area(run: Run) -> None:
    for area in AREAS:
        page = run("tal", area=area, indicator="child_notifications_per_1000")
        assert not page.exception, (area, page.exception)
        assert len(charts(page)) >= 2, area


def test_the_figure_in_full_holds_all_that_belongs_to_a_number(run: Run) -> None:
    page = run("tal", area="0766", indicator="child_notifications_per_1000")
    words = everything(page)
    definition = "Antal børn, som kommunen fik mindst én underretning om"
    assert "Børn med mindst én underretning: Hedensted" in words
    assert definition in words
    assert "usikkerhed (95 %)" in words
    assert "I hele landet er tallet 92,3." in words
    assert "siger ikke noget om årsagen" in said(page)
    assert "Kilde: Danmarks Statistik" in words
    body = bodies(page)
    for way in (" download>", "/kort?", "/sammenlign?"):
        assert way in body
    for title in ("Hvad tallet viser", "Hvad tallet ikke siger", "Videre herfra"):
        assert title in headings(page)


@pytest.mark.parametrize("indicator", ["population", "dementia_prevalence", "contact_share"])
def test_the_figure_in_full_knows_counts_made_up_figures_and_sectors(run: Run, indicator) -> None:
    page = run("tal", area="k22-horsensklyngen", indicator=indicator, lang="en")
    assert not page.exception
    assert ("DEMO" in everything(page)) == (indicator != "population")


def test_a_finding_a_row_and_a_chart_lead_to_the_figure_in_full(run: Run) -> None:
    body = bodies(run("overblik", area="k22-horsensklyngen"))
    for part in ("kb-standout", "kb-keys", "kb-title"):
        after = body.partition(part)[2]
        link = unescape(re.search(r'class="kb-on" href="([^"]+)"', after)[1])
        there = urlsplit(link)
        assert there.path == "/tal"
        assert parse_qs(there.query)["area"] == ["k22-horsensklyngen"]
    # What it means stands where it is met.
    assert "kb-define" in body


def test_a_name_in_a_table_leads_to_its_own_figure(run: Run) -> None:
    body = bodies(run("kort", area="k22-horsensklyngen"))
    row = re.search(r'<a class="kb-on" href="([^"]+)">Sundhedsklynge Fyn</a>', body)
    assert parse_qs(urlsplit(unescape(row[1])).query)["area"] == ["k22-fyn"]


def test_definitions_can_be_searched_and_lead_to_their_figure(run: Run) -> None:
    body = bodies(run("om_data", area="0766"))
    assert 'data-sift=".kb-definition"' in body
    assert "Se tallet for Hedensted" in body
