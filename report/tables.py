"""Tables of a sheet: key figures, and people now and later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from dashboard import beside, captions, fair_words, sentences
from dashboard.beside import COUNTRY, OLDEST, People
from dashboard.estimates import is_estimate
from dashboard.figures.hover import short_value
from dashboard.figures.style import safe_rows
from dashboard.view import View
from report.charts import ENDS, MOST
from report.model import Cell, Line, Table
from report.told import Row
from warehouse.read.pages import measures


def key_figures(view: View, rows: Sequence[Row], title: str, *, most: int) -> Table:
    """Return the newest number of each indicator beside region and country, in words too.

    Parameters
    ----------
    view
        The area and the reader's language.
    rows
        As ``told.newest`` gives them, in the order shown; those of one theme stand together.
    title
        What the table holds.
    most
        Rows there is room for: the first of each theme; of what is left out the note says how many.

    Returns
    -------
    Table
        Made-up figures are marked in their own row.
    """
    text = view.text
    every, rows = rows, _first_of_each(rows, most)
    columns = [text("common.indicator"), text("common.period"), view.area.short_name]
    if view.region:
        columns.append(view.region.short_name)
    if view.area.id != COUNTRY:
        columns += [text("common.country"), text("keyfigures.compared")]
    left = [0, *([len(columns) - 1] if view.area.id != COUNTRY else [])]
    with_trend = any(row["trend"] or fair_words.since(view, row) for row in rows)
    if with_trend:
        left.append(len(columns))
        columns.append(text("keyfigures.trend"))
    lines: list[Line] = []
    themes = {row["theme"] for row in rows}
    for theme, group in groupby(rows, key=lambda row: row["theme"]):
        if len(themes) > 1:
            lines.append(Line((Cell(text(f"common.themes.{theme}")),), is_group=True))
        lines += [_key_line(view, row, with_trend=with_trend) for row in group]
    notes = [text(f"keyfigures.{name}") for name in ("note", "note_trend")[: 1 + with_trend]]
    if left_out := len(every) - len(rows):
        notes.append(text("moedeark.more_figures", count=left_out))
    return Table(
        title,
        tuple(columns),
        tuple(lines),
        " ".join(notes),
        tuple(left),
        all(row["is_demo"] for row in rows),
        any(row["is_demo"] for row in rows),
        tuple(row["indicator_id"] for row in rows),
    )


def _first_of_each(rows: Sequence[Row], most: int) -> list[Row]:
    """Return as many rows as there is room for, the first of each theme before its second."""
    seen: Counter[str] = Counter()
    turns = [(seen.update([row["theme"]]) or seen[row["theme"]], n) for n, row in enumerate(rows)]
    kept = {n for _, n in sorted(turns)[:most]}
    return [row for n, row in enumerate(rows) if n in kept]


def _key_line(view: View, row: Row, *, with_trend: bool) -> Line:
    decimals, none = int(row["decimals"]), view.text("keyfigures.none")
    small = ""
    if row["lower"] is not None and row["upper"] is not None:
        small = view.number.interval(row["lower"], row["upper"], decimals)
    cells = [
        Cell(
            sentences.made_up(
                view.text, view.title(row["indicator_id"], short=True), bool(row["is_demo"])
            ),
            small=_about(view, row),
        ),
        Cell(
            view.reference.years(row["indicator_id"], str(row["period"])),
            note=_provisional(view, row),
        ),
        _number(view, row, decimals, small),
    ]
    others = (["region"] if view.region else []) + (["country"] if view.area.id != COUNTRY else [])
    for whose in others:
        value = row[f"{whose}_value"]
        if value is None:
            cells.append(Cell(none))
            continue
        other = {"value": value, "status": "ok", "is_estimate": row[f"{whose}_is_estimate"]}
        cells.append(_number(view, other, decimals))
    if view.area.id != COUNTRY:
        cells.append(Cell(_compared(view, row) or none, small=_aged(view, row)))
    if with_trend:
        known = row["trend"] in ("increasing", "decreasing", "no_change")
        word = view.text(f"moedeark.trend.{row['trend']}") if known else ""
        change = fair_words.since(view, row)
        cells.append(Cell(word or change or none, small=change if word else ""))
    return Line(tuple(cells))


def _compared(view: View, row: Row) -> str:
    """Say how a number stands against the country: by its interval, or the bare difference."""
    if row["vs_country"]:
        return view.text(f"moedeark.compared.{row['vs_country']}")
    aged = "age_" if row["age_value"] is not None else ""
    two = row[f"{aged}value"], row[f"{aged}country_value"]
    return sentences.difference(view.text, view.number, *two, row["decimals"], row["unit"])


def _aged(view: View, row: Row) -> str:
    """Return what is compared where ages are taken into account."""
    if row["age_value"] is None or row["age_country_value"] is None:
        return ""
    here, country = (view.number(row[f"age_{w}value"], row["decimals"]) for w in ("", "country_"))
    return view.text("keyfigures.age_both", here=here, country=country)


def _provisional(view: View, row: Row) -> str:
    found = view.reference.provisional_in(row["indicator_id"], str(row["period"]))
    return view.text("parts.is_provisional") if found else ""


def _about(view: View, row: Row) -> str:
    """Return unit, age, direction, and where people are counted if not at home, in a few words."""
    indicator = row["indicator_id"]
    age = "" if row["age"] == "all" else view.age(row["age"])
    fair = fair_words.is_fair(view.reference.indicators[indicator], row)
    direction = view.direction(indicator).lower() if fair else ""
    where = captions.counted(view, indicator)
    return ", ".join(w for w in (view.localised(row, "unit"), age, where, direction) if w)


def old_people(view: View, people: People) -> Table:
    """Return people aged 80 and over in each municipality now and later, fastest growth first.

    Where the population comes with 90+, two more columns say how many of them there are, first
    and last.
    """
    side = beside.peers(view.reference, view.area)
    years = [people.now, *people.projected]
    ids = list(dict.fromkeys([view.area.id, *side.ids]))
    ages = [age for age in people.groups if age != "65+"]
    frame = measures(view.warehouse, "population", area=ids, period=years, age=ages)
    found: dict[str, dict[tuple[str, int], Row]] = {}
    for row in safe_rows(frame):
        found.setdefault(row["area_id"], {})[row["age"], row["period"]] = row
    ends = [years[0], years[-1]] if OLDEST in ages else []
    lines = []
    for area, own in found.items():
        cells = [Cell(view.reference.areas[area].name)]
        cells += [_people(view, own.get(("80+", year))) for year in years]
        first, last = cells[1].value, cells[-1].value
        growth = 100 * (last / first - 1) if first and last is not None else None
        cells.append(Cell(view.number.percent(growth, 0, sign=True), growth))
        cells += [_people(view, own.get((OLDEST, year))) for year in ends]
        lines.append(Line(tuple(cells), is_strong=area == view.area.id))
    at = len(years) + 1
    lines.sort(key=lambda line: -(line.cells[at].value or -1e9))
    note = view.text("aeldre.table_caption", first=years[0], last=years[-1])
    others = [line for line in lines if not line.is_strong]
    if len(others) > MOST:
        kept = {id(line) for line in (*others[:ENDS], *others[-ENDS:])}
        lines = [line for line in lines if line.is_strong or id(line) in kept]
        note += " " + view.text("moedeark.ends_growth", each=ENDS, all=len(others))
    what = view.text(f"common.levels.{side.level}").lower()
    return Table(
        view.text("aeldre.table", what=what),
        (
            view.text("common.area"),
            *(str(year) for year in years),
            view.text("moedeark.growth"),
            *(view.text("moedeark.oldest", year=year) for year in ends),
        ),
        tuple(lines),
        note,
        indicators=("population",),
    )


def _people(view: View, row: Row | None) -> Cell:
    if row is None:
        return Cell(view.text("common.status_short.missing"))
    return _number(view, row, 0)


def _number(view: View, row: Row, decimals: int, small: str = "") -> Cell:
    """Return a number apart from its mark, so that a workbook gets the number alone."""
    note = view.text("moedeark.estimate") if is_estimate(row) else ""
    bare = short_value({**row, "is_estimate": False}, view.look, decimals=decimals)
    return Cell(bare, row["value"], decimals, small, note)
