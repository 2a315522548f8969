"""Ældre: sentences first, then the same numbers municipality by municipality and year by year."""

from __future__ import annotations

from html import escape
from typing import Any

from dashboard import captions, sentences
from dashboard.beside import GROUPS, OLDEST, behind, expected
from dashboard.components import Column, Table, fold, html_table
from dashboard.components.sheet_button import sheet_button
from dashboard.context import Context, Page
from dashboard.estimates import mark, marked
from dashboard.figures.scale import bar_scale
from dashboard.figures.style import by_value, grouped, safe_rows
from dashboard.findings import Finding, of_indicator
from dashboard.pages import _parts as parts
from dashboard.pages._big import Item, big_letters, show_list
from dashboard.pages._focus import (
    explore,
    explored_slices,
    matrix_slices,
    show_both,
    show_findings,
    show_matrix,
    worded,
)
from dashboard.pages._key_figures import newest_rows
from dashboard.pages._people import (
    OLD,
    People,
    old_people,
    people_of,
    people_slice,
    show_projection,
)
from dashboard.prose import beside, heading, note, prose, put, together
from dashboard.rows import Slice

PAGE = Page(slug="aeldre", order=50, title="aeldre.title", big=True)
_NURSING = "home_nursing_per_1000"
_SHARE = "population_80plus_share"
_DEMENTIA = "dementia_prevalence"
_CONTACTS = "contact_share"
#: The ages one can look at closer.
_AGES = ("65+", *OLD, OLDEST)


def render(ctx: Context) -> None:
    """Draw the page."""
    _fetch(ctx)
    people = people_of(ctx)
    with together():
        ctx.heading()
        if people is None:
            note(ctx.text("parts.no_data"))
            return
    is_big = big_letters(ctx)
    with together():
        prose("\n\n".join(paragraphs(ctx, people)))
        carried = ctx.link("demografi")
        label = escape(ctx.text("aeldre.carried"))
        put(f'<p class="kb-link"><a href="{escape(carried)}">{label}</a></p>')
    sheet_button(ctx, "elderly")
    demo = _demo_indicators(ctx)
    with together():
        heading(ctx.text("focus.findings"))
        show_findings(ctx, real_findings(ctx, people))
        _people_figures(ctx, people, is_big)
        for age in _groups(ctx):
            _municipalities(ctx, people, age, is_big)
        if parts.available(ctx, [_NURSING]):
            show_both(ctx, parts.Cut(_NURSING), key="aeldre.nursing", is_big=is_big, level=2)
        if demo:
            _demo(ctx, demo, is_big)
    explore(ctx, _explored(ctx), key="aeldre.demo", is_big=is_big, ages=_AGES)


def _demo(ctx: Context, demo: list[str], is_big: bool) -> None:
    """Draw the made-up numbers: in words, beside each other, by sector."""
    parts.demo_section(ctx)
    heading(ctx.text("focus.findings_demo"), 3)
    prose(f"{ctx.text('aeldre.who_is_old')} {ctx.text('focus.chance')}")
    show_findings(ctx, demo_findings(ctx), level=4)
    if not is_big:
        heading(ctx.text("focus.side"), 3)
        show_matrix(ctx, demo, caption=ctx.text("aeldre.side_caption"))
    _contacts(ctx, is_big)
    heading(ctx.text("focus.look"), 3)


def _demo_indicators(ctx: Context) -> list[str]:
    more = [i for i in parts.available(ctx, [_DEMENTIA]) if parts.is_demo(ctx, i)]
    return parts.demo_indicators(ctx, "elderly") + more


def _explored(ctx: Context) -> list[str]:
    """Return what can be looked at closer, where there are made-up numbers to look at."""
    demo = _demo_indicators(ctx)
    return [*demo, *parts.available(ctx, [_CONTACTS])] if demo else []


def _groups(ctx: Context) -> list[str]:
    """Return the groups of older people there are numbers of, the oldest first."""
    there = ctx.reference.indicators["population"]["ages"]
    return [age for age in reversed(GROUPS) if age in there]


def _fetch(ctx: Context) -> None:
    """Read what the page shows in one query."""
    cuts = [parts.Cut(i) for i in parts.available(ctx, [_NURSING])]
    slices = [make(ctx, c) for c in cuts for make in (parts.ranked_slice, parts.trend_slice)]
    slices += [parts.trend_slice(ctx, parts.Cut(i)) for i in parts.available(ctx, [_SHARE])]
    if "population" in ctx.reference.indicators:
        slices += [people_slice(ctx), *(_municipal_slice(ctx, age) for age in _groups(ctx))]
    slices += matrix_slices(ctx, _demo_indicators(ctx))
    slices += [_slice_of_80(ctx, i) for i in parts.available(ctx, [_DEMENTIA])]
    if parts.available(ctx, [_CONTACTS]):
        slices += [_contacts_slice(ctx, cut) for cut in _contact_cuts(ctx)]
    if explored := _explored(ctx):
        slices += explored_slices(ctx, explored, ages=_AGES)
    ctx.store.fetch(slices)


def paragraphs(ctx: Context, people: People) -> list[str]:
    """Return what the numbers say of the people: now, per 100 residents, and later."""
    said = [
        " ".join(
            [*old_people(ctx, people, age, f"aeldre.now_{age[:-1]}"), _hundred(ctx, people, age)]
        )
        for age in people.groups
    ]
    for age in people.groups:
        if later := expected(ctx, people, age):
            said.append(" ".join([ctx.text(f"aeldre.later_{age[:-1]}"), *later]))
    if OLDEST not in people.groups:
        said.append(ctx.text("aeldre.not_90"))
    return [p for p in said if p]


def _hundred(ctx: Context, people: People, age: str) -> str:
    """Say how many of 100 residents have reached an age."""
    hundred = sentences.out_of_hundred(ctx.text, ctx.number, people.share(age) or 0)
    estimate = mark(ctx.text, estimate=people.is_estimate(age, "all"))
    return ctx.text("aeldre.hundred", share=hundred, age=age[:-1], mark=estimate)


def real_findings(ctx: Context, people: People) -> list[Finding]:
    """Return what the real numbers say: how many there will be, and home nursing."""
    found = []
    last = (people.projected or [people.now])[-1]
    for age in (a for a in people.groups if a != "65+"):
        now, then = people.count(age), people.count(age, year=last)
        said = " ".join(expected(ctx, people, age)[-1:])
        if said and now and then is not None:
            change = 100 * (then / now - 1)
            kind = "same" if abs(change) < sentences.SAME else "more" if change > 0 else "fewer"
            question = ctx.text(f"findings.asks.population_{age[:-1]}_{kind}")
            title = ctx.text("aeldre.of_age", age=ctx.age(age))
            found.append(Finding("population", title, (said,), questions=(question,)))
    row = newest_rows(ctx).get(_NURSING)
    if row:
        found.append(_finding(ctx, _NURSING, row))
    return found


def demo_findings(ctx: Context) -> list[Finding]:
    """Return what the made-up numbers say, an indicator at a time."""
    rows = newest_rows(ctx)
    found = [_finding(ctx, i, rows[i]) for i in parts.demo_indicators(ctx, "elderly") if i in rows]
    for indicator in parts.available(ctx, [_DEMENTIA]):
        row = _newest_of_80(ctx, indicator)
        if row:
            found.append(_finding(ctx, indicator, row, key="dementia_80"))
    return found


def _finding(ctx: Context, indicator: str, row: Any, key: str = "") -> Finding:
    return of_indicator(
        ctx.text,
        ctx.number,
        row,
        ctx.reference.indicators[indicator],
        is_country=ctx.area.id == parts.COUNTRY,
        key=key,
        people=behind(people_of(ctx), ctx.reference.indicators[indicator], row["age"]),
        year=captions.year(ctx, indicator, row["period"]),
    )


def _newest_of_80(ctx: Context, indicator: str) -> dict[str, Any] | None:
    """Return the newest number of those aged 80 and over, beside the country's."""
    by_area = {row["area_id"]: row for row in ctx.store.rows(_slice_of_80(ctx, indicator))}
    if ctx.area.id not in by_area:
        return None
    country = by_area.get(parts.COUNTRY, {}).get("value")
    return {**by_area[ctx.area.id], "country_value": country}


def _slice_of_80(ctx: Context, indicator: str) -> Slice:
    areas = dict.fromkeys([ctx.area.id, parts.COUNTRY])
    return parts.Cut(indicator, age="80+").slice(ctx, areas, parts.newest(ctx, indicator))


def _people_figures(ctx: Context, people: People, is_big: bool) -> None:
    """Draw the elderly now and later, and the share of those aged 80 and over."""
    if is_big:
        years = [people.now, *people.projected]
        top = max((people.count("65+", year=y) or 0 for y in years), default=0) or 1
        for age in people.groups:
            counts = [(y, people.count(age, year=y)) for y in years]
            show_list(
                ctx,
                [
                    Item(
                        str(y),
                        ctx.number(c) + mark(ctx.text, estimate=people.is_estimate(age, year=y)),
                        c / top,
                    )
                    for y, c in counts
                    if c is not None
                ],
                title=ctx.text("aeldre.of_age", age=ctx.age(age)),
                subtitle=ctx.text("aeldre.list_subtitle", year=people.now),
                source=ctx.source("population"),
            )
        return
    with beside() as (left, right):
        with left:
            show_projection(ctx, people, key="aeldre.projection")
        with right:
            if parts.available(ctx, [_SHARE]):
                cut = parts.Cut(_SHARE)
                parts.show_trend(ctx, cut, key="aeldre.share", level=2, secondary=True)


def _municipal_slice(ctx: Context, age: str) -> Slice:
    areas = dict.fromkeys([*parts.benchmarks(ctx), *parts.peers(ctx).ids])
    return parts.Cut("population", age=age).slice(ctx, areas)


def _municipalities(ctx: Context, people: People, age: str, is_big: bool) -> None:
    """Draw how many there are of an age in each municipality, region and country, and later."""
    side = parts.peers(ctx)
    years = [people.now, *people.projected]
    found = [r for r in ctx.store.rows(_municipal_slice(ctx, age)) if r["period"] in years]
    if not found:
        return
    known = [str(y) for y in years if any(r["period"] == y for r in found)]
    wide = [
        {
            "name": _named(ctx, own[0]),
            **dict.fromkeys(known),
            **{str(r["period"]): r["value"] for r in own},
        }
        for own in grouped(found, "area_id").values()
    ]
    first, last = str(years[0]), str(years[-1])
    columns = [Column("name", ctx.text("common.area"))]
    columns += [Column(y, y, status=None) for y in known]
    if last in known and first != last:
        for row in wide:
            now, then = row[first], row[last]
            row["value"] = 100 * (then / now - 1) if now and then is not None else None
        wide = by_value(wide)
        label = ctx.text("aeldre.growth", first=first, last=last)
        short = ctx.text("aeldre.growth_short")
        columns.append(Column("value", label, status=None, short=short, change=True))
    what = ctx.text(f"common.levels.{side.level}").lower()
    title = ctx.text("aeldre.table_age", age=ctx.age(age), what=what)
    caption = ctx.text("aeldre.caption_age", first=first, last=last)
    if is_big:
        rows = [
            Item(r["name"], "\n".join(f"{y}: {_grown(ctx, r[y], r[first])}" for y in known))
            for r in wide
        ]
        show_list(ctx, rows, title=title, subtitle=caption, source=ctx.source("population"))
        return
    heading(title, 3)
    html = html_table(Table(wide, columns, caption), ctx.text, ctx.number, css="kb-growth")
    put(fold(f"growth-{age}", ctx.text("focus.table"), html, keep_open=age == "80+"))


def _named(ctx: Context, row: Any) -> str:
    """Return an area's name, "(estimate)" after one that holds a part of a municipality."""
    return marked(str(row["name"]), row, ctx.text)


def _grown(ctx: Context, then: float | None, now: float | None) -> str:
    """Return a number of people, and the change since now in brackets."""
    said = ctx.number(then)
    if not now or then is None or then is now:
        return said
    return f"{said} ({ctx.number.percent(100 * (then / now - 1), 0, sign=True)})"


def _contact_cuts(ctx: Context) -> list[parts.Cut]:
    ages = ctx.reference.indicators[_CONTACTS]["ages"]
    return [parts.Cut(_CONTACTS, age=age) for age in OLD if age in ages]


def _contacts_slice(ctx: Context, cut: parts.Cut) -> Slice:
    return cut.slice(ctx, parts.benchmarks(ctx), parts.newest(ctx, _CONTACTS), sector=None)


def _contacts(ctx: Context, is_big: bool) -> None:
    """Draw how many have contact with each sector at 65-79 and from 80."""
    if not parts.available(ctx, [_CONTACTS]):
        return
    with beside(stacked=is_big) as places:
        for place, cut in zip(places, _contact_cuts(ctx), strict=False):
            with place:
                _contacts_at(ctx, cut, is_big)
    parts.caveat(ctx, _CONTACTS)


def _contacts_at(ctx: Context, cut: parts.Cut, is_big: bool) -> None:
    row = ctx.reference.indicators[_CONTACTS]
    names = {s: ctx.sector(s) for s in row["sectors"]}
    piece = _contacts_slice(ctx, cut)
    rows = parts.labelled(parts.with_who(ctx, ctx.store.rows(piece)), "sector", names)
    title = ctx.text("aeldre.contacts", age=ctx.age(str(cut.age)))
    subtitle = parts.subtitle_of(ctx, cut, str(piece.period))
    decimals, is_demo = int(row["decimals"]), bool(row["is_demo"])
    source = ctx.source(_CONTACTS)
    if is_big:
        own = [r for r in rows if r["who"] == "area" and r["value"] is not None]
        said = [worded(ctx, r, decimals) for r in own]
        scale = bar_scale(safe_rows(rows))
        items = [
            Item(r["label"], s, scale.part(r["value"])) for r, s in zip(own, said, strict=True)
        ]
        show_list(
            ctx, items, title=title, subtitle=subtitle, source=source, is_demo=is_demo, level=3
        )
        return
    parts.show_bullets(
        ctx,
        rows,
        key=f"aeldre.contacts.{cut.age}",
        title=title,
        subtitle=subtitle,
        source=source,
        unit=ctx.unit(_CONTACTS),
        decimals=decimals,
        suffix="%",
        is_demo=is_demo,
        secondary=True,
    )
