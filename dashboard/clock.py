"""Which day it is in Denmark: the day health councils take over from clusters is a Danish one.

A server's own clock is often set to UTC, where the Danish day begins an hour or two late.
"""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: A day to show the app as it will be on (``2027-01-01``); the real one when left out.
DAY_VARIABLE = "KLYNGEBLIK_DAY"


def danish_day(now: datetime) -> date:
    """Return the day it is in Denmark at a moment.

    Parameters
    ----------
    now
        The moment, with its zone.
    """
    try:
        return now.astimezone(ZoneInfo("Europe/Copenhagen")).date()
    except ZoneInfoNotFoundError:
        # A machine without a list of zones: Danish winter time, right at every turn of a year.
        return now.astimezone(timezone(timedelta(hours=1))).date()


def today() -> date:
    """Return the day the app is shown on: today in Denmark, or the one the environment names.

    Raises
    ------
    ValueError
        When the environment names something that is no day.
    """
    if named := os.environ.get(DAY_VARIABLE):
        return date.fromisoformat(named)
    return danish_day(datetime.now().astimezone())
