"""What is secondary: folded on a phone and open where there is room, or folded everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from dashboard.context import Context
from dashboard.prose import wrapped


def fold(
    name: str, summary: str, html: str, *, keep_open: bool = False, everywhere: bool = False
) -> str:
    """Return HTML that is folded behind a line of text on a phone, or everywhere.

    It is delivered open: ``theme/app.js`` folds it, and keeps it as the reader left it when the
    page is drawn anew. What is folded on a phone only has no line where there is room. On paper it
    is open.

    Parameters
    ----------
    name
        Unique on the page.
    summary
        What the reader finds behind it, as text.
    html
        What is folded.
    keep_open
        Whether it starts open where others are folded.
    everywhere
        Whether it is folded also where there is room, on a page that would be endless.
    """
    first = " data-first" if keep_open else ""
    css = "kb-fold kb-fold-wide" if everywhere else "kb-fold"
    return (
        f'<details class="{css}" data-fold="{escape(name)}"{first} open>'
        f"<summary>{escape(summary)}</summary>{html}</details>"
    )


@contextmanager
def folded(ctx: Context, name: str, title: str, *, level: int = 2) -> Iterator[None]:
    """Fold what is put within behind a heading, everywhere: a page can be read to its end.

    A link to one chart alone shows it without unfolding anything.

    Parameters
    ----------
    ctx
        The page's context.
    name
        Unique on the page.
    title
        The heading.
    level
        Its level; the headings within are lower.
    """
    if ctx.selection.get("chart") is not None:
        yield
        return
    opening = (
        f'<details class="kb-fold kb-fold-wide" data-fold="{escape(name)}" open>'
        f'<summary><h{level} class="kb-heading">{escape(title)}</h{level}></summary>'
    )
    with wrapped(opening, "</details>"):
        yield
