"""A command that is asked to stop says so, whatever error carried the wish to it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from klyngeblik.cli import make_app

#: A call → the function that does its work.
WORK = {
    "contacts-demo rows.parquet": "etl.registers.generate",
    "build --warehouse warehouse.duckdb": "etl.publish.build.build",
}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("carried_by", [KeyboardInterrupt, RuntimeError, ValueError])
@pytest.mark.parametrize("command", WORK)
def test_asked_to_stop_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
    empty: Path,
    number: int,
    carried_by: type[BaseException],
    command: str,
) -> None:
    def asked(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), number)
        except BaseException:
            raise carried_by("as DuckDB would report it") from None

    monkeypatch.setattr(WORK[command], asked)
    monkeypatch.chdir(empty)
    before = signal.getsignal(number)
    told = CliRunner().invoke(make_app(), command.split())
    assert (told.exit_code, told.output.strip()) == (1, "Aborted.")
    assert signal.getsignal(number) is before
