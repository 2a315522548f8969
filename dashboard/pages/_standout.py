"""What stands out in the area, one line each."""

from __future__ import annotations

from html import escape

from dashboard import captions
from dashboard.components.marks import leads_on
from dashboard.context import Context
from dashboard.estimates import marked
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import newest_rows
from dashboard.prose import put
from dashboard.standout import LARGE, Difference, differences
from dashboard.statements import real


def show_standout(ctx: Context, *, level: int = 2) -> None:
    """List what differs much from the country, the sure apart; nothing for the country itself."""
    if ctx.area.id == parts.COUNTRY:
        return
    rows = real(newest_rows(ctx).values())
    found = differences(r for r in rows if not r["indicator_id"].endswith("_incidence"))
    text = ctx.text
    sure, unsure = ([d for d in found if d.is_sure is sought] for sought in (True, False))
    body = "" if sure else f"<p>{escape(text('standout.none'))}</p>"
    for name, listed in (("sure", sure), ("unsure", unsure)):
        if listed:
            head = escape(text(f"standout.{name}"))
            body += f'<h{level + 1} class="kb-title">{head}</h{level + 1}>{_list(ctx, listed)}'
    note = escape(text("standout.note", percent=ctx.number.percent(LARGE, 0)))
    put(
        f'<section class="kb-standout"><h{level} class="kb-title">{escape(text("standout.title"))}'
        f'</h{level}>{body}<p class="kb-source">{note}</p></section>'
    )


def _list(ctx: Context, found: list[Difference]) -> str:
    return f"<ul>{''.join(f'<li>{_sentence(ctx, one)}</li>' for one in found)}</ul>"


def _sentence(ctx: Context, difference: Difference) -> str:
    """Return the finding: what, how much, against what, good or bad, how sure, and its trend."""
    row, text, number = difference.row, ctx.text, ctx.number
    decimals, is_share = row["decimals"], row["unit"] == "per_cent"
    age = "" if row["age"] == "all" else f", {ctx.age(row['age'])}"
    unit = "" if is_share else f" {ctx.localised(row, 'unit')}"
    said = [
        text(
            f"standout.{'higher' if difference.percent > 0 else 'lower'}",
            value=marked(number.unit(row["value"], row["unit"], decimals) + unit, row, text),
            year=captions.year(ctx, row["indicator_id"], row["period"]),
            percent=number.percent(abs(difference.percent), 0),
            country=number.unit(row["country_value"], row["unit"], decimals),
        )
    ]
    if difference.verdict:
        said.append(text(f"standout.{difference.verdict}"))
    # That uncertainty is not known, the heading over these says already.
    if difference.certainty != "unknown":
        said.append(text(f"standout.{difference.certainty}"))
    if row["trend"] and row["trend"] != "not_calculable":
        said.append(text(f"standout.trend_{row['trend']}"))
    title = leads_on(ctx, row["indicator_id"], escape(ctx.localised(row, "title") + age))
    return f"<strong>{title}:</strong> {escape(' '.join(said))}"
