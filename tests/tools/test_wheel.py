"""A wheel in an empty environment, far from a checkout: every command works or says what it wants.

The environment has the packages of this one, but the project's own code comes from the wheel.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from uv import find_uv_bin

from etl.disclosure.ledger import FILE
from tests.conftest import REPO
from tests.tools.index import packages_of, python_of

#: Makes many calls for one start, as the script ``klyngeblik`` makes each.
CALLS = """
import json, sys
from typer.testing import CliRunner
from klyngeblik.cli import make_app
app, told = make_app(), {}
for words in json.load(sys.stdin):
    result = CliRunner().invoke(app, words)
    told[words[0]] = [result.exit_code, " ".join(result.output.replace("│", " ").split())]
names = [info.name or info.callback.__name__ for info in app.registered_commands]
print("commands", json.dumps([name.replace("_", "-") for name in names]))
print("told", json.dumps(told))
"""
RAW, WAREHOUSE = "data/raw", "data/warehouse.duckdb"
#: Every command with no more than it must have, and the folder or file it then wants.
BARE = {
    "run": ([], RAW),
    "serve": ([], WAREHOUSE),
    "build": ([], RAW),
    "report": (["--area", "Horsensklyngen", "--out", "sheet.pdf"], WAREHOUSE),
    "export": (["--out", "extract.csv"], WAREHOUSE),
    "sql": (["SELECT 1"], WAREHOUSE),
    "release": ([], WAREHOUSE),
    "areas": ([], WAREHOUSE),
    "indicators": ([], WAREHOUSE),
    "packages": ([], WAREHOUSE),
    "dictionary": (["--out", "words.md"], WAREHOUSE),
    "check": ([], RAW),
    "demo": ([], RAW),
    "diff": (["old.duckdb", "new.duckdb"], "old.duckdb"),
    "contacts": (["rows.parquet"], "rows.parquet"),
    "contacts-demo": (["made.parquet"], RAW),
    "fetch": (["population"], RAW),
    "layout": (["delivered.csv"], "delivered.csv"),
}
#: The same with what they want, and what they then say. The dashboard has a test of its own.
GIVEN = {
    "build": (["--raw", "{raw}", "--warehouse", "own.duckdb"], "Nothing new"),
    "report": (
        ["--warehouse", "own.duckdb", "--area", "Horsensklyngen", "--out", "sheet.pdf"],
        "Written: sheet.pdf",
    ),
    "export": (
        [
            *("--warehouse", "own.duckdb", "--out", "extract.xlsx"),
            *("--indicator", "population_80plus_share", "--geography", "klynger-2022"),
        ],
        "extract.xlsx",
    ),
    "release": (["--warehouse", "own.duckdb", "--out", "kept"], "released: kept/klyngeblik-"),
    "sql": (["SELECT count(*) FROM measures", "--warehouse", "own.duckdb"], "count_star()"),
    "areas": (["--warehouse", "own.duckdb", "--search", "Horsensklyngen"], "k22-horsensklyngen"),
    "indicators": (["--warehouse", "own.duckdb", "--search", "copd"], "copd_prevalence"),
    "packages": (["--warehouse", "own.duckdb"], "FOLK1A"),
    "dictionary": (["--warehouse", "own.duckdb", "--out", "words.md"], "words.md"),
    "check": (["{raw}/UND2_2025.csv", "--warehouse", "own.duckdb"], "1 package(s) read: 0 error"),
    "demo": (["--raw", "{raw}", "--out", "demo"], "DEMO_"),
    "diff": (["own.duckdb", "own.duckdb"], ""),
    "contacts-demo": (["made.parquet", "--rows", "2000", "--raw", "{raw}"], "made.parquet"),
    "contacts": (["made.parquet", "counted"], "DEMO_Kontakter"),
    "fetch": (["boundaries", "--raw", "{raw}"], "DATAFORDELER_APIKEY"),  # asks for its key
    "layout": (["{raw}/UND2_2025.csv"], "[columns]"),
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment with the project's wheel, and everybody else's packages as here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=REPO, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    install = ("pip", "install", "--quiet", "--offline", "--no-deps", wheel)
    python = python_of(environment)
    subprocess.run([find_uv_bin(), *install, "--python", python], check=True)
    # A line names a folder; what makes the checkout importable here lies in one of its files.
    others = packages_of(environment) / "others.pth"
    others.write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to stand in, with an environment that leads nowhere else."""
    for variable in ("PYTHONPATH", "DATAFORDELER_APIKEY", "KLYNGEBLIK_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def brought(outside: Path, raw_dir: Path, warehouse_path: Path) -> Path:
    """Bring the shipped packages, what was built of them, and its ledger; return their folder."""
    raw = outside / "raw"
    shutil.copytree(raw_dir, raw)
    shutil.copy(warehouse_path.parent / FILE, raw)
    shutil.copy(warehouse_path, outside / "own.duckdb")
    return raw


def calls(installed: Path, calls: list[list[str]]) -> dict[str, Any]:
    """Make calls with the installed package, in the folder one stands in."""
    done = subprocess.run(
        [python_of(installed), "-c", CALLS],
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    last = done.stdout.splitlines()[-2:]
    return {key: json.loads(rest) for key, rest in (line.split(" ", 1) for line in last)}


def test_the_code_is_the_wheel_s(installed: Path, outside: Path) -> None:
    program = "import dashboard, etl, geo, klyngeblik, report, warehouse; print(*(m.__file__ for m "
    program += "in (dashboard, etl, geo, klyngeblik, report, warehouse)), sep='\\n')"
    told = subprocess.check_output([python_of(installed), "-c", program], text=True)
    assert [path for path in told.splitlines() if not Path(path).is_relative_to(installed)] == []


def test_without_anything_every_command_says_what_it_wants(installed: Path, outside: Path) -> None:
    answer = calls(installed, [[name, *words] for name, (words, _) in BARE.items()])
    assert sorted(answer["commands"]) == sorted(BARE)
    for name, (_, wanted) in BARE.items():
        status, told = answer["told"][name]
        assert status in (1, 2), (name, told)
        assert Path(wanted).name in told, (name, told)
        assert "unforeseen" not in told
        assert "site-packages" not in told
    assert list(outside.iterdir()) == []


def test_with_what_it_wants_every_command_works(
    installed: Path, outside: Path, raw_dir: Path, warehouse_path: Path
) -> None:
    assert set(BARE) - set(GIVEN) == {"run", "serve"}
    raw = brought(outside, raw_dir, warehouse_path)
    words = {name: [w.format(raw=raw) for w in given] for name, (given, _) in GIVEN.items()}
    told = calls(installed, [[name, *given] for name, given in words.items()])["told"]
    for name, (_, said) in GIVEN.items():
        status, output = told[name]
        assert status == (2 if name == "fetch" else 0), (name, output)
        assert said in output, (name, output)
    made = {path.name for path in outside.iterdir()}
    assert {"sheet.pdf", "extract.xlsx", "words.md", "demo", "made.parquet", "counted"} <= made


def test_the_dashboard_is_served_from_it(
    installed: Path, outside: Path, raw_dir: Path, warehouse_path: Path
) -> None:
    raw = brought(outside, raw_dir, warehouse_path)
    script = shutil.which("klyngeblik", path=str(python_of(installed).parent))
    quiet = ("--warehouse", "own.duckdb", "--port", "0", "--no-browser")
    for words in (["run", "--raw", str(raw), *quiet], ["serve", *quiet]):
        with subprocess.Popen([script, *words], stdout=subprocess.PIPE, text=True) as server:
            try:
                address = next(line for line in server.stdout if "http://" in line).split()[-1]
                with urllib.request.urlopen(address) as page:
                    assert b'lang="da"' in page.read()
            finally:
                server.terminate()
