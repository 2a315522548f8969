"""Files are made beside the folder's own ones and take their place only when all are whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file that was fetched.

    Parameters
    ----------
    file
        Where it lies now.
    source
        What it is and how new, for people.
    is_new
        False when the folder had the same bytes already.
    older
        Earlier editions of it that lie in the folder, which the readers no longer use.
    """

    file: Path
    source: str
    is_new: bool
    older: tuple[Path, ...] = ()


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``folder``, gone afterwards whatever happens.

    On the same disk, so that a finished file is moved and not copied.
    """
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as made:
        yield Path(made)


def put(file: Path, folder: Path) -> bool:
    """Move a finished file into a folder in one step, over an older one of its name.

    Returns
    -------
    bool
        False when the same bytes lay there already; then nothing is touched.
    """
    target = folder / file.name
    if target.is_file() and target.read_bytes() == file.read_bytes():
        return False
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(target)
    return True
