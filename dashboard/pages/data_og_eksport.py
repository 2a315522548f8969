"""Data og eksport: choose rows, see them, take them home; the same rows as the command gives."""

from __future__ import annotations

from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components import Column, Table, show_table
from dashboard.context import Context, Page
from dashboard.format import NOTHING
from dashboard.hidden import status_text
from dashboard.opendata.asked import FOLDER, address
from dashboard.prose import caption, heading, note, plain, prose, put
from warehouse import SelectionError
from warehouse.ages import in_order
from warehouse.export import query
from warehouse.export.filters import Selection
from warehouse.export.recipe import Recipe
from warehouse.export.workbook import MAX_ROWS
from warehouse.read.slices import periods
from warehouse.schema import SECTORS, SEXES, STANDARDISATIONS, STATUSES, THEMES

PAGE = Page(slug="data", order=80, title="data.title")

_PREVIEW_ROWS = 50
#: Rows of which a workbook takes longer than a reader waits without a word.
_SLOW_WORKBOOK = 100_000
#: Files offered here; the data door has more.
_KINDS = ("parquet", "csv", "xlsx")
_BESIDE = {
    "dictionary": "dictionary.md",
    "csvw": "csv-metadata.json",
    "boundaries": "boundaries.parquet",
    "recipe": "toml",
}


def render(ctx: Context) -> None:
    """Draw the page."""
    heading(ctx.text("data.title"), 1)
    prose(ctx.text("data.intro"))
    try:
        selection = query.resolve(ctx.warehouse, _choose(ctx))
        counts = query.count_by_status(ctx.warehouse, selection)
    except SelectionError as error:
        note(str(error))
        return
    rows = int(counts["rows"].sum())
    heading(ctx.text("data.result", rows=ctx.number(rows)))
    if not rows:
        note(ctx.text("data.nothing"))
        return
    _say_hidden(ctx, counts)
    recipe = _recipe(ctx, selection)
    _downloads(ctx, recipe, rows)
    _preview(ctx, selection, rows)
    _same_elsewhere(ctx, recipe)


def _choose(ctx: Context) -> Selection:
    """Draw the choices and return them as the query layer's selection."""
    reference = ctx.reference
    left, right = st.columns(2, gap="medium")
    with left:
        geographies = ctx.pick_many(
            "geos",
            list(reference.known.areas),
            label="data.geographies",
            format_func=lambda g: ctx.localised(reference.geographies[g], "title"),
            default=[ctx.selection.geography],
        )
        areas = ctx.pick_many(
            "areas",
            [a for g in geographies or reference.known.areas for a in reference.known.areas[g]],
            label="data.areas",
            format_func=lambda a: reference.areas[a].name,
        )
        years = _years(ctx)
    with right:
        themes = ctx.pick_many(
            "themes",
            THEMES,
            label="data.themes",
            format_func=lambda t: ctx.text(f"common.themes.{t}"),
        )
        offered = reference.of_theme(*(themes or THEMES))
        indicators = ctx.pick_many(
            "indicators",
            offered,
            label="data.indicators",
            format_func=reference.indicator_title(ctx.lang),
            default=[] if themes else [ctx.selection.indicator or "population"],
        )
        ages = in_order(
            age for i in indicators or offered for age in reference.indicators[i]["ages"]
        )
        chosen_ages = ctx.pick_many("ages", ages, label="common.age", format_func=ctx.age_label)
    # With a state of its own it stays open when what is inside changes.
    with st.expander(ctx.text("data.more"), key="data-more", on_change="rerun"):
        offered_sectors = {
            s for i in indicators or offered for s in reference.indicators[i]["sectors"]
        }
        sectors = ctx.pick_many(
            "sectors",
            [sector for sector in SECTORS if sector in offered_sectors],
            label="common.sector",
            format_func=ctx.sector,
        )
        sexes = ctx.pick_many("sexes", SEXES, label="common.sex", format_func=ctx.sex)
        standardisations = ctx.pick_many(
            "standard",
            STANDARDISATIONS,
            label="data.standardisation",
            format_func=lambda s: ctx.text(f"common.standardisation.{s}"),
        )
        statuses = ctx.pick_many(
            "status",
            STATUSES,
            label="common.status_label",
            format_func=lambda s: status_text(ctx.text, {"status": s}),
        )
    return Selection.of(
        geography=geographies,
        area=areas,
        # Without an indicator a theme is the filter; with one it has only shortened the list.
        theme=themes if not indicators and not reference.withheld else None,
        # Where made-up figures are left out, "all" means all the real ones, each by its name.
        indicator=indicators or (offered if reference.withheld else []),
        period=years,
        sector=sectors,
        sex=sexes,
        age=chosen_ages,
        standardisation=standardisations,
        status=statuses,
    )


def _years(ctx: Context) -> str | None:
    """Draw first and last year; return the range, ``None`` when it is everything."""
    published = periods(ctx.warehouse)
    if not published:
        return None
    years = [str(year) for year in range(published[0], published[-1] + 1)]
    one, two = st.columns(2)
    with one:
        start = ctx.pick("from", years, label="data.from", default=years[0])
    with two:
        later = [year for year in years if year >= start]
        end = ctx.pick("to", later, label="data.to", default=later[-1])
    return None if (start, end) == (years[0], years[-1]) else f"{start}:{end}"


def _say_hidden(ctx: Context, counts: pl.DataFrame) -> None:
    hidden = [
        ctx.text("data.hidden", rows=ctx.number(row["rows"]), why=status_text(ctx.text, row))
        for row in counts.iter_rows(named=True)
        if row["status"] != "ok"
    ]
    prose("\n".join(f"- {line}" for line in hidden) if hidden else ctx.text("data.none_hidden"))


def _recipe(ctx: Context, selection: Selection) -> Recipe:
    """Draw the choice between tidy and wide, and return how the files are made."""
    form = ctx.pick(
        "form",
        ["tidy", "wide"],
        label="data.form",
        format_func=lambda name: ctx.text(f"data.form_{name}"),
        widget="radio",
    )
    return Recipe(
        selection,
        wide=form == "wide",
        csv="danish" if ctx.lang == "da" else "international",
    )


def _downloads(ctx: Context, recipe: Recipe, rows: int) -> None:
    """Draw the files as links: the browser fetches them as they are made."""
    too_many = rows > MAX_ROWS
    put(
        "<p class='kb-downloads'>"
        + "".join(
            f"<a class='kb-download' href='{escape(address(recipe, ending))}' download>"
            f"{escape(ctx.text('data.download_' + ending))}</a>"
            for ending in _KINDS
            if not (ending == "xlsx" and too_many)
        )
        + "</p>"
    )
    beside = " · ".join(
        f"<a href='{escape(address(recipe, ending))}' download>"
        f"{escape(ctx.text('data.beside_' + name))}</a>"
        for name, ending in _BESIDE.items()
    )
    put(f"<p class='kb-source'>{escape(ctx.text('data.beside'))} {beside}</p>")
    if too_many:
        caption(ctx.text("data.too_many_for_xlsx", rows=ctx.number(MAX_ROWS)))
    elif rows > _SLOW_WORKBOOK:
        caption(ctx.text("data.slow_xlsx"))


def _preview(ctx: Context, selection: Selection, rows: int) -> None:
    sql, values = query.statement(selection)
    found = ctx.warehouse.rows(f"{sql} LIMIT {_PREVIEW_ROWS}", values)
    text = ctx.text
    heading(text("data.preview"))
    if rows > _PREVIEW_ROWS:
        caption(text("data.preview_of", shown=_PREVIEW_ROWS, rows=ctx.number(rows)))
    names = {
        "area": "common.area",
        "indicator": "common.indicator",
        "period": "common.period",
        "value": "common.value",
        "unit": "common.unit",
        "interval": "common.interval",
        "sex": "common.sex",
        "age": "common.age",
        "sector": "common.sector",
        "demo": "data.demo",
    }
    shown = [_in_words(ctx, row) for row in found]
    # What is the same in every row is said once: on a phone it would push the numbers away.
    same = [
        n
        for n in names
        if n not in ("area", "period", "value") and len({row[n] for row in shown}) == 1
    ]
    said = [f"{text(names[n])}: {shown[0][n]}" for n in same if shown[0][n] not in ("", NOTHING)]
    caption(plain(" · ".join(said)))
    columns = [
        Column(name, text(label), right=name in ("value", "interval"))
        for name, label in names.items()
        if name not in same
    ]
    # Where only some are made up, the column says which.
    is_demo = bool(found) and all(row["is_demo"] for row in found)
    table = Table(shown, columns, caption=text("data.preview"), is_demo=is_demo)
    show_table(ctx, table, css="kb-quiet")
    sources = "; ".join(dict.fromkeys(row["source"] for row in found if row["source"]))
    caption(plain(text("common.source_line", source=ctx.number.dated(sources))))


def _in_words(ctx: Context, row: dict[str, Any]) -> dict[str, str]:
    """Return one row of the extract as the preview writes it."""
    indicator = ctx.reference.indicators[row["indicator_id"]]
    few = ctx.reference.thresholds.get(row["indicator_id"])
    decimals, is_ok = int(indicator["decimals"]), row["status"] == "ok"
    return {
        "area": row["area"],
        "indicator": ctx.localised(indicator, "title"),
        "period": str(row["period"]),
        "sex": ctx.sex(row["sex"]),
        "age": ctx.age_label(row["age"]),
        "sector": ctx.sector(row["sector"]),
        "value": ctx.number(row["value"], decimals)
        if is_ok
        else status_text(ctx.text, row | {"threshold": few}, short=True),
        "unit": ctx.localised(indicator, "unit"),
        "interval": ctx.number.interval(row["lower"], row["upper"], decimals),
        "demo": "DEMO" if row["is_demo"] else "",
    }


def _same_elsewhere(ctx: Context, recipe: Recipe) -> None:
    heading(ctx.text("data.same"))
    prose(ctx.text("data.same_intro"))
    command = recipe.command.replace("FILE", "klyngeblik.parquet")
    st.code(command, language="bash", wrap_lines=True)
    st.code(f"import klyngeblik\n\n{recipe.python}", language="python", wrap_lines=True)
    prose(ctx.text("data.open", address=f"{FOLDER}?lang={ctx.lang}"))
    prose(ctx.text("data.same_recipe"))
    st.code(recipe.toml, language="toml", wrap_lines=True)
