"""Names on maps stand where there is room, never on each other; tiles are told apart."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import geo
from dashboard.figures.names import LETTER, Ground, abbreviations, written

GROUND = Ground((8.0, 13.0), (54.5, 57.8), 760.0, 780.0)
MUNICIPALITIES = Path(geo.__file__).parent / "municipalities.csv"


def test_a_large_area_gets_name_and_number_a_small_one_its_number_a_tiny_one_nothing():
    boxes = {
        "large": (8, 55, 9.5, 56),
        "small": (10, 55, 10.3, 55.3),
        "tiny": (12, 55, 12.05, 55.02),
    }
    areas = [
        ("large", "Vestjylland", "6,7", 8.75, 55.5),
        ("small", "Vestjylland", "6,7", 10.15, 55.15),
        ("tiny", "Vestjylland", "6,7", 12.02, 55.01),
    ]
    assert {w.area: w.text for w in written(areas, boxes, GROUND)} == {
        "large": "Vestjylland<br>6,7",
        "small": "6,7",
    }


def test_an_area_outside_the_frame_is_not_written():
    areas = [("far", "Bornholm", "9,1", 14.9, 55.1)]
    assert written(areas, {"far": (14.6, 54.9, 15.2, 55.3)}, GROUND) == []


@given(
    st.lists(
        st.tuples(st.floats(8.2, 12.8), st.floats(54.7, 57.5), st.floats(0.05, 1.5)), max_size=25
    )
)
def test_no_text_stands_on_another(places):
    boxes = {str(i): (x - r, y - r / 2, x + r, y + r / 2) for i, (x, y, r) in enumerate(places)}
    areas = [(str(i), "Nykøbing", "12,3", x, y) for i, (x, y, _) in enumerate(places)]
    found = written(areas, boxes, GROUND)
    for one, other in combinations(found, 2):
        (x, y), (u, v) = GROUND.at(one.lon, one.lat), GROUND.at(other.lon, other.lat)
        assert abs(x - u) > LETTER or abs(y - v) >= LETTER


def test_every_municipality_has_a_short_name_of_its_own():
    with MUNICIPALITIES.open(encoding="utf-8") as file:
        names = {row["municipality_id"]: row["name"] for row in csv.DictReader(file)}
    short = abbreviations(names)
    assert len(set(short.values())) == len(names) == 98
    assert all(len(s) == 3 and s[0] == names[area][0] for area, s in short.items())
    # What begins alike is not called by the beginning.
    assert not {"Fre", "Vej", "Hol", "Nor", "Brø", "Rin", "Her"} & set(short.values())
