"""What goes wrong inside a room is told in a sentence, whichever room it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.definitions import wrong
from etl.disclosure.suppression import StructureError
from etl.layouts import LayoutError
from etl.messages import say
from etl.publish.swap import PublishError
from geo import GeographyError
from geo.boundaries import BoundaryError
from geo.model import Problem
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StructureError("a count is negative"), "could not be protected: a count is negative"),
        (LayoutError([wrong("und2.toml", "title", say("definition_needed"))]), "is needed"),
        (PublishError("The disk is full."), "The disk is full."),
        (GeographyError([Problem.of("file_empty", "a.csv", 3)]), "The file is empty."),
        (BoundaryError([Problem.of("boundaries_outside", "own.gpkg")]), "own.gpkg"),
        (OSError("No space left"), "No space left"),
        (RuntimeError("odd"), "Something unforeseen went wrong (RuntimeError: odd)"),
    ],
)
def test_a_build_that_fails_says_why(
    run: Run, raw_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, error: Exception,
    said: str,
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("etl.publish.build.build", fail)
    result = run("build", "--raw", raw_dir, "--warehouse", tmp_path / "w.duckdb")
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
