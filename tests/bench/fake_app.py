"""An app of one page that speaks Streamlit's protocol, and can be made to answer wrongly."""

from __future__ import annotations

import contextlib
import http
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from html import escape

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

AREAS = ("Horsensklyngen", "Randersklyngen", "Midtklyngen")


@dataclass(frozen=True)
class Shown:
    """What the page shows; a fault changes some of it."""

    area: str
    title: str
    heading: str
    text: str
    error: bool = False


Fault = Callable[[Shown, int], Shown]


def right(shown: Shown, _run: int) -> Shown:
    return shown


def anothers_area(shown: Shown, run: int) -> Shown:
    """Show the title and heading of the area somebody else asked for."""
    other = AREAS[(AREAS.index(shown.area) + 1) % len(AREAS)]
    wrong = replace(shown, title=f"{other} · Profil · Klyngeblik", heading=f"Profil: {other}")
    return wrong if run == 2 else shown


def lost_choice(shown: Shown, run: int) -> Shown:
    """Go back to the first area whatever is chosen."""
    return _shown(AREAS[0]) if run > 1 else shown


def other_numbers(shown: Shown, run: int) -> Shown:
    """Show the right area with numbers that change from time to time."""
    return replace(shown, text=f"{shown.text} {run}")


def broken(shown: Shown, run: int) -> Shown:
    return replace(shown, error=run == 2)


@contextlib.asynccontextmanager
async def fake_app(fault: Fault = right, runs: int = 1_000) -> AsyncIterator[str]:
    """Serve the page; the connection is closed after so many runs of the script."""

    async def handle(connection: ServerConnection) -> None:
        area, done = AREAS[0], 0
        async for raw in connection:
            done += 1
            if done > runs:
                return
            for state in BackMsg.FromString(raw).rerun_script.widget_states.widgets:
                if state.id.endswith("url-area"):
                    area = state.string_value
            for message in _messages(fault(_shown(area), done)):
                await connection.send(message.SerializeToString())

    def page(connection: ServerConnection, request: Request) -> Response | None:
        if request.path == "/_stcore/stream":
            return None
        return Response(http.HTTPStatus.OK, "OK", Headers({"Content-Length": "2"}), b"ok")

    async with serve(
        handle, "127.0.0.1", 0, process_request=page, subprotocols=["streamlit"]
    ) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _shown(area: str) -> Shown:
    return Shown(area, f"{area} · Profil · Klyngeblik", f"Profil: {area}", f"Om {area}.")


def _messages(shown: Shown) -> list[ForwardMsg]:
    start, config, link, widget, permalink, heading, text, error, end = (
        ForwardMsg() for _ in range(9)
    )
    start.new_session.name = "app.py"
    config.page_config_changed.title = shown.title
    link.metadata.delta_path[:] = (1, 0)
    link.delta.new_element.html.body = f'<li><a href="/profil?area={shown.area}">Profil</a></li>'
    widget.metadata.delta_path[:] = (1, 1)
    box = widget.delta.new_element.selectbox
    box.id, box.label, box.raw_value, box.set_value = "$$ID-0-url-area", "Område", shown.area, True
    box.options[:] = AREAS
    permalink.metadata.delta_path[:] = (1, 2)
    html = f'<p class="kb-permalink"><a href="/profil?area={shown.area}" data-copied="">x</a></p>'
    permalink.delta.new_element.html.body = html
    heading.metadata.delta_path[:] = (0, 0)
    heading.delta.new_element.html.body = f'<h1 class="kb-heading">{escape(shown.heading)}</h1>'
    text.metadata.delta_path[:] = (0, 1)
    text.delta.new_element.markdown.body = shown.text
    error.metadata.delta_path[:] = (0, 2)
    error.delta.new_element.alert.format = Alert.ERROR
    end.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    said = [start, config, link, widget, permalink, heading, text]
    return [*said, *([error] if shown.error else []), end]
