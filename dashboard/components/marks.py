"""How numbers stand in text: kept in one piece, and marked as made up, hidden, not delivered."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from dashboard.text import Text

if TYPE_CHECKING:
    from dashboard.context import Context

#: What a line must not break: ``0–17 år``, ``pr. 1.000``, ``aged 65–79``.
_WHOLE = re.compile(
    r"(?:pr\.|per|aged) \d[\d.,]*(?:–\d+)?(?: år)?|\d+–\d+(?: år)?|\d+ (?:år|procent)\b"
)


def kept(text: str) -> str:
    """Return text as HTML in which no line breaks between a number and what it belongs to."""
    return _WHOLE.sub(r'<span class="kb-whole">\g<0></span>', escape(text))


def leads_on(ctx: Context, indicator: str, html: str, area: str | None = None) -> str:
    """Return HTML as a link to the figure in full (``pages/tal.py``) of this area or another."""
    changes: dict[str, object] = {"indicator": indicator}
    if area is not None:
        changes |= {"area": area, "geography": ctx.reference.areas[area].geography}
    return f'<a class="kb-on" href="{escape(ctx.link("tal", **changes))}">{html}</a>'


def demo_badge(text: Text) -> str:
    """Return the HTML of the mark that made-up figures carry everywhere."""
    return f'<span class="kb-demo">{escape(text("common.demo.badge"))}</span>'


def demo_word(text: Text) -> str:
    """Return the HTML of the short mark, for what stands among real figures or in a heading."""
    return f' <span class="kb-demo-word">({escape(text("common.demo.word"))})</span>'
