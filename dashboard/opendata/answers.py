"""Answers as HTTP wants them (RFC 9110): parts, what has not changed, packed, problems as JSON.

What reads files over the web (polars, DuckDB, pandas, Power Query) asks how long a file is and then
for parts of it; a reader who comes again asks whether it is still the same.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from starlette.concurrency import iterate_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from dashboard.opendata.shelf import Shelf

#: Any page may read: nothing here is anybody's own, and nothing can be sent.
CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag, "
    "Klyngeblik-Note, Last-Modified, Link, Retry-After",
}
PREFLIGHT: Final = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Modified-Since, If-Range",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}
_JSON: Final = "application/problem+json"
#: Bytes handed on at once; about what the connection itself keeps waiting.
_SLICE: Final = 1 << 16
#: Seconds after which a reader who takes nothing is gone.
LONGEST_PAUSE: float = 60.0
#: Bytes below which packing is not worth it, and above which it takes too long.
_LEAST, _MOST = 1_000, 64 << 20
_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))")


@dataclass(frozen=True)
class Document:
    """What an address holds.

    Attributes
    ----------
    key
        What decides its bytes: its entity tag is made of it.
    media_type
        As in the header Content-Type.
    parts
        Gives its bytes: made once, and kept on the shelf. Bytes, or a file, are what they are.
    modified
        When it was made, UTC, or ``None`` when that is not known.
    is_text
        Whether it shrinks when packed.
    headers
        Others.
    place
        What tells apart what is made of two warehouse files that hold the same.
    """

    key: str
    media_type: str
    parts: Callable[[], Iterable[bytes]] | bytes | Path
    modified: datetime | None = None
    is_text: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    place: str = ""

    @property
    def shelf_key(self) -> str:
        """What it is kept under."""
        return f"{self.key} {self.place}"


def of_bytes(content: bytes, media_type: str, modified: datetime | None = None) -> Document:
    """Return a document of bytes that are there already."""
    return Document(hashlib.sha256(content).hexdigest(), media_type, content, modified)


def problem(
    status: int,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **more: str | Sequence[str],
) -> Response:
    """Return what went wrong as a program reads it (RFC 9457).

    Parameters
    ----------
    status
        Of HTTP.
    title, detail
        The kind of problem in a few words; what is wrong and what to do, in a sentence.
    headers
        Beside those of every answer.
    more
        Members of the problem, such as ``parameter`` and ``nearest``.
    """
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(
        json.dumps(said, ensure_ascii=False) + "\n",
        status,
        {**CORS, "Cache-Control": "no-store", **(headers or {})},
        _JSON,
    )


async def answer(request: Request, document: Document, shelf: Shelf) -> Response:
    """Return a document, or the part of it that is asked for, or that it is still the same.

    Raises
    ------
    dashboard.opendata.shelf.BusyError, dashboard.opendata.shelf.TooLargeError
        Also whatever making the document raises.
    """
    asked = request.headers
    digest = hashlib.sha256(document.key.encode()).hexdigest()[:32]
    plain_tag, packed_tag = f'"{digest}"', f'"{digest}-gzip"'
    headers = {
        **CORS,
        # Kept, and asked about each time: figures are another when a release is.
        "Cache-Control": "public, no-cache",
        "Accept-Ranges": "bytes",
        **({"Vary": "Accept-Encoding"} if document.is_text else {}),
        **({"Last-Modified": _date(document.modified)} if document.modified else {}),
        **document.headers,
    }
    if (tag := _unchanged(asked, (plain_tag, packed_tag), document.modified)) is not None:
        return Response(status_code=304, headers={**headers, "ETag": tag})
    file, size = await _opened(document, shelf)
    headers["ETag"] = plain_tag
    wants_part = "range" in asked
    if document.is_text and _takes_gzip(asked) and not wants_part and _LEAST <= size <= _MOST:
        file, size = await _packed(document, file, shelf)
        headers |= {"ETag": packed_tag, "Content-Encoding": "gzip"}
    start, stop, status = 0, size, 200
    if wants_part and _still(asked, plain_tag, document.modified):
        found = _part(asked["range"], size)
        if found == (0, 0):
            file.close()
            refused = {**headers, "Content-Range": f"bytes */{size}"}
            return problem(416, "No such part", f"The file has {size} bytes.", refused)
        if found is not None:
            (start, stop), status = found, 206
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    return _Sent(
        file, (start, stop), status=status, headers=headers, media_type=document.media_type
    )


async def _opened(document: Document, shelf: Shelf) -> tuple[BinaryIO, int]:
    if isinstance(document.parts, bytes):
        return BytesIO(document.parts), len(document.parts)
    if isinstance(document.parts, Path):
        file = document.parts.open("rb")
        return file, os.fstat(file.fileno()).st_size
    return await shelf.file(document.shelf_key, document.parts)


async def _packed(document: Document, plain: BinaryIO, shelf: Shelf) -> tuple[BinaryIO, int]:
    def packed() -> bytes:
        # The same bytes each time: without the time of packing.
        return gzip.compress(plain.read(), 5, mtime=0)

    try:
        if isinstance(document.parts, bytes):
            content = packed()
            return BytesIO(content), len(content)
        return await shelf.file(f"{document.shelf_key}.gz", lambda: [packed()])
    finally:
        plain.close()


def _takes_gzip(asked: Headers) -> bool:
    for part in asked.get("accept-encoding", "").split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() == "gzip":
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else None


def _unchanged(asked: Headers, tags: tuple[str, str], modified: datetime | None) -> str | None:
    """Return the entity tag of what the reader has, when it is still the same."""
    if "if-none-match" in asked:
        known = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        same = next((tag for tag in tags if tag in known), None)
        return same or (tags[0] if "*" in known else None)
    since = _moment(asked.get("if-modified-since", ""))
    return tags[0] if modified and since and modified <= since else None


def _still(asked: Headers, tag: str, modified: datetime | None) -> bool:
    """Return whether a part fits those the reader has already (If-Range)."""
    if "if-range" not in asked:
        return True
    condition = asked["if-range"].strip()
    return condition == tag or (modified is not None and condition == _date(modified))


def _part(text: str, size: int) -> tuple[int, int] | None:
    """Return first byte and the one after the last; (0, 0) when there is no such part.

    ``None`` for what is no range or several: the whole is then sent, as the standard allows.
    """
    match = _RANGE.fullmatch(text.replace(" ", ""))
    if match is None:
        return None
    if match[3] is not None:
        start, stop = max(0, size - int(match[3])), size
    else:
        start, stop = int(match[1]), min(size, int(match[2] or size) + 1)
        if match[2] and int(match[2]) < start:
            return None
    return (start, stop) if start < stop else (0, 0)


class _Sent(Response):
    """A file on its way, in slices read as the reader takes them."""

    def __init__(
        self,
        file: BinaryIO,
        part: tuple[int, int],
        *,
        status: int,
        headers: Mapping[str, str],
        media_type: str,
    ) -> None:
        self.status_code, self.media_type, self.background = status, media_type, None
        self._file, self._part = file, part
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def within_reason(message: Message) -> None:
            # A reader who takes nothing for so long is gone, or holds the connection on purpose.
            async with asyncio.timeout(LONGEST_PAUSE):
                await send(message)

        head = {"type": "http.response.start", "status": self.status_code}
        try:
            await send({**head, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                async for part in iterate_in_threadpool(self._slices()):
                    await within_reason(
                        {"type": "http.response.body", "body": part, "more_body": True}
                    )
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            return
        finally:
            self._file.close()

    def _slices(self) -> Iterator[bytes]:
        start, stop = self._part
        self._file.seek(start)
        left = stop - start
        while left > 0 and (part := self._file.read(min(_SLICE, left))):
            left -= len(part)
            yield part
