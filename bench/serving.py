"""Many readers, many rows: what DESIGN asks of the server, measured on a server of its own."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import warehouse
from bench import large, proxy, server
from bench.bar import Bar
from bench.load.drive import Plan, drive
from bench.load.memory import resident
from bench.load.session import Session
from bench.load.summary import Summary, summarise
from bench.pages import time_pages

READERS = 50
#: ``make bench`` is short; ``--full`` takes twenty minutes, for a server settles in ten.
SHORT, LONG = 60.0, 1200.0
_CROWD = 200
_CROWD_SECONDS = 40.0
#: Sessions opened to see what one holds.
_HELD = 100
_FIRST_OPENS = 3
#: Growth over the minutes that counts as none: an allocator keeps some pages for later.
_STEADY = 1.03


def bars(path: Path, seconds: float = SHORT) -> Iterator[Bar]:
    """Measure one server: first reader, memory, bytes, many readers; then several processes."""
    yield _geometry(path)
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder) / "large.duckdb"
        large.grow(path, grown, listed=False)
        yield _first_open(grown)
        with server.app(grown) as running:
            yield from _map_bytes(running)
            yield from _many(running, seconds)
        with server.app(grown) as running:
            yield _session_memory(running)
        yield from _several(grown, Path(folder))


def _geometry(path: Path) -> Bar:
    with warehouse.connect(path) as wh:
        maps = wh.sql(
            "SELECT geography, octet_length(geojson_gz) / 1000 AS kb FROM maps "
            "WHERE detail = 'country' ORDER BY kb DESC LIMIT 1"
        )
    geography, weight = maps.row(0)
    return Bar(f"map geometry, {geography}", weight, 40, "the bar", "kB gzipped", 1)


def _first_open(path: Path) -> Bar:
    """Be the first reader a process ever has: page, connection and first answer."""
    taken = []
    for _ in range(_FIRST_OPENS):
        with server.app(path) as running:
            taken.append(asyncio.run(_open(running.url)))
    name = "first open, by a process' first reader"
    return Bar(name, statistics.median(taken), 0.5, "the bar", "s", 1)


async def _open(url: str) -> float:
    session = await Session.open(url)
    await session.close()
    return session.first.seconds


def _map_bytes(running: server.Server) -> Iterator[Bar]:
    """Change the year of the map: what comes over the wire, the table beside it included."""
    for geography, areas in (("klynger-2022", "clusters"), ("kommuner", "municipalities")):
        measured = asyncio.run(_change_years(running.url, geography))
        yield Bar(f"another year on the map of {areas}", measured, 10, "the bar", "kB", 1)


async def _change_years(url: str, geography: str) -> float:
    session = await Session.open(url, f"/kort?geo={geography}&map={geography}")
    answer, wire = session.first, []
    year = next(w for w in answer.widgets if w.key == "url-year")
    for option in year.options[1:7]:
        answer = await session.choose(answer, year, option)
        wire.append(answer.wire)
    await session.close()
    return max(wire) / 1000


def _many(running: server.Server, seconds: float) -> Iterator[Bar]:
    summary = load(running.url, [running.pid], READERS, seconds)
    readers = f"{READERS} readers for {summary.seconds:.0f} s"
    yield Bar(f"{readers}: an answer, p95", summary.p95_ms, 250, "the bar", "ms", 1)
    bad = summary.wrong + summary.errors
    yield Bar(f"{readers}: wrong or missing answers", bad, summary.answers or 1, "answers", "", 0)
    yield Bar(
        f"{readers}: memory at the end",
        summary.end_mb,
        summary.settled_mb,
        "when settled",
        "MB",
        _STEADY,
    )


def load(url: str, pids: list[int], readers: int, seconds: float) -> Summary:
    """Let many readers walk, two to five seconds between clicks; return what it came to."""
    plan = Plan(url, readers, seconds)
    return summarise(plan, asyncio.run(drive(plan, pids)))


def _session_memory(running: server.Server) -> Bar:
    """Hold many sessions open that have each seen a page, on a server that has seen all of them."""
    load(running.url, [], 8, 20)

    async def hold() -> float:
        before = resident([running.pid])
        sessions = [await Session.open(running.url) for _ in range(_HELD)]
        held = resident([running.pid]) - before
        await asyncio.gather(*(session.close() for session in sessions))
        return held / _HELD

    return Bar("memory of a session", asyncio.run(hold()), 0.3, "the bar", "MB", 1)


def _several(path: Path, folder: Path) -> Iterator[Bar]:
    """Send more readers than one process can serve to one, and to two behind one address."""
    cores = len(os.sched_getaffinity(0))
    nginx = proxy.find_nginx(folder)
    if cores < 2 or nginx is None:
        return
    alone, together = (_crowd(path, folder, nginx, processes) for processes in (1, 2))
    yield Bar(
        f"{_CROWD} readers on two processes",
        together.answers_per_second,
        alone.answers_per_second,
        f"on one; {cores} cores for them, nginx and the readers",
        "answers/s",
        1.3,
        at_least=True,
    )
    bad = alone.wrong + alone.errors + together.wrong + together.errors
    answers = alone.answers + together.answers
    yield Bar("the same: wrong or missing answers", bad, answers or 1, "answers", "", 0)


def _crowd(path: Path, folder: Path, nginx: str, processes: int) -> Summary:
    with ExitStack() as stack:
        servers = [stack.enter_context(server.app(path)) for _ in range(processes)]
        url = stack.enter_context(proxy.balanced(nginx, folder, servers))
        return load(url, [s.pid for s in servers], _CROWD, _CROWD_SECONDS)


def flat_bars(path: Path, sizes: tuple[int, ...] = (5_000_000, 50_000_000)) -> Iterator[Bar]:
    """Serve the same pages from tables of half a million rows, of ten times and a hundred times it.

    All three servers run, and take turns page by page, so that whatever else the machine does
    touches them alike.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        smallest = folder / "small.duckdb"
        large.thin(path, smallest, 500_000)
        paths = [smallest]
        for rows in sizes:
            paths.append(folder / f"{rows}.duckdb")
            large.grow(smallest, paths[-1], rows, listed=False)
        servers = [stack.enter_context(server.app(p)) for p in paths]
        taken = [0.0] * len(servers)
        for page in _FLAT_PAGES:
            for number, running in enumerate(servers):
                [timing] = time_pages(running, [page])
                taken[number] += timing.p50
    for number, rows in enumerate(sizes):
        yield Bar(
            f"an answer at {rows / 1e6:g} million rows",
            1000 * taken[number + 1] / len(_FLAT_PAGES),
            1000 * taken[number] / len(_FLAT_PAGES),
            "at a tenth of them",
            "ms",
            1.2,
        )


#: Pages whose numbers come from the measures, each its own way.
_FLAT_PAGES = ("", "kort", "sektorer", "sammenlign", "kronisk")
