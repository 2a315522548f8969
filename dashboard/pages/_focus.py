"""What the sections share: findings with questions, figures in two sizes of letters, tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboard import captions
from dashboard.components import Column, Table, fold, html_table
from dashboard.components.marks import kept
from dashboard.context import Context
from dashboard.figures.hover import short_value
from dashboard.figures.scale import Scale, bar_scale, line_scale
from dashboard.figures.style import by_value, safe_rows
from dashboard.findings import Finding
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, show_list
from dashboard.prose import put
from dashboard.rows import Row, Slice

#: Indicators beside each other in a table whose rows are areas; their headings are long.
_MOST_ACROSS = 4
#: Areas beside each other where the rows are indicators.
_MOST_AREAS = 8


def show_findings(ctx: Context, findings: Iterable[Finding], *, level: int = 3) -> None:
    """Draw findings: what the number says, what the words mean, what one could ask."""
    blocks: list[str] = []
    for found in findings:
        block = f'<h{level} class="kb-title">{escape(found.title)}</h{level}>'
        block += f'<p class="kb-said">{kept(" ".join(found.sentences))}</p>'
        more = ""
        if found.meaning:
            label = escape(ctx.text("findings.what"))
            more += f"<p><strong>{label}</strong> {kept(found.meaning)}</p>"
        if found.questions:
            asked = "".join(f"<li>{escape(question)}</li>" for question in found.questions)
            label = escape(ctx.text("findings.questions"))
            more += f"<p><strong>{label}</strong></p><ul>{asked}</ul>"
        blocks.append(f'<section class="kb-finding">{block}{more}</section>')
    if blocks:
        put("".join(blocks))


def show_both(ctx: Context, cut: parts.Cut, *, key: str, is_big: bool, level: int = 3) -> None:
    """Draw an indicator over the areas beside each other, and over the years."""
    if is_big:
        _ranked_list(ctx, cut, level)
        _trend_list(ctx, cut, level)
        return
    parts.show_ranked_and_trend(ctx, cut, keys=(key, f"{key}.trend"), level=level, secondary=True)


def _ranked_list(ctx: Context, cut: parts.Cut, level: int) -> None:
    rows = parts.with_who(ctx, ctx.store.rows(parts.ranked_slice(ctx, cut)))
    if parts.explain_empty(ctx, rows, parts.title_of(ctx, cut)):
        return
    period = str(cut.period or parts.newest(ctx, cut.indicator))
    named = [(r["name"], r) for r in by_value(rows)]
    scale = bar_scale(safe_rows(rows))
    title = parts.title_of(ctx, cut)
    _numbers(ctx, cut, named, scale, title=title, years=period, level=level)
    parts.caveat(ctx, cut.indicator)


def _trend_list(ctx: Context, cut: parts.Cut, level: int) -> None:
    first = ctx.reference.indicators[cut.indicator]["trend_from"] or 0
    # The axis is that of the chart, which shows region and country too.
    every = [r for r in ctx.store.rows(parts.trend_slice(ctx, cut)) if r["period"] >= first]
    rows = [row for row in every if row["area_id"] == ctx.area.id]
    if not any(row["status"] == "ok" for row in rows):
        return
    title = ctx.text("parts.trend_title", title=parts.title_of(ctx, cut))
    years = f"{rows[0]['period']}–{rows[-1]['period']}"
    named = [(str(r["period"]), r) for r in rows]
    scale = line_scale(safe_rows(every))
    _numbers(ctx, cut, named, scale, title=title, years=years, level=level)


def _numbers(
    ctx: Context,
    cut: parts.Cut,
    named: Sequence[tuple[str, dict[str, Any]]],
    scale: Scale,
    *,
    title: str,
    years: str,
    level: int,
) -> None:
    decimals = int(ctx.reference.indicators[cut.indicator]["decimals"])
    subtitle = parts.subtitle_of(ctx, cut, years)
    if not scale.begins_at_zero:
        ends = [ctx.number(end, scale.decimals) for end in (scale.low, scale.high)]
        subtitle += f" {ctx.text('focus.points', low=ends[0], high=ends[1])}"
    show_list(
        ctx,
        [
            Item(
                name,
                worded(ctx, row, decimals),
                None if row["value"] is None else scale.part(row["value"]),
            )
            for name, row in named
        ],
        title=title,
        subtitle=subtitle,
        source=ctx.source(cut.indicator),
        is_demo=parts.is_demo(ctx, cut.indicator),
        level=level,
        points=not scale.begins_at_zero,
    )


def chosen_cut(ctx: Context, indicators: Sequence[str], *, ages: Sequence[str] = ()) -> parts.Cut:
    """Return what ``pick_cut`` will return, for what must be read before the choice is drawn."""
    row = ctx.reference.indicators[ctx.chosen("indicator", indicators)]
    offered, age = _ages(row, ages)
    return parts.Cut(
        row["indicator_id"],
        age=ctx.chosen("age", offered, age) if len(offered) > 1 else age,
        sector=ctx.chosen("sector", row["sectors"], row["default_sector"])
        if len(row["sectors"]) > 1
        else row["default_sector"],
    )


def _ages(row: Any, ages: Sequence[str]) -> tuple[list[str], str]:
    """Return the ages of an indicator that are offered, and the one shown when none is chosen."""
    offered = [a for a in row["ages"] if a in ages] or list(row["ages"])
    age = row["default_age"]
    return offered, age if age in offered else offered[-1]


def pick_cut(
    ctx: Context,
    indicators: Sequence[str],
    *,
    is_big: bool,
    ages: Sequence[str] = (),
    elsewhere: Collection[str] = (),
) -> parts.Cut:
    """Draw the choice of an indicator, and of its age and sector where it has several.

    ``ages`` are the only ones offered, where an indicator has any of them; ``elsewhere`` is what
    the page shows in other places. One indicator alone is no choice.
    """
    titles = ctx.reference.indicator_title(ctx.lang)
    places = [st.container() for _ in range(3)] if is_big else st.columns([4, 2, 2])
    indicator = ctx.chosen("indicator", indicators)
    if len(indicators) > 1:
        with places[0]:
            ctx.pick(
                "indicator",
                indicators,
                label="common.indicator",
                format_func=titles,
                elsewhere=elsewhere,
            )
    row = ctx.reference.indicators[indicator]
    offered, age = _ages(row, ages)
    if len(offered) > 1:
        with places[1]:
            ctx.pick("age", offered, label="common.age", format_func=ctx.age_label, default=age)
    if len(row["sectors"]) > 1:
        with places[2]:
            ctx.pick(
                "sector",
                row["sectors"],
                label="common.sector",
                format_func=ctx.sector,
                default=row["default_sector"],
            )
    return chosen_cut(ctx, indicators, ages=ages)


def show_matrix(
    ctx: Context, indicators: Sequence[str], *, rows: Iterable[Row] | None = None, caption: str
) -> None:
    """Draw the areas beside each other: areas down and indicators across, or the other way.

    Parameters
    ----------
    ctx
        The page's context.
    indicators
        What is shown, in order.
    rows
        The numbers, where they are not each indicator's newest: ``indicator_id, area_id, value,
        status`` at default age and sector.
    caption
        What the table holds.
    """
    ids = _beside(ctx)
    if rows is None:
        rows = [row for piece in matrix_slices(ctx, indicators) for row in ctx.store.rows(piece)]
    found = {(r["area_id"], r["indicator_id"]): r for r in rows}
    missing = {"value": None, "status": "missing"}
    areas = {area: ctx.reference.areas[area].name for area in ids}
    titles = {i: _heading(ctx, i) for i in indicators}
    said = {
        (area, i): worded(
            ctx, found.get((area, i), missing), int(ctx.reference.indicators[i]["decimals"])
        )
        for area in areas
        for i in titles
    }
    # The fewer of the two are the columns, and never more than fit on the page.
    if len(areas) < len(titles) and len(areas) <= _MOST_AREAS:
        first, down, across, css = "common.indicator", titles, areas, "kb-matrix kb-across"
        said = {(i, area): value for (area, i), value in said.items()}
        most = len(across)
    else:
        first, down, across, css = "common.area", areas, titles, "kb-matrix"
        most = _MOST_ACROSS
    html = ""
    tables = -(-len(across) // most)
    columns = list(across.items())
    for n in range(tables):
        part = columns[n * len(columns) // tables : (n + 1) * len(columns) // tables]
        demo = {key: key in titles and parts.is_demo(ctx, key) for key in (*down, *across)}
        cells = [
            {"name": name, "is_demo": demo[row]} | {k: said[row, k] for k, _ in part}
            for row, name in down.items()
        ]
        shown = [Column("name", ctx.text(first), status=None)]
        shown += [
            Column(key, label, status=None, right=True, is_demo=demo[key]) for key, label in part
        ]
        which = f" ({n + 1}/{tables})" if tables > 1 else ""
        html += html_table(Table(cells, shown, caption + which), ctx.text, ctx.number, css=css)
    put(fold(f"matrix-{'-'.join(titles)}", ctx.text("focus.table"), html))


def worded(ctx: Context, row: Row, decimals: int) -> str:
    """Return a number as it stands in a list or table."""
    return short_value(row, parts.look_of(ctx), decimals=decimals)


def matrix_slices(ctx: Context, indicators: Iterable[str]) -> list[Slice]:
    """Return what ``show_matrix`` shows."""
    ids = _beside(ctx)
    return [parts.Cut(i).slice(ctx, ids, parts.newest(ctx, i)) for i in indicators]


def _beside(ctx: Context) -> list[str]:
    return list(dict.fromkeys([ctx.area.id, *parts.peers(ctx).ids, *parts.benchmarks(ctx)[1:]]))


def _heading(ctx: Context, indicator: str) -> str:
    """Return an indicator in few words, with age, sector, unit, and where if not at home."""
    row = ctx.reference.indicators[indicator]
    said = ctx.localised(row, "short")
    if row["default_age"] != "all":
        said += f", {ctx.age(row['default_age'])}"
    if len(row["sectors"]) > 1:
        said += f", {ctx.sector(row['default_sector']).lower()}"
    if elsewhere := captions.counted(ctx, indicator):
        said += f", {elsewhere}"
    return f"{said} ({ctx.unit(indicator)})"
