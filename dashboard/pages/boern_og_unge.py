"""Børn og unge: sentences first; few children are taken together over years, and it says so."""

from __future__ import annotations

from dashboard.beside import children
from dashboard.context import Context, Page
from dashboard.pages._people import people_of
from dashboard.pages._topic import show_topic

PAGE = Page(slug="boern-og-unge", order=40, title="boern_og_unge.title", big=True)


def render(ctx: Context) -> None:
    """Draw the page."""
    show_topic(ctx, "children", lead=paragraphs)


def paragraphs(ctx: Context) -> list[str]:
    """Return how many children live here."""
    return children(ctx, people_of(ctx))
