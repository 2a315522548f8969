"""What a file nobody knows yet looks like: its headings, labels and texts among numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from etl.findings import Finding, Findings, PackageError
from etl.ingest.readers import archive, jsonstat, parquet
from etl.ingest.readers.oddities import Sheet
from etl.ingest.readers.text import DELIMITERS

_NUMBER: Final = r"^-?\d+([.,]\d+)?$"
_MARK_LENGTH: Final = 3
#: Rows among which the headings are looked for.
_TOP: Final = 40


@dataclass(frozen=True)
class Sample:
    """A file as text, and how it was read.

    Attributes
    ----------
    frame : polars.DataFrame
        Every column as text, null where a cell is empty.
    numeric : frozenset of str
        Headings of columns of numbers, with a mark here and there.
    """

    format: str
    frame: pl.DataFrame
    numeric: frozenset[str]
    header_row: int = 1
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str = "utf-8-sig"
    decimal: str = ","
    title: str | None = None

    @property
    def headings(self) -> list[str]:
        """Return the headings in order."""
        return self.frame.columns

    def labels(self, heading: str) -> list[str]:
        """Return the different texts of a column, in order."""
        return [str(t) for t in self.frame[heading].drop_nulls().unique(maintain_order=True)]

    def holes(self, heading: str) -> bool:
        """Return whether a column has empty cells."""
        return self.frame[heading].null_count() > 0

    def marks(self, headings: Sequence[str]) -> list[str]:
        """Return the different texts of columns of numbers that are no numbers."""
        found: dict[str, None] = {}
        for heading in headings:
            column = self.frame[heading].drop_nulls()
            texts = column.filter(~column.str.contains(_NUMBER)).unique(maintain_order=True)
            found |= dict.fromkeys(map(str, texts))
        return list(found)

    def decimals(self, headings: Sequence[str]) -> bool:
        """Return whether a number of these columns has decimals other than nought."""
        return any(self.frame[h].str.contains(r"[.,]\d*[1-9]").any() for h in headings)


def sample_of(path: Path) -> Sample:
    """Read a file as text.

    Parameters
    ----------
    path
        Its ending and first bytes say what it is.

    Raises
    ------
    etl.findings.PackageError
        When it cannot be opened or holds no table.
    """
    with path.open("rb") as file:
        start = file.read(4)
    ending = path.suffix.lower()
    if start == b"PK\x03\x04":
        return _workbook(path)
    if start == b"PAR1":
        return _whole("parquet", _parquet(path), decimal=".")
    if ending == ".json":
        cells = jsonstat.as_text(path, Findings(path.name))
        return Sample("jsonstat", cells, frozenset({jsonstat.VALUE}), decimal=".")
    if ending in (".csv", ".txt", ".tsv"):
        return _text(path)
    raise _refused(path, "draft_unknown_kind")


def _refused(path: Path, message: str) -> PackageError:
    return PackageError([Finding.of("error", path.name, message)])


def _whole(format_: str, frame: pl.DataFrame, **how: object) -> Sample:
    numeric = frozenset(h for h in frame.columns if _is_numeric(frame[h]))
    return Sample(format_, frame, numeric, **how)  # type: ignore[arg-type]


def _is_numeric(column: pl.Series) -> bool:
    there = column.drop_nulls()
    numbers = int(there.str.contains(_NUMBER).sum())
    short = int(((there.str.len_chars() <= _MARK_LENGTH) & ~there.str.contains(_NUMBER)).sum())
    return there.len() > 0 and numbers >= there.len() / 2 and numbers + short >= 0.9 * there.len()


def _parquet(path: Path) -> pl.DataFrame:
    with parquet.opened(path, Findings(path.name)) as file:
        return pl.DataFrame(pl.from_arrow(file.read())).cast(pl.String)


def _text(path: Path) -> Sample:
    data = path.read_bytes()
    encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data.decode(encoding, errors="replace")
    lines = [line.rstrip("\r") for line in text.split("\n")[:_TOP]]
    top = [line for line in lines if line]
    delimiter = (
        max(DELIMITERS, key=lambda d: sorted(line.count(d) for line in top)[len(top) // 2])
        if top
        else ";"
    )
    widths = [line.count(delimiter) for line in lines]
    usual = sorted(widths)[len(widths) // 2]
    # A title has fewer columns; texts in quotation marks may hold a delimiter more.
    header = next((n for n, width in enumerate(widths) if width > usual / 2), 0)
    headings = [h.strip().strip('"') for h in lines[header].split(delimiter)] if lines else []
    if len(headings) < 2 or len(set(headings)) < len(headings):
        raise _refused(path, "draft_no_headings")
    body = "\n".join(text.split("\n")[header:])
    try:
        frame = pl.read_csv(
            body.encode(),
            separator=delimiter,
            infer_schema=False,
            new_columns=headings,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        raise _refused(path, "draft_not_split") from None
    frame = _clean(frame)
    commas, points = (
        sum(int(frame[h].str.contains(rf"^-?\d+{sign}\d+$").sum()) for h in frame.columns)
        for sign in (",", r"\.")
    )
    bank = "INDHOLD" in headings and delimiter == ";"
    if bank:  # of code and text the layout names the text
        frame = frame.select(
            h for h in headings if h.removesuffix("_KODE") not in {*headings} - {h}
        )
    return _whole(
        "statbank_csv" if bank else "csv",
        frame,
        header_row=header + 1,
        delimiter=delimiter,
        encoding=encoding,
        decimal="." if points > commas else ",",
    )


def _workbook(path: Path) -> Sample:
    found = Findings(path.name)
    book = archive.read(path, found)
    found.raise_errors()
    sheets = {name: _cells(sheet) for name, sheet in book.sheets.items()}
    name = max(sheets, key=lambda n: sheets[n].height * sheets[n].width, default=None)
    if name is None or sheets[name].is_empty():
        raise _refused(path, "draft_no_cells")
    cells = sheets[name]
    filled = [sum(cell is not None for cell in row) for row in cells.head(_TOP).rows()]
    header = filled.index(max(filled))
    headings = [str(cell or "").strip() for cell in cells.row(header)]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) < 2 or len(set(headings)) < len(headings):
        raise _refused(path, "draft_no_headings")
    frame = cells[header + 1 :, : len(headings)]
    frame.columns = headings
    title = next((str(c) for row in cells.head(header).rows() for c in row if c), None)
    return _whole(
        "workbook",
        frame,
        header_row=header + 1,
        sheet=name,
        sheets=tuple(sheets),
        decimal=".",
        title=title,
    )


def _cells(sheet: Sheet) -> pl.DataFrame:
    rows = sheet.wide()
    width = len(rows[0]) if rows else 0
    schema = {f"column_{n}": pl.String for n in range(width)}
    return _clean(pl.DataFrame(rows, schema=schema, orient="row"))


def _clean(frame: pl.DataFrame) -> pl.DataFrame:
    stripped = frame.with_columns(pl.all().cast(pl.String).str.strip_chars())
    return stripped.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())
