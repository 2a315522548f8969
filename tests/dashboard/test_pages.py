"""Every page for every kind of area and in both languages, and what it says without figures."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dashboard.reference import WAREHOUSE_VARIABLE
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.contexts import charts, everything, said
from warehouse import schema

PAGES = ("overblik", "kort", "sektorer", "aeldre", "boern_og_unge")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_works_for_every_kind_of_area(run: Run, page: str) -> None:
    for area in AREAS:
        app = run(page, area=area)
        assert not app.exception, (area, app.exception)
        assert len(charts(app)) >= 1, area


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_english(run: Run, page: str) -> None:
    app = run(page, area="k22-horsensklyngen", lang="en")
    assert not app.exception
    assert said(app)
    assert "Kommune" not in said(app)


def test_a_warehouse_without_figures_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse_path: Path
) -> None:
    empty = tmp_path / "warehouse.duckdb"
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{warehouse_path}' AS whole (READ_ONLY)")
        con.execute(f"ATTACH '{empty}' AS w (STORAGE_VERSION 'v1.5.0')")
        con.execute("USE w")
        for statement in schema.ddl():
            con.execute(statement)
        for table in ("meta", "geographies", "areas", "catchments", "maps", "insets"):
            con.execute(f"INSERT INTO {table} SELECT * FROM whole.{table}")
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(empty))
    for page in PAGES:
        app = run(page, area="k22-horsensklyngen")
        assert not app.exception, page
        assert "ingen tal til denne side" in said(app), page


def test_a_hidden_number_of_the_region_says_why_among_the_key_figures(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse_path: Path
) -> None:
    changed = tmp_path / "warehouse.duckdb"
    shutil.copy(warehouse_path, changed)
    with duckdb.connect(str(changed)) as con:
        con.execute(
            "UPDATE measures SET value = NULL, lower = NULL, upper = NULL, "
            "status = 'suppressed_by_source' "
            "WHERE area_id = 'reg07-midtjylland' AND indicator_id = 'home_nursing_per_1000'"
        )
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(changed))
    app = run("overblik", area="k22-horsensklyngen")
    assert not app.exception
    keys = next(h.body for h in app.get("html") if "kb-keys" in h.body)
    row = next(r for r in keys.split("<tr>") if "Borgere med hjemmesygepleje" in r)
    assert "Skjult af udgiver" in row
    assert "25,4" in row


def test_the_map_says_how_the_area_stands_against_the_country(run: Run) -> None:
    app = run("kort", area="k22-horsensklyngen")
    sentence = "Horsensklyngen: 5,6 %. Hele landet: 6,0 %. Det er 0,4 procentpoint lavere."
    assert sentence in said(app)


def test_a_figure_that_is_not_by_residence_says_so_where_it_stands(run: Run) -> None:
    children = everything(run("boern_og_unge", area="0615"))
    assert "efter skolens kommune" in children
    assert "efter den kommune, der behandler sagen" in children
    method = everything(run("om_data", view="metode"))
    assert "Alle tal er opgjort efter bopæl" not in method
    assert "Elever med højt skolefravær: opgjort efter skolens kommune." in method


def test_what_is_doubtful_in_one_municipality_is_told_there_only(run: Run) -> None:
    assert "Læsøs tal for 2016–2018" in everything(run("boern_og_unge", area="0825"))
    assert "Læsøs tal" not in everything(run("boern_og_unge", area="0615"))


def test_the_provisional_half_year_of_home_nursing_is_marked(run: Run) -> None:
    assert "Tallet for 2025 er foreløbigt." in everything(
        run("sektorer", area="k22-horsensklyngen")
    )


@pytest.mark.parametrize("page", ["sektorer", "aeldre"])
def test_a_provisional_year_is_called_one_in_the_sentence(run: Run, page: str) -> None:
    text = everything(run(page, area="k22-bornholm"))
    assert "i 2025 (foreløbigt)" in text


def test_a_provisional_year_is_called_one_in_its_row_and_is_in_no_change(run: Run) -> None:
    text = everything(run("overblik", area="k22-horsensklyngen"))
    # From the question what it means to the next row's.
    (row,) = re.findall(r"“Borgere med hjemmesygepleje”\?(.*?)Hvad betyder", text)
    assert "2025 (foreløbigt)" in row
    assert "fra 2021 til 2024" in row
