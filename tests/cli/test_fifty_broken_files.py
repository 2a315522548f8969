"""``klyngeblik check`` on broken files names the cell that is wrong in each of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.cli.conftest import Run
from tests.reading.builders import (
    KEY_HEADINGS,
    YEARS,
    Row,
    codes,
    index_of,
    municipality_rows,
    statbank,
    workbook,
)

SAFE, TRUE = "DEMO_Aeldre_2025.xlsx", "DEMO_Boern_og_unge_2025.xlsx"
ADHD = {"measure": "ADHD", "topic": "Borgere", "unit": "Antal borgere", "age": "0-17 år"}
HEADINGS = [*KEY_HEADINGS, *map(str, YEARS)]
LETTERS = "ABCDEFGHIJKLMNOPQRS"
Where = tuple[int | None, str | None]


def place(column: int) -> str:
    return f"{HEADINGS[column]} ({LETTERS[column]})"


# --- a cell of a workbook -------------------------------------------------------------------------

CELLS: list[tuple[int, int, Any]] = [
    # row of the sheet, column, what stands there
    (4, 0, "Multisygdomme"),
    (5, 0, None),
    (9, 1, "Borgere"),
    (4, 2, "Kvarter"),
    (30, 2, None),
    (6, 4, "Kobenhavn"),
    (7, 4, "Atlantis"),
    (8, 4, None),
    (40, 4, "101 Ballerup by"),
    (6, 3, "Region Nordjylland"),
    (11, 5, "Promille"),
    (12, 5, None),
    (13, 6, "Alle køn"),
    (14, 6, "X"),
    (15, 7, "unge"),
    (16, 7, "79-65 år"),
    (17, 7, None),
    (4, 8, "12*"),
    (20, 9, "ca. 100"),
    (21, 10, "1.234"),
    (22, 11, "1 234"),
    (23, 12, "1\u2009234"),
    (24, 13, "12¹"),
    (25, 14, "NaN"),
    (26, 15, "inf"),
    (27, 16, "N/A"),
    (28, 17, dt.date(2025, 1, 1)),
    (29, 18, True),
    (30, 8, -5),
    (31, 9, 12.5),
    (32, 10, "<5"),
    (33, 11, "=SUM(I33:J33)"),
    (102, 18, "slut"),
]


@pytest.mark.parametrize(("row", "column", "content"), CELLS)
def test_a_cell_of_a_workbook(
    run: Run, tmp_path: Path, row: int, column: int, content: Any
) -> None:
    rows = municipality_rows(100)
    rows[row - 4][column] = content
    path = workbook(tmp_path / SAFE, rows)
    at = place(3 if column == 3 else column)
    assert wrong_places(run, path, "Hovedresultater") == {(row, at)}


# --- the rest of a workbook -----------------------------------------------------------------------

Edit = Callable[[Worksheet], Any]
#: A heading that is not the one it should be is wrong twice: one is missing, another is not known.
SHEETS: dict[str, tuple[Edit, *tuple[Where, ...]]] = {
    "a renamed column": (
        lambda s: s.__setitem__("E3", "Kommunenavn"),
        (3, "Kommunenavn (E)"),
        (3, "Kommune"),
    ),
    "a missing column": (lambda s: s.delete_cols(7), (3, "Køn")),
    "a new column": (lambda s: s.__setitem__("T3", "Note"), (3, "Note (T)")),
    "a value under no heading": (lambda s: s.__setitem__("T9", 7), (3, " (T)")),
    "a year too late": (lambda s: s.__setitem__("S3", "2031"), (3, "2031 (S)"), (3, "2025")),
    "a year too early": (lambda s: s.__setitem__("I3", "1999"), (3, "1999 (I)"), (3, "2015")),
    "a year left out": (lambda s: s.delete_cols(12), (3, "2018")),
    "a row twice": (
        lambda s: [s.cell(103, n, s.cell(9, n).value) for n in range(1, 20)],
        (103, None),
    ),
    "merged cells": (lambda s: s.merge_cells("J7:J9"), (7, "2016 (J)")),
    "an Excel error": (
        lambda s: (s["K9"].__setattr__("value", "#REF!"), s["K9"].__setattr__("data_type", "e")),
        (9, "2017 (K)"),
    ),
    "a municipality left out": (lambda s: s.delete_rows(60), (None, "Kommune")),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet(run: Run, tmp_path: Path, name: str) -> None:
    edit, *where = SHEETS[name]
    path = workbook(tmp_path / SAFE, municipality_rows(100))
    book = openpyxl.load_workbook(path)
    edit(book["Hovedresultater"])
    book.save(path)
    assert wrong_places(run, path, "Hovedresultater") == set(where)


def test_citizens_that_are_more_than_the_inhabitants(run: Run, tmp_path: Path) -> None:
    people = {"measure": "Befolkning", "topic": "Indbyggere", "unit": "Antal borgere"}
    rows: list[Row] = [*municipality_rows(40, **{**ADHD, **people}), *municipality_rows(7, **ADHD)]
    at = 99 + index_of(rows[99:], "Fanø")
    rows[at][10] = 41
    path = workbook(tmp_path / TRUE, rows)
    assert wrong_places(run, path, "Hovedresultater") == {(4 + at, "2017")}


# --- a table of Statistics Denmark ----------------------------------------------------------------

LINES: list[tuple[str, Where]] = [
    ("101;2025;12,5*", (7, "INDHOLD (C)")),
    ("101;2025;12.5", (7, "INDHOLD (C)")),
    ("101;2025;", (7, "INDHOLD (C)")),
    ("101;2025;-1", (7, "INDHOLD (C)")),
    ("101;2025;1001", (7, "INDHOLD (C)")),
    ("101;2025;1e9", (7, "INDHOLD (C)")),
    ("101;2031;12,5", (7, "TID (B)")),
    ("101;2025K2;12,5", (7, "TID (B)")),
    ("101;;12,5", (7, "TID (B)")),
    ("9101;2025;12,5", (7, "OMRÅDE (A)")),
    (";2025;12,5", (7, "OMRÅDE (A)")),
    ("101;2025;12,5;1", (7, None)),
]


@pytest.mark.parametrize(("line", "where"), LINES)
def test_a_line_of_a_table(run: Run, tmp_path: Path, line: str, where: Where) -> None:
    lines = [f"{code};2025;12,5" for code in codes()]
    lines[5] = line.replace("101", codes()[5], 1)
    assert wrong_places(run, statbank(tmp_path / "HJEMSYG_2025.csv", lines), None) == {where}


def wrong_places(run: Run, path: Path, sheet: str | None) -> set[Where]:
    result = run("check", path, "--json", "--warehouse", path.parent / "none")
    assert result.exit_code == 1, result.output
    errors = [f for f in json.loads(result.output) if f["severity"] == "error"]
    assert all(f["file"] == path.name and f["what_da"] and f["mend_en"] for f in errors)
    assert {f["sheet"] for f in errors} == {sheet}
    return {(f["row"], f["column"]) for f in errors}


def test_there_are_fifty_of_them() -> None:
    assert len(CELLS) + len(SHEETS) + len(LINES) + 1 >= 50
