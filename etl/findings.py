"""What is wrong in a delivered file, said so that the person who sent it can mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

#: How many findings of one kind are listed before the rest is only counted. A shifted column makes
#: every cell wrong, and a list of 300,000 lines helps nobody.
LISTED_PER_KIND = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in one place of one file.

    Parameters
    ----------
    severity
        ``error`` stops a build, ``warning`` and ``note`` do not.
    file
        File name, without folder.
    sheet, row, column
        Where: sheet name, row number as the spreadsheet shows it, heading with letter such as
        ``2019 (M)``. None where it does not apply.
    what
        What is wrong. Never quotes a number that might be a small count.
    mend
        What to do about it.
    """

    severity: Severity
    file: str
    sheet: str | None
    row: int | None
    column: str | None
    what: str
    mend: str

    def __str__(self) -> str:
        """Return ``file, sheet S, row R, column C: what mend`` on one line."""
        place = [self.file]
        if self.sheet:
            place.append(f"sheet {self.sheet}")
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.what} {self.mend}".strip()

    def as_row(self) -> dict[str, str | int | None]:
        """Return the finding as a row of the warehouse table ``findings``."""
        return asdict(self)


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
        self._more: Counter[tuple[Severity, str]] = Counter()
        self._listed: Counter[str] = Counter()

    def for_sheet(self, sheet: str | None) -> Findings:
        """Return a collection for a sheet of the same file, with what was found so far."""
        other = Findings(self.file, sheet)
        other.extend(self.all())
        return other

    def add(
        self,
        severity: Severity,
        what: str,
        mend: str,
        *,
        row: int | None = None,
        column: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Add one finding; those of one ``kind`` are listed up to ``LISTED_PER_KIND`` times."""
        if kind is not None:
            self._listed[kind] += 1
            if self._listed[kind] > LISTED_PER_KIND:
                self._more[severity, kind] += 1
                return
        self._found.append(Finding(severity, self.file, self.sheet, row, column, what, mend))

    def error(
        self,
        what: str,
        mend: str,
        *,
        row: int | None = None,
        column: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Add an error."""
        self.add("error", what, mend, row=row, column=column, kind=kind)

    def count_more(self, severity: Severity, kind: str, number: int) -> None:
        """Count ``number`` further findings of a kind that were never made one by one."""
        if number > 0:
            self._more[severity, kind] += number

    def extend(self, findings: Sequence[Finding]) -> None:
        """Take over findings made elsewhere."""
        self._found.extend(findings)

    def all(self) -> list[Finding]:
        """Return what was found, top to bottom, then a line for each kind that was cut short."""
        found = sorted(self._found, key=lambda f: (f.sheet or "", f.row or 0))
        rest = [
            Finding(
                severity,
                self.file,
                self.sheet,
                None,
                None,
                f"{number:,} more of the same kind: {kind}.",
                "Mend the first ones and check again.",
            )
            for (severity, kind), number in self._more.items()
        ]
        return found + rest

    def raise_errors(self) -> None:
        """Raise :class:`PackageError` with everything found when an error is among it."""
        found = self.all()
        if any(f.severity == "error" for f in found):
            raise PackageError(found)
