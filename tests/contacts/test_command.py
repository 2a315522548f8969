"""``klyngeblik contacts`` and ``contacts-demo``, as from a shell."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from etl.ingest import workbook_writer
from etl.ingest.readers.folder import data_files
from klyngeblik.cli import make_app
from tests.contacts.making import SCHEMA, contact, whole_year, write


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
    write_rows = workbook_writer.write

    def watched(path: Path, *rest: object) -> None:
        write_rows(path, *rest)
        seen.append((path.parent.stat().st_mode & 0o777, package.stat().st_mode & 0o777))

    monkeypatch.setattr(workbook_writer, "write", watched)
    before = os.umask(0)
    try:
        rows = write(tmp_path / "rows.parquet", whole_year())
        told = call("contacts", rows, out)
        assert told.exit_code == 0
    finally:
        os.umask(before)
    # While it is written nobody else can reach it, and then nobody else may read it.
    assert seen == [(0o700, 0o666)]
    assert package.stat().st_mode & 0o777 == 0o600
    assert "only you may read" in told.output
    assert [path.name for path in out.iterdir()] == [package.name]


def test_a_folder_of_files_is_one_input(tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    (rows / "year=2024").mkdir(parents=True)
    write(rows / "a.parquet", whole_year()[:1])
    write(rows / "year=2024" / "b.parquet", whole_year()[1:])
    assert call("contacts", rows, tmp_path).exit_code == 0
    assert (tmp_path / "Kontakter_2024.xlsx").exists()


def test_wrong_rows_end_with_1_and_leave_the_old_package(tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.parquet", whole_year())
    out = tmp_path / "out"
    assert call("contacts", rows, out).exit_code == 0
    before = (out / "Kontakter_2024.xlsx").read_bytes()
    write(rows, [contact(sex="K")])
    told = call("contacts", rows, out)
    assert told.exit_code == 1
    assert "rows.parquet" in told.output
    assert "another sex" in told.output
    assert "no package was written" in told.output
    assert "warehouse" not in told.output
    assert [path.name for path in out.iterdir()] == ["Kontakter_2024.xlsx"]
    assert (out / "Kontakter_2024.xlsx").read_bytes() == before


def numbers(output: str) -> dict[str, str]:
    """The table that the command ends with."""
    lines = output.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Rows"))
    names, values = (re.split(r"\s{2,}", line.strip()) for line in lines[at : at + 2])
    return dict(zip(names, values, strict=True))


def test_it_ends_with_rows_persons_years_and_what_was_left_out(tmp_path: Path) -> None:
    born = contact(person=2, birth_date=dt.date(2024, 2, 2))
    other = [*whole_year(2023), contact(start_time=dt.datetime(2025, 1, 2))]
    rows = write(tmp_path / "rows.parquet", [*whole_year(), born, contact(sex="K"), *other])
    told = call("contacts", rows, tmp_path / "out", "--years", "2024", "--leave-out", "faulty")
    assert told.exit_code == 0
    assert numbers(told.output) == {
        "Rows": "7",
        "Counted": "3",
        "Of other years": "3",
        "Left out": "1",
        "Persons": "2",
        "Born in the year": "1",
        "Years": "2024",
    }


def test_what_is_left_out_is_accounted_for_without_a_word_about_anybody(tmp_path: Path) -> None:
    secret = contact(person=4242424242, birth_date=dt.date(2031, 7, 7), sex="K")
    rows = tmp_path / "rows.parquet"
    pl.DataFrame([*whole_year(), secret, *whole_year()[:1]], schema=SCHEMA).write_parquet(rows)
    out = tmp_path / "out"
    refused = call("contacts", rows, out)
    assert refused.exit_code == 1
    assert "another sex" in refused.output
    assert "there already" in refused.output
    made = call("contacts", rows, out, "--leave-out", "faulty", "--leave-out", "duplicates")
    assert made.exit_code == 0
    assert numbers(made.output)["Left out"] == "2"
    account = out / "Kontakter_2024.left-out.log"
    assert account.name in made.output
    assert account.read_text(encoding="utf-8").splitlines() == [
        "file\trow\tcolumn\thvad\twhat",
        "rows.parquet\t3\tbirth_date\tbegynder, før personen er født\tstarts before the person is"
        " born",
        "rows.parquet\t3\tsex\tukendt køn\tunknown sex",
        "rows.parquet\t4\t\ter der allerede\tis there already",
    ]
    if os.name != "nt":
        assert account.stat().st_mode & 0o777 == 0o600
    # The next one without any leaves no account that is not its own.
    write(rows, whole_year())
    assert call("contacts", rows, out).exit_code == 0
    assert [path.name for path in out.iterdir()] == ["Kontakter_2024.xlsx"]


def test_a_build_lets_the_account_lie(tmp_path: Path) -> None:
    (tmp_path / "Kontakter_2024.left-out.log").write_text("file\trow\n")
    assert data_files(tmp_path) == []


def test_partial_years_are_told_and_counted_only_when_asked_for(tmp_path: Path) -> None:
    rows = write(
        tmp_path / "rows.parquet",
        [
            contact(start_time=dt.datetime(2022, 12, 20)),
            *whole_year(2023),
            *whole_year(2024),
            contact(start_time=dt.datetime(2025, 1, 12)),
        ],
    )
    out = tmp_path / "out"
    told = call("contacts", rows, out)
    assert told.exit_code == 0
    assert "2022 is not counted" in told.output
    assert "2025 is not counted" in told.output
    assert "no contacts in the last week" in told.output
    assert numbers(told.output)["Years"] == "2023, 2024"
    assert [path.name for path in out.iterdir()] == ["Kontakter_2024.xlsx"]
    asked = call("contacts", rows, out, "--years", "2024-2025")
    assert asked.exit_code == 0
    assert "2025 is counted although" in asked.output
    assert numbers(asked.output)["Years"] == "2024, 2025"
    assert (out / "Kontakter_2025.xlsx").exists()


def test_no_whole_year_ends_with_1(tmp_path: Path) -> None:
    rows = write(tmp_path / "rows.parquet", [contact()])
    told = call("contacts", rows, tmp_path / "out")
    assert told.exit_code == 1
    assert "There is no whole year to count" in told.output
    assert "--years 2024" in told.output
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["nowhere.parquet"], "no Parquet file at nowhere.parquet"),
        (["{rows}", "--memory", "much"], "'much' is no amount of memory"),
        (["{rows}", "--master", "local"], "--engine spark"),
        (["{rows}", "--engine", "oracle"], "oracle"),
        (["{rows}", "--years", "2024-2022"], "the first year first"),
        (["{rows}", "--years", "last"], "'last' is no span of years"),
        (["{rows}", "--years", "2024,2031"], "no contacts of 2031: the rows hold 2024"),
        (["{rows}", "--leave-out", "persons"], "persons"),
        (["{rows}", "--mapping", "nowhere.toml"], "nowhere.toml"),
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
