"""Every package of a folder, with everything that is wrong in any of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from etl.findings import Finding, PackageError, unreadable
from etl.ingest.readers.beside import named_as_data, not_read
from etl.ingest.readers.editions import newest
from etl.ingest.readers.package import LoadedPackages, Once, Package, anew
from etl.ingest.readers.reading import read_package
from etl.layouts import Layouts, load_layouts
from geo.delivered import is_delivered

#: Called with files done and files in all, after each file.
Progress = Callable[[int, int], None]

# Most of the reading lets go of the interpreter; more than two files at once only cost
# memory.
_AT_ONCE = 2


def data_files(folder: Path, layouts: Layouts | None = None) -> list[Path]:
    """Return the files of a folder that are meant as packages, by name.

    Parameters
    ----------
    folder
        Usually ``data/raw``. Not searched below; hidden files, the ``~$`` files that Excel leaves
        while a workbook is open, folders, pipes and links to elsewhere do not count.
    layouts
        Known layouts; all shipped ones by default.
    """
    return [
        path
        for path in named_as_data(folder, load_layouts() if layouts is None else layouts)
        if is_delivered(path)
    ]


def tried(
    read: Callable[[Path, Layouts], Package], path: Path, layouts: Layouts
) -> Package | PackageError:
    """Return a package or everything that is wrong with it, whoever finds it: also the system."""
    try:
        if path.exists() and not path.is_file():
            return PackageError([Finding.of("error", path.name, "no_file")])  # a pipe never ends
        return read(path, layouts)
    except PackageError as error:
        return error
    except OSError as error:
        return PackageError([unreadable(path, error)])


def load_folder(
    raw_dir: Path,
    layouts: Layouts | None = None,
    progress: Progress | None = None,
    *,
    read: Callable[[Path, Layouts], Package] = read_package,
    once: Once = anew,
) -> LoadedPackages:
    """Read every package of a folder.

    Parameters
    ----------
    raw_dir
        Folder with delivered files.
    layouts
        Known layouts; all shipped ones by default.
    progress
        Told after each file.
    read
        Reads one file, or knows what stands in it.
    once
        Compares two editions, or knows what it found in them.

    Returns
    -------
    LoadedPackages
        What could be read, the newest edition of each kind and what only an older one has, and all
        findings: errors are among them, not raised (``raise_errors`` does).
    """
    layouts = load_layouts() if layouts is None else layouts
    files = data_files(raw_dir, layouts) if raw_dir.is_dir() else []
    findings = not_read(raw_dir, layouts) if raw_dir.is_dir() else []
    packages: list[Package] = []
    if not files:
        findings.append(Finding.of("error", raw_dir.name, "folder_empty"))
        return LoadedPackages((), tuple(findings))

    read_one = partial(tried, read, layouts=layouts)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, result in enumerate(pool.map(read_one, files), start=1):
            if isinstance(result, PackageError):
                findings.extend(result.findings)
            else:
                packages.append(result)
                findings.extend(result.findings)
            if progress is not None:
                progress(done, len(files))
    kept, about_editions = newest(packages, once)
    files_kept = {package.info.file for package in kept}
    unused = tuple(p.info.file for p in packages if p.info.file not in files_kept)
    return LoadedPackages(tuple(kept), (*findings, *about_editions), unused)
