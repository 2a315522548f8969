"""One delivered file after reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from etl.findings import Finding, PackageError
from etl.layouts import Layout

#: Measures and the years there are rows of them for.
MeasureYears = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """What is known of a delivered file: the columns of the warehouse table ``packages``."""

    package_id: str
    layout: str
    title: str
    publisher: str
    published: dt.date | None
    licence: str
    source: str
    edition: str
    file: str
    sha256: str
    bytes: int
    rows_in: int
    observations: int
    suppressed: int
    missing: int
    is_demo: bool
    made_safe_by: str
    rounding_base: int | None
    threshold: int
    hidden_low: int
    hidden_high: int | None
    provisional: tuple[int, ...]
    note_da: str | None
    note_en: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A file that was read: its facts, observations and what was found on the way.

    ``delivered_as`` maps each measure to its name in the file; ``layout`` has the edition's
    changes applied.
    """

    info: PackageInfo
    observations: pl.DataFrame
    findings: tuple[Finding, ...]
    layout: Layout
    delivered_as: Mapping[str, str]

    @property
    def years(self) -> MeasureYears:
        """The years of each measure."""
        return frozenset(self.observations.select("measure", "period").unique().iter_rows())

    @property
    def only(self) -> MeasureYears | None:
        """What is used of the file, None for all of it."""
        return None


@dataclass(frozen=True, slots=True)
class LoadedPackages:
    """Every file of a folder: the packages that could be read, and all findings.

    ``unused`` names the files a newer edition takes the place of.
    """

    packages: tuple[Package, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    unused: tuple[str, ...] = ()

    def raise_errors(self) -> None:
        """Raise :class:`etl.findings.PackageError` when any finding is an error."""
        if any(f.severity == "error" for f in self.findings):
            raise PackageError(self.findings)


#: Makes a check of some packages, or knows what it found in them.
Once = Callable[..., list[Finding]]


def anew(check: Callable[..., list[Finding]], *packages: Package) -> list[Finding]:
    """Make a check."""
    return check(*packages)
