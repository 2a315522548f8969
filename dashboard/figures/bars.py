"""Bars: one area against its region and the country, and many areas in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.hover import hover_lines, short_value, value_text
from dashboard.figures.style import FONT_SIZE, Look, axis, marker_symbol, new_figure, safe, wrapped

ROW = 76  # pixels a labelled bar takes, its line of text included
THIN_ROW = 27  # pixels a bar in a long list takes when its name needs one line
TALL_ROW = 42  # and when some name needs two


def bullet_bars(
    frame: pl.DataFrame, look: Look, *, unit: str, decimals: int, suffix: str = ""
) -> go.Figure:
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
    frame = safe(frame)
    labels = frame["label"].unique(maintain_order=True).to_list()
    position = {label: -i for i, label in enumerate(labels)}
    fig = new_figure(height=ROW * len(labels) + 40)
    palette = look.palette
    for who in ("area", "region", "country"):
        rows = frame.filter(pl.col("who") == who)
        if not rows.height:
            continue
        shared = {
            "name": rows["name"][0],
            "x": rows["value"].to_list(),
            "y": [position[label] for label in rows["label"]],
            "text": hover_lines(rows, look, unit=unit, decimals=decimals),
            "hovertemplate": "%{text}<extra></extra>",
        }
        if who == "area":
            fig.add_trace(
                go.Bar(
                    orientation="h",
                    width=0.26,
                    marker={"color": palette.area},
                    textposition="none",
                    error_x=_whiskers(rows, palette.text),
                    **shared,
                )
            )
        else:
            fig.add_trace(
                go.Scatter(
                    mode="markers",
                    marker={
                        "symbol": marker_symbol(who),
                        "size": 12 if who == "region" else 22,
                        "color": look.colour(who),
                        "line": {"width": 3 if who == "country" else 1, "color": look.colour(who)},
                    },
                    **shared,
                )
            )
    for label in labels:
        fig.add_annotation(
            text=_line(frame.filter(pl.col("label") == label), label, look, decimals, suffix),
            x=0,
            y=position[label] + 0.15,
            xanchor="left",
            yanchor="bottom",
            xshift=-4,
            showarrow=False,
            align="left",
        )
    fig.update_layout(
        xaxis=axis(rangemode="tozero", range=_from_zero(frame), nticks=5),
        yaxis=axis(visible=False, range=[-len(labels) + 0.55, 0.85], autorange=False),
        margin={"t": 8, "r": 16, "l": 10, "b": 26},
    )
    return fig


def ranked_bars(frame: pl.DataFrame, look: Look, *, unit: str, decimals: int) -> go.Figure:
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
    frame = safe(frame).sort("value", descending=True, nulls_last=True, maintain_order=True)
    palette = look.palette
    names = [wrapped(name) for name in frame["name"]]
    row_height = TALL_ROW if any("<br>" in name for name in names) else THIN_ROW
    fig = new_figure(height=row_height * max(frame.height, 1) + 46)
    at = list(range(frame.height))
    fig.add_trace(
        go.Bar(
            orientation="h",
            x=frame["value"].to_list(),
            y=at,
            width=0.68,
            marker={"color": [look.colour(who) for who in frame["who"]]},
            error_x=_whiskers(frame, palette.text),
            text=hover_lines(frame, look, unit=unit, decimals=decimals),
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    )
    country = frame.filter((pl.col("who") == "country") & pl.col("value").is_not_null())
    if country.height:
        fig.add_vline(
            x=country["value"][0], line={"color": palette.country, "dash": "dash", "width": 1.5}
        )
    for y, row in enumerate(frame.iter_rows(named=True)):
        if row["value"] is None:
            fig.add_annotation(
                text=short_value(row, look, decimals=decimals),
                x=0,
                y=y,
                xanchor="left",
                showarrow=False,
                font={"color": palette.muted},
            )
    values = ["" if v is None else look.number(v, decimals) for v in frame["value"]]
    shared = {
        "tickmode": "array",
        "tickvals": at,
        "range": [frame.height - 0.4, -0.6],
        "tickfont": {"color": palette.text, "size": FONT_SIZE},
        "showgrid": False,
    }
    fig.update_layout(
        xaxis=axis(rangemode="tozero", range=_from_zero(frame), nticks=4, tickangle=0),
        yaxis=axis(ticktext=_emphasis(names, frame["who"]), **shared),
        # The numbers stand in a column of their own at the right edge, never under a whisker.
        yaxis2=axis(
            ticktext=_emphasis(values, frame["who"]), overlaying="y", side="right", **shared
        ),
        margin={"t": 6, "r": 6, "l": 6, "b": 26},
    )
    # An axis without a trace is not drawn.
    fig.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", hoverinfo="skip"))
    return fig


def _line(rows: pl.DataFrame, label: str, look: Look, decimals: int, suffix: str) -> str:
    """Return the text over a bar: the label, the area's number, then the others in muted text."""
    by_who = {r["who"]: r for r in rows.iter_rows(named=True)}
    text = label
    if "area" in by_who:
        text += f"  <b>{value_text(by_who['area'], look, decimals=decimals, unit=suffix)}</b>"
    # The text carries the mark it explains, so that no legend is needed.
    others = [
        f"<span style='color:{look.colour(who)}'>{mark}</span> "
        + look.text(
            f"figure.{who}_short",
            value=value_text(by_who[who], look, decimals=decimals, unit=suffix),
        )
        for who, mark in (("region", "◆"), ("country", "┃"))
        if who in by_who
    ]
    if others:
        text += f"<br><span style='color:{look.palette.muted}'>{' '.join(others)}</span>"
    return text


def _whiskers(rows: pl.DataFrame, colour: str) -> dict[str, object] | None:
    """Return the intervals as whiskers, or nothing where no row has one."""
    if not rows["lower"].is_not_null().any():
        return None
    up = (rows["upper"] - rows["value"]).fill_null(0).to_list()
    down = (rows["value"] - rows["lower"]).fill_null(0).to_list()
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": colour,
        "thickness": 1.2,
        "width": 3,
    }


def _from_zero(frame: pl.DataFrame) -> list[float]:
    """Return an axis range from zero that holds every number and limit."""
    tops: Sequence[float | None] = [frame["value"].max(), frame["upper"].max()]  # type: ignore[list-item]
    return [0.0, max((float(t) for t in tops if t is not None), default=1.0) * 1.06 or 1.0]


def _emphasis(texts: Iterable[str], who: Iterable[str]) -> list[str]:
    return [t if w == "other" else f"<b>{t}</b>" for t, w in zip(texts, who, strict=True)]
