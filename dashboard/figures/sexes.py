"""Women and men by age: two marks a row and the line between them."""

from __future__ import annotations

import polars as pl

from dashboard.figures.chart import Chart
from dashboard.figures.hover import hover_lines, short_value, value_text
from dashboard.figures.style import FONT_SIZE, Look, axis, new_chart, safe

ROW = 58  # pixels an age group takes
_MARKS = {"female": "circle", "male": "square"}


def by_sex(frame: pl.DataFrame, look: Look, *, unit: str, decimals: int) -> Chart:
    """Draw the number of women and of men for each age group.

    Parameters
    ----------
    frame
        One row an age group and sex: ``label`` (the age in words), ``sex`` (female, male),
        ``name`` (the sex in words), ``value, lower, upper, status, is_estimate``; labels from the
        top in the order they come.
    look
        Language, number format and colours of the reader.
    unit
        Unit in words, for the hover text.
    decimals
        Decimals shown.
    """
    frame = safe(frame)
    labels = frame["label"].unique(maintain_order=True).to_list()
    position = {label: i for i, label in enumerate(labels)}
    fig = new_chart(height=ROW * max(len(labels), 1) + 70)
    colours = {"female": look.palette.categories[3], "male": look.palette.categories[2]}
    for (label,), rows in frame.group_by("label", maintain_order=True):
        known = rows["value"].drop_nulls().to_list()
        if len(known) == 2:
            fig.shape(
                type="line",
                x0=min(known),
                x1=max(known),
                y0=position[label],
                y1=position[label],
                line={"color": look.palette.border, "width": 2},
                layer="below",
            )
        texts = " · ".join(
            f"<span style='color:{colours[r['sex']]}'>{'●' if r['sex'] == 'female' else '■'}</span>"
            f" {short_value(r, look, decimals=decimals)}"
            for r in rows.iter_rows(named=True)
        )
        fig.annotate(
            text=f"{label}  {texts}",
            x=0,
            y=position[label] - 0.18,
            xanchor="left",
            yanchor="bottom",
            xshift=-4,
            font={"color": look.palette.text, "size": FONT_SIZE},
        )
    for sex, symbol in _MARKS.items():
        rows = frame.filter(pl.col("sex") == sex)
        if not rows.height:
            continue
        up = (rows["upper"] - rows["value"]).fill_null(0).to_list()
        down = (rows["value"] - rows["lower"]).fill_null(0).to_list()
        fig.trace(
            "scatter",
            name=rows["name"][0],
            x=rows["value"].to_list(),
            y=[position[label] for label in rows["label"]],
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": colours[sex]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": up,
                "arrayminus": down,
                "color": colours[sex],
                "thickness": 1.4,
                "width": 4,
            },
            text=[
                f"{label}<br>{line}"
                for label, line in zip(
                    rows["label"],
                    hover_lines(rows, look, unit=unit, decimals=decimals),
                    strict=True,
                )
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    fig.update(
        showlegend=True,
        xaxis=axis(rangemode="tozero", nticks=4, tickangle=0, tickformat=",~r"),
        yaxis=axis(visible=False, range=[len(labels) - 0.5, -0.75], autorange=False),
        margin={"t": 8, "r": 16, "l": 10, "b": 26},
    )
    return fig


def by_sex_alt(frame: pl.DataFrame, look: Look, *, title: str, unit: str, decimals: int) -> str:
    """Describe women and men by age: every number, in the order drawn."""
    parts = [look.text("figure.alt.bars", title=title, unit=unit)]
    for (label,), rows in safe(frame).group_by("label", maintain_order=True):
        values = ", ".join(
            f"{r['name']} {value_text(r, look, decimals=decimals)}"
            for r in rows.iter_rows(named=True)
        )
        parts.append(look.text("figure.alt.item", name=label, value=values))
    return " ".join(parts)
