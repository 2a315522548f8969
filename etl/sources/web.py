"""One request, asked again while that may help: bounded in time, tries and bytes."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote_plus, urlsplit

import requests

from etl.sources.errors import FetchError, GarbledError, RefusedError

T = TypeVar("T")

#: Called with a step's name, how much is done and how much there is.
Progress = Callable[[str, int, int], None]

_CHUNK = 1 << 16
_QUOTED = 300
#: Not errors of ours and gone in a moment: too slow, too early, too many.
_PASSING = frozenset({408, 425, 429})
_NOT_IMPLEMENTED = 501
_RANDOM = random.SystemRandom()
#: Where the transport writes addresses with their query when somebody turns debugging on.
_TRANSPORT_LOG = "urllib3.connectionpool"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait and how often to ask.

    Parameters
    ----------
    connect, read
        Seconds for a connection, and between two pieces of an answer.
    whole
        Seconds for one answer from its first to its last byte.
    tries
        How often one request is sent at most.
    first_wait, longest_wait
        Seconds before the second try, doubled each time up to the longest. A service that asks for
        more is not waited for.
    most_bytes
        No answer is larger than this.
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 900.0
    tries: int = 5
    first_wait: float = 1.0
    longest_wait: float = 60.0
    most_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that only reads, so that sending it twice does no harm.

    Parameters
    ----------
    url
        Address without query.
    query
        Parameters of the address; what is secret among them is told to :class:`Web`.
    body
        Sent as JSON with POST; without it the request is a GET.
    """

    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None


class _PassingError(Exception):
    """May be over in a moment: what happened, and the seconds the service asks to wait."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


class Web:
    """Sends requests; used as a context manager.

    Parameters
    ----------
    patience
        How long and how often.
    secret
        A key that must appear in no message and no log.
    """

    def __init__(self, patience: Patience | None = None, secret: str | None = None) -> None:
        self.patience = Patience() if patience is None else patience
        # As typed, and as it stands in an address.
        self._secrets = (secret, quote_plus(secret)) if secret else ()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"klyngeblik/{version('klyngeblik')}"

    def __enter__(self) -> Self:
        """Hide the secret from the transport's log."""
        logging.getLogger(_TRANSPORT_LOG).addFilter(self._hide)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        self._session.close()
        logging.getLogger(_TRANSPORT_LOG).removeFilter(self._hide)

    def fetch(self, ask: Ask, into: Path, read: Callable[[Path], T]) -> T:
        """Send a request, write the answer to a file and read it.

        Parameters
        ----------
        ask
            The request.
        into
            File for the answer, overwritten by each try.
        read
            Makes sense of the file; raises :class:`GarbledError` when it cannot, which counts as a
            failed try.

        Returns
        -------
        object
            What ``read`` returned.

        Raises
        ------
        RefusedError
            When the service answers 400-499 (other than "later"): at once.
        FetchError
            When the last try has failed too, or the service asks for a longer wait than we grant.
        """
        host = urlsplit(ask.url).netloc
        patience = self.patience
        wait = patience.first_wait
        for left in reversed(range(patience.tries)):
            try:
                self._download(ask, into)
                return read(into)
            except GarbledError as error:
                passing = _PassingError(str(error))
            except _PassingError as error:
                passing = error
            if passing.wait > patience.longest_wait:
                what = f"{host} asks us to wait {passing.wait:,.0f} seconds: {passing}."
                raise FetchError(what, "Try again then.") from None
            if not left:
                break
            # Jitter, so that many who were turned away together do not come back together.
            sleep(max(passing.wait, wait * _RANDOM.uniform(0.5, 1.0)))
            wait = min(2 * wait, patience.longest_wait)
        raise FetchError(
            f"{host}: {passing} ({patience.tries} tries).",
            "Check the connection and whether the service is running, then try again.",
        ) from None

    def _download(self, ask: Ask, into: Path) -> None:
        patience = self.patience
        end = monotonic() + patience.whole
        host = urlsplit(ask.url).netloc
        try:
            with self._session.request(
                "GET" if ask.body is None else "POST",
                ask.url,
                params=ask.query,
                json=ask.body,
                timeout=(patience.connect, patience.read),
                stream=True,
                # A redirect could carry the key to somebody else.
                allow_redirects=False,
            ) as answer:
                self._judge(answer, host)
                _save(answer, into, end, patience.most_bytes)
        except requests.exceptions.SSLError:
            raise FetchError(
                f"The certificate of {host} is not trusted here.",
                "Behind a proxy with its own certificate, name that in REQUESTS_CA_BUNDLE.",
            ) from None
        except requests.exceptions.Timeout:
            raise _PassingError("no answer in time") from None
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ):
            raise _PassingError("the answer was cut off half-way") from None
        except requests.exceptions.ProxyError:
            raise _PassingError("the proxy lets nothing through (HTTPS_PROXY, NO_PROXY)") from None
        except requests.exceptions.ConnectionError:
            raise _PassingError("no connection; is this machine online?") from None
        except requests.exceptions.RequestException as error:
            raise FetchError(
                f"The request to {host} cannot be sent ({type(error).__name__}).",
                "Check the address given with --base.",
            ) from None

    def _judge(self, answer: requests.Response, host: str) -> None:
        """Raise unless the answer is the thing itself."""
        status = answer.status_code
        if status == requests.codes.ok:
            return
        if 300 <= status < 400:
            moved = urlsplit(answer.headers.get("Location", ""))
            where = f" to {moved.scheme}://{moved.netloc}{moved.path}" if moved.netloc else ""
            what = f"{host} sends us on{where}."
            raise FetchError(what, "If you trust that address, give it with --base.")
        body = self._quoted(answer)
        told = f"answered {status}" + (f": {body}" if body else "")
        if status in _PASSING or (status >= 500 and status != _NOT_IMPLEMENTED):
            raise _PassingError(told, _retry_after(answer.headers.get("Retry-After")))
        mend = "The service may have changed; look for a newer version of Klyngeblik."
        raise RefusedError(status, body, f"{host} {told}.", mend)

    def _quoted(self, answer: requests.Response) -> str:
        """Return the start of what an error's body says, on one line, without the secret."""
        raw = next(answer.iter_content(4 * _QUOTED), b"")
        text = " ".join(raw.decode("utf-8", "replace").split())
        if "<html" in text.lower() or "<!doctype" in text.lower():
            return ""
        return self.hidden(text)[:_QUOTED].rstrip(".")

    def hidden(self, text: str) -> str:
        """Return a text with the secret taken out."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _hide(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.hidden(record.getMessage()), ()
        return True


def _save(answer: requests.Response, into: Path, end: float, most: int) -> None:
    size = 0
    with into.open("wb") as file:
        for piece in answer.iter_content(_CHUNK):
            size += len(piece)
            if size > most:
                what = f"The answer is larger than {most / 1e6:,.0f} MB."
                raise FetchError(what, "That cannot be right; nothing was kept.")
            if monotonic() > end:
                raise _PassingError("the answer came too slowly")
            file.write(piece)


def _retry_after(header: str | None) -> float:
    """Return the seconds a ``Retry-After`` asks for: a number or a date; 0 when it says neither."""
    if not header:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(0.0, (then - dt.datetime.now(dt.UTC)).total_seconds())
