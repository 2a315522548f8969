"""The installation takes what the locks say, whatever has been released since."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.tools.index import CANNOT_RUN, RUNS_UV, Index, Pin, packages_of, pins, python_of

REPO = Path(__file__).resolve().parents[2]
MAKEFILE = (REPO / "Makefile").read_text(encoding="utf-8")
#: What the Makefile installs: one call a line, of one lock or of two.
CALLS = [call.split() for call in re.findall(r"\$\(INSTALL\) (.+)", MAKEFILE)]
LOCKS = sorted(path.name for path in REPO.glob("requirements*.lock"))
PROJECT = '[project]\nname = "klyngeblik"\nversion = "1"\n' + (
    '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
)
BACKEND, UV = Pin("hatchling", "1"), Pin("uv", "1")
NOT_RUN, NOT_HAD = "with pip, as uv cannot run", "with pip, as uv cannot be had"
SEED = {"pip", "setuptools", "uv"}


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the packages of a new environment: the pip that this Python brings, nothing else."""
    made = tmp_path_factory.mktemp("bundled") / "env"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    return packages_of(made)


@dataclass
class Newcomer:
    """A project of its own with the installer of ours, and an empty environment."""

    folder: Path
    index: Index

    def installs(self, *locks: str) -> subprocess.CompletedProcess[str]:
        """Run the installer as the Makefile does, with the made index for the only one."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON"))}
        settings = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PIP_NO_CACHE_DIR": "1",
            "UV_NO_CACHE": "1",
            "UV_NO_CONFIG": "1",
        }
        return subprocess.run(
            [python_of(self.folder / ".venv"), "tools/install.py", *locks],
            cwd=self.folder,
            env=kept | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def lock(self, name: str, *wanted: Pin) -> str:
        return self.index.lock(self.folder / name, wanted).name

    @property
    def has(self) -> dict[str, str]:
        """What is installed but for what an environment begins with."""
        names = [p.name for p in packages_of(self.folder / ".venv").glob("*.dist-info")]
        found = dict(name.removesuffix(".dist-info").split("-", 1) for name in names)
        return {name: version for name, version in found.items() if name not in SEED}


@pytest.fixture(params=["with uv", NOT_RUN])
def newcomer(request: pytest.FixtureRequest, tmp_path: Path, bundled: Path) -> Newcomer:
    environment = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    shutil.copytree(bundled, packages_of(environment), dirs_exist_ok=True)
    (tmp_path / "tools").mkdir()
    shutil.copy(REPO / "tools" / "install.py", tmp_path / "tools")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    index = Index(tmp_path / "index", RUNS_UV if request.param == "with uv" else CANNOT_RUN)
    if request.param != NOT_HAD:
        index.add(UV)
    made = Newcomer(tmp_path, index)
    made.lock("requirements-uv.lock", UV)
    index.add(BACKEND)
    return made


@pytest.fixture
def says(newcomer: Newcomer, request: pytest.FixtureRequest) -> str:
    """What the installer says of the way it takes."""
    way = request.node.callspec.params["newcomer"]
    return "" if way == "with uv" else "uv could not do it here; pip does it"


def plain(found: list[Pin]) -> dict[str, str]:
    return {re.sub(r"[-_.]+", "_", pin.name).lower(): pin.version for pin in found}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_lock_is_installed_though_newer_releases_are_out(
    newcomer: Newcomer, says: str, call: list[str]
) -> None:
    locked = {name: [p for p in pins(REPO / name) if p.name != "uv"] for name in call}
    for name, wanted in locked.items():
        newcomer.index.add_all(wanted)
        newcomer.lock(name, *wanted)
    told = newcomer.installs(*call)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith(says)
    wanted = [pin for found in locked.values() for pin in found if pin.is_for_here]
    assert newcomer.has == plain(wanted) | {"klyngeblik": "1"}


@pytest.mark.parametrize("newcomer", [NOT_HAD], indirect=True)
def test_where_no_uv_can_be_had_pip_installs(newcomer: Newcomer, says: str) -> None:
    told = newcomer.installs(newcomer.lock("a.lock", BACKEND))
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith(says)
    assert newcomer.has == {"hatchling": "1", "klyngeblik": "1"}


def test_what_has_left_the_lock_leaves_the_environment(newcomer: Newcomer) -> None:
    new, old = Pin("new-one", "1.0"), Pin("old-one", "1.0")
    newcomer.index.add(new)
    newcomer.index.add(old, ["new-one<1"])  # what is left behind may not go with what comes
    assert newcomer.installs(newcomer.lock("a.lock", BACKEND, old)).returncode == 1
    assert newcomer.installs(newcomer.lock("a.lock", BACKEND, new)).returncode == 0
    assert newcomer.has == {"hatchling": "1", "new_one": "1.0", "klyngeblik": "1"}


def test_a_lock_that_is_not_whole_is_told(newcomer: Newcomer) -> None:
    asking, here = Pin("asking", "1.0"), Pin("here", "1.0")
    newcomer.index.add(asking, ["absent>=1", "here[more]>=2"])
    newcomer.index.add(here)
    newcomer.index.add(Pin("absent", "1.0"))  # to be had, but not locked
    told = newcomer.installs(newcomer.lock("a.lock", BACKEND, asking, here))
    assert told.returncode == 1
    assert "asking 1.0 requires absent, which is not installed" in told.stdout
    assert "asking 1.0 has requirement here[more]>=2, but you have here 1.0" in told.stdout
    assert "The environment is not whole" in told.stderr


def test_another_file_under_the_same_name_is_refused(newcomer: Newcomer) -> None:
    swapped = Pin("swapped", "1.0")
    lock = newcomer.lock("a.lock", BACKEND, swapped)  # before the index has it: another hash
    newcomer.index.add(swapped)
    told = newcomer.installs(lock)
    assert told.returncode == 1
    assert "swapped" not in newcomer.has


def asked_for(*extras: str) -> list[Requirement]:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    found: list[Requirement] = []
    waiting = [project["dependencies"], *(optional[extra] for extra in extras)]
    while waiting:
        for wanted in map(Requirement, waiting.pop()):
            if wanted.name == "klyngeblik":  # an extra made of others
                waiting += [optional[extra] for extra in wanted.extras]
            else:
                found.append(wanted)
    return found


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ("all", "build")),
        ("requirements-dev.lock", ("all", "build", "dev")),
        ("requirements-spark.lock", ("all", "build", "spark")),
    ],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    locked = {pin.name: pin.version for pin in pins(REPO / lock) if pin.is_for_here}
    missing = [str(r) for r in asked_for(*extras) if not r.specifier.contains(locked[r.name])]
    assert missing == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_agree_and_name_no_host(lock: str) -> None:
    other = {(pin.name, pin.marker): pin for name in LOCKS for pin in pins(REPO / name)}
    assert [pin for pin in pins(REPO / lock) if other[pin.name, pin.marker] != pin] == []
    text = (REPO / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(pins(REPO / lock))
