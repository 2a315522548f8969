"""Messages of a session: what our page sends gets through; the log shows nothing that steers."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from dashboard.messages import log_visibly, needed_only


def through(*frames: dict[str, object]) -> tuple[list[Any], list[Any]]:
    """Return what the app receives of frames and a goodbye, and what is sent back."""
    coming = iter([{"type": "websocket.receive", **frame} for frame in frames])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(coming, {"type": "websocket.disconnect", "code": 1001})

    async def send(message: Any) -> None:
        sent.append(message)

    async def all_received() -> list[Any]:
        received = needed_only(receive, send)
        found = [await received()]
        while found[-1]["type"] == "websocket.receive":
            found.append(await received())
        return found

    return asyncio.run(all_received()), sent


def message(**fields: Any) -> dict[str, object]:
    return {"bytes": BackMsg(**fields).SerializeToString()}


def test_what_the_page_needs_comes_through_as_it_was_sent() -> None:
    choice = BackMsg()
    choice.rerun_script.query_string = "area=dk"
    wanted = [
        {"bytes": choice.SerializeToString()},
        message(stop_script=True),
        message(app_heartbeat=True),
    ]
    found, sent = through(*wanted)
    assert [frame.get("bytes") for frame in found] == [*(w["bytes"] for w in wanted), None]
    assert sent == []


def test_the_cache_of_all_readers_is_not_emptied_by_one() -> None:
    found, sent = through(
        message(clear_cache=True),
        message(load_git_info=True),
        message(set_run_on_save=True),
        {"bytes": b""},
    )
    assert found == [{"type": "websocket.disconnect", "code": 1001}]
    assert sent == []


@pytest.mark.parametrize("frame", [{"text": "hello"}, {"bytes": b"\xff\xff"}])
def test_what_is_no_message_ends_the_session(frame: dict[str, object]) -> None:
    found, sent = through(frame, message(app_heartbeat=True))
    assert found == [{"type": "websocket.disconnect", "code": 1002}]
    assert sent == [{"type": "websocket.close", "code": 1002}]


def test_what_a_reader_sends_is_shown_in_the_log(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    plain = logging.getLogRecordFactory()
    request.addfinalizer(lambda: logging.setLogRecordFactory(plain))
    log_visibly()
    harm = "\x1b[31m\n2026-01-01 all is well\u202e"
    logging.getLogger("a").warning("No part %s of %d.", harm, 7)
    logging.getLogger("a").warning("No part %(part)s.", {"part": 1})
    logging.getLogger("a").warning(f"No {harm}")
    first, second, third = (record.getMessage() for record in caplog.records)
    assert first == "No part ␛[31m␊2026-01-01 all is well� of 7."
    assert second == "No part 1."
    assert "\x1b" not in third
