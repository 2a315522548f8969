"""The blocks of a council's dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from content.dossier import Dossier, Group, Line, dossier_of
from dashboard import captions
from dashboard import dossier as words
from dashboard.estimates import is_estimate
from dashboard.view import View
from report.model import Block, Cell, Picture, Table, Words
from report.model import Line as Row


def block(view: View, name: str) -> Block | None:
    """Return a block of the dossier by its name; ``None`` where there is nothing to show."""
    dossier = dossier_of(view.warehouse, view.reference, view.area.id)
    return _BLOCKS[name](view, dossier) if dossier else None


def _decides(view: View, dossier: Dossier) -> Block:
    said = words.decides(view)
    if dossier.is_unchanged:
        said.append(view.text("dossier.unchanged"))
    return Words("", tuple(said), "points")


def _laws(view: View, _: Dossier) -> Block:
    said = (*words.laws(view), view.text("dossier.law.unseen"))
    return Words(view.text("dossier.law_title"), said, "points")


def _seats(view: View, dossier: Dossier) -> Block:
    text = view.text
    heads = [text("common.municipality"), text("dossier.cluster")]
    heads += [text("dossier.seats"), text("klynge_til_raad.persons")]
    lines = tuple(
        Row(
            (
                Cell(member.name),
                Cell(view.number.listing(list(member.clusters))),
                Cell(view.number(member.seats), member.seats),
                Cell(view.number(member.persons), member.persons),
            )
        )
        for member in dossier.members
    )
    note = " ".join(filter(None, [words.seats(view, dossier), text("dossier.seats_source")]))
    return Table(
        text("dossier.seats_caption"), tuple(heads), lines, note, (0, 1), indicators=("population",)
    )


def _map(view: View, dossier: Dossier) -> Block | None:
    drawn = words.picture(view, dossier)
    if not drawn:
        return None
    title, subtitle, alt = words.of_map(view, dossier)
    return Picture(title, subtitle, drawn, alt, captions.boundaries(view))


def _tasks(view: View, dossier: Dossier) -> Block:
    """Return the figures that bear on each task, under its name."""
    note = f"{view.text('dossier.tasks_intro')} {view.text('dossier.crude')}"
    named = [
        f"{view.text(f'dossier.tasks.{g.id}')}: {view.text(f'dossier.what.{g.id}')}"
        for g in dossier.tasks
    ]
    return _table(view, dossier.tasks, view.text("dossier.tasks_figures"), named, note)


def _plan(view: View, dossier: Dossier) -> Block:
    named = [view.text(f"dossier.plan.{g.id}") for g in dossier.plan]
    title = view.text("dossier.plan_figures", name=view.area.name)
    return _table(view, dossier.plan, title, named, view.text("dossier.crude"))


def _table(
    view: View, groups: Sequence[Group], title: str, names: Sequence[str], note: str
) -> Table:
    text = view.text
    lines: list[Row] = []
    for group, name in zip(groups, names, strict=True):
        lines.append(Row((Cell(name),), is_group=True))
        lines += [_line(view, line) for line in group.lines]
    heads = [text("dossier.indicator"), text("dossier.council"), text("common.region")]
    heads += [text("common.country"), text("dossier.lowest"), text("dossier.highest")]
    return Table(
        title, tuple(heads), tuple(lines), note, (0,), indicators=tuple(words.indicators(groups))
    )


def _line(view: View, line: Line) -> Row:
    low, high = words.ends(view, line)
    none = view.text("keyfigures.none")
    cells = [Cell(words.title(view, line))]
    for row in (line.own, line.region, line.country):
        if row is None or row["value"] is None:
            cells.append(Cell(words.number(view, line, row)))
            continue
        bare = words.number(view, line, {**row, "is_estimate": False})
        note = view.text("moedeark.estimate") if is_estimate(row) else ""
        cells.append(Cell(bare, row["value"], words.decimals(view, line), note=note))
    return Row((*cells, Cell(low or none), Cell(high or none)))


def _people(view: View, dossier: Dossier) -> Block:
    text, last = view.text, dossier.years[-1]
    heads = [text("common.age"), *map(str, dossier.years), text("dossier.growth", year=last)]
    lines = []
    for row in words.people(view, dossier):
        counts = [Cell(row[str(year)], row[f"{year}_value"]) for year in dossier.years]
        growth = Cell(view.number.percent(row["growth"], 0, sign=True), row["growth"])
        lines.append(Row((Cell(row["name"]), *counts, growth)))
    note = [text("dossier.people_note", year=dossier.years[0]), words.people_missing(view, dossier)]
    return Table(
        text("dossier.people_caption", name=view.area.name),
        tuple(heads),
        tuple(lines),
        " ".join(filter(None, note)),
        indicators=tuple(dict.fromkeys(line.indicator for line in dossier.people)),
    )


def _lack(view: View, groups: Sequence[Group], where: str) -> Block | None:
    said = [
        f"{view.text(f'dossier.{where}.{group.id}')}: {' '.join(lacking)}"
        for group in groups
        if (lacking := words.missing(view, group))
    ]
    title = view.text("dossier.lacks") if where == "tasks" else ""
    return Words(title, tuple(said), "points") if said else None


_BLOCKS: Final[Mapping[str, Callable[[View, Dossier], Block | None]]] = {
    "decides": _decides,
    "laws": _laws,
    "seats": _seats,
    "map": _map,
    "tasks": _tasks,
    "tasks_lack": lambda view, dossier: _lack(view, dossier.tasks, "tasks"),
    "people": _people,
    "plan": _plan,
    "plan_lacks": lambda view, dossier: _lack(view, dossier.plan, "plan"),
}
