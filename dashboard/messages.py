"""Of what may be sent to a session, what is let through: what our page sends, and nothing else.

Streamlit also takes messages made for developers. Sent by any reader, one empties what is kept for
all readers, another tells which files of the checkout have changed.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from geo.said import visible

#: A choice or another page, leaving one that is not done, and that the page is still there.
_NEEDED: Final = ("rerun_script", "stop_script", "app_heartbeat")
#: A message that is none of Streamlit's (RFC 6455, 7.4.1: protocol error).
_NO_MESSAGE: Final = 1002


def needed_only(receive: Receive, send: Send) -> Receive:
    """Return what receives a websocket's messages without those our page never sends.

    Streamlit's page asks for some of the others by itself: they are passed over, so that its
    session goes on. One that is no message at all ends the session.

    Parameters
    ----------
    receive, send
        Of the websocket, as ASGI has them.
    """

    async def received() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            kind = _kind(message.get("bytes"))
            if kind is None:
                await send({"type": "websocket.close", "code": _NO_MESSAGE})
                return {"type": "websocket.disconnect", "code": _NO_MESSAGE}
            if kind in _NEEDED:
                return message

    return received


def _kind(content: bytes | None) -> str | None:
    """Return which message it is, empty for none that is known; ``None`` for no message."""
    if content is None:  # a text; Streamlit's messages are none
        return None
    try:
        return BackMsg.FromString(content).WhichOneof("type") or ""
    except DecodeError:
        return None


def log_visibly() -> None:
    """Let nothing that a reader sends steer the terminal, or look like lines of the log.

    For the whole process: Streamlit and the server log parts of messages as they came.
    """
    make = logging.getLogRecordFactory()

    def visible_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.msg = visible(record.msg, lines=True) if isinstance(record.msg, str) else record.msg
        if isinstance(record.args, tuple):
            record.args = tuple(visible(a) if isinstance(a, str) else a for a in record.args)
        return record

    logging.setLogRecordFactory(visible_record)
