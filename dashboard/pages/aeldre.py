"""Ældre: how many there are and will be, in sentences first, then figures."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import sentences
from dashboard.components import Column, Table, show_table
from dashboard.context import Context, Page
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import Row, newest_rows, show_key_figures
from dashboard.pages._people import (
    People,
    old_people,
    people_of,
    show_projection,
    who_names,
)
from warehouse.pages import measures

PAGE = Page(slug="aeldre", order=50, title="aeldre.title")
_NURSING = "home_nursing_per_1000"
_SHARE = "population_80plus_share"


def render(ctx: Context) -> None:
    """Draw the page."""
    ctx.heading()
    people = people_of(ctx)
    if people is None:
        st.info(ctx.text("parts.no_data"))
        return
    for paragraph in _paragraphs(ctx, people):
        st.markdown(paragraph)
    left, right = st.columns(2, gap="large")
    with left:
        show_projection(ctx, people, key="aeldre.projection")
    with right:
        parts.show_trend(ctx, parts.Cut(_SHARE), key="aeldre.share", level=2)
    _municipalities(ctx, people)
    left, right = st.columns(2, gap="large")
    if parts.available(ctx, [_NURSING]):
        with left:
            parts.show_ranked(ctx, parts.Cut(_NURSING), key="aeldre.nursing", level=2)
        with right:
            parts.show_trend(ctx, parts.Cut(_NURSING), key="aeldre.nursing.trend", level=2)
    parts.demo_explorer(ctx, "elderly", key="aeldre")
    if parts.demo_indicators(ctx, "elderly"):
        show_key_figures(ctx, demo=True, themes=("elderly",), caption=ctx.text("aeldre.demo_table"))


def _paragraphs(ctx: Context, people: People) -> list[str]:
    """Return what the numbers say: now, later, and per 100 residents; then home nursing."""
    paragraphs = [
        " ".join(old_people(ctx, people, age, key))
        for age, key in (("65+", "aeldre.now_65"), ("80+", "aeldre.now_80"))
    ]
    now = people.count("80+")
    later = [
        sentences.later(
            ctx.text, ctx.number, now, people.count("80+", year=year), year=year, base=people.now
        )
        for year in people.projected
    ]
    if any(later):
        paragraphs.append(f"{ctx.text('aeldre.later')} {' '.join(s for s in later if s)}")
    share = people.share("80+")
    if share is not None:
        hundred = sentences.out_of_hundred(ctx.text, ctx.number, share)
        paragraphs.append(ctx.text("aeldre.hundred", share=hundred))
    row = newest_rows(ctx).get(_NURSING)
    if row and row["value"] is not None:
        paragraphs.append(_nursing(ctx, row))
    return [p for p in paragraphs if p]


def _nursing(ctx: Context, row: Row) -> str:
    """Say how many get home nursing, here and in the country."""
    decimals = row["decimals"]
    value = ctx.number(row["value"], decimals)
    said = ctx.text("aeldre.nursing", value=value, year=row["period"])
    country = row["country_value"]
    if country is not None and "country" in who_names(ctx):
        said += " " + ctx.text("aeldre.nursing_country", value=ctx.number(country, decimals))
    return said


def _municipalities(ctx: Context, people: People) -> None:
    """Draw a table of people aged 80 and over in each municipality, now and later."""
    side = parts.peers(ctx)
    years = [people.now, *people.projected]
    frame = measures(
        ctx.warehouse, "population", area=[ctx.area.id, *side.ids], period=years, age="80+"
    )
    if not frame.height:
        return
    wide = frame.with_columns(pl.col("period").cast(pl.String)).pivot(
        "period", index=["area_id", "name"], values="value"
    )
    first, last = str(years[0]), str(years[-1])
    columns = [Column("name", ctx.text("common.area"))]
    columns += [Column(str(y), str(y), status=None) for y in years if str(y) in wide.columns]
    if last in wide.columns and first != last:
        growth = 100 * (pl.col(last) / pl.col(first) - 1)
        wide = wide.with_columns(growth=growth).sort("growth", descending=True, nulls_last=True)
        label = ctx.text("aeldre.growth", first=first, last=last)
        columns.append(Column("growth", label, status=None))
    title = ctx.text("aeldre.table", what=ctx.text(f"common.levels.{side.level}").lower())
    st.subheader(title, anchor=False)
    show_table(ctx, Table(wide, columns, ctx.text("aeldre.table_caption", first=first, last=last)))
