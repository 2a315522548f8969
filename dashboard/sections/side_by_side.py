"""The topic's figures for the areas beside each other, as a table.

Options: ``caption`` (text key), ``pooled`` (the reader chooses how many years are taken together,
where counts are published).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.components import folded
from dashboard.pages import _parts as parts
from dashboard.pages import _pooling as pooling
from dashboard.pages._focus import matrix_slices, show_matrix
from dashboard.prose import heading, prose, together
from dashboard.rows import Slice
from dashboard.sections import Shown


def _divided(shown: Shown) -> tuple[list[str], list[str]]:
    """Return the indicators shown of their newest year, and those of years together."""
    pooled = [i for i in shown.all_of_topic if shown.can_be_pooled(i)]
    return [i for i in shown.all_of_topic if i not in pooled], pooled


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the tables show."""
    newest, pooled = _divided(shown)
    if shown.is_big:
        return
    yield from matrix_slices(shown.ctx, newest)
    yield from pooling.pool_slices(
        shown.ctx, map(parts.Cut, pooled), pooling.chosen_years(shown.ctx)
    )


def has_choices(shown: Shown) -> bool:
    """Return whether years can be taken together."""
    return bool(_divided(shown)[1]) and not shown.is_big


def draw(shown: Shown) -> None:
    """Draw the tables; in large print the lists below each other say the same."""
    newest, pooled = _divided(shown)
    if shown.is_big or not (newest or pooled):
        return
    ctx = shown.ctx
    caption = ctx.text(shown.option("caption"))
    title = ctx.text(shown.section.heading)
    with together():
        if newest:
            with folded(ctx, shown.key("side"), title):
                show_matrix(ctx, newest, caption=caption)
        else:
            heading(title)
    if pooled:
        years = pooling.pick_years(ctx)
        with together():
            prose(ctx.text("boern_og_unge.why_pooled"))
            cuts = [parts.Cut(i) for i in pooled]
            found = pooling.pooled_rows(ctx, cuts, years)
            rows = [row for cut in cuts for row in pooling.picked(ctx, found, cut)]
            said = f"{caption}, {ctx.text(f'boern_og_unge.pool_{years}')}"
            with folded(ctx, shown.key("pooled"), ctx.text("focus.table"), level=3):
                show_matrix(ctx, pooled, rows=rows, caption=said)
