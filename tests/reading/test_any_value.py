"""Whatever stands in a cell is read as exactly that number, or refused at exactly that cell."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.findings import Finding, PackageError
from etl.ingest.readers import Package, read_package
from tests.reading.builders import KEY_HEADINGS, YEARS, codes, municipality_rows, workbook
from tests.reading.formats import (
    SHEET,
    a_workbook,
    as_text,
    figure,
    json_of_version,
    layout,
    read,
    wide_rows,
    xlsx,
)
from tests.reading.sheets import ods, xlsb
from tests.reading.test_damaged_bytes import FEW

MANY = settings(FEW, suppress_health_check=list(HealthCheck))
ROW = 5  # of the table's third municipality in a wide sheet is 4; of the fourth 5
HERE = codes()[3]

NUMBERISH = st.from_regex(r"[-+−]?[0-9]{1,7}([.,][0-9]{1,3}){0,2}[*¹²³)eE%]?[0-9]?", fullmatch=True)
SPACED = st.builds(
    lambda parts, space: space.join(parts),
    st.lists(st.from_regex(r"[0-9]{1,4}", fullmatch=True), min_size=2, max_size=4),
    st.sampled_from([" ", "\u00a0", "\u2007", "\u2009", "\u202f", "'", ".", ","]),
)
SPECIAL = st.sampled_from(
    (
        *("NaN", "nan", "inf", "-inf", "Infinity", "1e5", "1E400", "0x1F", "1_000", "½", "١٢"),
        *("-0", "+5", "--5", "5-", "(5)", "TRUE", "Sand", "#N/A", "#DIV/0!", "2025-01-01", "3:04"),
        *("9" * 400, "0." + "0" * 400 + "1", "=1+1", "12\u200b", "\ufeff12", "1\n2", "\t7", "7 "),
        *(".", "", " "),
    )
)
TEXTS = st.one_of(
    NUMBERISH, SPACED, SPECIAL, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
)


def tried(path: Path) -> tuple[Package | None, list[Finding]]:
    """Return what is read, or the errors."""
    try:
        return read(path), []
    except PackageError as error:
        return None, [found for found in error.findings if found.severity == "error"]


def exactly(path: Path, expected: float | None, row: int, *, blank: bool = False) -> None:
    """Assert that the odd cell is read as what it is, or refused where it stands.

    ``expected`` is the number it is, None when it is none; ``blank`` says that it may be empty.
    """
    package, errors = tried(path)
    if package is None:
        assert {found.row for found in errors} == {row}, errors
        return
    known = package.observations.filter(pl.col("row") == row, pl.col("period") == 2025)
    value, status = known.select("value", "status").row(0)
    if status == "ok":
        assert expected is not None
        assert value == pytest.approx(expected, rel=1e-15)  # openpyxl writes 16 digits
    else:
        assert blank, (status, value)


def danish(text: str) -> float | None:
    """Return the number a Dane means, without thousands marks and footnotes; None when unsure."""
    text = text.strip(" \t\r\n\u00a0\u2007\u2009\u202f")
    if not re.fullmatch(r"-?[0-9]+(,[0-9]+)?", text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


@MANY
@given(TEXTS)
@example("1.234")
@example("12¹")
def test_a_text_file(tmp_path: Path, text: str) -> None:
    rows = [[code, "2025", "1,5"] for code in codes()]
    rows[3][2] = '"' + text.replace('"', '""') + '"'
    path = as_text(tmp_path, rows, delimiter=";", encoding="utf-8", decimal=",")
    exactly(path, danish(text), ROW, blank=not text.strip())


@MANY
@given(st.one_of(TEXTS, st.text(st.sampled_from('0123456789,;"#\r\n\\ \t\x00'), max_size=6)))
@example('"1,5')
@example('1"5')
@example("1,5\r")
@example("1;")
def test_a_text_file_without_quotation_marks(tmp_path: Path, text: str) -> None:
    rows = [[code, "2025", "1,5"] for code in codes()]
    rows[3][2] = text
    path = as_text(tmp_path, rows, delimiter=";", encoding="utf-8", decimal=",")
    if re.search(r"[;\"\r\n]", text):  # more or fewer columns and rows than there should be
        package, _ = tried(path)
        meant = {1.5, None, danish(text.strip('"')), *map(danish, re.split(r"[\"\r\n;]+", text))}
        assert package is None or set(package.observations["value"]) <= meant
        assert package is None or package.observations.height == len(rows)
    else:
        exactly(path, danish(text), ROW, blank=not text.strip())


@MANY
@given(TEXTS)
@example("1.234.567,8*")
@example("1234.567")
def test_a_text_file_whose_layout_names_thousands_and_footnotes(tmp_path: Path, text: str) -> None:
    rows = [[code, "2025", "1,5"] for code in codes()]
    rows[3][2] = '"' + text.replace('"', '""') + '"'
    path = as_text(tmp_path, rows, delimiter=";", encoding="utf-8", decimal=",")
    toml = path.parent / "visits.toml"
    said = 'footnotes = ["*", "¹"]\nthousands = "."\ncolumns ='
    toml.write_text(toml.read_text("utf-8").replace("columns =", said), encoding="utf-8")
    plain = re.sub(r"\s*[*¹]+$", "", text.strip())
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", plain):
        plain = plain.replace(".", "")
    exactly(path, danish(plain), ROW, blank=not text.strip())


CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2100, 1, 1)),
    st.times(),
    st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)),
    st.none(),
)


def number_of(cell: Any) -> float | None:
    """Return the number a cell of a workbook is, None when it is something else."""
    if isinstance(cell, str):
        plain = cell.strip()
        return float(plain) if re.fullmatch(r"[-+]?[0-9]{1,15}", plain) else None
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return float(cell) if number else None


def with_cell(folder: Path, ending: str, cell: Any) -> Path:
    path = layout(folder, f"visits_2025.{ending}", f"format = 'workbook'\n{SHEET % ''}")
    rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
    rows[4][2] = cell
    return {"xlsx": xlsx, "ods": ods, "xlsb": xlsb}[ending](path, {"Tal": rows})


@MANY
@given(CELLS)
@example("121")
@example(True)
@example("=1+1")
def test_a_workbook(tmp_path: Path, cell: Any) -> None:
    if isinstance(cell, str) and re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", cell):
        return  # no XML may hold them
    blank = cell is None or (isinstance(cell, str) and cell.strip() in ("", ".."))
    exactly(with_cell(tmp_path, "xlsx", cell), number_of(cell), ROW, blank=blank)


@settings(MANY, max_examples=max(6, MANY.max_examples // 8))
@given(st.integers(3, 9), st.integers(0, 19), CELLS)
@example(3, 8, 2015)  # a year as a number
@example(4, 4, "Frederiksberg")
def test_a_cell_anywhere_in_a_package(tmp_path: Path, row: int, column: int, cell: Any) -> None:
    if isinstance(cell, str) and re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", cell):
        return
    rows = [[*KEY_HEADINGS, *map(str, YEARS)], *municipality_rows()]
    rows[row - 3][column : column + 1] = [cell]
    path = tmp_path / "DEMO_Aeldre_2025.xlsx"
    workbook(path, rows[1:], headings=rows[0])
    package = None
    with suppress(PackageError):
        package = read_package(path)
    if package is not None:
        read_rows = package.observations
        assert read_rows.height == 98 * len(YEARS)
        assert set(read_rows.filter(pl.col("row") != row)["value"]) == {100.0}
        assert read_rows["area_id"].n_unique() == 98


@pytest.mark.parametrize("ending", ["ods", "xlsb"])
def test_a_workbook_of_another_kind(tmp_path: Path, ending: str) -> None:
    # Trying them in a child process takes most of the time: many cells, but few cases.
    @settings(MANY, max_examples=max(4, MANY.max_examples // 10))
    @given(st.one_of(TEXTS, st.integers(-(10**15), 10**15), st.floats(0, 1e300)))
    def check(cell: Any) -> None:
        path = with_cell(tmp_path, ending, cell)
        blank = isinstance(cell, str) and cell.strip() in ("", "..")
        exactly(path, number_of(cell), ROW, blank=blank)

    check()


JSON_VALUES = st.one_of(TEXTS, st.integers(), st.floats(), st.booleans(), st.none())


@MANY
@given(JSON_VALUES)
def test_a_json_stat(tmp_path: Path, value: Any) -> None:
    path = json_of_version(2)(tmp_path)
    data = json.loads(path.read_text("utf-8"))
    data["value"][7] = value  # the fourth municipality in 2025
    path.write_text(json.dumps(data), encoding="utf-8")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        expected = float(value) if number and math.isfinite(value) else None
    except OverflowError:
        expected = None
    if isinstance(value, str):
        expected = 0.0 if value.strip() == "-" else number_of(value)  # "-" is the bank's zero
    if isinstance(value, str) or expected is not None or value is None:
        marks = ("", ".", "..", "x")  # no number, says the bank
        blank = value is None or (isinstance(value, str) and value.strip() in marks)
        exactly(path, expected, 8, blank=blank)
    else:  # no number that JSON knows: the data set is refused as a whole
        assert tried(path)[0] is None


def test_these_cases_can_be_read_at_all(tmp_path: Path) -> None:
    assert read(a_workbook("xlsx", long=False)(tmp_path)).observations.height == 196
