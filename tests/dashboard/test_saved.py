"""Wherever a figure is taken, it says whom it is about, when, and whether it is made up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.frame import show_figure
from dashboard.figures.subject import Subject, file_name, span
from dashboard.reference import WAREHOUSE_VARIABLE
from dashboard.run import page_modules
from dashboard.text import Text
from tests.dashboard.conftest import Run
from tests.dashboard.contexts import context

#: One of each kind: id and name.
KINDS = {
    "k22-horsensklyngen": "Horsensklyngen",
    "0766": "Hedensted",
    "r27-limfjorden": "Sundhedsråd Limfjorden",
    "dk": "Danmark",
}
#: Every page, and every way it can look.
VIEWS: dict[str, list[dict[str, str]]] = {
    "kort": [
        {},
        {"map": "kommuner", "shape": "tiles"},
        {"map": "sundhedsraad-2027", "beside": "year"},
        {"beside": "indicator", "indicator": "home_help_share", "classes": "compared"},
    ],
    "sammenlign": [
        {},
        {"view": "funnel"},
        {"view": "heat"},
        {"view": "heat", "theme": "elderly"},
        {"view": "pair"},
        {"view": "pair", "indicator": "home_help_share"},
        {"view": "similar"},
        {"view": "similar", "w_disease": "0"},
    ],
    "boern_og_unge": [{}, {"pool": "1"}],
    "demografi": [{}, {"healthier": "0.5"}],
}
MODULES = [module.__name__.rpartition(".")[2] for _, module in page_modules()]
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Framed:
    """One figure as the page hands it to the browser."""

    name: str
    file: str
    title: str
    written: str
    sources: str
    is_demo: bool
    is_map: bool


def _plain(html: str, css: str) -> list[str]:
    """Return the texts of the headings and paragraphs of a class."""
    found = re.findall(rf'<(h\d|p) class="{css}">(.*?)</\1>', html)
    return [unescape(re.sub(r"<[^>]+>", "", said)).replace("\u00a0", " ") for _, said in found]


def framed(app: object) -> list[Framed]:
    """Return every figure of a page."""
    out = []
    for block in app.get("html"):  # type: ignore[attr-defined]
        for html in re.split(r'(?=<div class="kb-frame)', block.proto.body)[1:]:
            title, subtitle = (_plain(html, css)[0] for css in ("kb-title", "kb-subtitle"))
            own, _, _ = html.partition('<details class="kb-more"')
            out.append(
                Framed(
                    re.findall(r'data-frame="(.*?)"', html)[0],
                    unescape(re.findall(r'data-file="(.*?)"', html)[0]),
                    title,
                    f"{title} {subtitle}",
                    " ".join(_plain(own, "kb-source")),
                    "kb-made-up" in own,
                    '"geo":' in own,
                )
            )
    return out


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("area", KINDS)
@pytest.mark.parametrize("page", MODULES)
def test_every_figure_of_every_page_says_whom_it_is_about_and_when(
    run: Run, page: str, area: str, lang: str
) -> None:
    text = Text(lang)
    for view in VIEWS.get(page, [{}]):
        app = run(page, area=area, lang=lang, **view)
        assert not app.exception, view
        for figure in framed(app):
            # The country is marked among no others; it is what all areas together are.
            country = text("figure.all_areas", areas="").strip() if area == "dk" else KINDS[area]
            assert KINDS[area] in figure.written or country in figure.written, figure
            assert YEAR.search(figure.written), figure
            assert KINDS[area] in figure.file, figure
            assert YEAR.search(figure.file.rpartition(" – ")[2]), figure
            assert figure.file.startswith("DEMO ") is figure.is_demo, figure
            assert (text("common.demo.badge") in figure.title) is figure.is_demo, figure
            assert "OpenStreetMap" in figure.sources or not figure.is_map, figure
            assert text("maps.click") not in figure.written


def test_every_page_with_figures_is_looked_at(run: Run) -> None:
    without = {"data_og_eksport", "om_data", "tilgaengelighed", "forside", "kommunerne"}
    without |= {"aeldreraad"}  # bars of HTML
    drawing = {p for p in MODULES if framed(run(p, area="k22-hovedstaden-byen"))}
    assert drawing == set(MODULES) - without


def test_a_figure_without_its_years_cannot_be_shown() -> None:
    with pytest.raises(TypeError, match="years"):
        show_figure(  # type: ignore[call-arg]
            context, None, key="k", title="T", subtitle="", source="S", alt="A", table=None
        )
    for area, years in (("", "2026"), ("Fanø", " ")):
        with pytest.raises(ValueError, match="area and its years"):
            Subject(area, years)


@pytest.mark.parametrize(
    ("subject", "written", "said"),
    [
        (Subject("Fanø", "2026"), "Ældre", "Fanø, 2026."),
        (Subject("Fanø", "2026"), "Ældre, 2026", "Fanø."),
        (Subject("Fanø", "2026"), "Ældre på Fanø. Procent, 2026, efter bopæl.", ""),
        # Years that only stand in a longer span are not said yet.
        (Subject("Fanø", "2026"), "Sundhedsklynger (2022–2026)", "Fanø, 2026."),
        (Subject("Fanø", "2026–2040"), "Nu og frem til 2040", "Fanø, 2026–2040."),
        (
            Subject("Fanø", "2026", "Kommuner"),
            "Ældre",
            "Kommuner i hele landet, 2026. Fanø er fremhævet.",
        ),
        (Subject("Fanø", "2026", "Kommuner"), "Ældre: Kommuner, 2026", "Fanø er fremhævet."),
        (
            Subject("Danmark", "2026", "Kommuner", is_country=True),
            "Ældre",
            "Kommuner i hele landet, 2026.",
        ),
        (Subject("Danmark", "2026", "Kommuner", is_country=True), "Kommuner", "Danmark, 2026."),
    ],
)
def test_what_title_and_subtitle_do_not_say_is_said(
    subject: Subject, written: str, said: str
) -> None:
    assert subject.said(Text("da"), written) == said


def test_files_are_named_in_words() -> None:
    later = Subject("Horsensklyngen", span([2040, 2026, 2030]))
    assert later.file("Ældre nu og frem til 2040") == (
        "Ældre nu og frem til 2040 – Horsensklyngen – 2026-2040"
    )
    assert later.file("Besøg: 80 år/derover", demo="DEMO") == (
        "DEMO Besøg – 80 år-derover – Horsensklyngen – 2026-2040"
    )
    # What the title ends with is not said twice; which areas are shown is.
    here = Subject("Fanø", "2026", "Kommuner")
    assert here.file("Befolkningen efter alder, 2026") == (
        "Befolkningen efter alder – Kommuner – Fanø – 2026"
    )
    assert here.file("Vejen til rådet: Fanø") == "Vejen til rådet – Kommuner – Fanø – 2026"


@given(st.text(), st.text())
def test_every_file_system_takes_the_name(title: str, area: str) -> None:
    name = file_name(f"Tal {title}", area[:60], "2026")
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert name == name.strip(" .")
    assert name.endswith("2026")


def test_a_long_title_is_cut_at_a_word() -> None:
    name = file_name("Borgere " * 40, "Sundhedsklyngen Nykøbing Falster", "2010–2025")
    assert name.startswith("Borgere Borgere")
    assert "Borgere… – Sundhedsklyngen Nykøbing Falster – 2010–2025" in name
    assert len(f"{name}.png".encode()) < 255


def test_a_map_of_the_users_own_boundaries_names_their_source(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warehouse_path: Path
) -> None:
    own = tmp_path / "warehouse.duckdb"
    own.write_bytes(warehouse_path.read_bytes())
    with duckdb.connect(str(own)) as con:
        con.execute("UPDATE boundaries SET source = 'Egen grænsefil: k.geojson, KDS, CC BY 4.0'")
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(own))
    (figure,) = framed(run("kort", area="k22-horsensklyngen"))
    assert "Kort: egen grænsefil (k.geojson, KDS, CC BY 4.0)." in figure.sources
    assert "OpenStreetMap" not in figure.sources
