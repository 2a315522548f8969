"""Install what the tests drive and pip cannot bring: Debian's own packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def install(package: str, otherwise: str) -> None:
    """Install a package of Debian's; needs apt-get, and root or sudo."""
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit(otherwise)
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", package]):
        subprocess.run([*sudo, apt, *arguments], check=True, env=environment)
