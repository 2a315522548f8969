"""Fra klynge til råd: where residents of the clusters go on 1 January 2027."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from dashboard.components import Column, Table, show_figure
from dashboard.context import Context, Page
from dashboard.estimates import is_estimate, mark, marked, within
from dashboard.figures import alt
from dashboard.figures.bars import ranked_bars
from dashboard.figures.flow import brief, flow, flow_alt
from dashboard.format import rounded
from dashboard.pages import _choosing as choosing
from dashboard.pages import _parts as parts
from dashboard.pages._council import show_members
from dashboard.pages._dossier import dossier_of, links_to_dossiers, show_dossier
from dashboard.prose import beside, heading, note, prose, together
from dashboard.rows import Slice
from dashboard.sentences import difference, people
from warehouse.read.comparisons import flows

PAGE = Page(slug="klynge-til-raad", order=65, title="klynge_til_raad.title")
_NEW = "sundhedsraad-2027"
#: Sentences at most: the whole country has 22 clusters, and the table holds them all.
_MOST_SENTENCES = 8


def render(ctx: Context) -> None:
    """Draw the page."""
    old = _old_geography(ctx)
    known = {old, _NEW} <= ctx.reference.known.areas.keys()
    rows = _rows(ctx, old) if known else None
    pairs = _pairs(rows) if rows is not None else None
    dossier = dossier_of(ctx)
    with together():
        ctx.heading("klynge_til_raad.intro")
        if rows is None or pairs is None or not _own(ctx, pairs).height:
            note(ctx.text("parts.no_data"))
            return
        prose("\n".join(f"- {s}" for s in _sentences(ctx, pairs, rows)))
        if dossier is None:
            links_to_dossiers(ctx, _own(ctx, pairs)["new_id"].unique(maintain_order=True).to_list())
        if not _is_unchanged(pairs):
            _flow(ctx, pairs, rows, old)
    if dossier is not None:
        show_dossier(ctx, dossier)
    if ctx.area.level == "municipality" or not _is_unchanged(pairs):
        _figures(ctx, pairs, old)
    with together():
        show_members(ctx, _own(ctx, rows), (old, _NEW))


def _is_unchanged(pairs: pl.DataFrame) -> bool:
    """Return whether one area only becomes another: a flow of one band would show nothing."""
    return pairs.height == 1


def _old_geography(ctx: Context) -> str:
    """Return the list of clusters the page starts from: the area's own if it is a cluster."""
    return ctx.area.geography if ctx.area.level == "cluster" else parts.CLUSTERS


def _rows(ctx: Context, old: str) -> pl.DataFrame:
    """Return the municipalities to speak of, in both lists.

    For a cluster or council every area is shown whole that residents are shared with, directly
    or through another one, so that shares of both lists can be told; other areas show only the
    people who live in them.
    """
    if ctx.area.level not in ("cluster", "health_council"):
        return flows(ctx.warehouse, old, _NEW, ctx.reference.municipalities_of(ctx.area.id))
    everybody = flows(ctx.warehouse, old, _NEW)
    links = list(dict.fromkeys(everybody.select("old_id", "new_id").rows()))
    reached = {ctx.area.id}
    while more := {i for link in links if reached & set(link) for i in link} - reached:
        reached |= more
    return everybody.filter(pl.col("old_id").is_in(list(reached)))


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row a pair of areas, with its share of the people of both."""
    keys = ("old_id", "old_name", "new_id", "new_name")
    pairs = (
        rows.filter(pl.col("persons").is_not_null())
        .group_by(keys, maintain_order=True)
        .agg(
            pl.col("persons").sum(),
            pl.col("is_estimate").any(),
            pl.col("municipality").alias("municipalities"),
        )
    )
    # Where one part of a cluster is an estimate, so is the whole that every part is a share of.
    return pairs.with_columns(
        of_old=100 * pl.col("persons") / pl.col("persons").sum().over("old_id"),
        of_new=100 * pl.col("persons") / pl.col("persons").sum().over("new_id"),
        of_old_is_estimate=pl.col("is_estimate").any().over("old_id"),
        of_new_is_estimate=pl.col("is_estimate"),
    )


def _own(ctx: Context, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs the area itself is a part of; all of them for wider areas."""
    column = {"cluster": "old_id", "health_council": "new_id"}.get(ctx.area.level)
    return pairs if column is None else pairs.filter(pl.col(column) == ctx.area.id)


def _sentences(ctx: Context, pairs: pl.DataFrame, rows: pl.DataFrame) -> list[str]:
    """Say in a few sentences where people go, what a council inherits, and how sure that is."""
    own = _own(ctx, pairs)
    say: dict[str, Callable[[Context, pl.DataFrame], list[str]]] = {
        "cluster": _of_cluster,
        "health_council": _of_council,
        "municipality": _of_municipality,
    }
    said = say.get(ctx.area.level, _of_wider)(ctx, own)
    if ctx.area.level in ("cluster", "health_council") and _is_unchanged(pairs):
        said.append(ctx.text("dossier.unchanged"))
    split = _own(ctx, rows).filter(pl.col("is_estimate"))["municipality"]
    if split.len():
        names = ctx.number.listing(split.unique(maintain_order=True).to_list())
        said.append(ctx.text("klynge_til_raad.estimate", municipalities=names))
    return said


def _of_cluster(ctx: Context, own: pl.DataFrame) -> list[str]:
    cluster, said = own["old_name"][0], []
    if own.height == 1:
        row = own.row(0, named=True)
        said.append(ctx.text("klynge_til_raad.all_go", cluster=cluster, council=row["new_name"]))
        if round(row["of_new"], 6) == 100:
            said.append(ctx.text("klynge_til_raad.same_area"))
        else:
            said.append(_joins(ctx, row))
        return said
    pieces = [
        ctx.text(
            "klynge_til_raad.part_goes",
            share=_share(ctx, row, "of_old"),
            people=_people(ctx, row),
            council=row["new_name"],
            municipalities=ctx.number.listing(row["municipalities"]),
        )
        for row in own.sort("persons", descending=True).iter_rows(named=True)
    ]
    lead = ctx.text("klynge_til_raad.divided", cluster=cluster, count=own.height)
    return [_list_under(lead, pieces)]


def _list_under(lead: str, points: list[str]) -> str:
    """Return a point of a Markdown list with points of its own."""
    return "\n".join([lead, *(f"    - {point}" for point in points)])


def _joins(ctx: Context, row: dict[str, Any]) -> str:
    return ctx.text("klynge_til_raad.joins", share=_share(ctx, row, "of_new"))


def _of_council(ctx: Context, own: pl.DataFrame) -> list[str]:
    council = own["new_name"][0]
    if own.height == 1:
        row = own.row(0, named=True)
        if round(row["of_old"], 6) == 100:
            return [
                ctx.text("klynge_til_raad.inherits_all", council=council, cluster=row["old_name"])
            ]
    pieces = []
    for row in own.sort("persons", descending=True).iter_rows(named=True):
        key = "whole" if round(row["of_old"], 6) == 100 else "piece"
        pieces.append(
            ctx.text(
                f"klynge_til_raad.inherits_{key}",
                cluster=row["old_name"],
                share=_share(ctx, row, "of_new"),
                people=_people(ctx, row),
                piece=_share(ctx, row, "of_old"),
            )
        )
    lead = ctx.text("klynge_til_raad.inherits", council=council, count=own.height)
    return [_list_under(lead, pieces)]


def _of_municipality(ctx: Context, own: pl.DataFrame) -> list[str]:
    return [
        ctx.text(
            "klynge_til_raad.municipality",
            municipality=ctx.area.name,
            clusters=ctx.number.listing(own["old_name"].unique(maintain_order=True).to_list()),
            councils=ctx.number.listing(own["new_name"].unique(maintain_order=True).to_list()),
        )
    ]


def _of_wider(ctx: Context, own: pl.DataFrame) -> list[str]:
    split = own.filter(pl.len().over("old_id") > 1)
    said = [
        ctx.text(
            "klynge_til_raad.wider",
            old=own["old_id"].n_unique(),
            new=own["new_id"].n_unique(),
        )
    ]
    for (name,), rows in list(split.group_by("old_name", maintain_order=True))[:_MOST_SENTENCES]:
        listed = [
            ctx.text(
                "klynge_til_raad.share_to",
                council=r["new_name"],
                share=_share(ctx, r, "of_old"),
            )
            for r in rows.sort("persons", descending=True).iter_rows(named=True)
        ]
        said.append(
            ctx.text("klynge_til_raad.splits", cluster=name, parts=ctx.number.listing(listed))
        )
    if not split.height:
        said.append(ctx.text("klynge_til_raad.none_split"))
    return said


def _share(ctx: Context, row: Mapping[str, Any], of: str) -> str:
    estimate = bool(row[f"{of}_is_estimate"])
    return ctx.number.percent(row[of], 0) + mark(ctx.text, estimate=estimate)


def _people(ctx: Context, row: Mapping[str, Any]) -> str:
    estimate = bool(row["is_estimate"])
    return people(ctx.text, ctx.number, row["persons"], about=True, estimate=estimate)


def _flow(ctx: Context, pairs: pl.DataFrame, rows: pl.DataFrame, old: str) -> None:
    """Draw who goes where, with the pairs in a table."""
    year = rows["period"].drop_nulls()[0]
    title = ctx.text("klynge_til_raad.flow_title", name=ctx.area.name)
    look = parts.look_of(ctx)
    table = pairs.with_columns(
        municipalities=pl.Series([ctx.number.listing(m) for m in pairs["municipalities"]])
    )
    show_figure(
        ctx,
        flow(
            pairs,
            look,
            old=ctx.text("klynge_til_raad.old"),
            new=ctx.text("klynge_til_raad.new"),
            selected=ctx.area.id,
        ),
        key=f"klynge-til-raad.flow.{ctx.area.id}",
        years=[year],
        title=title,
        subtitle=ctx.text("klynge_til_raad.flow_subtitle", year=year),
        source=_flow_source(ctx, old),
        alt=flow_alt(pairs, look, title=title),
        table=Table(
            table,
            [
                Column("old_name", ctx.text("klynge_til_raad.old")),
                Column("new_name", ctx.text("klynge_til_raad.new")),
                Column("persons", ctx.text("klynge_til_raad.persons")),
                Column("of_old", ctx.text("klynge_til_raad.of_old"), 1),
                Column("of_new", ctx.text("klynge_til_raad.of_new"), 1),
                Column("municipalities", ctx.text("common.levels.municipality")),
                # A row holds an estimate where its people or its share are one.
                Column("of_old_is_estimate", ctx.text("common.estimate")),
            ],
        ),
    )


def _flow_source(ctx: Context, old: str) -> str:
    """Return where the two lists and the population come from."""
    lists = [ctx.number.dated(ctx.reference.geographies[g]["source"]) for g in (old, _NEW)]
    if "population" in ctx.reference.indicators:
        lists.append(ctx.source("population"))
    return "; ".join(dict.fromkeys(lists))


def _figures(ctx: Context, pairs: pl.DataFrame, old: str) -> None:
    """Draw one indicator on the old areas and on the new ones, side by side."""
    indicators = choosing.by_theme(ctx, lambda r: r["kind"] != "count")
    if not indicators:
        return
    with together():
        heading(ctx.text("klynge_til_raad.figures"))
        prose(ctx.text("klynge_til_raad.figures_intro"))
    cut = choosing.pick_cut(ctx, indicators, old, default="population_80plus_share")
    own = _own(ctx, pairs)
    ctx.store.fetch(_side_slice(ctx, cut, own, column) for column in ("old_id", "new_id"))
    with together():
        if not parts.is_demo(ctx, cut.indicator):
            prose("\n".join(f"- {said}" for said in _difference(ctx, cut, own)))
        with beside() as (left, right):
            with left:
                _side(ctx, cut, own, old, "old")
            with right:
                _side(ctx, cut, own, _NEW, "new")
        parts.caveat(ctx, cut.indicator)


def _side(ctx: Context, cut: parts.Cut, own: pl.DataFrame, geography: str, side: str) -> None:
    """Draw an indicator on the old areas or on the new ones."""
    rows = parts.with_who(ctx, ctx.store.rows(_side_slice(ctx, cut, own, f"{side}_id")))
    if ctx.area.level in ("region", "country"):
        # Each side holds one kind of area only, and its heading says which.
        rows = [row | {"name": brief(row["name"])} for row in rows]
    title = ctx.text(f"klynge_til_raad.side_{side}", title=parts.title_of(ctx, cut))
    there = set(ctx.reference.known.areas[geography])
    if not any(row["status"] == "ok" and row["area_id"] in there for row in rows):
        note(ctx.text("klynge_til_raad.side_none", title=title))
        return
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    look = parts.look_of(ctx)
    show_figure(
        ctx,
        ranked_bars(rows, look, unit=unit, decimals=decimals),
        key=f"klynge-til-raad.{side}.{cut.indicator}",
        years=[row["period"] for row in rows],
        title=title,
        subtitle=parts.subtitle_of(ctx, cut, str(cut.period)),
        source=ctx.source(cut.indicator),
        alt=alt.bars_alt(
            rows, look, title=title, unit=parts.unit_with_age(ctx, cut), decimals=decimals
        ),
        table=parts.table_of(ctx, rows, decimals, ("name", "common.area")),
        is_demo=parts.is_demo(ctx, cut.indicator),
        level=3,
    )


def _side_slice(ctx: Context, cut: parts.Cut, own: pl.DataFrame, column: str) -> Slice:
    """Return the old or the new areas, the area itself and the country."""
    return cut.slice(ctx, dict.fromkeys([*own[column], ctx.area.id, parts.COUNTRY]), cut.period)


def _difference(ctx: Context, cut: parts.Cut, own: pl.DataFrame) -> list[str]:
    """Say how the number changes for the area's residents, or from which numbers it is made."""
    column = {"cluster": "new_id", "health_council": "old_id"}.get(ctx.area.level)
    if column is None:
        return []
    rows = {r["area_id"]: r for r in ctx.store.rows(_side_slice(ctx, cut, own, column))}
    here = rows.get(ctx.area.id)
    if here is None or here["value"] is None:
        return []
    _, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    unit = ctx.reference.indicators[cut.indicator]["unit"]
    said = []
    for area in own[column]:
        there = rows.get(area)
        if there is not None and there["value"] is not None:
            two = (there["value"], here["value"])
            gap = difference(ctx.text, ctx.number, *two, decimals, unit)
            same = rounded(two[0] - two[1], decimals) == 0
            key = "_estimate" if same and is_estimate(here) else "_same" if same else ""
            said.append(
                ctx.text(
                    f"klynge_til_raad.number{key}",
                    name=there["name"],
                    value=marked(ctx.number.unit(two[0], unit, decimals), there, ctx.text),
                    own=(marked if key else within)(
                        ctx.number.unit(two[1], unit, decimals), here, ctx.text
                    ),
                    area=here["name"],
                    gap=gap,
                )
            )
    return said
