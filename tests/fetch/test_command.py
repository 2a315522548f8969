from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from klyngeblik.cli import make_app
from tests.fetch.register import KEY
from tests.fetch.server import Answer, Service


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATAFORDELER_APIKEY", "KLYNGEBLIK_STATBANK", "KLYNGEBLIK_DATAFORDELER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("KLYNGEBLIK_DEBUG", raising=False)


def run(*words: object) -> Result:
    return CliRunner().invoke(make_app(), ["fetch", *map(str, words)])


def test_population_says_what_came(statbank: Service, folder: Path) -> None:
    (folder / "FOLK1A_20250211.csv").write_text("last year's")
    result = run("population", "--base", statbank.base, "--raw", folder)
    assert result.exit_code == 0, result.output
    assert "Fetched: " in result.output
    assert "FRKM126_20260601.csv" in result.output
    assert "Take out" in result.output
    assert "FOLK1A_20250211.csv" in result.output
    assert "Nothing new" in run("population", "--base", statbank.base, "--raw", folder).output


def test_boundaries_take_key_and_address_from_the_environment(
    datafordeler: Service, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATAFORDELER_APIKEY", KEY)
    monkeypatch.setenv("KLYNGEBLIK_DATAFORDELER", datafordeler.base)
    result = run("boundaries", "--raw", folder)
    assert result.exit_code == 0, result.output
    assert "DAGI_kommuner.geojson" in result.output
    assert KEY not in result.output


def test_a_missing_key_is_a_wrong_call(folder: Path) -> None:
    result = run("boundaries", "--raw", folder)
    assert result.exit_code == 2
    assert "DATAFORDELER_APIKEY" in result.output


def test_a_source_for_the_population_is_a_wrong_call(folder: Path) -> None:
    result = run("population", "--source", "dawa", "--raw", folder)
    assert result.exit_code == 2
    assert "boundaries only" in result.output


def test_a_failure_is_a_sentence_and_status_1(statbank: Service, folder: Path) -> None:
    statbank.fails(Answer("no such function", 404))
    result = run("population", "--base", statbank.base, "--raw", folder)
    assert result.exit_code == 1
    assert "404: no such function" in result.output
    assert "Traceback" not in result.output
    assert list(folder.iterdir()) == []
