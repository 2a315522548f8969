"""Put a lock into the environment that runs this script: nothing is resolved, only fetched.

``python tools/install.py requirements.lock`` leaves the environment with exactly what the lock
says, and the project itself as an editable install. uv does it, from a small hashed lock of its
own; where uv cannot be had or cannot run, pip does it. Every package is held against its hash, and
the finished environment is checked as a whole.

pip's own ``--require-hashes`` without ``--no-deps`` is no way to do it: pip 23 looks an extra up in
the index before it looks at the pin, and a lock stops working the day something newer is released.
The script runs before anything is installed, so it imports the standard library only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
UV_LOCK: Final = ROOT / "requirements-uv.lock"
PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check")
QUIET: Final = ("--quiet",)
UV: Final = (sys.executable, "-m", "uv", *QUIET, "pip")
HERE: Final = ("--python", sys.executable)
#: Neither dependencies nor the build of the project are looked up anywhere.
EDITABLE: Final = ("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
#: What an environment has before anything is installed, and may keep.
SEED: Final = {"pip", "setuptools", "uv", "wheel"}


def main(locks: list[Path]) -> None:
    """Install the locks and the project, and check the whole; leave with a status of 1 if not."""
    try:
        try:
            get_uv()
            with_uv(locks)
        except subprocess.CalledProcessError:
            say("uv could not do it here; pip does it, which takes longer.")
            with_pip(locks)
        run(*PIP, "check")
    except subprocess.CalledProcessError as error:
        sys.exit(f"The environment is not whole; this went wrong: {' '.join(error.cmd)}")


def get_uv() -> None:
    """Fetch the pinned uv as a wheel, which any pip can do without resolving or building."""
    hashed = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
    run(*PIP, *QUIET, "install", *hashed, "--requirement", str(UV_LOCK))


def with_uv(locks: list[Path]) -> None:
    """Bring the environment to the locks, no more and no less, with uv."""
    run(*UV, "sync", *HERE, "--require-hashes", *map(str, locks))
    run(*UV, "install", *HERE, *EDITABLE)


def with_pip(locks: list[Path]) -> None:
    """Do the same with pip: take out what no lock names, put in what they name."""
    named = {name for lock in locks for name in names(lock)} | SEED
    there = {normal(found.metadata["Name"]) for found in distributions()}
    if left_over := sorted(there - named):
        run(*PIP, *QUIET, "uninstall", "--yes", *left_over)
    wanted = [word for lock in locks for word in ("--requirement", str(lock))]
    run(*PIP, *QUIET, "install", "--require-hashes", "--no-deps", *wanted)
    run(*PIP, *QUIET, "install", *EDITABLE)


@cache
def mirror() -> dict[str, str]:
    """Return what tells uv of the mirror that pip is set to, which uv does not read."""
    asked = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    found = re.findall(r"^(?::env:|global|install)\.index-url='(.+)'$", asked.stdout, re.MULTILINE)
    return {"UV_DEFAULT_INDEX": found[0]} if found else {}


def names(lock: Path) -> list[str]:
    """Return the packages a lock pins, as they are compared."""
    pins = re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [normal(name) for name in pins]


def normal(name: str) -> str:
    """Return a package's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def run(*command: str) -> None:
    """Run a command; its own words say what goes wrong."""
    subprocess.run(command, check=True, cwd=ROOT, env=mirror() | os.environ)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main([Path(argument).resolve() for argument in sys.argv[1:]])
