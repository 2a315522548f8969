"""Tags the first cell of each row of a table as that row's header.

typst tags the cells of ``table.header`` as headers of columns; those of rows it can tag only with
a switch that its Python binding does not have. A screen reader that stands in the middle of a table
says what the number is of only when the row has a header too, so the tags are completed here, after
ISO 32000-1, 14.8.4.3.4 and 14.8.5.7: a ``TH`` with an id and ``Scope`` row, and in every cell the
ids of its column's, group's and row's headers. What is drawn is not touched.

A file that typst writes holds its tags as plain objects behind a plain table of addresses; one that
does not is given back as it came, which is still a valid tagged document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
_TAIL = re.compile(rb"xref\n0 \d+\n(.*?)trailer\n(<<.*?>>)\nstartxref\n\d+\n%%EOF\s*\Z", re.DOTALL)
_KIND = re.compile(rb"/Type/StructElem/S/(\w+)")
_KIDS = re.compile(rb"/K\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_ID = re.compile(rb"/ID(\([^()]*\))")
_HEADERS = re.compile(rb"/Headers\[[^\]]*\]")
_NAMES = re.compile(rb"/IDTree<</Names\[([^\]]*)\]")
_ENTRY = re.compile(rb"(\([^()]*\))(\d+ 0 R)")

Objects = dict[int, bytes]


def with_row_headers(pdf: bytes) -> bytes:
    """Return the document with headers for the rows of its tables.

    Parameters
    ----------
    pdf
        As typst writes it.
    """
    tail = _TAIL.search(pdf)
    if tail is None:
        return pdf
    places = [int(line[:10]) for line in tail[1].splitlines()[1:]]
    objects: Objects = {}
    for number, place in enumerate(places, 1):
        found = _OBJECT.match(pdf, place)
        if found is None or int(found[1]) != number:
            return pdf
        # A stream may hold anything, "endobj" too: it ends where the next object begins.
        if b"\nstream\n" not in found[2]:
            objects[number] = found[2]
    ids: dict[bytes, int] = {}
    for number, body in list(objects.items()):
        if _kind(body) == b"Table":
            ids |= _headed(objects, number)
    if not ids or not _listed(objects, ids):
        return pdf
    return _written(pdf, places, tail, objects)


def _kind(body: bytes) -> bytes:
    found = _KIND.search(body)
    return found[1] if found else b""


def _kids(objects: Objects, number: int) -> list[int]:
    """Return the elements below one that are elements themselves."""
    found = _KIDS.search(objects[number])
    below = [int(n) for n in _REFERENCE.findall(found[1])] if found else []
    return [n for n in below if n in objects]


def _rows(objects: Objects, table: int) -> Iterator[list[int]]:
    for part in _kids(objects, table):
        for row in _kids(objects, part):
            yield _kids(objects, row)


def _headed(objects: Objects, table: int) -> dict[bytes, int]:
    """Tag the rows of one table; return the new ids and whose they are."""
    columns: list[bytes] = []
    group = b""
    new = {}
    for number, cells in enumerate(_rows(objects, table)):
        heads = [_ID.search(objects[cell]) for cell in cells]
        if all(heads):
            known = [found[1] for found in heads if found]
            if not columns:
                columns = known
            else:  # one cell over all columns: it heads the rows below, and needs no header itself
                group = known[0]
                objects[cells[0]] = _HEADERS.sub(b"/Headers[]", objects[cells[0]])
            continue
        if any(heads) or len(cells) != len(columns):
            continue
        mine = b"(R%dx%d)" % (table, number)
        new[mine] = cells[0]
        for column, cell in zip(columns, cells, strict=True):
            above = column + group
            body = objects[cell]
            if cell == cells[0]:
                body = body.replace(b"/S/TD", b"/S/TH", 1).replace(b"/A[", b"/ID%s/A[" % mine, 1)
                body = body.replace(b"/O/Table", b"/O/Table/Scope/Row", 1)
            else:
                above += mine
            objects[cell] = _HEADERS.sub(b"/Headers[%s]" % above, body)
    return new


def _listed(objects: Objects, ids: dict[bytes, int]) -> bool:
    """Put new ids into the list of all of them; return whether there is one."""
    for number, body in objects.items():
        found = _NAMES.search(body)
        if found:
            entries = _ENTRY.findall(found[1]) + [(i, b"%d 0 R" % n) for i, n in ids.items()]
            names = b"".join(map(b"".join, sorted(entries)))
            objects[number] = body[: found.start(1)] + names + body[found.end(1) :]
            return True
    return False


def _written(pdf: bytes, places: list[int], tail: re.Match[bytes], objects: Objects) -> bytes:
    """Return the document with the objects in their new form, and their new addresses."""
    order = sorted(range(1, len(places) + 1), key=lambda n: places[n - 1])
    ends = [places[n - 1] for n in order[1:]] + [tail.start()]
    pieces = [pdf[: places[order[0] - 1]]]
    at, moved = len(pieces[0]), [0] * len(places)
    for number, end in zip(order, ends, strict=True):
        piece = pdf[places[number - 1] : end]
        if number in objects:
            piece = b"%d 0 obj\n%s\nendobj\n\n" % (number, objects[number])
        moved[number - 1] = at
        at += len(piece)
        pieces.append(piece)
    addresses = b"".join(b"%010d 00000 n \n" % place for place in moved)
    pieces.append(
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF"
        % (len(places) + 1, addresses, tail[2], at)
    )
    return b"".join(pieces)
