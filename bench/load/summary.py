"""What a run of many readers comes to, as numbers and as a table."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass

from rich.table import Table

from bench.bar import quantile
from bench.load.drive import Plan, Record

#: What is said of wrong answers and errors at most; all are counted.
_EXAMPLES = 10
#: Memory is held against what it was after so many seconds (or half the time, when that is less).
#: What a server reads once takes a minute, the rest of the way is DuckDB's: the list of buffers it
#: could give back keeps those that are gone, up to some 35 MB after thirty thousand queries.
_SETTLED = 600.0
#: What readers hold shows when all have come and looked round.
_ARRIVED = 60.0


@dataclass(frozen=True)
class Summary:
    """Times in milliseconds, memory in megabytes.

    ``growth_mb`` is from when the server has settled to the end, each the median of a sixth of the
    samples after that; ``session_mb`` from before the readers came to the end of the first minute,
    for one of them.
    """

    sessions: int
    seconds: float
    answers: int
    answers_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    open_p50_ms: float
    open_p95_ms: float
    kb_p50: float
    wrong: int
    errors: int
    before_mb: float
    settled_mb: float
    end_mb: float
    session_mb: float
    growth_mb: float
    examples: tuple[str, ...]


def summarise(plan: Plan, record: Record) -> Summary:
    """Return what a run comes to; numbers of what did not happen are zero."""
    arrived, _ = _ends(record, _ARRIVED)
    settled, last = _ends(record, _SETTLED)
    return Summary(
        sessions=plan.sessions,
        seconds=record.took,
        answers=len(record.answers),
        answers_per_second=len(record.answers) / record.took if record.took else 0.0,
        p50_ms=1000 * quantile(record.answers, 0.5),
        p95_ms=1000 * quantile(record.answers, 0.95),
        p99_ms=1000 * quantile(record.answers, 0.99),
        open_p50_ms=1000 * quantile(record.opens, 0.5),
        open_p95_ms=1000 * quantile(record.opens, 0.95),
        kb_p50=quantile(record.wire, 0.5) / 1000,
        wrong=len(record.wrong),
        errors=len(record.errors),
        before_mb=record.before,
        settled_mb=settled,
        end_mb=last,
        session_mb=(arrived - record.before) / plan.sessions if record.memory else 0.0,
        growth_mb=last - settled,
        examples=tuple((record.wrong + record.errors)[:_EXAMPLES]),
    )


def _ends(record: Record, since: float) -> tuple[float, float]:
    """Return the memory soon after a moment and at the end, zero where it was not watched."""
    moment = min(since, record.took / 2)
    after = [megabytes for at, megabytes in record.memory if at >= moment]
    if not after:
        return 0.0, 0.0
    sixth = max(1, len(after) // 6)
    return statistics.median(after[:sixth]), statistics.median(after[-sixth:])


def table(summary: Summary) -> Table:
    """Return the numbers as a table."""
    out = Table("what", "measured", title=f"{summary.sessions} readers, {summary.seconds:.0f} s")
    rows = (
        ("answers", f"{summary.answers:,} ({summary.answers_per_second:.1f} a second)"),
        (
            "an answer, p50 / p95 / p99",
            f"{summary.p50_ms:.0f} / {summary.p95_ms:.0f} / {summary.p99_ms:.0f} ms",
        ),
        ("first open, p50 / p95", f"{summary.open_p50_ms:.0f} / {summary.open_p95_ms:.0f} ms"),
        ("an answer on the wire, p50", f"{summary.kb_p50:.1f} kB"),
        ("wrong answers", str(summary.wrong)),
        ("errors", str(summary.errors)),
        (
            "memory before / when settled / at the end",
            f"{summary.before_mb:.0f} / {summary.settled_mb:.0f} / {summary.end_mb:.0f} MB",
        ),
        ("memory for one reader", f"{summary.session_mb:.2f} MB"),
        ("growth after it has settled", f"{summary.growth_mb:.1f} MB"),
    )
    for row in rows:
        out.add_row(*row)
    return out


def as_dict(summary: Summary) -> dict[str, object]:
    """Return the numbers for ``--json``."""
    return asdict(summary)
