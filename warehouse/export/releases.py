"""Releases that stay: each warehouse as one dated Parquet file that is never changed.

The files lie in a folder beside the warehouse. ``releases.json`` there says of each what it holds,
its sha256 and what differs from the one before; feeds are made of it. A number that is hidden in
either release is not counted as corrected, and no number is quoted.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from warehouse.connection import Warehouse
from warehouse.digits import SAME_COUNT, SAME_VALUE
from warehouse.errors import ExportError
from warehouse.export import files
from warehouse.export.columns import KEY
from warehouse.export.filters import Selection

FOLDER: Final = "releases"
INDEX: Final = "releases.json"
#: How many are kept unless told.
KEEP: Final = 24
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Changes:
    """What differs from the release before.

    Attributes
    ----------
    packages
        Id → ``new`` or ``changed``.
    areas, themes
        Id → how many numbers are ``changed`` (corrected) and how many ``new`` (of a year, age or
        measure that was not there); an area or theme without either is left out.
    """

    packages: dict[str, str] = field(default_factory=dict)
    areas: dict[str, dict[str, int]] = field(default_factory=dict)
    themes: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """One release: its file, when and of what it was made (UTC), and what it changed."""

    name: str
    made: str
    fingerprint: str
    version: str
    rows: int
    bytes: int
    sha256: str
    packages: dict[str, str]
    changes: Changes


def folder_of(warehouse: Path) -> Path:
    """Return where the releases of a warehouse file lie."""
    return warehouse.parent / FOLDER


def listed(folder: Path) -> list[Release]:
    """Return the releases of a folder, newest first; none when there is no list.

    Raises
    ------
    ExportError
        When the list cannot be read.
    """
    try:
        rows: list[dict[str, Any]] = json.loads((folder / INDEX).read_text("utf-8"))
        return [Release(**{**row, "changes": Changes(**row["changes"])}) for row in rows]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError):
        raise ExportError(f"{folder / INDEX} is no list of releases.") from None
    except OSError as error:
        raise ExportError(f"{folder / INDEX} cannot be read: {error.strerror}.") from None


def keep(
    wh: Warehouse,
    folder: Path,
    number: int = KEEP,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Release, bool]:
    """Leave the warehouse as a release in a folder.

    Parameters
    ----------
    wh
        The warehouse.
    folder
        Made when it is not there.
    number
        How many releases are kept; the oldest go.
    progress
        As in :func:`warehouse.export.files.write`.

    Returns
    -------
    Release, bool
        The release, and whether it is new: a warehouse is released once.

    Raises
    ------
    ExportError
        When something cannot be written or read; the list is then as it was.
    """
    facts = {row["key"]: row["value"] for row in wh.rows("SELECT key, value FROM meta")}
    made, fingerprint = facts.get("built_at", ""), facts.get("fingerprint", "")
    if not made or not fingerprint:
        raise ExportError(f"{wh.path} does not say when it was built: build it anew.")
    before = listed(folder)
    for release in before:
        if release.fingerprint == fingerprint:
            return release, False
    name = f"klyngeblik-{made[:10]}-{fingerprint[:8]}.parquet"
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = files.write(wh, Selection(), path, progress=progress)
        packages = dict(
            wh.sql("SELECT package_id, sha256 FROM packages ORDER BY package_id").rows()
        )
        release = Release(
            name,
            made,
            fingerprint,
            facts.get("klyngeblik_version", ""),
            rows,
            path.stat().st_size,
            _sha256(path),
            packages,
            _changes(folder, before, path, packages),
        )
        path.with_suffix(".parquet.sha256").write_text(f"{release.sha256}  {name}\n", "utf-8")
        kept = [release, *before][: max(1, number)]
        _write(folder / INDEX, kept)
        for old in before[len(kept) - 1 :]:
            (folder / old.name).unlink(missing_ok=True)
            (folder / f"{old.name}.sha256").unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror or error}.") from None
    return release, True


def _changes(folder: Path, before: list[Release], path: Path, packages: dict[str, str]) -> Changes:
    if not before or not (folder / before[0].name).exists():
        return Changes()
    last = before[0]
    which = {
        own: "new" if own not in last.packages else "changed"
        for own, digest in packages.items()
        if last.packages.get(own) != digest
    }
    wanted = [*KEY, "theme", "value", "status", "unit"]
    new = pl.scan_parquet(path).select(wanted)
    old = pl.scan_parquet(folder / last.name).select([*KEY, "value", "status"])
    is_ok = pl.col("status") == "ok"
    gap = (pl.col("value") - pl.col("value_old")).abs()
    bound = pl.max_horizontal(pl.col("value").abs(), pl.col("value_old").abs()) * SAME_VALUE
    same = gap <= pl.when(pl.col("unit") == "persons").then(SAME_COUNT).otherwise(bound)
    both = (
        new.filter(is_ok)
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
        .join(
            old.with_columns(pl.col(pl.Categorical).cast(pl.String)),
            on=list(KEY),
            how="left",
            suffix="_old",
        )
        .select(
            "area_id",
            "theme",
            changed=(pl.col("status_old") == "ok").fill_null(False) & ~same.fill_null(True),
            new=pl.col("status_old").is_null(),
        )
        .collect()
    )
    return Changes(which, _counted(both, "area_id"), _counted(both, "theme"))


def _counted(cells: pl.DataFrame, by: str) -> dict[str, dict[str, int]]:
    sums = cells.group_by(by).agg(pl.col("changed").sum(), pl.col("new").sum()).sort(by)
    return {
        key: {"changed": changed, "new": new} for key, changed, new in sums.rows() if changed or new
    }


def _write(path: Path, releases: list[Release]) -> None:
    text = json.dumps([asdict(release) for release in releases], ensure_ascii=False, indent=1)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text + "\n", "utf-8")
    fresh.replace(path)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
