"""The page ``/data/``: what there is, where, and how it is read; plain HTML without a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from dashboard.format import Numbers
from dashboard.opendata.asked import FOLDER, VERSION
from dashboard.opendata.feeds import ALL, FEEDS, subject
from dashboard.opendata.figures import BOUNDARIES, about
from dashboard.text import Text
from warehouse import Warehouse
from warehouse.export import lists, query
from warehouse.export.filters import Selection
from warehouse.export.lists import LISTS
from warehouse.export.releases import Release

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--ground:#fff;--quiet:#4a5560;--line:#c9d1d9;
--code:#f2f5f7;--link:#0b5394}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf0;--ground:#14181d;--quiet:#b4bec8;
--line:#3a444e;--code:#1f262d;--link:#8ec5ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.125rem/1.6 system-ui,sans-serif}
main{max-width:48rem;margin:0 auto;padding:1.5rem 1rem 4rem}
nav{display:flex;flex-wrap:wrap;gap:1.5rem;padding-bottom:.5rem;border-bottom:1px solid var(--line)}
h1{font-size:2rem;line-height:1.25}h2{font-size:1.375rem;margin-top:2.5rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible{outline:3px solid;outline-offset:2px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;
border-bottom:1px solid var(--line)}
code{font:0.95em ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:var(--code);padding:1rem;overflow-x:auto;border-radius:.25rem}
pre code{overflow-wrap:normal}
.quiet{color:var(--quiet)}
@media(min-width:40rem){td:first-child{white-space:nowrap}}
"""
_SHOWN: Final = ("parquet", "csv", "xlsx", "json", "ndjson")
_LANGUAGES: Final = {"da": "Dansk", "en": "English"}


def html(wh: Warehouse, lang: str, base: str, releases: Sequence[Release] = ()) -> str:
    """Return the page.

    Parameters
    ----------
    wh
        The warehouse.
    lang
        ``da`` or ``en``.
    base
        The address of the app, as the reader wrote it, ending in a slash.
    releases
        Those that stay, newest first.

    Raises
    ------
    warehouse.WarehouseError
        When there is no warehouse.
    """
    text, number = Text(lang), Numbers(lang)
    packages = wh.once("opendata-packages", lambda own: query.packages(own).to_dicts())
    _, made = about(wh)
    released = text("opendata.released", date=number.dated(made.date().isoformat())) if made else ""
    other = "en" if lang == "da" else "da"
    whole = f"{VERSION}figures.parquet"
    parts = [
        f"<nav><a href='/?lang={lang}'>{escape(text('shell.title'))}</a>"
        f"<a href='{FOLDER}?lang={other}' lang='{other}' hreflang='{other}'>"
        f"{_LANGUAGES[other]}</a></nav>",
        f"<h1>{escape(text('opendata.title'))}</h1>",
        _said(text("opendata.intro")),
        f"<p class='quiet'>{escape(released)}</p>",
        _heading(text("opendata.take")),
        f"<p><a href='/data?lang={lang}'>{escape(text('opendata.choose'))}</a></p>",
        f"<p><a href='{whole}'>{escape(text('opendata.everything'))}</a></p>",
        _heading(text("opendata.figures")),
        _said(text("opendata.figures_how")),
        _addresses(
            [(f"figures.{ending}", text(f"opendata.figures_{ending}")) for ending in _SHOWN],
            "?indicator=population_80plus_share&geography=klynger-2022",
            text,
        ),
        _said(text("opendata.filters")),
        _heading(text("opendata.lists")),
        _addresses([(name, text(f"opendata.list_{name}")) for name in LISTS], "", text),
        _heading(text("opendata.boundaries")),
        _addresses(
            [(f"boundaries.{e}", text(f"opendata.boundaries_{e}")) for e in BOUNDARIES],
            "?geography=klynger-2022",
            text,
        ),
        _heading(text("opendata.programs")),
        *(_recipe(text, base, tool) for tool in ("python", "r", "duckdb", "excel")),
        _said(text("opendata.openapi", address=f"{VERSION}openapi.json")),
        _said(
            text(
                "opendata.catalogues",
                datapackage=f"{VERSION}datapackage.json",
                dcat=f"{VERSION}dcat.jsonld",
            )
        ),
        *_releases(text, number, releases),
        _heading(text("opendata.feeds")),
        _said(text("opendata.feeds_how")),
        _feeds(wh, lang),
        _heading(text("opendata.careful")),
        _said(text("opendata.careful_how")),
        _heading(text("opendata.sources")),
        "<ul>"
        + "".join(
            f"<li>{escape(number.dated(row['source']))}. {escape(row['licence'] or '')}"
            f"{' – DEMO' * row['is_demo']}</li>"
            for row in packages
        )
        + "</ul>",
    ]
    title = escape(f"{text('opendata.title')} – {text('shell.title')}")
    return (
        f"<!doctype html><html lang='{lang}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><link rel='icon' href='data:,'>"
        f"<meta name='description' content='{escape(text('opendata.intro'))}'>"
        f"<link rel='alternate' type='application/atom+xml' href='{FEEDS}{ALL}.atom?lang={lang}'>"
        f"<link rel='alternate' hreflang='{other}' href='{FOLDER}?lang={other}'>"
        f"<script type='application/ld+json'>{_dataset(text, base, packages, made)}</script>"
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )


def _heading(said: str) -> str:
    return f"<h2>{escape(said)}</h2>"


def _said(said: str) -> str:
    """Return a text as a paragraph; what stands in backticks or is an address, as it is typed."""
    pieces = escape(said).split("`")
    for place in range(1, len(pieces), 2):
        own = pieces[place]
        code = f"<code>{own}</code>"
        pieces[place] = f"<a href='{own}'>{code}</a>" if own.startswith("/") else code
    return f"<p>{''.join(pieces)}</p>"


def _addresses(rows: list[tuple[str, str]], query: str, text: Text) -> str:
    heads = (text(f"opendata.{name}") for name in ("address", "what"))
    head = "".join(f"<th scope='col'>{escape(said)}</th>" for said in heads)
    return (
        f"<table><tr>{head}</tr>"
        + "".join(
            f"<tr><td><a href='{VERSION}{name}{escape(query)}'>"
            f"<code>{VERSION}{name}</code></a></td>"
            f"<td>{escape(what)}</td></tr>"
            for name, what in rows
        )
        + "</table>"
    )


def _releases(text: Text, number: Numbers, releases: Sequence[Release]) -> list[str]:
    if not releases:
        return []
    rows = "".join(
        f"<li><a href='{FOLDER}releases/{one.name}'>{escape(number.dated(one.made[:10]))}</a>: "
        f"{number.size(one.bytes)}, sha256 <code>{one.sha256}</code></li>"
        for one in releases
    )
    return [
        _heading(text("opendata.releases")),
        _said(text("opendata.releases_how")),
        f"<ul>{rows}</ul>",
    ]


def _feeds(wh: Warehouse, lang: str) -> str:
    names = [ALL, *(row["theme"] for row in wh.once("opendata-themes", _themes))]
    items = "".join(
        f"<li><a href='{FEEDS}{name}.atom?lang={lang}'>{escape(subject(wh, name, lang) or name)}"
        "</a></li>"
        for name in names
    )
    return f"<ul>{items}</ul>"


def _themes(wh: Warehouse) -> list[dict[str, Any]]:
    return lists.LISTS["topics"].rows(wh, Selection())


def _recipe(text: Text, base: str, tool: str) -> str:
    code = text(f"opendata.recipe_{tool}", base=base)
    name = escape(text(f"opendata.tool_{tool}"))
    return f"<h3>{name}</h3><pre tabindex='0' aria-label='{name}'><code>{escape(code)}</code></pre>"


def _dataset(text: Text, base: str, packages: list[dict[str, Any]], made: Any) -> str:
    """Return what search engines for data read: schema.org's Dataset."""
    address = f"{base.rstrip('/')}{VERSION}"
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": text("opendata.title_long"),
        "description": text("opendata.intro"),
        "url": f"{base.rstrip('/')}{FOLDER}",
        "inLanguage": text.lang,
        "isAccessibleForFree": True,
        "license": list(dict.fromkeys(row["licence"] for row in packages if row["licence"])),
        "spatialCoverage": "Danmark",
        "creator": {"@type": "Organization", "name": "Klyngeblik"},
        "isBasedOn": [row["source"] for row in packages if not row["is_demo"]],
        **({"dateModified": made.date().isoformat()} if made else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{address}figures.parquet",
                "encodingFormat": "application/vnd.apache.parquet",
            }
        ],
    }
    # Nothing in it may end the element it stands in.
    return json.dumps(described, ensure_ascii=False).replace("<", "\\u003c")
