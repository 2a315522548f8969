"""Forside: what this is, find your place, three doors, the country in four numbers, what is new."""

from __future__ import annotations

import re
from html import escape

from dashboard.components.where import search
from dashboard.context import FRONT, Context, Page
from dashboard.pages._people import People, people_of, people_slice
from dashboard.prose import put
from dashboard.wayfinding import PROFILE, outline_address

PAGE = Page(slug=FRONT, order=1, title="forside.title")

#: Whom each door is for, and the page behind it.
_DOORS = (("secretariat", PROFILE), ("council", "aeldreraad"), ("analyst", "data"))
#: The number beside those of the population.
_CARE = "gp_contact_share"
_OLD = "80+"
#: Sources named as the newest.
_NEWEST = 2
#: The publisher's own code before a title: ``FOLK1A``.
_CODE = re.compile(r"^[A-ZÆØÅ]+\d*[A-Z]?\d* (?=\S)")


def render(ctx: Context) -> None:
    """Draw the page."""
    text = ctx.text
    geography = ctx.reference.known.default_geography
    put(
        '<div class="kb-front"><div>'
        f'<h1 class="kb-heading">{escape(text("shell.title"))}</h1>'
        f'<p class="kb-lead">{escape(text("forside.lead"))}</p>'
        f"{search(ctx, 'front', label='search.label')}"
        f'<p class="kb-last" hidden>{escape(text("forside.last"))} '
        f'<a href="{escape(ctx.link(PROFILE))}"></a></p>'
        f"{_doors(ctx)}{_country(ctx)}{_news(ctx)}</div>{_map(ctx, geography)}</div>"
    )


def _doors(ctx: Context) -> str:
    text = ctx.text
    doors = "".join(
        f'<li><a data-door href="{escape(ctx.link(slug))}"><strong>'
        f"{escape(text(f'forside.doors.{name}'))}</strong>"
        f"<span>{escape(text(f'forside.doors.{name}_how'))}</span></a></li>"
        for name, slug in _DOORS
    )
    return (
        f'<section><h2 class="kb-title">{escape(text("forside.doors.title"))} '
        f'<small data-door-for="{escape(text("forside.doors.place", place="{}"))}">'
        f"{escape(text('forside.doors.place', place=text('parts.whole_country')))}</small></h2>"
        f'<ul class="kb-doors">{doors}</ul></section>'
    )


def _country(ctx: Context) -> str:
    """Return the country in four numbers, each a link to the figure in full."""
    numbers = _numbers(ctx)
    if not numbers:
        return ""
    items = "".join(
        f'<li><a href="{escape(ctx.link("tal", indicator=indicator))}">'
        f"<strong>{escape(value)}</strong><span>{escape(what)}</span></a></li>"
        for indicator, value, what in numbers
    )
    title = escape(ctx.text("forside.country"))
    return (
        f'<section><h2 class="kb-title">{title}</h2><ul class="kb-numbers">{items}</ul></section>'
    )


def _numbers(ctx: Context) -> list[tuple[str, str, str]]:
    """Return indicator, number and what it says; those that are not known are left out."""
    text, number = ctx.text, ctx.number
    found: list[tuple[str, str, str]] = []
    if "population" in ctx.reference.indicators:
        ctx.store.fetch([people_slice(ctx)])
    people: People | None = people_of(ctx)
    if people and (count := people.count("all")) is not None:
        found.append(("population", number(count), text("forside.people", year=people.now)))
    if people and (old := people.count(_OLD)) is not None:
        said = text("forside.old", share=number.percent(people.share(_OLD)))
        found.append(("population_80plus_share", number(old), said))
        for year in people.projected[-1:]:
            if (later := people.count(_OLD, year=year)) is not None:
                growth = number.percent(100 * (later / old - 1), 0, sign=True)
                said = text("forside.later", year=year, growth=growth)
                found.append(("population_80plus_share", number(later), said))
    row = ctx.reference.newest.get(ctx.area.id, {}).get(_CARE)
    if row and row["value"] is not None:
        definition = ctx.reference.indicators[_CARE]
        value = number.unit(row["value"], definition["unit"], definition["decimals"])
        found.append((_CARE, value, text("forside.care", year=row["period"])))
    return [one for one in found if one[0] in ctx.reference.indicators]


def _news(ctx: Context) -> str:
    """Return when the figures came, which sources are newest, and what came with this release."""
    text, number = ctx.text, ctx.number
    said = []
    if ctx.reference.released:
        said.append(text("forside.updated", day=number.day(ctx.reference.released)))
    real = [p for p in ctx.reference.packages if p["published"] and not p["is_demo"]]
    newest = sorted(real, key=lambda p: p["published"], reverse=True)[:_NEWEST]
    if newest:
        titles = [f"{_CODE.sub('', p['title'])} ({number.day(p['published'])})" for p in newest]
        said.append(text("forside.newest", titles=number.listing(titles)))
    log = ctx.warehouse.rows("SELECT * FROM release_log ORDER BY released DESC LIMIT 2")
    if len(log) > 1:
        more = {key: log[0][key] - log[1][key] for key in ("packages", "measures")}
        if more["measures"] > 0:
            day = number.day(log[1]["released"].date())
            said.append(text("forside.more", day=day, measures=number(more["measures"])))
    link = escape(ctx.link("om", view="pakker"))
    more_about = f'<a href="{link}">{escape(text("forside.packages"))}</a>'
    return (
        f'<section class="kb-news"><h2 class="kb-title">{escape(text("forside.news"))}</h2>'
        f"<p>{escape(' '.join(said))} {more_about}</p></section>"
    )


def _map(ctx: Context, geography: str) -> str:
    """Return the map to click on: a name is a link, by mouse, touch and keyboard."""
    address = outline_address(ctx.warehouse, geography, ctx.lang)
    if address is None:
        return ""
    level = ctx.reference.geographies[geography]["level"]
    title = escape(ctx.text(f"forside.map.{level}"))
    return (
        f'<section class="kb-front-map"><h2 class="kb-title">{title}</h2>'
        f'<div class="kb-outline" role="group" aria-label="{title}" data-outline="{address}"></div>'
        f'<p class="kb-source">{escape(ctx.boundaries)}</p></section>'
    )
