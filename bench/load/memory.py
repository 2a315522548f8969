"""What servers on this machine hold and use: found by port, read from Linux' own books."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_PROC = Path("/proc")
_LISTENING = "0A"
_PAGE = 4096


def listeners(port: int) -> list[int]:
    """Return the process ids that listen on a TCP port; empty where Linux' books are not."""
    sockets = {
        f"socket:[{row[9]}]"
        for table in ("tcp", "tcp6")
        for row in _rows(_PROC / "net" / table)
        if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port
    }
    return sorted(
        int(folder.name)
        for folder in _PROC.glob("[0-9]*")
        if sockets and sockets & _open_files(folder)
    )


def resident(pids: list[int]) -> float:
    """Return megabytes that the processes hold together; those that have ended count nothing."""
    pages = 0
    for pid in pids:
        try:
            pages += int((_PROC / str(pid) / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * _PAGE / 1e6


def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used, all its threads; 0 when it has ended."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rows(table: Path) -> list[list[str]]:
    try:
        return [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []


def _open_files(folder: Path) -> set[str]:
    found = set()
    # Somebody else's may not be read; one may be closed meanwhile.
    with contextlib.suppress(OSError):
        for file in list((folder / "fd").iterdir()):
            with contextlib.suppress(OSError):
                found.add(str(file.readlink()))
    return found
