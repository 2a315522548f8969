"""``klyngeblik sql``: any question, and nothing but questions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run

LATEST = "SELECT area, value FROM latest WHERE indicator_id = 'population' ORDER BY area"


def test_a_question_is_answered_as_a_table_as_json_and_as_a_file(
    run: Run, small_path: Path, tmp_path: Path
) -> None:
    asked = ("sql", LATEST, "--warehouse", small_path)
    table = run(*asked, "--top", 2)
    assert table.exit_code == 0
    assert "Bornholm" in table.output
    assert "more rows: see them with --top, --json or --out" in table.output
    rows = json.loads(run(*asked, "--json").output)
    assert rows[0]["area"] == "Bornholm"
    out = tmp_path / "own.parquet"
    assert run(*asked, "--out", out).exit_code == 0
    assert pl.read_parquet(out).to_dicts() == rows
    assert run(*asked, "--out", tmp_path / "own.pdf").exit_code == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DELETE FROM measures", "read-only"),
        ("UPDATE warehouse.meta SET value = 'x'", "read-only"),
        ("COPY (SELECT 1) TO 'OUT'", "disabled"),
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled"),
        ("ATTACH 'OUT' AS other", "disabled"),
        ("INSTALL httpfs", "disabled"),
        ("SET enable_external_access = true", "locked"),
        ("SELECT vaule FROM measures", "value"),
        ("", "no question"),
    ],
)
def test_nothing_is_changed_and_no_other_file_read(
    run: Run, small_path: Path, tmp_path: Path, query: str, said: str
) -> None:
    before = hashlib.sha256(small_path.read_bytes()).digest()
    answer = run("sql", query.replace("OUT", str(tmp_path / "out")), "--warehouse", small_path)
    assert answer.exit_code == 2
    assert said in answer.output
    assert hashlib.sha256(small_path.read_bytes()).digest() == before
    assert list(tmp_path.iterdir()) == []


def test_the_help_has_examples_that_work(run: Run, small_path: Path) -> None:
    from klyngeblik.cli.commands.sql import sql

    examples = (sql.__doc__ or "").split('klyngeblik sql "')[1:]
    assert len(examples) == 3
    for example in examples:
        query = " ".join(example.partition('"')[0].split())
        assert run("sql", query, "--warehouse", small_path).exit_code == 0, query
