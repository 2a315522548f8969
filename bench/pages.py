"""How long the server works for one answer, page by page.

    python -m bench.pages [--warehouse FILE] [--runs 40] [kort sektorer ...]

A real server process is asked over a real websocket, one reader at a time: from the request sent
to the last message of the answer received. So everything the server does is in it (the script, its
queries, what Streamlit does before and after, packing, sending), and only the reader's own reading
is not. It is a little more than the script alone, which is all a reader could never notice. A
reader walks each page as a person would: other areas, other groupings, other choices on the page;
the same walk each time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import large, server
from bench.bar import Bar, quantile
from bench.load.memory import processor_seconds
from bench.load.session import Session
from bench.load.walk import Walk
from dashboard.run import page_modules

SHIPPED = Path("data/warehouse.duckdb")
RUNS = 40
_SEED = 8


@dataclass(frozen=True)
class Timing:
    """What one page took: seconds of each answer, and bytes of each as they were on the wire.

    ``processor`` is the mean of processor seconds the server used for one, also when the machine
    has other things to do. ``wrong`` says which answers were not what was asked for: their time
    means nothing.
    """

    page: str
    seconds: tuple[float, ...]
    wire: tuple[int, ...]
    processor: float = 0.0
    wrong: tuple[str, ...] = ()

    @property
    def p50(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return quantile(self.seconds, 0.95)


def slugs() -> list[str]:
    """Return the address of every page there is."""
    return [page.slug for page, _ in page_modules()]


def time_pages(running: server.Server, pages: Sequence[str], runs: int = RUNS) -> list[Timing]:
    """Walk each page and return what its answers took."""
    return asyncio.run(_time_pages(running, pages, runs))


async def _time_pages(running: server.Server, pages: Sequence[str], runs: int) -> list[Timing]:
    out = []
    for page in pages:
        async with AsyncExitStack() as stack:
            session = await Session.open(running.url, f"/{page}")
            stack.push_async_callback(session.close)
            walk = Walk(session, {}, random.Random(_SEED), stay=True)
            seconds, wire, wrong = [], [], walk.wrong_at_first(page)
            # The first step is not counted: the very first reader of a page in a process waits for
            # imports that nobody after does. Opening the app has a bar of its own.
            used = 0.0
            for step in range(runs + 1):
                wrong += await walk.step()
                if not step:
                    used = processor_seconds(running.pid)
                else:
                    seconds.append(walk.answer.seconds)
                    wire.append(walk.answer.wire)
            used = (processor_seconds(running.pid) - used) / runs
        name = page or "(front page)"
        out.append(Timing(name, tuple(seconds), tuple(wire), used, tuple(wrong)))
    return out


def time_empty(running: server.Server, runs: int = RUNS) -> Timing:
    """Return what an empty Streamlit app takes for a run."""

    async def ask() -> Timing:
        session = await Session.open(running.url)
        await session.again()
        used = processor_seconds(running.pid)
        answers = [await session.again() for _ in range(runs)]
        used = (processor_seconds(running.pid) - used) / runs
        await session.close()
        return Timing(
            "empty app",
            tuple(a.seconds for a in answers),
            tuple(a.wire for a in answers),
            used,
        )

    return asyncio.run(ask())


def floors(runs: int = RUNS) -> tuple[Timing, Timing]:
    """Return an empty app as it comes, and without Streamlit's collection after each run."""
    with server.empty() as default:
        plain = time_empty(default, runs)
    with server.empty(tuned=True) as tuned:
        return plain, replace(time_empty(tuned, runs), page="empty app, tuned")


def bars(path: Path) -> Iterator[Bar]:
    """Time every page at five million rows; then the same pages as the table grows."""
    default, _ = floors()
    with tempfile.TemporaryDirectory() as folder:
        grown = Path(folder) / "large.duckdb"
        large.grow(path, grown, listed=False)
        with server.app(grown) as running:
            timings = time_pages(running, slugs())
    every = [s for timing in timings for s in timing.seconds]
    yield Bar(
        "an answer at 5 million rows, all pages, p95",
        1000 * quantile(every, 0.95),
        60,
        "the bar",
        "ms",
        1,
    )
    wrong = [w for timing in timings for w in timing.wrong]
    yield Bar("the same: wrong answers", len(wrong), len(every), "answers", "", 0)
    slowest = max(timings, key=lambda timing: timing.p95)
    yield Bar(
        f"the slowest page ({slowest.page}), p95",
        1000 * slowest.p95,
        60,
        f"the bar; an empty app takes {1000 * default.p95:.0f}",
        "ms",
        1,
    )
    heaviest = max(timings, key=lambda timing: timing.processor)
    yield Bar(
        f"processor time of an answer, mean, the heaviest page ({heaviest.page})",
        1000 * heaviest.processor,
        60,
        f"the bar; an empty app takes {1000 * default.processor:.0f}",
        "ms",
        1,
    )


def print_timings(timings: Sequence[Timing], *empty: Timing) -> None:
    """Print a table: slowest page first, the floors last."""
    table = Table("page", "p50 ms", "p95 ms", "cpu ms", "kB p50", "kB max", "p95 / empty app")
    for timing in [*sorted(timings, key=lambda t: -t.p95), *empty]:
        table.add_row(
            timing.page,
            f"{1000 * timing.p50:.1f}",
            f"{1000 * timing.p95:.1f}",
            f"{1000 * timing.processor:.1f}",
            f"{statistics.median(timing.wire) / 1000:.1f}",
            f"{max(timing.wire) / 1000:.1f}",
            f"{timing.p95 / empty[0].p95:.2f}" if empty else "",
        )
    console = Console(width=100)
    console.print(table)
    for timing in timings:
        for wrong in timing.wrong:
            console.print(f"WRONG {timing.page}: {wrong}", style="red")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what the pages take."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("pages", nargs="*", help="addresses of pages; all when left out")
    parser.add_argument("--warehouse", type=Path, default=SHIPPED)
    parser.add_argument("--rows", type=int, help="grow the warehouse to so many measures first")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--no-floor", action="store_true", help="leave out the empty app")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.warehouse
        if chosen.rows:
            path = Path(folder) / "large.duckdb"
            large.grow(chosen.warehouse, path, chosen.rows, listed=False)
        empty = () if chosen.no_floor else floors(chosen.runs)
        with server.app(path) as running:
            timings = time_pages(running, chosen.pages or slugs(), chosen.runs)
    print_timings(timings, *empty)


if __name__ == "__main__":
    main()
