"""Serving the app: Streamlit's own ASGI server, tuned, on this machine only unless told.

What the tuning gives is measured: imports are done before the first reader comes, what they made
is frozen out of garbage collection, and Streamlit's collection after each run is off.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import gc
import importlib
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import CloseCode, Frame

from dashboard.asgi import PageMiddleware, routes
from dashboard.door import LARGEST_MESSAGE, own_names
from dashboard.messages import log_visibly
from dashboard.reference import WAREHOUSE_VARIABLE, open_warehouse, reference_of
from dashboard.run import failed, page_modules
from dashboard.settings import PUBLIC_VARIABLE, streamlit_settings
from dashboard.text import catalogue
from warehouse import WarehouseError
from warehouse.read import slices

SCRIPT = Path(__file__).parent / "app.py"
DEFAULT_ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
#: What glibc's malloc.h calls the number of heaps.
_M_ARENA_MAX = -8
#: Ports tried after the default one when it is taken and none was asked for.
_FURTHER_PORTS = 20
#: Imported by pages only when first drawn; done ahead, the first reader waits 0.3 s, not 2 s.
_WARM = ("duckdb", "plotly.graph_objects", "polars", "pyarrow")


class ServeError(Exception):
    """The app cannot be served; the message says why and what to do."""


class _WebSocket(WebSocketsSansIOProtocol):
    """Uvicorn's websocket, with a memory of 32 kB a reader for packing, not 4 kB.

    Most of a page is as it was before the click. With a memory that reaches back to the last
    answer, only what is new is sent (measured on the map: 2 kB, not 10), for 0.1 MB a reader.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.available_extensions = [
            ServerPerMessageDeflateFactory(
                client_max_window_bits=12, compress_settings={"memLevel": 5}
            )
        ]

    def handle_text(self, event: Frame) -> None:
        """End a session that is sent a text: the page sends none, and a broken one is logged."""
        self.conn.fail(CloseCode.UNSUPPORTED_DATA, "no texts are read here")
        self.handle_parser_exception()


def make_app(warehouse: Path, address: str = DEFAULT_ADDRESS) -> App:
    """Return the app as ASGI, for our own server or anybody's.

    Parameters
    ----------
    warehouse
        The file shown. It may be missing (the page says so) and may be replaced meanwhile.
    address
        Where the server listens; together with the environment's ``KLYNGEBLIK_URL`` it decides
        which names are answered.
    """
    names = own_names(address, os.environ.get(PUBLIC_VARIABLE, ""))
    os.environ[WAREHOUSE_VARIABLE] = str(warehouse.resolve())
    # Our pages lie in a folder of a name Streamlit has its own use for. st.navigation says so too,
    # but only once a script has run: the first reader of a process would get an empty page.
    PagesManager.uses_pages_directory = False

    @contextlib.asynccontextmanager
    async def lifespan(_app: App) -> AsyncIterator[None]:
        await asyncio.to_thread(warm, warehouse)
        yield

    return App(
        SCRIPT,
        lifespan=lifespan,
        routes=routes(warehouse),
        middleware=[Middleware(PageMiddleware, names=names)],
        on_script_error=failed,
    )


def warm(warehouse: Path) -> None:
    """Do what the first reader would otherwise wait for, then freeze it out of collections."""
    for name in _WARM:
        importlib.import_module(name)
    page_modules()
    for lang in ("da", "en"):
        catalogue(lang)
    with contextlib.suppress(WarehouseError):
        opened = open_warehouse(warehouse)
        reference_of(opened)
        # Where each number lies, too, is read once for a file.
        slices.read(opened, ())
    gc.collect()
    gc.freeze()


def _few_heaps() -> None:
    """Let all threads share two heaps.

    Each run of a page is a thread of its own, and glibc keeps up to eight heaps a core for them,
    each as large as the largest page it ever made: a server's memory would grow for a long time.
    Python's threads take turns anyway.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another library than glibc
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def bind(address: str, port: int | None) -> socket.socket:
    """Return a listening socket.

    Parameters
    ----------
    address
        Where to listen.
    port
        The port, 0 for any free one; ``None`` for the default or the next free one after it.

    Raises
    ------
    ServeError
        When the port is taken, may not be used, or the address is not this machine's.
    """
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + _FURTHER_PORTS) if port is None else (port,)
    for candidate in wanted:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        # Named as TCP, or asyncio leaves Nagle's algorithm on, and each answer of several messages
        # waits 40 ms for the reader's acknowledgement of the first.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                continue
            if error.errno == errno.EACCES:
                raise ServeError(
                    f"Port {candidate} may not be used here; choose one above 1023."
                ) from error
            raise ServeError(f"Cannot listen on {address}: {error.strerror}.") from error
        return listener
    tried = str(port) if port is not None else f"{wanted[0]}–{wanted[-1]}"
    raise ServeError(f"Port {tried} is taken; stop what uses it or choose another with --port.")


def serve(
    warehouse: Path,
    port: int | None = None,
    open_browser: bool = False,
    address: str = DEFAULT_ADDRESS,
) -> None:
    """Serve the app until it is stopped (Ctrl+C or SIGTERM).

    Parameters
    ----------
    warehouse
        The warehouse file.
    port
        The port; ``None`` takes the default or the next free one, 0 any free one.
    open_browser
        Whether to open the reader's browser once the app answers.
    address
        Where to listen: this machine only unless told.

    Raises
    ------
    ServeError
        When the port or the address cannot be had.
    """
    _few_heaps()
    log_visibly()
    listener = bind(address, port)
    actual = int(listener.getsockname()[1])
    public = os.environ.get(PUBLIC_VARIABLE, "")
    load_config_options(streamlit_settings(address, actual, public))
    host = f"[{address}]" if ":" in address else address
    url = f"http://{'localhost' if address in ('0.0.0.0', '::') else host}:{actual}"  # noqa: S104
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(warehouse, address),
            log_level="warning",
            access_log=False,
            server_header=False,
            ws=_WebSocket,
            ws_max_size=LARGEST_MESSAGE,
            # Open pages hold their connection: Ctrl+C should not wait for them.
            timeout_graceful_shutdown=1,
        )
    )
    announcer = threading.Thread(target=_announce, args=(server, url, open_browser), daemon=True)
    announcer.start()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()


def _announce(server: uvicorn.Server, url: str, open_browser: bool) -> None:
    """Say the address once the server answers, not before."""
    waiting = threading.Event()
    while not server.started:
        if server.should_exit or waiting.wait(0.05):
            return
    sys.stdout.write(f"Klyngeblik: {url}\n")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(url)
