"""Which cells were hidden last time for exactly the same counts, so that it is not solved again.

Only the pattern is kept (a code a cell), under a digest of what it was chosen for; no count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import polars as pl

import etl

_KEPT: Final = 8


def digest(
    cells: pl.DataFrame, catchments: pl.DataFrame, threshold: int, sums: Sequence[object] = ()
) -> str:
    """Return a text that changes when anything the pattern depends on does."""
    found = hashlib.sha256(f"{threshold} {version('scipy')} {version('numpy')}".encode())
    if sums:
        found.update(str(sums).encode())
    for frame in (cells, catchments):
        found.update(str(frame.schema).encode())
        # row hashes of one polars version do not change between runs
        found.update(frame.hash_rows(seed=1).to_numpy().tobytes())
    found.update(version("polars").encode())
    folder = Path(str(etl.__file__)).parent / "disclosure"  # slow to import, so only looked at
    for path in sorted(folder.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def recall(folder: Path, key: str) -> pl.Series | None:
    """Return the statuses kept under a key, None when there are none."""
    path = folder / f"pattern-{key}.parquet"
    try:
        return pl.read_parquet(path)["status"]
    except (OSError, pl.exceptions.PolarsError):
        return None


def keep(folder: Path, key: str, status: pl.Series) -> None:
    """Keep statuses under a key, and forget the oldest of many; one build at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob("pattern-*.new"):  # of a build that was killed
        leftover.unlink(missing_ok=True)
    fresh = folder / f"pattern-{key}.new"
    status.alias("status").to_frame().write_parquet(fresh)
    fresh.replace(folder / f"pattern-{key}.parquet")
    files = sorted(folder.glob("pattern-*.parquet"), key=lambda path: path.stat().st_mtime)
    for old in files[:-_KEPT]:
        old.unlink(missing_ok=True)
