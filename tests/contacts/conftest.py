from __future__ import annotations

from pathlib import Path

import pytest

from etl.registers import generate


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Made-up contacts of all Denmark over two years."""
    path = tmp_path_factory.mktemp("generated") / "contacts.parquet"
    generate(path, 6_000, raw_dir, years=(2024, 2025))
    return path
