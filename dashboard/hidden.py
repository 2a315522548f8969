"""Why a number is not there, in words."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.text import Text


def status_text(text: Text, row: Mapping[str, object], *, short: bool = False) -> str:
    """Return why a number is not there.

    Parameters
    ----------
    text
        The catalogue.
    row
        ``status``, and ``threshold`` (``warehouse.read.slices.read``) where fewer people than that
        are
        hidden. A number that is shown elsewhere and not here was not delivered.
    short
        The few words a table cell has room for, instead of the sentence.
    """
    status, few = row["status"], row.get("threshold")
    said = f"common.status{'_short' if short else ''}."
    if status == "suppressed" and few is not None:
        return text(f"{said}fewer", few=few)
    return text(f"{said}{'missing' if status == 'ok' else status}")
