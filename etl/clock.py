"""Today, for what may not lie in the future."""

from __future__ import annotations

import datetime as dt
from typing import Final

#: The day this rule was made. A clock that shows an earlier one is wrong (a container without a
#: clock starts in 1970), and would refuse every sound file.
_NOT_BEFORE: Final = dt.date(2026, 11, 30)


def today() -> dt.date:
    """Return today's date by the machine's clock, never one before this code was written."""
    return max(dt.date.today(), _NOT_BEFORE)
