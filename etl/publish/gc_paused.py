"""Python's collector at rest: imports and builds make no garbage that only it would find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Let the collector rest while something is done that leaves little in cycles.

    What is let go of meanwhile is freed at once all the same, unless it is in a cycle.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
