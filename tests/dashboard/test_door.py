"""What is refused by its first line: foreign names and pages, unused addresses, writes, length."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit.web.server.starlette import (
    starlette_agent_routes,
    starlette_auth_routes,
    starlette_routes,
)

from dashboard import door
from dashboard.asgi import PageMiddleware, streamlit_files
from dashboard.door import own_names
from tests.dashboard.asgi_client import Answer, get

#: One address of each kind the app has.
ADDRESSES = (
    "/",
    "/kort",
    "/was",
    "/geo/klynger-2022-country-0000000000000000.geojson",
    "/udtraek/klyngeblik.csv",
    "/data/",
    "/data/v1/figures.csv",
    "/_stcore/health",
    "/_stcore/host-config",
    "/media/0000.pdf",
    next(iter(sorted(streamlit_files()))),
    "/findes-ikke",
)
FOREIGN = (
    "evil.example",
    "evil.example:8501",
    "localhost.evil.example",
    "evil-localhost",
    "user@localhost",
    "localhost/evil",
    "localhost:8501:80",
    "localhost, evil.example",
    "169.254.169.254",
    "0.0.0.0",
    "[::]",
    "",
    " ",
    "ÆØÅ".encode().decode("latin-1"),
)
OWN = ("localhost", "LOCALHOST:8501", "127.0.0.1:8501", "[::1]:8501", "localhost.", "localhost:90")
PUBLIC = "https://klyngeblik.example.dk/start"


class Inside:
    """The app behind the door: remembers what reached it."""

    def __init__(self, address: str = "127.0.0.1", public: str = "") -> None:
        self.reached: list[str] = []
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        inner = Starlette(
            routes=[
                Route("/{path:path}", self._answer, methods=methods),
                WebSocketRoute("/{path:path}", self._talk),
            ]
        )
        self.app = PageMiddleware(inner, names=own_names(address, public))

    def _answer(self, request: Any) -> PlainTextResponse:
        self.reached.append(request.url.path)
        return PlainTextResponse("inside")

    async def _talk(self, socket: WebSocket) -> None:
        self.reached.append(socket.url.path)
        await socket.accept()
        await socket.close()

    def get(self, path: str, host: str = "localhost", method: str = "GET", **more: str) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        return get(self.app, path, {"host": host, **headers}, method)

    def connect(self, path: str = "/_stcore/stream", **headers: str) -> str:
        """Open a websocket; return the first thing that is answered."""
        sent: list[dict[str, Any]] = []
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "subprotocols": [],
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(self.app(scope, receive, send))).result()
        return str(sent[0]["type"])


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_address_answers_under_a_foreign_name(path: str) -> None:
    inside = Inside()
    for host in FOREIGN:
        answer = inside.get(path, host)
        assert answer.status == 400, host
        assert "Content-Security-Policy".lower() in answer.headers
        # Neither does another header make the name ours, nor a foreign one.
        assert inside.get(path, host, x_forwarded_host="localhost").status == 400
    assert inside.reached == []
    for host in OWN:
        assert inside.get(path, host, x_forwarded_host="evil.example").status != 400, host


def test_a_request_with_two_names_or_none_is_refused() -> None:
    headers: list[tuple[bytes, bytes]] = []
    names = own_names("127.0.0.1")
    scope = {"type": "http", "path": "/", "query_string": b"", "method": "GET", "headers": headers}
    assert door.refusal(scope, names).status == 400
    headers += [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert door.refusal(scope, names).status == 400
    assert door.refusal(scope | {"headers": headers[:1]}, names) is None


def test_behind_another_server_the_public_name_is_answered() -> None:
    inside = Inside(public=PUBLIC)
    assert inside.get("/", "klyngeblik.example.dk").status == 200
    assert inside.get("/_stcore/health", "127.0.0.1:8501").text == "inside"
    assert inside.get("/", "example.dk").status == 400


def test_in_the_open_any_number_is_answered_and_no_foreign_name() -> None:
    inside = Inside("0.0.0.0")
    for host in ("192.0.2.7:8501", "[2001:db8::1]", "localhost"):
        assert inside.get("/", host).status == 200
    assert inside.get("/", "evil.example").status == 400


@pytest.mark.parametrize(
    ("host", "origin", "is_ours"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
        ("klyngeblik.example.dk", "https://klyngeblik.example.dk", True),
        ("127.0.0.1:8501", "https://klyngeblik.example.dk", True),
        ("localhost:8501", "http://localhost:3000", False),
        ("localhost:8501", "http://localhost", False),
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("127.0.0.1:8501", "https://klyngeblik.example.dk.evil.example", False),
        ("localhost:8501", "https://evil.example", False),
        ("localhost:8501", "file://localhost:8501", False),
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
        ("localhost:8501", "http://[", False),
        ("evil.example", "http://evil.example", False),
    ],
)
def test_only_the_apps_own_page_speaks_with_it(host: str, origin: str, is_ours: bool) -> None:
    inside = Inside(public=PUBLIC)
    answered = inside.connect(host=host, origin=origin)
    assert answered == ("websocket.accept" if is_ours else "websocket.close")
    assert bool(inside.reached) == is_ours


def test_a_websocket_is_at_one_address() -> None:
    inside = Inside()
    assert inside.connect("/_stcore/other", host="localhost") == "websocket.close"
    assert inside.connect(host="localhost") == "websocket.accept"  # no browser: no page to name


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONE"])
def test_nothing_is_ever_written(method: str) -> None:
    inside = Inside()
    for path in (*ADDRESSES, "/_stcore/upload_file/session/file"):
        if method == "OPTIONS" and path.startswith("/data/v1/"):
            continue  # a page elsewhere asks what it may read
        answer = inside.get(path, method=method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"
        # What comes after the first lines is not read.
        assert answer.headers["connection"] == "close"
    assert inside.reached == []


def _streamlits() -> list[str]:
    """Return every address that Streamlit opens, as its own source names them."""
    found = []
    for module in (starlette_routes, starlette_auth_routes, starlette_agent_routes):
        for name, value in vars(module).items():
            if "ROUTE_" in name and isinstance(value, str):
                found.append(f"/{value.replace('{', '').replace('}', '').replace(':path', '')}")
    return sorted(set(found))


def test_of_streamlits_addresses_only_those_its_page_needs_are_there() -> None:
    inside = Inside()
    for path in _streamlits():
        inside.get(path)
        inside.get(f"{path}/x")
    assert set(inside.reached) == {
        "/_stcore/health",
        "/_stcore/host-config",
        "/media/x",
        "/media/file_id",
    }
    assert "/_stcore/upload_file/session_id/file_id" in _streamlits()
    assert "/_stcore/metrics" in _streamlits()


def test_what_is_no_file_of_streamlits_page_is_not_found() -> None:
    inside = Inside()
    for path in (
        "/static/no.js",
        "/static/",
        "/static/../index.html",
        "/manifest.json",
        "//static",
    ):
        assert inside.get(path).status == 404
    assert inside.reached == []


@pytest.mark.parametrize(
    "path",
    [
        *("/wasfoo", "/was/x", "/assets/", "/assets/x.js", "/geo/", "/geo/x", "/geo/x/y.geojson"),
        *("/udtraek/", "/udtraek/x", "/udtraek/klyngeblik.", "/udtraek/klyngeblik.csv/"),
        "/geo//evil.example/",
    ],
)
def test_below_our_own_folders_nothing_is_streamlits_page(path: str) -> None:
    inside = Inside()
    answer = inside.get(path)
    assert answer.status == 404
    assert 'lang="da"' in answer.text
    assert inside.reached == []


@pytest.mark.parametrize(
    "path",
    ["/?x=" + "A" * 8_001, "/udtraek/klyngeblik.csv?" + "area=0101&" * 900, "/" + "a" * 1_001],
)
def test_an_endless_address_is_refused(path: str) -> None:
    inside = Inside()
    assert inside.get(path).status == 414
    assert inside.reached == []
