"""What is new, as Atom (RFC 4287): for everything, for an area, for a topic; without an account.

Each release is an entry: new editions, and how many numbers are new or corrected. What there is to
say was worked out when the release was made (``warehouse.export.releases``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from dashboard.format import Numbers
from dashboard.opendata.asked import FOLDER
from dashboard.text import Text
from warehouse import Warehouse
from warehouse.export.names import KNOWN, label
from warehouse.export.releases import Release

FEEDS: Final = f"{FOLDER}feeds/"
#: The feed of everything.
ALL: Final = "alt"


def subject(wh: Warehouse, name: str, lang: str) -> str | None:
    """Return what a feed is about: an area's name or a topic's label; ``None`` for neither.

    Parameters
    ----------
    wh
        The warehouse.
    name
        ``alt``, an area's id or a theme.
    lang
        ``da`` or ``en``.
    """
    if name == ALL:
        return Text(lang)("opendata.feed_all")
    if name in KNOWN["theme"]:
        return label("theme", name, "en" if lang == "en" else "da")
    found = wh.rows("SELECT name FROM areas WHERE area_id = ?", [name])
    return str(found[0]["name"]) if found else None


def atom(name: str, about: str, releases: Iterable[Release], base: str, lang: str) -> bytes:
    """Return a feed.

    Parameters
    ----------
    name, about
        As :func:`subject` takes and gives them.
    releases
        Newest first.
    base
        The address of the app, ending in a slash.
    lang
        ``da`` or ``en``.
    """
    text, number = Text(lang), Numbers(lang)
    own = f"{base.rstrip('/')}{FEEDS}{name}.atom"
    page = f"{base}?area={name}" if name not in (ALL, *KNOWN["theme"]) else base
    entries, updated = [], ""
    for release in releases:
        said = _said(name, release, text, number)
        if said is None:
            continue
        moment = f"{release.made[:19]}Z"
        updated = updated or moment
        title = text("opendata.feed_entry", about=about, date=number.dated(release.made[:10]))
        entries.append(
            f"<entry><id>{escape(own)}#{release.fingerprint[:16]}</id>"
            f"<title>{escape(title)}</title><updated>{moment}</updated>"
            f"<link rel='alternate' href={quoteattr(page)}/>"
            f"<content type='text'>{escape(said)}</content></entry>"
        )
    title = text("opendata.feed_title", about=about)
    feed = (
        f"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom' "
        f"xml:lang='{lang}'><id>{escape(own)}</id><title>{escape(title)}</title>"
        f"<updated>{updated or '1970-01-01T00:00:00Z'}</updated>"
        "<author><name>Klyngeblik</name></author>"
        f"<link rel='self' type='application/atom+xml' href={quoteattr(own)}/>"
        f"<link rel='alternate' href={quoteattr(page)}/>{''.join(entries)}</feed>\n"
    )
    return feed.encode()


def _said(name: str, release: Release, text: Text, number: Numbers) -> str | None:
    changes = release.changes
    if name == ALL:
        counts = {
            kind: sum(of.get(kind, 0) for of in changes.themes.values())
            for kind in ("changed", "new")
        }
    else:
        found = changes.areas.get(name) or changes.themes.get(name)
        if found is None:
            return None
        counts = found
    parts = [
        text(f"opendata.feed_{kind}", number=number(counts[kind]))
        for kind in ("new", "changed")
        if counts.get(kind)
    ]
    if name == ALL and changes.packages:
        parts.append(
            text("opendata.feed_packages", packages=number.listing(list(changes.packages)))
        )
    return " ".join(parts) or text("opendata.feed_first")
