"""Statistics Denmark's CSV: one row a number, codes for areas, decimal comma."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from etl.findings import Findings
from etl.layouts import Layout
from etl.readers.table import ROW, Table, match_headings, place, roles_of


def read_table(path: Path, layout: Layout, found: Findings) -> Table:
    """Read a text file whole, every column as text.

    Parameters
    ----------
    path
        The file.
    layout
        Gives delimiter, encoding and headings.
    found
        Takes what is wrong; raised at once where nothing more can be read.

    Returns
    -------
    Table
        One value column, ``value``, still text.

    Raises
    ------
    etl.findings.PackageError
        When the file cannot be decoded or split, or its headings do not fit the layout.
    """
    text = _decoded(path.read_bytes(), layout, found)
    headings = text.split("\n", 1)[0].rstrip("\r").split(layout.delimiter)
    headings = [heading.strip().strip('"') for heading in headings]
    match_headings(headings, layout, found, years={}, header_row=1)
    found.raise_errors()
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=layout.delimiter,
            infer_schema=False,
            new_columns=headings,
        )
    except pl.exceptions.PolarsError:
        _report_ragged(text, len(headings), layout, found)
        found.raise_errors()
        raise
    frame = frame.with_row_index(ROW, offset=2).with_columns(pl.col(headings).str.strip_chars())
    frame = frame.with_columns(
        pl.when(pl.col(h) != "").then(pl.col(h)).alias(h) for h in headings
    ).filter(~pl.all_horizontal(pl.col(headings).is_null()))
    if frame.is_empty():
        found.error("The file has headings but no rows.", "Deliver the file again, with its rows.")
        found.raise_errors()
    roles = roles_of(headings, layout)
    places = {role: place(h, headings.index(h)) for h, role in roles.items()}
    return Table(frame.select(ROW, *roles).rename(roles), {"value": None}, places)


def _decoded(data: bytes, layout: Layout, found: Findings) -> str:
    try:
        return data.decode(layout.encoding)
    except UnicodeDecodeError as error:
        found.error(
            f"The text is not {layout.encoding}.",
            f"Save the file as UTF-8, or enter its encoding in layout {layout.id}.",
            row=data.count(b"\n", 0, error.start) + 1,
        )
        found.raise_errors()
        raise


def _report_ragged(text: str, columns: int, layout: Layout, found: Findings) -> None:
    for row, line in enumerate(text.splitlines(), start=1):
        if line.count(layout.delimiter) >= columns:
            found.error(
                f"The row has more than {columns} values.",
                "Remove what is too much, or put texts with the delimiter in quotation marks.",
                row=row,
                kind="rows with too many values",
            )
    found.error("The file cannot be split into columns.", "Save it again as CSV.")
