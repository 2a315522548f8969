"""A command that is asked to stop cleans up and says so, wherever the wish reaches it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def stoppable() -> Iterator[None]:
    """End with "Aborted" when Ctrl+C or SIGTERM asks, after everything inside has cleaned up.

    Python raises a signal's error wherever it happens to be: in our code, in a query of DuckDB
    (which then reports it as "interrupted"), or in Python that DuckDB calls while it reads a
    frame (which it reports as an error of that frame). So what matters is that we were asked,
    not which error carried it.

    Raises
    ------
    typer.Abort
        When something was ended by such a wish.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hands signals to the main thread alone
        return
    asked = False

    def stop(*_: object) -> None:
        nonlocal asked
        asked = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException:
        if asked:
            raise typer.Abort from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
