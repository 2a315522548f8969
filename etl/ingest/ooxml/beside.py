"""A process that walks through one large sheet: two files are read at once, a core each.

It reads nothing but the workbook it is called with, hands on its cells through a pipe, and ends
with it.
"""

from __future__ import annotations

import gc
import marshal
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from etl.ingest.ooxml.parts import DamagedPartError, DocumentTypeError, Parts, directory
from etl.ingest.ooxml.sheet import Block, Frame, walk

#: Bytes of XML from which on another process is worth its start.
LARGE: Final = 4_000_000
#: What a walk may end with; the process says which by number.
_FAULTS: Final = (DamagedPartError, DocumentTypeError, zipfile.BadZipFile)


def walk_beside(path: Path, part: str, take: Callable[[Block], object]) -> Frame:
    """Do what :func:`etl.ingest.ooxml.sheet.walk` does, in a process of its own.

    Parameters
    ----------
    path
        The workbook.
    part
        The sheet's part.
    take
        Called with each block of rows.

    Raises
    ------
    etl.ingest.ooxml.parts.DamagedPartError, etl.ingest.ooxml.parts.DocumentTypeError,
    zipfile.BadZipFile
        As the walk itself.
    """
    with _process(path, part) as out:
        while True:
            kind, content = _next(out)
            if kind == "block":
                take(Block(*content))
            elif kind == "frame":
                return Frame(*content)
            else:
                raise _FAULTS[content]


def _next(out: IO[bytes]) -> tuple[str, Any]:
    (length,) = struct.unpack("<Q", out.read(8).ljust(8, b"\0"))
    packed = out.read(length)
    if not length or len(packed) < length:
        raise ChildProcessError("A process that reads a workbook was ended.")
    kind, content = marshal.loads(packed)  # noqa: S302 - our own process wrote it
    return kind, content


@contextmanager
def _process(path: Path, part: str) -> Iterator[IO[bytes]]:
    call = [sys.executable, "-m", "etl.ingest.ooxml.beside", str(path), part]
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(  # noqa: S603
        call, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=root
    ) as process:
        assert process.stdout is not None  # noqa: S101
        try:
            yield process.stdout
        finally:
            process.kill()


def _main(path: Path, part: str, out: BinaryIO) -> None:
    def hand_on(kind: str, content: Any) -> None:
        packed = marshal.dumps((kind, content))
        out.write(struct.pack("<Q", len(packed)))
        out.write(packed)

    def block(these: Block) -> None:
        hand_on("block", tuple(vars(these).values()))

    gc.disable()  # ten million short-lived objects, and none in a circle
    try:
        with path.open("rb") as file:
            frame = walk(Parts(file, directory(path)).pieces(part), block)
    except _FAULTS as error:
        hand_on("fault", next(n for n, fault in enumerate(_FAULTS) if isinstance(error, fault)))
    else:
        hand_on("frame", astuple(frame))
    out.flush()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2], sys.stdout.buffer)
