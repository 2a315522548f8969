"""One sector closer, chosen by the reader: over areas, over the years, and by age."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.pages import _parts as parts
from dashboard.prose import heading, together
from dashboard.rows import Slice
from dashboard.sections import Shown


def _sectors(shown: Shown) -> tuple[list[str], str]:
    """Return the sectors offered, and the one shown when none is chosen."""
    sectors: list[str] = shown.ctx.reference.indicators[shown.indicators[0]]["sectors"]
    return sectors, next((s for s in sectors if s != "all"), sectors[0])


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show of the sector chosen."""
    if shown.indicators:
        sectors, first = _sectors(shown)
        cut = parts.Cut(shown.indicators[0], sector=shown.ctx.chosen("sector", sectors, first))
        for make in (parts.ranked_slice, parts.trend_slice, parts.age_slice):
            yield make(shown.ctx, cut)


def has_choices(shown: Shown) -> bool:
    """Return whether there is a sector to choose."""
    return bool(shown.indicators)


def draw(shown: Shown) -> None:
    """Draw the choice and the charts."""
    if not shown.indicators:
        return
    ctx, what = shown.ctx, shown.indicators[0]
    sectors, first = _sectors(shown)
    heading(ctx.text(shown.section.heading))
    sector = ctx.pick(
        "sector", sectors, label="sektorer.closer", format_func=ctx.sector, default=first
    )
    cut = parts.Cut(what, sector=sector)
    keys = (shown.key("ranked"), shown.key("trend"), shown.key("ages"))
    with together():
        parts.show_ranked_and_trend(ctx, cut, keys=keys, suffix=parts.suffix_of(ctx, what))
