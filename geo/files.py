"""Read one geography file: ``# key: value`` lines, then comma-separated membership rows.

Only the shape of a single file is judged here; what the rows say together is judged in
:mod:`geo.checks`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from geo.model import LEVELS, Problem

KEYS = (
    "id",
    "level",
    "title_da",
    "title_en",
    "valid_from",
    "valid_to",
    "source",
    "note_da",
    "note_en",
    "sort",
)
_MAY_BE_EMPTY = {"valid_to", "note_da", "note_en"}
COLUMNS = (
    "area_id",
    "name",
    "short_name",
    "region_id",
    "acute_hospital",
    "municipality_id",
    "municipality",
    "share",
    "part",
    "basis",
    "certainty",
    "source",
)
#: Columns a file adds behind the others, all three or none: how many seats each municipality and
#: the region have in a health council, and the municipality's residents that decide it.
SEAT_COLUMNS = ("municipal_seats", "regional_seats", "residents")
_CELLS_MAY_BE_EMPTY = {"region_id", "acute_hospital", "part"}


@dataclass(frozen=True)
class Row:
    """One membership row as written, with the line it stands on."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass
class GeographyFile:
    """A geography file as written: front matter, rows and the faults found while reading."""

    name: str
    front: dict[str, str] = field(default_factory=dict)
    front_lines: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_seats(self) -> bool:
        """Whether its rows say how many seats there are."""
        return bool(self.rows) and SEAT_COLUMNS[0] in self.rows[0].cells

    def fault(self, message: str, line: int, /, **values: object) -> None:
        """Note a fault on a line: a message of ``geo.messages`` with its values."""
        self.problems.append(Problem.of(message, self.name, line, **values))

    def line_of(self, key: str) -> int:
        """Return the line a front-matter key stands on, 1 where it is absent."""
        return self.front_lines.get(key, 1)


def read_geography_file(path: Path) -> GeographyFile:
    """Read a geography file and note every fault of its shape.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    GeographyFile
        What could be read, and ``problems``.
    """
    file = GeographyFile(path.name)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        file.fault("not_utf8", line)
        return file
    if not text.strip():
        file.fault("file_empty", 1)
        return file
    lines = text.splitlines()
    body = _read_front(file, lines)
    _check_front(file, path.stem)
    _read_rows(file, lines[body:], first_line=body + 1)
    return file


def _read_front(file: GeographyFile, lines: list[str]) -> int:
    """Read the leading ``# key: value`` lines; return the index of the first line after them."""
    for index, line in enumerate(lines):
        if not line.startswith("#"):
            return index
        # A spreadsheet pads every line to the width of the table and may quote it.
        key, colon, value = line[1:].rstrip(", ").partition(":")
        key = key.strip()
        if not colon:
            file.fault("front_unreadable", index + 1, text=line)
        elif key not in KEYS:
            file.fault("front_unknown", index + 1, key=key, known=", ".join(KEYS))
        elif key in file.front:
            file.fault("front_twice", index + 1, key=key)
        else:
            file.front[key] = value.strip()
            file.front_lines[key] = index + 1
    return len(lines)


def _check_front(file: GeographyFile, stem: str) -> None:
    for key in KEYS:
        if key not in file.front:
            file.fault("front_missing", 1, key=key)
        elif not file.front[key] and key not in _MAY_BE_EMPTY:
            file.fault("front_empty", file.line_of(key), key=key)
    given = {key: value for key, value in file.front.items() if value}
    if given.get("id", stem) != stem:
        file.fault("id_not_file", file.line_of("id"), id=given["id"], stem=stem)
    if given.get("level", LEVELS[0]) not in LEVELS:
        file.fault(
            "level_unknown", file.line_of("level"), level=given["level"], known=", ".join(LEVELS)
        )
    if not given.get("sort", "0").isdecimal():
        file.fault("sort_not_number", file.line_of("sort"), sort=given["sort"])
    dates = {}
    for key in ("valid_from", "valid_to"):
        if key in given:
            try:
                dates[key] = date.fromisoformat(given[key])
            except ValueError:
                file.fault("date_wrong", file.line_of(key), key=key, text=given[key])
    if len(dates) == 2 and dates["valid_to"] < dates["valid_from"]:
        file.fault(
            "dates_swapped",
            file.line_of("valid_to"),
            first=dates["valid_from"],
            last=dates["valid_to"],
        )


def _numbered(lines: list[str], first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts on (a quoted cell may hold line breaks)."""
    reader = csv.reader(line + "\n" for line in lines)
    start = first_line
    for record in reader:
        if any(cell.strip() for cell in record):
            yield start, [cell.strip() for cell in record]
        start = first_line + reader.line_num


def _read_rows(file: GeographyFile, lines: list[str], first_line: int) -> None:
    records = _numbered(lines, first_line)
    line, header = next(records, (first_line, []))
    columns = COLUMNS + SEAT_COLUMNS if set(SEAT_COLUMNS) & set(header) else COLUMNS
    if tuple(header) != columns:
        _header_faults(file, line, header, columns)
        return
    for line, record in records:
        if len(record) != len(columns):
            file.fault("cells_number", line, cells=len(record), columns=len(columns))
            continue
        row = Row(line, dict(zip(columns, record, strict=True)))
        empty = [c for c in columns if not row[c] and c not in _CELLS_MAY_BE_EMPTY]
        for column in empty:
            file.fault("cell_empty", line, column=column)
        if not empty:
            file.rows.append(row)
    if not file.rows and not file.problems:
        file.fault("rows_missing", first_line)


def _header_faults(
    file: GeographyFile, line: int, header: list[str], wanted: tuple[str, ...]
) -> None:
    columns = ",".join(wanted)
    if len(header) == 1 and ";" in header[0]:
        file.fault("columns_semicolons", line, columns=columns)
        return
    missing = ", ".join(column for column in wanted if column not in header)
    unknown = ", ".join(column for column in header if column not in wanted)
    if missing:
        file.fault("columns_missing", line, missing=missing, columns=columns)
    if unknown:
        file.fault("columns_unknown", line, unknown=unknown, columns=columns)
    if not missing and not unknown:
        file.fault("columns_order", line, columns=columns)
