"""Sammenlign: all areas of a kind beside each other, and what such a comparison does not say."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components import Column, Table, show_figure
from dashboard.context import Context, Page
from dashboard.figures import alt
from dashboard.figures.bars import ranked_bars
from dashboard.figures.funnel import funnel, funnel_alt, located
from dashboard.pages import _choosing as choosing
from dashboard.pages import _comparing as comparing
from dashboard.pages import _parts as parts
from warehouse.funnel import KINDS, rank_range
from warehouse.pages import measures

PAGE = Page(slug="sammenlign", order=60, title="sammenlign.title")
_DEFAULT = "population_80plus_share"
#: Counted among the admitted, so that most areas lie near the lines.
_FUNNEL = "acute_readmission_share"
_CAUTIONS = ("rank", "colour", "age", "cause", "many")


def render(ctx: Context) -> None:
    """Draw the page."""
    ctx.heading("sammenlign.intro")
    if not ctx.reference.indicators:
        st.info(ctx.text("parts.no_data"))
        return
    geography = ctx.selection.geography
    if ctx.area.level == "country":
        geography = parts.CLUSTERS
        st.info(ctx.text("sammenlign.country", areas=_kind(ctx, geography)))
    views = {
        "rank": _ranked,
        "funnel": _funnel,
        "heat": comparing.show_heat,
        "pair": comparing.show_pair,
        "similar": comparing.show_similar,
    }
    view = ctx.pick(
        "view",
        list(views),
        label="sammenlign.view",
        format_func=lambda v: ctx.text(f"sammenlign.view_{v}"),
        widget="radio",
    )
    views[view](ctx, geography)
    st.header(ctx.text("sammenlign.caution"), anchor=False)
    st.markdown("\n".join(f"- {ctx.text(f'sammenlign.caution_{c}')}" for c in _CAUTIONS))


def _kind(ctx: Context, geography: str) -> str:
    return ctx.localised(ctx.reference.geographies[geography], "title")


def _rows(ctx: Context, cut: parts.Cut, geography: str, *, benchmarks: bool) -> pl.DataFrame:
    """Return a cut's numbers for all areas, and for the area's region and country if asked."""
    rows = [
        measures(
            ctx.warehouse, cut.indicator, geography=geography, period=cut.period, **cut.filled(ctx)
        )
    ]
    if benchmarks:
        known = set(rows[0]["area_id"])
        more = [i for i in parts.benchmarks(ctx) if i not in known]
        rows.append(
            measures(ctx.warehouse, cut.indicator, area=more, period=cut.period, **cut.filled(ctx))
        )
    return comparing.with_roles(ctx, pl.concat(rows))


def _title(ctx: Context, cut: parts.Cut, geography: str, key: str) -> str:
    return ctx.text(key, title=parts.title_of(ctx, cut), areas=_kind(ctx, geography))


def _ranked(ctx: Context, geography: str) -> None:
    """Draw every area from the highest to the lowest, with the place of the area shown."""
    indicators = choosing.by_theme(ctx, lambda _: True)
    cut = choosing.pick_cut(ctx, indicators, geography, default=_DEFAULT)
    frame = _rows(ctx, cut, geography, benchmarks=True)
    title = _title(ctx, cut, geography, "sammenlign.rank_title")
    if parts.explain_empty(ctx, frame, title):
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    frame = _with_places(frame, geography)
    if said := _place_in_words(ctx, frame, geography, cut.indicator):
        st.markdown(said)
    table = parts.table_of(ctx, frame, decimals, ("name", "common.area"))
    place = Column("place", ctx.text("sammenlign.place"), status=None)
    show_figure(
        ctx,
        ranked_bars(frame, look, unit=unit, decimals=decimals),
        key=f"sammenlign.{cut.indicator}",
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(cut.period)),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(frame, look, title=title, unit=unit, decimals=decimals),
        table=Table(
            frame.sort("value", descending=True, nulls_last=True),
            [table.columns[0], place, *table.columns[1:]],
        ),
        is_demo=parts.is_demo(ctx, cut.indicator),
    )
    parts.caveat(ctx, cut.indicator)


def _with_places(frame: pl.DataFrame, geography: str) -> pl.DataFrame:
    """Add each area's place, and the best and last place its interval leaves open."""
    is_peer = (pl.col("geography") == geography) & pl.col("value").is_not_null()
    peers = frame.filter(is_peer)
    values = peers["value"]
    place, best, last = rank_range(
        values, peers["lower"].fill_null(values), peers["upper"].fill_null(values)
    )
    places = peers.select(
        "area_id",
        place=pl.Series(place),
        best=pl.Series(best),
        last=pl.Series(last),
    )
    return frame.join(places, on="area_id", how="left", maintain_order="left")


def _place_in_words(ctx: Context, frame: pl.DataFrame, geography: str, indicator: str) -> str:
    """Say the place of the area shown, and how far the place can be trusted."""
    own = frame.filter((pl.col("who") == "area") & pl.col("place").is_not_null())
    if not own.height:
        return ""
    row = own.row(0, named=True)
    count = frame.filter((pl.col("geography") == geography) & pl.col("value").is_not_null()).height
    said = ctx.text("sammenlign.place_is", name=row["name"], place=row["place"], count=count)
    if ctx.reference.indicators[indicator]["theme"] == "population":
        return said  # everybody is counted: nothing is left to chance
    if row["lower"] is None:
        return f"{said} {ctx.text('sammenlign.place_unsure')}"
    if row["best"] == row["last"]:
        return f"{said} {ctx.text('sammenlign.place_sure')}"
    between = ctx.text("sammenlign.place_between", best=row["best"], last=row["last"])
    return f"{said} {between}"


def _funnel(ctx: Context, geography: str) -> None:
    """Draw areas by size, with the lines chance alone would keep to."""
    indicators = choosing.by_theme(ctx, lambda r: r["kind"] in KINDS and bool(r["has_interval"]))
    if not indicators:
        st.info(ctx.text("sammenlign.funnel_none"))
        return
    st.markdown(ctx.text("sammenlign.funnel_intro"))
    cut = choosing.pick_cut(ctx, indicators, geography, default=_FUNNEL)
    frame = _rows(ctx, cut, geography, benchmarks=False)
    title = _title(ctx, cut, geography, "sammenlign.funnel_title")
    country = measures(
        ctx.warehouse, cut.indicator, area=parts.COUNTRY, period=cut.period, **cut.filled(ctx)
    )
    target = country["value"].drop_nulls().to_list()
    if not target or parts.explain_empty(ctx, frame, title):
        return
    row = ctx.reference.indicators[cut.indicator]
    lines = {"kind": row["kind"], "target": target[0], "multiplier": row["multiplier"]}
    frame = located(frame, **lines)
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    if not frame["place"].is_not_null().any():
        st.info(ctx.text("sammenlign.funnel_few"))
        return
    words = {p: ctx.text(f"comparing.funnel.{p}") for p in frame["place"].drop_nulls().unique()}
    shown = frame.with_columns(
        words=pl.col("place").replace_strict(words, default=None, return_dtype=pl.String)
    ).sort("value", descending=True, nulls_last=True)
    table = parts.table_of(ctx, shown, decimals, ("name", "common.area"))
    show_figure(
        ctx,
        funnel(frame, look, unit=unit, decimals=decimals, **lines),
        key=f"sammenlign.funnel.{cut.indicator}",
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(cut.period)),
        source=ctx.source(cut.indicator),
        alt=funnel_alt(frame, look, title=title, unit=unit, decimals=decimals),
        table=Table(
            shown,
            [
                *table.columns,
                Column("population", ctx.text("comparing.funnel.people")),
                Column("words", ctx.text("sammenlign.funnel_where")),
            ],
        ),
        is_demo=parts.is_demo(ctx, cut.indicator),
    )
    st.markdown(ctx.text("sammenlign.funnel_note"))
    parts.caveat(ctx, cut.indicator)
