"""Judge what geography files say: codes, names, shares, regions; one by one and together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from geo.files import GeographyFile, Row
from geo.messages import say
from geo.model import Area, Geography, Membership, Problem
from geo.register import municipality_names, part_shares
from geo.said import NOTHING, Said
from geo.seats import check_seats
from geo.spelling import closest

#: Shares are typed with a few decimals; three thirds as 0.333 must not pass, as 0.3333333 may.
_SHARE_TOLERANCE = 1e-6
_AREA_COLUMNS = ("name", "short_name", "region_id", "acute_hospital")


def check(files: Sequence[GeographyFile]) -> list[Problem]:
    """Return every fault of the files, those found while reading included, by file and line."""
    for file in files:
        _check_rows(file)
        _check_areas(file)
        _check_coverage(file)
        check_seats(file)
    _check_together(files)
    found = {problem for file in files for problem in file.problems}
    return sorted(found, key=lambda problem: (problem.file, problem.line or 0, str(problem)))


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
            int(row["regional_seats"]) if file.has_seats else None,
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
            int(row["municipal_seats"]) if file.has_seats else None,
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
    parts = part_shares()
    for row in file.rows:
        code, name = row["municipality_id"], row["municipality"]
        if code not in names:
            file.fault("code_unknown", row.line, code=code, hint=_nearest_code(code, name))
        elif name != names[code]:
            other = codes.get(name.casefold())
            hint = say("name_other_code", code=other) if other and other != code else NOTHING
            file.fault("name_wrong", row.line, code=code, right=names[code], name=name, other=hint)
        if _share(row) is None:
            point = say("share_point") if "," in row["share"] else NOTHING
            file.fault("share_wrong", row.line, share=row["share"], point=point)
        if row["part"] and (code, row["part"]) not in parts:
            known = ", ".join(sorted(part for district, part in parts if district == code))
            hint = say("part_one_of", known=known) if known else say("part_none")
            file.fault("part_unknown", row.line, part=row["part"], code=code, hint=hint)
        elif row["part"] and _share(row) not in (None, parts[code, row["part"]]):
            right = parts[code, row["part"]]
            about = {"code": code, "name": name, "part": row["part"]}
            file.fault("part_share", row.line, share=row["share"], right=right, **about)


def _share(row: Row) -> float | None:
    try:
        share = float(row["share"])
    except ValueError:
        return None
    return share if 0 < share <= 1 else None


def _nearest_code(code: str, name: str) -> Said:
    names = municipality_names()
    by_name = {n: c for c, n in names.items()}
    # The name is the better witness: a slip in one digit of a code is often another real code.
    for near in closest(name, by_name, at_least=0.65):
        return say("code_perhaps", code=by_name[near], name=near)
    for near in closest(code.zfill(4), names, at_least=0.5):
        return say("code_perhaps", code=near, name=names[near])
    return say("code_any")


def _check_areas(file: GeographyFile) -> None:
    """Check that an area says the same of itself on every row, and nothing is named twice."""
    columns = (*_AREA_COLUMNS, "regional_seats") if file.has_seats else _AREA_COLUMNS
    first: dict[str, Row] = {}
    named: dict[str, str] = {}
    members: dict[tuple[str, str], Row] = {}
    for row in file.rows:
        area = row["area_id"]
        described = first.setdefault(area, row)
        if row is described and named.setdefault(row["name"].casefold(), area) != area:
            other = named[row["name"].casefold()]
            file.fault("name_taken", row.line, name=row["name"], first=other, second=area)
        for column in columns:
            if row[column] != described[column]:
                file.fault(
                    "area_differs",
                    row.line,
                    area=area,
                    column=column,
                    here=row[column],
                    there=described[column],
                    first=described.line,
                )
        member = (area, row["municipality_id"])
        if members.setdefault(member, row) is not row:
            file.fault(
                "municipality_twice",
                row.line,
                code=row["municipality_id"],
                area=area,
                first=members[member].line,
            )


def _check_coverage(file: GeographyFile) -> None:
    """Check that every municipality is there, and that its shares add up to 1."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in file.rows:
        rows[row["municipality_id"]].append(row)
    if not file.rows:
        return
    known_parts: dict[str, set[str]] = defaultdict(set)
    for code, part in part_shares():
        known_parts[code].add(part)
    for code, name in municipality_names().items():
        if code not in rows:
            file.fault("municipality_missing", file.rows[-1].line, code=code, name=name)
            continue
        shares = [_share(row) for row in rows[code]]
        total = math.fsum(share for share in shares if share is not None)
        if None not in shares and abs(total - 1) > _SHARE_TOLERANCE:
            lines = ", ".join(str(row.line) for row in rows[code])
            last = rows[code][-1].line
            file.fault("shares_sum", last, code=code, name=name, total=total, lines=lines)
        parts = sorted(row["part"] for row in rows[code])
        known = sorted(known_parts[code])
        if any(parts) and parts != known:
            last = rows[code][-1].line
            file.fault("parts_incomplete", last, code=code, name=name, known=", ".join(known))


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
                file.fault("area_id_taken", row.line, area=area, other=owner[area])
            if region and region not in regions:
                near = closest(region, sorted(regions), at_least=0.5)
                hint = (
                    say("region_perhaps", region=near[0])
                    if near
                    else say("region_one_of", known=", ".join(sorted(regions)))
                )
                file.fault("region_unknown", row.line, region=region, hint=hint)
