"""Whatever happened to a file on its way: read, or refused with a reason; never a traceback."""

from __future__ import annotations

import io
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.findings import PackageError
from etl.ingest.readers import Package, read_package
from etl.ingest.readers.draft import draft
from etl.layouts import load_layouts
from tests.reading.builders import YEARS, codes, json_stat, municipality_rows, statbank, workbook
from tests.reading.sheets import ods, xlsb

#: Where (as a share of the file), how many bytes go, and what comes instead.
DAMAGE = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b"&", b";", b'"', b"\n", b"\xff"])),
    ),
    min_size=1,
    max_size=5,
)
FEW = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def damaged(data: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    for share, gone, instead in damage:
        at = int(len(data) * share)
        data = data[:at] + instead + data[at + gone :]
    return data


LAYOUTS = """
title = "Visits"
publisher = "Somebody"
licence = "CC BY 4.0"
kind = "rate"
measure = "visits"
"""


def read_or_refuse(path: Path) -> Package | None:
    package = None
    layouts = load_layouts(path.parent) if list(path.parent.glob("*.toml")) else load_layouts()
    try:
        package = read_package(path, layouts)
        findings = None
    except PackageError as error:
        findings = error.findings
    assert findings != ()
    assert all(f.what_en and f.mend_en for f in findings or ())
    with suppress(PackageError):
        assert draft(path)
    return package


def with_layout(folder: Path, format_: str, name: str, columns: str) -> Path:
    pattern = name.replace("2025", r"(?P<edition>\d{4})").replace(".", r"\.")
    text = f"id = 'visits'\nfile = '{pattern}'\nformat = '{format_}'\n{LAYOUTS}{columns}"
    (folder / "visits.toml").write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture(scope="module")
def whole_workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "DEMO_Aeldre_2025.xlsx"
    return workbook(path, municipality_rows()).read_bytes()


@FEW
@given(DAMAGE)
@example([(0.9, 40, b"")])
def test_a_damaged_table(tmp_path: Path, damage: list[tuple[float, int, bytes]]) -> None:
    path = statbank(tmp_path / "HJEMSYG_2025.csv", [f"{code};2025;12,5" for code in codes()])
    path.write_bytes(damaged(path.read_bytes(), damage))
    read_or_refuse(path)


@FEW
@given(DAMAGE)
def test_a_damaged_workbook(
    tmp_path: Path, whole_workbook: bytes, damage: list[tuple[float, int, bytes]]
) -> None:
    path = tmp_path / "DEMO_Aeldre_2025.xlsx"
    path.write_bytes(damaged(whole_workbook, damage))
    package = read_or_refuse(path)
    if package is not None:  # what was damaged holds no figures
        rows = package.observations
        assert rows.height == 98 * len(YEARS)
        assert set(rows["value"]) == {100.0}


def test_a_digit_changed_on_the_way(tmp_path: Path, whole_workbook: bytes) -> None:
    path = tmp_path / "DEMO_Aeldre_2025.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(whole_workbook)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert read_or_refuse(path) is not None
    path.write_bytes(path.read_bytes().replace(b"<v>100</v>", b"<v>900</v>", 1))
    assert read_or_refuse(path) is None


@FEW
@given(
    DAMAGE,
    st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"]),
)
def test_a_workbook_with_a_damaged_part(
    tmp_path: Path, whole_workbook: bytes, damage: list[tuple[float, int, bytes]], part: str
) -> None:
    path = tmp_path / "DEMO_Aeldre_2025.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(whole_workbook)) as source,
        zipfile.ZipFile(path, "w") as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, damaged(data, damage) if name == part else data)
    read_or_refuse(path)


@FEW
@given(DAMAGE)
def test_a_damaged_json_stat(tmp_path: Path, damage: list[tuple[float, int, bytes]]) -> None:
    path = with_layout(tmp_path, "jsonstat", "visits_2025.json", "")
    whole = json_stat({"OMRÅDE": codes(), "Tid": ["2024", "2025"]}, [1.5] * 196)
    path.write_bytes(damaged(json.dumps(whole).encode(), damage))
    read_or_refuse(path)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@FEW
@given(
    st.sampled_from(["id", "size", "value", "status", "dimension", "class", "OMRÅDE", "index"]),
    JSON,
)
@example("size", [98, 3.0])
@example("value", {"-1": 1.0})
@example("value", {"1e9": 1.0})
@example("index", {"101": 10**400})
@example("index", {"101": True, "147": False})
def test_a_json_stat_with_a_part_of_another_shape(tmp_path: Path, part: str, other: Any) -> None:
    path = with_layout(tmp_path, "jsonstat", "visits_2025.json", "")
    whole = json_stat({"OMRÅDE": codes(), "Tid": ["2024", "2025"]}, [1.5] * 196)
    if part == "OMRÅDE":
        whole["dimension"][part] = other
    elif part == "index":
        whole["dimension"]["OMRÅDE"]["category"][part] = other
    else:
        whole[part] = other
    path.write_text(json.dumps(whole), encoding="utf-8")
    read_or_refuse(path)


@FEW
@given(DAMAGE)
@example([(0.3341852936031615, 13, b"C")])  # polars' own reader panics
@example([(0.18752104486048982, 36, b"\xd8\x84")])
def test_a_damaged_parquet(tmp_path: Path, damage: list[tuple[float, int, bytes]]) -> None:
    columns = "columns = { area = 'kommune', period = 'year', value = 'n' }\n"
    path = with_layout(tmp_path, "parquet", "visits_2025.parquet", columns)
    buffer = io.BytesIO()
    pl.DataFrame({"kommune": codes(), "year": 2025, "n": 1.5}).write_parquet(buffer)
    path.write_bytes(damaged(buffer.getvalue(), damage))
    read_or_refuse(path)


@settings(FEW, max_examples=max(4, FEW.max_examples // 10))
@given(DAMAGE, st.sampled_from(["ods", "xlsb"]))
def test_a_damaged_workbook_of_another_kind(
    tmp_path: Path, damage: list[tuple[float, int, bytes]], kind: str
) -> None:
    columns = "sheet = 'Tal'\n[columns]\narea = 'Kommune'\n"
    columns = "published_from = 'file'\nknown_duplicates = []\nheader_row = 1\n" + columns + NO_KEYS
    path = with_layout(tmp_path, "workbook", f"visits_2025.{kind}", columns)
    rows = [["Kommune", "2025"], *([code, 1.5] for code in codes())]
    (ods if kind == "ods" else xlsb)(path, {"Tal": rows})
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            inner = name == "content.xml" or name.endswith("sheet1.bin")
            target.writestr(name, damaged(data, damage) if inner else data)
    read_or_refuse(path)


NO_KEYS = "".join(
    f"{role} = ''\n"
    for role in ("measure", "topic", "level", "region", "municipality", "unit", "sex", "age")
)
