"""Tags the first cell of each row of a table as that row's header.

typst tags the cells of ``table.header`` as headers of columns; those of rows it can tag only with
a switch that its Python binding does not have. A screen reader that stands in the middle of a table
says what the number is of only when the row has a header too, so the tags are completed here, after
ISO 32000-1, 14.8.4.3.4 and 14.8.5.7: a ``TH`` with an id and ``Scope`` row, and in every cell the
ids of its column's, group's and row's headers. What is drawn is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

#: A dictionary or array of the file: what its parts are shows only when they are read.
Part = Any


def with_row_headers(pdf: bytes) -> bytes:
    """Return the document with headers for the rows of its tables.

    Parameters
    ----------
    pdf
        A tagged document as typst writes it; its tables have headers of columns.
    """
    reader = PdfReader(BytesIO(pdf))
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = reader.pdf_header
    tree: Part = writer.root_object["/StructTreeRoot"]
    if "/IDTree" not in tree:  # no table, nothing to name
        return pdf
    ids = tree["/IDTree"]["/Names"]
    listed = dict(zip(ids[::2], ids[1::2], strict=True))
    for number, table in enumerate(_tables(tree)):
        listed |= _headed(table, number)
    ids[:] = [part for entry in sorted(listed.items()) for part in entry]
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _below(element: Part) -> list[Part]:
    """Return the elements below one; what is drawn (numbers of marked content) is left out."""
    kids = element.get("/K", ())
    found = (kid.get_object() for kid in (kids if isinstance(kids, list) else [kids]))
    return [kid for kid in found if isinstance(kid, DictionaryObject) and "/S" in kid]


def _tables(element: Part) -> Iterator[Part]:
    for kid in _below(element):
        if kid["/S"] == "/Table":
            yield kid
        else:
            yield from _tables(kid)


def _headed(table: Part, number: int) -> dict[str, Part]:
    """Tag the rows of one table; return the new ids and the cells they name."""
    columns: list[Part] = []
    group: list[Part] = []
    new: dict[str, Part] = {}
    rows = [_below(row) for part in _below(table) for row in _below(part)]
    for place, cells in enumerate(rows):
        if all(cell["/S"] == "/TH" for cell in cells):
            if not columns:
                columns = [cell["/ID"] for cell in cells]
            else:  # one cell over all columns heads the rows below
                group = [cells[0]["/ID"]]
                _attributes(cells[0])[NameObject("/Headers")] = ArrayObject()
            continue
        mine = TextStringObject(f"R{number}x{place}")
        first = cells[0]
        first[NameObject("/S")] = NameObject("/TH")
        first[NameObject("/ID")] = mine
        _attributes(first)[NameObject("/Scope")] = NameObject("/Row")
        new[mine] = first.indirect_reference
        for column, cell in zip(columns, cells, strict=True):
            heads = [column, *group, *([] if cell is first else [mine])]
            _attributes(cell)[NameObject("/Headers")] = ArrayObject(heads)
    return new


def _attributes(cell: Part) -> Part:
    """Return what is said of a cell as part of a table."""
    return next(a for a in cell["/A"] if a["/O"] == "/Table")
