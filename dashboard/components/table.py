"""Tables everybody can read: real HTML, for screen readers, print and the CSV made of it.

Streamlit's own data frame is a canvas: a screen reader finds little in it, and it prints only
what is on the screen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from dashboard.components.marks import status_text
from dashboard.context import Context
from dashboard.figures.style import Figures, rows_of
from dashboard.format import Numbers
from dashboard.text import Text

#: Characters a cell may have before its column may break lines.
_LONG = 24
#: Tables with so many columns become cards where they have little room: one row, one card. With
#: fewer they fit, with more they are moved sideways.
CARDS = range(4, 13)
#: Characters of a heading and of a number where several stand in a line of a card.
_SHORT, _NARROW = 14, 9


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Column of the frame.
    label
        Heading the reader sees.
    decimals
        Decimals of a number; 0 shows whole numbers. Years must be text columns, or they would get
        a thousands mark.
    status
        Frame column that says why the number may be missing.
    right
        Whether texts stand right: numbers already written as text.
    """

    name: str
    label: str
    decimals: int = 0
    status: str | None = "status"
    right: bool = False


@dataclass(frozen=True)
class Table:
    """Rows as a figure shows them, with the columns to show.

    Attributes
    ----------
    frame
        The rows, in the order shown, as dictionaries or a frame. Values that are not ``ok`` must
        be null.
    columns
        The columns, in order; the first one heads each row.
    caption
        What the table holds, read by screen readers; the figure's title when left out.
    """

    frame: Figures
    columns: Sequence[Column]
    caption: str = ""


def _exact(value: object) -> str:
    """Return a number unrounded as an attribute, from which the browser writes CSV."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f' data-v="{repr(value).removesuffix(".0")}"'


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(row: Mapping[str, Any], column: Column, text: Text, number: Numbers) -> str:
    value = row[column.name]
    if value is None:
        status = row.get(column.status or "")
        return status_text(text, status, short=True) if status not in (None, "ok") else "–"
    if isinstance(value, bool):
        return text("common.yes" if value else "common.no")
    if isinstance(value, int | float):
        return number(value, column.decimals)
    return str(value)


def cards(labels: Sequence[str], *, one_a_line: bool = False) -> str:
    """Return the attributes of a table that becomes cards where it has little room.

    The stylesheet writes each heading at its cell; it finds them here, once, and not in every
    cell.

    Parameters
    ----------
    labels
        The columns' headings, in order; the first column heads the card itself.
    one_a_line
        Whether each heading and its cell take a line, or stand over each other, several in a line.
    """
    said = "".join(
        f"--l{i}:{json.dumps(label, ensure_ascii=False)};"
        for i, label in enumerate(labels[1:], start=2)
    )
    return f' data-cards="{"list" if one_a_line else "grid"}" style="{escape(said)}"'


def html_table(table: Table, text: Text, number: Numbers, *, css: str = "") -> str:
    """Return a table as HTML with caption, column headings and row headings.

    A null with a status is written as the reason; numbers are written in the reader's language.
    ``css="kb-quiet"`` keeps the caption for screen readers where a heading already says it.
    """
    cells = list(rows_of(table.frame))
    rows = [[_cell(row, column, text, number) for column in table.columns] for row in cells]
    exact = [[_exact(row[column.name]) for column in table.columns] for row in cells]
    # Numbers stand right; only a column of long texts may break its lines.
    kinds = [
        ' class="kb-num"'
        if column.right or all(_is_number(row[column.name]) for row in cells)
        else ' class="kb-text"'
        if any(len(row[i]) > _LONG for row in rows)
        else ""
        for i, column in enumerate(table.columns)
    ]
    head = "".join(
        f'<th scope="col"{kind}>{escape(column.label)}</th>'
        for column, kind in zip(table.columns, kinds, strict=True)
    )
    body = [
        f'<tr><th scope="row"{values[0]}>{escape(first)}</th>'
        + "".join(
            f"<td{kind}{value}>{escape(cell)}</td>"
            for cell, kind, value in zip(rest, kinds[1:], values[1:], strict=True)
        )
        + "</tr>"
        for (first, *rest), values in zip(rows, exact, strict=True)
    ]
    labels = ""
    if len(table.columns) in CARDS:
        headings = [column.label for column in table.columns]
        numbers = (row[i] for row in rows for i, kind in enumerate(kinds) if "kb-num" in kind)
        is_wide = any(len(number) > _NARROW for number in numbers)
        labels = cards(headings, one_a_line=is_wide or max(map(len, headings[1:])) > _SHORT)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<div class="kb-table-box" role="region" tabindex="0" '
        f'aria-label="{escape(table.caption)}">'
        f'<table class="kb-table {css}"{labels}>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def show_table(ctx: Context, table: Table, *, css: str = "", save: str | None = None) -> None:
    """Draw a table on the page; ``save`` names the CSV file a button below it writes."""
    html = html_table(table, ctx.text, ctx.number, css=css)
    if save is not None:
        html = (
            f'<div class="kb-saved">{html}<p class="kb-save"><button type="button" data-save="csv" '
            f'data-name="klyngeblik-{escape(save)}">{escape(ctx.text("common.save.csv"))}</button>'
            "</p></div>"
        )
    st.html(html)
