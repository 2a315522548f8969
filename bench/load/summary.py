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
_SETTLED = 60.0


@dataclass(frozen=True)
class Summary:
    """Times in milliseconds, memory in megabytes.

    ``growth_mb`` is from the end of the first minute to the end, each the median of a sixth of the
    samples after it; ``session_mb`` from before the readers came to the end of the first minute,
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
    settled = min(_SETTLED, record.took / 2)
    after = [megabytes for at, megabytes in record.memory if at >= settled]
    sixth = max(1, len(after) // 6)
    first = statistics.median(after[:sixth]) if after else 0.0
    last = statistics.median(after[-sixth:]) if after else 0.0
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
        settled_mb=first,
        end_mb=last,
        session_mb=(first - record.before) / plan.sessions if after else 0.0,
        growth_mb=last - first,
        examples=tuple((record.wrong + record.errors)[:_EXAMPLES]),
    )


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
            "memory before / after the first minute / at the end",
            f"{summary.before_mb:.0f} / {summary.settled_mb:.0f} / {summary.end_mb:.0f} MB",
        ),
        ("memory for one reader", f"{summary.session_mb:.2f} MB"),
        ("growth after the first minute", f"{summary.growth_mb:.1f} MB"),
    )
    for row in rows:
        out.add_row(*row)
    return out


def as_dict(summary: Summary) -> dict[str, object]:
    """Return the numbers for ``--json``."""
    return asdict(summary)
