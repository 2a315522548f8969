"""Exports on the way: in pieces, stopped, and on a disk that will not have them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal
from starlette.applications import Starlette

from dashboard import opendata
from dashboard.opendata.figures import BOUNDARIES, FIGURES
from tests.dashboard.asgi_client import get
from warehouse import EmptySelectionError, ExportError, SelectionError, Warehouse
from warehouse.export import batches, dataset, files
from warehouse.export.query import Selection, extract, resolve
from warehouse.export.recipe import Recipe

KINDS = ("parquet", "csv", "xlsx")


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_ROWS", 20)
    monkeypatch.setattr(batches, "_FIRST_ROWS", 5)


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("asked", [{}, {"theme": "chronic", "status": "ok"}, {"period": 2022}])
def test_pieces_in_a_row_are_the_whole(
    small: Warehouse, tmp_path: Path, asked: dict[str, str]
) -> None:
    selection = Selection.of(**asked)  # type: ignore[arg-type]
    path = tmp_path / "p.parquet"
    files.write(small, selection, path)
    frame = extract(small, selection)
    assert pq.ParquetFile(path).num_row_groups > 1
    assert_frame_equal(pl.read_parquet(path), frame)
    plan = batches.plan(small, resolve(small, selection))
    assert sum(piece.rows for piece in plan.pieces) == plan.rows == frame.height


@pytest.mark.usefixtures("in_small_pieces")
def test_the_first_bytes_leave_before_the_rows_are_read(
    small: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []
    fetch = batches._fetch
    monkeypatch.setattr(batches, "_fetch", lambda *a: fetched.append(1) or fetch(*a))  # type: ignore[func-returns-value]
    parts = files.stream(small, Selection(), "parquet")
    assert next(parts) == b"PAR1"
    assert fetched == []
    next(parts)
    # no more than the next two pieces are ever ahead of the reader
    assert len(fetched) <= 3
    parts.close()  # type: ignore[attr-defined]


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("kind", KINDS)
def test_progress_counts_up_to_all_rows(small: Warehouse, tmp_path: Path, kind: str) -> None:
    told: list[tuple[int, int]] = []
    rows = files.write(
        small, Selection(), tmp_path / f"o.{kind}", progress=lambda *step: told.append(step)
    )
    assert told == sorted(told)
    assert told[0] == (0, rows)
    assert told[-1] == (rows, rows)
    assert len(told) > 3


@pytest.mark.usefixtures("in_small_pieces")
@pytest.mark.parametrize("kind", KINDS)
def test_stopped_half_way_leaves_what_was_there(
    small: Warehouse, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"o.{kind}"
    path.write_text("before")

    def stop(done: int, rows: int) -> None:
        if done > rows // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write(small, Selection(), path, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        dataset.write(small, Recipe(partition=("period",)), tmp_path / "set", progress=stop)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 kB, where this machine lets us have one."""
    place = tmp_path / "tiny"
    place.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(call, check=False, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_full_disk_is_told_and_left_clean(small: Warehouse, tiny_disk: Path, kind: str) -> None:
    path = tiny_disk / f"o.{kind}"
    with pytest.raises(ExportError, match="disk is full"):
        files.write(small, Selection(), path)
    with pytest.raises(ExportError, match="disk is full"):
        dataset.write(small, Recipe(partition=("period",)), tiny_disk / "set")
    assert list(tiny_disk.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_fills_up_in_any_file_is_told(
    small: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def full(*_: object) -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(files.Job, "parts", full)
    with pytest.raises(ExportError, match="disk is full"):
        files.write(small, Selection(), tmp_path / f"o.{kind}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_one_may_not_write_in_is_told(
    small: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(files, "TemporaryDirectory", forbidden)
    with pytest.raises(ExportError, match="permission denied"):
        files.write(small, Selection(), tmp_path / "o.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_says_what_is_wrong_before_its_first_byte(small: Warehouse, kind: str) -> None:
    with pytest.raises(EmptySelectionError, match="No rows fit"):
        files.stream(small, Selection.of(period=1999), kind)
    with pytest.raises(SelectionError, match="Horsens"):
        files.stream(small, Selection.of(area="Horzens"), kind)
    with pytest.raises(ExportError, match="parquet"):
        files.stream(small, Selection(), "pdf")


@pytest.mark.parametrize("ending", [*FIGURES, *(f"boundaries.{ending}" for ending in BOUNDARIES)])
def test_every_file_has_an_address(mapped_path: Path, ending: str) -> None:
    app = Starlette(routes=opendata.routes(mapped_path))
    recipe = Recipe(Selection.of(area=["0615", "dk"], period="2022:"), wide=True)
    answer = get(app, opendata.address(recipe, ending))
    assert answer.status == 200
    assert f'filename="klyngeblik.{ending}"' in answer.headers["content-disposition"]
    assert len(answer.content) > 100


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("parquet?area=Horzens", 400, "Horsens"),
        ("csv?period=i+går", 400, "not a year"),
        ("xlsx?period=1999", 404, "No rows fit"),
        ("pdf", 404, "Did you mean: figures."),
    ],
)
def test_a_wrong_address_is_answered_in_a_sentence(
    small_path: Path, query: str, status: int, said: str
) -> None:
    answer = get(Starlette(routes=opendata.routes(small_path)), f"/data/v1/figures.{query}")
    assert answer.status == status
    assert said in answer.text


def test_no_warehouse_yet_is_answered(tmp_path: Path) -> None:
    app = Starlette(routes=opendata.routes(tmp_path / "none.duckdb"))
    assert get(app, "/data/v1/figures.csv").status == 503


@pytest.fixture
def mapped_path(tmp_path: Path, small_path: Path) -> Path:
    path = tmp_path / "mapped.duckdb"
    path.write_bytes(small_path.read_bytes())
    with duckdb.connect(str(path)) as con:
        con.execute(
            "INSERT INTO boundaries SELECT 'kommuner', '0615', "
            "from_hex('010100000000000000000022400000000000804B40'), 'Kort'"
        )
    return path
