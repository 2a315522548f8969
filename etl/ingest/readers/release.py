"""When a package was released: a date the calendar knows, and one that can be.

The newest release decides who wins a cell, so a wrong date is a wrong number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from etl import clock
from etl.findings import Findings, Severity
from etl.layouts import Layout

#: No Danish register, and no package made of one, is older: the person register began in 1968.
_OLDEST_RELEASE: Final = 1968
#: Years that figures can be of.
_OLDEST_YEAR: Final = 1900
_FARTHEST_YEAR: Final = 100  # from now, of a projection
#: It may be tomorrow already where the publisher is, and a file may be sent some weeks before the
#: day of its release: that can be said yes to. A later date cannot be right.
_CLOCK: Final = dt.timedelta(days=1)
_AHEAD: Final = dt.timedelta(days=92)
#: Years after its edition that a file is first released, at most.
_LATE: Final = 2

_DATE = re.compile(r"(\d{4})([-_. ]?)(\d{2})\2(\d{2})(?!\d)")
_MONTH = re.compile(r"(\d{4})(\d{2})(?!\d)")
_RANGE = re.compile(r"\d{4}\s?[-–_]\s?\d{4}(?!\d)")
_YEAR = re.compile(r"(\d{4})(?!\d)")


def edition_date(edition: str, layout: Layout, found: Findings) -> dt.date | None:
    """Check an edition, and return its date where it is one.

    Parameters
    ----------
    edition
        As the file's name has it; begins with four digits.
    layout
        Of the file.
    found
        Takes an edition that is no date of the calendar, a range of years, or not of our time.
    """
    if date := _DATE.match(edition):
        try:
            day = dt.date(int(date[1]), int(date[3]), int(date[4]))
        except ValueError:
            found.error("edition_no_date", edition=edition, layout=layout.id)
            return None
        check_date(day, found)
        return day
    if _RANGE.match(edition):
        found.error("edition_range", edition=edition, layout=layout.id)
        return None
    month, year = _MONTH.match(edition), _YEAR.match(edition)
    if year is not None:
        check_date(dt.date(max(int(year[1]), 1), 1, 1), found, whole="year")
    elif month is not None and 1 <= int(month[2]) <= 12:
        check_date(dt.date(max(int(month[1]), 1), int(month[2]), 1), found)
    else:
        found.error("edition_no_date", edition=edition, layout=layout.id)
    return None


def check_date(
    day: dt.date, found: Findings, *, whole: str | None = None, row: int | None = None
) -> None:
    """Report a release date in the future or in the distant past.

    A date in the next three months is a question, a later one an error.

    Parameters
    ----------
    day
        The date, or the first day of what is said.
    found
        Takes the finding.
    whole
        ``year`` when only the year is said.
    row
        Where it stands, on a cover.
    """
    said = str(day.year) if whole else f"{day.day}.{day.month}.{day.year}"
    now = clock.today()
    if day > now + _CLOCK:
        severity: Severity = "question" if day <= now + _AHEAD else "error"
        found.add(severity, "date_in_future", row=row, date=said)
    elif day.year < _OLDEST_RELEASE:
        found.error("date_too_old", row=row, date=said, oldest=_OLDEST_RELEASE)


def one_date(dates: Sequence[dt.date], row: int, found: Findings) -> dt.date | None:
    """Return the one date of a cover, None where there is none or nobody can say which it is."""
    different = list(dict.fromkeys(dates))
    if len(different) > 1:
        said = ", ".join(f"{d.day}.{d.month}.{d.year}" for d in different[:3])
        found.error("dates_several", row=row, dates=said)
        found.raise_errors()
    return different[0] if different else None


def check_years(years: Sequence[int], layout: Layout, found: Findings) -> None:
    """Report years that no figures can be of."""
    last = clock.today().year + (_FARTHEST_YEAR if layout.projection else 1)
    for year in sorted(years):
        if not _OLDEST_YEAR <= year <= last:
            found.error("year_impossible", column=str(year), year=year, layout=layout.id)


def check_release(
    published: dt.date | None, edition: str, years: Sequence[int], layout: Layout, found: Findings
) -> None:
    """Hold a release date against the edition and the newest year of the figures.

    Parameters
    ----------
    published
        By the layout, the cover or the name; None where only a year is known.
    edition
        As the file's name has it.
    years
        Of the figures.
    layout
        Of the file: a projection's years lie ahead of its release.
    found
        Takes what cannot be unless somebody knows better.
    """
    named = int(edition[:4])
    newest = max(years, default=named)
    said = f"{published.day}.{published.month}.{published.year}" if published else str(named)
    released = published.year if published else named
    if newest > released and not layout.projection:
        found.question("date_before_figures", date=said, year=newest)
    elif released < named:
        found.question("date_before_edition", date=said, edition=edition)
    elif released > named + _LATE:
        found.question("date_long_after_edition", date=said, edition=edition)
