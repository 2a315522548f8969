"""The population by sex and five years of age, against the country."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.components import Column, Table, show_figure, wanted
from dashboard.context import Context
from dashboard.estimates import mark, of_figure
from dashboard.figures.pyramid import population_pyramid, pyramid_alt
from dashboard.figures.style import grouped
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, show_list
from dashboard.rows import Row, Slice
from warehouse.ages import smallest_bands

PEOPLE = "age_sex_population"
_SEXES = ("male", "female")


def is_known(ctx: Context) -> bool:
    """Return whether the warehouse has people by sex and five years of age."""
    return PEOPLE in ctx.reference.indicators


def pyramid_slice(ctx: Context, year: int | None = None) -> Slice:
    """Return what ``show_pyramid`` shows, the newest year when none is said."""
    areas = tuple(dict.fromkeys([ctx.area.id, parts.COUNTRY]))
    year = year or parts.newest(ctx, PEOPLE)
    return Slice(PEOPLE, areas, period=year, age=None, sex=None)


def show_people(ctx: Context, *, key: str, is_big: bool = False) -> None:
    """Let the reader choose a year, the newest when nothing is chosen, and draw its pyramid."""
    if not is_known(ctx):
        return
    row = ctx.reference.indicators[PEOPLE]
    years = range(int(row["last_period"]), int(row["first_period"]) - 1, -1)
    year = ctx.pick("pyramid", [str(y) for y in years], label="people.pyramid_year")
    show_pyramid(ctx, key=key, year=int(year), is_big=is_big)


def show_pyramid(
    ctx: Context, *, key: str, year: int | None = None, level: int = 2, is_big: bool = False
) -> None:
    """Draw the pyramid of one year; in big letters a list of the same numbers.

    Parameters
    ----------
    ctx
        The page's context.
    key
        Unique on the page.
    year
        The newest when none is said.
    level
        Of the heading.
    is_big
        Whether the letters are big.
    """
    if not is_known(ctx) or not wanted(ctx, key):
        return
    year = year or parts.newest(ctx, PEOPLE)
    title = ctx.text("people.pyramid", year=year)
    rows = _shares(ctx, ctx.store.rows(pyramid_slice(ctx, year)))
    if parts.explain_empty(ctx, rows, title):
        return
    line = "people.pyramid_subtitle" if ctx.area.id != parts.COUNTRY else "people.pyramid_whole"
    subtitle = " ".join(filter(None, [ctx.text(line), of_figure(ctx.text, ctx.area)]))
    if is_big:
        items = [
            Item(ctx.age_label(own[0]["age"]), _sides(ctx, own)) for _, own in _downwards(rows)
        ]
        source = ctx.source(PEOPLE)
        show_list(ctx, items, title=title, subtitle=subtitle, source=source, level=level)
        return
    look = parts.look_of(ctx)
    show_figure(
        ctx,
        population_pyramid(rows, look),
        key=key,
        years=[year],
        title=title,
        subtitle=subtitle,
        source=ctx.source(PEOPLE),
        alt=pyramid_alt(rows, look, title=title),
        table=_table(ctx, rows),
        level=level,
    )


def _shares(ctx: Context, rows: Iterable[Row]) -> list[Row]:
    """Return each age group and sex in per cent of everybody, the youngest first."""
    known = parts.with_who(ctx, rows)
    ages = smallest_bands({r["age"] for r in known if _is_shown(r["age"])})
    labels = {age: age.replace("-", "–") for age in ages}
    out: list[Row] = []
    everybody: dict[str, float | None] = {}
    for row in known:
        if row["age"] in labels and row["sex"] in _SEXES:
            before = everybody.get(row["area_id"], 0.0)
            unknown = before is None or row["value"] is None
            everybody[row["area_id"]] = None if unknown else before + row["value"]
    for row in parts.labelled(known, "age", labels):
        total = everybody.get(row["area_id"])
        if row["sex"] in _SEXES:
            value = 100 * row["value"] / total if total and row["value"] is not None else None
            sex = ctx.sex(row["sex"])
            out.append(row | {"value": value, "count": row["value"], "sex_name": sex})
    return out


def _is_shown(age: str) -> bool:
    """Leave out what 90 and over is made of: few people, and too thin to see."""
    return age == "90+" or (age != "all" and int(age.rstrip("+").partition("-")[0]) < 90)


def _downwards(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return the rows of each age group, the oldest first, as the pyramid is read."""
    return list(reversed(grouped(rows, "label").items()))


def _sides(ctx: Context, rows: list[Row]) -> str:
    """Return the sexes of one age group in words, a line each."""
    lines = []
    for sex in _SEXES:
        by_who = {row["who"]: row for row in rows if row["sex"] == sex}
        row = by_who["area"]
        said = ctx.number(row["count"]) + mark(ctx.text, estimate=row["is_estimate"])
        said += f" ({ctx.number.percent(row['value'])})"
        if "country" in by_who:
            country = ctx.number.percent(by_who["country"]["value"])
            said += f", {ctx.text('figure.country_short', value=country)}"
        lines.append(f"{row['sex_name']}: {said}")
    return "\n".join(lines)


def _table(ctx: Context, rows: list[Row]) -> Table:
    """Return people and per cent of each age group, the oldest first, a column a sex and area."""
    columns = [Column("label", ctx.text("common.age"))]
    made: dict[str, dict[str, Any]] = {}
    for label, group in _downwards(rows):
        made[label] = {"label": label, "status": "ok", "is_demo": False}
        for row in group:
            made[label] |= {f"{row['who']}_{row['sex']}": row["value"]}
            if row["who"] == "area":
                made[label] |= {f"count_{row['sex']}": row["count"]}
    if any(row["is_estimate"] for row in rows):
        for label, group in _downwards(rows):
            made[label]["is_estimate"] = any(row["is_estimate"] for row in group)
    for sex in _SEXES:
        columns.append(
            Column(f"count_{sex}", f"{ctx.sex(sex)}, {ctx.text('common.count').lower()}")
        )
    for who in dict.fromkeys(row["who"] for row in rows):
        name = next(row["name"] for row in rows if row["who"] == who)
        columns += [
            Column(f"{who}_{sex}", f"{name}, {ctx.sex(sex).lower()}, %", 1) for sex in _SEXES
        ]
    if any("is_estimate" in row for row in made.values()):
        columns.append(Column("is_estimate", ctx.text("common.estimate")))
    return Table(list(made.values()), columns)
