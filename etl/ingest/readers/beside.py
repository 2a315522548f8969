"""What lies in a folder of delivered files beside the packages, and is told since it is not read.

Whoever drops an archive, a folder or a link into the folder expects something of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from etl.findings import Finding, unreadable
from etl.layouts import Layouts
from geo.delivered import is_broken_link, is_delivered, leads_out

#: Endings that say a file is meant as a package; everything else in the folder is left alone
#: (README.md), except files of ``SHARED_ENDINGS`` that a layout knows: the user's own boundaries
#: may end so as well.
DATA_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".txt", ".tsv"})
SHARED_ENDINGS: Final = frozenset({".json", ".parquet"})
_ARCHIVES: Final = frozenset(
    {".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst", ".lz4", ".z", ".cab"}
)
#: Endings of what belongs beside packages: what is said about them, boundaries, the answers, what
#: was said in earlier releases.
_BELONGS: Final = frozenset(
    {".md", ".pdf", ".doc", ".docx", ".geojson", ".gpkg", ".toml", ".sha256", ".ledger"}
)
#: Entries of a folder below that are looked at; a folder may lead to any number.
_LOOKED_AT: Final = 10_000


def named_as_data(folder: Path, layouts: Layouts) -> list[Path]:
    """Return what is named as a package, by name; it may be no file."""
    return sorted(path for path in _shown(folder) if _is_data(path, layouts))


def not_read(folder: Path, layouts: Layouts) -> list[Finding]:
    """Report what is no file of the folder, or no package, and looks as if it were to be read.

    Parameters
    ----------
    folder
        Folder of delivered files. Hidden files, the ``~$`` files that Excel leaves while a workbook
        is open, and what belongs beside packages are not told.
    layouts
        The known ones.

    Returns
    -------
    list of Finding
        Errors for links with a package's name that lead out of the folder, else warnings; a note
        for a file whose ending says nothing.
    """
    return [found for path in sorted(_shown(folder)) if (found := _about(path, layouts))]


def _about(path: Path, layouts: Layouts) -> Finding | None:
    data = _is_data(path, layouts)
    if leads_out(path):
        message = "link_broken" if is_broken_link(path) else "leads_out"
        return Finding.of("error" if data else "warning", path.name, message)
    if path.is_dir():
        return _about_folder(path, data=data)
    if not is_delivered(path):
        return Finding.of("warning", path.name, "no_file")
    ending = path.suffix.lower()
    if ending in _ARCHIVES:
        return Finding.of("warning", path.name, "archive_not_read")
    if data or ending in (_BELONGS | SHARED_ENDINGS) or _is_read_me(path):
        return None
    return Finding.of("note", path.name, "ending_unknown")


def _about_folder(path: Path, *, data: bool) -> Finding | None:
    try:
        number = sum(_looks_delivered(name) for name in _names_below(path))
    except OSError as error:
        return unreadable(path, error)
    if number:
        return Finding.of("warning", path.name, "folder_not_read", number=number)
    return Finding.of("warning", path.name, "no_file") if data else None


def _shown(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith((".", "~$")))


def _is_data(path: Path, layouts: Layouts) -> bool:
    ending = path.suffix.lower()
    return ending in DATA_ENDINGS or (
        ending in SHARED_ENDINGS and layouts.recognise(path.name) is not None
    )


def _is_read_me(path: Path) -> bool:
    return path.stem.upper() in ("README", "LICENSE", "LICENCE")


def _looks_delivered(name: str) -> bool:
    ending = Path(name).suffix.lower()
    return ending in (DATA_ENDINGS | SHARED_ENDINGS | _ARCHIVES) and not name.startswith(".")


def _names_below(folder: Path) -> Iterator[str]:
    """Yield the names of the files in a folder and the folders below, so far as is looked."""

    def fail(error: OSError) -> None:
        raise error

    looked_at = 0
    for _, folders, files in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            looked_at += 1
            if looked_at > _LOOKED_AT:
                return
            yield name
