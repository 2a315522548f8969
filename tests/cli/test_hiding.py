"""``klyngeblik check --disclosure``: what is hidden of true small counts, for the data officer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from warehouse import connect
from warehouse.read.hiding import hidden_of_ours


def test_the_officer_sees_what_is_hidden_of_our_own_counts_and_what_would_help(
    run: Run, warehouse_path: Path
) -> None:
    result = run("check", "--disclosure", "--warehouse", warehouse_path)
    assert result.exit_code == 0, result.output
    for said in ("Few people", "To protect others", "The promise", "known too closely"):
        assert said in result.output
    danish = run("check", "--disclosure", "--warehouse", warehouse_path, "--language", "da")
    assert "kommune" in danish.output
    assert "Løftet" in danish.output


def test_the_shares_are_those_of_the_cells_that_are_ours(warehouse_path: Path) -> None:
    with connect(warehouse_path) as wh:
        told = hidden_of_ours(wh).filter(level="municipality")
        [(cells, hidden)] = wh.sql(
            "SELECT count(*), count(*) FILTER (status LIKE 'suppressed%') FROM measures "
            "JOIN packages USING (package_id) WHERE made_safe_by = 'klyngeblik' "
            "AND level = 'municipality' AND standardisation = 'crude'"
        ).rows()
    assert told["cells"].sum() == cells
    assert (told["few"] + told["protecting"]).sum() == hidden
    for row in told.rows(named=True):
        share = 100 * (row["few"] + row["protecting"]) / row["cells"]
        assert row["hidden"] == pytest.approx(share)
        assert 0 <= row["coarsest"] <= row["both_sexes"] <= 100
        assert row["always"] <= 100


def test_nothing_of_ours_is_said_as_such(run: Run, home: Path) -> None:
    result = run("check", "--disclosure", "--warehouse", home / "warehouse.duckdb")
    assert "No package with true small counts" in result.output
