"""Servers of the bench: the app, and an empty Streamlit app to hold it against."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
EMPTY = Path(__file__).with_name("empty.py")
CHOICE = Path(__file__).with_name("choice.py")
_START_WITHIN = 120.0


@dataclass(frozen=True)
class Server:
    """A running server: its address and process id."""

    url: str
    pid: int


@contextlib.contextmanager
def app(warehouse: Path, port: int = 0) -> Iterator[Server]:
    """Serve the app as ``klyngeblik serve`` does, on a free port unless told."""
    call = [sys.executable, "-m", "klyngeblik", "serve", "--no-browser"]
    with started([*call, "--warehouse", str(warehouse), "--port", str(port)]) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("Klyngeblik: http"):
            raise RuntimeError(f"the app did not start: {line!r}")
        yield Server(line.split()[1], process.pid)


@contextlib.contextmanager
def empty(script: Path = EMPTY, *, tuned: bool = False) -> Iterator[Server]:
    """Serve an empty Streamlit app with default settings, or as tuned as an empty one can be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    # A machine without a screen; no question about an e-mail address. The rest is the default.
    call += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    call += ["--browser.gatherUsageStats", "false"]
    if tuned:
        call += ["--runner.postScriptGC", "false", "--server.fileWatcherType", "none"]
    with started(call) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process)
        yield Server(url, process.pid)


@contextlib.contextmanager
def started(call: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run a server in the foreground; end it by its own process id."""
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            call,
            cwd=REPO,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # The reader's own Streamlit settings should not change what is measured.
            env=os.environ | {"HOME": home},
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until Streamlit answers at an address.

    Raises
    ------
    RuntimeError
        When it does not, or the process has ended.
    """
    until = time.monotonic() + _START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")
