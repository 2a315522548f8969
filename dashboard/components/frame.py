"""The frame around a chart: what it shows, whether it is made up, its source, the table behind."""

from __future__ import annotations

import functools
import re
from html import escape
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from dashboard.components.marks import demo_badge
from dashboard.components.table import Table, csv_bytes, html_table
from dashboard.context import Context
from dashboard.text import catalogue
from dashboard.theme import DARK, LIGHT, template

#: Where the server answers with an empty world; without it plotly asks a foreign host, and
#: offline every map is blank.
TOPOLOGY_FOLDER = "/topo/"
_SEPARATORS = {"da": ",.", "en": ".,"}


@functools.cache
def _template(name: str, lang: str) -> go.layout.Template:
    return template(DARK if name == "dark" else LIGHT, _SEPARATORS[lang])


@functools.cache
def chart_config(lang: str, file_name: str = "klyngeblik") -> dict[str, Any]:
    """Return plotly's settings: our language, no foreign host, and only the buttons that help.

    Parameters
    ----------
    lang
        Language of plotly's own words and dates; plotly knows no Danish by itself.
    file_name
        Name of the image a reader saves, without ending.
    """
    words = catalogue(lang)
    dictionary = {
        words[key]: words[key.replace("plotly.from", "plotly.to")]
        for key in words
        if key.startswith("plotly.from.")
    }
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
        "locales": {lang: {"dictionary": dictionary, "format": dates}},
        "topojsonURL": TOPOLOGY_FOLDER,
        "displaylogo": False,
        "showSendToCloud": False,
        "showEditInChartStudio": False,
        "plotlyServerURL": "",
        "scrollZoom": False,
        "doubleClick": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": file_name},
        "responsive": True,
    }


def show_figure(
    ctx: Context,
    figure: go.Figure,
    *,
    key: str,
    title: str,
    subtitle: str,
    source: str,
    alt: str,
    table: Table,
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
        Unique on the page; also names the files a reader saves.
    title
        What the chart shows, or the finding.
    subtitle
        Unit, period, residence, and whether high is good or bad, in words.
    source
        The source line, without the word "Source".
    alt
        What a reader who cannot see it should know, made from the numbers.
    table
        Exactly the numbers shown.
    is_demo
        Whether the figures are made up: gives the mark and the striped edge.
    on_select
        ``rerun`` for charts one can click.
    level
        Heading level, 2 or 3.

    Returns
    -------
    Any
        What ``st.plotly_chart`` returns: the click when ``on_select`` is ``rerun``.
    """
    name = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    figure.update_layout(template=_template(ctx.palette.name, ctx.lang))
    caption = f"{title}. {subtitle}" if subtitle else title
    behind = Table(table.frame, table.columns, table.caption or caption)
    prefix = "kb-frame-demo" if is_demo else "kb-frame"
    with st.container(key=f"{prefix}-{name}", gap="small"):
        badge = f" {demo_badge(ctx.text)}" if is_demo else ""
        st.html(
            f'<h{level} class="kb-title">{escape(title)}{badge}</h{level}>'
            f'<p class="kb-subtitle">{escape(subtitle)}</p>'
        )
        clicked = st.plotly_chart(
            figure,
            key=f"chart-{name}",
            theme=None,
            on_select=on_select,
            selection_mode="points",
            config=chart_config(ctx.lang, f"klyngeblik-{name}"),
            alt=alt,
        )
        st.html(f'<p class="kb-source">{escape(ctx.text("common.source_line", source=source))}</p>')
        with st.expander(ctx.text("common.show_table")):
            st.html(html_table(behind, ctx.text, ctx.number))
            notes = [caption, ctx.text("common.source_line", source=source)]
            if is_demo:
                notes.append(ctx.text("common.demo.badge"))
            st.download_button(
                ctx.text("common.download_csv"),
                lambda: csv_bytes(behind, ctx.lang, notes),
                file_name=f"klyngeblik-{name}.csv",
                mime="text/csv",
                key=f"csv-{name}",
                on_click="ignore",
            )
    return clicked
