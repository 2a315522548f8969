"""The first draft of a layout, and findings as a file to send back."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl

from etl.layouts import load_layouts
from tests.cli.conftest import Run
from tests.reading.builders import codes, statbank

BROKEN = "\ufeffOMRÅDE;TID;INDHOLD\n101;2024;85,1\n615;2024;=1+1\n999;2024;80,0\n"


def broken(folder: Path) -> Path:
    path = folder / "SYGP1_2024.csv"
    path.write_text(BROKEN, "utf-8")
    return path


def test_findings_as_a_workbook_with_room_for_the_answer(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    result = run("check", broken(tmp_path), "--out", out)
    assert result.exit_code == 1
    sheet = openpyxl.load_workbook(out)["Kontrol"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[-1] == "Svar (answer)"
    assert {(row[1], row[3]) for row in rows} >= {("SYGP1_2024.csv", 3), ("SYGP1_2024.csv", 4)}
    danish, _, english, _ = next(row[5:9] for row in rows if row[3] == 3)
    assert danish == "'=1+1' er ikke et tal."  # as text, not worked out
    assert english == "'=1+1' is not a number."


def test_findings_are_written_as_xlsx_only(run: Run, tmp_path: Path) -> None:
    assert run("check", broken(tmp_path), "--out", tmp_path / "findings.pdf").exit_code == 2


def test_check_tells_of_a_package_older_than_the_loaded_one(
    run: Run, tmp_path: Path, raw_dir: Path, warehouse_path: Path
) -> None:
    older = tmp_path / "SYGP1_2023.csv"
    text = (raw_dir / "SYGP1_2024.csv").read_text("utf-8-sig").replace(";2024;", ";2023;")
    older.write_text(text, "utf-8")
    result = run("check", older, "--warehouse", warehouse_path)
    assert result.exit_code == 1
    assert "older than 2025" in result.output
    assert "older than" not in run("check", older, "--warehouse", tmp_path / "none").output


def test_a_draft_of_a_layout_to_the_terminal_or_a_file(
    run: Run, raw_dir: Path, tmp_path: Path
) -> None:
    file = raw_dir / "HJEMSYG_2025.csv"
    shown = run("layout", file)
    assert shown.exit_code == 0
    out = tmp_path / "new.toml"
    result = run("layout", file, "--out", out)
    assert "to settle" in result.output
    assert out.read_text("utf-8") == shown.output
    assert load_layouts(tmp_path).recognise(file.name) is not None
    assert run("layout", file, "--out", out).exit_code == 2  # it may hold somebody's decisions


def test_a_file_without_a_table_is_the_datas_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "brev.txt"
    path.write_text("Kære alle", "utf-8")
    assert run("layout", path).exit_code == 1
    assert run("layout", tmp_path / "none.csv").exit_code == 2


def test_a_build_asks_about_a_jump_and_says_it_once_it_is_accepted(
    run: Run, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    people = [f"{code};IALT;2026K1;{9_000 + n}" for n, code in enumerate(codes())]
    statbank(raw / "FOLK1A_20260211.csv", people, header="OMRÅDE;ALDER;TID;INDHOLD")
    rows = [f"{code};{year};20,5" for code in codes() for year in (2024, 2025)]
    rows[5] = rows[5].replace("20,5", "80,5")
    statbank(raw / "HJEMSYG_2025.csv", rows)
    warehouse = tmp_path / "w.duckdb"
    build = ("build", "--raw", raw, "--warehouse", warehouse)
    asked = run(*build)
    assert asked.exit_code == 1
    assert "20.5 before, 80.5 now" in asked.output
    assert not warehouse.exists()
    (id_,) = re.findall(r"--accept ([0-9a-f]{8}) ", asked.output)
    built = run(*build, "--accept", id_, "--reason", "A new register")
    assert built.exit_code == 0
    assert "20.5 before, 80.5 now" in built.output
    again = run(*build)
    assert again.exit_code == 0
    assert "20.5 before" not in again.output
