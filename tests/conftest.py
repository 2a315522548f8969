"""What more than one room's tests share: the shipped packages, and what a run leaves out."""

from __future__ import annotations

import random
import secrets
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is not a wrong formula: properties have no deadline.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

REPO = Path(__file__).resolve().parent.parent


#: What runs only when its mark is asked for, and how to ask.
LEFT_OUT = {
    "spark": "the Spark engine (make test-spark)",
    "every_area": "every area in both sizes of letters (pytest -m every_area)",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, for `-m "not browser"`; leave out what has to be asked for."""
    for item in items:
        if "browser" in item.path.relative_to(REPO / "tests").parts:
            item.add_marker(pytest.mark.browser)
    unasked = [mark for mark in LEFT_OUT if mark not in config.option.markexpr]
    out = [item for item in items if any(map(item.get_closest_marker, unasked))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each test secrets of its own that are the same in every run."""
    secrets.token_bytes = random.Random(item.nodeid).randbytes


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in one line what a run of the whole suite left out, and how to run it."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.markexpr:
        terminalreporter.write_line(f"Left out: {'; '.join(LEFT_OUT.values())}.")


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """Return the folder of the shipped packages."""
    return REPO / "data" / "raw"


@pytest.fixture(scope="session")
def warehouse_path(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Return a warehouse built from the shipped packages, once for all workers of a run."""
    from etl.publish.build import build

    base = tmp_path_factory.getbasetemp()
    # under xdist every worker has its own base inside the run's; the run's is shared
    shared = base.parent if base.name.startswith("popen-") else base
    path = shared / "shipped" / "warehouse.duckdb"
    path.parent.mkdir(exist_ok=True)
    # the second worker waits for the first, and then has nothing to do
    build(raw_dir, path, ledger=path.parent / "releases.ledger")
    return path


@pytest.fixture(scope="session")
def delivered_path(tmp_path_factory: pytest.TempPathFactory, warehouse_path: Path) -> Path:
    """Return the shipped warehouse as if its made-up packages were delivered as real ones."""
    from tests.made_up import delivered

    return delivered(warehouse_path, tmp_path_factory.mktemp("delivered") / "warehouse.duckdb")


#: Shipped packages that are built in a moment.
RELEASED = ("FOLK1A_20260211.csv", "FRKM126_20260601.csv", "UND2_2025.csv", "SYGP1_2024.csv")


@pytest.fixture(scope="session")
def released(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a few of the shipped packages in ``raw``, and what was built of them."""
    from etl.publish.build import build

    home = tmp_path_factory.mktemp("released")
    (home / "raw").mkdir()
    for name in RELEASED:
        shutil.copy(raw_dir / name, home / "raw")
    build(home / "raw", home / "warehouse.duckdb")
    return home


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, to change and build again."""
    return Path(shutil.copytree(released, tmp_path / "home"))
