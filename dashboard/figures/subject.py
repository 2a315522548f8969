"""Whom a figure is about and when: what it says wherever it is taken, and in its files' names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.text import Text

#: Characters of a title that a file's name has room for: with area, years and ending it stays
#: below the 255 bytes a file system takes.
_LONGEST = 90
#: What Windows, macOS or a shell refuse in a file's name, and what cannot be seen.
_REFUSED = re.compile(r'[<>"|?*\\\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e]')


@dataclass(frozen=True)
class Subject:
    """Whom a figure is about and when.

    Attributes
    ----------
    area
        Name of the area, as the reader knows it.
    years
        First and last year shown: ``2026`` or ``2026–2040``.
    among
        What the areas are called where all of a kind in the country are shown and this one is
        marked: ``Sundhedsråd (fra 2027)``. Empty for a figure of the area itself and what is
        compared with it.
    is_country
        Whether the area is the whole country, which is marked among no others.

    Raises
    ------
    ValueError
        When area or years are empty: outside its page the figure could be about anybody.
    """

    area: str
    years: str
    among: str = ""
    is_country: bool = False

    def __post_init__(self) -> None:
        """Refuse a figure that does not say whom it is about, or when."""
        if not self.area.strip() or not self.years.strip():
            raise ValueError(f"a figure needs an area and its years: {self!r}")

    def said(self, text: Text, written: str = "") -> str:
        """Return area and years as a sentence or two, without what is already written.

        Parameters
        ----------
        text
            The catalogue.
        written
            What stands beside it: the figure's title and subtitle.
        """
        first = []
        if self.among and self.among not in written:
            first.append(text("figure.all_areas", areas=self.among))
        elif (not self.among or self.is_country) and self.area not in written:
            first.append(self.area)
        # 2022–2026 does not say 2026.
        if not re.search(rf"(?<![\d–]){re.escape(self.years)}(?![\d–])", written):
            first.append(self.years)
        sentences = [", ".join(first)] if first else []
        if self.among and not self.is_country and self.area not in written:
            sentences.append(text("figure.marked", area=self.area))
        return " ".join(f"{sentence}." for sentence in sentences)

    def file(self, title: str, *, demo: str = "") -> str:
        """Return the name of the figure's files without their ending.

        Parameters
        ----------
        title
            What the figure shows.
        demo
            The word made-up figures carry; empty for real ones.
        """
        title = title.removesuffix(f", {self.years}").removesuffix(f": {self.area}")
        kind = "" if self.among in title else self.among
        return file_name(f"{demo} {title}".strip(), kind, self.area, self.years.replace("–", "-"))


def span(years: Iterable[int]) -> str:
    """Return the first and the last of some years as they are written, or the one there is."""
    found = sorted({int(year) for year in years})
    if not found:
        return ""
    return str(found[0]) if found[0] == found[-1] else f"{found[0]}–{found[-1]}"


def file_name(title: str, *more: str) -> str:
    """Return a file's name, without ending, that every file system takes and a reader understands.

    Parameters
    ----------
    title
        Cut at a word where it is long.
    more
        What follows after a dash: area, years, day.
    """
    parts = [_plain(part) for part in (title, *more)]
    if len(parts[0]) > _LONGEST:
        parts[0] = parts[0][:_LONGEST].rsplit(" ", 1)[0].rstrip(" ,.–-") + "…"
    return " – ".join(part for part in parts if part)


def _plain(part: str) -> str:
    part = part.replace(": ", " – ").replace(":", "-").replace("/", "-")
    # A name that ends with a dot loses it on Windows.
    return re.sub(r"\s+", " ", _REFUSED.sub("", part)).strip(" .")
