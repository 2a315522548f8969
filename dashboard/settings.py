"""Streamlit's settings as this app needs them; ``dashboard.serve`` and the tests hand them over."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from dashboard.theme import streamlit_options


def streamlit_settings(address: str, port: int, public: str = "") -> dict[str, object]:
    """Return every Streamlit option that is not left at its default.

    Parameters
    ----------
    address, port
        Where the server listens. On the loopback only its own names are answered, so that a
        foreign page cannot reach the app by a name of its own that points here.
    public
        The address readers know the app by, when it is another: its name is answered too.
    """
    names = ["localhost", "127.0.0.1", "[::1]"]
    if name := urlsplit(public).hostname:
        names.append(f"[{name}]" if ":" in name else name)
    return {
        "server.address": address,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.allowRunOnSave": False,
        "server.allowedHosts": names if _is_loopback(address) else [],
        "browser.gatherUsageStats": False,
        "browser.serverAddress": address,
        "client.toolbarMode": "minimal",
        # No page around ours may speak to it. Streamlit's own list of hosts is also looked through
        # at each message the page sends itself, several a click.
        "client.allowedOrigins": [],
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.showSidebarNavigation": False,
        # A full collection after each run costs more than the run; serve freezes what is
        # imported instead (measured: 71 ms → 4 ms for an empty app).
        "runner.postScriptGC": False,
        "runner.magicEnabled": False,
        **streamlit_options(),
    }


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
