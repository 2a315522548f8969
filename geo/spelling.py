"""Which known name may be meant by one that is not known, at a cost no text can drive up.

What is written comes from addresses, commands and delivered files. A text longer than any name is
compared with nothing, and of very many names only the first are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

#: Characters of the longest text that is taken for a name; the longest name there is has 62.
LONGEST: Final = 80
#: Names that are looked at.
_MOST: Final = 2_000


def is_too_long(written: str) -> bool:
    """Return whether a text is too long to be a name."""
    return len(written) > LONGEST


def likeness(written: str, name: str) -> float:
    """Return how alike two texts are spelt, from 0 to 1: 0 when one of them is too long.

    The Sørensen-Dice coefficient of their letters and pairs of neighbouring letters, where a text's
    first and last letter count as pairs too.
    """
    if is_too_long(written) or is_too_long(name):
        return 0.0
    ours, theirs = _pieces(written), _pieces(name)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def closest(
    written: str, names: Iterable[str], number: int = 1, at_least: float = 0.0
) -> list[str]:
    """Return the names spelt most like a text, the likest first; none for one that is too long.

    Parameters
    ----------
    written
        What was written.
    names
        What is known.
    number
        How many names at most.
    at_least
        The least likeness.
    """
    if is_too_long(written):
        return []
    alike = {name: likeness(written, name) for name in islice(names, _MOST)}
    found = [name for name, how in alike.items() if how >= at_least]
    return sorted(found, key=lambda name: -alike[name])[:number]


@lru_cache(maxsize=4 * _MOST)
def _pieces(text: str) -> frozenset[str]:
    # Pairs alone would take two letters that have changed places for two other words.
    return frozenset(text) | {a + b for a, b in pairwise(f"\x02{text}\x03")}
