"""Who lives in the area by sex and five years of age, against the country, in a year to choose."""

from __future__ import annotations

from dashboard.pages._pyramid import is_known, show_people
from dashboard.sections import Shown


def has_choices(shown: Shown) -> bool:
    """Return whether there is a year to choose."""
    return is_known(shown.ctx)


def draw(shown: Shown) -> None:
    """Draw the pyramid."""
    show_people(shown.ctx, key=shown.key("pyramid"), is_big=shown.is_big)
