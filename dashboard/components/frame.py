"""The frame around a chart: what it shows, whether it is made up, its source, the table behind."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from dashboard.components.fold import fold
from dashboard.components.marks import demo_badge, kept, leads_on
from dashboard.components.saved import file_of, saved_as, subject_of
from dashboard.components.table import Table, html_table, leads_of
from dashboard.context import Context
from dashboard.figures.chart import Chart
from dashboard.prose import put
from dashboard.selection import LANGS
from dashboard.text import catalogue
from dashboard.theme import DARK, LIGHT, template

#: The world behind our maps, empty. Without one plotly asks a foreign host, and offline every map
#: is blank.
_WORLD = {
    "type": "Topology",
    "arcs": [],
    "objects": {
        layer: {"type": "GeometryCollection", "geometries": []}
        for layer in ("coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits")
    },
}
_SEPARATORS = {"da": ",.", "en": ".,"}
#: What HTML would take for its own, as JSON can write it too.
_MARKS = (("&", r"\u0026"), ("<", r"\u003c"), (">", r"\u003e"), ("'", r"\u0027"))
#: Hundredths of a phone's width per pixel of a map's height on a desk.
_MAP_ON_PHONE = 0.215


@functools.cache
def chart_config(lang: str) -> dict[str, Any]:
    """Return plotly's settings: our language, no foreign host, and no buttons of its own.

    The frame has buttons that save more than plotly's (title, source and demo mark are in the
    picture) and are one stop for the keyboard as long as they are folded.

    Parameters
    ----------
    lang
        Language of plotly's dates and numbers; it knows no Danish by itself.
    """
    words = catalogue(lang)
    dates = {
        "days": words["plotly.days"].split(),
        "shortDays": words["plotly.short_days"].split(),
        "months": words["plotly.months"].split(),
        "shortMonths": words["plotly.short_months"].split(),
        "date": words["plotly.date"],
        "decimal": _SEPARATORS[lang][0],
        "thousands": _SEPARATORS[lang][1],
        "grouping": [3],
    }
    return {
        "locale": lang,
        "locales": {lang: {"dictionary": {}, "format": dates}},
        "topojsonURL": "",
        "displaylogo": False,
        "displayModeBar": False,
        "showSendToCloud": False,
        "showEditInChartStudio": False,
        "plotlyServerURL": "",
        "scrollZoom": False,
        "doubleClick": False,
    }


def chart_settings() -> dict[str, Any]:
    """Return what is the same for every chart, handed to the browser once with the page."""
    return {
        "configs": {lang: chart_config(lang) for lang in LANGS},
        "templates": {look.name: template(look).to_plotly_json() for look in (LIGHT, DARK)},
        "separators": _SEPARATORS,
        "world": _WORLD,
    }


def show_figure(
    ctx: Context,
    figure: Chart,
    *,
    key: str,
    years: Iterable[int],
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    table: Table | None,
    among: str = "",
    is_demo: bool = False,
    clickable: bool = False,
    level: int = 2,
    secondary: bool = False,
    indicator: str = "",
) -> str:
    """Draw a chart in its frame.

    The frame is one piece of HTML; ``theme/charts.js`` draws the chart in its place, with the
    template of the theme and the language's number marks. It says whom the chart is about and when,
    also where it is taken from the page: in pictures, files and their names, and on paper.

    Parameters
    ----------
    ctx
        The page's context.
    figure
        The chart.
    key
        Unique on the page; also names the link to this chart alone.
    years
        The years whose figures are shown; the first and the last are said.
    title
        What the chart shows, or the finding.
    subtitle
        Unit, period, residence, and whether high is good or bad, in words. Area and years are put
        before it where neither title nor subtitle says them.
    source
        The source line, without the word "Source". Under a map stands also whose boundaries it
        shows, as their licence asks (ODbL 1.0, 4.3).
    alt
        What a reader who cannot see it should know, made from the numbers.
    table
        Exactly the numbers shown; ``None`` where the page itself shows them in a table.
    among
        Geography of which the chart shows all areas in the country, the reader's own marked; empty
        for a chart of the area itself and what is compared with it.
    is_demo
        Whether the figures are made up: gives the mark and the striped edge. The rows of the table
        decide too, so that no page can leave it out.
    clickable
        Whether one can click an area of the chart; a line that pictures and paper leave out says
        so.
    level
        Heading level, 2 or 3.
    secondary
        Whether a phone shows the heading alone, and the chart when it is asked for.
    indicator
        What the chart is of, where it is of one: its title leads to the figure in full.

    Returns
    -------
    str
        The last click of a clickable chart: the id of the area and when it was clicked, in
        milliseconds, so that two clicks on one area differ. Empty before the first, for other
        charts, and when the link asks for another chart of the page alone.
    """
    name = chart_name(key)
    if not wanted(ctx, key):
        return ""
    ctx.drawn.add(name)
    is_demo = is_demo or (table is not None and table.has_demo)
    about = subject_of(ctx, years, among)
    line = f"{about.said(ctx.text, f'{title} {subtitle}')} {subtitle}".strip()
    file = file_of(ctx, about, title, is_demo=is_demo)
    credit_lines = [ctx.text("common.source_line", source=source)]
    if "geo" in figure.layout:
        credit_lines.append(ctx.boundaries)
    sources = "".join(f'<p class="kb-source">{escape(c)}</p>' for c in credit_lines if c)
    badge = ""
    if is_demo:
        badge = f" {demo_badge(ctx.text)}"
        alt = f"{ctx.text('common.demo.badge')}. {alt}"
    behind = None
    if table is not None:
        stop = "" if title.endswith("?") else "."
        caption = table.caption or (f"{title}{stop} {line}" if line else title)
        behind = replace(table, caption=caption, is_demo=is_demo)
    click = f"kb-click-{name}"
    zoom = _zoom(ctx) if "geo" in figure.layout else ""
    drawn = (
        f'{zoom}<div class="kb-chart" role="figure" aria-label="{escape(alt)}" data-name="{name}" '
        f'data-lang="{ctx.lang}" data-look="{ctx.palette.name}" '
        + (f'data-click="{click}" ' if clickable else "")
        + f'style="height:{_height(figure)}" '
        f"data-chart='{in_attribute(figure.to_json())}'></div>"
        f"<div>{sources}{_more(ctx, name, behind)}</div>"
    )
    head = f'<p class="kb-subtitle">{kept(line)}</p>'
    if clickable:
        head += f'<p class="kb-hint">{escape(ctx.text("maps.click"))}</p>'
    # A link to the chart alone shows the chart.
    if secondary and ctx.selection.get("chart") is None:
        drawn = fold(f"chart-{name}", ctx.text("common.save.figure"), head + drawn)
        head = ""
    heading = kept(title)
    if indicator and ctx.page.slug != "tal":
        heading = leads_on(ctx, indicator, heading)
    put(
        f'<div class="kb-frame{" kb-made-up" if is_demo else ""}" data-frame="{name}" '
        f"{saved_as(file, [about.said(ctx.text)])}>"
        f'<div><h{level} class="kb-title">{heading}{badge}</h{level}>{head}</div>'
        f"{drawn}</div>"
    )
    if not clickable:
        return ""
    # Hidden; the browser writes into it what was clicked, and Streamlit runs the page again.
    return st.text_input(click, key=click, label_visibility="collapsed")


def _zoom(ctx: Context) -> str:
    """Return the buttons that make a map larger; ``theme/charts.js`` makes them work."""
    ways = (("1.6", "in", "+"), ("0.625", "out", "\u2212"), ("0", "reset", "\u21ba"))
    buttons = "".join(
        f'<button type="button" data-zoom="{way}" aria-label="{label}" title="{label}">'
        f"{sign}</button>"
        for way, name, sign in ways
        for label in [escape(ctx.text(f"maps.zoom_{name}"))]
    )
    label = escape(ctx.text("maps.zoom"))
    return f'<div class="kb-zoom" role="group" aria-label="{label}">{buttons}</div>'


def _height(figure: Chart) -> str:
    """Return a chart's height; a map is as wide as a phone and no higher than it needs there."""
    height = figure.layout["height"]
    return (
        f"min({height}px,{height * _MAP_ON_PHONE:.0f}vw)"
        if "geo" in figure.layout
        else f"{height}px"
    )


def in_attribute(spec: str) -> str:
    """Return JSON as it may stand between single quotes, without the weight of ``&quot;``."""
    for mark, escaped in _MARKS:
        spec = spec.replace(mark, escaped)
    return spec


def chart_name(key: str) -> str:
    """Return a chart's name in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def wanted(ctx: Context, key: str) -> bool:
    """Return whether a chart is to be drawn: all are, unless the link asks for one alone."""
    return ctx.selection.get("chart") in (None, chart_name(key))


def _more(ctx: Context, name: str, table: Table | None) -> str:
    """Return what is folded under a chart: its table, files to save, a link to it alone.

    ``theme/app.js`` puts it on the page when a reader unfolds it: the tables of ten charts are most
    of what the browser would read, clean and lay out at every click, and few are looked at.
    """
    text = ctx.text
    parts = [html_table(table, text, ctx.number, leads=leads_of(ctx))] if table else []
    kinds = ("csv", "png", "svg") if table else ("png", "svg")
    buttons = "".join(
        f'<button type="button" data-save="{kind}">{escape(text(f"common.save.{kind}"))}</button>'
        for kind in kinds
    )
    alone = ctx.selection.get("chart") is not None
    link = escape(ctx.link(chart=None if alone else name))
    label = escape(text("common.save.whole_page" if alone else "common.save.link"))
    parts.append(f'<p class="kb-save">{buttons}<a href="{link}">{label}</a></p>')
    summary = escape(text("common.save.summary" if table else "common.save.summary_no_table"))
    folded = "".join(parts).replace("&", "&amp;").replace("'", "&#39;")
    return (
        f"<details class=\"kb-more\" data-folded='{folded}'><summary>{summary}</summary></details>"
    )
