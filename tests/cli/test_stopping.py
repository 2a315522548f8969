"""A command that is asked to stop says so, whatever error carried the wish to it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from klyngeblik.cli import make_app


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("carried_by", [KeyboardInterrupt, RuntimeError, ValueError])
@pytest.mark.parametrize(
    ("words", "work"),
    [
        (["contacts-demo", "rows.parquet"], "etl.contacts.generate"),
        (["build", "--warehouse", "warehouse.duckdb"], "etl.build.build"),
    ],
)
def test_asked_to_stop_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    raw_dir: Path,
    number: int,
    carried_by: type[BaseException],
    words: list[str],
    work: str,
) -> None:
    def asked(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), number)
        except BaseException:
            raise carried_by("as DuckDB would report it") from None

    monkeypatch.setattr(work, asked)
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(number)
    told = CliRunner().invoke(make_app(), [*words, "--raw", str(raw_dir)])
    assert (told.exit_code, told.output.strip()) == (1, "Aborted.")
    assert signal.getsignal(number) is before
