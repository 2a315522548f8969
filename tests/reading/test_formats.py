"""One table in every format it may be delivered in: the same observations, or the same refusal."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.layouts import LayoutError, load_layouts
from etl.readers import Package, load_folder, read_package
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


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_table_in_every_format(tmp_path: Path, name: str) -> None:
    rows = read(FORMATS[name](tmp_path)).observations
    found = {(a, p): v for a, p, v in rows.select("area_id", "period", "value").rows()}
    assert found == {
        (f"0{code}", year): figure(code, year) for code in codes() for year in (2024, 2025)
    }
    assert set(rows["kind"]) == {"rate"}


def test_a_folder_takes_json_and_parquet_only_where_a_layout_knows_them(tmp_path: Path) -> None:
    path = parquet(tmp_path)
    (tmp_path / "boundaries.json").write_text("{}", encoding="utf-8")
    (tmp_path / "kommuner.parquet").write_bytes(b"")
    loaded = load_folder(tmp_path, load_layouts(tmp_path))
    assert [p.info.file for p in loaded.packages] == [path.name]
    assert loaded.findings == ()


# --- numbers with signs ---------------------------------------------------------------------------


def with_numbers(folder: Path, text: str, extra: str) -> Path:
    rows = [[code, "2025", "10"] for code in codes()]
    rows[2][2] = text
    path = as_text(folder, rows, delimiter=";", encoding="utf-8", decimal=",")
    toml = folder / "visits.toml"
    toml.write_text(f"{extra}\n{toml.read_text('utf-8')}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "extra", "number"),
    [
        ("12¹", "footnotes = ['¹', '*']", 12),
        ("12,5 *", "footnotes = ['¹', '*']", 12.5),
        ("12¹*", "footnotes = ['¹', '*']", 12),
        ("1.234", "thousands = '.'", 1234),
        ("1.234.567,5", "thousands = '.'", 1_234_567.5),
        ("1 234", "thousands = ' '", 1234),
        ("1\u2009234", "thousands = ' '", 1234),
        ("1\u202f234\u00a0567", "thousands = ' '", 1_234_567),
        ("1\u00a0234¹", "thousands = ' '\nfootnotes = ['¹']", 1234),
        ("12", "thousands = ' '\nfootnotes = ['¹']", 12),
    ],
)
def test_signs_that_the_layout_names(tmp_path: Path, text: str, extra: str, number: float) -> None:
    rows = read(with_numbers(tmp_path, text, extra)).observations
    assert rows["value"][2] == number
    assert rows["value"][3] == 10


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("12¹", ""),
        ("12*", ""),
        ("1.234", ""),
        ("1\u2009234", ""),
        ("12²", "footnotes = ['¹']"),
        ("¹12", "footnotes = ['¹']"),
        ("12*5", "footnotes = ['*']"),
        ("*", "footnotes = ['*']"),
        ("1.23", "thousands = '.'"),
        ("12.34.567", "thousands = '.'"),
        ("1234.567", "thousands = '.'"),
        ("1 2345", "thousands = ' '"),
        ("1.234", "thousands = ' '"),
    ],
)
def test_signs_that_it_does_not_name_are_refused(tmp_path: Path, text: str, extra: str) -> None:
    with pytest.raises(PackageError) as caught:
        read(with_numbers(tmp_path, text, extra))
    (found,) = caught.value.findings
    assert (found.row, found.column) == (4, "INDHOLD (C)")
    assert repr(text) in found.what_en


def test_signs_in_a_workbook(tmp_path: Path) -> None:
    path = a_workbook("xlsx", long=False)(tmp_path)
    rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
    rows[1][1:], rows[2][1:], rows[3][1:] = ["12¹", 3], ["1\u2009234", "4*"], ["17", None]
    xlsx(path, {"Tal": rows})
    with pytest.raises(PackageError) as caught:
        read(path)
    assert [(f.row, f.column) for f in caught.value.findings] == [
        (2, "2024 (B)"),
        (3, "2024 (B)"),
        (3, "2025 (C)"),
    ]
    toml = tmp_path / "visits.toml"
    extra = "thousands = ' '\nfootnotes = ['¹', '*']\n"
    toml.write_text(extra + toml.read_text("utf-8"), encoding="utf-8")
    found = read(path).observations
    values = found.filter(pl.col("row") <= 4).sort("row", "period")["value"].to_list()
    assert values == [12, 3, 1234, 4, 17, None]


@pytest.mark.parametrize("sign", ["1", " ", ",", ".", "-", "*1", ""])
def test_a_sign_that_could_be_part_of_a_number_is_no_footnote(tmp_path: Path, sign: str) -> None:
    with pytest.raises(LayoutError, match="footnotes"):
        load_layouts(with_numbers(tmp_path, "1", f"footnotes = ['{sign}']").parent)


# --- what is wrong with a text, a JSON-stat, a Parquet file ---------------------------------------


def only_error(path: Path) -> Finding:
    with pytest.raises(PackageError) as caught:
        read(path)
    (found,) = caught.value.findings
    assert found.mend_en
    return found


def test_another_delimiter_than_the_layout_says(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace(";", "\t"), encoding="utf-8")
    assert "not separated by ';' but by '\\t'" in only_error(path).what_en


def test_a_heading_that_stands_twice(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace("TID", "OMRÅDE", 1), encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        read(path)
    assert any(f.column == "OMRÅDE (B)" and "2 times" in f.what_en for f in caught.value.findings)


def test_a_name_without_a_year(tmp_path: Path) -> None:
    path = semicolon(tmp_path)
    toml = tmp_path / "visits.toml"
    toml.write_text(toml.read_text("utf-8").replace(r"\d{4}", r"\w+"), encoding="utf-8")
    path = path.rename(tmp_path / "visits_ny.txt")
    assert "'ny', which does not begin with a year" in only_error(path).what_en


def test_rows_that_are_not_wanted_are_left_out_and_counted(tmp_path: Path) -> None:
    path = layout(
        tmp_path,
        "visits_2025.csv",
        "format = 'statbank_csv'\nkeep = { TYPE = ['I alt'] }\n",
    )
    lines = [f"{c};{t};2025;{n}" for c in codes() for t, n in (("I alt", 3), ("Akut", 1))]
    path.write_text("\n".join(["OMRÅDE;TYPE;TID;INDHOLD", *lines]), encoding="utf-8")
    package = read(path)
    assert set(package.observations["value"]) == {3}
    assert any("98" in f.what_en and "keep" in f.what_en for f in package.findings)


def changed_json(folder: Path, **parts: Any) -> Path:
    path = json_of_version(2)(folder)
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(data | parts), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"value": [1.0] * 5}, "5 values where its dimensions make 196 cells"),
        ({"value": {"500": 1.0}}, "1 values where"),
        ({"value": None}, "no values where"),
        ({"value": [True] * 196}, "place 1 is neither a number nor a mark"),
        ({"value": [float("nan")] * 196}, "not whole JSON"),
        ({"size": [98, 1, 3]}, "'Tid' does not have the categories"),
        ({"id": ["OMRÅDE"]}, "does not say its dimensions"),
        ({"dimension": []}, "no dimensions"),
        ({"status": ["x"] * 7}, "7 statuss where"),
    ],
)
def test_a_json_stat_that_does_not_fit_itself(
    tmp_path: Path, parts: dict[str, Any], what: str
) -> None:
    assert what in only_error(changed_json(tmp_path, **parts)).what_en


def test_a_json_stat_that_claims_to_be_huge(tmp_path: Path) -> None:
    many = [str(n) for n in range(5000)]
    path = json_of_version(2)(tmp_path)
    data = json_stat({"OMRÅDE": many, "ContentsCode": many, "Tid": ["2025"]}, [])
    path.write_text(json.dumps(data), encoding="utf-8")
    assert "25,000,000 cells" in only_error(path).what_en


def test_marks_of_a_json_stat(tmp_path: Path) -> None:
    values: list[Any] = [row[2] for row in long_rows(figure)]
    values[0], values[1], values[2] = None, None, ".."
    path = changed_json(tmp_path, value=values, status={"0": "x", "5": "p"})
    rows = read(path).observations
    assert rows["status"].to_list()[:4] == ["suppressed_by_source", "missing", "missing", "ok"]
    assert rows["row"].to_list()[:3] == [1, 2, 3]


def test_a_json_that_is_something_else(tmp_path: Path) -> None:
    path = json_of_version(1)(tmp_path)
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert "no JSON-stat data set" in only_error(path).what_en
    path.write_text("[" * 100_000, encoding="utf-8")
    assert "not whole JSON" in only_error(path).what_en


def test_parquet_with_something_else_than_numbers(tmp_path: Path) -> None:
    path = parquet(tmp_path)
    frame = pl.read_parquet(path)
    frame.with_columns(pl.date(2025, 1, 1).alias("INDHOLD")).write_parquet(path)
    with pytest.raises(PackageError) as caught:
        read(path)
    first = caught.value.findings[0]
    assert (first.row, first.column) == (1, "INDHOLD (C)")
    assert "'2025-01-01' is not a number" in first.what_en
    frame.with_columns(pl.concat_list("INDHOLD").alias("INDHOLD")).write_parquet(path)
    assert "holds no plain values" in only_error(path).what_en


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0])
def test_parquet_with_impossible_numbers(tmp_path: Path, number: float) -> None:
    path = parquet(tmp_path)
    frame = pl.read_parquet(path).with_row_index()
    changed = pl.when(pl.col("index") == 3).then(number).otherwise("INDHOLD").alias("INDHOLD")
    frame.with_columns(changed).drop("index").write_parquet(path)
    found = only_error(path)
    assert (found.row, found.column) == (4, "INDHOLD (C)")


def test_an_ods_that_repeats_a_value_without_end(tmp_path: Path) -> None:
    path = a_workbook("ods", long=False)(tmp_path)
    rows = [["OMRÅDE", "2024", "2025"], *wide_rows(figure)]
    ods(path, {"Tal": rows})
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    cell = 'office:value="49.25"'
    content = content.replace(cell, f'{cell} table:number-columns-repeated="2000000000"', 1)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert "far beyond any figures" in only_error(path).what_en
