"""One build at a time on one warehouse, also across processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_RETRY_SECONDS = 0.1


@contextmanager
def only_one(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a file; a second holder waits until the first is done or dead.

    Parameters
    ----------
    path : Path
        The lock file. It stays behind, empty: removing it would let two holders in.
    waiting : callable, optional
        Called once when somebody else holds the lock.

    Notes
    -----
    The operating system gives the lock back when its holder dies, however it dies.
    """
    with path.open("a+b") as file:
        told = False
        while not _try(file):
            if not told and waiting is not None:
                waiting()
            told = True
            time.sleep(_RETRY_SECONDS)
        try:
            yield
        finally:
            _release(file)


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _try(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _try(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
