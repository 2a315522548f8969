"""``klyngeblik contacts`` and ``contacts-demo``, as from a shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from etl import workbook
from klyngeblik.cli import make_app
from tests.contacts.making import contact, write


def call(*words: object) -> Result:
    return CliRunner().invoke(make_app(), [str(word) for word in words])


def test_from_made_up_rows_to_a_package(tmp_path: Path, raw_dir: Path) -> None:
    rows = tmp_path / "rows.parquet"
    made = call("contacts-demo", rows, "--rows", 2_000, "--years", "2024:2025", "--raw", raw_dir)
    assert made.exit_code == 0
    counted = call("contacts", rows, tmp_path / "out", "--memory", "500MB", "--threads", 1)
    assert counted.exit_code == 0
    assert "DEMO_Kontakter_2025.xlsx" in counted.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["DEMO_Kontakter_2025.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_true_small_counts_are_their_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    package = out / "Kontakter_2024.xlsx"
    package.write_bytes(b"the last one, open to all")
    package.chmod(0o666)
    seen: list[tuple[int, int]] = []
    write_rows = workbook.write

    def watched(path: Path, *rest: object) -> None:
        write_rows(path, *rest)
        seen.append((path.parent.stat().st_mode & 0o777, package.stat().st_mode & 0o777))

    monkeypatch.setattr(workbook, "write", watched)
    before = os.umask(0)
    try:
        rows = write(tmp_path / "rows.parquet", [contact()])
        assert call("contacts", rows, out).exit_code == 0
    finally:
        os.umask(before)
    # While it is written nobody else can reach it, and then nobody else may read it.
    assert seen == [(0o700, 0o666)]
    assert package.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in out.iterdir()] == [package.name]


def test_a_folder_of_files_is_one_input(tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    (rows / "year=2024").mkdir(parents=True)
    write(rows / "a.parquet", [contact()])
    write(rows / "year=2024" / "b.parquet", [contact(person=2)])
    assert call("contacts", rows, tmp_path).exit_code == 0
    assert (tmp_path / "Kontakter_2024.xlsx").exists()


def test_wrong_rows_end_with_1_and_leave_the_old_package(tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.parquet", [contact()])
    out = tmp_path / "out"
    assert call("contacts", rows, out).exit_code == 0
    before = (out / "Kontakter_2024.xlsx").read_bytes()
    write(rows, [contact(sex="K")])
    told = call("contacts", rows, out)
    assert told.exit_code == 1
    assert "rows.parquet" in told.output
    assert "another sex" in told.output
    assert [path.name for path in out.iterdir()] == ["Kontakter_2024.xlsx"]
    assert (out / "Kontakter_2024.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["nowhere.parquet"], "no Parquet file at nowhere.parquet"),
        (["{rows}", "--memory", "much"], "'much' is no amount of memory"),
        (["{rows}", "--master", "local"], "--engine spark"),
        (["{rows}", "--engine", "oracle"], "oracle"),
        (
            ["{rows}", "--engine", "spark", "--master", "sc://localhost:1"],
            "No Spark Connect server",
        ),
    ],
)
def test_a_wrong_call_ends_with_2(tmp_path: Path, words: list[str], what: str) -> None:
    rows = write(tmp_path / "rows.parquet", [contact()])
    first, *rest = (word.format(rows=rows) for word in words)
    told = call("contacts", first, tmp_path / "out", *rest)
    assert told.exit_code == 2
    assert what in " ".join(told.output.replace("│", " ").split())


@pytest.mark.parametrize("years", ["last", "2025:2024"])
def test_a_wrong_span_of_years_ends_with_2(tmp_path: Path, raw_dir: Path, years: str) -> None:
    told = call("contacts-demo", tmp_path / "rows.parquet", "--raw", raw_dir, "--years", years)
    assert told.exit_code == 2
    assert "year" in told.output
    assert not list(tmp_path.iterdir())


def test_stopped_it_leaves_no_row_behind(tmp_path: Path, raw_dir: Path) -> None:
    words = [
        "contacts-demo",
        str(tmp_path / "rows.parquet"),
        "--rows",
        "50000000",
        "--raw",
        str(raw_dir),
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "klyngeblik", *words], stderr=subprocess.PIPE, text=True
    ) as it:
        # It has begun to write, beside where the file will be.
        while not list(tmp_path.glob(".klyngeblik-*/*")):
            with suppress(subprocess.TimeoutExpired):
                it.wait(0.2)
            assert it.returncode is None
        it.send_signal(signal.SIGTERM)
        _, told = it.communicate()
    assert it.returncode != 0
    assert "Aborted" in told
    assert not list(tmp_path.iterdir())
