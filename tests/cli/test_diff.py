"""``klyngeblik diff`` on warehouses and on editions of a package."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from tests.cli.conftest import Run
from tests.warehouse import synthetic


def test_nothing_new_is_said(run: Run, small_path: Path) -> None:
    result = run("diff", small_path, small_path)
    assert result.exit_code == 0
    assert result.output.strip() == "No number differs."


def test_two_warehouses_as_table_and_as_json(run: Run, small_path: Path, tmp_path: Path) -> None:
    later = synthetic.write(tmp_path / "later.duckdb")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{later}' AS w")
        con.execute(
            "UPDATE w.measures SET value = value * 1.5 WHERE area_id = '0615' AND period = 2023"
        )
    words = run("diff", small_path, later, "--indicator", "population", "--top", 1).output
    assert "2 changed, 0 new, 0 gone, 0 now hidden, 0 now shown" in words
    assert "Horsens" in words
    assert "+50.0%" in words
    rows = json.loads(run("diff", small_path, later, "--json", "--cells").output)
    assert {row["area_id"] for row in rows} == {"0615"}
    assert {round(row["relative"], 9) for row in rows} == {0.5}


def test_two_editions_of_a_package_are_built_and_compared(
    run: Run, raw_dir: Path, tmp_path: Path
) -> None:
    text = (raw_dir / "UND2_2025.csv").read_text(encoding="utf-8-sig")
    corrected = tmp_path / "UND2_2025.csv"
    corrected.write_text(text.replace("61,37", "99,99", 1), encoding="utf-8-sig")
    result = run("diff", raw_dir / "UND2_2025.csv", corrected, "--geography", "kommuner")
    assert result.exit_code == 0, result.output
    assert "Package changed: und2, edition 2025 (UND2_2025.csv)" in result.output
    assert "1 changed, 0 new, 0 gone" in result.output
    assert "99.99" in result.output


def test_a_wrong_package_is_refused_with_a_reason(run: Run, small_path: Path) -> None:
    file = small_path.with_name("unheard_of.csv")
    file.write_text("A;B\n1;2\n")
    result = run("diff", file, small_path)
    assert result.exit_code == 1
    assert "No layout knows this file" in result.output
