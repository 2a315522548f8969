"""Many readers at once: each walks through the app, thinks, and checks every answer."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load.memory import resident
from bench.load.session import NoAnswerError, Session, own_address
from bench.load.walk import Shown, Walk

MOST_SESSIONS = 1_000
MOST_SECONDS = 3_600.0
#: Readers come one after the other, so many a second.
_ARRIVALS = 10.0
_SAMPLES_EVERY = 1.0
#: Where a reader begins: the front page has no choices to try.
START = "/profil"
#: Readers that look at every page once before anything is counted.
_WARMING = 2


class TooMuchError(ValueError):
    """More was asked for than a bench on one machine should do."""


@dataclass(frozen=True)
class Plan:
    """Who comes, for how long, and how long they think between two clicks (seconds).

    A reader stays until the time is over and `least` answers have come, however slow the machine.
    """

    url: str
    sessions: int
    seconds: float
    think: tuple[float, float] = (2.0, 5.0)
    seed: int = 8
    least: int = 0

    def __post_init__(self) -> None:
        own_address(self.url)
        if not 1 <= self.sessions <= MOST_SESSIONS:
            raise TooMuchError(f"{self.sessions} sessions: 1 to {MOST_SESSIONS}.")
        if not 0 < self.seconds <= MOST_SECONDS:
            raise TooMuchError(f"{self.seconds:g} seconds: up to {MOST_SECONDS:g}.")
        if not 0 <= self.think[0] <= self.think[1]:
            raise TooMuchError("Thinking takes from the first number to the second.")


@dataclass
class Record:
    """What happened.

    Attributes
    ----------
    answers, opens
        Seconds of each answer, and of each opening of the app (page, connection, first answer).
    wire
        Bytes of each answer.
    wrong, errors
        What was wrong with answers, and which never came.
    memory
        Seconds since the start and megabytes of the servers.
    before
        Megabytes before the readers came.
    took
        Seconds from the first reader to the last answer.
    """

    answers: list[float] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    wire: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    before: float = 0.0
    took: float = 0.0


async def drive(plan: Plan, pids: Sequence[int] = ()) -> Record:
    """Let the readers come, walk, and leave when their time is over.

    Parameters
    ----------
    plan
        Who comes, and for how long.
    pids
        Processes of the servers, whose memory is watched.
    """
    record, shown = Record(), Shown()
    await asyncio.gather(*(_warm(plan, record) for _ in range(_WARMING)))
    record.before = resident(list(pids))
    start = time.monotonic()
    watching = asyncio.create_task(_watch(list(pids), record, start))
    readers = (_read(plan, number, start, record, shown) for number in range(plan.sessions))
    await asyncio.gather(*readers)
    record.took = time.monotonic() - start
    watching.cancel()
    return record


async def _warm(plan: Plan, record: Record) -> None:
    try:
        session = await Session.open(plan.url, START)
        for link in session.first.links:
            await session.follow(link)
        await session.close()
    except NoAnswerError as error:
        record.errors.append(str(error))


async def _watch(pids: list[int], record: Record, start: float) -> None:
    while pids:
        record.memory.append((time.monotonic() - start, resident(pids)))
        await asyncio.sleep(_SAMPLES_EVERY)


async def _read(plan: Plan, number: int, start: float, record: Record, shown: Shown) -> None:
    """Be one reader until the time is over; open the app again when the connection is lost."""
    until, chance = start + plan.seconds, random.Random(f"{plan.seed}-{number}")
    answers = 0
    await asyncio.sleep(min(number / _ARRIVALS, plan.seconds / 2))
    while answers < plan.least or time.monotonic() < until:
        try:
            session = await Session.open(plan.url, START)
        except NoAnswerError as error:
            record.errors.append(str(error))
            await asyncio.sleep(plan.think[0] or 1)
            continue
        walk = Walk(session, shown, chance)
        record.opens.append(session.first.seconds)
        record.wrong += walk.wrong_at_first(START.strip("/"))
        try:
            while True:
                pause = chance.uniform(*plan.think)
                if answers >= plan.least and time.monotonic() + pause > until:
                    return
                await asyncio.sleep(pause)
                wrong = await walk.step()
                answers += 1
                record.answers.append(walk.answer.seconds)
                record.wire.append(walk.answer.wire)
                record.wrong += wrong
        except NoAnswerError as error:
            record.errors.append(f"{walk.did}: {error}")
        finally:
            await session.close()
