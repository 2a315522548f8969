"""The senior council's sheet: one page, nothing smaller than 14 points, what the page says."""

from __future__ import annotations

from itertools import pairwise

import pytest

import report
from dashboard.five import five
from dashboard.reference import reference_of
from dashboard.view import View
from report.model import Chart
from tests.report.reading import Paper
from warehouse import Warehouse

SMALLEST = 14.0
#: A plain one, the split capital, the longest names, an island with a missing number, everybody.
AREAS = (
    "0615",
    "k22-hovedstaden-byen",
    "k22-nykoebing-falster",
    "r27-oestsjaelland-og-oeerne",
    "r27-koebenhavns-omegn-nord",
    "0825",
    "reg27-oestdanmark",
    "dk",
)


def sizes(paper: Paper) -> list[float]:
    """Return the size in points of each piece of text."""
    found: list[float] = []

    def see(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append(size * abs(tm[3]) * abs(cm[3]))

    for page in paper.reader.pages:
        page.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("area", AREAS)
def test_one_page_of_large_letters_says_what_the_page_says(
    shipped: Warehouse, area: str, lang: str
) -> None:
    paper = Paper(report.sheet(shipped, area, "senior_council", lang))
    assert len(paper.reader.pages) == 1
    written = sizes(paper)
    assert len(written) > 20
    assert min(written) >= SMALLEST - 0.01
    reference = reference_of(shipped).real
    view = View(shipped, reference, reference.areas[area], lang)
    said = five(view)
    assert len(said) == 5
    text = paper.text.replace("- ", "-")
    for one in said:
        for sentence in filter(None, (one.title, one.said, one.compared, one.means, one.ask)):
            assert " ".join(sentence.replace("\u00a0", " ").split()) in text
    places = [text.index(one.title) for one in said]
    assert all(before < after for before, after in pairwise(places))
    assert sorted(paper.alternatives) == sorted(one.alt(view) for one in said)


def test_made_up_figures_are_never_on_it(shipped: Warehouse) -> None:
    content = report.sheet_of(shipped, "0615", "senior_council", demo=True)
    assert not content.has_demo
    assert content == report.sheet_of(shipped, "0615", "senior_council")


def test_the_area_and_the_country_stand_in_every_picture(shipped: Warehouse) -> None:
    content = report.sheet_of(shipped, "0615", "senior_council")
    charts = [b for _, b in content.blocks() if isinstance(b, Chart)]
    assert len(charts) == 5
    for chart in charts:
        assert [p.who for p in chart.series[0].points] == ["area", "country"]
