from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import warehouse
from tests.warehouse import synthetic


@pytest.fixture(scope="session")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a small synthetic warehouse, for tests that only read it."""
    return synthetic.write(tmp_path_factory.mktemp("warehouse") / "small.duckdb")


@pytest.fixture(scope="session")
def small(small_path: Path) -> Iterator[warehouse.Warehouse]:
    """The same, opened."""
    with warehouse.connect(small_path) as wh:
        yield wh
