"""A damaged warehouse is built anew, what was lost is told, and nothing else is overwritten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from etl.publish.build import build
from etl.quality.signoff import SignOff, UnansweredError
from tests.warehouse.synthetic import damage
from warehouse import WarehouseError, connect


def cut(share: float) -> Callable[[Path], None]:
    def harm(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return harm


HARMS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("This is no database.\n" * 500),
    "cut to its head": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "cut in half": cut(0.5),
    "cut at its end": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    **{
        f"{table} damaged": lambda path, table=table: damage(path, table)
        for table in ("measures", "findings", "release_log", "packages", "meta", "maps")
    },
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("new", [False, True])
def test_a_damaged_warehouse_is_built_anew_and_told(home: Path, harm: str, *, new: bool) -> None:
    path = home / "warehouse.duckdb"
    HARMS[harm](path)
    damaged = path.read_bytes()
    if new:
        (home / "raw" / "README.md").write_text("new")
    summary = build(home / "raw", path)
    assert not summary.unchanged
    (told,) = (one for one in summary.findings if one.file == path.name)
    assert told.severity == "warning"
    assert "log of releases" in told.what_en
    with connect(path) as healed:
        healed.verify()
        assert healed.sql("SELECT count(*) FROM measures").item() == summary.measures
    assert (home / "warehouse.duckdb.aside").read_bytes() == damaged
    assert build(home / "raw", path).unchanged


def test_a_database_of_something_else_is_never_replaced_without_a_yes(home: Path) -> None:
    path = home / "own.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE dear AS SELECT 42 AS answer")
    own = path.read_bytes()
    with pytest.raises(UnansweredError) as stopped:
        build(home / "raw", path)
    (question,) = stopped.value.questions
    assert "something else" in question.what_en
    assert path.read_bytes() == own
    build(home / "raw", path, accept=[SignOff(question.id)])
    assert (home / "own.duckdb.aside").read_bytes() == own


def test_what_was_put_aside_before_stays(home: Path) -> None:
    path = home / "warehouse.duckdb"
    for content in (b"first", b"second"):
        path.write_bytes(content)
        build(home / "raw", path)
    assert (home / "warehouse.duckdb.aside").read_bytes() == b"first"
    assert (home / "warehouse.duckdb.aside-2").read_bytes() == b"second"


def test_one_made_by_a_later_version_is_put_aside(home: Path) -> None:
    path = home / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'")
    later = path.read_bytes()
    summary = build(home / "raw", path)
    assert any("another version" in one.what_en for one in summary.findings)
    assert (home / "warehouse.duckdb.aside").read_bytes() == later


def test_one_of_an_earlier_version_hands_on_its_log(home: Path) -> None:
    path = home / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE meta SET value = '3' WHERE key = 'schema_version'")
        con.execute("DROP TABLE signoffs")
    (home / "raw" / "SYGP1_2024.csv").unlink()
    with pytest.raises(UnansweredError):  # it still tells what would be taken away
        build(home / "raw", path)
    build(home / "raw", path, ask=False)
    with connect(path) as now:
        assert now.sql("SELECT count(*) FROM release_log").item() == 2
        assert now.sql("SELECT count(*) FROM signoffs").item() == 0


def test_a_folder_in_its_place_is_refused(home: Path) -> None:
    (home / "folder.duckdb").mkdir()
    with pytest.raises(WarehouseError, match="is a folder"):
        build(home / "raw", home / "folder.duckdb")


def test_a_locked_warehouse_is_not_taken_for_a_damaged_one(home: Path) -> None:
    path = home / "warehouse.duckdb"
    before = path.read_bytes()
    program = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        writer.stdout.readline()
        (home / "raw" / "README.md").write_text("new")
        with pytest.raises(WarehouseError, match="locked"):
            build(home / "raw", path)
        writer.stdin.close()
    assert path.read_bytes() == before


LIMITED = """
import resource, signal, sys
from pathlib import Path
from etl.publish.build import build
from etl.publish.swap import PublishError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    build(Path(sys.argv[1]), Path(sys.argv[2]))
except (PublishError, OSError) as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX does")
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_disk_that_is_full_at_any_point_is_told_and_keeps_the_old_file(
    home: Path, raw_dir: Path, share: float
) -> None:
    path = home / "warehouse.duckdb"
    before = path.read_bytes()
    (home / "raw" / "README.md").write_text("new")
    limit = int(len(before) * share)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, home / "raw", path, str(limit)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3, done.stderr
    assert "cannot be written" in done.stdout
    assert path.read_bytes() == before
    assert not list(home.glob("*.new*"))
