"""Ældre, Det demografiske træk and Børn og unge as pages: choices, big letters, hidden numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE
from tests.dashboard.conftest import Run
from tests.dashboard.contexts import charts, everything

PAGES = ("aeldre", "demografi", "boern_og_unge")
#: A cluster, the split capital, an island that is one municipality, a council, a tiny island, all.
AREAS = (
    "k22-horsensklyngen",
    "k22-hovedstaden-byen",
    "k22-bornholm",
    "r27-limfjorden",
    "0825",
    "dk",
)


def spoken(app: AppTest) -> str:
    return " ".join(e.proto.body for e in app.get("html"))


@pytest.mark.parametrize("big", ["0", "1"])
@pytest.mark.parametrize("page", PAGES)
def test_it_works_for_every_kind_of_area_in_both_sizes(run: Run, page: str, big: str) -> None:
    for area in AREAS:
        app = run(page, area=area, big=big, lang="en" if area == "dk" else "da")
        assert not app.exception, (area, app.exception)
        assert not app.error, area
        # In big letters numbers are lists, not charts whose letters do not grow.
        if big == "1":
            assert not charts(app), area
            assert "kb-list" in spoken(app), area
            assert not app.columns, area


def test_the_switch_of_big_letters_is_kept_in_the_link(run: Run) -> None:
    app = run("aeldre", area="k22-bornholm")
    # The script names its page in the link, which a real page's callback rightly drops.
    app.toggle(key="url-big").set_value(True).run()
    assert app.query_params["big"] == "1"
    app = run("aeldre", area="k22-bornholm", big="1")
    assert app.toggle(key="url-big").value
    app.toggle(key="url-big").set_value(False).run()
    assert "big" not in app.query_params


@pytest.fixture
def all_delivered(monkeypatch: pytest.MonkeyPatch, run: Run, delivered_path: Path) -> Run:
    """Run pages where everything is delivered: of made-up figures nothing is said."""
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(delivered_path))
    return run


def test_every_finding_asks_a_question(all_delivered: Run) -> None:
    run = all_delivered
    said = spoken(run("aeldre", area="k22-horsensklyngen"))
    findings = said.split('<section class="kb-finding')[1:]
    assert len(findings) >= 12
    for finding in findings:
        assert "Spørgsmål til mødet:" in finding
        assert "?" in finding


def test_healthier_ageing_is_kept_in_the_link_and_makes_fewer(all_delivered: Run) -> None:
    run = all_delivered
    app = run("demografi", area="k22-horsensklyngen", use="care-home", healthier="1")
    assert "falder 1,0" in spoken(app)
    assert "Sundere ældre betyder" in spoken(app)
    app = run("demografi", area="k22-horsensklyngen", use="care-home")
    assert "Sundere ældre betyder" not in spoken(app)
    app.select_slider(key="url-healthier").set_value("0.5").run()
    assert app.query_params["healthier"] == "0.5"


def test_what_rounds_to_nobody_is_said_in_words(all_delivered: Run) -> None:
    run = all_delivered
    said = spoken(run("demografi", area="0825", use="home-help")).replace("\u00a0", " ")
    assert "betyder næsten intet" in said
    assert "cirka 0 " not in said


def test_few_children_are_said_to_be_years_together(run: Run) -> None:
    app = run(
        "boern_og_unge", area="k22-bornholm", pool="5", indicator="child_overweight_school_leaving"
    )
    assert not app.exception
    assert "2021–2025" in spoken(app)
    assert "Tallet er et gennemsnit af årene." in spoken(app)


def test_estimates_are_worded_in_lists_and_tables(run: Run) -> None:
    for big in ("0", "1"):
        said = spoken(run("aeldre", area="k22-hovedstaden-byen", big=big)).replace("\xa0", " ")
        assert "Sundhedsklynge Byen (skøn)" in said
        assert "Frederiksberg (skøn)" not in said
    assert "Sundhedsklynge Byen: <strong>12,4 (skøn)</strong>" in said
    assert "Frederiksberg: <strong>17,7</strong>" in said


def test_growth_reads_on_the_page_as_on_paper_and_stays_a_number_in_a_file(run: Run) -> None:
    table = spoken(run("aeldre", area="k22-horsensklyngen"))
    table = table[table.index("kb-growth") :].replace("\u00a0", " ")
    row = next(r for r in table.split("<tr>") if ">Hedensted<" in r)
    assert re.search(r'data-v="46\.\d+">\+46 %<', row), row


def test_no_base_year_of_a_projection_is_said_to_be_counted(run: Run) -> None:
    for page in ("overblik", "aeldre", "demografi"):
        assert "talt op" not in spoken(run(page, area="k22-horsensklyngen"))


def test_the_fewer_of_areas_and_indicators_are_the_columns(run: Run) -> None:
    for area, first in (("k22-horsensklyngen", "Måltal"), ("r27-fyn", "Område")):
        said = spoken(run("aeldre", area=area))
        matrix = said[said.index('class="kb-table kb-matrix') :]
        head = matrix[matrix.index("<thead>") : matrix.index("</thead>")]
        assert f">{first}<" in head
        assert head.count("<th") <= 12


def test_contacts_can_be_looked_at_by_municipality_and_year_among_the_old(
    run: Run,
) -> None:
    app = run("aeldre", area="k22-horsensklyngen", indicator="contact_share", age="80+")
    assert not app.exception
    assert app.selectbox(key="url-age").value == "80+"
    assert "all" not in app.selectbox(key="url-age").options
    said = spoken(app)
    assert "alle sektorer samlet: udvikling" in said
    assert "2025, 80 år og derover" in said


def test_support_is_said_to_be_counted_at_the_end_of_the_year(run: Run) -> None:
    text = everything(run("boern_og_unge", area="k22-bornholm"))
    assert "Ved udgangen af 2025 fik" in text


def test_a_heading_that_asks_has_one_mark_at_its_end(run: Run) -> None:
    html = " ".join(e.proto.body for e in run("sektorer").get("html"))
    assert "Hvor mange sektorer møder borgerne?" in html
    assert "borgerne?." not in html
