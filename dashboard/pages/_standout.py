"""What stands out in the area: a sentence, a small figure and a way on for each."""

from __future__ import annotations

from html import escape

from dashboard.components.marks import leads_on
from dashboard.context import Context
from dashboard.figures.small import sparkline, strip
from dashboard.prose import put
from dashboard.rows import Slice
from dashboard.standing import standing_out
from dashboard.standout import Finding
from dashboard.standout_words import note, said, title

#: Where the years of a theme's numbers are shown.
_YEARS = {
    "population": "demografi",
    "sectors": "sektorer",
    "elderly": "aeldre",
    "children": "boern-og-unge",
    "chronic": "kronisk",
}


def show_standout(ctx: Context, *, level: int = 2) -> None:
    """List what is large, certain and not the area's ages, the most important first."""
    found = standing_out(ctx.warehouse, ctx.reference, ctx.area)
    text = ctx.text
    body = f'<ul class="kb-found">{"".join(_item(ctx, one) for one in found)}</ul>'
    if not found:
        body = f"<p>{escape(text('standout.none'))}</p>"
    put(
        f'<section class="kb-standout"><h{level} class="kb-title">{escape(text("standout.title"))}'
        f'</h{level}>{body}<p class="kb-source">{escape(note(ctx))}</p></section>'
    )


def _item(ctx: Context, finding: Finding) -> str:
    """Return one finding: its kind, what it is about, the numbers, a figure and a link."""
    name = title(ctx, finding)
    kind = escape(ctx.text(f"standout.kind_{finding.kind}"))
    more = escape(ctx.text(f"standout.more_{finding.kind}"))
    about = escape(ctx.text("standout.about", title=name))
    named = leads_on(ctx, finding.subject.indicator["indicator_id"], escape(name))
    return (
        f'<li class="kb-kind-{finding.kind}"><div class="kb-found-words"><span class="kb-which">'
        f"{kind}</span> <strong>{named}</strong><br>{escape(said(ctx, finding))} "
        f'<a href="{escape(_link(ctx, finding))}">{more}<span class="kb-unseen"> {about}</span></a>'
        f"</div>{_figure(ctx, finding)}</li>"
    )


def _link(ctx: Context, finding: Finding) -> str:
    indicator = str(finding.subject.indicator["indicator_id"])
    if finding.kind == "spread":
        return ctx.link("kort", indicator=indicator, map="kommuner")
    page = _YEARS.get(str(finding.subject.indicator["theme"]))
    if finding.kind == "change" and page:
        return ctx.link(page, indicator=indicator)
    return ctx.link("sammenlign", indicator=indicator)


def _figure(ctx: Context, finding: Finding) -> str:
    """Return the years of a change, the area among its like, or its municipalities."""
    subject = finding.subject
    if finding.kind == "change":
        years, country = (
            [(point.period, point.value) for point in points]
            for points in (subject.years, subject.country_years)
        )
        # Two scales of people would draw a straight line of the smaller.
        return sparkline(years, [] if subject.indicator["unit"] == "persons" else country)
    if finding.kind == "spread":
        values = [point.value for point in subject.members]
        ends = [finding.value.value, finding.other.value]
        return strip(values, ends, subject.country.value if subject.country else None)
    row = subject.indicator
    like = Slice(
        row["indicator_id"],
        tuple(ctx.reference.known.areas[ctx.area.geography]),
        finding.value.period,
        row["default_age"],
        row["default_sector"],
        standardisation=row["default_standardisation"],
    )
    values = [found["value"] for found in ctx.store.rows(like) if found["value"] is not None]
    return strip(values, [finding.value.value], finding.other.value)
