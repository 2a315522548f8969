"""By how much two countings of the same people, or two rates of them, differ by themselves."""

from __future__ import annotations

from typing import Final

#: People move and are registered late: two countings of one day differ by this share at most.
COUNTED_TWICE: Final = 0.01
#: As many people, too, where they are few.
FEW: Final = 5
#: Two rates differ by this share, and by what they are rounded to.
RATE_TWICE: Final = 0.05
RATE_STEP: Final = 0.1
