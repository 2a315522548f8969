"""Women and men by age: two marks a row and the line between them."""

from __future__ import annotations

from dashboard.figures.chart import Chart
from dashboard.figures.hover import hover_lines, shortest_value, value_text
from dashboard.figures.style import (
    FONT_SIZE,
    Figures,
    Look,
    axis,
    grouped,
    new_chart,
    safe_rows,
)

ROW = 58  # pixels an age group takes
_MARKS = {"female": "circle", "male": "square"}


def by_sex(frame: Figures, look: Look, *, unit: str, decimals: int) -> Chart:
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
    rows = safe_rows(frame)
    by_label = grouped(rows, "label")
    position = {label: i for i, label in enumerate(by_label)}
    fig = new_chart(height=ROW * max(len(by_label), 1) + 70)
    colours = {"female": look.palette.categories[3], "male": look.palette.categories[2]}
    for label, group in by_label.items():
        known = [r["value"] for r in group if r["value"] is not None]
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
            f" {shortest_value(r, look, decimals=decimals)}"
            for r in group
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
        own = [r for r in rows if r["sex"] == sex]
        if not own:
            continue
        lines = hover_lines(own, look, unit=unit, decimals=decimals)
        fig.trace(
            "scatter",
            name=own[0]["name"],
            x=[r["value"] for r in own],
            y=[position[r["label"]] for r in own],
            mode="markers",
            cliponaxis=False,  # a mark at zero stays whole
            marker={"symbol": symbol, "size": 12, "color": colours[sex]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [0 if r["upper"] is None else r["upper"] - r["value"] for r in own],
                "arrayminus": [0 if r["lower"] is None else r["value"] - r["lower"] for r in own],
                "color": colours[sex],
                "thickness": 1.4,
                "width": 4,
            },
            text=[f"{r['label']}<br>{line}" for r, line in zip(own, lines, strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )
    fig.update(
        showlegend=True,
        xaxis=axis(rangemode="tozero", nticks=4, tickangle=0, tickformat=",~r"),
        yaxis=axis(visible=False, range=[len(by_label) - 0.5, -0.75], autorange=False),
        margin={"t": 8, "r": 16, "l": 10, "b": 26},
    )
    return fig


def by_sex_alt(frame: Figures, look: Look, *, title: str, unit: str, decimals: int) -> str:
    """Describe women and men by age: every number, in the order drawn."""
    parts = [look.text("figure.alt.bars", title=title, unit=unit)]
    for label, rows in grouped(safe_rows(frame), "label").items():
        values = ", ".join(f"{r['name']} {value_text(r, look, decimals=decimals)}" for r in rows)
        parts.append(look.text("figure.alt.item", name=label, value=values))
    return " ".join(parts)
