"""Børn og unge: sentences first; few children are taken together over years, and it says so."""

from __future__ import annotations

from typing import Any

from dashboard import captions
from dashboard.beside import behind, children
from dashboard.components.sheet_button import sheet_button
from dashboard.context import Context, Page
from dashboard.findings import Finding, of_indicator
from dashboard.pages import _parts as parts
from dashboard.pages import _pooling as pooling
from dashboard.pages._big import big_letters
from dashboard.pages._focus import (
    chosen_cut,
    matrix_slices,
    pick_cut,
    show_both,
    show_findings,
    show_matrix,
)
from dashboard.pages._key_figures import newest_rows
from dashboard.pages._people import people_of, people_slice
from dashboard.prose import beside, heading, note, prose, together
from dashboard.rows import Row, Slice

PAGE = Page(slug="boern-og-unge", order=40, title="boern_og_unge.title", big=True)
_REAL = ("child_notifications_per_1000", "child_measures_share", "school_absence_share")
_DIAGNOSES = ("child_psychiatric_diagnosis", "child_adhd", "child_psychiatric_contact")
_SECTORS = "child_contact_share"
_THREE = 3


def render(ctx: Context) -> None:
    """Draw the page."""
    real = parts.available(ctx, _REAL)
    demo = parts.demo_indicators(ctx, "children")
    with together():
        ctx.heading("boern_og_unge.intro")
        if not real and not demo:
            note(ctx.text("parts.no_data"))
            return
    cuts = [parts.Cut(indicator) for indicator in real]
    slices = [make(ctx, c) for c in cuts for make in (parts.ranked_slice, parts.trend_slice)]
    slices += matrix_slices(ctx, real)
    if "population" in ctx.reference.indicators:
        slices.append(people_slice(ctx))
    if _SECTORS in demo:
        slices.append(_sectors_slice(ctx))
    if demo:
        slices += pooling.pool_slices(ctx, [parts.Cut(i) for i in demo], _THREE)
        slices.append(parts.trend_slice(ctx, chosen_cut(ctx, demo)))
    if profiled := _profiled(ctx, demo):
        slices += pooling.profile_slices(ctx, profiled, _THREE)
    ctx.store.fetch(slices)
    is_big = big_letters(ctx)
    prose("\n\n".join(paragraphs(ctx)))
    sheet_button(ctx, "children")
    three = pooling.pooled_rows(ctx, [parts.Cut(i) for i in demo], _THREE)
    with together():
        if real:
            heading(ctx.text("focus.findings"))
            show_findings(ctx, real_findings(ctx))
            if not is_big:
                heading(ctx.text("focus.side"))
                show_matrix(ctx, real, caption=ctx.text("boern_og_unge.side_caption"))
        for cut in cuts:
            show_both(ctx, cut, key=f"boern.{cut.indicator}", is_big=is_big, level=2)
        if demo:
            parts.demo_section(ctx, published=False)
            heading(ctx.text("focus.findings_demo"), 3)
            prose(ctx.text("focus.chance"))
            show_findings(ctx, demo_findings(ctx, three), level=4)
            heading(ctx.text("focus.side"), 3)
    if demo:
        _demo(ctx, demo, three, is_big)


def paragraphs(ctx: Context) -> list[str]:
    """Return how many children live here."""
    return children(ctx, people_of(ctx))


def real_findings(ctx: Context) -> list[Finding]:
    """Return what the real numbers say, an indicator at a time."""
    rows = newest_rows(ctx)
    return [_finding(ctx, i, rows[i]) for i in parts.available(ctx, _REAL) if i in rows]


def demo_findings(ctx: Context, three: list[Row]) -> list[Finding]:
    """Return what the made-up numbers say; of few children, three years taken together.

    Parameters
    ----------
    ctx
        The page's context.
    three
        The indicators over three years, from ``pooled_rows``.
    """
    rows = newest_rows(ctx)
    found = []
    for indicator in parts.demo_indicators(ctx, "children"):
        if indicator not in rows:
            continue
        row, years = rows[indicator], ""
        first, last = pooling.span_of(ctx, indicator, _THREE)
        by_area = {r["area_id"]: r for r in pooling.picked(ctx, three, parts.Cut(indicator))}
        own = by_area.get(ctx.area.id)
        if own and own["status"] == "ok" and own["count"] < _THREE * pooling.FEW:
            country = by_area.get(parts.COUNTRY, {}).get("value")
            row = {**own, "country_value": country}
            years = pooling.spoken_span(first, last)
        found.append(_finding(ctx, indicator, row, years))
    return found


def _finding(ctx: Context, indicator: str, row: Any, years: str = "") -> Finding:
    return of_indicator(
        ctx.text,
        ctx.number,
        row,
        ctx.reference.indicators[indicator],
        is_country=ctx.area.id == parts.COUNTRY,
        years=years,
        people=behind(people_of(ctx), ctx.reference.indicators[indicator], row["age"]),
        year=captions.year(ctx, indicator, row["period"]),
    )


def _demo(ctx: Context, demo: list[str], three: list[Row], is_big: bool) -> None:
    """Draw the made-up numbers: beside each other, by age and sex, by sector."""
    newest = [parts.Cut(i) for i in demo]
    years = int(
        ctx.pick(
            "pool",
            pooling.SPANS,
            label="boern_og_unge.pool",
            format_func=lambda n: ctx.text(f"boern_og_unge.pool_{n}"),
            widget="radio",
        )
    )
    pool = three if years == _THREE else pooling.pooled_rows(ctx, newest, years)
    with together():
        prose(ctx.text("boern_og_unge.why_pooled"))
        if not is_big:
            caption = ctx.text(
                "boern_og_unge.demo_caption", pool=ctx.text(f"boern_og_unge.pool_{years}")
            )
            shown = [row for cut in newest for row in pooling.picked(ctx, pool, cut)]
            show_matrix(ctx, demo, rows=shown, caption=caption)
        heading(ctx.text("focus.look"), 3)
    cut = pick_cut(ctx, demo, is_big=is_big)
    if is_big:
        show_both(ctx, cut, key="boern.demo", is_big=True)
        return
    if cut.filled(ctx) != parts.Cut(cut.indicator).filled(ctx):
        pool = pooling.pooled_rows(ctx, [cut], years)
    with together():
        with beside() as (left, right):
            with left:
                pooling.show_pooled(ctx, cut, pool, years, key="boern.demo")
            with right:
                parts.show_trend(ctx, cut, key="boern.demo.trend")
        with beside() as (left, right):
            with left:
                if profiled := _profiled(ctx, demo):
                    pooling.show_profile(ctx, profiled, years, key="boern.profile")
            with right:
                if _SECTORS in demo:
                    _sectors(ctx)


def _profiled(ctx: Context, demo: list[str]) -> str | None:
    """Return the diagnosis told by age and sex: the one chosen, or the first there is."""
    asked = ctx.selection.indicator
    there = [i for i in _DIAGNOSES if i in demo]
    return asked if asked in there else next(iter(there), None)


def _sectors_slice(ctx: Context) -> Slice:
    newest = parts.newest(ctx, _SECTORS)
    return parts.Cut(_SECTORS).slice(ctx, parts.benchmarks(ctx), newest, sector=None)


def _sectors(ctx: Context) -> None:
    """Draw how many children have contact with each sector."""
    row = ctx.reference.indicators[_SECTORS]
    cut, piece = parts.Cut(_SECTORS), _sectors_slice(ctx)
    names = {s: ctx.sector(s) for s in row["sectors"]}
    parts.show_bullets(
        ctx,
        parts.labelled(parts.with_who(ctx, ctx.store.rows(piece)), "sector", names),
        key="boern.sectors",
        title=ctx.text("boern_og_unge.sectors"),
        subtitle=parts.subtitle_of(ctx, cut, str(piece.period)),
        source=ctx.source(_SECTORS),
        unit=ctx.unit(_SECTORS),
        decimals=int(row["decimals"]),
        suffix="%",
        is_demo=bool(row["is_demo"]),
    )
