"""Around Streamlit's own server: our first byte, our headers, our static files, no other host.

Streamlit has one HTML page for every address. Here it is made ours (language, title, style, what a
reader without JavaScript sees) and given headers under which the browser itself refuses to ask any
other host. Of Streamlit's own addresses only those the page needs are let through.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import os
import re
from base64 import b64encode
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

import plotly
import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from dashboard import door, opendata, preview, wayfinding
from dashboard.components.frame import chart_settings, in_attribute
from dashboard.door import Names
from dashboard.messages import needed_only
from dashboard.reference import open_warehouse, reference_of
from dashboard.run import page_modules
from dashboard.selection import LANGS
from dashboard.settings import PUBLIC_VARIABLE
from dashboard.text import Text, catalogue
from dashboard.theme import CHARTS, FAVICON, FINDING, PICTURE, SCRIPT, STYLESHEET, on_paper
from warehouse import WarehouseError

#: Where an open page asks which edition is shown now.
EDITION = "/udgave"
#: Our own addresses, apart from those of files. What is not one of them must not reach Streamlit,
#: which answers any address with its own page.
_OURS = re.compile(
    rf"/geo/[^/]+\.(geojson|svg)|{opendata.FOLDER}.*|{opendata.OLD}klyngeblik\.[^/]+|/was/?"
    rf"|{EDITION}|{wayfinding.SEARCH}"
)
#: Where in our page stands what a link says of itself (``dashboard.preview``).
_PREVIEW = "<!--preview-->"
_IMMUTABLE = "public, max-age=31536000, immutable"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STREAMLIT = Path(streamlit.__file__).parent / "static"
#: The drawing library, as its Python package brings it.
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_MEDIA = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@functools.cache
def _asset_urls() -> dict[str, Path]:
    """Return the address of each of our own files; it changes with the content."""
    return {
        f"/assets/{file.stem}.{_digest(file.read_bytes())}{file.suffix}": file
        for file in (STYLESHEET, FINDING, CHARTS, SCRIPT, FAVICON, PICTURE, _PLOTLY)
    }


def content_security_policy(index: str) -> str:
    """Return the policy: nothing from or to another host, no script but Streamlit's and ours.

    Parameters
    ----------
    index
        Streamlit's page; the hash of its inline script is allowed, no other inline script is.
    """
    hashes = " ".join(
        f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(index)
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".rstrip(),
            # Streamlit and plotly style their elements inline.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def streamlit_index() -> str:
    """Return the HTML page Streamlit serves."""
    return (_STREAMLIT / "index.html").read_text(encoding="utf-8")


def streamlit_files() -> frozenset[str]:
    """Return the addresses of the files Streamlit's page is made of."""
    files = (_STREAMLIT / "static").rglob("*")
    return frozenset(f"/{file.relative_to(_STREAMLIT).as_posix()}" for file in files)


def streamlit_words() -> list[list[str]]:
    """Return each of Streamlit's own words and what we say instead, in Danish and in English.

    ``{}`` in them stands for whatever Streamlit writes there.
    """
    start = "streamlit.from."
    return [
        [own, *(catalogue(lang)[key.replace(".from.", ".to.")] for lang in LANGS)]
        for key, own in catalogue("da").items()
        if key.startswith(start)
    ]


@functools.cache
def _packed(file: Path) -> bytes:
    # Once, not for every reader: the drawing library takes a quarter of a second.
    return gzip.compress(file.read_bytes(), 6, mtime=0)


def our_index(index: str, lang: str) -> str:
    """Return Streamlit's page made ours.

    Parameters
    ----------
    index
        Streamlit's page.
    lang
        Language of the page, ``da`` or ``en``.

    Raises
    ------
    ValueError
        When a place we change is not found, so that an update of Streamlit cannot undo it quietly.
    """
    text = Text(lang)
    style, finding, charts, script, icon, _, plotly_url = _asset_urls()
    words = in_attribute(json.dumps(streamlit_words(), ensure_ascii=False))
    paper = in_attribute(json.dumps(on_paper()))
    pages = json.dumps([f"/{page.slug}" for page, _ in page_modules()])
    newer = {
        each: [Text(each)(f"shell.new_figures{part}") for part in ("", "_how")] for each in LANGS
    }
    updated = {each: Text(each)("shell.updated", title="{}") for each in LANGS}
    settings = in_attribute(json.dumps(chart_settings(), ensure_ascii=False))
    head = (
        f'<link rel="icon" type="image/svg+xml" href="{icon}" />'
        f"{_PREVIEW}"
        f"<script src='{charts}' data-plotly='{plotly_url}' data-charts='{settings}'></script>"
        f"<script src='{script}' data-words='{words}' data-paper='{paper}'"
        f" data-pages='{pages}' data-updated='{in_attribute(json.dumps(updated))}'"
        f" data-newer='{in_attribute(json.dumps(newer, ensure_ascii=False))}'"
        f" data-edition='{EDITION}'></script>"
        f"<script src='{finding}' data-search='{wayfinding.SEARCH}'></script>"
        f'<link rel="stylesheet" href="{style}" /></head>'
    )
    noscript = (
        f"<noscript><h1>{escape(text('shell.title'))}</h1><p>{escape(text('shell.noscript'))}</p>"
        "</noscript>"
    )
    changes = (
        (r'<html lang="en">', f'<html lang="{lang}">'),
        (r"<title>.*?</title>", f"<title>{escape(text('shell.title'))}</title>"),
        (r'<link rel="shortcut icon"[^>]*>', ""),
        # Our look uses the reader's own fonts: Streamlit's need not be fetched ahead.
        (r'<link\s+rel="preload"[^>]*as="font"[^>]*>', ""),
        (r"<noscript>.*?</noscript>", noscript),
        (r"</head>", head),
    )
    for pattern, replacement in changes:
        found = re.search(pattern, index, flags=re.DOTALL)
        if found is None:
            raise ValueError(f"Streamlit's page has changed: {pattern} is not in it")
        index = index[: found.start()] + replacement + index[found.end() :]
    # Streamlit's addresses are relative to the page; pages one level down would miss them.
    return index.replace('="./', '="/')


class PageMiddleware:
    """Answer with our page, let what is needed through, and put our headers on every answer.

    Parameters
    ----------
    app
        Streamlit's app with :func:`routes`.
    names
        What the app is called; other names are refused.
    """

    def __init__(self, app: ASGIApp, names: Names) -> None:
        self._app = app
        self._names = names
        index = streamlit_index()
        self._known = streamlit_files() | _asset_urls().keys()
        self._slugs = {page.slug: page for page, _ in page_modules()}
        self._pages = {lang: our_index(index, lang).partition(_PREVIEW) for lang in LANGS}
        self._picture = next(url for url, file in _asset_urls().items() if file == PICTURE)
        self._headers = {
            "Content-Security-Policy": content_security_policy(index),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = door.refusal(scope, self._names)
        if scope["type"] == "websocket":
            app = self._app if refused is None else WebSocketClose(reason=refused.text)
            await app(scope, needed_only(receive, send), send)
            return

        async def ours(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        path = scope["path"]
        now = wayfinding.moved(path, parse_qsl(scope["query_string"].decode("latin-1")))
        if refused is not None:
            app = _said(refused)
        elif now is not None:
            app = RedirectResponse(now, 308, {"Cache-Control": "no-cache"})
        elif path in self._known or door.is_needed(path) or _OURS.fullmatch(path):
            app = self._app
        elif "/_stcore/" in path:
            # Its page looks for the server below each page's own address first.
            app = Response(status_code=404)
        else:
            app = self._page(scope)
        await app(scope, receive, ours)

    def _page(self, scope: Scope) -> Response:
        """Return our page: the script in it asks for what the address names, or says it is none."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        lang = "en" if query.get("lang") == "en" else "da"
        page = self._slugs.get(scope["path"].strip("/"))
        try:
            known = reference_of(open_warehouse())
        except WarehouseError:
            known = None
        host = Headers(scope=scope)["host"]
        place = os.environ.get(PUBLIC_VARIABLE) or f"{scope.get('scheme', 'http')}://{host}"
        asked = page, query, Text(lang), known
        about = preview.head(
            preview.title(*asked),
            preview.description(*asked),
            place.rstrip("/") + self._picture,
            lang,
        )
        before, _, after = self._pages[lang]
        return HTMLResponse(
            before + about + after,
            404 if page is None else 200,
            {"Content-Language": lang, "Cache-Control": "no-cache"},
        )


def _listed(text: Text) -> list[tuple[str, str]]:
    """Return address and title of the pages the search knows."""
    return [(page.slug, text(page.title)) for page, _ in page_modules() if page.slug]


def _said(refused: door.Refusal) -> Response:
    # The connection ends with the answer: what else was sent on it is not read.
    headers = {"Connection": "close"}
    if refused.status == 405:
        headers["Allow"] = ", ".join(door.METHODS)
    return PlainTextResponse(refused.text, refused.status, headers)


def routes(warehouse: Path) -> list[BaseRoute]:
    """Return our own addresses: style and script, boundaries, extracts, an empty world, ``/was``.

    Parameters
    ----------
    warehouse
        The warehouse file; it may not exist yet.
    """

    def boundaries(request: Request) -> Response:
        name = request.path_params["name"]
        etag = f'"{name}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag, "Cache-Control": _IMMUTABLE})
        try:
            rows = open_warehouse(warehouse).sql(
                "SELECT geojson_gz FROM maps "
                "WHERE geography || '-' || detail || '-' || left(sha256, 16) = ?",
                [name],
            )
        except WarehouseError:
            return Response(status_code=503)
        if rows.is_empty():
            return Response(status_code=404)
        return unpacked(request, rows["geojson_gz"][0], "application/geo+json", {"ETag": etag})

    def unpacked(
        request: Request, content: bytes, media_type: str, headers: dict[str, str]
    ) -> Response:
        """Return what may be kept for ever as it is packed, or unpacked for who asks for that."""
        headers |= {"Cache-Control": _IMMUTABLE, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
        return Response(content, media_type=media_type, headers=headers)

    def asset(request: Request) -> Response:
        file = _asset_urls()[request.url.path]
        return unpacked(request, _packed(file), _MEDIA[file.suffix], {})

    def edition(_request: Request) -> Response:
        try:
            said = reference_of(open_warehouse(warehouse)).edition
        except WarehouseError:
            return Response(status_code=503)
        return PlainTextResponse(said, headers={"Cache-Control": "no-store"})

    for file in _asset_urls().values():
        _packed(file)
    return [
        *(Route(url, asset, methods=["GET", "HEAD"]) for url in _asset_urls()),
        Route("/geo/{name}.geojson", boundaries, methods=["GET", "HEAD"]),
        wayfinding.outline_route(warehouse),
        wayfinding.search_route(warehouse, _listed),
        *opendata.routes(warehouse),
        Route(EDITION, edition, methods=["GET", "HEAD"]),
        # The address where Danish public sites keep their accessibility statement.
        Route("/was", lambda _: RedirectResponse("/tilgaengelighed", status_code=302)),
    ]
