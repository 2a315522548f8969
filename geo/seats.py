"""The seats of a health council: whether municipalities and region have as many as the rule gives.

The rule, as it holds for all 98 municipalities and 17 councils in the member rosters of 2026: a
municipality has one seat, two from 80,000 residents and three from 300,000; the region has one
seat more than the municipalities of the council together. A municipality that stands in the wrong
council breaks it in both, unless one with as many seats stands in its place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from geo.files import SEAT_COLUMNS, GeographyFile, Row

#: A municipality has one seat, and one more from each of these numbers of residents.
_MORE_FROM: Final = (80_000, 300_000)


def check_seats(file: GeographyFile) -> None:
    """Note every row and council of a file whose seats do not follow the rule.

    A file whose rows say nothing of seats (``geo.files.SEAT_COLUMNS``) has none to check.
    """
    if not file.has_seats:
        return
    councils: dict[str, list[Row]] = defaultdict(list)
    for row in file.rows:
        councils[row["area_id"]].append(row)
        unreadable = [column for column in SEAT_COLUMNS if _whole(row[column]) is None]
        for column in unreadable:
            file.fault("seats_number", row.line, column=column, text=row[column])
        if not unreadable:
            _check_municipality(file, row)
    for rows in councils.values():
        _check_region(file, rows)


def _check_municipality(file: GeographyFile, row: Row) -> None:
    seats, residents = int(row["municipal_seats"]), int(row["residents"])
    right = 1 + sum(residents >= least for least in _MORE_FROM)
    if seats != right:
        about = {"municipality": row["municipality"], "residents": residents}
        file.fault("seats_municipality", row.line, seats=seats, right=right, **about)


def _check_region(file: GeographyFile, rows: list[Row]) -> None:
    municipal = [_whole(row["municipal_seats"]) for row in rows]
    regional = _whole(rows[0]["regional_seats"])
    if regional is None or None in municipal:
        return
    total = sum(seats for seats in municipal if seats is not None)
    if regional != total + 1:
        file.fault(
            "seats_region",
            rows[0].line,
            area=rows[0]["name"],
            regional=regional,
            municipal=total,
            members=", ".join(row["municipality"] for row in rows),
            first=rows[0].line,
            last=rows[-1].line,
        )


def _whole(text: str) -> int | None:
    """Return a whole number above 0, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and int(text) > 0 else None
