"""Whatever is chosen, the page's file, the command's file and Python's frame hold the same rows."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from starlette.applications import Starlette
from typer.testing import CliRunner

import klyngeblik
from dashboard import opendata
from klyngeblik.cli import make_app
from tests.dashboard.asgi_client import get
from tests.warehouse.test_query import CHOICES
from warehouse.export.query import Selection
from warehouse.export.recipe import Recipe

APP = make_app()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ways")


@given(
    asked=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(values), min_size=1, max_size=4)
            for name, values in CHOICES.items()
        },
    ),
    wide=st.booleans(),
)
@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_page_command_and_python_agree(
    small_path: Path, folder: Path, asked: dict[str, list[object]], wide: bool
) -> None:
    assume(not ({"geography", "level"} & asked.keys() and "area" in asked))
    by_python = klyngeblik.extract(**asked, wide=wide, warehouse=small_path)  # type: ignore[arg-type]
    recipe = Recipe(Selection.of(**asked), wide=wide)  # type: ignore[arg-type]

    out = folder / "command.parquet"
    out.unlink(missing_ok=True)
    words = recipe.command.replace("FILE", str(out)).split()[1:]
    by_command = CliRunner().invoke(APP, [*words, "--warehouse", str(small_path)])

    app = Starlette(routes=opendata.routes(small_path))
    by_page = get(app, opendata.address(recipe, "parquet"))

    if by_python.is_empty():
        assert by_command.exit_code == 2
        assert "No rows fit" in by_command.output
        assert not out.exists()
        assert by_page.status == 404
        return
    assert by_command.exit_code == 0, by_command.output
    assert by_page.status == 200
    assert by_page.body == out.read_bytes()
    assert_frame_equal(pl.read_parquet(io.BytesIO(by_page.body)), by_python)
