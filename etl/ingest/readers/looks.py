"""Which numbers of a workbook are shown as something else: as dates, times or in per cent."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import polars as pl

from etl.ingest.readers.oddities import Oddities

DATE: Final = "date"
TIME: Final = "time"
PERCENT: Final = "percent"

#: Formats that have a number of their own (ECMA-376, 18.8.30), in every language.
_KNOWN: Final = {
    **dict.fromkeys((9, 10), PERCENT),
    **dict.fromkeys((14, 15, 16, 17, 22), DATE),
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), TIME),
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), DATE),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), TIME),
}
#: What a format quotes, escapes or leaves room for; colours, conditions and currencies.
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_OF_1899: Final = dt.datetime(1899, 12, 31)
_FIRST_OF_1904: Final = dt.datetime(1904, 1, 1)


def kind_of(code: str) -> str | None:
    """Return what a number format shows a number as, None when as a number."""
    first = _QUOTED.sub("", code).split(";")[0].lower()
    if "general" in first:
        return None
    if re.search(r"[dy]|mmm", first):
        return DATE
    if re.search(r"[hs]", first):
        return TIME
    if "m" in first:
        return DATE
    return PERCENT if "%" in first else None


def looks_of(codes: dict[int, str], cells: list[int]) -> dict[int, str]:
    """Return style of a cell -> what its number is shown as; only those that are no plain numbers.

    Parameters
    ----------
    codes
        Number of a format -> its code, of those that the workbook brings.
    cells
        Number of the format of each style, in order.
    """
    kinds = {n: kind_of(codes[n]) if n in codes else _KNOWN.get(n) for n in set(cells)}
    return {at: kind for at, n in enumerate(cells) if (kind := kinds[n]) is not None}


def moment(serial: float, *, from_1904: bool) -> dt.datetime | None:
    """Return the day and time a number is shown as; None for one that no calendar knows."""
    # Excel counts 29 February 1900, which never was.
    start = _FIRST_OF_1904 if from_1904 else _LAST_OF_1899 - dt.timedelta(days=serial >= 60)
    try:
        return start + dt.timedelta(seconds=round(serial * 86_400))
    except (OverflowError, ValueError):
        return None


def as_shown(
    cells: pl.DataFrame, looks: dict[int, str], odd: Oddities, *, from_1904: bool
) -> pl.DataFrame:
    """Turn numbers that are shown as dates and times into the texts that they show.

    Parameters
    ----------
    cells
        ``row``, ``column``, ``number``, ``text`` and ``style``.
    looks
        As :func:`looks_of`.
    odd
        Takes times of day, and numbers that are shown a hundred times larger.
    from_1904
        Whether days are counted from 1904.

    Returns
    -------
    polars.DataFrame
        The same without ``style``.
    """
    plain = cells.drop("style")
    if not looks:
        return plain
    look = cells["style"].replace_strict(looks, default=None, return_dtype=pl.String)
    other = plain.with_columns(look=look).with_row_index("at")
    other = other.filter(pl.col("look").is_not_null(), pl.col("number").is_not_null())
    texts: dict[int, str | None] = {}
    for at, row, column, number, kind in other.drop("text").iter_rows():
        if kind == PERCENT:
            odd.cells["percent_shown"].add((row, column))
            continue
        when = moment(number, from_1904=from_1904)
        if kind == TIME:
            odd.cells["time_of_day"].add((row, column))
            texts[at] = None
        else:
            texts[at] = "?" if when is None else str(when)
    if not texts:
        return plain
    changed = pl.Series(list(texts), dtype=pl.UInt32)
    return plain.with_columns(
        cells["text"].scatter(changed, pl.Series(list(texts.values()), dtype=pl.String)),
        cells["number"].scatter(changed, None),
    )
