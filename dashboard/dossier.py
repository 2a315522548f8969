"""A council's dossier in words, the same on its page and on paper. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from content.dossier import Dossier, Group, Line, ages
from dashboard import captions
from dashboard.estimates import marked
from dashboard.figures.before_after import Piece, before_after
from dashboard.figures.hover import short_value
from dashboard.view import View

Row = Mapping[str, Any]
#: What a council decides, and the laws, in the order told.
DECIDES = ("who", "since", "tasks", "plan")
LAWS = ("l214", "transition", "l42")


def decides(view: View) -> list[str]:
    """Return what a health council decides, and from when."""
    return [view.text(f"dossier.decides.{key}") for key in DECIDES]


def laws(view: View) -> list[str]:
    """Return the laws by name, each with what it does."""
    return [view.text(f"dossier.law.{key}") for key in LAWS]


def seats(view: View, dossier: Dossier) -> str:
    """Return how many seats there are, and whose; empty where not known."""
    if dossier.seats is None or dossier.regional_seats is None:
        return ""
    regional = dossier.regional_seats
    return view.text(
        "dossier.seats_all",
        count=dossier.seats,
        regional=regional,
        municipal=dossier.seats - regional,
    )


def picture(view: View, dossier: Dossier) -> str:
    """Return the map before and after as SVG; empty where the boundaries are not known."""
    found = view.warehouse.rows(
        "SELECT area_id, wkb FROM boundaries WHERE area_id IN (SELECT unnest(?::VARCHAR[]))",
        [[member.id for member in dossier.members]],
    )
    shapes = {row["area_id"]: shapely.from_wkb(bytes(row["wkb"])) for row in found}
    if len(shapes) < len(dossier.members):
        return ""
    numbers = {cluster: n for n, cluster in enumerate(dossier.clusters, start=1)}
    return before_after(
        [
            Piece(member.name, shapes[member.id], tuple(numbers[c] for c in member.clusters))
            for member in dossier.members
        ]
    )


def of_map(view: View, dossier: Dossier) -> tuple[str, str, str]:
    """Return the map's title, what stands under it, and what it says to who cannot see it."""
    text, name = view.text, view.area.name
    numbers = [f"{n}: {cluster}" for n, cluster in enumerate(dossier.clusters, start=1)]
    subtitle = text("dossier.map_subtitle_same")
    if len(numbers) > 1:
        subtitle = " ".join([text("dossier.map_subtitle"), f"{'. '.join(numbers)}."])
    members = " ".join(
        text("dossier.map_member", name=m.name, cluster=view.number.listing([*m.clusters]))
        for m in dossier.members
    )
    return (
        text("dossier.map_title", name=name),
        subtitle,
        text("dossier.map_alt", name=name, members=members),
    )


def title(view: View, line: Line) -> str:
    """Return what a line is about: its title, year and unit."""
    row = view.reference.indicators[line.indicator]
    unit = captions.unit(view, line.indicator, line.age)
    year = captions.year(view, line.indicator, line.period)
    return view.text("dossier.of_year", title=view.localised(row, "title"), year=year, unit=unit)


def number(view: View, line: Line, row: Row | None) -> str:
    """Return a number of a line as it is written, or why there is none."""
    if row is None:
        return view.text("common.status_short.missing")
    return short_value(row, view.look, decimals=decimals(view, line))


def decimals(view: View, line: Line) -> int:
    """Return the decimals shown of a line."""
    return int(view.reference.indicators[line.indicator]["decimals"])


def ends(view: View, line: Line) -> tuple[str, str]:
    """Return the lowest and the highest municipality with its number; empty where not known."""
    if line.ends is None:
        return "", ""
    low, high = (
        view.text(
            "dossier.at",
            place=view.reference.areas[row["area_id"]].name,
            value=number(view, line, row),
        )
        for row in line.ends
    )
    return low, high


def missing(view: View, group: Group) -> list[str]:
    """Return what a group lacks, and the package that would bring it."""
    said = []
    for package, indicators in group.made_up.items():
        rows = [_definition(view, i) for i in indicators]
        named = "; ".join(view.localised(row, "title") for row in rows)
        said.append(view.text("dossier.missing_from", what=named, package=f"”{package}”"))
    if view.text.has(f"dossier.gaps.{group.id}"):
        said.append(view.text("dossier.missing", what=view.text(f"dossier.gaps.{group.id}")))
    return said


def _definition(view: View, indicator: str) -> Row:
    found = view.reference.indicators.get(indicator)
    return found or view.reference.withheld[indicator]


def people(view: View, dossier: Dossier) -> list[dict[str, Any]]:
    """Return the table of people: a row an age, with ``name`` and each year's number.

    A year's number stands as text under the year, and bare under ``<year>_value``.
    ``growth`` is in per cent from the first year to the last, None where not known.
    """
    first, last = dossier.years[0], dossier.years[-1]
    rows = []
    for age in ages():
        found = dossier.of_age(age)
        if not any(year in found for year in dossier.years):
            for year, line in found.items():  # counted in another year
                count = _count(view, line)
                name = view.text("dossier.oldest", age=_age(view, age), year=year, count=count)
                rows.append({"name": name, **_years(view, dossier, {}), "growth": None})
            continue
        now, then = (found[y].own["value"] if y in found else None for y in (first, last))
        growth = 100 * (then / now - 1) if now and then is not None else None
        row = {"name": _age(view, age), **_years(view, dossier, found), "growth": growth}
        rows.append(row)
    return rows


def _years(view: View, dossier: Dossier, found: Mapping[int, Line]) -> dict[str, Any]:
    """Return each year's number as text, and bare under ``2026_value``."""
    row: dict[str, Any] = {}
    for year in dossier.years:
        line = found.get(year)
        row[str(year)] = _count(view, line)
        row[f"{year}_value"] = line.own["value"] if line else None
    return row


def people_missing(view: View, dossier: Dossier) -> str:
    """Say which years and ages are not published, and what brings them; empty where all are."""
    lacking = [
        view.text("dossier.people_of", age=view.age(age).lower(), year=year)
        for age in ages()
        for year in dossier.years
        if year not in dossier.of_age(age)
    ]
    if not lacking:
        return ""
    return view.text("dossier.people_missing", what=view.number.listing(lacking))


def _age(view: View, age: str) -> str:
    said = view.age(age)
    return said[:1].upper() + said[1:]


def _count(view: View, line: Line | None) -> str:
    if line is None:
        return view.text("common.status_short.missing")
    return marked(number(view, line, {**line.own, "is_estimate": False}), line.own, view.text)


def indicators(groups: Iterable[Group]) -> list[str]:
    """Return the indicators of some groups, each once."""
    return list(dict.fromkeys(line.indicator for group in groups for line in group.lines))
