"""The one search: places, indicators and pages by what people type. Knows no Streamlit.

Nothing is guessed: what is offered begins with, or holds, what was typed, letter by letter. The
Danish letters may be written any of the ways people write them (``Ærø``, ``Aeroe``, ``Aro``).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dashboard.format import Numbers
from dashboard.reference import Place, Reference
from dashboard.text import Text
from dashboard.whereabouts import (
    CLUSTERS,
    COUNCILS,
    COUNTRY,
    MUNICIPALITIES,
    REGIONS,
    in_order,
    sharing,
)
from geo.spelling import LONGEST

#: How many are offered.
MOST = 10
#: As many municipalities at most, where each is followed by its cluster and its council.
_WITH_FAMILY = 2
#: Letters of what is looked for in the middle of a word.
_MIDDLE = 4
#: How each letter may be written; the first is what all are brought to.
_LETTERS = {"å": ("aa", "a"), "æ": ("ae", "a", "e"), "ø": ("oe", "o")}
_FOREIGN = str.maketrans({"ä": "æ", "ö": "ø", "ü": "y", "ß": "ss", "ð": "d", "þ": "t"})
_WORD = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"(dk-?)?\d{2,4}", re.IGNORECASE)
#: Places in the order, after the geographies that have one.
_PAGE, _REAL, _MADE_UP, _LAST = 10, 11, 12, 13
#: Spellings kept of a name with very many of these letters.
_SPELLINGS = 64


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes
    ----------
    label
        Its name.
    note
        What it is and where it belongs.
    changes
        What choosing it changes in the address: ``geo`` and ``area``, ``indicator``, or ``page``.
    kind
        Place in the order of what is equally well found; smaller comes first.
    spellings
        The ways its name is written, in full and short.
    middles
        Those that are looked into: nobody looks for the "hed" of "Sundhedsklynge".
    words
        What it may be called beside its name: its kind.
    """

    label: str
    note: str
    changes: dict[str, str]
    kind: int
    spellings: tuple[str, ...] = field(repr=False)
    middles: tuple[str, ...] = field(repr=False, default=())
    words: tuple[str, ...] = field(repr=False, default=())


def folded(text: str) -> str:
    """Return text as it is compared: small letters, no accents, Danish letters written out."""
    small = text.casefold().translate(_FOREIGN)
    for letter, (written, *_) in _LETTERS.items():
        small = small.replace(letter, written)
    bare = unicodedata.normalize("NFKD", small)
    return " ".join(_WORD.findall("".join(c for c in bare if not unicodedata.combining(c))))


def spellings(name: str) -> tuple[str, ...]:
    """Return the ways a name may be written, the full one first."""
    # Aarhus and Aalborg spell the letter out; people leave it out there too.
    small = name.casefold().replace("aa", "å")
    choices = [_LETTERS.get(letter, (letter,)) for letter in small]
    ways = itertools.islice(itertools.product(*choices), _SPELLINGS)
    return tuple(dict.fromkeys(folded("".join(way)) for way in ways))


class Index:
    """What can be found in one language on one day.

    Parameters
    ----------
    reference
        Places and indicators.
    text
        The language.
    pages
        Address and title of each page that is offered.
    day
        Decides whether clusters or councils come first.
    """

    def __init__(
        self,
        reference: Reference,
        text: Text,
        pages: Iterable[tuple[str, str]],
        day: date,
    ) -> None:
        self._text = text
        self._numbers = Numbers(text.lang)
        self._reference = reference
        self._day = day
        self._newest = in_order(reference, (CLUSTERS, COUNCILS), day)
        regions = in_order(reference, REGIONS, day)
        known = [MUNICIPALITIES, *self._newest, *regions, COUNTRY]
        self._order = {g: i for i, g in enumerate(known)}
        self.entries = [
            *(self._place(place) for place in reference.areas.values()),
            *(self._indicator(i) for i in reference.indicators),
            *(
                Entry(title, text("search.page"), {"page": slug}, _PAGE, spellings(title))
                for slug, title in pages
            ),
        ]
        self._by_area = {e.changes["area"]: e for e in self.entries if "area" in e.changes}

    def find(self, typed: str) -> list[Entry]:
        """Return what fits, the best first: beginnings of names, of words, then middles.

        A municipality that is found among few is followed by its cluster and its council. Nothing
        is returned for nothing, and for a text longer than any name.
        """
        if len(typed) > LONGEST or not (wanted := folded(typed)):
            return []
        tokens = wanted.split()
        ranked = [(rank, e) for e in self.entries if (rank := _rank(e, wanted, tokens)) is not None]
        found = [entry for _, entry in sorted(ranked, key=lambda item: (item[0], item[1].kind))]
        own = [e for e in found if e.changes.get("geo") == MUNICIPALITIES]
        if 0 < len(own) <= _WITH_FAMILY and found[0] in own:
            families = itertools.chain.from_iterable((e, *self._family(e)) for e in own)
            found = [*families, *(e for e in found if e not in own)]
        return list({id(e): e for e in found}.values())[:MOST]

    def nothing(self, typed: str) -> str:
        """Return what is said when nothing fits."""
        name = " ".join(typed.split())[:LONGEST]
        key = "postcode" if _POSTCODE.fullmatch(name) else "nothing"
        return self._text(f"search.{key}", name=name)

    def _family(self, entry: Entry) -> list[Entry]:
        place = self._reference.areas[entry.changes["area"]]
        return [
            self._by_area[other.id]
            for geography in self._newest
            for other in sharing(self._reference, place, geography)
        ]

    def _place(self, place: Place) -> Entry:
        geography = place.geography
        row = self._reference.geographies[geography]
        key = f"search.kinds.{place.level}"
        note = [self._text(key) + self._when(row["valid_from"], row["valid_to"], place.level)]
        if place.level == "municipality":
            for other in self._newest:
                note += [p.name for p in sharing(self._reference, place, other)]
        elif region := self._reference.areas.get(place.region_id or ""):
            note.append(region.name)
        words = tuple(folded(word) for word in self._text(f"search.words.{place.level}").split())
        names = [place.name, place.short_name]
        if geography == COUNTRY:
            names += [self._text("common.country"), self._text("search.kinds.country")]
        written = tuple(dict.fromkeys(w for name in names for w in spellings(name)))
        changes = {"geo": geography, "area": place.id}
        kind = self._order.get(geography, _LAST)
        middles = spellings(place.short_name)
        return Entry(place.name, " · ".join(note), changes, kind, written, middles, words)

    def _when(self, begins: date | None, ends: date | None, level: str) -> str:
        """Return since or until when an area is one; municipalities have always been there."""
        if level in ("municipality", "country"):
            return ""
        if begins and begins > self._day:
            return " " + self._text("search.since", day=self._numbers.day(begins))
        return " " + self._text("search.until", day=self._numbers.day(ends)) if ends else ""

    def _indicator(self, indicator: str) -> Entry:
        row = self._reference.indicators[indicator]
        lang = self._text.lang
        note = self._text(
            "search.indicator_demo" if row["is_demo"] else "search.indicator",
            theme=self._text(f"common.themes.{row['theme']}"),
        )
        written = tuple(
            dict.fromkeys(w for c in ("title", "short") for w in spellings(str(row[f"{c}_{lang}"])))
        )
        kind = _MADE_UP if row["is_demo"] else _REAL
        changes = {"indicator": indicator}
        return Entry(str(row[f"title_{lang}"]), note, changes, kind, written, written)


def _rank(entry: Entry, wanted: str, tokens: Sequence[str]) -> int | None:
    """Return how well an entry fits, 0 best; ``None`` when it does not."""
    if any(name == wanted for name in entry.spellings):
        return 0
    if any(name.startswith(wanted) for name in entry.spellings):
        return 1
    for name in entry.spellings:
        words = [*name.split(), *entry.words]
        if all(any(word.startswith(token) for word in words) for token in tokens):
            return 2
    if len(wanted) >= _MIDDLE and any(wanted in name for name in entry.middles):
        return 3
    return None
