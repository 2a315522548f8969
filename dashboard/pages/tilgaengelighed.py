"""Tilgængelighedserklæring: what the rules ask a public site to say, and what is not met."""

from __future__ import annotations

from html import escape

from dashboard.contact import VARIABLES, Contact, contact
from dashboard.context import Context, Page
from dashboard.prose import heading, note, prose, put

#: Reached from the footer of every page and from ``/was``.
PAGE = Page(slug="tilgaengelighed", order=95, title="tilgaengelighed.title", listed=False)


def render(ctx: Context) -> None:
    """Draw the page."""
    text, who = ctx.text, contact()
    name = who.authority or text("tilgaengelighed.authority")
    heading(text("tilgaengelighed.heading"), 1)
    # The name comes from outside: as Markdown it could be a link or bold.
    _paragraph(escape(text("tilgaengelighed.intro", authority=name)))
    for part in ("status", "unmet", "instead", "made"):
        heading(text(f"tilgaengelighed.{part}_title"))
        prose(text(f"tilgaengelighed.{part}"))
    if who.updated:
        _paragraph(escape(text("tilgaengelighed.updated", day=who.updated)))
    heading(text("tilgaengelighed.contact_title"))
    _contact(ctx, who)
    heading(text("tilgaengelighed.complain_title"))
    prose(text("tilgaengelighed.complain"))


def _contact(ctx: Context, who: Contact) -> None:
    text = ctx.text
    prose(text("tilgaengelighed.contact"))
    lines = [escape(who.authority)] if who.authority else []
    if who.email:
        address = escape(who.email)
        lines.append(f'<a href="mailto:{address}">{address}</a>')
    if who.phone:
        digits = "".join(c for c in who.phone if c.isdigit() or c == "+")
        lines.append(f'<a href="tel:{digits}">{escape(who.phone)}</a>')
    if lines:
        _paragraph("<br>".join(lines))
    if not who.is_complete:
        names = ctx.number.listing([VARIABLES[part] for part in ("authority", "email", "phone")])
        note(text("tilgaengelighed.contact_missing", variables=names))


def _paragraph(html: str) -> None:
    put(f'<div class="kb-prose"><p>{html}</p></div>')
