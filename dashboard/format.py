"""Numbers and dates as people write them, in Danish and English. Pure functions, no locale."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

LANGUAGES = ("da", "en")
_DANISH = str.maketrans(",.", ".,")
_DATE = re.compile(r"(?<![\d.-])(?:\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2})(?![\d-]|\.\d)")
#: How near a half a number must lie for its rounding to need care.
_NEAR_HALF = 1e-3
_MONTHS = {
    "da": [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
#: A space that never breaks a line between a number and its unit.
NBSP = "\u00a0"
MINUS = "\u2212"
#: Shown where there is no number and no reason to give.
NOTHING = "–"


@functools.lru_cache(maxsize=1 << 13)
def number(value: float | None, decimals: int = 0, lang: str = "da", *, sign: bool = False) -> str:
    """Return a number with thousands separated and the language's decimal mark.

    Parameters
    ----------
    value
        The number; ``None`` and NaN give a dash.
    decimals
        Decimals shown; halves are rounded away from zero, as people do by hand.
    lang
        ``da`` (1.234,5) or ``en`` (1,234.5).
    sign
        Whether a positive number gets a plus, for differences.

    Raises
    ------
    ValueError
        For a language that is not known.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"unknown language {lang!r}; use one of {', '.join(LANGUAGES)}")
    if value is None or not math.isfinite(value):
        return NOTHING
    digits = _digits(abs(value), decimals)
    if lang == "da":
        digits = digits.translate(_DANISH)
    if not digits.strip("0.,"):
        return digits
    if value < 0:
        return MINUS + digits
    return f"+{digits}" if sign else digits


def rounded(value: float, decimals: int = 0) -> float:
    """Return a number as ``number`` shows it, so that what is said of it agrees with what is read.

    Python's own ``round`` takes halves to the even digit, or to where their binary form lies.

    Parameters
    ----------
    value
        The number; NaN stays NaN.
    decimals
        Decimals shown; halves are rounded away from zero.
    """
    if not math.isfinite(value):
        return value
    return math.copysign(float(_digits(abs(value), decimals).replace(",", "")), value)


def _digits(value: float, decimals: int) -> str:
    """Return a number without a sign, rounded; decimal arithmetic takes ten times as long."""
    if abs(value * 10**decimals % 1 - 0.5) > _NEAR_HALF:
        return f"{value:,.{decimals}f}"
    step = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP):,.{decimals}f}"


def percent(value: float | None, decimals: int = 1, lang: str = "da", *, sign: bool = False) -> str:
    """Return a value already in per cent: ``12,3 %`` in Danish, ``12.3%`` in English."""
    text = number(value, decimals, lang, sign=sign)
    if text == NOTHING:
        return text
    return f"{text}{NBSP}%" if lang == "da" else f"{text}%"


def interval(lower: float | None, upper: float | None, decimals: int = 1, lang: str = "da") -> str:
    """Return an interval such as ``11,9–12,7``, or a dash where one limit is unknown."""
    low, high = number(lower, decimals, lang), number(upper, decimals, lang)
    return NOTHING if NOTHING in (low, high) else f"{low}–{high}"


def day(value: date | None, lang: str = "da") -> str:
    """Return a date in words: ``22. november 2026`` or ``22 November 2026``."""
    if value is None:
        return NOTHING
    dot = "." if lang == "da" else ""
    return f"{value.day}{dot} {_MONTHS[lang][value.month - 1]} {value.year}"


def dated(text: str, lang: str = "da") -> str:
    """Return text with its dates as one reads them: ``11.2.2026``, or ``11 February 2026``.

    Publishers write them the Danish way, files of areas as ``2026-02-11``. What looks like a date
    and is none stays as it is.
    """

    def read(found: re.Match[str]) -> str:
        parts = [int(number) for number in re.split(r"\D", found[0])]
        try:
            then = date(*(parts if parts[0] > parts[2] else parts[::-1]))
        except ValueError:
            return found[0]
        return f"{then.day}.{then.month}.{then.year}" if lang == "da" else day(then, lang)

    return _DATE.sub(read, text)


def size(count: int, lang: str = "da") -> str:
    """Return a file size in kB or MB (powers of 1,000)."""
    if count >= 1_000_000:
        return f"{number(count / 1_000_000, 1, lang)}{NBSP}MB"
    return f"{number(count / 1_000, 0 if count >= 10_000 else 1, lang)}{NBSP}kB"


def listing(items: list[str], lang: str = "da") -> str:
    """Return items as a person lists them: ``a, b og c``."""
    if len(items) < 2:
        return "".join(items)
    last = " og " if lang == "da" else " and "
    return ", ".join(items[:-1]) + last + items[-1]


@dataclass(frozen=True)
class Numbers:
    """The functions above with the language filled in; pages use it as ``ctx.number``.

    Calling it formats a number: ``ctx.number(1234.5, 1)``.
    """

    lang: str

    def __call__(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Return ``number(value, decimals)``."""
        return number(value, decimals, self.lang, sign=sign)

    def percent(self, value: float | None, decimals: int = 1, *, sign: bool = False) -> str:
        """Return ``percent(value, decimals)``."""
        return percent(value, decimals, self.lang, sign=sign)

    def interval(self, lower: float | None, upper: float | None, decimals: int = 1) -> str:
        """Return ``interval(lower, upper, decimals)``."""
        return interval(lower, upper, decimals, self.lang)

    def day(self, value: date | None) -> str:
        """Return ``day(value)``."""
        return day(value, self.lang)

    def dated(self, text: str) -> str:
        """Return ``dated(text)``."""
        return dated(text, self.lang)

    def size(self, count: int) -> str:
        """Return ``size(count)``."""
        return size(count, self.lang)

    def listing(self, items: list[str]) -> str:
        """Return ``listing(items)``."""
        return listing(items, self.lang)

    def unit(self, value: float | None, unit: str, decimals: int) -> str:
        """Return a number with its unit where the unit is short (per cent), else bare."""
        return self.percent(value, decimals) if unit == "per_cent" else self(value, decimals)
