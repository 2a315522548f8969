from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

import warehouse
from tests.warehouse import synthetic
from warehouse import schema


def test_many_threads_read_at_once(small: warehouse.Warehouse) -> None:
    def rows(year: int) -> int:
        return small.sql("SELECT * FROM measures WHERE period = ?", [year]).height

    expected = [sum(row["period"] == y for row in synthetic.measures()) for y in synthetic.YEARS]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(rows, synthetic.YEARS * 20))
    assert got == expected * 20


def test_a_replaced_file_is_noticed(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    with warehouse.connect(path) as wh:
        before = wh.staying()
        assert wh.staying() is before
        with wh.cursor() as cursor:
            synthetic.write(path, {"fingerprint": "new"})
            fingerprint = "SELECT value FROM meta WHERE key = 'fingerprint'"
            assert wh.sql(fingerprint).item() == "new"
            # What has begun on the old file ends on it.
            assert cursor.execute(fingerprint).fetchone() == ("abc",)
        assert wh.staying() is not before
        # What stays with the old file goes on reading it.
        assert before.sql(fingerprint).item() == "abc"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="lists open files on Linux")
def test_a_replaced_file_is_let_go(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    with warehouse.connect(path) as wh:
        for _ in range(3):
            synthetic.write(path)
            wh.sql("SELECT 1")
        links = [fd.readlink() for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]
        assert sum(link.name.startswith("w.duckdb") for link in links) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO 'x.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "ATTACH 'other.duckdb' AS other",
        "SET enable_external_access = true",
        "DELETE FROM measures",
        "SELECT * FROM a_frame",
    ],
)
def test_a_query_sees_the_warehouse_and_nothing_else(
    small: warehouse.Warehouse, statement: str
) -> None:
    a_frame = small.sql("SELECT 1 AS x")
    assert a_frame.height == 1
    with pytest.raises(duckdb.Error), small.cursor() as cursor:
        cursor.sql(statement).fetchall()


def test_no_warehouse_yet_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(warehouse.WarehouseMissingError, match="klyngeblik build"):
        warehouse.connect(tmp_path / "none.duckdb")


def test_a_warehouse_of_another_version_is_refused(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb", {"schema_version": "999"})
    with pytest.raises(warehouse.WarehouseError, match=r"version 999.*build"):
        warehouse.connect(path)


def test_one_of_an_earlier_version_is_opened_only_where_that_is_asked_for(tmp_path: Path) -> None:
    version = schema.EARLIER_VERSIONS[-1]
    path = synthetic.write(tmp_path / "w.duckdb", {"schema_version": str(version)})
    with pytest.raises(warehouse.WarehouseError, match=f"version {version}.*build"):
        warehouse.connect(path)
    with warehouse.connect(path, earlier=True) as old:
        assert len(old.sql("SELECT 1 FROM measures"))


def test_other_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.duckdb"
    text.write_text("not a database " * 100)
    with pytest.raises(warehouse.WarehouseDamagedError, match="not a DuckDB file"):
        warehouse.connect(text)
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).execute("CREATE TABLE x (a INTEGER)").close()
    with pytest.raises(warehouse.WarehouseForeignError, match="not a Klyngeblik warehouse"):
        warehouse.connect(other)
    with pytest.raises(warehouse.WarehouseError, match="folder"):
        warehouse.connect(tmp_path)


def test_a_locked_warehouse_says_so(tmp_path: Path) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    program = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        with pytest.raises(warehouse.WarehouseError, match="locked by another program"):
            warehouse.connect(path)
        writer.stdin.close()


@pytest.mark.parametrize("table", ["measures", "packages", "meta", "areas"])
def test_a_damaged_block_is_told_by_whoever_reads_it(tmp_path: Path, table: str) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    synthetic.damage(path, table)
    with (
        pytest.raises(warehouse.WarehouseDamagedError, match=r"damaged.*klyngeblik build"),
        warehouse.connect(path) as wh,
    ):
        wh.sql(f"SELECT * FROM {table}")
    with pytest.raises(warehouse.WarehouseDamagedError):
        warehouse.connect(path).verify()


def test_a_sound_file_is_verified_and_a_wrong_query_is_no_damage(
    small: warehouse.Warehouse,
) -> None:
    small.verify()
    with pytest.raises(duckdb.Error):
        small.sql("SELECT nothing FROM nowhere")


@pytest.mark.parametrize("at", [0, 8, 12, 4096, 4100, 8192, 8200])
def test_a_damaged_head_is_told(tmp_path: Path, at: int) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(warehouse.WarehouseDamagedError):
        warehouse.connect(path)


@pytest.mark.parametrize("left", [0, 1, 4096, 12_288, -1])
def test_a_file_that_was_cut_off_is_told(tmp_path: Path, left: int) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(warehouse.WarehouseDamagedError):
        warehouse.connect(path).verify()
