"""How a boundary file that cannot be used is told."""

from __future__ import annotations


class BoundaryError(ValueError):
    """A boundary file that cannot be used: which file, what is wrong and how to mend it."""

    def __init__(self, file: str, what: str, mend: str) -> None:
        self.file, self.what, self.mend = file, what, mend
        super().__init__(f"{file}: {what}. {mend}.")
