"""Det demografiske træk: today's use by age group, carried forward on the projection of people."""

from __future__ import annotations

from dashboard.context import Context, Page
from dashboard.pages._topic import show_topic

PAGE = Page(slug="demografi", order=52, title="demografi.title", big=True)


def render(ctx: Context) -> None:
    """Draw the page."""
    show_topic(ctx, "need")
