"""What a warehouse was made of: packages, definitions, code and the libraries that ran it."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Final

import etl
import geo
import warehouse
from etl.disclosure.ledger import FILE
from etl.ingest.readers.beside import DATA_ENDINGS
from etl.quality.signoff import STANDING_FILE

_SOURCES: Final = (".py", ".toml", ".csv", ".geojson", ".parquet")
#: A new release of these may write other bytes or other last digits.
_LIBRARIES: Final = ("duckdb", "numpy", "polars", "scipy", "shapely")


def fingerprint(raw_dir: Path, definitions: Path | None = None) -> str:
    """Return a text that changes when anything a warehouse depends on does.

    Parameters
    ----------
    raw_dir : Path
        Folder of delivered files; every file in it counts, by name and content.
    definitions : Path, optional
        Folder of layouts and indicators used instead of the project's own.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    made_of = _digest(raw_dir, _files(raw_dir), (etl, geo, warehouse))
    if definitions is None:
        return made_of
    others = _digest(definitions, _files(definitions), ())
    return hashlib.sha256(f"{made_of} {others}".encode()).hexdigest()


def boundary_fingerprint(raw_dir: Path) -> str:
    """Return the same for the boundaries alone: drawing them takes longer than all the figures.

    Parameters
    ----------
    raw_dir : Path
        Folder of delivered files; those that are no package may be boundaries.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    others = [
        path
        for path in _files(raw_dir)
        if path.suffix.lower() not in DATA_ENDINGS and path.name != STANDING_FILE
    ]
    return _digest(raw_dir, others, (geo,))


def code_fingerprint() -> str:
    """Return the same for the code and what comes with it, but for definitions and layouts.

    Each of those is part of the digest of what is made of it alone.
    """
    return _digest(Path(), [], (etl, geo, warehouse), definitions=False)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    # the ledger of releases, and its lock, are of what was made, not of what it is made of
    return sorted(path for path in folder.rglob("*") if path.is_file() and FILE not in path.name)


def _digest(
    raw_dir: Path, raw: list[Path], rooms: tuple[ModuleType, ...], *, definitions: bool = True
) -> str:
    digest = hashlib.sha256()
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for room in rooms:
        folder = Path(str(room.__file__)).parent
        sources = [path for path in _files(folder) if path.suffix in _SOURCES]
        if not definitions:
            sources = [path for path in sources if not _is_definition(path.relative_to(folder))]
        _add(digest, folder, sources)
    _add(digest, raw_dir, raw)
    return digest.hexdigest()


def _is_definition(path: Path) -> bool:
    return path.suffix == ".toml" and path.parts[0] in ("indicators", "layouts")


def _add(digest: hashlib._Hash, folder: Path, paths: list[Path]) -> None:
    for path in paths:
        # As the disk has it: a name need not be Unicode.
        digest.update(os.fsencode(f"{path.relative_to(folder).as_posix()}\n"))
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:  # told by who reads it as a package
            digest.update(f"unreadable: {error.errno}\n".encode())
