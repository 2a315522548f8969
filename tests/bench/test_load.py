"""The readers of the bench: they stay on this machine, and notice an answer that is not theirs."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from bench import server
from bench.load.__main__ import main
from bench.load.drive import Plan, Record, TooMuchError, drive
from bench.load.memory import listeners, resident
from bench.load.session import NotThisMachineError, Session, own_address
from bench.load.summary import summarise
from tests.bench.fake_app import (
    anothers_area,
    broken,
    fake_app,
    lost_choice,
    other_numbers,
    right,
)


def readers(fault=right, *, sessions=2, runs=1_000) -> Record:
    async def run() -> Record:
        async with fake_app(fault, runs) as url:
            return await drive(Plan(url, sessions, 0.1, (0.01, 0.02), least=10))

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "http://10.0.0.1:8501",
        "http://0.0.0.0:8501",
        "http://localhost.example.org",
        "http://127.0.0.1@example.org:8501",
        "https://127.0.0.1:8501",
        "127.0.0.1:8501",
        "",
    ],
)
def test_no_other_machine_is_ever_asked(url, capsys):
    with pytest.raises(NotThisMachineError):
        own_address(url)
    assert main(["--url", url]) == 2
    assert "only http:// addresses of this machine" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://127.0.0.1:8501", ("127.0.0.1", 8501)),
        ("http://localhost:80/kort", ("localhost", 80)),
        ("http://[::1]:8501", ("::1", 8501)),
    ],
)
def test_this_machine_may_be_asked_by_any_of_its_own_names(url, found):
    assert own_address(url) == found


@pytest.mark.parametrize(
    ("sessions", "seconds", "think"),
    [(0, 1, (0, 1)), (100_000, 1, (0, 1)), (1, 1e6, (0, 1)), (1, 1, (5, 2))],
)
def test_the_load_is_bounded(sessions, seconds, think):
    with pytest.raises(TooMuchError):
        Plan("http://127.0.0.1:8501", sessions, seconds, think)


def test_right_answers_are_found_right():
    record = readers()
    assert len(record.answers) >= 20
    assert len(record.opens) == 2
    assert record.wrong == record.errors == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (anothers_area, "the heading is"),
        (anothers_area, "the title is"),
        (lost_choice, "url-area is"),
        (other_numbers, "was shown otherwise before"),
        (broken, "something went wrong"),
    ],
)
def test_an_answer_that_is_not_ones_own_is_noticed(fault, said):
    assert any(said in wrong for wrong in readers(fault).wrong)


def test_a_closed_connection_is_an_error_and_the_reader_comes_back():
    record = readers(sessions=1, runs=3)
    assert record.errors
    assert len(record.opens) > 1


def test_nobody_there_is_an_error_not_a_crash():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        record = asyncio.run(drive(Plan(url, 1, 0.1, (0.01, 0.02))))
    assert record.errors
    summary = summarise(Plan(url, 1, 0.1), record)
    assert (summary.answers, summary.p95_ms) == (0, 0.0)


def test_growth_is_counted_from_when_a_server_has_settled():
    record = Record(before=100.0, took=1800.0)
    # Readers come for a minute; it fills for ten, and grows by a megabyte a minute afterwards.
    record.memory = [
        (t, 100.0 + min(t, 60) + min(t, 600) / 100 + max(0, t - 600) / 60) for t in range(1801)
    ]
    summary = summarise(Plan("http://127.0.0.1:1", 20, 1800), record)
    # From the middle of the first sixth of what follows to the middle of the last.
    assert summary.growth_mb == pytest.approx(1200 / 60 * 5 / 6, abs=0.1)
    assert summary.session_mb == pytest.approx((60 + 2) / 20, abs=0.2)


def test_a_short_run_settles_half_way():
    record = Record(before=100.0, took=60.0)
    record.memory = [(t, 100.0 + min(t, 30)) for t in range(61)]
    assert summarise(Plan("http://127.0.0.1:1", 20, 60), record).growth_mb == 0


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="these books are Linux'")
def test_a_server_is_found_by_its_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listeners(listener.getsockname()[1]) == [os.getpid()]
    assert resident([os.getpid()]) > 10


def test_five_readers_of_the_real_app_get_their_own_answers(warehouse_path):
    with server.app(warehouse_path) as running:
        plan = Plan(running.url, 5, 1, (0.1, 0.3), least=3)
        record = asyncio.run(drive(plan, [running.pid]))
    assert record.wrong == record.errors == []
    assert len(record.opens) == 5
    assert record.answers
    assert summarise(plan, record).before_mb > 100


def test_what_has_not_changed_is_not_sent_again(warehouse_path):
    async def run(url: str) -> tuple[int, int]:
        session = await Session.open(url, "/kort")
        year = next(w for w in session.first.widgets if w.key == "url-year")
        answer = await session.choose(session.first, year, year.options[1])
        await session.close()
        return answer.wire, answer.raw

    with server.app(warehouse_path) as running:
        wire, raw = asyncio.run(run(running.url))
    assert wire < raw / 5
