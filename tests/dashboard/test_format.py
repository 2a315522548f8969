"""Numbers and dates as a Dane, and an English reader, would write them."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.format import (
    MINUS,
    NBSP,
    Numbers,
    dated,
    day,
    interval,
    listing,
    number,
    percent,
    rounded,
    size,
)


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (6025511, 0, "6.025.511", "6,025,511"),
        (0, 0, "0", "0"),
        (-0.04, 1, "0,0", "0.0"),
        (-1234.56, 1, f"{MINUS}1.234,6", f"{MINUS}1,234.6"),
        (2.5, 0, "3", "3"),
        (0.125, 2, "0,13", "0.13"),
        (None, 1, "–", "–"),
        (float("nan"), 1, "–", "–"),
        (float("inf"), 0, "–", "–"),
    ],
)
def test_numbers(value, decimals, danish, english):
    assert number(value, decimals, "da") == danish
    assert number(value, decimals, "en") == english


def test_a_difference_shows_its_sign():
    assert number(1.26, 1, "da", sign=True) == "+1,3"
    assert number(0.0, 1, "da", sign=True) == "0,0"


def test_per_cent_never_breaks_from_its_number():
    assert percent(12.34) == f"12,3{NBSP}%"
    assert percent(12.34, lang="en") == "12.3%"
    assert percent(None) == "–"


def test_interval_needs_both_limits():
    assert interval(11.94, 12.66) == "11,9–12,7"
    assert interval(None, 12.0) == "–"


def test_dates_in_words():
    assert day(date(2026, 11, 22)) == "22. november 2026"
    assert day(date(2026, 5, 1), "en") == "1 May 2026"
    assert day(None) == "–"


def test_file_sizes():
    assert size(1_234) == f"1,2{NBSP}kB"
    assert size(2_345_678, "en") == f"2.3{NBSP}MB"


@pytest.mark.parametrize(
    ("source", "danish", "english"),
    [
        ("FOLK1A, 11.2.2026; FRKM1", "FOLK1A, 11.2.2026; FRKM1", "FOLK1A, 11 February 2026; FRKM1"),
        (
            "en side (2026-05-04; lex.dk)",
            "en side (4.5.2026; lex.dk)",
            "en side (4 May 2026; lex.dk)",
        ),
        (
            "udgave 31.2.2026, 2015-2025",
            "udgave 31.2.2026, 2015-2025",
            "udgave 31.2.2026, 2015-2025",
        ),
        (
            "sti/2026-05-04-1 1.2.3.2026",
            "sti/2026-05-04-1 1.2.3.2026",
            "sti/2026-05-04-1 1.2.3.2026",
        ),
    ],
)
def test_dates_inside_a_source_are_read_in_the_readers_language(source, danish, english):
    assert dated(source) == danish
    assert dated(source, "en") == english


def test_lists_as_people_say_them():
    assert listing([]) == ""
    assert listing(["Hedensted"]) == "Hedensted"
    assert listing(["Hedensted", "Horsens", "Odder"]) == "Hedensted, Horsens og Odder"
    assert listing(["a", "b"], "en") == "a and b"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="sv"):
        number(1, 0, "sv")


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_the_number_read_back_is_the_number_rounded(value, decimals):
    shown = number(value, decimals, "da")
    read = float(shown.replace(MINUS, "-").replace(".", "").replace(",", "."))
    assert read == pytest.approx(value, abs=0.5 * 10**-decimals * (1 + 1e-6) + abs(value) * 1e-15)


@given(st.integers(-10_000, 10_000), st.integers(0, 3))
def test_a_half_is_rounded_as_it_is_shown(whole, decimals):
    value = float(f"{whole}5e-{decimals + 1}")
    shown = number(value, decimals, "en").replace(MINUS, "-").replace(",", "")
    assert rounded(value, decimals) == float(shown)
    assert math.isnan(rounded(math.nan, decimals))


def test_one_object_speaks_one_language():
    assert Numbers("en")(1234.5, 1) == "1,234.5"
    assert Numbers("da").unit(12.3, "per_cent", 1) == f"12,3{NBSP}%"
    assert Numbers("da").unit(12.3, "per_1000", 1) == "12,3"
