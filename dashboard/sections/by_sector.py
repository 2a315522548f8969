"""An indicator over the sectors: the area with marks for region and country.

Options: ``ages`` (one chart each, side by side), ``title`` (text key, with ``age``).
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.components import folded
from dashboard.figures.scale import bar_scale
from dashboard.figures.style import safe_rows
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, show_list
from dashboard.pages._focus import worded
from dashboard.prose import beside
from dashboard.reference import Row
from dashboard.rows import Slice
from dashboard.sections import Shown


def _cuts(shown: Shown) -> list[parts.Cut]:
    known = shown.ctx.reference.indicators
    return [
        parts.Cut(i, age=age)
        for i in shown.indicators
        for age in shown.option("ages", ())
        if age in known[i]["ages"]
    ]


def sector_slice(shown: Shown, cut: parts.Cut) -> Slice:
    """Return a cut's numbers in every sector."""
    ctx = shown.ctx
    return cut.slice(ctx, parts.benchmarks(ctx), parts.newest(ctx, cut.indicator), sector=None)


def slices(shown: Shown) -> Iterator[Slice]:
    """Return what the charts show."""
    return (sector_slice(shown, cut) for cut in _cuts(shown))


def draw(shown: Shown) -> None:
    """Draw a chart for each age, folded behind what they show."""
    ctx, cuts = shown.ctx, _cuts(shown)
    if not cuts or shown.is_big:
        _draw(shown, cuts)
        return
    title = ctx.text("parts.by_sector", title=ctx.localised(_row(shown, cuts[0]), "title"))
    with folded(ctx, shown.key("sectors"), title):
        _draw(shown, cuts)


def _row(shown: Shown, cut: parts.Cut) -> Row:
    return shown.ctx.reference.indicators[cut.indicator]


def _draw(shown: Shown, cuts: list[parts.Cut]) -> None:
    ctx = shown.ctx
    with beside(stacked=shown.is_big) as places:
        for place, cut in zip(places, cuts, strict=False):
            with place:
                title = ctx.text(shown.option("title"), age=ctx.age(str(cut.age)))
                show_sectors(shown, cut, key=shown.key("contacts", str(cut.age)), title=title)
    for indicator in dict.fromkeys(cut.indicator for cut in cuts):
        parts.caveat(ctx, indicator)


def show_sectors(
    shown: Shown, cut: parts.Cut, *, key: str, title: str, leave_out: str = "", level: int = 3
) -> None:
    """Draw one cut over the sectors, as bars or, in large print, as a list."""
    ctx, row = shown.ctx, shown.ctx.reference.indicators[cut.indicator]
    names = {s: ctx.sector(s) for s in row["sectors"] if s != leave_out}
    piece = sector_slice(shown, cut)
    rows = parts.labelled(parts.with_who(ctx, ctx.store.rows(piece)), "sector", names)
    subtitle = parts.subtitle_of(ctx, cut, str(piece.period))
    unit, decimals = parts.unit_and_decimals(ctx, cut.indicator)
    source, is_demo = ctx.source(cut.indicator), parts.is_demo(ctx, cut.indicator)
    if shown.is_big:
        own = [r for r in rows if r["who"] == "area" and r["value"] is not None]
        scale = bar_scale(safe_rows(rows))
        items = [Item(r["label"], worded(ctx, r, decimals), scale.part(r["value"])) for r in own]
        show_list(
            ctx, items, title=title, subtitle=subtitle, source=source, is_demo=is_demo, level=level
        )
        return
    parts.show_bullets(
        ctx,
        rows,
        key=key,
        title=title,
        subtitle=subtitle,
        source=source,
        unit=unit,
        decimals=decimals,
        suffix=parts.suffix_of(ctx, cut.indicator),
        is_demo=is_demo,
        level=level,
        secondary=True,
    )
