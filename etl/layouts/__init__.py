"""How delivered packages look, as data: one TOML file a kind of package, discovered here.

A file holds only what differs from ``_defaults.toml`` (what all share, what its format shares, what
its publisher does in every file); ``[editions.2024]`` in it holds only what differs in that
edition. The longest key that an edition begins with is used, so ``2024`` also covers ``20240211``.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from etl.definitions import all_wrong, not_toml, wrong
from etl.findings import Finding, PackageError
from etl.layouts.model import Layout, MeasureTarget, Unit, Vocabulary, folded
from etl.messages import say

__all__ = [
    "Layout",
    "LayoutError",
    "Layouts",
    "MeasureTarget",
    "Unit",
    "Vocabulary",
    "default_vocabulary",
    "folded",
    "load_layouts",
]

FOLDER = Path(__file__).parent
_DEFAULTS = "_defaults.toml"


class LayoutError(PackageError):
    """A layout file is wrong; the message says file, field and reason, one a line."""

    def __str__(self) -> str:
        """Return the faults in English."""
        return "\n".join(
            ": ".join(part for part in (f.file, f.column, f.what_en) if part) for f in self.findings
        )


@dataclass(frozen=True)
class Layouts:
    """Every known layout, and which of them knows a file."""

    by_id: Mapping[str, Layout]
    _editions: Mapping[tuple[str, str], Layout]

    def __iter__(self) -> Iterator[Layout]:
        """Iterate over the layouts in the order of their ids."""
        return iter(self.by_id.values())

    def __len__(self) -> int:
        """Return how many layouts there are."""
        return len(self.by_id)

    def recognise(self, file_name: str) -> tuple[Layout, str] | None:
        """Return the layout and edition of a file.

        Parameters
        ----------
        file_name
            Name without folder.

        Returns
        -------
        tuple of Layout and str, or None
            The layout with what its edition changes already applied; None when none knows it.
        """
        for layout in self.by_id.values():
            edition = layout.edition_of(file_name)
            if edition is None:
                continue
            keys = [key for (layout_id, key) in self._editions if layout_id == layout.id]
            fitting = [key for key in keys if edition.startswith(key)]
            if fitting:
                return self._editions[layout.id, max(fitting, key=len)], edition
            return layout, edition
        return None


def load_layouts(folder: Path | None = None) -> Layouts:
    """Read and validate every layout.

    Parameters
    ----------
    folder
        Folder of ``*.toml`` files; the ones beside this module by default. Files whose name starts
        with ``_`` are not layouts. A folder without its own ``_defaults.toml`` uses ours.

    Returns
    -------
    Layouts
        All layouts by id.

    Raises
    ------
    LayoutError
        With every fault found: file, field and reason.
    """
    folder = FOLDER if folder is None else folder
    faults: list[Finding] = []
    own_defaults = folder / _DEFAULTS
    defaults = _toml(own_defaults if own_defaults.exists() else FOLDER / _DEFAULTS, faults)
    layouts: dict[str, Layout] = {}
    editions: dict[tuple[str, str], Layout] = {}
    home: dict[str, str] = {}
    for path in sorted(folder.glob("[!_]*.toml")):
        raw = _toml(path, faults)
        if not raw:
            continue
        raw = _inherited(raw, defaults)
        layout = _validated(raw, path.name, "", faults)
        if layout is None:
            continue
        if layout.id in layouts:
            taken = say("layout_id_taken", id=layout.id, file=home[layout.id])
            faults.append(wrong(path.name, "id", taken))
            continue
        layouts[layout.id], home[layout.id] = layout, path.name
        for key, changes in layout.editions.items():
            edition = _validated(_merged(raw, changes), path.name, f"editions.{key}.", faults)
            if edition is not None:
                editions[layout.id, key] = edition
    if faults:
        raise LayoutError(faults)
    return Layouts(dict(sorted(layouts.items())), editions)


def default_vocabulary() -> Vocabulary:
    """Return the labels that every layout knows."""
    faults: list[Finding] = []
    return Vocabulary.model_validate(_toml(FOLDER / _DEFAULTS, faults)["all"]["vocabulary"])


def _toml(path: Path, faults: list[Finding]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(not_toml(path.name, error))
        return {}


def _inherited(raw: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    base = _merged({}, defaults.get("all", {}))
    base = _merged(base, defaults.get(str(raw.get("format")), {}))
    publishers = defaults.get("publishers", {})
    return _merged(_merged(base, publishers.get(str(raw.get("publisher")).strip(), {})), raw)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``over`` laid on ``base``; tables are merged, everything else is replaced."""
    merged = copy.deepcopy(dict(base))
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = _merged(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _validated(raw: dict[str, Any], file: str, prefix: str, faults: list[Finding]) -> Layout | None:
    try:
        return Layout.model_validate(raw)
    except ValidationError as error:
        faults.extend(all_wrong(error, file, prefix))
        return None
