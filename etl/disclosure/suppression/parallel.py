"""Processes that protect and audit measures beside each other: the search is Python, one core each.

A helper (:mod:`etl.disclosure.suppression.helper`) reads jobs from its standard input and ends
when that
closes, so none outlives a build for long, however the build ends. Counts pass through pipes only.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any, Final

#: More than this many at once would cost memory that a small machine does not have.
_MOST: Final = 4

Job = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def in_parallel(jobs: Iterable[Job]) -> list[Any]:
    """Return what jobs give; those given first are begun first.

    Parameters
    ----------
    jobs
        A function of a module, its arguments and its options; all can be pickled. A job is taken
        when there is somebody to do it, so that not all are in memory at once.

    Raises
    ------
    Exception
        Whatever the first job that fails raised.
    """
    number = min(_MOST, os.cpu_count() or 1)
    left, taking = iter(jobs), Lock()
    results: list[Any] = []

    def work(helper: subprocess.Popen[bytes]) -> None:
        while True:
            with taking:
                job = next(left, None)
            if job is None:
                return
            results.append(_done(helper, job))

    with ExitStack() as stack:
        helpers = [stack.enter_context(_helper()) for _ in range(number)]
        with ThreadPoolExecutor(number) as pool:
            working = [pool.submit(work, helper) for helper in helpers]
            try:
                for one in as_completed(working):
                    one.result()
            except BaseException:
                for helper in helpers:  # so that the others end too
                    helper.kill()
                raise
    return results


def _done(helper: subprocess.Popen[bytes], job: Job) -> Any:
    assert helper.stdin is not None and helper.stdout is not None  # noqa: S101, PT018
    try:
        pickle.dump(job, helper.stdin)
        helper.stdin.flush()
        failed, result = pickle.load(helper.stdout)  # noqa: S301 - our own helper wrote it
    except (EOFError, BrokenPipeError):
        raise ChildProcessError("A process that hides small counts was ended.") from None
    if failed:
        raise result
    return result


@contextmanager
def _helper() -> Iterator[subprocess.Popen[bytes]]:
    call = [sys.executable, "-m", "etl.disclosure.suppression.helper"]
    # one thread each: more would only get in each other's way
    quiet = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    with subprocess.Popen(  # noqa: S603
        call,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | quiet,
        start_new_session=True,  # Ctrl-C is for us; we end them
    ) as helper:
        try:
            yield helper
        finally:
            helper.kill()
