"""Whatever happened to a file on its way: read, or refused with a reason; never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.findings import PackageError
from etl.readers import read_package
from tests.reading.builders import codes, municipality_rows, statbank, workbook

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
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def damaged(data: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    for share, gone, instead in damage:
        at = int(len(data) * share)
        data = data[:at] + instead + data[at + gone :]
    return data


def read_or_refuse(path: Path) -> None:
    try:
        read_package(path)
        findings = None
    except PackageError as error:
        findings = error.findings
    assert findings != ()
    assert all(f.what and f.mend for f in findings or ())


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
    read_or_refuse(path)


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
