"""A fetched file as an ordinary package: written in the bank's form, read as a build would."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from etl.findings import PackageError
from etl.ingest.readers import read_package
from etl.layouts import load_layouts
from etl.quality.checks import check_package
from etl.sources.errors import FetchError


def csv_of(frame: pl.DataFrame) -> bytes:
    """Return the bank's own form: semicolons, CRLF, UTF-8 with BOM."""
    text = frame.write_csv(separator=";", line_terminator="\r\n")
    return text.encode("utf-8-sig")


def checked(file: Path, *, strict: bool = True) -> None:
    """Read a fetched file as a build would.

    Parameters
    ----------
    file
        Not yet in the folder of packages.
    strict
        Whether a warning or a question is enough to refuse it; else only an error is, and the
        build asks.

    Raises
    ------
    FetchError
        When it is refused.
    """
    try:
        package = read_package(file)
    except PackageError as error:
        wrong = error.findings
    else:
        # What comes fresh from the bank adds up; a file that warns is one with something lost.
        told = {"note"} if strict else {"note", "warning", "question"}
        wrong = tuple(f for f in check_package(package) if f.severity not in told)
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise FetchError(
            f"What came cannot be used: {wrong[0].what_en}{more}", "Nothing was replaced."
        )


def older_editions(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the files in the folder that are earlier editions of the same package."""
    layouts = load_layouts()
    known = layouts.recognise(name)
    assert known is not None  # or it could not have been read  # noqa: S101
    older = []
    for file in sorted(folder.glob("*.csv")):
        other = layouts.recognise(file.name)
        if other and other[0].id == known[0].id and other[1] < known[1]:
            older.append(file)
    return tuple(older)
