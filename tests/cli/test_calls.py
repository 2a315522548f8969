"""Every way a call can end: help, a sentence and an exit status, never a traceback."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dashboard.serve
import klyngeblik
from tests.cli.conftest import Run
from tests.conftest import REPO

COMMANDS = (
    *("run", "build", "serve", "export", "areas", "indicators", "packages", "check", "demo"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"klyngeblik {command}" in result.output.replace("root", "klyngeblik")
    assert command in run("--help").output


def test_help_waits_for_nothing_heavy() -> None:
    program = (
        "import sys; from klyngeblik.cli import make_app; make_app(); "
        "print({'polars', 'duckdb', 'streamlit', 'plotly', 'geopandas'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.stdout.strip() == "set()", done.stderr


def test_the_version_is_the_package_s(run: Run) -> None:
    assert run("--version").output.strip() == f"klyngeblik {klyngeblik.__version__}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "--out", "x.csv", "--area", "Horzens"], "Horsens [0615, kommuner]"),
        (["export", "--out", "x.csv", "--area", "Nord"], "Klynge Nord (Nordjylland)"),
        (["export", "--out", "x.csv", "--indicator", "copd"], "copd_prevalence"),
        (["export", "--out", "x.csv", "--period", "2025:2019"], "2019:2025"),
        (["export", "--out", "x.csv", "--period", "1990"], "No rows fit"),
        (["export", "--out", "x.txt"], ".parquet, .csv, .xlsx, .json, .ndjson"),
        (["export", "--out", "nowhere/x.csv"], "nowhere does not exist"),
        (["export", "--out", "x.csv", "--csv", "swedish"], "swedish"),
        (["export"], "--out"),
        (["areas", "--geography", "klyngr"], "klynger-2022"),
        (["indicators", "--theme", "sektorrer"], "sectors"),
        (["nonsense"], "nonsense"),
    ],
)
def test_a_wrong_call_ends_in_a_sentence(
    run: Run, small_path: Path, here: Path, words: list[str], said: str
) -> None:
    reads = words[0] in ("export", "areas", "indicators")
    result = run(*words, *(["--warehouse", small_path] if reads else []))
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("command", ["export --out x.csv", "areas", "packages", "serve"])
def test_no_warehouse_yet_says_what_to_run(run: Run, here: Path, command: str) -> None:
    result = run(*command.split())
    assert result.exit_code == 1
    assert list(here.iterdir()) == []
    assert "klyngeblik build" in result.output


def test_a_taken_port_is_told(run: Run, small_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--warehouse", small_path, "--port", port, "--no-browser")
    assert result.exit_code == 2
    assert f"Port {port} is taken" in result.output


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (ZeroDivisionError("odd"), 1)]
)
def test_neither_ctrl_c_nor_a_bug_shows_a_traceback(
    run: Run,
    small_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
) -> None:
    def stop(*_: object) -> None:
        raise error

    monkeypatch.setattr(dashboard.serve, "serve", stop)
    result = run("serve", "--warehouse", small_path)
    assert result.exit_code == status
    assert "Traceback" not in result.output


def test_a_build_says_only_what_it_has_to_say(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (package,) = (REPO / "data" / "raw").glob("FOLK1A_*.csv")
    shutil.copy(package, raw)
    call = ["build", "--raw", raw, "--warehouse", tmp_path / "warehouse.duckdb"]
    done = subprocess.run(
        [sys.executable, "-m", "klyngeblik", *map(str, call)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("Published: ")


def test_ctrl_c_ends_the_dashboard_quietly(small_path: Path) -> None:
    call = ["serve", "--warehouse", str(small_path), "--port", "0", "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-m", "klyngeblik", *call],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline()
        assert "http://127.0.0.1:" in address
        server.send_signal(signal.SIGINT)
        rest, errors = server.communicate(timeout=300)
    assert (server.returncode, rest, errors) == (0, "", "")
