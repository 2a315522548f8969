"""Whether a reader sees made-up figures: the server's setting, then the reader's own choice. Pure.

Who does not see them reads a ``Reference`` in which they do not exist, so no page has to ask.
"""

from __future__ import annotations

import os

from dashboard.reference import Reference

#: Environment variable: ``off`` and the server never shows made-up figures.
VARIABLE = "KLYNGEBLIK_DEMO"
_OFF = frozenset({"off", "0", "false", "no"})


def are_allowed() -> bool:
    """Return whether this server shows made-up figures to whom wants them."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _OFF


def seen_by(reference: Reference, demo: str | None) -> Reference:
    """Return what a reader sees of the small tables.

    Parameters
    ----------
    reference
        Everything.
    demo
        The reader's choice as the link has it: ``"0"`` without made-up figures, else with them.
    """
    return reference if are_allowed() and demo != "0" else reference.real
