"""A theme's made-up indicators, looked at one by one."""

from __future__ import annotations

import streamlit as st

from dashboard.context import Context
from dashboard.pages import _parts as parts


def demo_explorer(ctx: Context, theme: str, *, key: str) -> None:
    """Let the reader look at a theme's made-up indicators one by one, if there are any."""
    indicators = parts.demo_indicators(ctx, theme)
    if not indicators:
        return
    parts.demo_section(ctx)
    left, middle, right = st.columns([3, 2, 2])
    with left:
        indicator = ctx.pick(
            "indicator",
            indicators,
            label="common.indicator",
            format_func=ctx.reference.indicator_title(ctx.lang),
        )
    row = ctx.reference.indicators[indicator]
    age, sector = row["default_age"], row["default_sector"]
    if len(row["ages"]) > 1:
        with middle:
            age = ctx.pick("age", row["ages"], label="common.age", format_func=ctx.age, default=age)
    if len(row["sectors"]) > 1:
        with right:
            sector = ctx.pick(
                "sector",
                row["sectors"],
                label="common.sector",
                format_func=ctx.sector,
                default=sector,
            )
    cut = parts.Cut(indicator, age=age, sector=sector)
    slices = (parts.ranked_slice, parts.trend_slice, parts.age_slice)
    ctx.store.fetch(make(ctx, cut) for make in slices)
    left, right = st.columns(2, gap="large")
    with left:
        parts.show_ranked(ctx, cut, key=f"{key}.demo")
    with right:
        parts.show_trend(ctx, cut, key=f"{key}.demo.trend")
        parts.show_by_age(ctx, cut, key=f"{key}.demo.ages")
