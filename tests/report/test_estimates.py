"""Paper, slides and workbook call an estimate an estimate, and ask nothing absurd."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

import report
import warehouse
from dashboard.reference import reference_of
from report.model import Chart, Sheet, Table, Words
from warehouse import Warehouse

THEMES = ("overview", "elderly", "children")
SPLIT = ("k22-hovedstaden-byen", "k22-hovedstaden-syd")
WHY = "Kun en del af København hører til området. Tallene er derfor skøn."
LEARN, WHY_HERE = "lære af hinanden", "Hvad ved vi om, hvorfor"


def questions(sheet: Sheet) -> list[str]:
    return [
        item
        for _, block in sheet.blocks()
        if isinstance(block, Words) and block.kind == "questions"
        for item in block.items
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("area", SPLIT)
def test_every_number_of_a_split_area_is_called_an_estimate(
    shipped: Warehouse, area: str, theme: str
) -> None:
    sheet = report.sheet_of(shipped, area, theme)
    assert sum(WHY in fact for fact in sheet.facts) == 1
    name = reference_of(shipped).areas[area].short_name
    for _, block in sheet.blocks():
        if isinstance(block, Chart):
            assert f"Tallene for {name} er skøn." in block.subtitle
            assert "talt med" not in block.note
            for series in block.series:
                own = [p for p in series.points if p.who == "area" and p.value is not None]
                assert all("(skøn)" in p.text and p.is_estimate for p in own)
        elif isinstance(block, Table):
            for line in block.lines:
                if line.is_group:
                    continue
                # People now and later: the area's own line; key figures: the area's own column.
                own = line.cells[1:5] if line.is_strong else line.cells[2:3]
                if line.is_strong or block.indicators != ("population",):
                    assert all(cell.note == "skøn" for cell in own if cell.value is not None)
        elif block.kind != "questions":
            for item in block.items:
                assert "sikker." not in item.replace("ikke sikker.", "")
                assert "medregnet" not in item


def test_slides_and_workbook_say_why_and_mark_the_numbers(shipped: Warehouse) -> None:
    sheet = report.sheet_of(shipped, "k22-hovedstaden-byen", "overview")
    slides = Presentation(io.BytesIO(report.FORMATS[".pptx"](sheet)))
    said = " ".join(
        shape.text_frame.text
        for slide in slides.slides
        for shape in slide.shapes
        if shape.has_text_frame
    )
    assert WHY in said
    assert "475.593 mennesker\u00a0(skøn)" in said
    book = openpyxl.load_workbook(io.BytesIO(report.FORMATS[".xlsx"](sheet)))
    first, *tabs = book.worksheets
    assert any(WHY in str(row[0]) for row in first.iter_rows(values_only=True))
    for tab in tabs:
        written = [str(c.value) for row in tab.iter_rows() for c in row if c.value is not None]
        notes = [c.comment.text for row in tab.iter_rows() for c in row if c.comment]
        assert any("skøn" in text for text in (*written, *notes)), tab.title
        # It is seen in the cell of the number too, and the cell still holds a number.
        formats = {c.number_format for row in tab.iter_rows() for c in row if c.data_type == "n"}
        assert any('"' in shown and "skøn" in shown for shown in formats), tab.title


def test_whole_municipalities_make_no_estimates_of_real_figures(shipped: Warehouse) -> None:
    for area in ("k22-horsensklyngen", "r27-fyn", "k22-bornholm", "dk"):
        sheet = report.sheet_of(shipped, area, "overview")
        tables = [b for _, b in sheet.blocks() if isinstance(b, Table)]
        notes = {cell.note for t in tables for line in t.lines for cell in line.cells}
        assert "skøn" not in notes


def test_nobody_is_asked_to_learn_how_old_others_are_or_why_people_are_old(
    shipped: Warehouse,
) -> None:
    known = reference_of(shipped)
    neither = {
        str(row["short_da"])
        for row in known.indicators.values()
        if row["polarity"] == "neutral" or row["theme"] in ("population", "chronic")
    }
    people = {str(r["short_da"]) for r in known.indicators.values() if r["theme"] == "population"}
    seen = 0
    for area in (*known.known.areas["klynger-2022"], "r27-fyn", "0825", "dk"):
        for theme in THEMES:
            for question in questions(report.sheet_of(shipped, area, theme)):
                about = question.partition(":")[0].partition(",")[0]
                seen += LEARN in question
                assert not (LEARN in question and about in neither), question
                assert not (WHY_HERE in question and about in people), question
    assert seen > 10


def test_a_difference_has_its_unit_and_is_that_of_the_numbers(shipped: Warehouse) -> None:
    # 14.860 against 21.944: 14,9 and 21,9 when rounded, which are 7,0 apart.
    sheet = report.sheet_of(shipped, "k22-aarhusklyngen", "overview")
    lines = [
        line
        for _, block in sheet.blocks()
        if isinstance(block, Table)
        for line in block.lines
        if not line.is_group
    ]
    (absence,) = [line for line in lines if line.cells[0].text == "Højt skolefravær"]
    own, country, compared = (2, 4, 5)
    assert [absence.cells[at].text for at in (own, country)] == ["14,9", "21,9"]
    assert absence.cells[compared].text == "7,1 procentpoint lavere"
    for line in lines:
        said = line.cells[compared].text
        if said[0].isdigit():
            assert any(unit in said for unit in (" procentpoint ", " pr. 1.000 ", " pr. 100 ")), (
                said
            )


def test_growth_is_asked_about_in_words_and_only_where_it_differs(shipped: Warehouse) -> None:
    asked = questions(report.sheet_of(shipped, "k22-horsensklyngen", "elderly"))
    assert "ventes at vokse med 46\u00a0% i Hedensted og 63\u00a0% i Odder." in asked[1]
    assert not any("+" in question for question in asked)


def test_a_long_list_says_which_are_shown(shipped: Warehouse) -> None:
    notes = [
        block.note
        for _, block in report.sheet_of(shipped, "k22-bornholm", "elderly").blocks()
        if isinstance(block, Chart | Table)
    ]
    shown = [note for note in notes if "Vist er de 3 områder" in note]
    assert any("med de højeste og de 3 med de laveste tal" in note for note in shown)
    assert any("med den største og de 3 med den mindste vækst" in note for note in shown)
    assert not any("ende er vist" in note for note in notes)


def test_few_children_are_not_spoken_of_as_a_thousand(shipped: Warehouse) -> None:
    sheet = report.sheet_of(shipped, "0825", "children")
    said = next(block for _, block in sheet.blocks() if isinstance(block, Words)).items
    assert "190 børn og unge" in said[0]
    assert "ud af 100 børn" in said[1]
    assert "ud af 1.000" not in " ".join(said)


def test_a_question_about_days_for_every_1000_has_its_unit(delivered_path: Path) -> None:
    with warehouse.connect(delivered_path) as wh:
        sheet = report.sheet_of(wh, "k22-hovedstaden-byen", "elderly")
    asked = [q for q in questions(sheet) if q.startswith("Færdigbehandlingsdage")]
    assert asked
    assert all("pr. 1.000 borgere, 65 år og derover: København har" in q for q in asked)


def test_a_provisional_year_is_called_one_where_it_is_told(shipped: Warehouse) -> None:
    for theme in ("elderly",):
        told = [
            item
            for _, block in report.sheet_of(shipped, "k22-bornholm", theme).blocks()
            if isinstance(block, Words) and block.kind != "questions"
            for item in block.items
            if "jemmesygepleje: 42" in item or "sygeplejerske i hjemmet" in item
        ]
        assert any("2025 (foreløbigt)" in item for item in told), theme
        assert all("2025 (foreløbigt)" in item for item in told)
