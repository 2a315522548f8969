"""Find the Java that Spark runs on, and install Debian's when there is none."""

from __future__ import annotations

import shutil

from tests.debian import install

if __name__ == "__main__":
    if shutil.which("java") is None:
        install("default-jre-headless", "Spark needs Java 17 or newer: install it.")
