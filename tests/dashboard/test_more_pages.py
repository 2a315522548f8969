"""Sammenlign, Fra klynge til råd and Kronisk sygdom for every kind of area, in both languages."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.contexts import charts, everything, headings, prose, said

VIEWS = ("rank", "funnel", "heat", "pair", "similar")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_compares_every_kind_of_area(run: Run, view: str) -> None:
    for area in AREAS:
        app = run("sammenlign", area=area, view=view)
        assert not app.exception, (area, app.exception)
        drawn = len(charts(app))
        assert drawn >= (0 if (area, view) == ("dk", "similar") else 1), area
        assert "betyder" in headings(app)


@pytest.mark.parametrize("page", ["klynge_til_raad", "kronisk"])
def test_a_page_works_for_every_kind_of_area(run: Run, page: str) -> None:
    for area in (*AREAS, "k19-holbaek"):
        app = run(page, area=area)
        assert not app.exception, (area, app.exception)
        # A cluster that becomes a council as it is has nothing to set beside anything.
        same = page == "klynge_til_raad" and area == "k22-horsensklyngen"
        assert len(charts(app)) >= (0 if same else 2), area


@pytest.mark.parametrize("area", ["k22-horsensklyngen", "r27-horsens"])
def test_an_area_that_stays_the_same_is_told_what_changes_otherwise(run: Run, area: str) -> None:
    app = run("klynge_til_raad", area=area)
    assert charts(app) == []
    assert "Det, der ændrer sig, er opgaverne, og hvem der beslutter." in said(app)


def test_a_cluster_and_a_municipality_lead_to_the_dossiers_of_their_councils(run: Run) -> None:
    for area in ("k22-hovedstaden-syd", "0101"):
        app = run("klynge_til_raad", area=area)
        councils = set(re.findall(r"area=(r27-[a-z-]+)[^>]*>Se dossieret", bodies(app)))
        assert "r27-hovedstaden" in councils
        assert ("r27-amager-og-vestegnen" in councils) == (area != "0101")


def bodies(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


@pytest.mark.parametrize("page", ["sammenlign", "klynge_til_raad", "kronisk"])
def test_a_page_speaks_english(run: Run, page: str) -> None:
    app = run(page, area="k22-horsensklyngen", lang="en")
    assert not app.exception
    danish = re.compile(r"\b(og|borgere|områder|kommuner|tallet)\b", re.IGNORECASE)
    assert not danish.search(said(app))


@pytest.mark.parametrize(
    ("page", "view"),
    [("data_og_eksport", "")]
    + [
        ("om_data", v)
        for v in ("maaltal", "pakker", "metode", "skjult", "inddelinger", "ordliste", "oensker")
    ],
)
def test_headings_follow_each_other_without_leaving_out_a_level(
    run: Run, page: str, view: str
) -> None:
    app = run(page, **({"view": view} if view else {}))
    html = " ".join(block.proto.body for block in app.get("html"))
    levels = [int(level) for level in re.findall(r"<h(\d)[ >]", html)]
    assert levels[:2] == [1, 2]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_country_explains_what_it_shows_instead(run: Run) -> None:
    assert "Hele landet" in said(run("sammenlign", area="dk"))
    assert "Vælg et område" in said(run("sammenlign", area="dk", view="similar"))


def test_a_weight_of_nothing_explains_itself(run: Run) -> None:
    weights = dict.fromkeys(("w_age", "w_size", "w_density", "w_group", "w_disease"), "0")
    app = run("sammenlign", area="k22-fyn", view="similar", **weights)
    assert "Alle vægte er nul." in said(app)


def test_a_municipality_can_be_compared_within_its_own_group(run: Run) -> None:
    def nearest(**params: str) -> set[str]:
        app = run("sammenlign", geography="kommuner", area="0615", view="similar", **params)
        assert not app.exception
        return {name for name in ("Kolding", "Vejle", "Randers", "Skanderborg", "Hedensted")
                if name in everything(app)}  # fmt: skip

    assert nearest(group="own") <= {"Kolding", "Vejle", "Randers"}
    app = run("sammenlign", area="k22-fyn", view="similar")
    assert "provinsbykommuner" not in everything(app)


def test_real_traits_alone_carry_no_demo_mark(run: Run) -> None:
    html = [e.proto.body for e in run("sammenlign", view="similar").get("html")]
    assert not any("kb-demo" in body for body in html)
    html = [e.proto.body for e in run("sammenlign", view="similar", w_disease="1").get("html")]
    assert any("kb-demo" in body for body in html)


def test_a_divided_cluster_says_where_its_people_go(run: Run) -> None:
    text = said(run("klynge_til_raad", area="k22-hovedstaden-syd"))
    assert "deles mellem 2 sundhedsråd" in text
    # Nobody knows how many live in the whole cluster, so each part's share of it is an estimate.
    assert (
        "51 % (skøn), cirka 313.000 personer, hører fra 2027 til Sundhedsråd Amager og Vestegnen"
        in text
    )
    assert (
        "49 % (skøn), cirka 302.000 personer (skøn), hører fra 2027 til Sundhedsråd Hovedstaden"
        in text
    )
    assert "højere end i Sundhedsklynge Syd (Hovedstaden) (4,0 %, skøn)." in text


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("r27-amager-og-vestegnen", "Det er 51 % (skøn) af klyngen."),
        ("reg07-hovedstaden", "51 % (skøn) til Sundhedsråd Amager og Vestegnen"),
        ("k22-hovedstaden-byen", "I Sundhedsklynge Byen er det 3,3 % (skøn)."),
    ],
)
def test_a_share_of_a_split_cluster_is_an_estimate_wherever_it_is_told(
    run: Run, area: str, words: str
) -> None:
    assert words in said(run("klynge_til_raad", area=area))


@pytest.mark.parametrize("name", ["Fyn", "Lillebælt", "Sydvestjylland"])
def test_a_cluster_of_southern_denmark_becomes_a_council_as_it_is(run: Run, name: str) -> None:
    slug = name.lower().replace("æ", "ae")
    text = said(run("klynge_til_raad", area=f"r27-{slug}"))
    assert f"Sundhedsråd {name} får de samme borgere, som var i Sundhedsklynge {name}" in text


def test_a_council_says_who_has_its_seats(run: Run) -> None:
    text = said(run("klynge_til_raad", area="r27-sydvestjylland"))
    assert "Rådet har 13 pladser: 7 til regionen og 6 til kommunerne." in text
    # København lies in two clusters, and its three seats are counted once.
    app = run("klynge_til_raad", area="r27-hovedstaden")
    assert "Rådet har 13 pladser: 7 til regionen og 6 til kommunerne." in said(app)
    rows = re.findall(r"<tr>(.*?)</tr>", bodies(app), re.DOTALL)
    (seats,) = [row for row in rows if "Sundhedsklynge Byen og" in row]
    assert re.sub(r"<[^>]+>", " ", seats).split()[-1] == "3"


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("r27-fyn", "For ingen af de 9 kommuner er både klynge og råd bekræftet"),
        ("r27-amager-og-vestegnen", "For alle 9 kommuner er både klynge og råd bekræftet"),
        ("k22-hovedstaden-syd", "For 1 af de 10 kommuner er klyngen eller rådet ikke bekræftet"),
        ("0410", "Kommunens klynge eller råd er ikke bekræftet i en officiel kilde"),
        ("0167", "Både kommunens klynge og råd er bekræftet i en officiel kilde"),
    ],
)
def test_how_sure_the_lists_are_is_one_plain_sentence(run: Run, area: str, words: str) -> None:
    assert words in said(run("klynge_til_raad", area=area))


@pytest.mark.parametrize("page", ["aeldre", "kronisk", "overblik", "sektorer", "boern_og_unge"])
def test_without_made_up_figures_one_line_says_what_lacks_and_which_package_has_it(
    run: Run, page: str
) -> None:
    app = run(page, area="k22-horsensklyngen", demo="0")
    text = " ".join(block.proto.body for block in app.get("html"))
    (line,) = re.findall(r'<p class="kb-source kb-lacking">(.*?)</p>', text)
    assert "Her mangler" in line
    if page == "boern_og_unge":
        assert "En region kan selv levere tallene." in line
    else:
        assert "esundhed.dk under Emner, Sundhedsklynger, Datapakker" in line
        assert "sundhedsdatabank.dk" in line
    assert re.search(r'<a href="/om\?[^"]*view=oensker', line)


def test_om_data_says_how_a_real_package_comes_in(run: Run) -> None:
    text = said(run("om_data", view="oensker"))
    for words in ("Sundhedsdata på tværs", "sundhedsdatabank.dk", "data/raw", "klyngeblik build"):
        assert words in text


def test_a_council_says_what_it_inherits_and_that_copenhagen_is_an_estimate(run: Run) -> None:
    app = run("klynge_til_raad", area="r27-hovedstaden")
    lead, inherited = prose(app).split("<ul>")[1:3]
    assert "3 klynger" in lead
    assert inherited.split("</ul>")[0].count("<li>") == 3
    assert "København er delt mellem to klynger. Delingen er et skøn" in said(app)


def test_the_other_map_begins_with_a_year_whose_areas_are_all_there_and_cautions_once(
    run: Run,
) -> None:
    app = run("kort", indicator="home_nursing_per_1000", beside="year")
    assert next(s.value for s in app.selectbox if s.label == "Det andet kort viser år") == "2021"
    bodies = [e.proto.body for e in app.get("html")]
    assert sum("<strong>Vær opmærksom på:" in body for body in bodies) == 1


def test_an_unchanged_area_says_so(run: Run) -> None:
    text = said(run("klynge_til_raad", area="k22-horsensklyngen"))
    assert "Tallene er derfor de samme før og efter" in text


def test_every_word_on_certainty_has_both_languages(warehouse_path: Path) -> None:
    from warehouse import connect

    with connect(warehouse_path) as wh:
        phrases = wh.sql(
            "SELECT DISTINCT certainty FROM catchments UNION SELECT share_basis FROM catchments "
            "WHERE geography LIKE 'klynger%' OR geography LIKE 'sundhedsraad%'"
        )["certainty"]
    for phrase in phrases:
        key = re.sub(r"[^a-z0-9]+", "_", phrase.lower()).strip("_")
        for lang in ("da", "en"):
            assert f"klynge_til_raad.sure.{key}" in catalogue(lang), phrase


def test_disease_measure_and_standardisation_live_in_the_link(run: Run) -> None:
    app = run("kronisk", area="0615", disease="copd", measure="incidence", std="age_sex")
    assert not app.exception
    assert "Nye tilfælde af KOL" in said(app)
    assert "køn og alder" in said(app)
    # An indicator chosen on another page decides what is shown first.
    app = run("kronisk", indicator="dementia_prevalence")
    assert "Borgere med demens: udvikling" in everything(app)
    assert "findes ikke her" not in everything(app)


def test_standardised_numbers_can_be_compared_and_the_link_keeps_the_choice(run: Run) -> None:
    app = run("sammenlign", area="0615", indicator="copd_prevalence", std="age_sex")
    html = " ".join(e.proto.body for e in app.get("html"))
    assert "køns- og aldersstandardiseret" in html
    assert next(box for box in app.selectbox if box.key == "url-std").value == "age_sex"
    # Of women alone nothing is standardised for sex: then it is for age.
    women = run("sammenlign", area="0615", indicator="copd_prevalence", std="age_sex", sex="female")
    assert next(box for box in women.selectbox if box.key == "url-std").value == "age"
    # A funnel's lines are those of what is shown, standardised or not.
    funnel = run(
        "sammenlign", area="0615", indicator="copd_prevalence", std="age_sex", view="funnel"
    )
    assert next(box for box in funnel.selectbox if box.key == "url-std").value == "age_sex"


def test_where_everything_is_hidden_a_larger_area_is_offered(run: Run) -> None:
    app = run("kronisk", area="0825", disease="schizophrenia", measure="incidence")
    assert "er skjult" in said(app)
    offers = [h.body for h in app.get("html") if "kb-larger" in h.body]
    assert any("area=reg07-nordjylland" in o and "Se Region Nordjylland" in o for o in offers)


def test_a_year_without_figures_gives_the_nearest_that_has_them(run: Run) -> None:
    app = run("kort", area="k22-fyn", indicator="population_80plus_share", year="1990")
    (year,) = (box for box in app.selectbox if box.label == "År")
    assert year.value == "2016"
    assert "1990 findes ikke her. I stedet vises 2016." in said(app)
