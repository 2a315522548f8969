from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import warehouse
from tests.warehouse import synthetic


@pytest.fixture(scope="session")
def shipped(warehouse_path: Path) -> Iterator[warehouse.Warehouse]:
    """The warehouse of the shipped packages, opened."""
    with warehouse.connect(warehouse_path) as wh:
        yield wh


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[warehouse.Warehouse]:
    """A small warehouse of made-up rows, many of them hidden."""
    path = synthetic.write(tmp_path_factory.mktemp("report") / "small.duckdb")
    with warehouse.connect(path) as wh:
        yield wh
