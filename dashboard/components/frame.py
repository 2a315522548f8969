"""The frame around a chart: what it shows, whether it is made up, its source, the table behind."""

from __future__ import annotations

import functools
import re
from html import escape
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from dashboard.components.marks import demo_badge
from dashboard.components.table import Table, html_table
from dashboard.context import Context
from dashboard.figures.chart import Chart, Ready, Spec
from dashboard.text import catalogue
from dashboard.theme import DARK, LIGHT, template

#: Where the server answers with an empty world; without it plotly asks a foreign host, and
#: offline every map is blank.
TOPOLOGY_FOLDER = "/topo/"
_SEPARATORS = {"da": ",.", "en": ".,"}


@functools.cache
def _template(name: str, lang: str) -> Spec:
    spec: Spec = template(DARK if name == "dark" else LIGHT, _SEPARATORS[lang]).to_plotly_json()
    return spec


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
        "topojsonURL": TOPOLOGY_FOLDER,
        "displaylogo": False,
        "displayModeBar": False,
        "showSendToCloud": False,
        "showEditInChartStudio": False,
        "plotlyServerURL": "",
        "scrollZoom": False,
        "doubleClick": False,
        "responsive": True,
    }


def show_figure(
    ctx: Context,
    figure: Chart | go.Figure,
    *,
    key: str,
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    table: Table | None,
    is_demo: bool = False,
    on_select: Literal["ignore", "rerun"] = "ignore",
    level: int = 2,
) -> Any:
    """Draw a chart in its frame.

    Parameters
    ----------
    ctx
        The page's context.
    figure
        The chart; the frame gives it the template of the theme and the language's number marks.
    key
        Unique on the page; also names the files a reader saves and the link to this chart alone.
    title
        What the chart shows, or the finding.
    subtitle
        Unit, period, residence, and whether high is good or bad, in words.
    source
        The source line, without the word "Source".
    alt
        What a reader who cannot see it should know, made from the numbers.
    table
        Exactly the numbers shown; ``None`` where the page itself shows them in a table.
    is_demo
        Whether the figures are made up: gives the mark and the striped edge.
    on_select
        ``rerun`` for charts one can click.
    level
        Heading level, 2 or 3.

    Returns
    -------
    Any
        What ``st.plotly_chart`` returns: the click when ``on_select`` is ``rerun``. ``None`` when
        the link asks for another chart of the page alone.
    """
    name = chart_name(key)
    if not wanted(ctx, key):
        return None
    ctx.drawn.add(name)
    spec = figure.to_dict()
    spec["layout"]["template"] = _template(ctx.palette.name, ctx.lang)
    prefix = "kb-frame-demo" if is_demo else "kb-frame"
    with st.container(key=f"{prefix}-{name}", gap="small"):
        badge = f" {demo_badge(ctx.text)}" if is_demo else ""
        st.html(
            f'<h{level} class="kb-title">{escape(title)}{badge}</h{level}>'
            f'<p class="kb-subtitle">{escape(subtitle)}</p>'
        )
        clicked = st.plotly_chart(
            Ready(spec),
            key=f"chart-{name}",
            theme=None,
            on_select=on_select,
            selection_mode="points",
            config=chart_config(ctx.lang),
            alt=alt,
        )
        behind = None
        if table is not None:
            caption = table.caption or (f"{title}. {subtitle}" if subtitle else title)
            behind = Table(table.frame, table.columns, caption)
        st.html(
            f'<p class="kb-source">{escape(ctx.text("common.source_line", source=source))}</p>'
            f"{_more(ctx, name, behind)}"
        )
    return clicked


def chart_name(key: str) -> str:
    """Return a chart's name in addresses and file names."""
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


def wanted(ctx: Context, key: str) -> bool:
    """Return whether a chart is to be drawn: all are, unless the link asks for one alone."""
    return ctx.selection.get("chart") in (None, chart_name(key))


def _more(ctx: Context, name: str, table: Table | None) -> str:
    """Return what is folded under a chart: its table, files to save, a link to it alone."""
    text = ctx.text
    parts = [html_table(table, text, ctx.number)] if table else []
    kinds = ("csv", "png", "svg") if table else ("png", "svg")
    buttons = "".join(
        f'<button type="button" data-save="{kind}" data-name="klyngeblik-{name}">'
        f"{escape(text(f'common.save.{kind}'))}</button>"
        for kind in kinds
    )
    alone = ctx.selection.get("chart") is not None
    link = escape(ctx.link(chart=None if alone else name))
    label = escape(text("common.save.whole_page" if alone else "common.save.link"))
    parts.append(f'<p class="kb-save">{buttons}<a href="{link}" target="_self">{label}</a></p>')
    summary = escape(text("common.save.summary" if table else "common.save.summary_no_table"))
    return f'<details class="kb-more"><summary>{summary}</summary>{"".join(parts)}</details>'
