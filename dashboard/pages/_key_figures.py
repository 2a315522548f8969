"""The table of key figures: each indicator's newest number beside region and country, in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

from content.topics import in_topic_order
from dashboard import captions, estimates, fair_words, sentences
from dashboard.components import demo_word, fold
from dashboard.components.marks import kept, leads_on
from dashboard.components.spine import spine
from dashboard.components.table import cards
from dashboard.context import Context
from dashboard.figures.hover import short_value
from dashboard.pages import _parts as parts
from dashboard.prose import put

Row = Mapping[str, Any]

#: Width of each column in parts of the whole: indicator, area, region, country, place, compared,
#: trend. Without them one long name would push the last column out of sight.
_WIDTHS = (21, 13.5, 13.5, 9.5, 12.5, 17.5, 12.5)


def newest_rows(ctx: Context) -> dict[str, Row]:
    """Return each indicator's newest number of the area with the indicator's own row."""
    return {
        indicator: {**ctx.reference.indicators[indicator], **row}
        for indicator, row in ctx.reference.newest.get(ctx.area.id, {}).items()
    }


def show_key_figures(ctx: Context, *, caption: str) -> None:
    """Draw the newest number of each indicator, grouped by theme, in the topics' order.

    A row of made-up figures carries the mark itself, so that it has it on every sheet of paper.

    Parameters
    ----------
    ctx
        The page's context.
    caption
        What the table holds.
    """
    newest = newest_rows(ctx)
    # How many get a disease stands beside how many have it, on the topic's own page.
    shown = (i for i, row in newest.items() if row["unit"] != "persons" and not _is_incidence(i))
    rows = [newest[i] for i in in_topic_order(shown, newest)]
    if not rows:
        return
    compared = ctx.area.id != parts.COUNTRY
    with_trend = any(row["trend"] or fair_words.since(ctx, row) for row in rows)
    columns = (
        (ctx.text("common.indicator"), True),
        (ctx.area.short_name, True),
        (ctx.region.name if ctx.region else "", ctx.region is not None),
        (ctx.text("common.country"), compared),
        (ctx.text("keyfigures.place"), compared),
        (ctx.text("keyfigures.compared"), compared),
        (ctx.text("keyfigures.trend"), with_trend),
    )
    headings = [heading for heading, shown in columns if shown]
    widths = [width for width, (_, shown) in zip(_WIDTHS, columns, strict=True) if shown]
    cols = "".join(f'<col style="width:{100 * width / sum(widths):.1f}%">' for width in widths)
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    # On a card the region's whole name would not stand on one line.
    labels = [
        ctx.text("keyfigures.the_region") if ctx.region and h == ctx.region.name else h
        for h in headings
    ]
    tables = ""
    for theme, grouped in groupby(rows, key=lambda r: r["theme"]):
        group = list(grouped)
        name = ctx.text(f"common.themes.{theme}")
        body = "".join(_html_row(ctx, row, with_trend=with_trend) for row in group)
        table = (
            f'<table class="kb-table kb-keys kb-quiet"{cards(labels)}>'
            f"<caption>{escape(caption)}: {escape(name)}</caption><colgroup>{cols}</colgroup>"
            f'<thead><tr>{head}</tr></thead><tbody><tr class="kb-group">'
            f'<th scope="rowgroup" colspan="{len(headings)}">{escape(name)}</th></tr>'
            f"{body}</tbody></table>"
        )
        key = "keyfigures.fold_one" if len(group) == 1 else "keyfigures.fold"
        summary = ctx.text(key, theme=name, count=len(group))
        # The first ones show what lies behind the other lines.
        tables += fold(
            f"keys-{theme}", summary, table, keep_open=not tables, everywhere=bool(tables)
        )
    # All rows at once: this table is the page, not what lies behind a figure.
    put(
        f'<p class="kb-subtitle">{escape(caption)}</p>'
        f'<div class="kb-table-box" style="max-height:none" '
        f'role="region" tabindex="0" aria-label="{escape(caption)}">{tables}</div>'
    )


def _is_incidence(indicator: str) -> bool:
    return indicator.endswith("_incidence")


def _html_row(ctx: Context, row: Row, *, with_trend: bool) -> str:
    decimals = row["decimals"]
    number = ctx.number
    age = "" if row["age"] == "all" else f", {ctx.age(row['age'])}"
    years = ctx.reference.years(row["indicator_id"], str(row["period"]))
    unit = f"{ctx.localised(row, 'unit')}, {years}"
    if ctx.reference.provisional_in(row["indicator_id"], str(row["period"])):
        unit += f" ({ctx.text('parts.is_provisional')})"
    if elsewhere := captions.counted(ctx, row["indicator_id"]):
        unit += f", {elsewhere}"
    value = escape(short_value(row, parts.look_of(ctx), decimals=decimals))
    if row["lower"] is not None and row["upper"] is not None:
        # On a line of its own: on a phone the number itself must fit.
        limits = number.interval(row["lower"], row["upper"], decimals)
        value += f"<small>({escape(limits)})</small>"
    if row["age_value"] is not None:
        value += _small(_aged(ctx, row, ""))
    others = ["region"] * bool(ctx.region) + ["country"] * (ctx.area.id != parts.COUNTRY)
    rest = f"<td>{value}</td>"
    for whose in others:
        aged = _aged(ctx, row, f"{whose}_") if row["age_value"] is not None else ""
        rest += f"<td>{escape(_benchmark(ctx, row, whose))}{_small(aged)}</td>"
    if ctx.area.id != parts.COUNTRY:
        said = escape(_compared(ctx, row))
        said += _small(fair_words.expected(ctx, row))
        rest += f'<td class="kb-text">{spine(ctx, row)}</td><td class="kb-said">{said}</td>'
    if with_trend:
        is_known = row["trend"] not in (None, "not_calculable")
        change = fair_words.since(ctx, row)
        key = f"common.trend.{row['trend']}" if is_known else "keyfigures.none"
        word = "" if change and not is_known else escape(ctx.text(key))
        rest += f'<td class="kb-said">{word}{_small(change)}</td>'
    title = f"{ctx.localised(row, 'title')}{age}"
    name = leads_on(ctx, row["indicator_id"], kept(title))
    name += demo_word(ctx.text) if row["is_demo"] else ""
    name += _definition(ctx, row)
    return f'<tr><th scope="row">{name}<small>{kept(unit)}</small></th>{rest}</tr>'


def _definition(ctx: Context, row: Row) -> str:
    """Return what a key figure counts, folded behind a mark beside its name."""
    label = escape(ctx.text("keyfigures.definition", title=ctx.localised(row, "title")))
    return (
        f' <details class="kb-define"><summary><span class="kb-told">{label}</span></summary>'
        f"<p>{escape(ctx.localised(row, 'definition'))}</p></details>"
    )


def _benchmark(ctx: Context, row: Row, whose: str) -> str:
    """Return the region's or the country's number, or why there is none."""
    other = {
        "value": row[f"{whose}_value"],
        "status": row[f"{whose}_status"] or "missing",
        "is_estimate": row[f"{whose}_is_estimate"],
    }
    return short_value(other, parts.look_of(ctx), decimals=row["decimals"])


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _aged(ctx: Context, row: Row, whose: str) -> str:
    """Return the number with ages taken into account, as it stands below the number itself."""
    value = row[f"age_{whose}value"]
    if value is None:
        return ""
    said = ctx.number(value, row["decimals"])
    if not whose and row["age_lower"] is not None:
        limits = ctx.number.interval(row["age_lower"], row["age_upper"], row["decimals"])
        said = f"{said} ({limits})"
    there = {"value": value, "is_estimate": row[f"age_{whose}is_estimate"]}
    return ctx.text("keyfigures.age_value", value=estimates.marked(said, there, ctx.text))


def _compared(ctx: Context, row: Row) -> str:
    """Say how the area stands against the country: by its interval, or else the bare difference.

    Whether a high number is good is said unless the comparison itself says it.
    """
    text = ctx.text
    if row["vs_country"]:
        key = f"common.comparison.{row['vs_country']}"
        said = text(key, benchmark=text("keyfigures.the_country"))
    elif row["unit"] == "persons":
        said = ""
    else:
        aged = "age_" if row["age_value"] is not None else ""
        two = row[f"{aged}value"], row[f"{aged}country_value"]
        said = sentences.difference(text, ctx.number, *two, row["decimals"], row["unit"])
    indicator = ctx.reference.indicators[row["indicator_id"]]
    direction = ctx.direction(row["indicator_id"]) if fair_words.is_fair(indicator, row) else ""
    if said and direction and row["vs_country"] not in ("better", "worse"):
        said += f" ({direction.lower()})"
    return said or text("keyfigures.none")
