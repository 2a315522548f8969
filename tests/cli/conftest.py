from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from klyngeblik.cli import make_app
from tests.warehouse import synthetic

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a small synthetic warehouse."""
    return synthetic.write(tmp_path_factory.mktemp("warehouse") / "small.duckdb")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``klyngeblik`` with these words, as from a shell."""
    monkeypatch.delenv("KLYNGEBLIK_DEBUG", raising=False)
    app = make_app()

    def call(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return call
