"""Choices that pages with any indicator share: which one, of whom, in which year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from content.topics import in_topic_order
from dashboard.context import Context
from dashboard.pages import _parts as parts
from warehouse.read.slices import cuts
from warehouse.schema import STANDARDISATIONS

_LISTS = {"age": "ages", "sector": "sectors", "sex": "sexes"}


def by_theme(ctx: Context, wanted: Callable[[dict[str, object]], bool]) -> list[str]:
    """Return the indicators a page can use, in the topics' order."""
    known = ctx.reference.indicators
    return in_topic_order((i for i, row in known.items() if wanted(dict(row))), known)


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


def standardisations(ctx: Context, indicator: str, geography: str) -> list[str]:
    """Return how an indicator's numbers over both sexes and all ages are standardised."""
    found = cuts(ctx.warehouse, indicator, geography)
    published = {std for _, _, sex, std in found if sex == "all"}
    return [s for s in STANDARDISATIONS if s in published] or ["crude"]


def pick_standardisation(ctx: Context, indicator: str, geography: str) -> str:
    """Draw the choice between standardised and not, where both sexes and all ages are shown."""
    return ctx.pick(
        "std",
        standardisations(ctx, indicator, geography),
        label="kronisk.standardisation",
        format_func=lambda s: ctx.text(f"common.standardisation.{s}"),
        default="age",
        widget="radio",
    )


def pick_whom(
    ctx: Context, indicator: str, geography: str, *, standardised: bool = True
) -> tuple[parts.Cut, Sequence[int]]:
    """Draw the choice of whom an indicator is about; what has one option is not asked.

    Parameters
    ----------
    ctx, indicator, geography
        What is shown, and of which areas.
    standardised
        Whether standardised numbers are offered where there are any.

    Returns
    -------
    tuple
        The cut, without a year, and the years it has, the oldest first; none where there are no
        figures.
    """
    row = ctx.reference.indicators[indicator]
    found = cuts(ctx.warehouse, indicator, geography)
    published = {std for _, _, _, std in found} if standardised else {"crude"}
    chosen = {"age": row["default_age"], "sector": row["default_sector"], "sex": "all"}
    names = {"age": ctx.age_label, "sector": ctx.sector, "sex": ctx.sex}
    several = [part for part in chosen if len(row[_LISTS[part]]) > 1]
    count = len(several) + (len(published) > 1)
    # An empty column would leave a gap on a phone.
    columns = st.columns([1] * count + [4 - count] * (count < 4)) if count else []
    for part, column in zip(several, columns, strict=False):
        with column:
            chosen[part] = ctx.pick(
                part,
                row[_LISTS[part]],
                label=f"common.{part}",
                format_func=names[part],
                default=chosen[part],
            )
    standards = [s for s in STANDARDISATIONS if s in published and (*chosen.values(), s) in found]
    standard = "crude"
    if len(published) > 1:
        with columns[len(several)]:
            # Standardised over age wherever this can be: then it can be compared.
            standard = ctx.pick(
                "std",
                standards or [standard],
                label="common.standardisation.label",
                format_func=lambda s: ctx.text(f"common.standardisation.{s}"),
                default="age" if "age" in standards else standard,
            )
    cut = parts.Cut(indicator, **chosen, standardisation=standard)
    years = found.get((*chosen.values(), standard), ())
    return cut, years


def year_near(ctx: Context, years: Sequence[int], newest: int) -> int:
    """Return the year nearest to the one the link asks for; the newest where it asks for none."""
    asked = ctx.selection.period
    return newest if asked is None else min(years, key=lambda year: (abs(year - asked), -year))


def pick_cut(
    ctx: Context,
    indicators: Sequence[str],
    geography: str,
    *,
    default: str,
    standardised: bool = True,
) -> parts.Cut:
    """Draw the choice of an indicator and of whom and when; see ``pick_whom``."""
    left, right = st.columns([3, 1])
    with left:
        indicator = pick_indicator(ctx, indicators, default=default)
    cut, years = pick_whom(ctx, indicator, geography, standardised=standardised)
    period = parts.newest(ctx, indicator)
    if years:
        newest_first = [str(year) for year in reversed(years)]
        with right:
            default = str(year_near(ctx, years, period))
            asked = ctx.pick("year", newest_first, label="common.period", default=default)
        period = int(asked)
    return replace(cut, period=period)
