"""How requests fail, and what is made of it."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

import pytest

from etl.sources.answers import json_in
from etl.sources.errors import FetchError, RefusedError
from etl.sources.web import Ask, Patience, Web
from tests.fetch.server import Answer, Service, serving

GOOD = Answer({"good": True})


@pytest.fixture
def service() -> Iterator[Service]:
    with serving(lambda _: GOOD) as made:
        yield made


def fetch(base: str, patience: Patience, folder: Path) -> object:
    with Web(patience) as web:
        return web.fetch(Ask(f"{base}/x"), folder / "answer", json_in)


MISHAPS = {
    "cut off half-way": Answer({"long": "x" * 100_000}, cut=True),
    "not JSON": Answer('{"good": tr'),
    "a page of a proxy": Answer("<!DOCTYPE html><html>sign in</html>"),
    "429": Answer("slow down", 429, {"Retry-After": "0"}),
    "429 with a date": Answer(
        "slow down",
        429,
        {"Retry-After": format_datetime(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), usegmt=True)},
    ),
    "503 with nonsense": Answer("", 503, {"Retry-After": "soon"}),
    "500": Answer("boom", 500),
    "502": Answer("<html>bad gateway</html>", 502),
    "408": Answer("", 408),
}


@pytest.mark.parametrize("mishap", MISHAPS.values(), ids=MISHAPS)
def test_what_passes_is_waited_out(
    service: Service, patience: Patience, folder: Path, mishap: Answer
) -> None:
    service.fails(mishap, mishap)
    assert fetch(service.base, patience, folder) == {"good": True}
    assert len(service.asked) == 3


@pytest.mark.parametrize("mishap", MISHAPS.values(), ids=MISHAPS)
def test_what_does_not_pass_is_told_after_the_last_try(
    service: Service, patience: Patience, folder: Path, mishap: Answer
) -> None:
    service.fails(*[mishap] * 50)
    with pytest.raises(FetchError, match="5 tries"):
        fetch(service.base, patience, folder)
    assert len(service.asked) == 5


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (MISHAPS["cut off half-way"], "cut off"),
        (MISHAPS["not JSON"], "not JSON"),
        (MISHAPS["a page of a proxy"], "web page"),
        (MISHAPS["500"], "answered 500: boom"),
        (MISHAPS["502"], "answered 502 "),
    ],
)
def test_the_last_mishap_is_told_in_words(
    service: Service, patience: Patience, folder: Path, said: Answer, shown: str
) -> None:
    service.fails(*[said] * 5)
    with pytest.raises(FetchError, match=shown):
        fetch(service.base, patience, folder)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_a_no_is_not_asked_again(
    service: Service, patience: Patience, folder: Path, status: int
) -> None:
    service.fails(Answer("because", status))
    with pytest.raises(RefusedError, match=f"{status}: because"):
        fetch(service.base, patience, folder)
    assert len(service.asked) == 1


def test_a_long_wait_is_told_instead_of_waited_for(
    service: Service, patience: Patience, folder: Path
) -> None:
    service.fails(Answer("", 429, {"Retry-After": "7200"}))
    with pytest.raises(FetchError, match="7,200 seconds"):
        fetch(service.base, patience, folder)
    assert len(service.asked) == 1


def test_a_wait_that_is_asked_for_is_kept(
    service: Service, patience: Patience, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("etl.sources.web.sleep", waits.append)
    service.fails(Answer("", 429, {"Retry-After": "40"}), *[Answer("", 500)] * 3)
    fetch(service.base, replace(patience, first_wait=1, longest_wait=60), folder)
    assert waits[0] == 40
    # Without a word from the service: doubled each time, up to half of it left to chance.
    assert all(wait / 2 <= slept <= wait for wait, slept in zip([2, 4, 8], waits[1:], strict=True))


def test_a_service_that_says_nothing_is_left(patience: Patience, folder: Path) -> None:
    released = threading.Event()
    with serving(lambda _: Answer({}, hold=released)) as service:
        with pytest.raises(FetchError, match="no answer in time"):
            fetch(service.base, replace(patience, read=0.05, tries=2), folder)
        released.set()


def test_an_answer_that_trickles_is_left(
    service: Service, patience: Patience, folder: Path
) -> None:
    with pytest.raises(FetchError, match="too slowly"):
        fetch(service.base, replace(patience, whole=-1, tries=2), folder)


def test_an_answer_without_end_is_left(service: Service, patience: Patience, folder: Path) -> None:
    service.fails(Answer(b"x" * 200_000))
    with pytest.raises(FetchError, match="larger than"):
        fetch(service.base, replace(patience, most_bytes=100_000), folder)
    assert len(service.asked) == 1


def test_a_machine_that_is_offline_is_told_so(patience: Patience, folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(FetchError, match="no connection; is this machine online"):
            fetch(base, patience, folder)


@pytest.mark.parametrize("base", ["api.statbank.dk/v1", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told_so(base: str, patience: Patience, folder: Path) -> None:
    with pytest.raises(FetchError, match="--base"):
        fetch(base, patience, folder)


def test_a_redirect_is_told_and_not_followed(
    service: Service, patience: Patience, folder: Path
) -> None:
    elsewhere = {"Location": "https://example.org/v2/x?apiKey=secret"}
    service.fails(Answer("", 301, elsewhere))
    with pytest.raises(FetchError, match=r"on to https://example\.org/v2/x\. ") as caught:
        fetch(service.base, patience, folder)
    assert "secret" not in str(caught.value)
    assert len(service.asked) == 1


def test_an_interrupted_fetch_leaves_nothing(
    folder: Path, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.sources import fetch_boundaries

    def interrupt(_: Path) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.sources.dawa._frame", interrupt)
    with serving(lambda _: GOOD) as service, pytest.raises(KeyboardInterrupt):
        fetch_boundaries(folder, source="dawa", base=service.base, patience=patience)
    assert list(folder.iterdir()) == []


def test_a_post_carries_json_and_says_who_asks(service: Service, folder: Path) -> None:
    with Web() as web:
        web.fetch(Ask(f"{service.base}/x", {"a": "æ"}, {"b": [1]}), folder / "answer", json_in)
    asked = service.asked[0]
    assert (asked.query, asked.body) == ({"a": "æ"}, {"b": [1]})
    assert json.loads((folder / "answer").read_text()) == {"good": True}
