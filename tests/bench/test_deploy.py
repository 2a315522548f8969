"""The files an operator copies: nginx takes them, and they fit the commands there are."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.proxy import DEPLOY, balanced, configuration, find_nginx
from bench.server import REPO, Server
from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli import make_app
from klyngeblik.cli.options import DEFAULT_RAW

UNIT = (REPO / "deploy" / "systemd" / "klyngeblik@.service").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    found = find_nginx(tmp_path_factory.mktemp("proxy"))
    if found is None:
        pytest.skip("no nginx on this machine, and none to be had")
    return found


def test_the_service_calls_the_command_as_it_is():
    [call] = re.findall(r"^ExecStart=\S+/klyngeblik (\w+) (.*)$", UNIT, flags=re.MULTILINE)
    command, arguments = call
    said = CliRunner().invoke(make_app(), [command, "--help"], env={"COLUMNS": "200"}).output
    for option in re.findall(r"--[a-z-]+", arguments):
        assert option in said


def test_the_service_sees_nothing_that_holds_true_counts():
    hidden = re.findall(r"^InaccessiblePaths=-?(\S+)$", UNIT, flags=re.MULTILINE)
    [home] = re.findall(r"^WorkingDirectory=(\S+)$", UNIT, flags=re.MULTILINE)
    [warehouse] = re.findall(r"--warehouse (\S+)", UNIT)
    for place in (
        f"{home}/{DEFAULT_RAW}",
        f"{home}/{DEFAULT_WAREHOUSE.parent}/cache",
        f"{Path(warehouse).parent}/cache",
    ):
        assert any(Path(place).is_relative_to(path) for path in hidden), place
    assert not any(Path(warehouse).is_relative_to(path) for path in hidden)
    for line in ("UMask=0077", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"):
        assert f"\n{line}\n" in UNIT


def test_https_is_asked_for_ever_and_readers_are_sent_to_our_own_name():
    balance = (DEPLOY / "balance.conf").read_text(encoding="utf-8")
    [hsts] = re.findall(r"map \$scheme \$klyngeblik_hsts \{(.*?)\}", balance, flags=re.DOTALL)
    assert re.findall(r"(\S+)\s+\"(.*)\";", hsts) == [
        ("default", ""),
        ("https", "max-age=31536000"),
    ]
    site = (DEPLOY / "site.conf").read_text(encoding="utf-8")
    assert "return 301 https://$server_name$request_uri;" in site


def test_nginx_asks_the_ports_the_services_listen_on():
    listening = re.findall(r"klyngeblik@(\d+)", UNIT)
    site = (DEPLOY / "site.conf").read_text(encoding="utf-8")
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", site) == listening


def test_the_bench_uses_what_is_shipped(tmp_path):
    written = configuration(tmp_path, 9000, [9001, 9002, 9003]).read_text(encoding="utf-8")
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", written) == ["9001", "9002", "9003"]
    assert "listen 127.0.0.1:9000;" in written
    assert "hash $klyngeblik_place consistent;" in written
    assert "ssl_certificate" not in written
    assert "include /etc/nginx" not in written


def test_nginx_takes_the_configuration(tmp_path, nginx):
    path = configuration(tmp_path, 9000, [9001, 9002])
    call = [nginx, "-t", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", path]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def named_server(name: str) -> Iterator[Server]:
    """Serve a page that says which process it is from."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Server(f"http://127.0.0.1:{running.server_port}", 0)
        running.shutdown()


@contextlib.contextmanager
def echoing_server() -> Iterator[Server]:
    """Serve a page that says which headers came, and a file that is longer than any buffer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            is_file = self.path.startswith("/data/v1/figures.")
            said = bytes(8 << 20) if is_file else str(self.headers).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            if is_file:
                handed_over.release()

        do_PUT = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Server(f"http://127.0.0.1:{running.server_port}", 0)
        running.shutdown()


handed_over = threading.Semaphore(0)


def talk(url: str, method: str = "GET", path: str = "/", body: bytes = b"", **headers: str):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    said = answer.read().decode("latin-1")
    connection.close()
    return answer.status, dict(answer.headers), said


def test_nginx_passes_no_body_no_long_line_and_no_second_name(tmp_path, nginx):
    with echoing_server() as one, balanced(nginx, tmp_path, [one]) as url:
        status, headers, said = talk(
            url,
            Host="klyngeblik.example.dk",
            **{
                "X-Forwarded-Host": "evil.example",
                "Forwarded": "host=evil.example",
            },
        )
        assert status == 200
        assert "Host: klyngeblik.example.dk" in said
        assert "evil.example" not in said
        # In the clear nothing is promised about https.
        assert "Strict-Transport-Security" not in headers
        assert headers["Server"] == "nginx"
        assert talk(url, "PUT", body=bytes(2_000))[0] == 413
        assert talk(url, path="/?x=" + "A" * 9_000)[0] == 414
        assert talk(url, X="A" * 9_000)[0] == 400


def test_nginx_gives_each_address_a_few_downloads_and_frees_the_process(tmp_path, nginx):
    with (
        echoing_server() as one,
        balanced(nginx, tmp_path, [one]) as url,
        contextlib.ExitStack() as open_connections,
    ):
        statuses = []
        for _ in range(22):
            reader = open_connections.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(30)
            reader.connect(("127.0.0.1", int(url.rpartition(":")[2])))
            reader.sendall(b"GET /data/v1/figures.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
            statuses.append(int(reader.recv(64).split()[1]))
        assert statuses == [200] * 20 + [429] * 2
        # Nobody reads, and the process has handed every file over nevertheless.
        for _ in range(20):
            assert handed_over.acquire(timeout=30)
        # Pages go on.
        assert talk(url)[0] == 200


def ask(url: str, cookie: str | None = None) -> tuple[str, str | None]:
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request) as response:
        given = response.headers["Set-Cookie"]
        return response.read().decode(), given and given.partition(";")[0]


def test_a_reader_stays_with_one_process_and_readers_are_spread(tmp_path, nginx):
    with (
        named_server("one") as one,
        named_server("two") as two,
        balanced(nginx, tmp_path, [one, two]) as url,
    ):
        first = [ask(url) for _ in range(40)]
        assert {name for name, _ in first} == {"one", "two"}
        for name, cookie in first:
            assert [ask(url, cookie) for _ in range(3)] == [(name, None)] * 3
