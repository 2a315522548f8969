"""A topic's page: its heading, who lives here, its sections in order. See ``content.topics``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from html import escape
from itertools import groupby

from content.topics import topics
from dashboard.components.made_up import lacking_note, made_up_note
from dashboard.components.sheet_button import sheet_button
from dashboard.context import Context
from dashboard.pages._big import big_letters
from dashboard.pages._people import people_slice
from dashboard.prose import note, prose, put, together
from dashboard.rows import Slice
from dashboard.sections import Shown

#: Writes the paragraphs a page begins with.
Lead = Callable[[Context], list[str]]


def show_topic(
    ctx: Context,
    topic_id: str,
    *,
    lead: Lead | None = None,
    ways_on: Sequence[tuple[str, str]] = (),
) -> None:
    """Draw a topic's page.

    Parameters
    ----------
    ctx
        The page's context.
    topic_id
        Name of a file in ``content/topics``.
    lead
        What is said first, of the people who live here.
    ways_on
        Slugs of pages that carry on, each with the text key of the link to it.
    """
    topic = topics()[topic_id]
    is_big = ctx.page.big and bool(ctx.selection.big)
    shown = [Shown(ctx, topic, section, is_big) for section in topic.sections]
    ctx.store.fetch(_slices(ctx, shown, with_people=lead is not None))
    known = topic.indicators(ctx.reference.indicators)
    has_any = bool(known or any(one.indicators for one in shown))
    with together():
        intro = f"{ctx.page.title.partition('.')[0]}.intro"
        ctx.heading(intro if has_any and ctx.text.has(intro) else None)
        made_up_note(ctx, [*known, *(i for one in shown for i in one.indicators)])
        lacks = lacking_note(ctx, topic)
        if not has_any:
            if not lacks:
                note(ctx.text("parts.no_data"))
            return
    if ctx.page.big:
        big_letters(ctx)
    with together():
        if lead:
            prose("\n\n".join(lead(ctx)))
        for slug, key in ways_on:
            link, label = escape(ctx.link(slug)), escape(ctx.text(key))
            put(f'<p class="kb-link"><a href="{link}">{label}</a></p>')
    if topic.sheet:
        sheet_button(ctx, topic.id)
    # A stretch without choices is written as one element: see ``dashboard.prose``.
    for alone, stretch in groupby(shown, key=Shown.has_choices):
        with _as_one(together_with=not alone):
            for one in stretch:
                one.draw()


def _as_one(*, together_with: bool) -> AbstractContextManager[None]:
    return together() if together_with else nullcontext()


def _slices(ctx: Context, shown: list[Shown], *, with_people: bool) -> Iterator[Slice]:
    if with_people and "population" in ctx.reference.indicators:
        yield people_slice(ctx)
    for one in shown:
        yield from one.slices()
