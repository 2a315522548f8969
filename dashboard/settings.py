"""Streamlit's settings as this app needs them; ``dashboard.serve`` and the tests hand them over."""

from __future__ import annotations

from dashboard.door import own_names
from dashboard.theme import streamlit_options

#: The environment variable that holds the address readers know the app by.
PUBLIC_VARIABLE = "KLYNGEBLIK_URL"


def streamlit_settings(address: str, port: int, public: str = "") -> dict[str, object]:
    """Return every Streamlit option that is not left at its default.

    Parameters
    ----------
    address, port
        Where the server listens.
    public
        The address readers know the app by, when it is another: its name is answered too.
    """
    names = own_names(address, public)
    return {
        "server.address": address,
        "server.port": port,
        "server.headless": True,
        # Choices have both a default and a state, on purpose (``dashboard.url``).
        "global.disableWidgetStateDuplicationWarning": True,
        "server.fileWatcherType": "none",
        "server.allowRunOnSave": False,
        # The door (``dashboard.door``) asks first, everywhere; this is Streamlit's own question.
        "server.allowedHosts": [] if names.by_number else sorted(names.names),
        # Nothing is uploaded: the door lets no file through. In megabytes, and none is the least.
        "server.maxUploadSize": 1,
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
