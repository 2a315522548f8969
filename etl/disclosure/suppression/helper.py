"""Worker process: runs jobs of :mod:`etl.disclosure.suppression.parallel` until its input ends."""

from __future__ import annotations

import pickle
import sys
from typing import BinaryIO


def _serve(jobs: BinaryIO, results: BinaryIO) -> None:
    while True:
        try:
            work, arguments, options = pickle.load(jobs)  # noqa: S301 - our own parent wrote it
        except EOFError:
            return
        try:
            result = (False, work(*arguments, **options))
        except Exception as error:  # the parent raises it
            result = (True, error)
        pickle.dump(result, results)
        results.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
