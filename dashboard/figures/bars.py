"""Bars: one area against its region and the country, and many areas in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.figures.chart import Chart
from dashboard.figures.hover import hover_lines, short_value, shortest_value
from dashboard.figures.scale import bar_scale
from dashboard.figures.style import (
    FONT_SIZE,
    Figures,
    Look,
    axis,
    by_value,
    grouped,
    marker_symbol,
    new_chart,
    safe_rows,
    wrapped,
)

Rows = Sequence[dict[str, Any]]

ROW = 76  # pixels a labelled bar takes, its line of text included
_ONE_LINE = 36  # letters over a bar on a phone
_LONG = 10_000  # a number of so many signs that two beside each other fill a narrow axis
THIN_ROW = 27  # pixels a bar in a long list takes when its name needs one line
LINE = 15  # and more, for each further line that some name needs


def bullet_bars(frame: Figures, look: Look, *, unit: str, decimals: int, suffix: str = "") -> Chart:
    """Draw one bar a label for the area, with marks where its region and the country are.

    The line of text over each bar says all the numbers, so that the figure reads on a phone and
    without colours.

    Parameters
    ----------
    frame
        One row a label and ``who`` (area, region, country): ``label, who, name, value, lower,
        upper, status, is_estimate``. Labels are drawn from the top in the order they come.
    look
        Language, number format and colours of the reader.
    unit
        Unit in words, for the hover text and the axis.
    decimals
        Decimals shown.
    suffix
        Written after each number in the line of text, such as ``%``.
    """
    rows = safe_rows(frame)
    by_label = grouped(rows, "label")
    position = {label: -i for i, label in enumerate(by_label)}
    chart = new_chart(height=ROW * len(by_label) + 40)
    palette, scale = look.palette, bar_scale(rows)
    for who, group in grouped(rows, "who").items():
        if who == "other":
            continue
        shared = {
            "name": group[0]["name"],
            "x": [r["value"] for r in group],
            "y": [position[r["label"]] for r in group],
            "text": hover_lines(group, look, unit=unit, decimals=decimals),
            "hovertemplate": "%{text}<extra></extra>",
        }
        if who == "area":
            chart.trace(
                "bar",
                orientation="h",
                width=0.26,
                marker={"color": palette.area},
                textposition="none",
                **_whiskers(group, palette.text),
                **shared,
            )
        else:
            line = {"width": 3 if who == "country" else 1, "color": look.colour(who)}
            marker = {
                "symbol": marker_symbol(who),
                "size": 12 if who == "region" else 20,
                "color": look.colour(who),
                "line": line,
            }
            chart.trace("scatter", mode="markers", cliponaxis=False, marker=marker, **shared)
    for label, group in by_label.items():
        chart.annotate(
            text=_line(group, label, look, decimals, suffix),
            x=0,
            y=position[label] + 0.2,  # clear of the upright mark
            xanchor="left",
            yanchor="bottom",
            xshift=-4,
            align="left",
        )
    chart.update(
        xaxis=axis(range=[scale.low, scale.high], nticks=5),
        yaxis=axis(visible=False, range=[-len(by_label) + 0.55, 0.85], autorange=False),
        margin={"t": 8, "r": 16, "l": 10, "b": 26},
    )
    return chart


def ranked_bars(frame: Figures, look: Look, *, unit: str, decimals: int) -> Chart:
    """Draw areas from the highest number to the lowest, with intervals and the country's line.

    Parameters
    ----------
    frame
        One row an area: ``name, who, value, lower, upper, status, is_estimate``; ``who`` tells the
        selected area, its region and the country from the others. Areas without a number come
        last and say why.
    look
        Language, number format and colours of the reader.
    unit
        Unit in words, for the hover text.
    decimals
        Decimals shown.
    """
    rows = by_value(safe_rows(frame))
    palette = look.palette
    names = [wrapped(r["name"]) for r in rows]
    who = [r["who"] for r in rows]
    row_height = THIN_ROW + LINE * max((name.count("<br>") for name in names), default=0)
    chart = new_chart(height=row_height * max(len(rows), 1) + 46)
    at = list(range(len(rows)))
    chart.trace(
        "bar",
        orientation="h",
        x=[r["value"] for r in rows],
        y=at,
        width=0.68,
        marker={"color": [look.colour(w) for w in who]},
        text=hover_lines(rows, look, unit=unit, decimals=decimals),
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
        **_whiskers(rows, palette.text),
    )
    for y, row in enumerate(rows):
        if row["value"] is None:
            chart.annotate(
                text=short_value(row, look, decimals=decimals),
                x=0,
                y=y,
                xanchor="left",
                font={"color": palette.muted},
            )
        elif row["who"] == "country":
            chart.upright(row["value"], {"color": palette.country, "dash": "dash", "width": 1.5})
    scale = bar_scale(rows)
    values = ["" if r["value"] is None else short_value(r, look, decimals=decimals) for r in rows]
    shared = {
        "tickmode": "array",
        "tickvals": at,
        "range": [len(rows) - 0.4, -0.6],
        "tickfont": {"color": palette.text, "size": FONT_SIZE},
        "showgrid": False,
    }
    chart.update(
        # Beside long names there is no room for three long numbers on a phone.
        xaxis=axis(
            range=[scale.low, scale.high], nticks=2 if scale.high > _LONG else 3, tickangle=0
        ),
        yaxis=axis(ticktext=_emphasis(names, who), **shared),
        # The numbers stand in a column of their own at the right edge, never under a whisker.
        yaxis2=axis(ticktext=_emphasis(values, who), overlaying="y", side="right", **shared),
        margin={"t": 6, "r": 6, "l": 6, "b": 26},
    )
    # An axis without a trace is not drawn.
    chart.trace("scatter", x=[None], y=[None], yaxis="y2", hoverinfo="skip")
    return chart


def _line(rows: Rows, label: str, look: Look, decimals: int, suffix: str) -> str:
    """Return the text over a bar: the label, the area's number, then the others in muted text."""
    by_who = {r["who"]: r for r in rows}
    text = label
    if "area" in by_who:
        said = short_value(by_who["area"], look, decimals=decimals, unit=suffix)
        if by_who["area"]["value"] is None and len(label) + len(said) > _ONE_LINE:
            said = shortest_value(by_who["area"], look, decimals=decimals)
        text += f"  <b>{said}</b>"
    # The text carries the mark it explains, so that no legend is needed.
    others = [
        f"<span style='color:{look.colour(who)}'>{mark}</span> "
        + look.text(
            f"figure.{who}_short",
            value=short_value(by_who[who], look, decimals=decimals, unit=suffix),
        )
        for who, mark in (("region", "◆"), ("country", "┃"))
        if who in by_who
    ]
    if others:
        text += f"<br><span style='color:{look.palette.muted}'>{' '.join(others)}</span>"
    return text


def _whiskers(rows: Rows, colour: str) -> dict[str, Any]:
    """Return the intervals as whiskers, or nothing where no row has one."""
    if all(r["lower"] is None for r in rows):
        return {}
    return {
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if r["upper"] is None else r["upper"] - r["value"] for r in rows],
            "arrayminus": [0 if r["lower"] is None else r["value"] - r["lower"] for r in rows],
            "color": colour,
            "thickness": 1.2,
            "width": 3,
        }
    }


def _emphasis(texts: Iterable[str], who: Iterable[str]) -> list[str]:
    return [t if w == "other" else f"<b>{t}</b>" for t, w in zip(texts, who, strict=True)]
