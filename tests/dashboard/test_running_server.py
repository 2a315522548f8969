"""The server as it is started, attacked over real connections."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bench import server
from tests.warehouse import synthetic


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    warehouse = synthetic.write(tmp_path_factory.mktemp("running") / "small.duckdb")
    with server.app(warehouse) as running:
        yield urlsplit(running.url).netloc


def opened(host: str, origin: str | None = None) -> ClientConnection:
    return connect(
        f"ws://{host}/_stcore/stream",
        origin=origin or f"http://{host}",  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
    )


def first_of(page: ClientConnection, query: str = "") -> list[ForwardMsg]:
    """Ask for the front page as a browser does; return every message of the answer."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    page.send(asked.SerializeToString())
    answer: list[ForwardMsg] = []
    while not answer or answer[-1].WhichOneof("type") != "script_finished":
        message = ForwardMsg()
        message.ParseFromString(page.recv(timeout=60))
        answer.append(message)
    return answer


def session_of(answer: list[ForwardMsg]) -> str:
    new = next(m.new_session for m in answer if m.WhichOneof("type") == "new_session")
    return str(new.initialize.session_id)


def said(host: str, head: str) -> bytes:
    """Send the first lines of a request, and nothing after them; return all that is answered."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=30) as plain:
        plain.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        found = b""
        while part := plain.recv(65536):
            found += part
    return found


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_file_is_taken_from_a_reader_with_a_session(host: str, method: str) -> None:
    with opened(host) as page:
        session = session_of(first_of(page))
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request("GET", "/_stcore/health")
        health = connection.getresponse()
        health.read()
        cookie = (health.headers["Set-Cookie"] or "_streamlit_xsrf=x").partition(";")[0]
        # The body never comes: an answer is there nevertheless, and the connection ends.
        answer = said(
            host,
            f"{method} /_stcore/upload_file/{session}/7d4f HTTP/1.1\nHost: {host}\n"
            f"Cookie: {cookie}\nX-Xsrftoken: {cookie.partition('=')[2]}\n"
            "Content-Type: multipart/form-data; boundary=x\nContent-Length: 80000000",
        )
    assert answer.startswith(b"HTTP/1.1 405")


def test_the_server_answers_under_its_own_names_only(host: str) -> None:
    port = host.split(":")[1]
    for name in (host, f"localhost:{port}", "localhost"):
        head = f"GET /_stcore/health HTTP/1.1\nConnection: close\nHost: {name}"
        assert said(host, head).startswith(b"HTTP/1.1 200"), name
    for path in ("/", "/was", "/_stcore/health", "/udtraek/klyngeblik.csv", "/static/x"):
        for name in ("evil.example", f"evil.example:{port}", ""):
            found = said(host, f"GET {path} HTTP/1.1\nHost: {name}")
            assert found.startswith(b"HTTP/1.1 400"), (path, name)
    assert said(host, "GET / HTTP/1.0").startswith(b"HTTP/1.1 400")
    for place in ("", "http://evil.example"):
        metrics = f"GET {place}/_stcore/metrics HTTP/1.1\nConnection: close\nHost: {host}"
        assert said(host, metrics).startswith(b"HTTP/1.1 404")


def test_no_other_page_opens_a_session(host: str) -> None:
    for origin in ("http://localhost:3000", "http://localhost", "https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused, opened(host, origin):
            pass
        assert refused.value.response.status_code == 403
    with opened(host) as page:
        assert session_of(first_of(page))


def test_an_endless_message_ends_the_session(host: str) -> None:
    with opened(host) as page, pytest.raises(ConnectionClosed):
        first_of(page, "x=" + "A" * 1_000_000)


@pytest.mark.parametrize("frame", ["hello", "\x1b[31m", b"\xff\xff", b"\x0a\x05abc"])
def test_what_is_no_message_ends_the_session(host: str, frame: str | bytes) -> None:
    with opened(host) as page:
        page.send(frame)
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=30)


def test_a_text_that_is_none_ends_the_session(host: str) -> None:
    with opened(host) as page:
        page.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=30)


def answers(host: str, message: BackMsg) -> set[str | None]:
    """Return the kinds of all that is answered to a message, up to the sign of life after it."""
    alive = BackMsg()
    alive.app_heartbeat = True
    found: set[str | None] = set()
    with opened(host) as page:
        page.send(message.SerializeToString())
        page.send(alive.SerializeToString())
        while "heartbeat_ack" not in found:
            answer = ForwardMsg()
            answer.ParseFromString(page.recv(timeout=30))
            found.add(answer.WhichOneof("type"))
    return found - {"heartbeat_ack"}


@pytest.mark.parametrize("field", [f.name for f in BackMsg.DESCRIPTOR.fields])
def test_a_reader_cannot_send_what_is_made_for_developers(host: str, field: str) -> None:
    if field in ("rerun_script", "stop_script", "app_heartbeat", "debug_last_backmsg_id"):
        return
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[field].message_type:
        getattr(message, field).SetInParent()
    else:
        setattr(message, field, True)
    assert answers(host, message) == set()


def test_a_link_that_means_harm_draws_our_page_and_never_streamlits_error(host: str) -> None:
    query = f"year={'9' * 4_300}&view=%5Ba%5D(https://evil.example)&area={'A' * 2_000}&big=nan"
    with opened(host) as page:
        answer = first_of(page, query)
    kinds = {m.delta.new_element.WhichOneof("type") for m in answer if m.HasField("delta")}
    assert "html" in kinds
    assert "exception" not in kinds
    html = [m.delta.new_element.html.body for m in answer if m.HasField("delta")]
    assert any("Linket har en værdi" in body for body in html)


def test_the_server_needs_nothing_of_the_delivered_packages(tmp_path: Path) -> None:
    """What the shipped service unit hides is never opened: data/ and what builds remember."""
    warehouse = synthetic.write(tmp_path / "small.duckdb")
    program = """
import sys
hidden = [f"{sys.argv[2]}/data", f"{sys.argv[3]}/cache"]
def looked(event, given):
    if event in ("open", "os.listdir", "os.scandir") and given and isinstance(given[0], str):
        if any(given[0].startswith(place) for place in hidden):
            print("OPENED", given[0])
sys.addaudithook(looked)
from pathlib import Path
from dashboard import serve
from dashboard.run import page_modules
app = serve.make_app(Path(sys.argv[1]))
serve.warm(Path(sys.argv[1]))
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(str(serve.SCRIPT), default_timeout=60).run()
assert not page.exception and not page.error
print("DRAWN")
"""
    call = [sys.executable, "-c", program, str(warehouse), str(server.REPO), str(tmp_path)]
    done = subprocess.run(call, check=True, capture_output=True, text=True, cwd=server.REPO)
    assert done.stdout == "DRAWN\n"
