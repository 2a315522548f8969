"""What a warehouse was made of: packages, definitions, code and the libraries that ran it."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

import etl
import geo
import warehouse

_SOURCES: Final = (".py", ".toml", ".csv", ".geojson")
#: A new release of these may write other bytes or other last digits.
_LIBRARIES: Final = ("duckdb", "numpy", "polars", "scipy", "shapely")


def fingerprint(raw_dir: Path) -> str:
    """Return a text that changes when anything a warehouse depends on does.

    Parameters
    ----------
    raw_dir : Path
        Folder of delivered files; every file in it counts, by name and content.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    digest = hashlib.sha256()
    for name in ("klyngeblik", *_LIBRARIES):
        digest.update(f"{name} {version(name)}\n".encode())
    for room in (etl, geo, warehouse):
        folder = Path(str(room.__file__)).parent
        paths = (path for path in folder.rglob("*") if path.suffix in _SOURCES)
        _add(digest, folder, sorted(paths))
    if raw_dir.is_dir():
        _add(digest, raw_dir, sorted(path for path in raw_dir.rglob("*") if path.is_file()))
    return digest.hexdigest()


def _add(digest: hashlib._Hash, folder: Path, paths: list[Path]) -> None:
    for path in paths:
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
