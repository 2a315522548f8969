"""What may be a mistake stops a build until somebody says yes to it, and the yes is on record."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.publish.build import BuildSummary, build
from etl.quality.signoff import SignOff, UnansweredError, read
from warehouse import connect


def built(home: Path, *accepted: str, reason: str | None = None) -> BuildSummary:
    signed = [SignOff(own, reason, None, dt.date(2026, 12, 1)) for own in accepted]
    return build(home / "raw", home / "warehouse.duckdb", accept=signed)


def asked(home: Path, *accepted: str) -> dict[str, str]:
    """Return what a build asks: id and question, in English."""
    before = (home / "warehouse.duckdb").read_bytes()
    with pytest.raises(UnansweredError) as stopped:
        built(home, *accepted)
    assert (home / "warehouse.duckdb").read_bytes() == before
    assert not list(home.glob("*.new*"))
    return {one.id: f"{one.file}: {one.what_en}" for one in stopped.value.questions}


def without(path: Path, *years: int) -> None:
    """Take years out of a text file, as an edition with fewer years has it."""
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    gone = re.compile(rf";({'|'.join(map(str, years))})(K1)?;")
    kept = [line for line in lines if not gone.search(line)]
    path.write_text("".join((head, *kept)), encoding="utf-8-sig")


def table(home: Path, name: str) -> pl.DataFrame:
    with connect(home / "warehouse.duckdb") as warehouse:
        return warehouse.sql(f"SELECT * FROM {name}")


# ---- what a build takes away ------------------------------------------------------------------


def test_lost_years_are_asked_about_in_plain_words(home: Path) -> None:
    without(home / "raw" / "UND2_2025.csv", 2015, 2016, 2019)
    (question,) = asked(home).values()
    assert question.startswith("UND2_2025.csv: Children with at least one notification")
    assert "2015–2016, 2019" in question
    assert "507 figures" in question  # 3 years of 98 municipalities and all that they make up


def test_every_indicator_that_loses_years_is_asked_about(home: Path) -> None:
    without(home / "raw" / "FOLK1A_20260211.csv", *range(2016, 2026))
    questions = asked(home).values()
    assert len(questions) == 3
    assert all("2016–2025" in one for one in questions)
    assert any(": Residents:" in one for one in questions)


def test_an_indicator_that_vanishes_with_its_file_is_asked_about(home: Path) -> None:
    (home / "raw" / "SYGP1_2024.csv").unlink()
    (question,) = asked(home).values()
    assert question.startswith("SYGP1_2024.csv: Residents in contact with a GP")
    assert "the whole indicator (2024)" in question


def test_a_file_that_is_gone_is_said_to_be_gone(home: Path) -> None:
    """Its name alone would send somebody to look into it; a row lost from a new edition too."""
    (home / "raw" / "SYGP1_2024.csv").unlink()
    (question,) = asked(home).values()
    assert "They stood in SYGP1_2024.csv, which no longer lies in the folder." in question
    without(home / "raw" / "UND2_2025.csv", 2015)
    told = [one for one in asked(home).values() if one.startswith("UND2_2025.csv")]
    assert told
    assert not any("no longer lies in the folder" in one for one in told)
    (home / "raw" / "UND2_2025.csv").rename(home / "raw" / "UND2_2026.csv")
    told = [one for one in asked(home).values() if "2015" in one]
    assert all("They stood in UND2_2025.csv, which no longer lies" in one for one in told)
    assert told


def test_a_lost_area_is_named(home: Path) -> None:
    und2 = home / "raw" / "UND2_2025.csv"
    text = und2.read_text(encoding="utf-8-sig")
    und2.write_text(re.sub(r"(?m)^(580;\d+;).*$", r"\1..", text), encoding="utf-8-sig")
    (question,) = asked(home).values()
    assert "areas: Aabenraa" in question


def test_figures_without_a_pattern_are_counted(home: Path) -> None:
    und2 = home / "raw" / "UND2_2025.csv"
    lines = und2.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if ";2020;" in line)
    key = lines[at].rpartition(";")[0]
    lines[at] = f"{key};..\n"
    und2.write_text("".join(lines), encoding="utf-8-sig")
    (question,) = asked(home).values()
    assert "single figures of 2020" in question


def test_more_years_and_more_files_are_not_asked_about(home: Path, raw_dir: Path) -> None:
    shutil.copy(raw_dir / "BU43_2025.csv", home / "raw")
    assert not built(home).unchanged


def test_made_up_figures_that_go_are_only_told(home: Path, raw_dir: Path) -> None:
    demo = home / "raw" / "DEMO_Boern_og_unge_2025.xlsx"
    shutil.copy(raw_dir / demo.name, demo)
    built(home)
    demo.unlink()
    summary = built(home)
    (note,) = (one for one in summary.findings if "Made-up figures" in one.what_en)
    assert note.severity == "note"


# ---- saying yes -------------------------------------------------------------------------------


def test_a_yes_lets_the_build_go_on_and_stands_in_the_log(home: Path) -> None:
    (home / "raw" / "SYGP1_2024.csv").unlink()
    (own,) = asked(home)
    summary = built(home, own, reason="Tabellen udkommer ikke mere.")
    assert summary.accepted == {own}
    (row,) = table(home, "signoffs").rows(named=True)
    assert (row["finding_id"], row["file"], row["reason"], row["accepted_on"]) == (
        own,
        "SYGP1_2024.csv",
        "Tabellen udkommer ikke mere.",
        dt.date(2026, 12, 1),
    )
    assert row["released"] == table(home, "release_log")["released"][-1]
    assert built(home).unchanged


def test_some_of_several_is_not_enough(home: Path) -> None:
    without(home / "raw" / "UND2_2025.csv", 2015)
    (home / "raw" / "SYGP1_2024.csv").unlink()
    one, other = asked(home)
    assert set(asked(home, one)) == {other}
    with pytest.raises(UnansweredError) as stopped:
        built(home, one)
    assert [given.id for given in stopped.value.given] == [one]
    assert built(home, one, other).accepted == {one, other}


def test_the_log_of_answers_is_kept_from_release_to_release(home: Path) -> None:
    (home / "raw" / "SYGP1_2024.csv").unlink()
    (own,) = asked(home)
    built(home, own, reason="Den første grund.")
    without(home / "raw" / "UND2_2025.csv", 2015)
    (later,) = asked(home)
    built(home, later, reason="Den anden grund.")
    log = table(home, "signoffs")
    assert log["reason"].to_list() == ["Den første grund.", "Den anden grund."]
    assert log["released"].is_sorted()


def test_what_comes_back_and_is_lost_again_is_asked_about_again(home: Path, raw_dir: Path) -> None:
    gone = home / "raw" / "SYGP1_2024.csv"
    gone.unlink()
    (own,) = asked(home)
    built(home, own)
    shutil.copy(raw_dir / gone.name, gone)
    built(home)
    gone.unlink()
    assert set(asked(home)) == {own}


def stubbed(monkeypatch: pytest.MonkeyPatch, *, number: int = 1) -> Finding:
    """Let the checks ask about the packages as they are: a question of every build."""
    question = Finding.of("question", "UND2_2025.csv", "jumps_more", number=number)
    monkeypatch.setattr("etl.quality.checks.check_all", lambda *_: [question])
    return question


def test_a_question_about_a_file_is_answered_once_and_not_at_every_build(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = stubbed(monkeypatch)
    (home / "raw" / "README.md").write_text("noget nyt")
    assert set(asked(home)) == {question.id}
    built(home, question.id, reason="Sådan er det.")
    (home / "raw" / "README.md").write_text("noget andet")
    assert built(home).accepted == {question.id}
    assert len(table(home, "signoffs")) == 1
    other = stubbed(monkeypatch, number=2)  # other figures are another question
    (home / "raw" / "README.md").write_text("noget tredje")
    assert set(asked(home)) == {other.id}


def test_an_answer_in_the_folder_holds_for_a_new_warehouse_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = stubbed(monkeypatch)
    (home / "raw" / "accepted.toml").write_text(
        f'[[accepted]]\nid = "{question.id}"\nreason = "Udgiver har bekræftet det."\n'
        'by = "Sekretariatet"\ndate = 2026-11-01\n',
        encoding="utf-8",
    )
    for _ in range(2):
        built(home)
        (row,) = table(home, "signoffs").rows(named=True)
        assert (row["reason"], row["accepted_by"], row["accepted_on"]) == (
            "Udgiver har bekræftet det.",
            "Sekretariatet",
            dt.date(2026, 11, 1),
        )
        (home / "warehouse.duckdb").unlink()


def test_an_answer_that_fits_nothing_is_told(home: Path) -> None:
    (home / "raw" / "SYGP1_2024.csv").unlink()
    (own,) = asked(home)
    misspelt = own[:-1] + ("0" if own[-1] != "0" else "1")
    with pytest.raises(UnansweredError) as stopped:
        built(home, misspelt)
    (warning,) = (one for one in stopped.value.findings if one.severity == "warning")
    assert (misspelt in warning.what_en, own in warning.mend_en) == (True, True)
    built(home, own)
    (warning,) = built(home, misspelt).unmatched  # also where nothing is new
    assert misspelt in warning.what_en
    assert built(home, own).unmatched == ()
    (home / "raw" / "accepted.toml").write_text('[[accepted]]\nid="0a0b0c0d"\nreason="x"\n')
    (stale,) = (one for one in built(home).findings if one.file == "accepted.toml")
    assert (stale.severity, "0a0b0c0d" in stale.what_en) == ("warning", True)


def test_an_error_cannot_be_accepted(home: Path) -> None:
    und2 = home / "raw" / "UND2_2025.csv"
    text = und2.read_text(encoding="utf-8-sig")
    und2.write_text(text.replace("61,37", "mange"), encoding="utf-8-sig")
    with pytest.raises(PackageError) as first:
        built(home)
    ids = [finding.id for finding in first.value.findings]
    with pytest.raises(PackageError, match="UND2_2025"):
        built(home, *ids)


def test_a_warehouse_that_is_thrown_away_asks_nothing(home: Path) -> None:
    (home / "raw" / "SYGP1_2024.csv").unlink()
    summary = build(home / "raw", home / "warehouse.duckdb", ask=False)
    assert not summary.unchanged


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = ", "cannot be read as TOML"),
        ("\xff\xfe", "cannot be read as TOML"),
        ('[[accepted]]\nid = "1a2b3c4d"\n', "has no reason"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "  "\n', "has no reason"),
        ('[[accepted]]\nid = "1a2b3c4"\nreason = "x"\n', "id is '1a2b3c4'"),
        ('[[accepted]]\nid = 12345678\nreason = "x"\n', "id is '12345678'"),
        ('[[accepted]]\nreason = "x"\n', "id is"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = 5\n', "reason is not a text"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "x"\nby = 5\n', "by is not a text"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "x"\ndate = "i går"\n', "date is not a date"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "x"\ndate = 2999-01-01\n', "in the future"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "x"\nwhy = "y"\n', "'why' does not belong"),
        ('accepted = ["1a2b3c4d"]\n', "does not belong"),
        ('[accept]\nid = "1a2b3c4d"\n', "'accept' does not belong"),
        ('[[accepted]]\nid = "1a2b3c4d"\nreason = "x"\n' * 2, "twice"),
    ],
)
def test_a_file_of_answers_that_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "accepted.toml"
    path.write_bytes(text.encode("latin-1" if "\xff" in text else "utf-8"))
    with pytest.raises(PackageError) as refused:
        read(path)
    assert any(told in one.what_en for one in refused.value.findings)
    assert all(one.file == "accepted.toml" for one in refused.value.findings)
