"""What looks empty and is not, and numbers no count can reach, are told in every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.ingest.readers import read_package
from tests.reading.builders import YEARS, codes, municipality_rows, workbook
from tests.reading.formats import (
    LONG,
    SHEET,
    as_text,
    figure,
    json_of_version,
    layout,
    long_rows,
    read,
    wide_rows,
    xlsx,
)
from tests.reading.sheets import Raw, ods, xlsb

UNSEEN = [" ", "   ", "\u00a0", "\u2009", "\u3000", "\u200b", "\ufeff", "\u2060", "\u00ad", "\t"]


def errors(path: Path) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        read(path)
    return [found for found in caught.value.findings if found.severity == "error"]


def delivered(folder: Path, ending: str, value: Any) -> Path:
    """Write the table with another value of Frederiksberg, 2025."""
    if ending in ("xlsx", "ods", "xlsb"):
        path = layout(folder, f"visits_2025.{ending}", f"format = 'workbook'\n{SHEET % ''}")
        rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
        rows[2][2] = value
        return {"xlsx": xlsx, "ods": ods, "xlsb": xlsb}[ending](path, {"Tal": rows})
    rows = long_rows(figure)
    rows[3][2] = value
    if ending == "json":
        path = json_of_version(2)(folder)
        data = json.loads(path.read_text("utf-8"))
        data["value"][3] = value
        path.write_text(json.dumps(data), encoding="utf-8")
    elif ending == "parquet":
        path = layout(folder, "visits_2025.parquet", f"format = 'parquet'\ncolumns = {LONG}")
        texts = [[*labels, str(number)] for *labels, number in rows]
        frame = pl.DataFrame(texts, schema=["OMRÅDE", "TID", "INDHOLD"], orient="row")
        frame.write_parquet(path)
    else:
        path = as_text(folder, rows, delimiter=";", encoding="utf-8", decimal=",")
    return path


FORMATS = ("xlsx", "ods", "xlsb", "csv", "json", "parquet")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("text", UNSEEN)
def test_a_cell_of_spaces_is_no_blank(tmp_path: Path, ending: str, text: str) -> None:
    (found,) = errors(delivered(tmp_path, ending, text))
    assert "looks empty" in found.what_en
    assert found.row is not None
    assert found.column is not None
    assert "tøm" not in found.mend_da


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "json"])
def test_an_empty_text_is_no_blank(tmp_path: Path, ending: str) -> None:
    (found,) = errors(delivered(tmp_path, ending, ""))
    assert "looks empty" in found.what_en


def test_nothing_between_two_delimiters_is_a_blank(tmp_path: Path) -> None:
    for nothing in ("", '""'):
        path = as_text(tmp_path, [[c, "2025", nothing or "1"] for c in codes()], **COMMA)
        toml = tmp_path / "visits.toml"
        toml.write_text('blank = "missing"\n' + toml.read_text("utf-8"), encoding="utf-8")
        assert set(read(path).observations["status"]) == {"missing" if nothing else "ok"}


COMMA: dict[str, str] = {"delimiter": ",", "encoding": "utf-8", "decimal": "."}


def test_a_line_of_spaces_below_a_table_is_no_row(tmp_path: Path) -> None:
    path = as_text(tmp_path, [*long_rows(figure), [" ", "  ", " "]], **COMMA)
    assert read(path).observations.height == 2 * len(codes())


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("number", [1e40, 1e300, 4e7])
def test_a_rate_no_count_can_reach(tmp_path: Path, ending: str, number: float) -> None:
    text = str(number) if ending == "parquet" else f"{number:.0f}" if ending == "csv" else number
    if ending == "parquet":
        text = f"{number:.0f}"
    (found,) = errors(delivered(tmp_path, ending, text))
    assert "larger than any count in Denmark" in found.what_en
    assert "0000" not in found.what_en


@pytest.mark.parametrize(("people", "says"), [(1e300, "unit allows"), (10_000_001, "unit allows")])
def test_more_people_than_there_are(tmp_path: Path, people: float, says: str) -> None:
    rows = municipality_rows()
    rows[5][8] = people
    path = workbook(tmp_path / "DEMO_Aeldre_2025.xlsx", rows)
    with pytest.raises(PackageError) as caught:
        read_package(path)
    (found,) = [one for one in caught.value.findings if one.severity == "error"]
    assert says in found.what_en
    assert (found.row, found.column) == (9, f"{YEARS[0]} (I)")


def test_more_contacts_than_days(tmp_path: Path) -> None:
    labels = {"measure": "Kontakter", "unit": "Antal kontakter", "age": "Alle aldre"}
    rows = municipality_rows(3_700_000_000, topic="Almen praksis", **labels)  # type: ignore[arg-type]
    path = workbook(tmp_path / "DEMO_Populationsoverblik_2025.xlsx", rows)
    with pytest.raises(PackageError, match="larger than any count in Denmark"):
        read_package(path)


# --- OpenDocument ---------------------------------------------------------------------------------


def test_cells_of_many_kinds_of_numbers_are_read(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="currency" office:value="7.5"/>'
    path = delivered(tmp_path, "ods", Raw(cell))
    here = read(path).observations.filter(area_id="0147", period=2025)
    assert here["value"].to_list() == [7.5]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('office:value-type="percentage" office:value="0.5"', "shown in per cent"),
        ('office:value-type="float"', "value is not there"),
        ('office:value-type="float" office:value=""', "value is not there"),
        ('office:value-type="float" office:value="1,5"', "'1,5' is not a number"),
        ('office:value-type="boolean" office:boolean-value="true"', "'TRUE' is not a number"),
        ('office:value-type="date" office:date-value="2025-01-01"', "'2025-01-01' is not"),
        ('office:value-type="string" office:string-value=" "', "looks empty"),
        ('office:value-type="string"', "looks empty"),
        ('table:formula="of:=1"', "never been worked out"),
    ],
)
def test_an_opendocument_cell_that_is_no_number(tmp_path: Path, cell: str, says: str) -> None:
    path = delivered(tmp_path, "ods", Raw(f"<table:table-cell {cell}/>"))
    (found,) = errors(path)
    assert says in found.what_en
    assert (found.row, found.column) == (3, "2025 (C)")
