"""A link opens the view it names, and says what it cannot show."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.selection import KEYS, Known, Selection, move, parse

KNOWN = Known(
    areas={
        "land": ["dk"],
        "klynger-2022": ["k22-aarhus", "k22-horsensklyngen", "k22-viborg"],
        "kommuner": ["0615", "0751"],
    },
    indicators=frozenset({"population", "contact_share"}),
)


def test_an_empty_link_opens_a_cluster():
    selection, notices = parse({}, KNOWN)
    assert (selection.geography, selection.area) == ("klynger-2022", "k22-horsensklyngen")
    assert notices == []


def test_an_area_alone_brings_its_geography():
    selection, notices = parse({"area": "0751"}, KNOWN)
    assert (selection.geography, selection.area) == ("kommuner", "0751")
    assert notices == []


def test_big_letters_follow_to_every_page_until_they_are_switched_off():
    selection, notices = parse({"big": "1", "view": "own"}, KNOWN)
    assert (selection.big, notices) == ("1", [])
    assert selection.shared().with_values(lang="en").params()["big"] == "1"
    assert "big" not in selection.with_values(big=None).params()
    assert parse({"big": "0"}, KNOWN)[0].big is None


def test_what_is_not_chosen_stays_open():
    selection, _ = parse({"geo": "land"}, KNOWN)
    assert selection.period is None
    assert selection.indicator is None
    assert selection.lang == "da"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("geo", "klynger-1800"),
        ("area", "k22-atlantis"),
        ("year", "tyve"),
        ("year", "99999999999999999999999"),
        ("year", "²"),
        ("indicator", "happiness"),
        ("sex", "both"),
        ("age", "old"),
        ("sector", "dentist"),
        ("compare", "mars"),
        ("lang", "sv"),
        ("big", "huge"),
    ],
)
def test_a_value_that_is_not_known_is_told_and_the_view_still_opens(key, value):
    selection, notices = parse({key: value}, KNOWN)
    assert [(n.key, n.value) for n in notices] == [(key, value)]
    assert selection.area in KNOWN.areas[selection.geography]
    assert value not in selection.params().values()


def test_an_area_of_another_geography_is_told_with_what_is_shown_instead():
    selection, notices = parse({"geo": "klynger-2022", "area": "0751"}, KNOWN)
    assert selection.area == "k22-horsensklyngen"
    assert notices[0].used == "k22-horsensklyngen"


def test_an_unknown_geography_still_finds_the_area_it_names():
    selection, notices = parse({"geo": "gone", "area": "k22-horsensklyngen"}, KNOWN)
    assert (selection.geography, selection.area) == ("klynger-2022", "k22-horsensklyngen")
    assert notices[0].used == "klynger-2022"


def test_a_long_value_is_not_quoted_in_full():
    _, notices = parse({"sex": "x" * 5000}, KNOWN)
    assert len(notices[0].value) < 100


@st.composite
def selections(draw):
    geography = draw(st.sampled_from(list(KNOWN.areas)))
    return Selection(
        geography,
        draw(st.sampled_from(KNOWN.areas[geography])),
        period=draw(st.none() | st.integers(1970, 2100)),
        indicator=draw(st.none() | st.sampled_from(sorted(KNOWN.indicators))),
        sex=draw(st.none() | st.sampled_from(["all", "female", "male"])),
        age=draw(st.none() | st.sampled_from(["all", "0-17", "80+"])),
        sector=draw(st.none() | st.sampled_from(["all", "general_practice"])),
        benchmark=draw(st.none() | st.sampled_from(["country", "region"])),
        lang=draw(st.sampled_from(["da", "en"])),
        extra=draw(
            st.dictionaries(st.sampled_from(["view", "theme"]), st.text(min_size=1), max_size=2)
        ),
    )


@given(selections())
def test_a_copied_link_opens_the_same_view(selection):
    reopened, notices = parse(dict(parse_qsl(selection.query())), KNOWN)
    assert reopened == selection
    assert notices == []


@given(st.dictionaries(st.sampled_from([*KEYS.values(), "view", "Ø"]), st.text()))
def test_no_link_whatever_breaks_the_page(params):
    selection, _ = parse(params, KNOWN)
    assert selection.area in KNOWN.areas[selection.geography]
    again, notices = parse(selection.params(), KNOWN)
    assert (again, notices) == (selection, [])


def test_a_page_keeps_its_own_words_to_itself():
    selection, _ = parse({"area": "dk", "view": "tile"}, KNOWN)
    assert selection.params()["view"] == "tile"
    assert "view" not in selection.shared().params()


def test_changing_one_part_keeps_the_rest():
    selection = Selection("land", "dk", indicator="population", extra={"view": "tile"})
    changed = selection.with_values(period=2024, view=None, detail="fine")
    assert changed.indicator == "population"
    assert changed.period == 2024
    assert changed.extra == {"detail": "fine"}


CATCHMENTS = [
    ("klynger-2022", "k22-horsensklyngen", "0615", 1.0),
    ("klynger-2022", "k22-byen", "0101", 0.55),
    ("klynger-2022", "k22-syd", "0101", 0.45),
    ("kommuner", "0615", "0615", 1.0),
    ("sundhedsraad-2027", "r27-horsens", "0615", 1.0),
    ("sundhedsraad-2027", "r27-hovedstaden", "0101", 1.0),
]


def test_a_new_grouping_opens_where_the_reader_was():
    assert move("k22-horsensklyngen", "sundhedsraad-2027", CATCHMENTS) == "r27-horsens"
    assert move("0615", "klynger-2022", CATCHMENTS) == "k22-horsensklyngen"
    assert move("r27-hovedstaden", "klynger-2022", CATCHMENTS) == "k22-byen"


def test_a_place_that_is_nowhere_in_the_new_grouping_is_not_guessed():
    assert move("0411", "klynger-2022", CATCHMENTS) is None
