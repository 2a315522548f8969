"""``klyngeblik report``: one file, or a folder of all."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from klyngeblik.cli import make_app
from tests.report.reading import Paper


def run(*words: object) -> Result:
    return CliRunner().invoke(make_app(), [str(word) for word in words])


@pytest.mark.parametrize("ending", ["pdf", "pptx", "xlsx"])
def test_the_ending_chooses_the_format(warehouse_path: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"ark.{ending}"
    done = run(
        "report", "--area", "Horsensklyngen", "--theme", "elderly", "--out", out,
        "--warehouse", warehouse_path,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert out.read_bytes()[:4] in (b"%PDF", b"PK\x03\x04")


def test_a_name_means_the_cluster_of_today(warehouse_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "ark.pdf"
    done = run("report", "--area", "Fyn", "--out", out, "--warehouse", warehouse_path)
    assert done.exit_code == 0, done.output
    assert "Sundhedsklynge Fyn" in Paper(out.read_bytes()).text
    council = run(
        "report", "--area", "Fyn", "--geography", "sundhedsraad-2027", "--out", out,
        "--warehouse", warehouse_path,
    )  # fmt: skip
    assert council.exit_code == 0, council.output
    assert "Sundhedsråd Fyn" in Paper(out.read_bytes()).text


def test_all_fills_a_folder_with_every_area(warehouse_path: Path, tmp_path: Path) -> None:
    done = run(
        "report", "--all", tmp_path / "ark", "--geography", "regioner-2027", "--theme", "elderly",
        "--format", "xlsx", "--warehouse", warehouse_path,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "4 files" in done.output
    assert len(list((tmp_path / "ark").glob("*-elderly.xlsx"))) == 4


@pytest.mark.parametrize(
    "words",
    [
        ("--area", "Horsensklyngen"),
        ("--out", "x.pdf"),
        ("--area", "Horsensklyngen", "--out", "x.doc"),
        ("--area", "Ingenmandsland", "--out", "x.pdf"),
        ("--area", "Horsensklyngen", "--theme", "weather", "--out", "x.pdf"),
        ("--area", "Horsensklyngen", "--theme", "elderly", "--theme", "children", "--out", "x.pdf"),
        ("--area", "Horsensklyngen", "--out", "x.pdf", "--all", "y"),
    ],
)
def test_a_wrong_call_is_told_and_writes_nothing(
    warehouse_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("report", *words, "--warehouse", warehouse_path)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert not list(tmp_path.iterdir())
