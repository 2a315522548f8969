"""Who runs this copy and how to reach them, as they have told the server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

#: Environment variables, by what they fill in.
VARIABLES = {
    "authority": "KLYNGEBLIK_AUTHORITY",
    "email": "KLYNGEBLIK_CONTACT_EMAIL",
    "phone": "KLYNGEBLIK_CONTACT_PHONE",
    "updated": "KLYNGEBLIK_STATEMENT_UPDATED",
}


@dataclass(frozen=True)
class Contact:
    """Details of the accessibility statement; empty where nothing has been told.

    Attributes
    ----------
    authority
        Name of the authority.
    email, phone
        How to reach somebody who answers for accessibility.
    updated
        When the authority last went through the statement, in words.
    """

    authority: str = ""
    email: str = ""
    phone: str = ""
    updated: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a reader can write and call, as the rules ask."""
        return bool(self.authority and self.email and self.phone)


def contact(environment: Mapping[str, str] | None = None) -> Contact:
    """Return what the environment variables of ``VARIABLES`` say."""
    told = os.environ if environment is None else environment
    return Contact(**{name: told.get(key, "").strip() for name, key in VARIABLES.items()})
