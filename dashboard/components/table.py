"""Tables everybody can read: real HTML, for screen readers, print and the CSV made of it.

Streamlit's own data frame is a canvas: a screen reader finds little in it, and it prints only
what is on the screen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard.components.marks import demo_badge, demo_word, kept
from dashboard.context import Context
from dashboard.figures.style import Figures, rows_of
from dashboard.format import Numbers
from dashboard.hidden import status_text
from dashboard.prose import put
from dashboard.text import Text

#: Characters a cell may have before its column may break lines.
_LONG = 24
#: Decimals a CSV has more than the page.
_MORE = 4
#: Tables with so many columns become cards where they have little room: one row, one card. With
#: fewer they fit, with more they are moved sideways.
CARDS = range(4, 13)
#: Characters of a heading and of a number where several stand in a line of a card.
_SHORT, _NARROW = 14, 9
#: Where the name of a file and an address may break, before they break inside a word.
_JOINT = re.compile(r"(?<=\w)[_/](?=\w)")


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
    short
        Heading on a card, where the label is long.
    is_demo
        Whether this column's numbers are made up, where those beside it need not be.
    change
        Whether the number is a change in per cent, written ``+46 %``.
    """

    name: str
    label: str
    decimals: int = 0
    status: str | None = "status"
    right: bool = False
    short: str = ""
    is_demo: bool = False
    change: bool = False


@dataclass(frozen=True)
class Table:
    """Rows as a figure shows them, with the columns to show.

    What is made up is marked: a row or a column of it, or the whole table in its caption and in its
    first heading, which paper repeats on every sheet and the saved file holds.

    Attributes
    ----------
    frame
        The rows, in the order shown, as dictionaries or a frame. Values that are not ``ok`` must
        be null.
    columns
        The columns, in order; the first one heads each row.
    caption
        What the table holds, read by screen readers; the figure's title when left out.
    is_demo
        Whether the whole table is made up; else each row's own ``is_demo`` says so, if it has one.
    """

    frame: Figures
    columns: Sequence[Column]
    caption: str = ""
    is_demo: bool = False

    def made_up(self) -> tuple[bool, list[bool], list[bool]]:
        """Return whether all of it is made up and, where it is not, which rows and columns are."""
        columns = [column.is_demo for column in self.columns]
        rows = [bool(row.get("is_demo")) for row in rows_of(self.frame)]
        none = [False] * len(rows), [False] * len(columns)
        if any(columns):
            return (True, *none) if all(columns[1:]) else (False, none[0], columns)
        if self.is_demo or (rows and all(rows)):
            return True, *none
        return False, rows, none[1]

    @property
    def has_demo(self) -> bool:
        """Whether any number of it is made up."""
        whole, rows, columns = self.made_up()
        return whole or any(rows) or any(columns)


def _exact(value: float, decimals: int, shown: str) -> str:
    """Return a number as the browser writes it into CSV, where what is shown would not do."""
    more = repr(round(value, decimals + _MORE)).removesuffix(".0")
    return more if more != shown.replace(",", ".") else ""


def _cell(row: Mapping[str, Any], column: Column, text: Text) -> str:
    """Return what stands in a cell without a number."""
    value = row[column.name]
    if value is None:
        status = row.get(column.status or "")
        if status in (None, "ok"):
            return "–"
        return status_text(text, {**row, "status": status}, short=True)
    if isinstance(value, bool):
        return text("common.yes" if value else "common.no")
    return str(value)


def _written(
    rows: Sequence[Mapping[str, Any]], column: Column, text: Text, number: Numbers
) -> tuple[str, list[tuple[str, str]]]:
    """Return the class of a column, and the attributes and content of each of its cells."""
    cells: list[tuple[str, str]] = []
    name, decimals = column.name, column.decimals
    right, is_long = True, False
    for row in rows:
        value = row[name]
        # Not isinstance: True is an int.
        if type(value) is float or type(value) is int:
            shown = number(value, decimals)
            if column.change:
                shown = number.percent(value, decimals, sign=True)
            exact = _exact(value, decimals, shown)
            cells.append((f' data-v="{exact}"' if exact else "", shown))
        else:
            said = _cell(row, column, text)
            right = right and value is None
            is_long = is_long or len(said) > _LONG
            written = escape(said)
            if "_" in said or "/" in said:
                written = _JOINT.sub(r"\g<0><wbr>", written)
            cells.append(("", written))
    # Numbers stand right; only a column of long texts may break its lines.
    kind = "kb-num" if right or column.right else "kb-text" if is_long else ""
    kind = f' class="{kind}"' if kind else ""
    return kind, [(exact or kind, said) for exact, said in cells]


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


def html_table(
    table: Table,
    text: Text,
    number: Numbers,
    *,
    css: str = "",
    leads: Callable[[Mapping[str, Any]], str] | None = None,
) -> str:
    """Return a table as HTML with caption, column headings and row headings.

    A null with a status is written as the reason; numbers are written in the reader's language.
    ``css="kb-quiet"`` keeps the caption for screen readers where a heading already says it;
    ``kb-words`` is a list of words and what they mean, below each other where there is little room.
    ``leads`` is from a row to the address its heading leads to, empty for none; only where rows are
    headed by the names of areas.
    """
    rows = list(rows_of(table.frame))
    whole, demo_rows, demo_columns = table.made_up()
    word = demo_word(text)
    columns = [_written(rows, column, text, number) for column in table.columns]
    head = "".join(
        f'<th scope="col"{kind}>{kept(column.label)}{word if is_demo else ""}</th>'
        for column, (kind, _), is_demo in zip(
            table.columns, columns, [whole or demo_columns[0], *demo_columns[1:]], strict=True
        )
    )
    firsts = [
        f'<th scope="row"{kind}>{said}{word if is_demo else ""}</th>'
        for (kind, said), is_demo in zip(
            _headed(table, rows, columns, leads), demo_rows, strict=True
        )
    ]
    rest = [[f"<td{kind}>{said}</td>" for kind, said in cells] for _, cells in columns[1:]]
    body = [f"<tr>{''.join(row)}</tr>" for row in zip(firsts, *rest, strict=True)]
    labels = ""
    if len(table.columns) in CARDS:
        headings = [column.short or column.label for column in table.columns]
        numbers = (said for kind, cells in columns if "kb-num" in kind for _, said in cells)
        is_wide = any(len(said) > _NARROW for said in numbers)
        labels = cards(headings, one_a_line=is_wide or max(map(len, headings[1:])) > _SHORT)
    elif "kb-words" in css:
        labels = cards([column.label for column in table.columns], one_a_line=True)
    label, badge = table.caption, ""
    if whole and label:
        label = f"{text('common.demo.badge')}. {label}"
        badge = f"{demo_badge(text)} "
    caption = f"<caption>{badge}{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<div class="kb-table-box{" kb-made-up" if whole else ""}" role="region" tabindex="0" '
        f'aria-label="{escape(label)}">'
        f'<table class="kb-table {css}"{labels}>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _headed(
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[tuple[str, list[tuple[str, str]]]],
    leads: Callable[[Mapping[str, Any]], str] | None,
) -> list[tuple[str, str]]:
    """Return the cells that head the rows, names of areas as links."""
    cells = columns[0][1]
    if leads is None or table.columns[0].name != "name":
        return cells
    links = [leads(row) for row in rows]
    return [
        (kind, f'<a class="kb-on" href="{escape(link)}">{said}</a>' if link else said)
        for (kind, said), link in zip(cells, links, strict=True)
    ]


def leads_of(ctx: Context) -> Callable[[Mapping[str, Any]], str]:
    """Return from a row to where its area's name leads: the figure in full, or else the area."""

    def leads(row: Mapping[str, Any]) -> str:
        area = ctx.reference.areas.get(str(row.get("area_id")))
        if area is None:
            return ""
        where = {"geography": area.geography, "area": area.id}
        if indicator := row.get("indicator_id"):
            return ctx.link("tal", indicator=indicator, **where)
        return ctx.link(chart=None, **where)

    return leads


def show_table(ctx: Context, table: Table, *, css: str = "", save: str = "") -> None:
    """Draw a table on the page.

    Parameters
    ----------
    ctx
        The page's context.
    table
        What it holds.
    css
        As for ``html_table``.
    save
        What a CSV of it is called and says, from ``dashboard.components.saved_as``; a button below
        the table saves one. Without it there is no button.
    """
    html = html_table(table, ctx.text, ctx.number, css=css, leads=leads_of(ctx))
    if save:
        html = (
            f'<div class="kb-saved" {save}>{html}<p class="kb-save"><button type="button" '
            f'data-save="csv">{escape(ctx.text("common.save.csv"))}</button></p></div>'
        )
    put(html)
