"""Ask an ASGI app one thing without a server: path and headers in, whole answer out."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def content(self) -> bytes:
        """The body as a browser hands it on."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body


def get(app: Any, url: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    path, _, query = url.partition("?")
    sent: list[dict[str, Any]] = []
    asked = {"host": "localhost", "accept-encoding": "gzip", **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.encode(), v.encode()) for k, v in asked.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }

    waiting = iter((True,))

    async def receive() -> dict[str, Any]:
        if next(waiting, False) is False:
            # As a browser that stays: a streamed answer listens for one that leaves.
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    # In a thread of its own: Playwright leaves a loop running in the one the tests share.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()
    start = next(m for m in sent if m["type"] == "http.response.start")
    return Answer(
        start["status"],
        {k.decode().lower(): v.decode() for k, v in start["headers"]},
        b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body"),
    )
