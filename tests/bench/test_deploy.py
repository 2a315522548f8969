"""The files an operator copies: nginx takes them, and they fit the commands there are."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from bench.proxy import DEPLOY, balanced, configuration, find_nginx
from bench.server import REPO, Server
from klyngeblik.cli import make_app

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


def test_nginx_asks_the_ports_the_services_listen_on():
    listening = re.findall(r"klyngeblik@(\d+)", UNIT)
    site = (DEPLOY / "site.conf").read_text(encoding="utf-8")
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", site) == listening


def test_the_bench_uses_what_is_shipped(tmp_path):
    written = configuration(tmp_path, 9000, [9001, 9002, 9003]).read_text(encoding="utf-8")
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", written) == ["9001", "9002", "9003"]
    assert "listen 127.0.0.1:9000;" in written
    assert "hash $klyngeblik_reader consistent;" in written
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
