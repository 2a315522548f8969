"""A measure of contacts over all sectors, chosen by the reader, and how many sectors people meet.

Options: ``met`` (the indicators of one, two and three sectors met).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.context import Context
from dashboard.pages import _parts as parts
from dashboard.prose import beside, heading
from dashboard.rows import Slice
from dashboard.sections import Shown
from dashboard.sections.by_sector import sector_slice, show_sectors


def _met_slices(shown: Shown) -> list[Slice]:
    ctx, met = shown.ctx, parts.available(shown.ctx, shown.option("met", ()))
    period = min((parts.newest(ctx, i) for i in met), default=None)
    return [parts.Cut(i).slice(ctx, parts.benchmarks(ctx), period) for i in met]


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show of the measure chosen."""
    if shown.indicators:
        chosen = shown.ctx.chosen("contacts", shown.indicators)
        yield sector_slice(shown, parts.Cut(chosen))
    yield from _met_slices(shown)


def has_choices(shown: Shown) -> bool:
    """Return whether there is a measure to choose."""
    return bool(shown.indicators)


def draw(shown: Shown) -> None:
    """Draw the choice and the two charts."""
    ctx = shown.ctx
    if not shown.indicators:
        return
    heading(ctx.text(shown.section.heading))
    what = ctx.pick(
        "contacts",
        shown.indicators,
        label="sektorer.measure",
        format_func=ctx.reference.indicator_title(ctx.lang),
        widget="radio",
    )
    title = ctx.localised(ctx.reference.indicators[what], "title")
    with beside() as (left, right):
        with left:
            key = shown.key("sectors")
            show_sectors(shown, parts.Cut(what), key=key, title=title, leave_out="all")
        with right:
            _sectors_met(ctx, _met_slices(shown), shown.key("met"))


def _sectors_met(ctx: Context, slices: list[Slice], key: str) -> None:
    """Draw how many meet one, two or all three of practice, hospital and municipality."""
    if not slices:
        return
    met = [piece.indicator for piece in slices]
    rows = parts.with_who(ctx, [row for piece in slices for row in ctx.store.rows(piece)])
    labels = {i: ctx.localised(ctx.reference.indicators[i], "short") for i in met}
    unit, decimals = parts.unit_and_decimals(ctx, met[0])
    subtitle = parts.subtitle_of(ctx, parts.Cut(met[0]), str(slices[0].period))
    parts.show_bullets(
        ctx,
        parts.labelled(rows, "indicator_id", labels),
        key=key,
        title=ctx.text("sektorer.met"),
        subtitle=f"{subtitle} {ctx.text('sektorer.met_subtitle')}",
        source=ctx.source(met[0]),
        unit=unit,
        decimals=decimals,
        suffix=parts.suffix_of(ctx, met[0]),
        is_demo=any(parts.is_demo(ctx, i) for i in met),
    )
