"""A population pyramid: men to the left, women to the right, the country as an outline."""

from __future__ import annotations

from typing import Any

from dashboard.figures.chart import Chart
from dashboard.figures.hover import Row, value_text
from dashboard.figures.style import (
    FONT_SIZE,
    Figures,
    Look,
    axis,
    grouped,
    line_dash,
    new_chart,
    safe_rows,
)

ROW = 23  # pixels an age group takes
#: Which way a sex is drawn, and its colour among the categories.
_SIDES = {"male": (-1, 2), "female": (1, 3)}
#: Per cent between two marks of the axis, the first that gives few enough of them.
_STEPS = (0.5, 1, 2, 5, 10, 20, 50)
_MOST_STEPS = 4


def population_pyramid(frame: Figures, look: Look) -> Chart:
    """Draw the per cent of everybody that each age group and sex makes up.

    Parameters
    ----------
    frame
        One row an age group, sex and area: ``label`` (the age in words), ``sex`` (male, female),
        ``sex_name``, ``who`` (area, country), ``name`` (of the area), ``value`` (per cent of all
        residents of both sexes), ``count`` (people), ``status``. Ages from the youngest on, which
        is drawn at the bottom. The area is drawn as bars, the country as a dashed outline.
    look
        Language, number format and colours of the reader.
    """
    rows = safe_rows(frame)
    by_who = grouped(rows, "who")
    labels = list(grouped(rows, "label"))
    position = {label: i for i, label in enumerate(labels)}
    chart = new_chart(height=ROW * max(len(labels), 1) + 100)
    for sex, (side, colour) in _SIDES.items():
        own = [r for r in by_who.get("area", ()) if r["sex"] == sex]
        if not own:
            continue
        chart.trace(
            "bar",
            orientation="h",
            name=own[0]["sex_name"],
            x=[None if r["value"] is None else side * r["value"] for r in own],
            y=[position[r["label"]] for r in own],
            width=0.86,
            showlegend=False,  # named above
            marker={"color": look.palette.categories[colour]},
            text=[_said(r, look) for r in own],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
        chart.annotate(
            text=f"<b>{own[0]['sex_name']}</b>",
            x=0.25 if side < 0 else 0.75,
            xref="paper",
            y=len(labels) - 0.35,
            yanchor="bottom",
            font={"color": look.palette.text, "size": FONT_SIZE},
        )
    _outline(chart, by_who.get("country", []), position, look)
    most = max((r["value"] for r in rows if r["value"] is not None), default=1.0)
    step = next((s for s in _STEPS if most / s <= _MOST_STEPS), _STEPS[-1])
    ticks = [n * step for n in range(-int(most / step) - 1, int(most / step) + 2)]
    decimals = 0 if step >= 1 else 1
    chart.update(
        barmode="overlay",
        showlegend="country" in by_who,
        legend={
            **chart.layout["legend"],
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
        },
        xaxis=axis(
            range=[-most * 1.06, most * 1.06],
            tickmode="array",
            tickvals=ticks,
            ticktext=[look.number.percent(abs(tick), decimals) for tick in ticks],
        ),
        yaxis=axis(
            range=[-0.55, len(labels) + 0.45],
            tickmode="array",
            tickvals=list(position.values()),
            ticktext=labels,
            tickfont={"color": look.palette.text},
            showgrid=False,
        ),
        margin={"t": 34, "r": 12, "l": 4, "b": 26},
    )
    return chart


def _outline(
    chart: Chart, rows: list[dict[str, Any]], position: dict[str, int], look: Look
) -> None:
    """Draw the country around the bars, a step an age group."""
    for sex, (side, _) in _SIDES.items():
        own = [r for r in rows if r["sex"] == sex and r["value"] is not None]
        own.sort(key=lambda r: position[r["label"]])
        if not own:
            continue
        path: dict[str, Any] = {
            "mode": "lines",
            "x": [side * r["value"] for r in own for _ in range(2)],
            "y": [position[r["label"]] + edge for r in own for edge in (-0.5, 0.5)],
        }
        # Below it a band of the page's colour: dark dashes on a dark bar would not be seen.
        band = {"color": look.palette.background, "width": 5}
        chart.trace("scatter", line=band, hoverinfo="skip", showlegend=False, **path)
        chart.trace(
            "scatter",
            **path,
            name=own[0]["name"],
            showlegend=side < 0,  # one line in the legend for both sides
            line={"color": look.palette.text, "width": 2, "dash": line_dash("country")},
            text=[_said(r, look) for r in own for _ in range(2)],
            hovertemplate="%{text}<extra></extra>",
        )


def _said(row: Row, look: Look) -> str:
    said = value_text(row, look, decimals=1, unit="%")
    if row["count"] is not None:
        people = look.text("figure.people", count=look.number(row["count"]))  # type: ignore[arg-type]
        said += f" ({people})"
    return f"<b>{row['name']}</b><br>{row['sex_name']}, {row['label']}<br>{said}"


def pyramid_alt(frame: Figures, look: Look, *, title: str) -> str:
    """Describe a pyramid: its widest age group and its top, of each sex and area."""
    parts = [look.text("figure.alt.pyramid", title=title)]
    for rows in grouped(safe_rows(frame), "name").values():
        for own in grouped(rows, "sex").values():
            known = [r for r in own if r["value"] is not None]
            if not known:
                continue
            widest, top = max(known, key=lambda r: r["value"]), own[-1]
            parts.append(
                look.text(
                    "figure.alt.pyramid_side",
                    name=own[0]["name"],
                    sex=own[0]["sex_name"].lower(),
                    age=widest["label"],
                    value=value_text(widest, look, decimals=1, unit="%"),
                    top_age=top["label"],
                    top=value_text(top, look, decimals=1, unit="%"),
                )
            )
    return " ".join(parts)
