"""What may happen to a delivery between the publisher and us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.reading.sound_files import Key, Sheet

Where = Callable[[Sheet, Random], list[tuple[Key, int]]]
Change = Callable[[Sheet, Random], Sheet]

# --- where ----------------------------------------------------------------------------------------


def everywhere(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    return list(sheet.values)


def last_year(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    return [at for at in sheet.values if at[1] == sheet.years[-1]]


def middle_year(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    return [at for at in sheet.values if at[1] == sheet.years[len(sheet.years) // 2]]


def first_year(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    return [at for at in sheet.values if at[1] == sheet.years[0]]


def half_the_areas(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    chosen = sheet.areas()[:60]
    return [at for at in last_year(sheet, draw) if at[0][0] in chosen]


def some_areas(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    start = draw.randrange(80)
    chosen = sheet.areas()[start : start + 12]
    return [at for at in last_year(sheet, draw) if at[0][0] in chosen]


def an_area(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    chosen = draw.choice(LARGE)
    return [at for at in sheet.values if at[0][0] == chosen]


def an_area_last_year(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    chosen = draw.choice(LARGE)
    return [at for at in last_year(sheet, draw) if at[0][0] == chosen]


def a_label(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    """Return the last year of a sex, an age or a measure; nothing where a file has none."""
    if len(sheet.keys[0]) == 1:
        return []
    place = draw.randrange(1, len(sheet.keys[0]))
    chosen = draw.choice(sheet.labels(place))
    return [at for at in last_year(sheet, draw) if at[0][place] == chosen]


def a_cell(sheet: Sheet, draw: Random) -> list[tuple[Key, int]]:
    return [draw.choice([at for at in last_year(sheet, draw) if at[0][0] in LARGE])]


#: Large enough that a tenth or tenfold of a figure cannot be chance.
LARGE = ("101", "461", "751", "851", "265", "621", "657", "730")


# --- what -----------------------------------------------------------------------------------------


def times(factor: float, where: Where) -> Change:
    def change(sheet: Sheet, draw: Random) -> Sheet:
        at = where(sheet, draw)
        old = {k: sheet.values[k] for k in at if isinstance(sheet.values[k], int | float)}
        if all(isinstance(v, int) for v in old.values()):
            base = 5 if sheet.kind == "workbook" and factor < 1 else 1
            return sheet.with_values({k: base * round(v * factor / base) for k, v in old.items()})
        return sheet.with_values({k: round(v * factor, 6) for k, v in old.items()})

    return change


def becomes(value: Any, where: Where) -> Change:
    return lambda sheet, draw: sheet.with_values(dict.fromkeys(where(sheet, draw), value))


def written(spell: Callable[[Any], Any], where: Where) -> Change:
    def change(sheet: Sheet, draw: Random) -> Sheet:
        old = {k: sheet.values[k] for k in where(sheet, draw)}
        return sheet.with_values({k: spell(v) for k, v in old.items() if v is not None})

    return change


def moved(by: int, start: int, end: int, where: Where) -> Change:
    """Figures beside the next area, from one area to another."""

    def change(sheet: Sheet, draw: Random) -> Sheet:
        areas = sheet.areas()
        run = areas[start:end]
        turned = dict(zip(run, run[by:] + run[:by], strict=True))
        return sheet.with_values(
            {
                (key, year): sheet.values.get(((turned[key[0]], *key[1:]), year))
                for key, year in where(sheet, draw)
                if key[0] in turned
            }
        )

    return change


def ordered(reverse: bool) -> Change:
    def change(sheet: Sheet, draw: Random) -> Sheet:
        new: dict[tuple[Key, int], Any] = {}
        for labels in dict.fromkeys(key[1:] for key in sheet.keys):
            at = [((a, *labels), sheet.years[-1]) for a in sheet.areas()]
            known = sorted((sheet.values[k] or 0 for k in at), reverse=reverse)
            new |= dict(zip(at, known, strict=True))
        return sheet.with_values(new)

    return change


def years_as(of: Callable[[list[int]], dict[int, int]]) -> Change:
    """Give years the figures of others."""

    def change(sheet: Sheet, draw: Random) -> Sheet:
        other = of(sheet.years)
        return sheet.with_values(
            {(k, y): sheet.values[k, other[y]] for k, y in sheet.values if y in other}
        )

    return change


def relabelled(by: int) -> Change:
    """Give every year's figures to the year before or after."""

    def change(sheet: Sheet, draw: Random) -> Sheet:
        new = {(k, y + by): v for (k, y), v in sheet.values.items()}
        return replace(sheet, years=[y + by for y in sheet.years], values=new)

    return change


def labels_swapped(where: Where, place: int) -> Change:
    """Two sexes, ages or measures have each other's figures."""

    def change(sheet: Sheet, draw: Random) -> Sheet:
        if len(sheet.keys[0]) <= place:
            return sheet
        one, other = draw.sample(sheet.labels(place), 2)
        turned = {one: other, other: one}
        new: dict[tuple[Key, int], Any] = {}
        for key, year in where(sheet, draw):
            if key[place] in turned:
                there = (*key[:place], turned[key[place]], *key[place + 1 :])
                new[key, year] = sheet.values.get((there, year))
        return sheet.with_values(new)

    return change


def areas_swapped(where: Where) -> Change:
    def change(sheet: Sheet, draw: Random) -> Sheet:
        one, other = draw.sample(LARGE, 2)
        turned = {one: other, other: one}
        return sheet.with_values(
            {
                (key, year): sheet.values[(turned[key[0]], *key[1:]), year]
                for key, year in where(sheet, draw)
                if key[0] in turned
            }
        )

    return change


def without(where: Where) -> Change:
    """Delete rows: whole ones of a workbook."""

    def change(sheet: Sheet, draw: Random) -> Sheet:
        gone = set(where(sheet, draw))
        values = {at: v for at, v in sheet.values.items() if at not in gone}
        left = {key for key, _ in values}
        years = {year for _, year in values}
        return replace(
            sheet,
            keys=[key for key in sheet.keys if key in left],
            years=[year for year in sheet.years if year in years],
            values=values,
        )

    return change


def doubled(factor: float) -> Change:
    def change(sheet: Sheet, draw: Random) -> Sheet:
        key = draw.choice([key for key in sheet.keys if key[0] in LARGE])
        return replace(sheet, again=[(key, factor)])

    return change


def named(name: str) -> Change:
    return lambda sheet, draw: replace(sheet, name=name)
