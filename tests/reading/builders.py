"""Small delivered files, right unless a test bends them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

import geo
from etl.ingest.readers import Package, read_package
from etl.ingest.readers.draft import draft
from etl.layouts import load_layouts

KEY_HEADINGS = (
    "Mål",
    "Emne",
    "Geografisk niveau",
    "Region",
    "Kommune",
    "Enhed",
    "Køn",
    "Alder",
)
YEARS = tuple(range(2015, 2026))
REGION_NAMES = {
    "reg07-hovedstaden": "Region Hovedstaden",
    "reg07-sjaelland": "Region Sjælland",
    "reg07-syddanmark": "Region Syddanmark",
    "reg07-midtjylland": "Region Midtjylland",
    "reg07-nordjylland": "Region Nordjylland",
}
MEASURE = ("Multisygdom", "Borgere med to eller flere kroniske sygdomme")
COUNT = "Antal personer"

Row = list[Any]


def row(
    level: str, region: str | None, kommune: str | None, values: Iterable[Any], **labels: str
) -> Row:
    """Return one row of ``Hovedresultater``."""
    return [
        labels.get("measure", MEASURE[0]),
        labels.get("topic", MEASURE[1]),
        level,
        region,
        kommune,
        labels.get("unit", COUNT),
        labels.get("sex", "Begge"),
        labels.get("age", "65 år og derover"),
        *values,
    ]


def municipality_rows(value: float | None = 100, **labels: str) -> list[Row]:
    """Return a row for each municipality, and Bornholm's second row of zeros."""
    rows = []
    for _, name, region in (
        geo.municipalities().select("municipality_id", "name", "region_2007").rows()
    ):
        rows.append(row("Kommuner", REGION_NAMES[region], name, [value] * len(YEARS), **labels))
        if name == "Bornholm":
            rows.append(row("Kommuner", REGION_NAMES[region], name, [0] * len(YEARS), **labels))
    return rows


def index_of(rows: Sequence[Row], kommune: str) -> int:
    """Return where the first row of a municipality stands."""
    return next(n for n, r in enumerate(rows) if r[4] == kommune)


def workbook(
    path: Path,
    rows: Sequence[Row],
    *,
    headings: Sequence[Any] | None = None,
    sheet: str = "Hovedresultater",
    date: Any = "28. november 2025",
    title: str = "Borgere på 65 år og derover",
    demo: bool = True,
) -> Path:
    """Write a workbook as the authority does: title area, headings in row 3, data from row 4."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "FORSIDE"
    cover["C6"] = title
    cover["D7"] = date
    if demo:
        cover["C9"] = "DEMO"
    data = book.create_sheet(sheet)
    data["A1"] = title
    for column, heading in enumerate(headings or (*KEY_HEADINGS, *map(str, YEARS)), start=1):
        data.cell(3, column, heading)
    for n, values in enumerate(rows, start=4):
        for column, value in enumerate(values, start=1):
            data.cell(n, column, value)
    for name in ("Dokumentation", "Opmærksomhedspunkter"):
        book.create_sheet(name)["A1"] = name
    book.save(path)
    return path


def statbank(path: Path, lines: Iterable[str], *, header: str = "OMRÅDE;TID;INDHOLD") -> Path:
    """Write a table as Statistics Denmark does: byte order mark, semicolons, CRLF."""
    path.write_bytes(("\r\n".join([header, *lines]) + "\r\n").encode("utf-8-sig"))
    return path


def codes() -> list[str]:
    """Return the 98 municipal codes as Statistics Denmark writes them."""
    return [code[1:] for code in geo.municipalities()["municipality_id"]]


def json_stat(
    dimensions: Mapping[str, Sequence[str]], values: Any, *, version: int = 2
) -> dict[str, Any]:
    """Return a JSON-stat data set, in the form of version 1 (as the bank gives it) or 2."""
    described = {
        name: {"label": name, "category": {"index": {code: n for n, code in enumerate(these)}}}
        for name, these in dimensions.items()
    }
    frame = {"id": list(dimensions), "size": [len(these) for these in dimensions.values()]}
    if version == 1:
        return {"dataset": {"dimension": {**described, **frame}, "value": values}}
    head = {"version": "2.0", "class": "dataset"}
    return {**head, **frame, "dimension": described, "value": values}


def drafted(path: Path) -> Package:
    """Draft a layout of a file and read the file with it."""
    folder = path.parent / "layouts"
    folder.mkdir()
    text = draft(path)
    (folder / "drafted.toml").write_text(text, encoding="utf-8")
    layouts = load_layouts(folder)
    if layouts.recognise(path.name) is None:  # the draft asks for a year in the name
        path = path.rename(path.with_name(f"{path.stem}_2025{path.suffix}"))
    return read_package(path, layouts)
