"""Om data, what is hidden: how much of the true small counts, why, and what would help."""

from __future__ import annotations

from typing import Literal, cast

from dashboard.components import Column, Table, html_table
from dashboard.context import Context
from dashboard.prose import heading, note, prose, put, remark
from warehouse.read.hiding import given_away, hidden_of_ours

_COUNTS = ("cells", "few", "protecting")
_SHARES = ("hidden", "both_sexes", "coarsest", "always")


def show_hiding(ctx: Context) -> None:
    """Write what is hidden by indicator and level, what was tried, and what cannot be hidden."""
    text, language = ctx.text, cast(Literal["da", "en"], ctx.lang)
    heading(text("hiding.title"))
    rows = hidden_of_ours(ctx.warehouse, language).to_dicts()
    if not rows:
        note(text("hiding.nothing"))
        return
    municipal = [row for row in rows if row["level"] == "municipality"]
    hidden = sum(row["few"] + row["protecting"] for row in municipal)
    share = 100 * hidden / max(1, sum(row["cells"] for row in municipal))
    prose(f"{text('hiding.intro')} {text('hiding.municipal', share=ctx.number.percent(share, 1))}")
    written = [
        row
        | {"level": text(f"hiding.levels.{row['level']}")}
        | {key: ctx.number(row[key]) for key in _COUNTS}
        | {key: ctx.number.percent(row[key], 1) for key in _SHARES}
        for row in rows
    ]
    columns = [Column("title", text("hiding.indicator")), Column("level", text("hiding.level"))]
    columns += [Column(key, text(f"hiding.{key}"), right=True) for key in (*_COUNTS, *_SHARES)]
    table = Table(written, columns, text("hiding.title"))
    put(html_table(table, text, ctx.number, css="kb-quiet"))
    prose(text("hiding.what"))
    prose(text("hiding.tried"))
    for known in given_away(ctx.warehouse, language):
        remark(known)
