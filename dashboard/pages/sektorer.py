"""Sektorer: how many meet general practice, hospital and the municipality's health care."""

from __future__ import annotations

from dashboard.context import Context, Page
from dashboard.pages._topic import show_topic

PAGE = Page(slug="sektorer", order=30, title="sektorer.title")


def render(ctx: Context) -> None:
    """Draw the page."""
    show_topic(ctx, "sectors")
