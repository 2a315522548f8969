"""Indicators in full: over the areas beside each other and over the years.

Options: ``sector`` (one other than the indicator's own), ``by_age`` (a third chart, by age).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.components import folded
from dashboard.pages import _parts as parts
from dashboard.pages._focus import show_both
from dashboard.prose import heading
from dashboard.rows import Slice
from dashboard.sections import Shown


def _cuts(shown: Shown) -> list[parts.Cut]:
    sector, known = shown.option("sector"), shown.ctx.reference.indicators
    return [
        parts.Cut(i, sector=sector)
        for i in shown.indicators
        if sector is None or sector in known[i]["sectors"]
    ]


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show."""
    for cut in _cuts(shown):
        yield parts.ranked_slice(shown.ctx, cut)
        yield parts.trend_slice(shown.ctx, cut)
        if shown.option("by_age"):
            yield parts.age_slice(shown.ctx, cut)


def draw(shown: Shown) -> None:
    """Draw each indicator; all but the first, and a section with a name, are folded behind it."""
    ctx, cuts, named = shown.ctx, _cuts(shown), shown.section.heading
    if named and cuts and not shown.is_big:
        with folded(ctx, shown.key("full"), ctx.text(named)):
            for cut in cuts:
                _draw_one(shown, cut, 3)
        return
    if named and cuts:
        heading(ctx.text(named))
    for at, cut in enumerate(cuts):
        if at and not shown.is_big:
            title = ctx.text("parts.in_full", title=parts.title_of(ctx, cut))
            with folded(ctx, f"full-{_key(shown, cut)}", title):
                _draw_one(shown, cut, 3)
        else:
            _draw_one(shown, cut, 3 if named else 2)


def _key(shown: Shown, cut: parts.Cut) -> str:
    return shown.key(*filter(None, (cut.indicator, cut.sector)))


def _draw_one(shown: Shown, cut: parts.Cut, level: int) -> None:
    ctx, key = shown.ctx, _key(shown, cut)
    if shown.option("by_age") and not shown.is_big:
        keys = (key, f"{key}.trend", f"{key}.ages")
        suffix = parts.suffix_of(ctx, cut.indicator)
        parts.show_ranked_and_trend(ctx, cut, keys=keys, level=level, suffix=suffix)
    else:
        show_both(ctx, cut, key=key, is_big=shown.is_big, level=level)
