"""What is secondary on a phone: folded there, and open where there is room for it."""

from __future__ import annotations

from html import escape


def fold(name: str, summary: str, html: str, *, keep_open: bool = False) -> str:
    """Return HTML that is folded behind a line of text on a phone and nowhere else.

    It is delivered open: ``theme/app.js`` folds it where the window is narrow, and keeps it as the
    reader left it when the page is drawn anew. The stylesheet hides the line where there is room.
    On paper it is open.

    Parameters
    ----------
    name
        Unique on the page.
    summary
        What the reader finds behind it, as text.
    html
        What is folded.
    keep_open
        Whether it starts open on a phone too.
    """
    first = " data-first" if keep_open else ""
    return (
        f'<details class="kb-fold" data-fold="{escape(name)}"{first} open>'
        f"<summary>{escape(summary)}</summary>{html}</details>"
    )
