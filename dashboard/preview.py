"""What a shared link says of itself in a mail, a chat or a post: the place, the page, a picture.

Whoever draws such a preview runs no script: it stands in the first bytes of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dashboard.context import FRONT, Page
from dashboard.reference import Reference
from dashboard.text import Text

#: Pixels of the picture (``tools/link_preview.py`` makes it).
WIDTH, HEIGHT = 1200, 630


def title(page: Page | None, query: Mapping[str, str], text: Text, known: Reference | None) -> str:
    """Return the title of a page as its tab will have it.

    Parameters
    ----------
    page
        The page; ``None`` where the address is of none.
    query
        The address's parameters; what they name counts only where it is known.
    text
        The reader's language.
    known
        Places and indicators; ``None`` without a warehouse.
    """
    name = text("shell.title")
    if page is None or page.slug == FRONT:
        return f"{name} · {text('shell.tagline')}"
    said = [text(page.title), name]
    if known is not None:
        row = known.indicators.get(query.get("indicator", "")) if page.slug == "tal" else None
        if row is not None:
            said[0] = str(row[f"title_{text.lang}"])
        area = query.get("area") or known.known.default_area(known.known.default_geography)
        if area in known.areas:
            said.insert(0, known.areas[area].name)
    return " · ".join(said)


def description(
    page: Page | None, query: Mapping[str, str], text: Text, known: Reference | None
) -> str:
    """Return a sentence on what the page shows; parameters as of :func:`title`."""
    if page is not None and page.slug == "tal" and known is not None:
        row = known.indicators.get(query.get("indicator", ""))
        if row is not None:
            return str(row[f"definition_{text.lang}"])
    if page is not None and page.slug not in (FRONT, "profil"):
        key = f"{page.title.partition('.')[0]}.intro"
        if text.has(key) and "{" not in (said := text(key)):
            return said.replace("**", "").partition("\n")[0]
    return text("forside.lead")


def head(about: str, said: str, picture: str, lang: str) -> str:
    """Return the tags (Open Graph, ogp.me).

    Parameters
    ----------
    about, said
        Title and description.
    picture
        Its whole address: previews take no other.
    lang
        ``da`` or ``en``.
    """
    tags = {
        "og:type": "website",
        "og:site_name": "Klyngeblik",
        "og:locale": {"da": "da_DK", "en": "en_GB"}[lang],
        "og:title": about,
        "og:description": said,
        "og:image": picture,
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
    }
    written = "".join(
        f'<meta property="{name}" content="{escape(value)}" />' for name, value in tags.items()
    )
    return f'<meta name="description" content="{escape(said)}" />{written}'
