"""What is hidden stays hidden on paper, on slides and in the workbook; and is worded."""

from __future__ import annotations

import io
import zipfile

import duckdb
import pytest

import report
import warehouse
from report.model import Chart, Table
from tests.report.reading import Paper
from tests.warehouse import synthetic
from warehouse import Warehouse

AREA = "k22-horsensklyngen"
#: A number found nowhere else: were it shown in any form, it would be found.
SECRET = 7777.0


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse that breaks its contract: hidden rows still hold their numbers."""
    path = synthetic.write(tmp_path_factory.mktemp("leaky") / "leaky.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(
            "UPDATE measures SET value = ?, lower = ?, upper = ?, count = ? "
            # What a number is compared with comes without its status; the query layer's affair.
            "WHERE status <> 'ok' AND area_id NOT IN ('dk', 'reg07-midtjylland')",
            [SECRET] * 4,
        )
    return warehouse.connect(path)


def unpacked(made: bytes) -> str:
    """Every part of an Office file as text, the workbooks inside charts too."""
    out = ""
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        for name in parts.namelist():
            inner = parts.read(name)
            out += unpacked(inner) if name.endswith(".xlsx") else inner.decode("utf-8", "replace")
    return out


@pytest.mark.parametrize("theme", ["overview", "elderly", "children"])
def test_a_small_warehouse_with_holes_still_gives_two_pages(small: Warehouse, theme: str) -> None:
    assert len(Paper(report.sheet(small, AREA, theme)).reader.pages) == 2


@pytest.mark.parametrize("area", [AREA, "0615", "k22-hovedstaden-nord"])
def test_no_hidden_number_is_in_any_format(leaky: Warehouse, area: str) -> None:
    content = report.sheet_of(leaky, area, "overview")
    text = Paper(report.FORMATS[".pdf"](content)).text
    assert "7777" not in text
    assert "7.777" not in text
    for ending in (".pptx", ".xlsx"):
        inside = unpacked(report.FORMATS[ending](content))
        assert "7777" not in inside
        assert "7.777" not in inside


def test_a_hidden_number_is_worded_and_has_no_bar(small: Warehouse) -> None:
    seen = 0
    for area in small.sql("SELECT area_id FROM areas")["area_id"]:
        for _, block in report.sheet_of(small, area, "overview").blocks():
            if isinstance(block, Chart):
                for series in block.series:
                    for point in series.points:
                        if point.value is None:
                            seen += 1
                            assert point.lower is None
                            assert point.text.startswith(("Skjult", "Ikke oplyst"))
            elif isinstance(block, Table):
                for line in block.lines:
                    if len(line.cells) > 2 and line.cells[2].value is None:
                        seen += 1
                        assert line.cells[2].text.startswith(("Skjult", "Ikke oplyst", "–"))
    assert seen
