"""Whatever rests on made-up figures says so where it stands, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE
from dashboard.sentences import made_up
from dashboard.text import Text
from tests.dashboard.conftest import Run
from tests.made_up import MARK, Unit, changed, moved, units, unmarked

AREAS = ("k22-horsensklyngen", "0766", "r27-hovedstaden", "dk")
DEMO = "home_help_share"
#: A page and what the link chooses on it; each of them shows made-up figures.
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "overblik": ("overblik", {}),
    "kort": ("kort", {"indicator": DEMO}),
    "kort-beside": ("kort", {"beside": "indicator", "indicator2": DEMO}),
    "sektorer": ("sektorer", {}),
    "boern": ("boern_og_unge", {}),
    "boern-big": ("boern_og_unge", {"big": "1", "indicator": "child_adhd"}),
    "aeldre": ("aeldre", {}),
    "aeldre-big": ("aeldre", {"big": "1"}),
    "demografi": ("demografi", {"healthier": "0.5"}),
    "demografi-big": ("demografi", {"big": "1"}),
    "kronisk": ("kronisk", {}),
    "kronisk-standardised": ("kronisk", {"disease": "copd", "std": "age"}),
    "rank": ("sammenlign", {"indicator": DEMO}),
    "funnel": ("sammenlign", {"view": "funnel", "indicator": "acute_readmission_share"}),
    "heat": ("sammenlign", {"view": "heat", "theme": "elderly"}),
    "pair": ("sammenlign", {"view": "pair", "other": DEMO}),
    "similar": ("sammenlign", {"view": "similar", "w_disease": "1"}),
    "raad": ("klynge_til_raad", {"indicator": DEMO}),
    "data": ("data_og_eksport", {"indicator": DEMO}),
}
#: The country is like nobody else; a cluster that becomes one council compares nothing.
NOTHING = {("similar", "dk"), ("raad", "k22-horsensklyngen")}
Twice = Callable[..., list[list[Unit]]]


@pytest.fixture(scope="module")
def perturbed(warehouse_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The shipped warehouse with other made-up figures."""
    path = changed(warehouse_path, tmp_path_factory.mktemp("made-up") / "warehouse.duckdb")
    yield path
    path.unlink()


def said(app: AppTest) -> list[Unit]:
    """Return all that a page says."""
    assert not app.exception
    texts = [*app.markdown, *app.caption]
    found = [unit for block in app.get("html") for unit in units(block.proto.body)]
    return found + [(one.value, one.value) for one in texts]


@pytest.fixture
def twice(
    run: Run, perturbed: Path, warehouse_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Twice:
    """Return a function that runs a page on the shipped figures and on the other ones."""

    def go(page: str, **params: str) -> list[list[Unit]]:
        renders = []
        for warehouse in (warehouse_path, perturbed):
            monkeypatch.setenv(WAREHOUSE_VARIABLE, str(warehouse))
            renders.append(said(run(page, **params)))
        return renders

    return go


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_row_item_or_chart_of_made_up_figures_stands_without_its_mark(
    twice: Twice, name: str, lang: str
) -> None:
    page, chosen = PAGES[name]
    for area in AREAS if lang == "da" else AREAS[:1]:
        renders = twice(page, area=area, lang=lang, **chosen)
        assert (moved(*renders) > 0) == ((name, area) not in NOTHING), area
        assert unmarked(*renders) == [], area


def test_a_real_figure_carries_no_mark(run: Run) -> None:
    for page, chosen in (
        ("kort", {"indicator": "population_80plus_share"}),
        ("sammenlign", {"view": "similar"}),
        ("klynge_til_raad", {"indicator": "home_nursing_per_1000"}),
        ("data_og_eksport", {"indicator": "population"}),
    ):
        found = said(run(page, area="k22-horsensklyngen", **chosen))
        assert [one for one, _ in found if MARK.search(one)] == [], page


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("Det er 1.100 pr. 1.000 ældre.", "Det er 1.100 pr. 1.000 ældre (demotal)."),
        (
            "Det er 5,6 % af 1.000. Det er højere, og forskellen er sikker.",
            "Det er 5,6 % af 1.000 (demotal). Det er højere, og forskellen er sikker (demotal).",
        ),
        ("Hvad ved vi om det?", "Hvad ved vi om det (demotal)?"),
        ("Demens, 80 år og derover", "Demens, 80 år og derover (demotal)"),
        ("", ""),
    ],
)
def test_each_sentence_carries_the_mark_and_a_real_one_is_left_alone(
    plain: str, marked: str
) -> None:
    assert made_up(Text("da"), plain, True) == marked
    assert made_up(Text("da"), plain, False) == plain
