"""What docs/analysts.md tells an analyst to do works as it is written there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from starlette.applications import Starlette

from dashboard import opendata
from tests.cli.conftest import Run
from tests.conftest import REPO
from tests.dashboard.test_open_data import served
from warehouse.export.columns import EXTRACT_COLUMNS
from warehouse.export.filters import FILTERS

EXAMPLE = "https://klyngeblik.example.dk"
GUIDE = (REPO / "docs" / "analysts.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def address(warehouse_path: Path) -> Iterator[str]:
    """The address of a Klyngeblik that shows the shipped packages."""
    with served(Starlette(routes=opendata.routes(warehouse_path))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.filterwarnings("ignore:Area .* is taken for")
def test_the_examples_run_in_their_order(
    run: Run, warehouse_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copy(warehouse_path, tmp_path / "data" / "warehouse.duckdb")
    seen = set()
    for language, written in BLOCKS:
        text = written.replace(EXAMPLE, address)
        seen.add(language)
        if language == "sh":
            for line in text.splitlines():
                result = run(*shlex.split(line)[1:])
                assert result.exit_code == 0, f"{line}\n{result.output}"
        elif language == "python":
            exec(compile(text, "docs/analysts.md", "exec"), {})
        elif language == "sql":
            with duckdb.connect("data/warehouse.duckdb", read_only=True) as con:
                assert con.execute(text).fetchall(), text
        elif language == "toml":
            Path("recipe.toml").write_text(text, "utf-8")
    assert {"sh", "python", "sql", "toml", "r", "duckdb", "powerquery"} <= seen


def test_every_address_in_it_answers(address: str) -> None:
    for own in re.findall(rf"{EXAMPLE}(/[^\s\"']+)", GUIDE):
        name = own if "." in own.rpartition("/")[2] else f"{own}.csv"
        with urllib.request.urlopen(f"{address}{name}") as answer:
            assert answer.status == 200, own
    # The table of addresses has each.
    table = GUIDE.partition("## Addresses")[2].partition("\n\npolars")[0]
    for name in opendata.names():
        assert name in table or f".{name.partition('.')[2]}" in table, name


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed here")
def test_r_reads_an_address(address: str) -> None:
    (block,) = (text for language, text in BLOCKS if language == "r")
    first = block.split("\nold <-")[0].replace(EXAMPLE, address)
    program = f"{first}\nstopifnot(is.numeric(horsens$value), horsens$area_id[1] == '0615')"
    subprocess.run(["Rscript", "-e", program], check=True)


def test_it_names_every_filter_and_every_column_in_order() -> None:
    assert all(f"| `{name}` |" in GUIDE for name in FILTERS)
    listed = " ".join(GUIDE.partition("## Columns\n\n`")[2].partition("`")[0].split())
    assert listed.split(", ") == [column.name for column in EXTRACT_COLUMNS]
