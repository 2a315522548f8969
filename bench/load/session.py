"""One reader's connection, as the browser keeps it: the page fetched, a websocket, messages.

Only hosts of this machine are spoken to: what is measured here is a load on somebody's server.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import ipaddress
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

#: Seconds after which no answer counts as an error.
PATIENCE = 30.0
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>")
_LINK = re.compile(r'<li><a href="/([^"?]*)\?([^"]*)"[^>]*>(.*?)</a>')
_PERMALINK = re.compile(r'kb-permalink"><a href="([^"]*)"')
#: Messages that end a run are smaller than this; the others are read when the clock has stopped.
_SMALL = 400
#: How many runs the browser keeps a large message that the server may refer back to.
_KEPT_RUNS = 2


class NotThisMachineError(ValueError):
    """The address is not one of this machine's own."""


class NoAnswerError(Exception):
    """The server closed the connection, or did not answer in time."""


@dataclass(frozen=True)
class Widget:
    """A choice on the page: what it is called, what can be chosen, what is chosen.

    ``key`` is the app's own name of it (``url-area``), ``kind`` selectbox, radio or slider.
    """

    id: str
    key: str
    kind: str
    label: str
    options: tuple[str, ...]
    value: str
    in_sidebar: bool


@dataclass(frozen=True)
class Link:
    """A link to another page: its name, its address, and the selection it carries."""

    label: str
    page: str
    query: str


@dataclass(frozen=True)
class Answer:
    """What one run of the script gave.

    ``seconds`` from the request sent to the last message received, ``wire`` the bytes received
    meanwhile as they were on the wire, ``raw`` the same unpacked. ``digest`` is that of every text,
    chart and table on the page.
    """

    seconds: float
    wire: int
    raw: int
    title: str
    heading: str
    permalink: str
    widgets: tuple[Widget, ...]
    links: tuple[Link, ...]
    digest: str
    failed: str


class _Counting(ClientConnection):
    """A connection that counts the bytes that come in."""

    received = 0

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)


def own_address(url: str) -> tuple[str, int]:
    """Return host and port of an address on this machine.

    Raises
    ------
    NotThisMachineError
        For any other host, names that might be anybody's included.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if parts.scheme != "http" or not loopback:
        raise NotThisMachineError(
            f"{url}: only http:// addresses of this machine (127.0.0.1, [::1], localhost)."
        )
    return host, parts.port or 80


@dataclass
class Session:
    """One reader; made by ``await Session.open(url)``."""

    first: Answer
    _socket: _Counting
    _query: str = ""
    _page: str = ""
    _large: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)
    #: What each choice stands at; the server sends that only where it thinks we do not know.
    _held: dict[str, str] = field(default_factory=dict)
    _run: int = 0

    @classmethod
    async def open(cls, url: str, path: str = "/") -> Session:
        """Open the app as a browser does; ``first`` is the first answer, page and all included.

        Raises
        ------
        NotThisMachineError
            When the address is not this machine's.
        NoAnswerError
            When nobody answers.
        """
        host, port = own_address(url)
        start = time.perf_counter()
        try:
            cookie = await asyncio.wait_for(asyncio.to_thread(_fetch, host, port, path), PATIENCE)
            name = f"[{host}]" if ":" in host else host
            socket = await connect(
                f"ws://{name}:{port}/_stcore/stream",
                subprotocols=["streamlit"],  # type: ignore[list-item]
                additional_headers={"Cookie": cookie} if cookie else None,
                max_size=None,
                create_connection=_Counting,
            )
        except (OSError, TimeoutError, http.client.HTTPException) as error:
            raise NoAnswerError(f"{url}: {error!r}") from error
        assert isinstance(socket, _Counting)
        parts = urlsplit(path)
        session = cls(_NOTHING, socket, parts.query)
        session.first = await session._ask(page_name=parts.path.strip("/"), since=start)
        return session

    async def follow(self, link: Link) -> Answer:
        """Follow a link to another page."""
        self._page, self._query = "", link.query
        return await self._ask(page_name=link.page)

    async def choose(self, last: Answer, widget: Widget, option: str) -> Answer:
        """Choose an option in a widget of the answer on the screen."""
        self._held[widget.id] = option
        return await self._ask(last, {widget.id: option})

    async def again(self) -> Answer:
        """Run the page again as it is."""
        return await self._ask()

    async def press(self, last: Answer, button: str) -> Answer:
        """Press the button with this id."""
        return await self._ask(last, pressed=button)

    async def close(self) -> None:
        await self._socket.close()

    async def _ask(
        self,
        last: Answer | None = None,
        changed: dict[str, str] | None = None,
        pressed: str = "",
        page_name: str = "",
        since: float | None = None,
    ) -> Answer:
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_script_hash, run.page_name = self._query, self._page, page_name
        run.cached_message_hashes.extend(self._large)
        for widget in last.widgets if last else ():
            value = (changed or {}).get(widget.id, widget.value)
            state = run.widget_states.widgets.add(id=widget.id)
            if widget.kind == "slider":
                state.string_array_value.data.append(value)
            else:
                state.string_value = value
        if pressed:
            run.widget_states.widgets.add(id=pressed, trigger_value=True)
        before = self._socket.received
        start = since or time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.send(message.SerializeToString())
                received = [raw async for raw in self._until_finished()]
        except Exception as error:
            raise NoAnswerError(repr(error)) from error
        taken = time.perf_counter() - start
        return self._read(received, taken, self._socket.received - before)

    async def _until_finished(self) -> AsyncIterator[bytes]:
        while True:
            raw = await self._socket.recv(decode=False)
            yield raw
            if len(raw) < _SMALL:
                message = ForwardMsg.FromString(raw)
                early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
                if (
                    message.WhichOneof("type") == "script_finished"
                    and message.script_finished != early
                ):
                    return

    def _read(self, received: list[bytes], seconds: float, wire: int) -> Answer:
        self._run += 1
        messages: list[ForwardMsg] = []
        for raw in received:
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                # A run that was given up for another one has left nothing behind.
                messages.clear()
            if kind == "ref_hash":
                path = list(message.metadata.delta_path)
                whole = ForwardMsg()
                whole.CopyFrom(self._large[message.ref_hash][1])
                whole.metadata.delta_path[:] = path
                self._large[message.ref_hash] = (self._run, whole)
                message = whole
            elif message.metadata.cacheable:
                self._large[message.hash] = (self._run, message)
            if kind == "navigation":
                self._page = message.navigation.page_script_hash
            if kind == "page_info_changed":
                self._query = message.page_info_changed.query_string
            messages.append(message)
        self._large = {
            key: kept for key, kept in self._large.items() if kept[0] > self._run - _KEPT_RUNS
        }
        answer = _answer(messages, self._held, seconds, wire, sum(map(len, received)))
        self._held |= {widget.id: widget.value for widget in answer.widgets}
        return answer


_NOTHING = Answer(0, 0, 0, "", "", "", (), (), "", "")


def _fetch(host: str, port: int, path: str) -> str:
    """Fetch the HTML page as a browser does before anything else; return the cookies it gave."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        response.read()
        if response.status != http.client.OK:
            raise http.client.HTTPException(f"status {response.status}")
        given = response.headers.get_all("Set-Cookie") or []
        return "; ".join(cookie.partition(";")[0] for cookie in given)
    finally:
        connection.close()


def _answer(
    messages: list[ForwardMsg], held: dict[str, str], seconds: float, wire: int, raw: int
) -> Answer:
    title = heading = permalink = failed = ""
    widgets: list[Widget] = []
    links: list[Link] = []
    digest = hashlib.sha256()
    for message in messages:
        kind = message.WhichOneof("type")
        if kind == "page_config_changed":
            title = message.page_config_changed.title
        elif kind == "script_finished" and message.script_finished:
            failed = f"finished with status {message.script_finished}"
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            continue
        element = message.delta.new_element
        in_sidebar = message.metadata.delta_path[0] == 1
        widget = _widget(element, held, in_sidebar)
        if widget:
            widgets.append(widget)
        what = element.WhichOneof("type")
        if what == "html" and in_sidebar:
            links += [
                Link(unescape(label), page, unescape(query))
                for page, query, label in _LINK.findall(element.html.body)
                # The front page has no place, and nothing to choose.
                if page
            ]
        if what == "exception" or (what == "alert" and element.alert.format == Alert.ERROR):
            failed = failed or "the page says that something went wrong"
        elif what == "html" and in_sidebar and (found := _PERMALINK.search(element.html.body)):
            permalink = unescape(found[1])
        elif what == "html" and (found := _HEADING.search(element.html.body)):
            # A long word may carry a soft hyphen, which a reader does not see.
            heading = unescape(found[1]).replace("\u00ad", "")
        for content in _content(element):
            digest.update(content)
    return Answer(
        seconds,
        wire,
        raw,
        title,
        heading,
        permalink,
        tuple(widgets),
        tuple(links),
        digest.hexdigest()[:16],
        failed,
    )


def _widget(element: Element, held: dict[str, str], in_sidebar: bool) -> Widget | None:
    kind = element.WhichOneof("type")
    if kind not in ("selectbox", "radio", "slider"):
        return None
    found = getattr(element, kind)
    options = tuple(found.options)
    if not options:
        return None
    if kind == "slider":
        default, sent = int(found.default[0]), found.raw_value[:1]
    else:
        default, sent = found.default, [found.raw_value]
    value = sent[0] if found.set_value else held.get(found.id, options[default])
    key = found.id.split("-", 2)[-1]
    return Widget(found.id, key, kind, found.label, options, value, in_sidebar)


def _content(element: Element) -> Iterator[bytes]:
    kind = element.WhichOneof("type")
    if kind in ("markdown", "heading", "html", "metric", "alert", "table", "dataframe"):
        yield getattr(element, kind).SerializeToString(deterministic=True)
