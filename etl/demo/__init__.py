"""The demo packages: four workbooks of generated figures in the authority's own layout.

The authority publishes its cluster data packages, but no copy could be had (``data/raw/README.md``
says where they are), so these stand in for them. They are generated around published national
figures and real municipal levels, and marked DEMO throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.demo import people, workbook
from etl.demo.contents import packages
from etl.demo.draw import Dice
from etl.demo.quantities import simulate
from etl.demo.tables import rows

__all__ = ["generate"]


def generate(
    out_dir: Path,
    raw_dir: Path,
    seed: int = 2025,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Path]:
    """Write the four demo workbooks.

    Parameters
    ----------
    out_dir
        Folder to write to; made if it is not there. Files of the same name are replaced.
    raw_dir
        Folder with the real packages the figures are calibrated on.
    seed
        Decides every number: the same seed and real packages give the same bytes.
    progress
        Called with the file's name, how many are done and how many there are, before each file
        and once at the end.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    FileNotFoundError
        When a real package is missing; the message names it.
    """
    country = people.load(raw_dir)
    counts = simulate(Dice(country, seed))
    out_dir.mkdir(parents=True, exist_ok=True)
    wanted = packages()
    written = []
    for done, package in enumerate(wanted):
        if progress is not None:
            progress(package.file, done, len(wanted))
        path = out_dir / package.file
        workbook.write(path, package, rows(package, country, counts), seed)
        written.append(path)
    if progress is not None:
        progress("", len(wanted), len(wanted))
    return written
