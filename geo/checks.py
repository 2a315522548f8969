"""Judge what geography files say: codes, names, shares, regions; one by one and together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

from geo.files import GeographyFile, Row
from geo.model import Area, Geography, Membership, Problem
from geo.register import districts, municipality_names

#: Shares are typed with a few decimals; three thirds as 0.333 must not pass, as 0.3333333 may.
_SHARE_TOLERANCE = 1e-6
_AREA_COLUMNS = ("name", "short_name", "region_id", "acute_hospital")


def check(files: Sequence[GeographyFile]) -> list[Problem]:
    """Return every fault of the files, those found while reading included, by file and line."""
    for file in files:
        _check_rows(file)
        _check_areas(file)
        _check_coverage(file)
    _check_together(files)
    return sorted({problem for file in files for problem in file.problems})


def to_geography(file: GeographyFile) -> Geography:
    """Turn a faultless file into a geography."""
    front = file.front
    areas = {
        row["area_id"]: Area(
            row["area_id"],
            row["name"],
            row["short_name"],
            row["region_id"] or None,
            row["acute_hospital"] or None,
        )
        for row in file.rows
    }
    memberships = tuple(
        Membership(
            row["area_id"],
            row["municipality_id"],
            float(row["share"]),
            row["basis"],
            row["certainty"],
            row["source"],
            row.line,
            row["part"] or None,
        )
        for row in file.rows
    )
    return Geography(
        front["id"],
        front["level"],
        front["title_da"],
        front["title_en"],
        date.fromisoformat(front["valid_from"]),
        date.fromisoformat(front["valid_to"]) if front["valid_to"] else None,
        front["source"],
        front["note_da"],
        front["note_en"],
        int(front["sort"]),
        tuple(areas.values()),
        memberships,
    )


def _check_rows(file: GeographyFile) -> None:
    names = municipality_names()
    codes = {name.casefold(): code for code, name in names.items()}
    parts = set(districts().select("municipality_id", "part").iter_rows())
    for row in file.rows:
        code, name = row["municipality_id"], row["municipality"]
        if code not in names:
            file.fault(row.line, f'unknown municipality code "{code}"', _nearest_code(code, name))
        elif name != names[code]:
            other = codes.get(name.casefold())
            hint = f", or the code to {other}" if other and other != code else ""
            file.fault(
                row.line,
                f'code {code} is {names[code]}, not "{name}"',
                f"Change the name to {names[code]}{hint}",
            )
        if _share(row) is None:
            comma = " with a point" if "," in row["share"] else ""
            file.fault(
                row.line,
                f'share "{row["share"]}" is not a number above 0 and at most 1',
                f"Write the share{comma} as a number such as 0.45, or 1 for a whole municipality",
            )
        if row["part"] and (code, row["part"]) not in parts:
            known = sorted(part for district, part in parts if district == code)
            file.fault(
                row.line,
                f'unknown part "{row["part"]}" of {code}',
                f"Use {' or '.join(known)}" if known else "Leave the cell empty",
            )


def _share(row: Row) -> float | None:
    try:
        share = float(row["share"])
    except ValueError:
        return None
    return share if 0 < share <= 1 else None


def _nearest_code(code: str, name: str) -> str:
    names = municipality_names()
    by_name = {n: c for c, n in names.items()}
    # The name is the better witness: a slip in one digit of a code is often another real code.
    for close in get_close_matches(name, by_name, n=1, cutoff=0.8):
        return f"Did you mean {by_name[close]} ({close})? Codes have 4 digits"
    for near in get_close_matches(code.zfill(4), names, n=1, cutoff=0.5):
        return f"Did you mean {near} ({names[near]})? Codes have 4 digits"
    return "Use a 4-digit code from geo/municipalities.csv"


def _check_areas(file: GeographyFile) -> None:
    """Check that an area says the same of itself on every row, and nothing is named twice."""
    first: dict[str, Row] = {}
    named: dict[str, str] = {}
    members: dict[tuple[str, str], Row] = {}
    for row in file.rows:
        area = row["area_id"]
        described = first.setdefault(area, row)
        if row is described and named.setdefault(row["name"].casefold(), area) != area:
            file.fault(
                row.line,
                f'"{row["name"]}" is the name of both {named[row["name"].casefold()]} and {area}',
                "Give each area its own name, e.g. with the region in brackets",
            )
        for column in _AREA_COLUMNS:
            if row[column] != described[column]:
                file.fault(
                    row.line,
                    f'{area} has {column} "{row[column]}" here and "{described[column]}" '
                    f"on line {described.line}",
                    "Write the same on every row of an area, or give the two areas their own ids",
                )
        member = (area, row["municipality_id"])
        if members.setdefault(member, row) is not row:
            file.fault(
                row.line,
                f"{row['municipality_id']} stands twice in {area} "
                f"(first on line {members[member].line})",
                "Delete one of the rows",
            )


def _check_coverage(file: GeographyFile) -> None:
    """Check that every municipality is there, and that its shares add up to 1."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in file.rows:
        rows[row["municipality_id"]].append(row)
    if not file.rows:
        return
    known_parts: dict[str, set[str]] = defaultdict(set)
    for code, part in districts().select("municipality_id", "part").iter_rows():
        known_parts[code].add(part)
    for code, name in municipality_names().items():
        if code not in rows:
            file.fault(
                file.rows[-1].line,
                f"municipality {code} {name} is left out",
                "Add a row for it",
            )
            continue
        shares = [_share(row) for row in rows[code]]
        total = math.fsum(share for share in shares if share is not None)
        if None not in shares and abs(total - 1) > _SHARE_TOLERANCE:
            lines = ", ".join(str(row.line) for row in rows[code])
            file.fault(
                rows[code][-1].line,
                f"the shares of {code} {name} add up to {total:.6g}, not 1 (lines {lines})",
                "Mend the shares",
            )
        parts = sorted(row["part"] for row in rows[code])
        known = sorted(known_parts[code])
        if any(parts) and parts != known:
            file.fault(
                rows[code][-1].line,
                f"{code} {name} must name each of its parts once, or none",
                f"Give each of {', '.join(known)} its own row, or leave part empty",
            )


def _check_together(files: Sequence[GeographyFile]) -> None:
    """Check that area ids are unique over all files, and that regions named exist."""
    owner: dict[str, str] = {}
    regions: set[str] = set()
    for file in files:
        if file.front.get("level") == "region":
            regions.update(row["area_id"] for row in file.rows)
    for file in files:
        seen: set[str] = set()
        for row in file.rows:
            area, region = row["area_id"], row["region_id"]
            if area in seen:
                continue
            seen.add(area)
            if owner.setdefault(area, file.name) != file.name:
                file.fault(
                    row.line,
                    f'area id "{area}" is already used in {owner[area]}',
                    "Give it an id of its own; ids are unique over all geographies",
                )
            if region and region not in regions:
                near = get_close_matches(region, sorted(regions), n=1)
                file.fault(
                    row.line,
                    f'unknown region "{region}"',
                    f"Did you mean {near[0]}"
                    if near
                    else f"Use one of {', '.join(sorted(regions))}",
                )
