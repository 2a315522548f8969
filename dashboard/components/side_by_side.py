"""The table of areas beside each other: value, limits, mark and small curve in every cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from content.side_by_side import Cell, Line
from dashboard.components.marks import demo_word, kept
from dashboard.components.table import cards
from dashboard.context import Context
from dashboard.estimates import is_estimate
from dashboard.figures.heat import SIGNS
from dashboard.figures.hover import short_value
from dashboard.figures.style import Look

#: Size of the small curve in pixels; the stylesheet has the same.
_WIDTH, _HEIGHT = 28, 14
#: Characters of a number that leave room for the curve.
_BESIDE_CURVE = 5


@dataclass(frozen=True)
class Heading:
    """One area or indicator that heads a row or a column.

    Attributes
    ----------
    name
        What it is called.
    address
        Where its name leads; empty where it leads nowhere.
    detail
        Small print below the name.
    sort
        Address that sorts by it; empty where it cannot be sorted by.
    is_sorted, is_demo, is_own
        Whether the table is sorted by it, its figures are made up, it is the area shown.
    """

    name: str
    address: str = ""
    detail: str = ""
    sort: str = ""
    is_sorted: bool = False
    is_demo: bool = False
    is_own: bool = False


def by_indicator(
    ctx: Context,
    lines: Sequence[Line],
    rows: Mapping[str, Heading],
    columns: Mapping[str, Heading],
    *,
    caption: str,
    topics: Mapping[str, str] | None = None,
) -> str:
    """Return a table with a row an indicator and a column an area.

    Parameters
    ----------
    ctx
        The page's context.
    lines
        The rows, in the order shown.
    rows, columns
        Indicator id → heading, area id → heading; the columns in the order shown.
    caption
        What the table holds, for screen readers.
    topics
        Indicator id → name of its topic, where rows stand under a heading of it.
    """
    head = _head(ctx, ctx.text("common.indicator"), columns.values())
    body = ""
    for topic, group in groupby(lines, key=lambda line: (topics or {}).get(line.indicator, "")):
        if topic:
            body += (
                f'<tr class="kb-group"><th scope="rowgroup" colspan="{len(columns) + 1}">'
                f"{escape(topic)}</th></tr>"
            )
        for line in group:
            cells = "".join(
                _cell(ctx, line, line.cells[area], is_own=heading.is_own)
                for area, heading in columns.items()
            )
            body += f"<tr>{_row_head(ctx, rows[line.indicator])}{cells}</tr>"
    # All rows at once: this table is the page.
    return _table(head, body, caption, list(columns.values()), style="max-height:none")


def by_area(
    ctx: Context,
    lines: Sequence[Line],
    rows: Mapping[str, Heading],
    columns: Mapping[str, Heading],
    *,
    caption: str,
) -> str:
    """Return the same turned round: a row an area (``rows``), a column an indicator."""
    head = _head(ctx, ctx.text("common.area"), [columns[line.indicator] for line in lines])
    body = ""
    for area, heading in rows.items():
        kind = ' class="kb-own"' if heading.is_own else ""
        cells = "".join(_cell(ctx, line, line.cells[area]) for line in lines)
        body += f"<tr{kind}>{_row_head(ctx, heading)}{cells}</tr>"
    return _table(head, body, caption, [columns[line.indicator] for line in lines])


def _table(
    head: str, body: str, caption: str, columns: Sequence[Heading], *, style: str = ""
) -> str:
    labels = cards(["", *(column.name for column in columns)], one_a_line=True)
    return (
        f'<div class="kb-table-box" style="{style}" role="region" tabindex="0" '
        f'aria-label="{escape(caption)}"><table class="kb-table kb-side kb-quiet"{labels}>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _head(ctx: Context, first: str, columns: Iterable[Heading]) -> str:
    out = f'<th scope="col">{escape(first)}</th>'
    for column in columns:
        name = _name(ctx, column)
        order = ' aria-sort="descending"' if column.is_sorted else ""
        own = ' class="kb-own"' if column.is_own else ""
        if column.sort:
            says = escape(ctx.text("kommunerne.sort_by", name=column.name))
            sign = "▾" if column.is_sorted else "↕"
            name += (
                f' <a class="kb-sort" href="{escape(column.sort)}" title="{says}">'
                f'<span aria-hidden="true">{sign}</span><span class="kb-told">{says}</span></a>'
            )
        out += f'<th scope="col"{own}{order}>{name}</th>'
    return out


def _name(ctx: Context, heading: Heading) -> str:
    name = kept(heading.name)
    if heading.address:
        name = f'<a href="{escape(heading.address)}">{name}</a>'
    if heading.is_demo:
        name += demo_word(ctx.text)
    return name + (f"<small>{kept(heading.detail)}</small>" if heading.detail else "")


def _row_head(ctx: Context, heading: Heading) -> str:
    return f'<th scope="row">{_name(ctx, heading)}</th>'


def _cell(ctx: Context, line: Line, cell: Cell, *, is_own: bool = False) -> str:
    """Return a cell: the mark in sign and word, the number, its limits, the curve."""
    row = cell.row
    decimals = int(ctx.reference.indicators[line.indicator]["decimals"])
    if row["value"] is None:
        reason = short_value(row, Look(ctx.text, ctx.number), decimals=decimals)
        return f'<td class="kb-text">{escape(reason)}</td>'
    shown = ctx.number(row["value"], decimals)
    mark = ""
    if cell.mark != "none":
        word = escape(ctx.text(f"kommunerne.mark.{cell.mark}"))
        mark = (
            f'<span class="kb-mark kb-mark-{cell.mark}" title="{word}">'
            f'<span aria-hidden="true">{SIGNS[cell.mark]}</span>'
            f'<span class="kb-told"> {word}</span></span> '
        )
    below = []
    if row["lower"] is not None and row["upper"] is not None:
        below.append(f"({ctx.number.interval(row['lower'], row['upper'], decimals)})")
    if is_estimate(row):
        below.append(ctx.text("moedeark.estimate"))
    limits = f"<small>{'<br>'.join(map(escape, below))}</small>" if below else ""
    kind = ' class="kb-own"' if is_own else ""
    drawn = curve(cell) if len(shown) <= _BESIDE_CURVE else ""
    return f"<td{kind}>{drawn}{mark}{shown}{limits}</td>"


def curve(cell: Cell) -> str:
    """Return a small curve of a cell's years; empty with fewer than three known years.

    A clip path on an element of the text's colour, so that it follows the theme. It has a scale of
    its own and is left out for screen readers: the change is in the full figure. A hidden year
    breaks the line.
    """
    known = [value for _, value in cell.history if value is not None]
    if len(known) < 3:
        return ""
    first, last = cell.history[0][0], cell.history[-1][0]
    low, high = min(known), max(known)
    room = (high - low) or 1.0
    pieces: list[list[tuple[float, float]]] = [[]]
    for year, value in cell.history:
        if value is None:
            pieces.append([])
            continue
        x = 2 + (_WIDTH - 4) * (year - first) / (last - first)
        y = 2 + (_HEIGHT - 4) * (high - value) / room
        pieces[-1].append((round(x, 1), round(y, 1)))
    x, y = next(piece[-1] for piece in reversed(pieces) if piece)
    end = f"M{x - 2} {y}a2 2 0 1 1 4 0a2 2 0 1 1 -4 0Z"
    ribbons = "".join(_ribbon(piece) for piece in pieces if len(piece) > 1)
    return (
        f'<span class="kb-curve" style="clip-path:path(\'{ribbons}{end}\')" '
        'aria-hidden="true"></span>'
    )


def _ribbon(points: Sequence[tuple[float, float]]) -> str:
    """Return a line of some thickness as a closed path."""
    over = [f"{x} {y - 0.7:.1f}" for x, y in points]
    under = [f"{x} {y + 0.7:.1f}" for x, y in reversed(points)]
    return f"M{'L'.join([*over, *under])}Z"
