"""A figure by age and sex, and beside it another one over the sectors.

Options: ``any`` (the one the reader chose among these, else the first there is), ``beside`` (an
indicator shown over its sectors).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.pages import _parts as parts
from dashboard.pages import _pooling as pooling
from dashboard.prose import beside
from dashboard.rows import Slice
from dashboard.sections import Shown
from dashboard.sections.by_sector import sector_slice, show_sectors


def _profiled(shown: Shown) -> str | None:
    asked = shown.ctx.selection.indicator
    there = parts.available(shown.ctx, shown.option("any", ()))
    return asked if asked in there else next(iter(there), None)


def _beside(shown: Shown) -> str | None:
    return next(iter(parts.available(shown.ctx, [shown.option("beside", "")])), None)


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show."""
    if shown.is_big:
        return
    if profiled := _profiled(shown):
        yield from pooling.profile_slices(shown.ctx, profiled, pooling.chosen_years(shown.ctx))
    if other := _beside(shown):
        yield sector_slice(shown, parts.Cut(other))


def draw(shown: Shown) -> None:
    """Draw the two charts."""
    if shown.is_big:
        return
    ctx = shown.ctx
    with beside() as (left, right):
        with left:
            if profiled := _profiled(shown):
                years = pooling.chosen_years(ctx)
                pooling.show_profile(ctx, profiled, years, key=shown.key("profile"))
        with right:
            if other := _beside(shown):
                title = ctx.text("boern_og_unge.sectors")
                show_sectors(shown, parts.Cut(other), key=shown.key("sectors"), title=title)
