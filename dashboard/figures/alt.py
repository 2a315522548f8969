"""What a figure says to somebody who cannot see it, made from the same numbers.

Short on purpose: a screen reader speaks it all, and the table behind every figure holds the rest.
"""

from __future__ import annotations

from dashboard.figures.hover import Row, value_text
from dashboard.figures.style import HIDDEN, Figures, Look, by_value, grouped, safe_rows


def map_alt(
    frame: Figures,
    look: Look,
    *,
    title: str,
    year: str,
    unit: str,
    decimals: int,
    selected: str | None = None,
) -> str:
    """Describe a map: its extremes, the selected area, and how many areas show nothing.

    Parameters
    ----------
    frame
        As for ``map_figure``: ``area_id, name, value, status``.
    look
        Language and number format.
    title, year, unit
        What is shown, in words.
    decimals
        Decimals shown.
    selected
        The selected area, if it is one of those shown.
    """
    rows = safe_rows(frame)
    known = [r for r in by_value(rows) if r["value"] is not None]
    parts = [look.text("figure.alt.map", count=len(rows), title=title, year=year, unit=unit)]
    if known:
        parts.append(
            look.text(
                "figure.alt.range",
                high_name=known[0]["name"],
                high=value_text(known[0], look, decimals=decimals),
                low_name=known[-1]["name"],
                low=value_text(known[-1], look, decimals=decimals),
            )
        )
    parts += [_item(r, look, decimals) for r in rows if r["area_id"] == selected]
    hidden = sum(r["status"] in HIDDEN for r in rows)
    missing = len(rows) - len(known) - hidden
    parts += _unseen("hidden", hidden, look) + _unseen("missing", missing, look)
    return " ".join(parts)


def bars_alt(
    frame: Figures, look: Look, *, title: str, unit: str, decimals: int, most: int = 8
) -> str:
    """Describe bars: every number when there are few, else the ends and the named ones.

    Parameters
    ----------
    frame
        As for ``ranked_bars`` (``name, who, value, status``) or, with a column ``label``,
        ``bullet_bars``.
    look
        Language and number format.
    title, unit
        What is shown, in words.
    decimals
        Decimals shown.
    most
        Most bars told one by one.
    """
    rows = safe_rows(frame)
    parts = [look.text("figure.alt.bars", title=title, unit=unit)]
    if rows and "label" in rows[0]:
        for label, group in grouped(rows, "label").items():
            values = ", ".join(
                f"{r['name']} {value_text(r, look, decimals=decimals)}" for r in group
            )
            parts.append(look.text("figure.alt.item", name=label, value=values))
        return " ".join(parts)
    ordered = by_value(rows)
    if len(ordered) > most:
        known = [r for r in ordered if r["value"] is not None]
        named = [r for r in ordered if r["who"] != "other"]
        shown = {id(r): r for r in (*known[:3], *known[-3:], *named)}
        ordered = list(shown.values())
    return " ".join(parts + [_item(row, look, decimals) for row in ordered])


def trend_alt(frame: Figures, look: Look, *, title: str, unit: str, decimals: int) -> str:
    """Describe lines: where each begins and ends; ``frame`` as for ``trend_lines``."""
    parts = [look.text("figure.alt.trend", title=title, unit=unit)]
    for name, rows in grouped(safe_rows(frame), "name").items():
        known = sorted((r for r in rows if r["value"] is not None), key=lambda r: int(r["period"]))
        if not known:
            parts.append(look.text("figure.alt.trend_none", name=name))
            continue
        first, last = known[0], known[-1]
        key = "trend_line" if len(known) > 1 else "trend_point"
        parts.append(
            look.text(
                f"figure.alt.{key}",
                name=name,
                first=value_text(first, look, decimals=decimals),
                first_year=first["period"],
                last=value_text(last, look, decimals=decimals),
                last_year=last["period"],
            )
        )
    return " ".join(parts)


def projection_alt(frame: Figures, look: Look, *, name: str) -> str:
    """Describe people now and later; ``frame`` as for ``projection_bars``."""
    parts = [look.text("figure.alt.projection", name=name)]
    for label, rows in grouped(safe_rows(frame), "label").items():
        values = [
            look.text(
                "figure.alt.projection_value",
                value=value_text(row, look, decimals=0),
                year=row["period"],
            )
            for row in sorted(rows, key=lambda r: int(r["period"]))
        ]
        parts.append(look.text("figure.alt.item", name=label, value=look.number.listing(values)))
    return " ".join(parts)


def _item(row: Row, look: Look, decimals: int) -> str:
    value = value_text(row, look, decimals=decimals)
    return look.text("figure.alt.item", name=row["name"], value=value)


def _unseen(kind: str, count: int, look: Look) -> list[str]:
    if not count:
        return []
    return [look.text(f"figure.alt.{kind}{'_one' if count == 1 else ''}", count=count)]
