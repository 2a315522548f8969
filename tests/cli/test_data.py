"""Commands that look at delivered packages."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

import dashboard.serve
import etl.demo
from etl.disclosure.ledger import FILE
from etl.findings import Finding
from klyngeblik.cli.output import print_findings
from tests.cli.conftest import Run
from tests.warehouse import synthetic

BROKEN = "\ufeffOMRÅDE;TID;INDHOLD\n101;2024;85,1\n615;2024;mange\n999;2024;80,0\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "SYGP1_2024.csv").write_text(BROKEN, "utf-8")
    return folder


def test_check_names_the_cell_and_fails(run: Run, broken: Path) -> None:
    result = run("check", broken, "--json")
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert set(found[0]) == {
        *("id", "accepted", "severity", "file", "sheet", "row", "column"),
        *("what_da", "what_en", "mend_da", "mend_en"),
    }
    errors = {(f["file"], f["row"]) for f in found if f["severity"] == "error"}
    assert {("SYGP1_2024.csv", 3), ("SYGP1_2024.csv", 4)} <= errors
    table = run("check", broken / "SYGP1_2024.csv")
    assert table.exit_code == 1
    assert "SYGP1_2024.csv" in table.output


def test_check_is_content_with_a_shipped_package(run: Run, raw_dir: Path) -> None:
    result = run("check", raw_dir / "SYGP1_2024.csv")
    assert result.exit_code == 0
    assert "1 package(s) read: 0 error(s)" in result.output


def test_check_of_a_file_that_is_not_there_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.csv").exit_code == 2


def test_a_failed_build_says_why_and_leaves_the_old_warehouse(
    run: Run, broken: Path, tmp_path: Path
) -> None:
    path = synthetic.write(tmp_path / "w.duckdb")
    before = path.read_bytes()
    result = run("build", "--raw", broken, "--warehouse", path)
    assert result.exit_code == 1
    assert "SYGP1_2024.csv" in result.output
    assert "left as it was" in result.output
    assert path.read_bytes() == before


def test_run_shows_the_last_good_warehouse_when_a_build_fails(
    run: Run, broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []
    monkeypatch.setattr(dashboard.serve, "serve", lambda *args: served.append(args))
    path = tmp_path / "w.duckdb"
    assert run("run", "--raw", broken, "--warehouse", path).exit_code == 1
    assert served == []
    synthetic.write(path)
    result = run("run", "--raw", broken, "--warehouse", path, "--port", "0", "--no-browser")
    assert result.exit_code == 0
    assert "last good warehouse" in result.output
    assert served == [(path, 0, False, "127.0.0.1")]


def test_a_build_with_nothing_new_changes_nothing(
    run: Run, raw_dir: Path, warehouse_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "w.duckdb"
    shutil.copy(warehouse_path, path)
    before = path.stat().st_mtime_ns
    ledger = warehouse_path.parent / FILE
    result = run("build", "--raw", raw_dir, "--warehouse", path, "--ledger", ledger)
    assert result.exit_code == 0, result.output
    assert "Nothing new" in result.output
    for heading in ("Packages", "Rows in", "Observations", "Suppressed", "Refused", "Seconds"):
        assert heading in result.output
    assert path.stat().st_mtime_ns == before


def test_demo_writes_where_it_is_told(
    run: Run, tmp_path: Path, raw_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def generate(out: Path, raw: Path, seed: int, *_: object) -> list[Path]:
        asked.append((out, raw, seed))
        return [out / "DEMO.xlsx"]

    monkeypatch.setattr(etl.demo, "generate", generate)
    result = run("demo", "--out", tmp_path, "--raw", raw_dir, "--seed", "7")
    assert result.exit_code == 0
    assert asked == [(tmp_path, raw_dir, 7)]
    assert "DEMO.xlsx" in result.output


@pytest.mark.parametrize("width", [60, 200])
def test_a_finding_is_readable_in_a_narrow_and_in_a_wide_terminal(width: int) -> None:
    found = Finding.of(
        "error", "A.xlsx", "not_a_number", sheet="Ark 1", row=7, column="2019 (M)", text="[x]"
    )
    page = io.StringIO()
    print_findings(Console(file=page, width=width), [found])
    said = " ".join(page.getvalue().split())
    assert "error" in said
    for part in ("A.xlsx", "Ark 1", "7", "2019 (M)", "'[x]' is not a number."):
        assert part in said


def test_check_speaks_danish_when_asked(run: Run, broken: Path) -> None:
    result = run("check", broken, "--language", "da")
    assert result.exit_code == 1
    assert "fejl" in result.output
    assert "er ikke et tal" in result.output
    assert "not a number" not in result.output
    assert "is not a number" in run("check", broken).output
