"""A council's dossier on the page: what it decides, its seats, what it takes over, its data."""

from __future__ import annotations

import base64
from html import escape

from content import dossier as content
from content.dossier import Dossier, Group
from dashboard import dossier as words
from dashboard.components import Column, Table, show_table
from dashboard.components.sheet_button import sheet_button
from dashboard.context import Context
from dashboard.prose import caption, heading, note, prose, put, together
from dashboard.view import View

#: The topic whose sheet is the dossier.
SHEET = "council_dossier"
#: The map is in light colours in both themes; a table's heading says what it holds.
_STYLE = """
.kb-before-after { margin: 0; }
.stMain .kb-before-after img { display: block; width: 40rem; max-width: 100%; height: auto;
  background: #fff; margin: .5rem 0; break-inside: avoid; }
.kb-dossier caption { position: absolute; clip-path: inset(50%); }
"""


def dossier_of(ctx: Context) -> Dossier | None:
    """Return the dossier of the area shown; None where it is no health council."""
    if ctx.area.geography != content.COUNCILS:
        return None
    return content.dossier_of(ctx.warehouse, ctx.reference, ctx.area.id)


def view_of(ctx: Context) -> View:
    """Return the reader as pages and paper share it."""
    return View(ctx.warehouse, ctx.reference, ctx.area, ctx.lang)


def links_to_dossiers(ctx: Context, councils: list[str]) -> None:
    """Lead from a cluster or a municipality to the dossiers of its councils."""
    for council in councils:
        name = ctx.reference.areas[council].name
        link = escape(ctx.link(geography=content.COUNCILS, area=council))
        label = escape(ctx.text("dossier.link", council=name))
        put(f'<p class="kb-link"><a href="{link}">{label}</a></p>')


def show_dossier(ctx: Context, dossier: Dossier) -> None:
    """Draw the dossier."""
    view = view_of(ctx)
    with together():
        heading(ctx.text("dossier.title"))
        prose(ctx.text("dossier.intro"))
    sheet_button(ctx, SHEET)
    with together():
        put(f"<style>{_STYLE}</style>")
        heading(ctx.text("dossier.decides_title"), 3)
        prose(_points(words.decides(view)))
        heading(ctx.text("dossier.law_title"), 3)
        prose(_points(words.laws(view)))
        note(ctx.text("dossier.law.unseen"))
        _members(ctx, view, dossier)
        _map(ctx, view, dossier)
        heading(ctx.text("dossier.tasks_title"))
        prose(ctx.text("dossier.tasks_intro"))
        for group in dossier.tasks:
            heading(ctx.text(f"dossier.tasks.{group.id}"), 3)
            prose(ctx.text(f"dossier.what.{group.id}"))
            _group(ctx, view, group, ctx.text(f"dossier.tasks.{group.id}"))
        heading(ctx.text("dossier.plan_title"))
        prose(ctx.text("dossier.crude"))
        _people(ctx, view, dossier)
        for group in dossier.plan:
            heading(ctx.text(f"dossier.plan.{group.id}"), 3)
            _group(ctx, view, group, ctx.text(f"dossier.plan.{group.id}"))


def _points(said: list[str]) -> str:
    return "\n".join(f"- {one}" for one in said)


def _members(ctx: Context, view: View, dossier: Dossier) -> None:
    heading(ctx.text("dossier.seats_title"), 3)
    prose(words.seats(view, dossier))
    rows = [
        {
            "name": member.name,
            "cluster": ctx.number.listing(list(member.clusters)),
            "persons": member.persons,
            "seats": member.seats,
        }
        for member in dossier.members
    ]
    columns = [
        Column("name", ctx.text("common.municipality")),
        Column("cluster", ctx.text("dossier.cluster"), status=None),
        Column("persons", ctx.text("klynge_til_raad.persons"), status=None),
        Column("seats", ctx.text("dossier.seats"), status=None),
    ]
    if dossier.is_unchanged:
        columns.pop(1)
    show_table(ctx, Table(rows, columns, ctx.text("dossier.seats_caption")), css="kb-quiet")
    caption(ctx.text("dossier.seats_source"))


def _map(ctx: Context, view: View, dossier: Dossier) -> None:
    drawn = words.picture(view, dossier)
    if not drawn:
        return
    title, subtitle, alt = words.of_map(view, dossier)
    data = base64.b64encode(drawn.encode()).decode()
    put(
        f'<figure class="kb-before-after"><figcaption><h3 class="kb-title">{escape(title)}</h3>'
        f'<p class="kb-subtitle">{escape(subtitle)}</p></figcaption>'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}">'
        f'<p class="kb-source">{escape(ctx.boundaries)}</p></figure>'
    )


def _people(ctx: Context, view: View, dossier: Dossier) -> None:
    heading(ctx.text("dossier.people_title"), 3)
    rows = words.people(view, dossier)
    last = dossier.years[-1]
    columns = [Column("name", ctx.text("common.age"), status=None)]
    columns += [Column(str(y), str(y), status=None, right=True) for y in dossier.years]
    growth = ctx.text("dossier.growth", year=last)
    columns.append(Column("growth", growth, status=None, change=True))
    name = ctx.text("dossier.people_caption", name=ctx.area.name)
    show_table(ctx, Table(rows, columns, name), css="kb-quiet")
    prose(ctx.text("dossier.people_note", year=dossier.years[0]))
    if said := words.people_missing(view, dossier):
        note(said)
    sources = dict.fromkeys(ctx.source(line.indicator) for line in dossier.people)
    caption(ctx.text("common.source_line", source="; ".join(sources)))


def _group(ctx: Context, view: View, group: Group, title: str) -> None:
    if group.lines:
        rows = []
        for line in group.lines:
            low, high = words.ends(view, line)
            rows.append(
                {
                    "name": words.title(view, line),
                    "own": words.number(view, line, line.own),
                    "region": words.number(view, line, line.region),
                    "country": words.number(view, line, line.country),
                    "low": low,
                    "high": high,
                }
            )
        columns = [
            Column("name", ctx.text("dossier.indicator"), status=None),
            Column("own", ctx.text("dossier.council"), status=None, right=True),
            Column("region", ctx.text("common.region"), status=None, right=True),
            Column("country", ctx.text("common.country"), status=None, right=True),
            Column("low", ctx.text("dossier.lowest"), status=None, right=True),
            Column("high", ctx.text("dossier.highest"), status=None, right=True),
        ]
        show_table(ctx, Table(rows, columns, title), css="kb-dossier")
        sources = dict.fromkeys(ctx.source(line.indicator) for line in group.lines)
        caption(ctx.text("common.source_line", source="; ".join(sources)))
    else:
        prose(ctx.text("dossier.none_here"))
    if said := words.missing(view, group):
        note(" ".join(said))
