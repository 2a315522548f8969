"""Kronisk sygdom og psykiatri: who lives with a disease, who gets one, by age, sex and place."""

from __future__ import annotations

from dashboard.context import Context, Page
from dashboard.pages._topic import show_topic

PAGE = Page(slug="kronisk", order=55, title="kronisk.title")


def render(ctx: Context) -> None:
    """Draw the page."""
    show_topic(ctx, "chronic")
