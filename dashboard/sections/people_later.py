"""How many older people now and in the projected years, and in each municipality.

Options: ``share`` (an indicator drawn over the years beside it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.beside import GROUPS
from dashboard.components import Column, Table, fold, folded, html_table
from dashboard.components.table import leads_of
from dashboard.context import Context
from dashboard.estimates import mark, marked
from dashboard.figures.style import by_value, grouped
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, show_list
from dashboard.pages._people import People, people_of, people_slice, show_projection
from dashboard.prose import beside, heading, put
from dashboard.rows import Slice
from dashboard.sections import Shown


def _groups(ctx: Context) -> list[str]:
    """Return the groups of older people there are numbers of, the oldest first."""
    if "population" not in ctx.reference.indicators:
        return []
    there = ctx.reference.indicators["population"]["ages"]
    return [age for age in reversed(GROUPS) if age in there]


def _share(shown: Shown) -> list[parts.Cut]:
    return [parts.Cut(i) for i in parts.available(shown.ctx, [shown.option("share", "")])]


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what charts and tables show."""
    ctx = shown.ctx
    if "population" in ctx.reference.indicators:
        yield people_slice(ctx)
    yield from (_municipal_slice(ctx, age) for age in _groups(ctx))
    yield from (parts.trend_slice(ctx, cut) for cut in _share(shown))


def draw(shown: Shown) -> None:
    """Draw the people now and later, then a table for each age group."""
    people = people_of(shown.ctx)
    if people is None:
        return
    _later(shown, people)
    for age in _groups(shown.ctx):
        _municipalities(shown.ctx, people, age, shown.is_big)


def _later(shown: Shown, people: People) -> None:
    """Draw the elderly now and later, and the share of those aged 80 and over."""
    ctx = shown.ctx
    if shown.is_big:
        years = [people.now, *people.projected]
        top = max((people.count("65+", year=y) or 0 for y in years), default=0) or 1
        for age in people.groups:
            counts = [(y, people.count(age, year=y)) for y in years]
            show_list(
                ctx,
                [
                    Item(
                        str(y),
                        ctx.number(c) + mark(ctx.text, estimate=people.is_estimate(age, year=y)),
                        c / top,
                    )
                    for y, c in counts
                    if c is not None
                ],
                title=ctx.text("aeldre.of_age", age=ctx.age(age)),
                subtitle=ctx.text("aeldre.list_subtitle", year=people.now),
                source=ctx.source("population"),
            )
        return
    with beside() as (left, right):
        with left:
            show_projection(ctx, people, key=shown.key("projection"))
        with right:
            for cut in _share(shown):
                parts.show_trend(ctx, cut, key=shown.key("share"), level=2, secondary=True)


def _municipal_slice(ctx: Context, age: str) -> Slice:
    areas = dict.fromkeys([*parts.benchmarks(ctx), *parts.peers(ctx).ids])
    return parts.Cut("population", age=age).slice(ctx, areas)


def _municipalities(ctx: Context, people: People, age: str, is_big: bool) -> None:
    """Draw how many there are of an age in each municipality, region and country, and later."""
    side = parts.peers(ctx)
    years = [people.now, *people.projected]
    found = [r for r in ctx.store.rows(_municipal_slice(ctx, age)) if r["period"] in years]
    if not found:
        return
    known = [str(y) for y in years if any(r["period"] == y for r in found)]
    wide = [
        {
            "name": _named(ctx, own[0]),
            "area_id": own[0]["area_id"],
            **dict.fromkeys(known),
            **{str(r["period"]): r["value"] for r in own},
        }
        for own in grouped(found, "area_id").values()
    ]
    first, last = str(years[0]), str(years[-1])
    columns = [Column("name", ctx.text("common.area"))]
    columns += [Column(y, y, status=None) for y in known]
    if last in known and first != last:
        for row in wide:
            now, then = row[first], row[last]
            row["value"] = 100 * (then / now - 1) if now and then is not None else None
        wide = by_value(wide)
        label = ctx.text("aeldre.growth", first=first, last=last)
        short = ctx.text("aeldre.growth_short")
        columns.append(Column("value", label, status=None, short=short, change=True))
    what = ctx.text(f"common.levels.{side.level}").lower()
    title = ctx.text("aeldre.table_age", age=ctx.age(age), what=what)
    caption = ctx.text("aeldre.caption_age", first=first, last=last)
    if is_big:
        rows = [
            Item(r["name"], "\n".join(f"{y}: {_grown(ctx, r[y], r[first])}" for y in known))
            for r in wide
        ]
        show_list(ctx, rows, title=title, subtitle=caption, source=ctx.source("population"))
        return
    table = Table(wide, columns, caption)
    html = html_table(table, ctx.text, ctx.number, css="kb-growth", leads=leads_of(ctx))
    if age != "80+":
        with folded(ctx, f"growth-{age}", title, level=3):
            put(html)
        return
    heading(title, 3)
    put(fold(f"growth-{age}", ctx.text("focus.table"), html, keep_open=True))


def _named(ctx: Context, row: Any) -> str:
    """Return an area's name, "(estimate)" after one that holds a part of a municipality."""
    return marked(str(row["name"]), row, ctx.text)


def _grown(ctx: Context, then: float | None, now: float | None) -> str:
    """Return a number of people, and the change since now in brackets."""
    said = ctx.number(then)
    if not now or then is None or then is now:
        return said
    return f"{said} ({ctx.number.percent(100 * (then / now - 1), 0, sign=True)})"
