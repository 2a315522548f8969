"""A local server that speaks as the public services do, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """A request as it came."""

    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Answer:
    """What is sent back.

    ``cut`` sends half of what was announced; ``hold`` waits for it before the first byte.
    """

    body: bytes | str | object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hold: threading.Event | None = None

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, ensure_ascii=False).encode()


class Service:
    """What the server does: mishaps first, one a request, then ``answer``."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        self.mishaps: deque[Answer] = deque()
        self.asked: list[Asked] = []
        self.base = ""

    def fails(self, *answers: Answer) -> None:
        self.mishaps.extend(answers)


class _Server(ThreadingHTTPServer):
    """One whose callers hang up in the middle, as they are meant to: no word of it."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[Service]:
    service = Service(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            asked = Asked(url.path, query, body)
            service.asked.append(asked)
            made = service.mishaps.popleft() if service.mishaps else service.answer(asked)
            if made.hold is not None:
                made.hold.wait(10)
            content = made.encoded()
            try:
                self.send_response(made.status)
                self.send_header("Content-Length", str(len(content)))
                for name, value in made.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if made.cut else content)
            except (BrokenPipeError, ConnectionResetError):
                pass
            if made.cut:
                self.close_connection = True

        do_GET = do_POST = _serve

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
