"""A page and a sheet show their topic: real or made up decides a mark, and nothing else."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

import report
import warehouse
from content.topics import read, topics
from dashboard.context import Context
from dashboard.format import Numbers
from dashboard.pages._key_figures import newest_rows
from dashboard.reference import WAREHOUSE_VARIABLE, Reference, open_warehouse, reference_of
from dashboard.run import page_modules
from dashboard.sections import Shown, drawn_by, findings
from dashboard.selection import parse
from dashboard.statements import real
from dashboard.text import Text
from dashboard.theme import LIGHT
from dashboard.view import View
from etl.publish.build import build
from report.blocks import Seen
from report.model import Chart, Table
from tests.dashboard.conftest import Run
from tests.dashboard.contexts import charts, everything
from tests.made_up import MARK, changed
from warehouse.export import query

REPO = Path(__file__).parents[2]
AREAS = ("k22-horsensklyngen", "0766", "dk")
#: The sheets every area has.
SHEETS = ("overview", "sectors", "elderly", "children", "chronic")
#: Pages with what their topics say, and what else of them a link chooses.
PAGES: dict[str, dict[str, str]] = {
    "overblik": {},
    "sektorer": {},
    "boern_og_unge": {},
    "aeldre": {},
    "demografi": {},
    "kronisk": {},
    "kommunerne": {},
    "kort": {},
    "sammenlign": {"view": "heat", "theme": "children"},
    "klynge_til_raad": {},
    "data_og_eksport": {"indicators": "any"},
}
#: What a page has to offer, counted.
Counts = dict[str, int]


def counted(app: AppTest) -> Counts:
    assert not app.exception
    html = " ".join(block.proto.body for block in app.get("html"))
    choices = [*app.selectbox, *app.radio, *app.multiselect, *app.select_slider]
    return {
        "charts": len(charts(app)),
        "findings": html.count('<section class="kb-finding"'),
        "tables": html.count("<table"),
        "rows": html.count("<tr"),
        "choices": len(choices),
        "options": sum(len(choice.options) for choice in choices),
    }


@pytest.fixture
def at(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Return a function that runs a page on a warehouse of its own."""

    def go(path: Path, page: str, **params: str) -> AppTest:
        monkeypatch.setenv(WAREHOUSE_VARIABLE, str(path))
        return run(page, **params)

    return go


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_all_it_shows_when_real_packages_take_the_made_up_ones_place(
    at: Callable[..., AppTest], warehouse_path: Path, delivered_path: Path, page: str
) -> None:
    for area in AREAS:
        chosen = PAGES[page] | {"area": area}
        before = counted(at(warehouse_path, page, **chosen))
        after = counted(at(delivered_path, page, **chosen))
        fewer = {what: (before[what], after[what]) for what in before if after[what] < before[what]}
        assert not fewer, area
        assert not re.search(r"\(demotal\)|DEMO – opdigtede", everything(at(delivered_path, page)))


def test_a_sheet_keeps_all_it_shows_when_real_packages_take_the_made_up_ones_place(
    warehouse_path: Path, delivered_path: Path
) -> None:
    with warehouse.connect(warehouse_path) as wh, warehouse.connect(delivered_path) as whole:
        for theme in SHEETS:
            for area in AREAS:
                before = report.sheet_of(wh, area, theme, demo=True)
                after = report.sheet_of(whole, area, theme)
                for kind in (Chart, Table):
                    one, other = (
                        [(b.title, getattr(b, "indicators", ())) for _, b in sheet.blocks()
                         if isinstance(b, kind)]
                        for sheet in (before, after)
                    )  # fmt: skip
                    assert set(one) <= set(other), (theme, area)
                assert not after.has_demo


def test_an_export_has_the_same_rows_when_real_packages_take_the_made_up_ones_place(
    warehouse_path: Path, delivered_path: Path
) -> None:
    with warehouse.connect(warehouse_path) as wh, warehouse.connect(delivered_path) as whole:
        asked = query.Selection.of(geography="klynger-2022", theme=["children", "elderly"])
        one, other = (
            query.count_by_status(opened, query.resolve(opened, asked)) for opened in (wh, whole)
        )
        assert one.sort("status").equals(other.sort("status"))


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Return a warehouse with an indicator file, a layout and a file that nobody knew before."""
    home = tmp_path_factory.mktemp("extended")
    (home / "raw").mkdir()
    for name in ("FOLK1A_20260211.csv", "BU43_2025.csv"):
        shutil.copy(raw_dir / name, home / "raw")
    for part in ("layouts", "indicators"):
        shutil.copytree(
            REPO / "etl" / part, home / "definitions" / part, ignore=shutil.ignore_patterns("*.py*")
        )
    layout = (REPO / "etl/layouts/bu43.toml").read_text()
    for old, new in (("BU43", "BU99"), ("bu43", "bu99"), ("child_measures_share", "child_new")):
        layout = layout.replace(old, new)
    (home / "definitions/layouts/bu99.toml").write_text(layout)
    definition = (REPO / "etl/indicators/children/child_measures_share.toml").read_text()
    definition = re.sub(r"(?m)^title_da = .*$", 'title_da = "Noget helt nyt"', definition)
    definition = re.sub(r"(?m)^short_da = .*$", 'short_da = "Helt nyt"', definition)
    (home / "definitions/indicators/children/child_new.toml").write_text(definition)
    shutil.copy(raw_dir / "BU43_2025.csv", home / "raw/BU99_2025.csv")
    build(home / "raw", home / "warehouse.duckdb", definitions=home / "definitions", ask=False)
    return home / "warehouse.duckdb"


def test_a_new_indicator_file_stands_on_its_topics_page_sheet_table_and_export(
    at: Callable[..., AppTest], extended: Path
) -> None:
    text = everything(at(extended, "boern_og_unge", area="k22-horsensklyngen"))
    assert "Noget helt nyt: udvikling" in text  # a figure
    assert "Helt nyt" in text.split("Sammenlign områderne")[1]  # a row of the table
    assert text.count("Noget helt nyt") > 2  # and a finding
    assert "Noget helt nyt" in everything(at(extended, "overblik", area="k22-horsensklyngen"))
    with warehouse.connect(extended) as wh:
        sheet = report.sheet_of(wh, "k22-horsensklyngen", "children")
        (table,) = [b for _, b in sheet.blocks() if isinstance(b, Table)]
        assert "child_new" in table.indicators
        asked = query.Selection.of(geography="klynger-2022", theme=["children"])
        sql, values = query.statement(query.resolve(wh, asked))
        assert "child_new" in pl.DataFrame(wh.rows(sql, values))["indicator_id"].to_list()


@pytest.fixture(scope="module")
def perturbed(warehouse_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The shipped warehouse with other made-up figures."""
    path = changed(warehouse_path, tmp_path_factory.mktemp("topics") / "warehouse.duckdb")
    yield path
    path.unlink()


@pytest.mark.parametrize("page", [*PAGES, "om_data", "forside"])
def test_without_made_up_figures_nothing_of_a_page_rests_on_one(
    at: Callable[..., AppTest], warehouse_path: Path, perturbed: Path, page: str
) -> None:
    chosen = PAGES.get(page, {}) | {"area": "k22-horsensklyngen", "demo": "0"}
    one, other = (at(path, page, **chosen) for path in (warehouse_path, perturbed))
    assert everything(one) == everything(other)
    assert charts(one) == charts(other)
    assert "kb-demo" not in " ".join(block.proto.body for block in one.get("html"))
    options = [o for box in (*one.selectbox, *one.multiselect) for o in box.options]
    assert not [o for o in options if MARK.search(o)]


def test_the_servers_setting_takes_them_away_whatever_the_link_says(
    at: Callable[..., AppTest], warehouse_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLYNGEBLIK_DEMO", "off")
    for asked in ("1", "0"):
        app = at(warehouse_path, "aeldre", area="dk", demo=asked)
        assert "kb-demo" not in " ".join(block.proto.body for block in app.get("html"))
        assert "Her mangler" in everything(app)


def test_every_link_keeps_the_choice(warehouse_path: Path) -> None:
    known = reference_of(open_warehouse(warehouse_path)).known
    selection, notices = parse({"area": "dk", "demo": "0"}, known)
    assert not notices
    assert "demo=0" in selection.shared().query()
    assert "demo" not in parse({"area": "dk", "demo": "1"}, known)[0].query()


@pytest.fixture(scope="module")
def every_area(warehouse_path: Path) -> list[Context]:
    """Every area of every geography, with made-up figures on."""
    opened = open_warehouse(warehouse_path)
    reference = reference_of(opened)
    pages = {page.slug: page for page, _ in page_modules()}
    return [
        Context(
            opened,
            reference,
            parse({"area": area, "geo": geography}, reference.known)[0],
            Text("da"),
            Numbers("da"),
            LIGHT,
            pages["aeldre"],
        )
        for geography, areas in reference.known.areas.items()
        for area in areas
    ]


def made_up(reference: Reference) -> set[str]:
    return {i for i, row in reference.indicators.items() if row["is_demo"]}


def test_no_finding_and_no_question_is_about_a_made_up_figure_anywhere(
    every_area: list[Context],
) -> None:
    demo = made_up(every_area[0].reference)
    assert demo
    said = 0
    for ctx in every_area:
        assert not demo & {row["indicator_id"] for row in real(newest_rows(ctx).values())}
        for topic in topics().values():
            for section in topic.sections:
                if section.show == "findings":
                    found = list(findings.findings(Shown(ctx, topic, section, False)))
                    assert not [f for f in found if f.is_demo or f.key in demo], ctx.area.name
                    said += len(found)
    assert said > len(every_area)


def test_no_sentence_of_a_sheet_is_about_a_made_up_figure_anywhere(
    every_area: list[Context],
) -> None:
    demo = made_up(every_area[0].reference)
    topic = topics()["overview"]
    for ctx in every_area:
        view = View(ctx.warehouse, ctx.reference, ctx.area)
        seen = Seen(view, topic, None)
        assert not demo & {row["indicator_id"] for row in seen.real}
        assert demo & {row["indicator_id"] for row in seen.rows}


def test_every_topic_names_what_there_is(warehouse_path: Path) -> None:
    known = reference_of(open_warehouse(warehouse_path)).indicators
    pages = {page.slug for page, _ in page_modules()}
    for topic in topics().values():
        named = {*topic.first, *topic.also, *topic.drawn_in_full()}
        assert named <= set(known), topic.id
        assert topic.page is None or topic.page in pages, topic.id
        for section in topic.sections:
            assert hasattr(drawn_by(section.show), "draw"), (topic.id, section.show)
            assert not section.heading or Text("da").has(section.heading)
    themes = {theme for topic in topics().values() for theme in topic.themes}
    assert themes == {str(row["theme"]) for row in known.values()}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("order = ", "wrong.toml"),
        ('page = "x"', "order"),
        ('order = 1\ncolour = "red"', "colour"),
        ("order = 1\n[[sections]]\nindicators = []", "show"),
    ],
)
def test_a_topic_file_that_is_wrong_is_named(tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "wrong.toml").write_text(written)
    with pytest.raises(ValueError, match=r"wrong\.toml.*") as told:
        read(tmp_path / "wrong.toml")
    assert why in str(told.value)


def test_content_needs_no_screen_and_no_paper() -> None:
    import subprocess

    code = (
        "import importlib, pkgutil, sys, content; "
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(content.__path__, "
        "'content.')]; "
        "print({'streamlit', 'plotly', 'typst', 'dashboard', 'report'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
