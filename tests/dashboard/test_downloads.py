"""Downloads by many, by slow readers and by those who leave; real connections, counted work."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from dashboard import download
from dashboard.download import Places, route
from tests.dashboard.asgi_client import get
from tests.warehouse import synthetic

PART = 4 << 20
URL = "/udtraek/klyngeblik.csv"


class Source:
    """An extract without end, and what became of it."""

    def __init__(self) -> None:
        self.made = 0
        self.closed = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def __call__(self, *_: object) -> Iterator[bytes]:
        return self._parts()

    def _parts(self) -> Iterator[bytes]:
        try:
            self.begun.release()
            while True:
                self.made += 1
                yield bytes(PART)
        finally:
            self.closed.release()


@pytest.fixture(scope="module")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("downloads") / "small.duckdb")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    endless = Source()
    monkeypatch.setattr(download, "_body", endless)
    return endless


@contextlib.contextmanager
def served(warehouse: Path, places: Places) -> Iterator[int]:
    app = Starlette(routes=[route(warehouse, places)])
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


class Reader:
    """Somebody who asks for a file and then takes next to nothing of it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(30)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(f"GET {URL} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.head = self._socket.recv(2048).decode("latin-1")
        self.status = int(self.head.split()[1])

    def leave(self) -> None:
        self._socket.close()


def test_thirty_slow_readers_hold_no_more_than_a_few_files(
    small_path: Path, source: Source
) -> None:
    with served(small_path, Places(3, 0)) as port:
        readers = [Reader(port) for _ in range(30)]
        statuses = [reader.status for reader in readers]
        assert statuses == [200] * 3 + [503] * 27
        assert "retry-after: " in readers[-1].head.lower()
        # Nothing is made ahead of a reader who does not read.
        assert source.made <= 2 * 3
        readers[0].leave()
        assert source.closed.acquire(timeout=30)
        for reader in readers[1:]:
            reader.leave()
        for _ in range(2):
            assert source.closed.acquire(timeout=30)


def test_who_comes_when_all_places_are_taken_waits_for_one(
    small_path: Path, source: Source
) -> None:
    with served(small_path, Places(1, 30)) as port:
        first = Reader(port)
        with contextlib.ExitStack() as stack:
            answers: list[int] = []
            second = threading.Thread(target=lambda: answers.append(Reader(port).status))
            second.start()
            stack.callback(second.join)
            assert source.begun.acquire(timeout=30)
            first.leave()
        assert answers == [200]


def test_a_reader_who_takes_nothing_loses_the_place(
    small_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_LONGEST_PAUSE", 0.05)
    with served(small_path, Places(1, 0)) as port:
        Reader(port)
        assert source.closed.acquire(timeout=30)
        assert Reader(port).status == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?status=missing&sex=male&age=80%2B&area=dk&theme=elderly", 404),
        ("?area=" + "A" * 2_000, 400),
        ("?nothing=known", 400),
    ],
)
def test_every_answer_gives_its_place_back(small_path: Path, query: str, status: int) -> None:
    app = Starlette(routes=[route(small_path, Places(1, 0))])
    for _ in range(3):
        assert get(app, f"{URL}{query}").status == status


def test_who_asks_only_for_the_head_has_nothing_made(small_path: Path, source: Source) -> None:
    app = Starlette(routes=[route(small_path, Places(1, 0))])
    for _ in range(3):
        answer = get(app, URL, method="HEAD")
        assert answer.status == 200
        assert "klyngeblik.csv" in answer.headers["content-disposition"]
    assert source.made == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("areas=dk", "no “areas”. There are: geography, area,"),
        ("area=dk&Period=2024", "no “Period”"),
        ("x%1b[31m=1", "no “x␛[31m”"),
        ("y" * 500, f"no “{'y' * 60}…”"),
        ("wide=yes", "Unknown wide “yes”. Did you mean: 0; 1?"),
        ("csv=english", "Unknown csv “english”. Did you mean: danish; international?"),
    ],
)
def test_what_an_address_misspells_is_told_and_is_not_everything(
    small_path: Path, query: str, said: str
) -> None:
    answer = get(Starlette(routes=[route(small_path)]), f"{URL}?{query}")
    assert answer.status == 400
    assert said in answer.text


def test_a_warehouse_that_is_not_there_gives_the_place_back(tmp_path: Path) -> None:
    app = Starlette(routes=[route(tmp_path / "none.duckdb", Places(1, 0))])
    for _ in range(2):
        answer = get(app, URL)
        assert answer.status == 503
        assert "retry-after" not in answer.headers
