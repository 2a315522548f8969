"""Sektorer: how many meet general practice, hospital and the municipality's health care."""

from __future__ import annotations

from dashboard import captions
from dashboard.context import Context, Page
from dashboard.estimates import marked
from dashboard.hidden import status_text
from dashboard.pages import _parts as parts
from dashboard.pages._key_figures import newest_rows
from dashboard.prose import beside, note, prose, together
from dashboard.rows import Slice
from dashboard.sentences import made_up

PAGE = Page(slug="sektorer", order=30, title="sektorer.title")

#: Real figures of the three sectors, in the order a citizen meets them.
_REAL = ("gp_contact_share", "hospital_stay_share", "home_nursing_per_1000")
_TRENDS = ("home_nursing_per_1000", "hospital_stays_12h_per_100")
_MET = ("met_one_sector_share", "met_two_sectors_share", "met_three_sectors_share")
#: Citizens with contact, contacts per 1,000 residents, contacts per citizen with contact.
_CONTACTS = ("contact_share", "contacts_per_1000", "contacts_per_citizen")


def render(ctx: Context) -> None:
    """Draw the page."""
    real = parts.available(ctx, _REAL)
    trends = parts.available(ctx, _TRENDS)
    ctx.store.fetch(
        [
            *(parts.ranked_slice(ctx, parts.Cut(i)) for i in dict.fromkeys([*real, *trends])),
            *(parts.trend_slice(ctx, parts.Cut(i)) for i in trends),
            *_demo_slices(ctx),
        ]
    )
    has_demo = bool(parts.available(ctx, _CONTACTS))
    with together():
        ctx.heading("sektorer.intro")
        prose("\n".join(f"- {sentence}" for sentence in _sentences(ctx, real)))
        _real(ctx, real, trends)
        if has_demo:
            parts.demo_section(ctx)
        elif not real:
            note(ctx.text("parts.no_data"))
    if has_demo:
        _by_sector(ctx)
        _one_sector(ctx)


def _real(ctx: Context, real: list[str], trends: list[str]) -> None:
    """Draw the three sectors, and those counted every year over the years too."""
    # Two beside each other: bars in three columns are too short to compare.
    once = [i for i in real if i not in trends]
    for at in range(0, len(once), 2):
        with beside() as places:
            for place, indicator in zip(places, once[at : at + 2], strict=False):
                with place:
                    key = f"sektorer.{indicator}"
                    parts.show_ranked(ctx, parts.Cut(indicator), key=key, level=2)
    for indicator in trends:
        keys = (f"sektorer.{indicator}", f"sektorer.{indicator}.t")
        parts.show_ranked_and_trend(ctx, parts.Cut(indicator), keys=keys, level=2)


def _sentences(ctx: Context, indicators: list[str]) -> list[str]:
    """Return one sentence a sector: the area, then the country."""
    rows = newest_rows(ctx)
    said = []
    for indicator in indicators:
        row = rows.get(indicator)
        if row is None:
            continue
        if row["value"] is None:
            why = status_text(ctx.text, row)
            said.append(ctx.text(f"sektorer.{indicator}_none", why=why.lower()))
            continue
        decimals = row["decimals"]
        sentence = ctx.text(
            f"sektorer.{indicator}",
            value=marked(ctx.number.unit(row["value"], row["unit"], decimals), row, ctx.text),
            year=captions.year(ctx, indicator, row["period"]),
        )
        if row["country_value"] is not None and ctx.area.id != parts.COUNTRY:
            value = ctx.number.unit(row["country_value"], row["unit"], decimals)
            sentence += " " + ctx.text("sektorer.country", value=value)
        said.append(made_up(ctx.text, sentence, row["is_demo"]))
    return said


def _contacts(ctx: Context) -> str:
    """Return the measure of contacts the link asks for, or the first one."""
    measures = parts.available(ctx, _CONTACTS)
    asked = ctx.selection.get("contacts")
    return asked if asked in measures else measures[0]


def _sector(ctx: Context) -> str:
    """Return the sector looked at closer: the link's, or the first one."""
    sectors: list[str] = ctx.reference.indicators[parts.available(ctx, _CONTACTS)[0]]["sectors"]
    asked = ctx.selection.sector
    return asked if asked in sectors else next((s for s in sectors if s != "all"), sectors[0])


def _by_sector_slice(ctx: Context, what: str) -> Slice:
    period = parts.newest(ctx, what)
    return parts.Cut(what).slice(ctx, parts.benchmarks(ctx), period, sector=None)


def _met_slices(ctx: Context) -> list[Slice]:
    met = parts.available(ctx, _MET)
    period = min((parts.newest(ctx, i) for i in met), default=None)
    return [parts.Cut(i).slice(ctx, parts.benchmarks(ctx), period) for i in met]


def _demo_slices(ctx: Context) -> list[Slice]:
    """Return what the part of made-up figures shows."""
    if not parts.available(ctx, _CONTACTS):
        return []
    closer = parts.Cut(parts.available(ctx, _CONTACTS)[0], sector=_sector(ctx))
    return [
        _by_sector_slice(ctx, _contacts(ctx)),
        *_met_slices(ctx),
        *(m(ctx, closer) for m in (parts.ranked_slice, parts.trend_slice, parts.age_slice)),
    ]


def _by_sector(ctx: Context) -> None:
    """Draw a chosen measure of contacts over all sectors, and how many sectors people meet."""
    what = ctx.pick(
        "contacts",
        parts.available(ctx, _CONTACTS),
        label="sektorer.measure",
        format_func=ctx.reference.indicator_title(ctx.lang),
        widget="radio",
    )
    with beside() as (left, right):
        with left:
            _sectors(ctx, what)
        with right:
            _sectors_met(ctx)


def _sectors(ctx: Context, what: str) -> None:
    """Draw a measure of contacts in each sector."""
    row = ctx.reference.indicators[what]
    rows = parts.with_who(ctx, ctx.store.rows(_by_sector_slice(ctx, what)))
    names = {s: ctx.sector(s) for s in row["sectors"] if s != "all"}
    unit, decimals = parts.unit_and_decimals(ctx, what)
    parts.show_bullets(
        ctx,
        parts.labelled(rows, "sector", names),
        key="sektorer.sectors",
        title=ctx.localised(row, "title"),
        subtitle=parts.subtitle_of(ctx, parts.Cut(what), str(parts.newest(ctx, what))),
        source=ctx.source(what),
        unit=unit,
        decimals=decimals,
        suffix=_suffix(ctx, what),
        is_demo=parts.is_demo(ctx, what),
    )


def _sectors_met(ctx: Context) -> None:
    """Draw how many meet one, two or all three of practice, hospital and municipality."""
    met = parts.available(ctx, _MET)
    if not met:
        return
    slices = _met_slices(ctx)
    period = slices[0].period
    rows = parts.with_who(ctx, [row for piece in slices for row in ctx.store.rows(piece)])
    labels = {i: ctx.localised(ctx.reference.indicators[i], "short") for i in met}
    unit, decimals = parts.unit_and_decimals(ctx, met[0])
    parts.show_bullets(
        ctx,
        parts.labelled(rows, "indicator_id", labels),
        key="sektorer.met",
        title=ctx.text("sektorer.met"),
        subtitle=f"{parts.subtitle_of(ctx, parts.Cut(met[0]), str(period))} "
        f"{ctx.text('sektorer.met_subtitle')}",
        source=ctx.source(met[0]),
        unit=unit,
        decimals=decimals,
        suffix=_suffix(ctx, met[0]),
        is_demo=parts.is_demo(ctx, met[0]),
    )


def _one_sector(ctx: Context) -> None:
    """Draw one sector closer: over the years, by age, and municipality by municipality."""
    what = parts.available(ctx, _CONTACTS)[0]
    row = ctx.reference.indicators[what]
    sector = ctx.pick(
        "sector",
        row["sectors"],
        label="sektorer.closer",
        format_func=ctx.sector,
        default=_sector(ctx),
    )
    cut = parts.Cut(what, sector=sector)
    keys = ("sektorer.ranked", "sektorer.trend", "sektorer.ages")
    with together():
        parts.show_ranked_and_trend(ctx, cut, keys=keys, suffix=_suffix(ctx, what))


def _suffix(ctx: Context, indicator: str) -> str:
    return "%" if ctx.reference.indicators[indicator]["unit"] == "per_cent" else ""
