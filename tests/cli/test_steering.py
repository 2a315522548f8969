"""Names that would steer a terminal: shown as signs, wherever they are printed."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

from etl.findings import Finding, Findings
from klyngeblik.cli import output
from klyngeblik.cli.findings_file import write_findings
from tests.cli.conftest import Run

#: Colour, title, clipboard, a line put over another, text turned round, and what is no Unicode.
STEERING = "a\x1b[31m\x1b]0;b\x07\x1b]52;c;eA==\x07\r\x9b2J\x7f\u202eb\u2066\udcff"
#: What none of it may leave in any output.
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\udc00-\udfff]")


def finding() -> Finding:
    return Finding("error", STEERING, STEERING, 1, STEERING, *[STEERING] * 4)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    return out + err


def test_no_table_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows([{"x": STEERING}], {"x": STEERING})
    for language in ("da", "en"):
        output.print_findings(output.terminal(), [finding()], language)  # type: ignore[arg-type]
    said = printed(capsys)
    assert "a␛[31m" in said
    assert not RAW.search(said)


def test_findings_on_a_narrow_terminal_do_not_either(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    console = output.terminal()
    monkeypatch.setattr(type(console), "width", 80)
    output.print_findings(console, [finding()])
    assert not RAW.search(printed(capsys))


def test_colours_of_our_own_stay() -> None:
    into = io.StringIO()
    console = type(output.terminal())(file=into, force_terminal=True, color_system="standard")
    console.print("[bold red]fejl[/]", STEERING)
    assert "\x1b[1;31mfejl" in into.getvalue()
    assert "\x1b[31m" not in into.getvalue()
    assert "\x1b]" not in into.getvalue()


def test_json_says_the_same_in_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json([finding().as_row()])
    said = printed(capsys)
    assert not RAW.search(said)
    assert json.loads(said)[0]["file"] == STEERING


def test_a_file_of_such_a_name_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\u202eb.csv"
    path.write_text("x", encoding="utf-8")
    for words in (
        ("check", path),
        ("check", tmp_path),
        ("check", "--json", path),
        ("check", path.with_name(f"{path.name}x")),
        ("contacts", path.with_name("\x1b]0;none")),
        ("export", "--out", tmp_path / "\x1b[31m.parquet", "--area", "\x1b[31m\u202e"),
        ("layout", path),
        ("export", "--recipe", path),
    ):
        result = run(*words)
        assert result.exit_code != 0, words
        assert not RAW.search(result.output), words
        assert "Traceback" not in result.output


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take Unicode names only")
def test_a_build_tells_of_a_file_whose_name_is_no_unicode(run: Run, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b[31m.csv")).write_text("x", encoding="utf-8")
    result = run("build", "--raw", tmp_path, "--warehouse", tmp_path / "own.duckdb")
    assert result.exit_code == 1
    assert "No layout knows this file" in " ".join(result.output.split())
    assert "unforeseen" not in result.output
    assert not RAW.search(result.output)


def test_an_endless_heading_is_told_by_its_beginning() -> None:
    heading = f"{'Å' * 400_000} (AB)"
    found = Findings("x.csv", "y" * 1_000)
    found.add("error", "count_with_decimals", row=1, column=heading)
    (told,) = found.all()
    assert told.column == f"{'Å' * 100}… (AB)"
    assert told.sheet == f"{'y' * 100}…"
    assert len(str(told)) < 1_000


def test_a_message_of_a_package_shows_signs() -> None:
    for key, values in (
        ("file_unknown", {"hint": STEERING}),
        ("same_edition", {"other": STEERING}),
    ):
        found = Finding.of("error", "f.csv", key, **values)
        assert not RAW.search("".join(found.texts("da") + found.texts("en")))


def test_a_workbook_of_findings_can_be_opened(tmp_path: Path) -> None:
    import fastexcel

    write_findings([finding()], tmp_path / "findings.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "findings.xlsx").load_sheet(0)
    assert sheet.height == 1
