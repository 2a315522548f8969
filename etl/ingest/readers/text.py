"""Text with a delimiter (csv, txt, tsv), Statistics Denmark's CSV and BULK among it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from etl.findings import Findings
from etl.ingest.readers.table import ROW, Table, blank_as_null, shape, table_of
from etl.layouts import Layout

#: A table of this size has some 20 million rows; it is read whole.
LARGEST = 1_000_000_000
DELIMITERS = (";", ",", "\t", "|")


def read_table(path: Path, layout: Layout, edition: str, found: Findings) -> Table:
    """Read a text file whole, every column as text.

    Parameters
    ----------
    path
        The file.
    layout
        Gives delimiter, encoding and headings.
    edition
        Edition of the file; its first four digits are a year.
    found
        Takes what is wrong; raised at once where nothing more can be read.

    Returns
    -------
    Table
        Its value columns still text.

    Raises
    ------
    etl.findings.PackageError
        When the file cannot be decoded or split, or its headings do not fit the layout.
    """
    if path.stat().st_size > LARGEST:
        found.error("text_huge")
        found.raise_errors()
    text = _decoded(path.read_bytes(), layout, found)
    if layout.format == "statbank_csv" and not text.endswith(("\n", "\r")):
        # The bank ends every line; what a broken download left of a number is a number too.
        found.add("warning", "perhaps_cut", row=text.count("\n") + 1)
    above = layout.header_row - 1
    lines = text.split("\n", above + 1)
    text = text[sum(len(line) + 1 for line in lines[:above]) :]
    first = lines[above].rstrip("\r") if len(lines) > above else ""
    headings = [heading.strip().strip('"') for heading in first.split(layout.delimiter)]
    _check_delimiter(headings, layout, found)
    how = shape(headings, layout, edition, found, header_row=layout.header_row)
    try:
        raw = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=layout.delimiter,
            infer_schema=False,
            new_columns=headings,
        )
    except pl.exceptions.PolarsError:
        _report_ragged(text, len(headings), layout, found)
        found.raise_errors()
        raise
    raw = raw.with_row_index(ROW, offset=layout.header_row + 1)
    blank = pl.all_horizontal(blank_as_null(pl.col(h)).is_null() for h in headings)
    raw = raw.filter(~blank).with_columns(
        _as_written(h) if h in how.values else blank_as_null(pl.col(h)) for h in headings
    )
    return table_of(raw, how, found)


def _as_written(heading: str) -> pl.Expr:
    """Return a text without spaces around it; one of spaces alone stays, for it is no blank."""
    text = pl.col(heading)
    return pl.coalesce(blank_as_null(text), pl.when(text != "").then(text))


def _check_delimiter(headings: Sequence[str], layout: Layout, found: Findings) -> None:
    others = [d for d in DELIMITERS if d != layout.delimiter and d in headings[0]]
    if len(headings) == 1 and others:
        found.error(
            "wrong_delimiter",
            row=layout.header_row,
            wanted=layout.delimiter,
            other=others[0],
            layout=layout.id,
        )
        found.raise_errors()


def _decoded(data: bytes, layout: Layout, found: Findings) -> str:
    try:
        return data.decode(layout.encoding)
    except UnicodeDecodeError as error:
        found.error(
            "wrong_encoding",
            row=data.count(b"\n", 0, error.start) + 1,
            encoding=layout.encoding,
            layout=layout.id,
        )
        found.raise_errors()
        raise


def _report_ragged(text: str, columns: int, layout: Layout, found: Findings) -> None:
    wide = [
        row
        for row, line in enumerate(text.splitlines(), start=layout.header_row)
        if line.count(layout.delimiter) >= columns
    ]
    for row in wide:
        found.error("row_too_wide", row=row, columns=columns)
    if not wide:
        found.error("not_split")
