"""How a fetch that did not succeed is told."""

from __future__ import annotations


class FetchError(OSError):
    """Nothing was fetched and nothing was replaced: what went wrong and what to do about it.

    Never quotes an address with its query, which may hold a key.
    """

    def __init__(self, what: str, mend: str) -> None:
        self.what, self.mend = what, mend
        super().__init__(f"{what} {mend}")


class RefusedError(FetchError):
    """The service understood the request and said no: asking again would not help.

    Parameters
    ----------
    status
        HTTP status, 400-499.
    body
        What the service wrote, without secrets.
    """

    def __init__(self, status: int, body: str, what: str, mend: str) -> None:
        self.status, self.body = status, body
        super().__init__(what, mend)


class GarbledError(Exception):
    """An answer that is not what was asked for; the message says why. Worth another try."""
