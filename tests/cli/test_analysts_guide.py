"""What docs/analysts.md tells an analyst to do works as it is written there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Run
from tests.conftest import REPO

GUIDE = (REPO / "docs" / "analysts.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_examples_run_in_their_order(
    run: Run, warehouse_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copy(warehouse_path, tmp_path / "data" / "warehouse.duckdb")
    seen = set()
    for language, text in BLOCKS:
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
    assert {"sh", "python", "sql", "toml"} <= seen
