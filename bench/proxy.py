"""Several processes of the app behind nginx, with the configuration of ``deploy/``.

Nginx is the machine's own or, where there is none, Debian's package unpacked in a folder of its
own: nothing is installed, and no service starts.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.server import REPO, Server, started, wait_for

DEPLOY = REPO / "deploy" / "nginx"
_PLACES = ("nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx")


def find_nginx(folder: Path) -> str | None:
    """Return nginx' path, fetched into the folder when the machine has none; ``None`` without."""
    for place in _PLACES:
        if found := shutil.which(place):
            return found
    unpacked = folder / "nginx"
    unpacked.mkdir(exist_ok=True)
    try:
        subprocess.run(
            ["apt-get", "download", "nginx"], cwd=unpacked, check=True, capture_output=True
        )
        [package] = unpacked.glob("nginx_*.deb")
        subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return str(unpacked / "usr" / "sbin" / "nginx")


def configuration(folder: Path, port: int, ports: Sequence[int]) -> Path:
    """Write the shipped configuration for this machine: its port, its processes, no certificate."""
    site = (DEPLOY / "site.conf").read_text(encoding="utf-8")
    site = site.replace("/etc/nginx/klyngeblik/", f"{DEPLOY}/")
    # The first server block only sends readers on to https.
    head, _redirect, tls = re.split(r"^(?=server \{)", site, maxsplit=2, flags=re.MULTILINE)
    tls = re.sub(r"^\s*ssl_\w+ .*\n", "", tls, flags=re.MULTILINE)
    tls = re.sub(r"listen 443[^;]*;", f"listen 127.0.0.1:{port};", tls)
    servers = "".join(f"    server 127.0.0.1:{p} max_fails=2 fail_timeout=5s;\n" for p in ports)
    head = re.sub(r"(    server 127\.0\.0\.1:.*\n)+", servers, head)
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Started by root it would become nobody, who may not write to the folder.
    user = "user root;\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "worker_processes 1;\nevents { worker_connections 4096; }\n"
        f"http {{\n    access_log off;\n{temporary}{head}{tls}}}\n",
        encoding="utf-8",
    )
    return path


@contextlib.contextmanager
def balanced(nginx: str, folder: Path, servers: Sequence[Server]) -> Iterator[str]:
    """Put nginx before the servers, in the foreground; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ports = [int(server.url.rpartition(":")[2]) for server in servers]
    path = configuration(folder, port, ports)
    with started(
        [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(path)]
    ) as it:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, it)
        yield url
