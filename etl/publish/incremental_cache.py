"""What the last build worked out that still holds: only what depends on a new file is done again.

A file beside the warehouse holds, under digests of what they were made of, the facts of each
package, what the checks found, and which groups of indicators the warehouse has figures of. It
holds no figures: those are taken from the warehouse itself, which has safe ones only. It is named
after the warehouse's fingerprint, so that it is never believed of another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

import polars as pl

from etl.findings import Finding
from etl.ingest.readers import read_package
from etl.ingest.readers.package import MeasureYears, Package, PackageInfo
from etl.layouts import Layout, Layouts
from warehouse import WarehouseError, connect

_KEPT: Final = 4


class Memory:
    """What was known before a build, and what is known after it.

    Parameters
    ----------
    before : dict, optional
        Digest -> what was worked out for the warehouse that is to be replaced.
    code : str
        Of the code and the libraries: whatever they worked out is theirs alone.
    """

    def __init__(self, before: dict[str, Any] | None = None, code: str = "") -> None:
        self._before = before or {}
        self._now: dict[str, Any] = {}
        self._code = code
        self._made_of: dict[str, str] = {}

    @classmethod
    def of(cls, warehouse: Path | None, folder: Path, code: str) -> Memory:
        """Return what is known of a warehouse; nothing when there is none.

        Parameters
        ----------
        warehouse : Path or None
            The warehouse that is to be replaced.
        folder : Path
            Where :meth:`keep` wrote.
        code : str
            ``etl.publish.fingerprint.code_fingerprint``.
        """
        if warehouse is None:
            return cls(code=code)
        try:
            with connect(warehouse) as old:
                made_of = old.sql("SELECT value FROM meta WHERE key = 'fingerprint'").item()
            known = json.loads(_path(folder, made_of).read_text(encoding="utf-8"))
        except (WarehouseError, OSError, ValueError):
            known = {}
        return cls(known, code)

    def read(self, path: Path, layouts: Layouts) -> Package:
        """Return a package; the figures of one that is known are read when somebody asks for them.

        Raises
        ------
        etl.findings.PackageError
            As :func:`etl.ingest.readers.read_package`.
        """
        known = layouts.recognise(path.name)
        if known is None:
            return read_package(path, layouts)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        key = self.digest("read", path.name, sha256, known[0].model_dump_json())
        self._made_of[path.name] = key
        if key in self._before:
            self._now[key] = self._before[key]
            return KnownPackage(self._before[key], known[0], partial(read_package, path, layouts))
        package = read_package(path, layouts)
        self._now[key] = {
            "info": asdict(package.info),
            "findings": [asdict(finding) for finding in package.findings],
            "delivered_as": dict(package.delivered_as),
            "years": sorted(package.years),
        }
        return package

    def once(self, check: Callable[..., list[Finding]], *packages: Package) -> list[Finding]:
        """Return what a check finds in some packages, without checking them twice."""
        key = self.digest(check.__name__, *map(self.made_of, packages))
        if key in self._before:
            self._now[key] = self._before[key]
        if key in self._now:
            return [Finding(**row) for row in self._now[key]]
        found = check(*packages)
        self._now[key] = [asdict(finding) for finding in found]
        return found

    def holds(self, key: str) -> bool:
        """Return whether the warehouse has the figures of a digest; the next one will."""
        self._now[key] = self._before.get(key, [])
        return key in self._before

    def told(self, key: str) -> list[str]:
        """Return what was told of the figures of a digest."""
        return list(self._now.get(key, []))

    def tell(self, key: str, what: list[str]) -> None:
        """Keep what is told of the figures of a digest, for as long as they are not made anew."""
        self._now[key] = what

    def made_of(self, package: Package) -> str:
        """Return the digest of a package: its name, content and layout, and what is used of it."""
        whole = self._made_of.get(package.info.file, package.info.sha256)
        return whole if package.only is None else self.digest(whole, str(sorted(package.only)))

    def digest(self, *parts: str) -> str:
        """Return a text that changes when a part or the code does."""
        return hashlib.sha256("\n".join((self._code, *parts)).encode()).hexdigest()

    def keep(self, folder: Path, fingerprint: str) -> None:
        """Write what is known now of the warehouse with this fingerprint; one build at a time."""
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob("build-*.new"):  # of a build that was killed
            leftover.unlink(missing_ok=True)
        path = _path(folder, fingerprint)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self._now, default=dt.date.isoformat), encoding="utf-8")
        fresh.replace(path)
        files = sorted(folder.glob("build-*.json"), key=lambda file: file.stat().st_mtime)
        for old in files[:-_KEPT]:
            old.unlink(missing_ok=True)


class KnownPackage(Package):
    """A package of which all but the figures is known; these are read once, when asked for."""

    _years: MeasureYears
    _read: Callable[[], Package]
    _figures: pl.DataFrame | None
    _lock: Lock

    def __init__(self, facts: dict[str, Any], layout: Layout, read: Callable[[], Package]) -> None:
        info = dict(facts["info"])
        if info["published"] is not None:
            info["published"] = dt.date.fromisoformat(info["published"])
        info["provisional"] = tuple(info["provisional"])
        given = {
            "info": PackageInfo(**info),
            "findings": tuple(Finding(**row) for row in facts["findings"]),
            "layout": layout,
            "delivered_as": facts["delivered_as"],
            "_years": frozenset((measure, year) for measure, year in facts["years"]),
            "_read": read,
            "_figures": None,
            "_lock": Lock(),
        }
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def years(self) -> MeasureYears:
        """The years of each measure."""
        return self._years

    @property
    def observations(self) -> pl.DataFrame:
        """The package's observations, as :func:`etl.ingest.readers.read_package` gives them."""
        with self._lock:
            if self._figures is None:
                object.__setattr__(self, "_figures", self._read().observations)
            assert self._figures is not None  # noqa: S101
            return self._figures


def _path(folder: Path, fingerprint: str) -> Path:
    return folder / f"build-{fingerprint}.json"
