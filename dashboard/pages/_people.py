"""Who lives in an area: the population as sentences, age bars and a projection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape

import polars as pl
import streamlit as st

from dashboard import sentences
from dashboard.components import Column, Table, show_figure
from dashboard.context import Context
from dashboard.figures import alt
from dashboard.figures.projection import projection_bars
from dashboard.pages import _parts as parts
from dashboard.rows import Slice

#: The bands that cut everybody once; ``0-17`` and ``65+`` overlap them.
BANDS = ("0-5", "6-16", "17-19", "20-34", "35-64", "65-79", "80+")
OLD = ("65-79", "80+")
_TILES = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.8rem 1.5rem;"
    "margin:.4rem 0 1rem;padding:0"
)
_LABEL = "font-size:.92rem;margin:0;padding:0"
_VALUE = "font-size:2rem;line-height:1.2;margin:0;font-variant-numeric:tabular-nums"


@dataclass(frozen=True)
class People:
    """The population of the area, its region and the country in all years, with ``who``."""

    frame: pl.DataFrame
    now: int

    def count(self, age: str, *, year: int | None = None, who: str = "area") -> float | None:
        """Return how many there are of an age, or ``None`` where it is not known."""
        return self._counts.get((who, year or self.now, age))

    @cached_property
    def _counts(self) -> dict[tuple[str, int, str], float]:
        columns = ("who", "period", "age", "value", "status")
        return {
            (who, period, age): value
            for who, period, age, value, status in self.frame.select(columns).iter_rows()
            if status == "ok"
        }

    def share(self, age: str, *, who: str = "area") -> float | None:
        """Return the per cent of everybody an age makes up now."""
        part, whole = self.count(age, who=who), self.count("all", who=who)
        return 100 * part / whole if part is not None and whole else None

    @property
    def projected(self) -> list[int]:
        """Years that have not been measured."""
        years = self.frame.filter(pl.col("is_projection"))["period"].unique().sort()
        return [int(y) for y in years]


def people_slice(ctx: Context) -> Slice:
    """Return what ``people_of`` reads."""
    return parts.Cut("population").slice(ctx, parts.benchmarks(ctx), age=None)


def people_of(ctx: Context) -> People | None:
    """Return the population of the area and what it is compared with, ``None`` without one."""
    if "population" not in ctx.reference.indicators:
        return None
    frame = parts.with_who(ctx, ctx.store.rows(people_slice(ctx)))
    return People(frame, parts.newest(ctx, "population"))


def who_names(ctx: Context) -> dict[str, str]:
    """Return what region and country are called in a sentence."""
    names = {"region": ctx.region.name} if ctx.region else {}
    return names | ({"country": ctx.text("parts.whole_country")} if ctx.area.id != "dk" else {})


def old_people(ctx: Context, people: People, age: str, key: str) -> list[str]:
    """Return sentences of one age group: how many now, their share, and compared with others."""
    count, share = people.count(age), people.share(age)
    if count is None or share is None:
        return []
    said = [
        ctx.text(
            key,
            count=sentences.people(ctx.text, ctx.number, count),
            share=ctx.number.percent(share),
        )
    ]
    others = {name: people.share(age, who=who) for who, name in who_names(ctx).items()}
    said.append(sentences.against(ctx.text, ctx.number, share, others))
    return [s for s in said if s]


def show_ages(ctx: Context, people: People, *, key: str, level: int = 2) -> None:
    """Draw the age bands of the area against region and country, in per cent of everybody."""
    now = people.frame.filter(pl.col("period") == people.now)
    whole = now.filter(pl.col("age") == "all").select("who", all="value")
    frame = (
        parts.labelled(now, "age", {age: ctx.age(age) for age in BANDS})
        .join(whole, on="who", maintain_order="left")
        .with_columns(value=100 * pl.col("value") / pl.col("all"))
    )
    parts.show_bullets(
        ctx,
        frame,
        key=key,
        title=ctx.text("people.ages", year=people.now),
        subtitle=ctx.text("people.ages_subtitle"),
        source=ctx.source("population"),
        unit=ctx.text("people.of_all"),
        decimals=1,
        suffix="%",
        level=level,
    )


def show_projection(
    ctx: Context, people: People, *, key: str, ages: tuple[str, ...] = OLD, level: int = 2
) -> None:
    """Draw the elderly now and in the projected years."""
    years = [people.now, *people.projected]
    frame = parts.labelled(
        people.frame.filter((pl.col("who") == "area") & pl.col("period").is_in(years)),
        "age",
        {age: ctx.age(age) for age in ages},
    )
    if ctx.area.id == "dk":
        frame = frame.unique(maintain_order=True)
    title = ctx.text("people.projection", first=years[0], last=years[-1])
    if parts.explain_empty(ctx, frame, title):
        return
    look = parts.look_of(ctx)
    table = Table(
        frame.with_columns(pl.col("period").cast(pl.String)),
        [
            Column("label", ctx.text("common.age")),
            Column("period", ctx.text("common.period")),
            Column("value", ctx.text("common.count")),
            Column("is_projection", ctx.text("common.projection")),
        ],
    )
    show_figure(
        ctx,
        projection_bars(frame, look),
        key=key,
        title=title,
        subtitle=ctx.text("people.projection_subtitle", year=people.now),
        source=ctx.source("population"),
        alt=alt.projection_alt(frame, look, name=ctx.area.name),
        table=table,
        level=level,
    )


def tiles(ctx: Context, people: People) -> None:
    """Draw the four numbers of a first glance."""
    number, text = ctx.number, ctx.text
    share = people.share("80+")
    shown = [
        (text("people.tile_all", year=people.now), people.count("all")),
        (text("people.tile_80", year=people.now), people.count("80+")),
    ]
    shown += [
        (text("people.tile_later", year=year), people.count("80+", year=year))
        for year in people.projected[-1:]
    ]
    values = [(label, number(value)) for label, value in shown if value is not None]
    if share is not None:
        values.insert(2, (text("people.tile_share"), number.percent(share)))
    # Streamlit's own metric cuts long labels off and stands four in a column on a phone.
    cells = "".join(
        f'<div><dt style="{_LABEL}">{escape(label)}</dt>'
        f'<dd style="{_VALUE}">{escape(value)}</dd></div>'
        for label, value in values
    )
    st.html(f'<dl style="{_TILES}">{cells}</dl>')
