"""Tal: one indicator of one area in full; what each number elsewhere leads to."""

from __future__ import annotations

from html import escape

from dashboard import captions, estimates
from dashboard.components import demo_badge, demo_word
from dashboard.context import Context, Page
from dashboard.figures.hover import value_text
from dashboard.opendata import address
from dashboard.pages import _choosing as choosing
from dashboard.pages import _maps as maps
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import Row, newest_rows
from dashboard.prose import beside, heading, note, plain, prose, put, together
from dashboard.sentences import difference
from warehouse.export.filters import Selection
from warehouse.export.recipe import Recipe

PAGE = Page(slug="tal", order=97, title="tal.title", listed=False)

_DEFAULT = "population_80plus_share"
_FILES = ("xlsx", "csv", "parquet")


def render(ctx: Context) -> None:
    """Draw the page."""
    indicators = choosing.by_theme(ctx, lambda row: True)
    if not indicators:
        heading(ctx.text("tal.title"), 1)
        note(ctx.text("parts.no_data"))
        return
    default = _DEFAULT if _DEFAULT in indicators else indicators[0]
    indicator = ctx.chosen("indicator", indicators, default)
    cut = parts.Cut(indicator)
    _fetch(ctx, cut)
    row = newest_rows(ctx).get(indicator)
    with together():
        _head(ctx, indicator)
        _value(ctx, indicator, row)
        _definition(ctx, indicator)
    choosing.pick_indicator(ctx, indicators, default=default)
    with together():
        parts.show_ranked_and_trend(ctx, cut, keys=("tal.ranked", "tal.trend", "tal.age"), level=2)
    # A click on the map needs an element of its own.
    side = parts.peers(ctx)
    maps.show_map(
        ctx,
        cut,
        geography=side.geography,
        ids=None if side.is_whole else side.ids,
        key="tal.map",
        title=ctx.text("tal.map", title=parts.title_of(ctx, cut)),
    )
    with together(), beside() as (left, right):
        with left:
            _not_said(ctx, indicator)
        with right:
            _onward(ctx, indicator)


def _fetch(ctx: Context, cut: parts.Cut) -> None:
    """Read what the page shows in one query."""
    side = parts.peers(ctx)
    ids = None if side.is_whole else side.ids
    ctx.store.fetch(
        [
            parts.ranked_slice(ctx, cut),
            parts.trend_slice(ctx, cut),
            parts.age_slice(ctx, cut),
            maps.map_slice(ctx, cut, side.geography, ids),
        ]
    )


def _head(ctx: Context, indicator: str) -> None:
    badge = f" {demo_badge(ctx.text)}" if parts.is_demo(ctx, indicator) else ""
    title = f"{parts.title_of(ctx, parts.Cut(indicator))}: {ctx.area.name}"
    put(f'<h1 class="kb-heading">{escape(title)}{badge}</h1>')
    if why := estimates.why(ctx.text, ctx.number, ctx.reference, ctx.area):
        note(why)


def _value(ctx: Context, indicator: str, row: Row | None) -> None:
    """Write the newest number, what it is compared with, and where it is going."""
    if row is None:
        note(ctx.text("parts.nothing_missing", what=ctx.text("tal.title"), area=ctx.area.name))
        return
    text, look = ctx.text, parts.look_of(ctx)
    decimals = row["decimals"]
    is_share = row["unit"] == "per_cent"
    value = value_text(row, look, decimals=decimals, unit="%" if is_share else "")
    said = (
        [str(row["period"])]
        if is_share and row["age"] == "all"
        else [
            captions.unit(ctx, indicator, row["age"]),
            str(row["period"]),
        ]
    )
    if ctx.reference.provisional_in(indicator, str(row["period"])):
        said.append(text("parts.is_provisional"))
    if row["lower"] is not None and row["upper"] is not None:
        limits = ctx.number.interval(row["lower"], row["upper"], decimals)
        said.append(text("tal.interval", limits=limits))
    is_demo = parts.is_demo(ctx, indicator)
    put(
        f'<p class="kb-figure"><strong>{escape(value)}</strong> '
        f"<span>{escape(', '.join(said))}{demo_word(text) if is_demo else ''}</span></p>"
    )
    # Made-up figures say nothing of the area.
    benchmarks = () if is_demo else ("region", "country")
    sentences = [s for whose in benchmarks if (s := _against(ctx, row, whose))]
    if not is_demo and row["trend"] not in (None, "not_calculable"):
        sentences.append(text("tal.trend", trend=text(f"common.trend.{row['trend']}").lower()))
    if direction := ctx.direction(indicator):
        sentences.append(f"{direction}.")
    prose(" ".join(sentences))


def _against(ctx: Context, row: Row, whose: str) -> str:
    """Return how the number stands against the region's or the country's; empty where it cannot."""
    value, other = row["value"], row[f"{whose}_value"]
    if value is None or other is None or row["unit"] == "persons" or ctx.area.level == "country":
        return ""
    name = ctx.text("parts.whole_country")
    if whose == "region":
        if ctx.region is None:
            return ""
        name = ctx.region.name
    shown = ctx.number.unit(other, row["unit"], row["decimals"])
    gap = difference(ctx.text, ctx.number, value, other, row["decimals"], row["unit"])
    return ctx.text("tal.against" if gap else "tal.same", where=name, value=shown, gap=gap)


def _definition(ctx: Context, indicator: str) -> None:
    row = ctx.reference.indicators[indicator]
    heading(ctx.text("tal.definition"))
    prose(plain(ctx.localised(row, "definition")))
    facts = [
        ctx.text("common.source_line", source=ctx.source(indicator)) + ".",
        ctx.text("tal.counted", by=ctx.text(ctx.reference.counted_by(indicator))),
    ]
    put(f'<p class="kb-source">{escape(" ".join(facts))}</p>')


def _not_said(ctx: Context, indicator: str) -> None:
    """List what the number does not mean."""
    text, row = ctx.text, ctx.reference.indicators[indicator]
    areas = (ctx.area.id, *parts.peers(ctx).ids)
    said = estimates.caveat(ctx.reference.caveat(indicator, ctx.lang, areas), row, ctx.area)
    points = [
        *([plain(said)] if said else []),
        text("tal.not_cause"),
        text("tal.not_age" if row["theme"] != "population" else "tal.not_quality"),
        text("tal.with_interval" if row["has_interval"] else "tal.without_interval"),
    ]
    heading(text("tal.not_said"))
    prose("\n".join(f"- {point}" for point in points))


def _onward(ctx: Context, indicator: str) -> None:
    """Write where to go from here: other pages with the same indicator, and files."""
    text = ctx.text
    pages = {
        "kort": ctx.link("kort", indicator=indicator),
        "sammenlign": ctx.link("sammenlign", indicator=indicator),
        "profil": ctx.link("profil", indicator=None),
    }
    links = "".join(
        f'<li><a href="{escape(link)}">{escape(text(f"tal.to_{name}"))}</a></li>'
        for name, link in pages.items()
    )
    recipe = Recipe(
        Selection.of(geography=ctx.area.geography, indicator=indicator),
        csv="danish" if ctx.lang == "da" else "international",
    )
    files = "".join(
        f'<a class="kb-download" href="{escape(address(recipe, ending))}" download>'
        f"{escape(text('data.download_' + ending))}</a>"
        for ending in _FILES
    )
    title = ctx.localised(ctx.geography, "title")
    heading(text("tal.onward"))
    put(f'<div class="kb-prose"><ul>{links}</ul></div>')
    put(f'<p class="kb-source">{escape(text("tal.files", geography=title))}</p>')
    put(f'<p class="kb-downloads">{files}</p>')
