"""Ældre and Børn og unge in every cluster and council: whole, without errors, and clean for axe.

The suite looks at one area of each kind a page can be in. All areas in both sizes of letters take
some minutes: ``pytest -m every_area``.
"""

from __future__ import annotations

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import geo
from tests.browser.conftest import Reader

PAGES = ("aeldre", "boern-og-unge")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
#: What makes a page of these two look another way.
KINDS = {
    "a municipality's share, so every number is an estimate": "k22-hovedstaden-byen",
    "one municipality, compared with the other clusters": "k22-bornholm",
    "a council, with means of municipalities": "r27-limfjorden",
    "a small municipality with many hidden numbers": "0741",
    "a region": "reg07-nordjylland",
    "everybody, compared with nobody": "dk",
}
EVERY = [
    *(a.id for g in ("klynger-2022", "sundhedsraad-2027") for a in geo.load_geographies()[g].areas),
    "reg07-hovedstaden",
    "reg27-oestdanmark",
    "dk",
    "0615",
    "0741",
    "0825",
]


def look(reader: Reader, page: str, area: str, more: str = "") -> None:
    """Open a page and hold it against axe."""
    reader.open(f"/{page}?area={area}{more}")
    for alert in ("stException", "stAlertContentError"):
        expect(reader.page.get_by_test_id(alert)).to_have_count(0)
    found = Axe().run(reader.page, options=RULES).response["violations"]
    assert [(page, area, v["id"], v["nodes"][0]["html"]) for v in found] == []


@pytest.mark.parametrize("area", KINDS.values(), ids=KINDS)
def test_every_kind_of_area(reader: Reader, area: str) -> None:
    for page in PAGES:
        look(reader, page, area)


@pytest.mark.every_area
@pytest.mark.parametrize("area", EVERY)
def test_every_area_in_both_sizes(reader: Reader, area: str) -> None:
    for page, big in product(PAGES, "01"):
        look(reader, page, area, f"&big={big}")
