"""Files made once and kept for the next who asks: how long they are is known before they are sent.

A reader who takes part of a file, or takes it slowly, reads from the disk: what making costs is
paid once, and only a few files are made at a time. The disk used has a bound, past which what was
not asked for longest goes.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from starlette.concurrency import run_in_threadpool

#: Files made at once. Measured: one being made takes some 50 MB.
AT_ONCE: Final = 3
#: Bytes of the largest file that is made, and of all that are kept.
LARGEST: Final = 1 << 30
#: Megabytes of disk, where the default is not wanted.
BUDGET_VARIABLE: Final = "KLYNGEBLIK_DOWNLOADS_MB"
_BUDGET_MB: Final = 2048
#: Seconds: the longest that making may take, and that one more waits for a place.
LONGEST: Final = 60.0
PATIENCE: Final = 10.0
_LOOK_AGAIN: Final = 0.1


class BusyError(Exception):
    """All places are taken: come again."""


class TooLargeError(Exception):
    """The file is larger, or takes longer, than one reader may ask for."""


class Places:
    """How many files are made at once.

    Parameters
    ----------
    number
        How many there may be.
    patience
        Seconds that one more waits for a place.
    """

    def __init__(self, number: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = threading.Semaphore(number)
        self._patience = patience

    async def take(self) -> None:
        """Take a place.

        Raises
        ------
        BusyError
            When none was to be had.
        """
        waited = 0.0
        # Looked for again and again, since a lock of asyncio belongs to one loop and a lock of
        # threads would hold a thread.
        while not self._free.acquire(blocking=False):
            if waited >= self._patience:
                raise BusyError
            await asyncio.sleep(_LOOK_AGAIN)
            waited += _LOOK_AGAIN

    def leave(self) -> None:
        """Give a place back."""
        self._free.release()


@dataclass(frozen=True)
class Kept:
    """A file on the shelf: where, and its bytes."""

    path: Path
    size: int


class Shelf:
    """The files made of a warehouse, by key.

    Parameters
    ----------
    places
        How many are made at once.
    budget
        Bytes of disk; the environment's ``KLYNGEBLIK_DOWNLOADS_MB`` when left out.
    largest, longest
        Bytes and seconds of one file.
    """

    def __init__(
        self,
        places: Places | None = None,
        *,
        budget: int | None = None,
        largest: int = LARGEST,
        longest: float = LONGEST,
    ) -> None:
        megabytes = int(os.environ.get(BUDGET_VARIABLE, _BUDGET_MB))
        self.largest = largest
        self._longest = longest
        self._budget = (megabytes << 20) if budget is None else budget
        self._places = places or Places()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._making: dict[str, Future[Kept]] = {}
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._number = 0

    async def file(self, key: str, make: Callable[[], Iterable[bytes]]) -> tuple[BinaryIO, int]:
        """Return the file of a key, open for reading, and its bytes; made if it is not there.

        Who asks for a file that is being made waits for it; it is made once.

        Parameters
        ----------
        key
            What decides the bytes.
        make
            Gives them, part by part.

        Raises
        ------
        BusyError, TooLargeError
            Whatever ``make`` raises is raised too, to all who wait.
        """
        while True:
            with self._lock:
                if kept := self._kept.get(key):
                    self._kept.move_to_end(key)
                    with suppress(FileNotFoundError):
                        return kept.path.open("rb"), kept.size
                    del self._kept[key]
                others = self._making.get(key)
                own: Future[Kept] = Future()
                if others is None:
                    self._making[key] = own
            if others is not None:
                # Shielded: one who leaves does not take the file from those who stay.
                await asyncio.shield(asyncio.wrap_future(others))
                continue
            try:
                own.set_result(await self._made(key, make))
            except BaseException as error:
                own.set_exception(error)
                # Looked at here, whether or not anybody waits.
                own.exception()
                raise
            finally:
                with self._lock:
                    del self._making[key]

    async def _made(self, key: str, make: Callable[[], Iterable[bytes]]) -> Kept:
        await self._places.take()
        try:
            kept = await run_in_threadpool(self._written, make)
        finally:
            self._places.leave()
        with self._lock:
            self._kept[key] = kept
            self._make_room()
        return kept

    def _written(self, make: Callable[[], Iterable[bytes]]) -> Kept:
        started, size = time.monotonic(), 0
        path = self._place()
        try:
            with path.open("wb") as file:
                for part in make():
                    size += len(part)
                    if size > self.largest or time.monotonic() - started > self._longest:
                        raise TooLargeError
                    file.write(part)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Kept(path, size)

    def _place(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="klyngeblik-data-")
            self._number += 1
            return Path(self._folder.name) / str(self._number)

    def _make_room(self) -> None:
        # The newest stays: somebody is about to read it.
        while len(self._kept) > 1 and sum(k.size for k in self._kept.values()) > self._budget:
            _, oldest = self._kept.popitem(last=False)
            # Who reads it reads on; Windows keeps a file that is open until it is not.
            with suppress(PermissionError):
                oldest.path.unlink(missing_ok=True)
