"""What is wrong with geographies and boundaries, told as of any other file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geo
from etl.findings import Finding, Severity


def findings_of(problems: Iterable[geo.Problem], severity: Severity = "error") -> list[Finding]:
    """Return problems of the room ``geo`` as findings.

    Parameters
    ----------
    problems
        ``geo.PlacesError.problems``, or ``geo.boundaries.Boundaries.notes``.
    severity
        What each is.

    Returns
    -------
    list of Finding
        In the order given; the row is the line of the file.
    """
    return [
        Finding(severity, p.file, None, p.line, None, p.what.da, p.what.en, p.mend.da, p.mend.en)
        for p in problems
    ]


def check_boundaries(folders: Iterable[Path]) -> list[Finding]:
    """Check the user's own boundary file in each folder, where there is one.

    Parameters
    ----------
    folders
        Folders of delivered files.

    Returns
    -------
    list of Finding
        What is wrong, and notes on what was mended.
    """
    found: list[Finding] = []
    for folder in folders:
        try:
            if geo.boundaries.find_file(folder) is not None:
                found += findings_of(geo.boundaries.load(folder).notes, "note")
        except geo.boundaries.BoundaryError as error:
            found += findings_of(error.problems)
    return found
