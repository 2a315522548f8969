"""Choices that pages with any indicator share: which one, of whom, in which year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.context import Context
from dashboard.pages import _parts as parts
from warehouse.schema import STANDARDISATIONS, THEMES
from warehouse.slices import cuts, years_with_figures

_STANDARD = "kronisk.standardisation"
_LISTS = {"age": "ages", "sector": "sectors", "sex": "sexes"}


def by_theme(ctx: Context, wanted: Callable[[dict[str, object]], bool]) -> list[str]:
    """Return the indicators a page can use: real before made up, then by theme."""
    rows = {i: dict(r) for i, r in ctx.reference.indicators.items() if wanted(dict(r))}
    return sorted(
        rows, key=lambda i: (rows[i]["is_demo"], THEMES.index(rows[i]["theme"]), rows[i]["sort"])
    )


def indicator_label(ctx: Context, indicator: str) -> str:
    """Return an indicator as a list of many shows it: theme, title, and whether it is made up."""
    row = ctx.reference.indicators[indicator]
    label = f"{ctx.text('common.themes.' + row['theme'])}: {ctx.localised(row, 'title')}"
    return f"{label} (DEMO)" if row["is_demo"] else label


def pick_indicator(
    ctx: Context,
    indicators: Sequence[str],
    *,
    default: str,
    key: str = "indicator",
    label: str = "common.indicator",
) -> str:
    """Draw the choice of an indicator."""
    return ctx.pick(
        key,
        indicators,
        label=label,
        format_func=lambda i: indicator_label(ctx, i),
        default=default,
    )


def pick_standardisation(
    ctx: Context, indicator: str, geography: str, *, key: str = "std", label: str = _STANDARD
) -> str:
    """Draw the choice between standardised and not, where both sexes and all ages are shown."""
    published = {
        std for _, _, sex, std in cuts(ctx.warehouse, indicator, geography) if sex == "all"
    }
    return ctx.pick(
        key,
        [s for s in STANDARDISATIONS if s in published] or ["crude"],
        label=label,
        format_func=lambda s: ctx.text(f"common.standardisation.{s}"),
        default="crude",
        widget="radio",
    )


def pick_cut(ctx: Context, indicators: Sequence[str], geography: str, *, default: str) -> parts.Cut:
    """Draw the choice of an indicator and of whom and when; what has one option is not asked."""
    left, right = st.columns([3, 1])
    with left:
        indicator = pick_indicator(ctx, indicators, default=default)
    row = ctx.reference.indicators[indicator]
    chosen = {"age": row["default_age"], "sector": row["default_sector"], "sex": "all"}
    names = {"age": ctx.age, "sector": ctx.sector, "sex": ctx.sex}
    several = [part for part in chosen if len(row[_LISTS[part]]) > 1]
    for part, column in zip(several, st.columns(3), strict=False):
        with column:
            chosen[part] = ctx.pick(
                part,
                row[_LISTS[part]],
                label=f"common.{part}",
                format_func=names[part],
                default=chosen[part],
            )
    years = years_with_figures(ctx.warehouse, indicator, geography, **chosen)
    period = int(row["last_period"])
    if years:
        with right:
            asked = ctx.pick(
                "year", [str(y) for y in years], label="common.period", default=str(period)
            )
        period = int(asked)
    return parts.Cut(indicator, period, **chosen)
