"""What the server does before any page: ports, headers, first byte, our own files."""

from __future__ import annotations

import gzip
import hashlib
import re
import socket

import duckdb
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from dashboard.asgi import (
    PageMiddleware,
    content_security_policy,
    our_index,
    routes,
    streamlit_index,
)
from dashboard.door import own_names
from dashboard.serve import DEFAULT_PORT, ServeError, bind
from dashboard.settings import streamlit_settings
from tests.dashboard.asgi_client import get
from warehouse.schema import SCHEMA_VERSION, ddl

GEOJSON = b'{"type": "FeatureCollection", "features": []}'
PACKED = gzip.compress(GEOJSON, mtime=0)
SHA = hashlib.sha256(PACKED).hexdigest()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    path = tmp_path_factory.mktemp("serving") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        for statement in ddl():
            con.execute(statement)
        con.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(SCHEMA_VERSION)])
        con.execute(
            "INSERT INTO maps VALUES ('klynger-2022', 'country', ?, ?, 500)",
            [PACKED, SHA],
        )
    return Starlette(
        routes=[
            *routes(path),
            Route("/data.json", lambda _: JSONResponse({"a": 1})),
            Route("/{page:path}", lambda _: HTMLResponse("inner", headers={"etag": "x"})),
        ],
        middleware=[Middleware(PageMiddleware, names=own_names("127.0.0.1"))],
    )


def test_the_first_byte_is_danish_and_ours(app):
    page = get(app, "/kort?area=dk")
    assert '<html lang="da">' in page.text
    assert "<title>Klyngeblik</title>" in page.text
    assert "kræver JavaScript" in page.text
    assert "inner" not in page.text
    assert "etag" not in page.headers
    assert '<html lang="en">' in get(app, "/kort?lang=en").text


def test_every_answer_carries_the_policy(app):
    for path in ("/", "/data.json", "/was"):
        headers = get(app, path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


def test_the_policy_names_no_other_host_and_allows_no_inline_script():
    policy = content_security_policy(streamlit_index())
    assert "http" not in policy
    assert "*" not in policy
    script = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in script
    assert script.count("'sha256-") == streamlit_index().count("<script>")


def test_the_page_asks_no_other_host(app):
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', get(app, "/").text)


def test_an_update_that_changes_streamlits_page_is_noticed():
    with pytest.raises(ValueError, match="has changed"):
        our_index("<html><body></body></html>", "da")


def test_our_style_script_and_icon_are_there_and_may_be_kept_for_ever(app):
    found = re.findall(r"[\"'](/assets/[^\"']+)", get(app, "/").text)
    assert {url.split(".")[-1] for url in found} == {"css", "js", "svg"}
    assert any("plotly" in url for url in found)
    for url in found:
        answer = get(app, url)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]


def test_boundaries_come_packed_once_and_are_not_sent_again(app):
    url = f"/geo/klynger-2022-country-{SHA[:16]}.geojson"
    answer = get(app, url)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.content == GEOJSON
    again = get(app, url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status == 304
    plain = get(app, url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == GEOJSON


def test_an_address_that_is_no_page_is_not_found_and_still_answered_with_ours(app):
    for path in ("/", "/kort", "/om?view=pakker", "/tilgaengelighed"):
        assert get(app, path).status == 200
    missing = get(app, "/findes-ikke")
    assert missing.status == 404
    assert "<title>Klyngeblik</title>" in missing.text


def test_boundaries_that_are_not_there_are_not_found(app):
    assert get(app, "/geo/klynger-2022-country-0000000000000000.geojson").status == 404


def test_boundaries_without_a_warehouse_do_not_break_the_server(tmp_path):
    app = Starlette(routes=list(routes(tmp_path / "none.duckdb")))
    assert get(app, "/geo/a-b-c.geojson").status == 503


def test_the_statement_has_its_usual_address(app):
    answer = get(app, "/was")
    assert answer.headers["location"] == "/tilgaengelighed"


def test_a_taken_port_is_said_plainly():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"Port {port} is taken"):
            bind("127.0.0.1", port)


def test_without_a_port_asked_for_the_next_free_one_is_used():
    first = bind("127.0.0.1", None)
    second = bind("127.0.0.1", None)
    try:
        assert first.getsockname()[1] >= DEFAULT_PORT
        assert second.getsockname()[1] > first.getsockname()[1]
    finally:
        first.close()
        second.close()


def test_an_address_that_is_not_ours_is_said_plainly():
    with pytest.raises(ServeError, match=r"192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_nothing_is_reported_home_and_foreign_names_are_refused():
    settings = streamlit_settings("127.0.0.1", 8501)
    assert settings["browser.gatherUsageStats"] is False
    assert settings["runner.postScriptGC"] is False
    assert settings["client.showErrorDetails"] == "none"
    assert "localhost" in settings["server.allowedHosts"]
    assert streamlit_settings("0.0.0.0", 80)["server.allowedHosts"] == []


def test_behind_another_server_the_public_name_is_answered_too():
    settings = streamlit_settings("127.0.0.1", 8501, "https://klyngeblik.example.dk/start")
    assert "klyngeblik.example.dk" in settings["server.allowedHosts"]
    assert "localhost" in settings["server.allowedHosts"]


def test_answers_are_sent_at_once():
    # Nagle's algorithm stays on for a socket that does not say it is TCP: 40 ms an answer.
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
