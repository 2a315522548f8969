"""Questions on the command line: printed with their ids, and said yes to."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.warehouse.synthetic import damage
from warehouse import connect


@pytest.fixture
def home(home: Path) -> Path:
    """Return a folder whose next build takes two indicators away."""
    for name in ("SYGP1_2024.csv", "UND2_2025.csv"):
        (home / "raw" / name).unlink()
    return home


def places(home: Path) -> tuple[str | Path, ...]:
    return ("--raw", home / "raw", "--warehouse", home / "warehouse.duckdb")


def reasons(home: Path) -> set[str | None]:
    with connect(home / "warehouse.duckdb") as warehouse:
        return set(warehouse.sql("SELECT reason FROM signoffs")["reason"])


def ids_of(output: str) -> list[str]:
    return re.findall(r"--accept ([0-9a-f]{8})", output)


def test_what_is_printed_is_what_says_yes(run: Run, home: Path) -> None:
    before = (home / "warehouse.duckdb").read_bytes()
    stopped = run("build", *places(home))
    assert stopped.exit_code == 1
    assert stopped.output.count("question  ") >= 2
    assert "2 question(s) want a yes" in stopped.output
    assert (home / "warehouse.duckdb").read_bytes() == before
    ids = ids_of(stopped.output)
    assert len(ids) == 2
    half = run("build", *places(home), "--accept", ids[0])
    assert half.exit_code == 1
    assert ids_of(half.output) == ids  # what was said is to be said again
    done = run("build", *places(home), "--accept", ",".join(ids), "--reason", "Udgået.")
    assert done.exit_code == 0, done.output
    assert "The checks found 2 accepted question(s)" in " ".join(done.output.split())
    assert reasons(home) == {"Udgået."}


def test_a_file_says_yes_too(run: Run, home: Path) -> None:
    ids = ids_of(run("build", *places(home)).output)
    answers = home / "answers.toml"
    text = "".join(f'[[accepted]]\nid = "{own}"\nreason = "Nr. {own}"\n' for own in ids)
    answers.write_text(text)
    done = run("build", *places(home), "--accept", answers)
    assert done.exit_code == 0, done.output
    assert reasons(home) == {f"Nr. {own}" for own in ids}


def test_a_malformed_id_is_a_usage_error_with_the_nearest(run: Run, home: Path) -> None:
    ids = ids_of(run("build", *places(home)).output)
    for wrong in (ids[0][:7], ids[0] + "0", ids[0].replace(ids[0][0], "x")):
        result = run("build", *places(home), "--accept", wrong)
        assert result.exit_code == 2
        assert ids[0] in result.output
    assert run("build", *places(home), "--accept", "nowhere.toml").exit_code == 2
    assert run("build", *places(home), "--reason", "Fordi").exit_code == 2


def test_check_shows_questions_with_their_ids_until_they_are_answered(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.findings import Finding

    question = Finding.of("question", "FOLK1A_20260211.csv", "jumps_more", number=1)
    monkeypatch.setattr("etl.quality.checks.check_all", lambda *_: [question])
    words = ("check", home / "raw", "--warehouse", home / "none.duckdb")
    result = run(*words)
    assert result.exit_code == 1
    assert f"question  {question.id}" in result.output
    assert "1 question(s) without an answer" in result.output
    assert "spørgsmål" in run(*words, "--language", "da").output
    (home / "raw" / "accepted.toml").write_text(
        f'[[accepted]]\nid = "{question.id}"\nreason = "Set."\n'
    )
    result = run(*words, "--json")
    assert result.exit_code == 0
    (row,) = (row for row in json.loads(result.output) if row["id"] == question.id)
    assert (row["severity"], row["accepted"]) == ("question", True)
    assert f"accepted  {question.id}" in run(*words).output
    (home / "raw" / "accepted.toml").write_text("id = ")
    wrong = run(*words)
    assert (wrong.exit_code, "accepted.toml" in wrong.output) == (1, True)


@pytest.mark.parametrize("table", ["measures", "meta", "packages"])
def test_serve_says_plainly_that_a_warehouse_is_damaged(
    run: Run, released: Path, tmp_path: Path, table: str
) -> None:
    path = Path(shutil.copy(released / "warehouse.duckdb", tmp_path))
    damage(path, table)
    result = run("serve", "--warehouse", path)
    assert result.exit_code == 1
    assert "damaged" in result.output
    assert "klyngeblik build" in result.output
    assert "Traceback" not in result.output


def test_a_pipe_named_to_check_is_told_and_not_waited_for(run: Run, tmp_path: Path) -> None:
    import os

    if os.name != "posix":
        pytest.skip("no pipes")
    os.mkfifo(tmp_path / "UND2_2025.csv")
    result = run("check", tmp_path / "UND2_2025.csv", "--warehouse", tmp_path / "none.duckdb")
    assert (result.exit_code, "not a file" in result.output) == (1, True)


def test_a_name_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    for name in ("UND2_2025.csv\x1b[31m.zip", "\x1b]0;x\x07_2025.csv", "\x9b31m"):
        (tmp_path / name).write_bytes(b"x")
    for words in (("check", tmp_path), ("check", tmp_path, "--json"), ("build", "--raw", tmp_path),
                  ("check", tmp_path / "\x1b[31mnowhere.csv")):  # fmt: skip
        result = run(*words, "--warehouse", tmp_path / "w.duckdb")
        assert result.exit_code != 0
        assert not set("\x1b\x07\x9b") & set(result.output)
