"""Børn og unge: notifications, measures and school absence; then mental health and contacts."""

from __future__ import annotations

import streamlit as st

from dashboard import sentences
from dashboard.context import Context, Page
from dashboard.pages import _parts as parts
from dashboard.pages._explorer import demo_explorer
from dashboard.pages._key_figures import newest_rows, show_key_figures
from dashboard.pages._people import people_of

PAGE = Page(slug="boern-og-unge", order=40, title="boern_og_unge.title")
_REAL = ("child_notifications_per_1000", "child_measures_share", "school_absence_share")


def render(ctx: Context) -> None:
    """Draw the page."""
    ctx.heading("boern_og_unge.intro")
    real = parts.available(ctx, _REAL)
    demo = parts.demo_indicators(ctx, "children")
    if not real and not demo:
        st.info(ctx.text("parts.no_data"))
        return
    cuts = [parts.Cut(indicator) for indicator in real]
    ctx.store.fetch(make(ctx, c) for c in cuts for make in (parts.ranked_slice, parts.trend_slice))
    for sentence in _sentences(ctx, real):
        st.markdown(f"- {sentence}")
    for indicator in real:
        left, right = st.columns(2, gap="large")
        with left:
            parts.show_ranked(ctx, parts.Cut(indicator), key=f"boern.{indicator}", level=2)
        with right:
            parts.show_trend(ctx, parts.Cut(indicator), key=f"boern.{indicator}.trend", level=2)
    demo_explorer(ctx, "children", key="boern")
    if demo:
        show_key_figures(
            ctx, demo=True, themes=("children",), caption=ctx.text("boern_og_unge.demo_table")
        )


def _sentences(ctx: Context, indicators: list[str]) -> list[str]:
    """Return how many children live here, then one sentence for each indicator with a number."""
    said = []
    people = people_of(ctx)
    children = people.count("0-17") if people else None
    share = people.share("0-17") if people else None
    if people and children is not None and share is not None:
        said.append(
            ctx.text(
                "boern_og_unge.children",
                count=ctx.number(sentences.roughly(children)),
                share=ctx.number.percent(share),
                year=people.now,
            )
        )
    rows = newest_rows(ctx)
    for indicator in indicators:
        row = rows.get(indicator)
        if row is None or row["value"] is None:
            continue
        value = ctx.number.unit(row["value"], row["unit"], row["decimals"])
        sentence = ctx.text(f"boern_og_unge.{indicator}", value=value, year=row["period"])
        if row["country_value"] is not None and ctx.area.id != parts.COUNTRY:
            country = ctx.number.unit(row["country_value"], row["unit"], row["decimals"])
            sentence += " " + ctx.text("boern_og_unge.country", value=country)
        said.append(sentence)
    return said
