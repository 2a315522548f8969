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

    def fault(self, line: int, what: str, mend: str) -> None:
        """Note a fault on a line."""
        self.problems.append(Problem(self.name, line, what, mend))

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
        file.fault(
            line,
            "the file is not UTF-8 text",
            'Save it again as "CSV UTF-8" (comma delimited)',
        )
        return file
    if not text.strip():
        file.fault(1, "the file is empty", "Restore its front matter and rows, or delete the file")
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
            file.fault(index + 1, f'"{line}" is not front matter', 'Write it as "# key: value"')
        elif key not in KEYS:
            known = ", ".join(KEYS)
            file.fault(index + 1, f'unknown front-matter key "{key}"', f"Use one of {known}")
        elif key in file.front:
            file.fault(index + 1, f'front-matter key "{key}" stands twice', "Delete one of them")
        else:
            file.front[key] = value.strip()
            file.front_lines[key] = index + 1
    return len(lines)


def _check_front(file: GeographyFile, stem: str) -> None:
    for key in KEYS:
        if key not in file.front:
            file.fault(1, f'front-matter key "{key}" is missing', f'Add a line "# {key}: ..."')
        elif not file.front[key] and key not in _MAY_BE_EMPTY:
            file.fault(file.line_of(key), f'front-matter key "{key}" is empty', "Give it a value")
    given = {key: value for key, value in file.front.items() if value}
    if given.get("id", stem) != stem:
        file.fault(
            file.line_of("id"),
            f'id "{given["id"]}" is not the name of the file',
            f"Write {stem}, or rename the file to {given['id']}.csv",
        )
    if given.get("level", LEVELS[0]) not in LEVELS:
        file.fault(
            file.line_of("level"),
            f'unknown level "{given["level"]}"',
            f"Use one of {', '.join(LEVELS)}",
        )
    if not given.get("sort", "0").isdecimal():
        file.fault(
            file.line_of("sort"),
            f'sort "{given["sort"]}" is not a whole number',
            "Write a whole number; lists show the lowest first",
        )
    dates = {}
    for key in ("valid_from", "valid_to"):
        if key in given:
            try:
                dates[key] = date.fromisoformat(given[key])
            except ValueError:
                file.fault(
                    file.line_of(key),
                    f'{key} "{given[key]}" is not a date',
                    "Write it as year-month-day, e.g. 2027-01-01",
                )
    if len(dates) == 2 and dates["valid_to"] < dates["valid_from"]:
        file.fault(
            file.line_of("valid_to"),
            f"valid_to {dates['valid_to']} is before valid_from {dates['valid_from']}",
            "Swap or mend the dates",
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
    if tuple(header) != COLUMNS:
        file.fault(line, _header_fault(header), f"The columns must be {','.join(COLUMNS)}")
        return
    for line, record in records:
        if len(record) != len(COLUMNS):
            file.fault(
                line,
                f"{len(record)} cells where there are {len(COLUMNS)} columns",
                'Mend the commas; a cell that holds a comma stands in "quotes"',
            )
            continue
        row = Row(line, dict(zip(COLUMNS, record, strict=True)))
        empty = [c for c in COLUMNS if not row[c] and c not in _CELLS_MAY_BE_EMPTY]
        for column in empty:
            file.fault(line, f'"{column}" is empty', "Fill it in")
        if not empty:
            file.rows.append(row)
    if not file.rows and not file.problems:
        file.fault(first_line, "the file has no membership rows", "Add a row per municipality")


def _header_fault(header: list[str]) -> str:
    if len(header) == 1 and ";" in header[0]:
        return "the cells are separated by semicolons, not commas"
    missing = [column for column in COLUMNS if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown:
        parts = []
        if missing:
            parts.append(f"missing column {', '.join(missing)}")
        if unknown:
            parts.append(f"unknown column {', '.join(unknown)}")
        return " and ".join(parts)
    return "the columns are in another order"
