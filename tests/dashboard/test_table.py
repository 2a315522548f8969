"""Tables say the numbers, or why there are none; the file has what the table shows."""

from __future__ import annotations

import csv
import io

import polars as pl

from dashboard.components.table import Column, Table, csv_bytes, html_table
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


def test_danish_csv_opens_right_in_excel_and_keeps_the_reason():
    raw = csv_bytes(TABLE, "da", ["Kilde: x"])
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Kommune", "Værdi", "status"]
    assert rows[1] == ["Læsø", "", "suppressed_by_source"]
    assert rows[3] == ["Horsens", "1234,56", "ok"]
    assert rows[-1] == ["Kilde: x"]


def test_english_csv_has_points_and_commas():
    rows = list(csv.reader(io.StringIO(csv_bytes(TABLE, "en").decode("utf-8-sig"))))
    assert rows[3] == ["Horsens", "1234.56", "ok"]


def test_a_year_is_not_given_a_thousands_mark():
    frame = pl.DataFrame({"year": ["2025"], "n": [2025]})
    html = html_table(
        Table(frame, (Column("year", "År"), Column("n", "Antal"))), Text("da"), Numbers("da")
    )
    assert ">2025<" in html
    assert ">2.025<" in html
