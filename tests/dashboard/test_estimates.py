"""A number that is an estimate says so wherever it is read, and no other number does."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import warehouse
from dashboard.beside import people_of
from dashboard.format import number
from dashboard.reference import open_warehouse, reference_of
from dashboard.sentences import roughly
from dashboard.view import View
from tests.dashboard.conftest import Run
from tests.dashboard.contexts import charts
from warehouse.export.filters import Selection
from warehouse.export.query import extract

PAGES = (
    "overblik", "kort", "sektorer", "boern_og_unge", "aeldre", "demografi", "kronisk",
    "sammenlign", "klynge_til_raad",
)  # fmt: skip
#: Clusters that hold a part of København.
SPLIT = ("k22-hovedstaden-byen", "k22-hovedstaden-syd")
WHY = "Kun en del af København hører til området. Tallene er derfor skøn."


def bodies(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html")).replace("\u00a0", " ")


def read(html: str) -> str:
    """Return what is read: neither charts' data nor marks."""
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"data-chart='.*?'", "", html)))


@pytest.fixture(scope="module")
def own_counts(warehouse_path: Path) -> dict[str, list[str]]:
    """Return how many people live in each split cluster, as pages write it: all, 80+, now, 2040."""
    with warehouse.connect(warehouse_path) as wh:
        return {
            area: [
                number(value)
                for value in wh.sql(
                    "SELECT value FROM measures WHERE indicator_id = 'population' AND area_id = ? "
                    "AND sex = 'all' AND (age, period) IN "
                    "(('all', 2026), ('80+', 2026), ('80+', 2040))",
                    [area],
                )["value"]
            ]
            for area in SPLIT
        }


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", SPLIT)
def test_a_page_of_a_split_area_calls_its_numbers_estimates(
    run: Run, own_counts: dict[str, list[str]], area: str, page: str
) -> None:
    app = run(page, area=area)
    assert not app.exception
    html = bodies(app)
    text = read(html)
    assert text.count(WHY) == 1
    assert "også fra sundhedsprofilen" in text
    # What is written of its people, in sentences and tiles, carries the mark.
    outside = read(re.sub(r"<table.*?</table>", "", html, flags=re.DOTALL))
    for count in own_counts[area]:
        for place in re.finditer(rf"(?<![\d.]){re.escape(count)}(?![\d.])", outside):
            after = outside[place.end() : place.end() + 40]
            assert re.match(r"( (personer|mennesker))?\s*\(skøn\)", after), after
    # Each figure says it below its title.
    name = "Byen" if area.endswith("byen") else "Syd"
    subtitles = re.findall(r'<p class="kb-subtitle">(.*?)</p>', html)
    figures = [s for s in subtitles if "efter bopæl" in s or "1. januar" in s]
    assert all(f"Tallene for {name}" in s or "Båndets bredde" in s for s in figures)
    # Nobody has been counted, and nothing is certain, but of municipalities that are whole.
    text = read(re.sub(r'<li class="kb-kind-spread">.*?</li>', "", html, flags=re.DOTALL))
    for claim in ("Alle indbyggere er medregnet", "er talt med", "statistisk sikker"):
        assert claim not in text


def test_an_area_of_whole_municipalities_has_no_such_words(run: Run) -> None:
    for page in ("overblik", "aeldre"):
        text = read(bodies(run(page, area="k22-horsensklyngen")))
        assert "Kun en del af" not in text
        assert "Tallene for" not in text
        # what the publisher hid a part of is an estimate once ages are taken into account
        assert "(skøn)" not in re.sub(r"Korrigeret for alder: .*?\(skøn\)", "", text)


def test_the_lists_of_2019_say_it_of_each_split_cluster(run: Run, warehouse_path: Path) -> None:
    reference = reference_of(open_warehouse(warehouse_path))
    split = [a.id for a in reference.areas.values() if a.row["is_split"]]
    assert len([a for a in split if a.startswith("k19-")]) >= 2
    for area in ("k19-hovedstaden-syd", "k19-holbaek"):
        assert area in split
        text = read(bodies(run("overblik", area=area)))
        assert "Tallene er derfor skøn." in text
        assert "mennesker (skøn)" in text


def test_a_row_of_the_key_figures_has_the_mark_where_the_warehouse_has_it(
    run: Run, warehouse_path: Path
) -> None:
    reference = reference_of(open_warehouse(warehouse_path))
    for area in ("k22-hovedstaden-byen", "k22-horsensklyngen", "k22-bornholm", "reg07-hovedstaden"):
        html = bodies(run("overblik", area=area))
        rows = [
            row
            for table in re.findall(r'<table class="kb-table kb-keys.*?</table>', html, re.DOTALL)
            for row in table.split("<tr>")[1:]
            if 'scope="row"' in row
        ]
        shown = sum(row.split("<td>")[1].count("(skøn)") for row in rows)
        expected = sum(
            (bool(row["is_estimate"]) and row["status"] == "ok") + bool(row["age_is_estimate"])
            for indicator, row in reference.newest[area].items()
            if reference.indicators[indicator]["unit"] != "persons"
            and not indicator.endswith("_incidence")
        )
        assert len(rows) > 20
        assert shown == expected


def test_a_projection_is_no_estimate_and_an_estimate_may_be_projected(
    warehouse_path: Path,
) -> None:
    with warehouse.connect(warehouse_path) as wh:
        found = extract(
            wh,
            Selection.of(
                area=["k22-horsensklyngen", "k22-hovedstaden-byen"],
                indicator="population",
                period=[2026, 2040],
                age="80+",
            ),
        )
    marks = {
        (row["area_id"], row["period"]): (row["is_estimate"], row["is_projection"])
        for row in found.iter_rows(named=True)
    }
    assert marks == {
        ("k22-horsensklyngen", 2026): (False, False),
        ("k22-horsensklyngen", 2040): (False, True),
        ("k22-hovedstaden-byen", 2026): (True, False),
        ("k22-hovedstaden-byen", 2040): (True, True),
    }


def test_a_number_in_a_sentence_is_the_number_in_the_tile(run: Run, warehouse_path: Path) -> None:
    wh = open_warehouse(warehouse_path)
    reference = reference_of(wh)
    people = people_of(View(wh, reference, reference.areas["k22-horsensklyngen"]))
    assert people is not None
    then = people.count("80+", year=2040)
    assert then is not None
    text = read(bodies(run("overblik", area="k22-horsensklyngen")))
    assert text.count(number(then)) >= 2
    assert number(roughly(then)) not in text


def test_a_heat_map_marks_the_rows_of_split_areas_and_no_other(run: Run) -> None:
    app = run("sammenlign", area=SPLIT[0], view="heat")
    specs = [json.loads(unescape(spec)) for spec in charts(app)]
    drawn = [spec for spec in specs if any(t["type"] == "heatmap" for t in spec["data"])]
    assert drawn
    for spec in drawn:
        names = [n.replace("<br>", " ") for n in spec["layout"]["yaxis"]["ticktext"]]
        marked = {re.sub("<[^>]*>", "", n) for n in names if "(skøn)" in n.replace("\u00a0", " ")}
        assert len(marked) == len(SPLIT), names
