"""How sure each municipality's membership of cluster and council is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.components import Column, Table, show_table
from dashboard.context import Context
from dashboard.pages import _parts as parts
from dashboard.prose import caption, heading, prose

#: Memberships read in an official text; all others are less sure and the page says how.
_CERTAIN = frozenset({"stated", "confirmed by press release"})


def show_members(ctx: Context, own: pl.DataFrame, geographies: Sequence[str]) -> None:
    """Write each municipality's old and new area, and how sure each membership is."""
    heading(ctx.text("klynge_til_raad.members"))
    unsure = own.filter(
        ~pl.col("old_certainty").is_in(list(_CERTAIN))
        | ~pl.col("new_certainty").is_in(list(_CERTAIN))
    )["municipality"].n_unique()
    count = own["municipality"].n_unique()
    sure = "all" if unsure == 0 else "none" if unsure == count else "some"
    key = f"certainty_one_{sure}" if count == 1 else f"certainty_{sure}"
    prose(ctx.text(f"klynge_til_raad.{key}", unsure=unsure, count=count))
    for geography in geographies:
        if said := ctx.localised(ctx.reference.geographies[geography], "note"):
            caption(said)
    shown = own.with_columns(
        share=100 * pl.col("share"),
        old_certainty=pl.Series([parts.in_words(ctx, c) for c in own["old_certainty"]]),
        new_certainty=pl.Series([parts.in_words(ctx, c) for c in own["new_certainty"]]),
    ).sort("municipality_id", maintain_order=True)
    columns = [
        Column("municipality", ctx.text("common.municipality")),
        Column("old_name", ctx.text("klynge_til_raad.old")),
        Column("new_name", ctx.text("klynge_til_raad.new")),
        Column("share", ctx.text("klynge_til_raad.share")),
        Column("persons", ctx.text("klynge_til_raad.persons")),
        Column("old_certainty", ctx.text("klynge_til_raad.old_certainty")),
        Column("new_certainty", ctx.text("klynge_til_raad.new_certainty")),
    ]
    # What is the same in every row stands in the heading already.
    same = {"cluster": "old_name", "health_council": "new_name"}.get(ctx.area.level)
    if shown["share"].eq(100).all():
        columns = [c for c in columns if c.name != "share"]
    show_table(
        ctx,
        Table(
            shown,
            [c for c in columns if c.name != same],
            caption=ctx.text("klynge_til_raad.members"),
        ),
        css="kb-quiet kb-tight",
    )
