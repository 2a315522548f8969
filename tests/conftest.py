"""What more than one room's tests share: the shipped packages, the facts beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is not a wrong formula: properties have no deadline.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

REPO = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, so that `-m "not browser"` is a quick run."""
    for item in items:
        if "browser" in item.path.relative_to(REPO / "tests").parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """Return the folder of the shipped packages."""
    return REPO / "data" / "raw"


@pytest.fixture(scope="session")
def facts() -> Path:
    """Return the folder of sourced facts beside the checkout, or skip where it is absent."""
    folder = REPO.parent / "shared" / "facts"
    if not folder.is_dir():
        pytest.skip("the sourced facts are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def warehouse_path(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Return a warehouse built from the shipped packages, once for all workers of a run."""
    from etl.build import build

    base = tmp_path_factory.getbasetemp()
    # under xdist every worker has its own base inside the run's; the run's is shared
    shared = base.parent if base.name.startswith("popen-") else base
    path = shared / "shipped" / "warehouse.duckdb"
    path.parent.mkdir(exist_ok=True)
    build(raw_dir, path)  # the second worker waits for the first, and then has nothing to do
    return path
