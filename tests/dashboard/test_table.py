"""Tables say the numbers, or why there are none; the file has what the table shows."""

from __future__ import annotations

import re

import polars as pl
import pytest

from dashboard.components.marks import kept
from dashboard.components.table import Column, Table, html_table
from dashboard.format import Numbers
from dashboard.text import Text

FRAME = pl.DataFrame(
    {
        "area": ["Læsø", "Fanø & <Sønderho>", "Horsens"],
        "value": [None, None, 1234.56],
        "status": ["suppressed_by_source", "missing", "ok"],
    }
)
TABLE = Table(FRAME, (Column("area", "Kommune"), Column("value", "Værdi", 1)), "Besøg")


def test_the_table_writes_danish_numbers_and_reasons():
    html = html_table(TABLE, Text("da"), Numbers("da"))
    assert "1.234,6" in html
    assert "Skjult af udgiver" in html
    assert "Ikke oplyst" in html
    assert "<caption>Besøg</caption>" in html
    assert html.count('scope="row"') == 3
    assert html.count('scope="col"') == 2


def test_names_cannot_become_markup():
    html = html_table(TABLE, Text("da"), Numbers("da"))
    assert "<Sønderho>" not in html
    assert "Fanø &amp; &lt;Sønderho&gt;" in html


def test_a_number_is_there_unrounded_for_the_file_and_a_hidden_one_is_not():
    html = html_table(TABLE, Text("da"), Numbers("da"))
    assert '<td data-v="1234.56">1.234,6</td>' in html
    assert html.count("data-v") == 1


def test_a_year_is_not_given_a_thousands_mark():
    frame = pl.DataFrame({"year": ["2025"], "n": [2025]})
    html = html_table(
        Table(frame, (Column("year", "År"), Column("n", "Antal"))), Text("da"), Numbers("da")
    )
    assert ">2025<" in html
    assert ">2.025<" in html


def test_a_table_of_many_columns_knows_its_headings_for_cards():
    frame = [{"area": "Horsens", "year": "2025", "value": 1.5, "note": "</p>"}]
    columns = [Column(c, label) for c, label in zip(frame[0], ("A", "År", 'V"<', "N"), strict=True)]
    wide = html_table(Table(frame, columns), Text("da"), Numbers("da"))
    assert "data-cards" in wide
    assert "--l2:&quot;År&quot;" in wide
    assert 'V"<' not in wide
    narrow = html_table(Table(frame, columns[:3]), Text("da"), Numbers("da"))
    assert "data-cards" not in narrow


def test_words_stand_above_their_meanings_where_there_is_little_room():
    words = Table([{"term": "A", "meaning": "B"}], (Column("term", "Ord"), Column("meaning", "Er")))
    html = html_table(words, Text("da"), Numbers("da"), css="kb-words")
    assert 'data-cards="list"' in html


def test_a_number_shown_whole_needs_no_other_for_the_file():
    frame = [{"a": "x", "v": v} for v in (84.2, 1.0 / 3, 1234, -0.5)]
    table = Table(frame, (Column("a", "A"), Column("v", "V", 1)))
    html = html_table(table, Text("da"), Numbers("da"))
    assert '<td class="kb-num">84,2</td>' in html
    assert '<td data-v="0.33333">0,3</td>' in html
    assert '<td data-v="1234">1.234,0</td>' in html
    assert '<td data-v="-0.5">' in html


def test_cards_put_long_headings_and_wide_numbers_on_lines_of_their_own():
    def table(label: str, said: str) -> str:
        frame = [{"area": "Horsens", "a": said, "b": "1", "c": "2"}]
        columns = (
            Column("area", "Kommune"),
            Column("a", label, right=True),
            *(Column(c, c, right=True) for c in "bc"),
        )
        return html_table(Table(frame, columns), Text("da"), Numbers("da"))

    assert 'data-cards="grid"' in table("2030", "4.800")
    assert 'data-cards="list"' in table("2030", "5.700 (+19 %)")
    assert 'data-cards="list"' in table("Underretninger pr. 1.000 børn", "4.800")


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("Psykiatrisk diagnose, 0–17 år (pr. 1.000 børn)", ["0–17 år", "pr. 1.000"]),
        ("Visits, aged 65–79 (per 1,000 residents)", ["aged 65–79", "per 1,000"]),
        ("Borgere på 80 år og derover", ["80 år"]),
        ("Type 2-diabetes, 2025", []),
    ],
)
def test_no_line_breaks_inside_an_age_or_a_rate(said: str, whole: list[str]) -> None:
    html = kept(f"<{said}>")
    assert re.findall(r'<span class="kb-whole">(.*?)</span>', html) == whole
    assert re.sub(r"</?span[^>]*>", "", html) == f"&lt;{said}&gt;"
