"""One run of the script without a browser: choices in the URL, frames, a page that breaks."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.frame import chart_config, chart_settings, in_attribute
from dashboard.reference import WAREHOUSE_VARIABLE, open_warehouse, reference_of
from dashboard.run import page_modules
from dashboard.text import catalogue
from dashboard.theme import DARK, LIGHT
from tests.dashboard.contexts import charts
from tests.warehouse import synthetic

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture(scope="module")
def small_path(tmp_path_factory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("run") / "small.duckdb")


@pytest.fixture
def shown(small_path, monkeypatch) -> Path:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small_path))
    return small_path


def picking() -> None:
    """A page of two choices, as a page module would draw them."""
    import streamlit as st

    from tests.dashboard.contexts import context

    ctx = context()
    age = ctx.pick("age", ["all", "80+"], label="common.age", format_func=ctx.age, default="80+")
    sexes = ctx.pick_many("sexes", ["female", "male"], label="common.sex", format_func=ctx.sex)
    st.text(f"{age} {sexes}")


def run(**params: str) -> AppTest:
    app = AppTest.from_function(picking, default_timeout=300)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def test_a_choice_starts_at_its_default_and_the_link_decides(shown):
    assert run().text[0].value == "80+ []"
    assert run(age="all", sexes="male").text[0].value == "all ['male']"


def test_choosing_writes_the_link(shown):
    app = run(area="0615")
    app.selectbox[0].set_value("all").run()
    app.multiselect[0].set_value(["female", "male"]).run()
    assert app.text[0].value == "all ['female', 'male']"
    assert app.query_params["age"] == "all"
    assert app.query_params["sexes"] == "female,male"
    assert app.query_params["area"] == "0615"


def test_an_emptied_box_stays_empty(shown):
    app = run(sexes="male")
    app.multiselect[0].set_value([]).run()
    assert app.text[0].value == "80+ []"


def test_a_choice_the_browser_holds_already_is_not_made_anew(shown):
    app = run(age="all", sexes="male")
    app.run()
    assert not any(box.proto.set_value for box in (app.selectbox[0], app.multiselect[0]))
    # The same option has another name, which is what the browser knows it by.
    app.query_params["lang"] = "en"
    app.run()
    assert app.selectbox[0].proto.set_value
    assert app.selectbox[0].value == "all"
    app.query_params["age"] = "80+"
    app.run()
    assert app.selectbox[0].proto.set_value
    assert app.text[0].value == "80+ ['male']"


def test_what_this_page_does_not_have_is_told_in_words(shown):
    app = run(age="0-17", sexes="male,other")
    assert app.text[0].value == "80+ ['male']"
    told = " ".join(block.proto.body for block in app.get("html"))
    assert "0–17 år" in told
    assert "80 år og derover" in told
    assert "other" in told


def test_without_a_warehouse_the_page_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(tmp_path / "none.duckdb"))
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    assert not app.exception
    assert app.title[0].value == "Der er ingen data endnu."
    assert "klyngeblik build" in app.markdown[0].value


def test_a_page_that_breaks_says_so_without_a_traceback(shown, monkeypatch, caplog):
    def broken(ctx):
        raise RuntimeError("secret path")

    monkeypatch.setattr(page_modules()[0][1], "render", broken)
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    assert not app.exception
    assert "Siden kunne ikke vises" in app.error[0].value
    assert "secret path" not in app.error[0].value
    assert "secret path" in caplog.text


def test_a_replaced_warehouse_is_read_anew(small_path, tmp_path):
    path = Path(shutil.copy(small_path, tmp_path / "live.duckdb"))
    before = reference_of(open_warehouse(path))
    assert reference_of(open_warehouse(path)) is before
    changed = synthetic.write(tmp_path / "new.duckdb", {"fingerprint": "another"})
    changed.replace(path)
    assert reference_of(open_warehouse(path)) is not before


def test_a_page_shows_one_edition_though_another_is_published_while_it_is_drawn(
    tmp_path, monkeypatch
):
    path = synthetic.write(tmp_path / "live.duckdb")
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(path))
    module = page_modules()[0][1]
    render, read = module.render, []

    def slowly(ctx):
        made = "SELECT value FROM meta WHERE key = 'fingerprint'"
        read.append(ctx.warehouse.sql(made).item())
        synthetic.write(path, {"fingerprint": "another"})
        read.append(ctx.warehouse.sql(made).item())
        render(ctx)

    monkeypatch.setattr(module, "render", slowly)
    app = AppTest.from_file(str(APP), default_timeout=300).run()
    assert not app.exception
    assert read == ["abc", "abc"]


def test_every_page_is_found_once_with_its_texts():
    pages = [page for page, _ in page_modules()]
    slugs = [page.slug for page in pages]
    assert {"", "kort", "sektorer", "aeldre", "boern-og-unge", "data", "om"} <= set(slugs)
    assert len(set(slugs)) == len(slugs)
    assert slugs[0] == ""
    assert all(page.title in catalogue("da") for page in pages)


def test_indicators_stand_in_their_topics_order_whether_made_up_or_not(shown):
    reference = reference_of(open_warehouse())
    assert reference.of_theme("sectors") == ["gp_contact_share", "contact_share"]
    assert reference.real.of_theme("sectors") == ["gp_contact_share"]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_charts_ask_no_other_host_and_speak_the_language(lang):
    config = chart_config(lang)
    assert config["topojsonURL"] == ""
    assert config["plotlyServerURL"] == ""
    assert config["displayModeBar"] is False
    assert len(config["locales"][lang]["format"]["months"]) == 12
    assert len(config["locales"][lang]["format"]["shortDays"]) == 7
    assert ("maj" in config["locales"][lang]["format"]["months"]) is (lang == "da")


def framed() -> None:
    """A page of one made-up chart."""
    import polars as pl

    from dashboard.components import Column, Table, show_figure
    from dashboard.figures.chart import Chart
    from tests.dashboard.contexts import context

    ctx = context()
    frame = pl.DataFrame({"area": ["Læsø"], "value": [None], "status": ["suppressed_by_source"]})
    show_figure(
        ctx,
        Chart([{"type": "bar", "x": ["<b>Læsø</b> & Kok's"], "y": [None]}], {"height": 200}),
        key="test",
        years=[2025],
        title="Besøg",
        subtitle="Procent, 2025, efter bopæl. Højt er godt",
        source="Klyngeblik",
        alt="Søjler: Læsø er skjult.",
        table=Table(frame, (Column("area", "Kommune"), Column("value", "Værdi", 1))),
        is_demo=True,
    )


def test_a_link_to_another_chart_leaves_this_one_out(shown):
    app = AppTest.from_function(framed, default_timeout=300)
    app.query_params["chart"] = "another"
    assert not charts(app.run())
    app.query_params["chart"] = "test"
    assert len(charts(app.run())) == 1


def test_a_framed_chart_says_what_it_is_and_has_its_table(shown):
    app = AppTest.from_function(framed, default_timeout=300).run()
    assert not app.exception
    said = " ".join(block.proto.body for block in app.get("html"))
    assert "DEMO – opdigtede tal" in said
    assert "Højt er godt" in said
    assert "Kilde: Klyngeblik" in said
    assert "Skjult af udgiver" in said
    assert 'aria-label="DEMO – opdigtede tal. Søjler: Læsø er skjult."' in said
    (chart,) = charts(app)
    assert not set(chart) & set("<>&")
    assert json.loads(chart)["data"][0]["x"] == ["<b>Læsø</b> & Kok's"]


def test_the_browser_is_told_once_how_charts_look():
    settings = chart_settings()
    for look in (LIGHT, DARK):
        layout = settings["templates"][look.name]["layout"]
        assert layout["paper_bgcolor"] == look.background
    assert settings["separators"] == {"da": ",.", "en": ".,"}
    assert settings["world"]["type"] == "Topology"
    assert all(layer["geometries"] == [] for layer in settings["world"]["objects"].values())
    assert json.loads(in_attribute(json.dumps(settings))) == settings


def test_big_letters_follow_to_a_page_without_a_switch_and_can_be_left_there(shown):
    app = AppTest.from_file(str(APP), default_timeout=300)
    app.query_params["big"] = "1"
    app.run()
    html = " ".join(e.proto.body for e in app.get("html"))
    assert "font-size: clamp" in html
    links = re.findall(r'<li><a href="(.*?)"', html)
    assert links
    assert all("big=1" in link for link in links)
    app.toggle(key="url-big").set_value(False).run()
    assert "big" not in app.query_params
    assert "url-big" not in [toggle.key for toggle in app.toggle]
