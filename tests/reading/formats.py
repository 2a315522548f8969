"""One table in every format it may be delivered in, with its layout beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.ingest.readers import Package, read_package
from etl.layouts import load_layouts
from tests.reading.builders import codes, json_stat
from tests.reading.sheets import ods, xlsb

HEAD = """
id = "visits"
title = "Visits"
publisher = "Somebody"
licence = "CC BY 4.0"
made_safe_by = "publisher"
measure = "visits"
kind = "rate"
"""
LONG = "{ area = 'OMRÅDE', period = 'TID', value = 'INDHOLD' }"
SHEET = """published_from = "file"
known_duplicates = []
header_row = 1
sheet = "Tal"
columns = { measure = "", topic = "", level = "", region = "", municipality = "", unit = "", \
sex = "", age = "", area = "OMRÅDE"%s }
"""
#: Value of a cell, by area and year.
Figures = Callable[[str, int], Any]


def figure(code: str, year: int) -> float:
    return int(code) / 4 + (year - 2000)


def long_rows(figures: Figures) -> list[list[Any]]:
    return [[code, str(year), figures(code, year)] for code in codes() for year in (2024, 2025)]


def wide_rows(figures: Figures) -> list[list[Any]]:
    return [[code, *(figures(code, year) for year in (2024, 2025))] for code in codes()]


def layout(folder: Path, name: str, text: str) -> Path:
    pattern = name.replace("2025", r"(?P<edition>\d{4})").replace(".", r"\.")
    head = f"{HEAD}file = '{pattern}'\n{text}"
    (folder / "visits.toml").write_text(head, encoding="utf-8")
    return folder / name


def as_text(
    folder: Path, rows: Sequence[Sequence[Any]], *, delimiter: str, encoding: str, decimal: str
) -> Path:
    toml = json.dumps(delimiter)
    options = f'format = "csv"\ndelimiter = {toml}\nencoding = "{encoding}"\n'
    path = layout(folder, "visits_2025.txt", f'{options}decimal = "{decimal}"\ncolumns = {LONG}')
    lines = [["OMRÅDE", "TID", "INDHOLD"], *rows]
    text = "\r\n".join(
        delimiter.join(
            str(v).replace(".", decimal) if isinstance(v, float) else str(v) for v in row
        )
        for row in lines
    )
    path.write_bytes(text.encode(encoding))
    return path


def comma(folder: Path) -> Path:
    return as_text(folder, long_rows(figure), delimiter=",", encoding="utf-8", decimal=".")


def tab(folder: Path) -> Path:
    return as_text(folder, long_rows(figure), delimiter="\t", encoding="cp1252", decimal=",")


def semicolon(folder: Path) -> Path:
    return as_text(folder, long_rows(figure), delimiter=";", encoding="utf-8-sig", decimal=",")


def statbank(folder: Path, header: str, cells: Callable[[str], str]) -> Path:
    path = layout(folder, "visits_2025.csv", 'format = "statbank_csv"\n')
    lines = [f"{cells(a)};{t};{str(v).replace('.', ',')}" for a, t, v in long_rows(figure)]
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return path


def bulk_of_codes_and_texts(folder: Path) -> Path:
    name = dict(zip(codes(), municipality_names(), strict=True))
    return statbank(folder, "OMRÅDE_KODE;OMRÅDE;TID;INDHOLD", lambda a: f"{a};{name[a]}")


def bulk_of_texts(folder: Path) -> Path:
    name = dict(zip(codes(), municipality_names(), strict=True))
    return statbank(folder, "OMRÅDE;TID;INDHOLD", lambda a: name[a])


def bulk_of_codes_called_so(folder: Path) -> Path:
    return statbank(folder, "OMRÅDE_KODE;TID;INDHOLD", lambda a: a)


def municipality_names() -> list[str]:
    import geo

    return geo.municipalities()["name"].to_list()


def wide_csv(folder: Path) -> Path:
    path = layout(
        folder, "visits_2025.csv", "format = 'csv'\nheader_row = 3\ncolumns = { area = 'Kommune' }"
    )
    lines = [f"{a};{b};{c}".replace(".", ",") for a, b, c in wide_rows(figure)]
    path.write_text("\n".join(["Besøg", "", "Kommune;2024;2025", *lines]), encoding="utf-8")
    return path


def json_of_version(version: int) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = layout(folder, "visits_2025.json", 'format = "jsonstat"\n')
        dimensions = {"OMRÅDE": codes(), "ContentsCode": ["V"], "Tid": ["2024", "2025"]}
        values = [row[2] for row in long_rows(figure)]
        data = json_stat(dimensions, values, version=version)
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


def sparse_json(folder: Path) -> Path:
    path = json_of_version(2)(folder)
    data = json.loads(path.read_text("utf-8"))
    data["value"] = {str(n): value for n, value in enumerate(data["value"])}
    for dimension in data["dimension"].values():
        dimension["category"] = {"index": list(dimension["category"]["index"])}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def parquet(folder: Path) -> Path:
    path = layout(folder, "visits_2025.parquet", f"format = 'parquet'\ncolumns = {LONG}")
    rows = [(int(a), int(t), v) for a, t, v in long_rows(figure)]
    pl.DataFrame(rows, schema=["OMRÅDE", "TID", "INDHOLD"], orient="row").write_parquet(path)
    return path


def wide_parquet(folder: Path) -> Path:
    path = layout(folder, "visits_2025.parquet", "format = 'parquet'\ncolumns = { area = 'a' }")
    pl.DataFrame(wide_rows(figure), schema=["a", "2024", "2025"], orient="row").write_parquet(path)
    return path


def xlsx(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(path)
    return path


def a_workbook(ending: str, *, long: bool) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        text = SHEET % (', period = "TID", value = "INDHOLD"' if long else "")
        path = layout(folder, f"visits_2025.{ending}", f"format = 'workbook'\n{text}")
        head = ["OMRÅDE", "TID", "INDHOLD"] if long else ["OMRÅDE", "2024", "2025"]
        rows = [head, *(long_rows(figure) if long else wide_rows(figure))]
        return {"xlsx": xlsx, "ods": ods, "xlsb": xlsb}[ending](path, {"Om": [["x"]], "Tal": rows})

    return write


FORMATS: dict[str, Callable[[Path], Path]] = {
    "comma": comma,
    "tab, cp1252": tab,
    "semicolon, BOM": semicolon,
    "BULK of codes and texts": bulk_of_codes_and_texts,
    "BULK of texts": bulk_of_texts,
    "BULK of codes": bulk_of_codes_called_so,
    "csv with a column a year": wide_csv,
    "JSON-stat 1": json_of_version(1),
    "JSON-stat 2": json_of_version(2),
    "JSON-stat 2, sparse": sparse_json,
    "Parquet": parquet,
    "Parquet with a column a year": wide_parquet,
    "xlsx": a_workbook("xlsx", long=False),
    "xlsx, a row a number": a_workbook("xlsx", long=True),
    "ods": a_workbook("ods", long=False),
    "ods, a row a number": a_workbook("ods", long=True),
    "xlsb": a_workbook("xlsb", long=False),
    "xlsb, a row a number": a_workbook("xlsb", long=True),
}


def read(path: Path) -> Package:
    return read_package(path, load_layouts(path.parent))


def only_error(path: Path) -> Finding:
    with pytest.raises(PackageError) as caught:
        read(path)
    (found,) = caught.value.findings
    assert found.mend_en
    return found
