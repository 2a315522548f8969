"""One of the topic's other figures, chosen by the reader, in full.

Options: ``ages`` (the only ones offered where a figure has any of them), ``more`` (indicators of
other topics offered last), ``leave_out`` (patterns of ids), ``by_age`` (a chart by age too),
``pooled`` (years are taken together as the reader chose).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.pages import _parts as parts
from dashboard.pages import _pooling as pooling
from dashboard.pages._focus import chosen_cut, pick_cut, show_both
from dashboard.prose import beside, heading, together
from dashboard.rows import Slice
from dashboard.sections import Shown


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show of the figure chosen."""
    offered = shown.rest_of_topic
    if not offered:
        return
    ctx, cut = shown.ctx, chosen_cut(shown.ctx, offered, ages=shown.option("ages", ()))
    yield parts.trend_slice(ctx, cut)
    if shown.can_be_pooled(cut.indicator) and not shown.is_big:
        yield from pooling.pool_slices(ctx, [cut], pooling.chosen_years(ctx))
    else:
        yield parts.ranked_slice(ctx, cut)
    if shown.option("by_age"):
        yield parts.age_slice(ctx, cut)


def has_choices(shown: Shown) -> bool:
    """Return whether there is anything to choose."""
    return bool(shown.rest_of_topic)


def draw(shown: Shown) -> None:
    """Draw the choice, then the figure chosen."""
    ctx, offered, is_big = shown.ctx, shown.rest_of_topic, shown.is_big
    if not offered:
        return
    heading(ctx.text(shown.section.heading))
    cut = pick_cut(
        ctx,
        offered,
        is_big=is_big,
        ages=shown.option("ages", ()),
        elsewhere=shown.all_of_topic,
    )
    key = shown.key("closer")
    with together():
        if shown.can_be_pooled(cut.indicator) and not is_big:
            _pooled(shown, cut, key)
        else:
            show_both(ctx, cut, key=key, is_big=is_big)
        if shown.option("by_age") and not is_big:
            parts.show_by_age(ctx, cut, key=f"{key}.ages", secondary=True)


def _pooled(shown: Shown, cut: parts.Cut, key: str) -> None:
    ctx, years = shown.ctx, pooling.chosen_years(shown.ctx)
    found = pooling.pooled_rows(ctx, [cut], years)
    with beside() as (left, right):
        with left:
            pooling.show_pooled(ctx, cut, found, years, key=key)
        with right:
            parts.show_trend(ctx, cut, key=f"{key}.trend")
