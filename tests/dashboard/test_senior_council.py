"""Ældrerådets udgave: five real figures, easy to read, for every area, with what one may ask."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from dashboard.five import One, five
from dashboard.reference import Reference, open_warehouse, reference_of
from dashboard.text import catalogue
from dashboard.view import View
from tests.dashboard.conftest import AREAS, Run
from tests.dashboard.plain import lix
from warehouse import Warehouse

HARDEST = 30
GEOGRAPHIES = ("kommuner", "klynger-2022", "sundhedsraad-2027", "regioner-2027", "land")


@pytest.fixture(scope="module")
def opened(warehouse_path: Path) -> Warehouse:
    return open_warehouse(warehouse_path)


@pytest.fixture(scope="module")
def reference(opened: Warehouse) -> Reference:
    return reference_of(opened)


@pytest.fixture(scope="module")
def told(opened: Warehouse, reference: Reference) -> dict[tuple[str, str], list[One]]:
    """What is said of every area in both languages."""
    return {
        (lang, area): five(View(opened, reference, reference.areas[area], lang))
        for lang in ("da", "en")
        for geography in GEOGRAPHIES
        for area in reference.known.areas.get(geography, ())
    }


def test_every_area_has_five_real_figures_in_both_languages(told, reference) -> None:
    assert len(told) > 2 * 130
    for found in told.values():
        assert len(found) == 5
        assert not any(reference.indicators[one.indicator]["is_demo"] for one in found)
        for one in found:
            assert one.said
            assert one.means
            assert one.ask.endswith("?")


def test_it_is_very_easy_to_read_everywhere(told) -> None:
    hard = {
        key: round(score)
        for key, found in told.items()
        if key[0] == "da" and (score := lix(" ".join(one.running_text for one in found))) >= HARDEST
    }
    assert hard == {}


def test_the_own_area_comes_first_and_the_country_beside_it(told) -> None:
    for (_, area), found in told.items():
        for one in found:
            who = [bar.who for bar in one.bars]
            assert who == (["area"] if area == "dk" else ["area", "country"])


def test_a_number_is_the_key_figure_of_the_area(told, reference) -> None:
    for (_, area), found in told.items():
        for one in found:
            if one.indicator != "population":
                row = reference.newest[area].get(one.indicator)
                shown = row["value"] if row and row["status"] == "ok" else None
                assert one.bars[0].value == shown


def test_a_difference_is_told_only_where_it_is_sure(told, reference) -> None:
    sure = {"better", "worse", "higher", "lower"}
    for (lang, area), found in told.items():
        for one in found:
            row = reference.newest.get(area, {}).get(one.indicator)
            if lang == "en" or one.indicator == "population" or row is None:
                continue
            if re.search(r"\b(mere|mindre) end", one.compared):
                assert row["vs_country"] in sure
                assert not row["is_estimate"]


def test_a_missing_number_says_why_and_is_not_zero(told) -> None:
    (one,) = [o for o in told["da", "0825"] if o.indicator == "remaining_life_expectancy_65"]
    assert one.said == "Her bor for få ældre til, at tallet kan regnes ud. Det er ikke nul."
    assert one.bars[0].value is None
    assert one.bars[1].value is not None


def test_estimates_and_projections_are_explained_where_they_stand(told) -> None:
    growth, *rest = told["da", "k22-hovedstaden-byen"]
    assert any("fremskrevet" in remark for remark in growth.remarks)
    for one in (growth, *rest):
        assert "(skøn)" in one.said.replace("\u00a0", " ")
        assert any(remark.startswith("Skøn:") for remark in one.remarks)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_page_opens_for_every_kind_of_area_and_reads_in_order(run: Run, told, lang) -> None:
    for area in AREAS:
        app = run("aeldreraad", area=area, lang=lang)
        assert not app.exception, (area, app.exception)
        html = " ".join(block.proto.body for block in app.get("html"))
        text = unescape(re.sub(r"<[^>]+>", " ", html))
        at = 0
        for one in told.get((lang, area), ()):
            for part in (one.title, one.said, one.bars[0].said, one.means, one.ask, *one.remarks):
                at = text.index(part, at)
        assert "DEMO" not in text


def test_who_has_switched_off_made_up_figures_reads_the_same(run: Run) -> None:
    pages = [
        " ".join(b.proto.body for b in run("aeldreraad", area="0615", demo=demo).get("html"))
        for demo in ("0", "1")
    ]
    assert re.findall(r"<section>.*?</section>", pages[0], re.DOTALL) == re.findall(
        r"<section>.*?</section>", pages[1], re.DOTALL
    )


def test_one_gets_there_from_the_page_on_older_people(run: Run) -> None:
    html = " ".join(b.proto.body for b in run("aeldre", area="0615").get("html"))
    (link,) = re.findall(r'href="(/aeldreraad[^"]*)"', html)
    assert "area=0615" in link


def test_large_print_is_never_called_capital_letters() -> None:
    assert [key for key, said in catalogue("da").items() if "bogstaver" in said.lower()] == []
