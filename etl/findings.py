"""What is wrong in a delivered file, said so that the person who sent it can mend it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from etl.messages import Said, catalogue, say

if TYPE_CHECKING:
    import polars as pl

Severity = Literal["error", "question", "warning", "note"]
Language = Literal["da", "en"]

#: How many findings of one kind are listed before the rest is only counted. A shifted column makes
#: every cell wrong, and a list of 300,000 lines helps nobody.
LISTED_PER_KIND = 20
#: Characters of a sheet's name or a heading that are told: a cell may hold 32,000, a line of a text
#: file any number. The letter behind a heading is kept.
_LONGEST_PLACE = 100
_LETTER = re.compile(r" \([A-Z]{1,3}\)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one place of one file.

    Parameters
    ----------
    severity
        ``error`` stops a build; so does ``question``, what may be a mistake and may be right, until
        somebody says yes to it (its :attr:`id` is accepted); ``warning`` and ``note`` do not.
    file
        File name, without folder.
    sheet, row, column
        Where: sheet name, row number as the spreadsheet shows it, heading with letter such as
        ``2019 (M)``. None where it does not apply.
    what_da, what_en
        What is wrong, in Danish and English. Never quotes a number that might be a small count.
    mend_da, mend_en
        What to do about it.
    fingerprint
        Digest of all figures that are meant, where only some are named (:func:`digest`).
    """

    severity: Severity
    file: str
    sheet: str | None
    row: int | None
    column: str | None
    what_da: str
    what_en: str
    mend_da: str
    mend_en: str
    fingerprint: str = ""

    @classmethod
    def of(
        cls,
        severity: Severity,
        file: str,
        message: str,
        /,
        *,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        fingerprint: str = "",
        **values: Any,
    ) -> Finding:
        """Return a finding whose texts are a message of ``etl.messages`` with its values.

        The place is among them: a message may say ``{column}``.
        """
        sheet, column = (_told(place) for place in (sheet, column))
        values |= {"sheet": sheet, "row": row, "column": column}
        what, mend = say(message, "what", **values), say(message, "mend", **values)
        return cls(
            severity, file, sheet, row, column, what.da, what.en, mend.da, mend.en, fingerprint
        )

    @property
    def id(self) -> str:
        """Return what a finding is called when somebody says yes to it: eight hexadecimal digits.

        The same for the same words about the same figures; another when one of them changes.
        """
        told: tuple[object, ...] = (self.file, self.sheet, self.row, self.column, self.what_en)
        if self.fingerprint:
            told += (self.fingerprint,)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:8]

    def texts(self, language: Language) -> tuple[str, str]:
        """Return what is wrong and what to do about it."""
        return (self.what_da, self.mend_da) if language == "da" else (self.what_en, self.mend_en)

    def __str__(self) -> str:
        """Return ``file, sheet S, row R, column C: what mend`` on one line, in English."""
        return self.told("en")

    def told(self, language: Language) -> str:
        """Return ``file, sheet S, row R, column C: what mend`` on one line."""
        words = ("ark", "række", "kolonne") if language == "da" else ("sheet", "row", "column")
        there = zip(words, (self.sheet, self.row, self.column), strict=True)
        place = [self.file, *(f"{word} {where}" for word, where in there if where)]
        return f"{', '.join(place)}: {' '.join(self.texts(language))}".strip()

    def as_row(self) -> dict[str, str | int | None]:
        """Return the finding as a row of the warehouse table ``findings``."""
        return asdict(self)


def digest(figures: Iterable[object]) -> str:
    """Return a text that changes when any of some figures does: twelve hexadecimal digits.

    Parameters
    ----------
    figures
        Where each stands, and what it is unless that might be a small count.
    """
    found = hashlib.sha256()
    for figure in figures:
        found.update(repr(figure).encode())
    return found.hexdigest()[:12]


def digest_of(figures: pl.DataFrame, places: Sequence[str], value: str, made_safe_by: str) -> str:
    """Return the digest of some figures of a package, so that a yes is to these alone.

    Parameters
    ----------
    figures
        One row a figure.
    places
        Columns that say where each stands.
    value
        The column with the figure itself: true counts may be small ones and are left out.
    made_safe_by
        Of the package.
    """
    meant = [*places, value] if made_safe_by == "publisher" else list(places)
    return digest(figures.select(meant).iter_rows())


def unreadable(path: Path, error: OSError) -> Finding:
    """Return the error of a file that the system does not let us read: rights, a bad disk, gone."""
    return Finding.of("error", path.name, "file_unreadable", why=error.strerror or str(error))


def _told(place: str | None) -> str | None:
    if place is None or len(place) <= _LONGEST_PLACE:
        return place
    letter = _LETTER.search(place[-6:])
    return f"{place[:_LONGEST_PLACE]}…{letter[0] if letter else ''}"


class PackageError(Exception):
    """The data is wrong: everything found, not only the first.

    Parameters
    ----------
    findings
        At least one; warnings may be among them.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(f) for f in self.findings))


class Findings:
    """Collects the findings of one file, listing a few of a kind and counting the others.

    Parameters
    ----------
    file
        File name that every finding is about.
    sheet
        Sheet name, None for a text file.
    """

    def __init__(self, file: str, sheet: str | None = None) -> None:
        self.file = file
        self.sheet = sheet
        self._found: list[Finding] = []
        self._more: Counter[tuple[Severity, Said]] = Counter()
        self._listed: Counter[Said] = Counter()

    def for_sheet(self, sheet: str | None) -> Findings:
        """Return a collection for a sheet of the same file, with what was found so far."""
        other = Findings(self.file, sheet)
        other.extend(self.all())
        return other

    def add(
        self,
        severity: Severity,
        message: str,
        /,
        *,
        row: int | None = None,
        column: str | None = None,
        **values: Any,
    ) -> None:
        """Add one finding; of a message with a kind, ``LISTED_PER_KIND`` of that kind are listed.

        Parameters
        ----------
        severity, row, column
            As for :class:`Finding`.
        message
            Key of ``etl.messages``.
        **values
            What its texts take; one that is dear to make may be a function that gives it, and is
            called only when the finding is listed.
        """
        if "kind_en" in catalogue()[message]:
            kind = say(message, "kind", **values)
            self._listed[kind] += 1
            if self._listed[kind] > LISTED_PER_KIND:
                self._more[severity, kind] += 1
                return
        values = {key: value() if callable(value) else value for key, value in values.items()}
        self._found.append(
            Finding.of(
                severity, self.file, message, sheet=self.sheet, row=row, column=column, **values
            )
        )

    def error(
        self,
        message: str,
        /,
        *,
        row: int | None = None,
        column: str | None = None,
        **values: Any,
    ) -> None:
        """Add an error."""
        self.add("error", message, row=row, column=column, **values)

    def question(
        self,
        message: str,
        /,
        *,
        row: int | None = None,
        column: str | None = None,
        **values: Any,
    ) -> None:
        """Add what may be a mistake and needs somebody's yes."""
        self.add("question", message, row=row, column=column, **values)

    def count_more(self, severity: Severity, message: str, number: int) -> None:
        """Count ``number`` further findings of a message that were never made one by one."""
        if number > 0:
            self._more[severity, say(message, "kind")] += number

    def extend(self, findings: Sequence[Finding]) -> None:
        """Take over findings made elsewhere."""
        self._found.extend(findings)

    def all(self) -> list[Finding]:
        """Return what was found, top to bottom, then a line for each kind that was cut short."""
        found = sorted(self._found, key=lambda f: (f.sheet or "", f.row or 0))
        rest = [
            Finding.of(
                severity, self.file, "more_of_kind", sheet=self.sheet, number=number, kind=kind
            )
            for (severity, kind), number in self._more.items()
        ]
        return found + rest

    def raise_errors(self) -> None:
        """Raise :class:`PackageError` with everything found when an error is among it."""
        found = self.all()
        if any(f.severity == "error" for f in found):
            raise PackageError(found)
