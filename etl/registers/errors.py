"""What stops a count although nothing is wrong with the rows."""

from __future__ import annotations


class ContactsError(RuntimeError):
    """The count cannot be done as asked; the message says why, and what to do."""
