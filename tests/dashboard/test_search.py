"""The one search: what people type finds what they mean, and nothing else is offered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.made_up import seen_by
from dashboard.reference import Reference, open_warehouse, reference_of
from dashboard.search import MOST, Index, folded, spellings
from dashboard.text import Text

PAGES = [("aeldre", "Ældre"), ("kort", "Kort")]


@pytest.fixture(scope="module")
def reference(warehouse_path: Path) -> Reference:
    return reference_of(open_warehouse(warehouse_path))


@pytest.fixture(scope="module")
def index(reference) -> Index:
    return Index(reference, Text("da"), PAGES, date(2026, 12, 31))


def labels(index: Index, typed: str) -> list[str]:
    return [entry.label for entry in index.find(typed)]


def test_a_municipality_offers_itself_its_cluster_and_its_council(index):
    assert labels(index, "Hedensted")[:3] == ["Hedensted", "Horsensklyngen", "Sundhedsråd Horsens"]
    note = index.find("Hedensted")[0].note
    assert note == "Kommune · Horsensklyngen · Sundhedsråd Horsens"


def test_from_2027_the_council_comes_before_the_cluster(reference):
    later = Index(reference, Text("da"), PAGES, date(2027, 1, 1))
    assert labels(later, "Hedensted")[:3] == ["Hedensted", "Sundhedsråd Horsens", "Horsensklyngen"]
    assert later.find("Hedensted")[1].note == "Sundhedsråd · Region Midtjylland"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kobenhavn", "København"),
        ("koebenhavn", "København"),
        ("KØBENHAVN", "København"),
        ("aro", "Ærø"),
        ("aero", "Ærø"),
        ("aeroe", "Ærø"),
        ("arhus", "Aarhus"),
        ("århus", "Aarhus"),
        ("Ålborg", "Aalborg"),
        ("samso", "Samsø"),
        ("rodovre", "Rødovre"),
        ("lemvig\u0301", "Lemvig"),
        ("horsens kommune", "Horsens"),
        ("Kommune Horsens", "Horsens"),
        ("sundhedsråd horsens", "Sundhedsråd Horsens"),
        ("region øst", "Region Østdanmark"),
        ("hele landet", "Danmark"),
        ("vestsj", "Sundhedsråd Midt- og Vestsjælland"),
        ("samordningsforum fyn", None),
        ("underretning", "Børn med mindst én underretning"),
        ("æld", "Ældre"),
    ],
)
def test_danish_names_are_found_however_they_are_written(index, typed, found):
    offered = labels(index, typed)
    assert (offered[:1] or [None]) == [found]


def test_every_area_is_found_by_its_whole_name(index, reference):
    for area in reference.areas.values():
        offered = [e.changes.get("area") for e in index.find(area.name)]
        # Horsensklyngen and Region Syddanmark are names of two areas, of different years.
        assert area.id in offered, area.name


@pytest.mark.parametrize(
    "typed", ["xyzzy", "Hedenstrup", "8700", "sundhed skl", "%", "", "  ", "'"]
)
def test_nothing_wrong_is_offered(index, typed):
    assert index.find(typed) == []


def test_what_is_typed_on_the_way_never_offers_another_beginning(index):
    for typed in ("hede", "heden", "hedenst"):
        assert labels(index, typed)[0] == "Hedensted"
        assert "Sundhedsklyngen Nykøbing Falster" not in labels(index, typed)


def test_beginnings_come_before_middles(index):
    offered = labels(index, "kjern")
    assert offered == ["Ringkøbing-Skjern", *offered[1:]]
    assert labels(index, "fred")[0].startswith("Fred")
    assert "Aabenraa" in labels(index, "aa")
    assert not any(name.startswith(("Al", "As")) for name in labels(index, "aa"))


def test_an_empty_answer_says_what_the_search_knows(index):
    assert "Intet område hedder “xyzzy”" in index.nothing("xyzzy")
    assert "kommuner, klynger, sundhedsråd" in index.nothing("xyzzy")
    assert "postnumre" in index.nothing("8700")


def test_a_long_text_finds_nothing_and_few_are_offered(index):
    assert index.find("a" * 10_000) == []
    assert len(index.find("s")) == MOST


def test_made_up_indicators_are_left_out_where_they_are_not_wanted(reference):
    shown = Index(reference, Text("da"), [], date(2026, 12, 31))
    hidden = Index(seen_by(reference, "0"), Text("da"), [], date(2026, 12, 31))
    assert next(e.note for e in shown.find("leddegigt")).endswith("DEMO")
    assert hidden.find("leddegigt") == []


def test_it_speaks_english(reference):
    english = Index(reference, Text("en"), [], date(2026, 12, 31))
    assert english.find("Hedensted")[0].note.startswith("Municipality")
    assert english.find("the whole country")[0].label == "Danmark"
    assert "No area is called" in english.nothing("xyzzy")


def test_folding_leaves_plain_letters():
    assert folded("  Ærø-Østerbro, Å ") == "aeroe oesterbro aa"
    assert spellings("Øø")[0] == "oeoe"
    assert "oo" in spellings("Øø")
