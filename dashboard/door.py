"""What is refused before anything reads it: foreign names, unused addresses, writes, endless text.

Streamlit opens more addresses than this app has a use for, some of which take files and keep them
in memory. Here it is said what is let through; everything else is not found.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

#: All that is ever asked for: nothing is written through an address.
METHODS: Final = ("GET", "HEAD")
#: Where Streamlit's page speaks with the server.
_WEBSOCKET: Final = "/_stcore/stream"
#: Of Streamlit's addresses those its page asks for, its own files apart (Streamlit's are in its
#: ``starlette_routes``): is the server there, who may frame the page, and files made for a reader.
_STREAMLIT: Final = re.compile(r"/_stcore/(health|host-config)|/media/[^/]+")
#: Bytes of a path, and of what stands after the question mark: about what nginx takes.
_LONGEST_PATH: Final = 1_000
_LONGEST_QUERY: Final = 8_000
#: Bytes of a message from the page; one that says all choices of a page takes some thousand.
LARGEST_MESSAGE: Final = 1 << 16
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?")


@dataclass(frozen=True)
class Refusal:
    """An answer that ends a request: its status and what it says."""

    status: int
    text: str


@dataclass(frozen=True)
class Names:
    """What the app is called: the names of the Host header that are answered.

    Without such a list a foreign page could reach the app by a name of its own that points here
    (DNS rebinding).

    Attributes
    ----------
    names
        Lower case, IPv6 in brackets.
    public
        Host and port readers know the app by when another server stands before it; or empty.
    by_number
        Whether every IP address is answered too: a number cannot be made to point elsewhere.
    """

    names: frozenset[str]
    public: str = ""
    by_number: bool = False

    def answers(self, host: str) -> bool:
        """Return whether a Host header names this app."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name = found[1].rstrip(".")
        return name in self.names or (self.by_number and _number(name) is not None)

    def owns(self, origin: str, host: str) -> bool:
        """Return whether a page of this origin is one of ours, asked for under this host."""
        scheme, _, place = origin.lower().partition("://")
        return scheme in ("http", "https") and place in {host.lower(), self.public} - {""}


def own_names(address: str, public: str = "") -> Names:
    """Return what the app is called.

    Parameters
    ----------
    address
        Where the server listens. On the loopback only its own names are answered; elsewhere also
        the machine's name, and any IP address.
    public
        The address readers know the app by, when it is another.
    """
    names = {"localhost", "127.0.0.1", "[::1]"}
    place = urlsplit(public.lower())
    if name := place.hostname:
        names.add(_bracketed(name))
    number = _number(address)
    is_here = address == "localhost" or (number is not None and number.is_loopback)
    if not is_here:
        names |= {_bracketed(address.lower()), socket.gethostname().lower()}
    return Names(frozenset(names), place.netloc, by_number=not is_here)


def is_needed(path: str) -> bool:
    """Return whether a path is one of Streamlit's that its page needs, files of its own apart."""
    return _STREAMLIT.fullmatch(path) is not None


def refusal(scope: Scope, names: Names) -> Refusal | None:
    """Return why a request is refused by what stands in its head; ``None`` when it is not.

    Parameters
    ----------
    scope
        Of a request or of a websocket, as ASGI has it.
    names
        What the app is called.
    """
    headers = Headers(scope=scope)
    hosts = headers.getlist("host")
    # X-Forwarded-Host is not asked: whoever stands before the app hands the reader's own on.
    if len(hosts) != 1 or not names.answers(hosts[0]):
        return Refusal(400, "This server does not answer to that name (see KLYNGEBLIK_URL).")
    if len(scope["path"]) > _LONGEST_PATH or len(scope["query_string"]) > _LONGEST_QUERY:
        return Refusal(414, "This address is too long.")
    if scope["type"] == "websocket":
        if scope["path"] != _WEBSOCKET:
            return Refusal(404, "There is nothing here.")
        # A browser always says which page asks.
        if not _all_own(headers.getlist("origin"), hosts[0], names):
            return Refusal(403, "Only the app's own pages are answered here.")
    elif scope["method"] not in METHODS and not _is_preflight(scope):
        return Refusal(405, "Nothing can be sent here.")
    return None


def _is_preflight(scope: Scope) -> bool:
    """Return whether a page elsewhere asks what it may: of the open data, which are everybody's."""
    return scope["method"] == "OPTIONS" and str(scope["path"]).startswith("/data/v1/")


def _all_own(origins: Iterable[str], host: str, names: Names) -> bool:
    return all(names.owns(origin, host) for origin in origins)


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _number(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
