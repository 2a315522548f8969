"""Find the Chromium that the browser tests drive, and install Debian's when there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.debian import install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
#: Headless as root, and silent towards the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> Path | None:
    """Return the browser's executable: ``$CHROMIUM``, one on the PATH, or Windows' usual places."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        for place in WINDOWS:
            candidate = Path(os.environ.get(variable, "")) / place
            if os.environ.get(variable) and candidate.is_file():
                return candidate
    return None


if __name__ == "__main__":
    if find() is None:
        install(
            "chromium", "The browser tests need Chromium: install it, or set CHROMIUM to its path."
        )
    if find() is None:
        sys.exit("Chromium was installed but is not found: set CHROMIUM to its path.")
