"""The mapping file: what a region's own files call the columns, and what their codes mean."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from etl.findings import Finding, PackageError
from etl.ingest.harmonise import area_of
from etl.messages import say
from etl.registers import schema
from etl.registers.texts import avoidable_diagnoses
from geo.spelling import closest
from warehouse.schema import CONTACT_SECTORS

#: Column -> what a code of it may mean. A municipality may also be a name or a number.
TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "sex": ("female", "male"),
    "sector": CONTACT_SECTORS,
    "acute": ("true", "false"),
    "diagnosis_group": (*avoidable_diagnoses(), "other"),
}
PLACES: Final = ("municipality", "residence_1_january")
CODED: Final = (*PLACES, *TARGETS)
#: May be written in two columns, a date and a time of day.
_PAIRED: Final = ("start_time", "end_time")
_SECTIONS: Final = ("columns", "values")


@dataclass(frozen=True)
class Names:
    """A region's own names and codes.

    Attributes
    ----------
    file
        Where they were read from; None when the rows use ours.
    columns
        Our column -> theirs; two of them for a date and a time of day.
    values
        Our column -> their code -> ours. A code that ends with ``*`` stands for all that begin so.
    """

    file: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def theirs(self, column: str) -> tuple[str, ...]:
        """Return what the files call a column of ours."""
        return self.columns.get(column, (column,))

    def meaning(self, column: str, label: str) -> str | None:
        """Return what a code means; None when nobody has said."""
        said = self.values.get(column, {})
        label = label.strip()
        if label in said:
            return said[label]
        starts = [code for code in said if code.endswith("*") and label.startswith(code[:-1])]
        if starts:
            return said[max(starts, key=len)]
        if column in PLACES:
            area = area_of(label)
            return area.area_id if area and area.level == "municipality" else None
        ours = label.lower() if column == "acute" else label
        return ours if ours in TARGETS[column] else None

    def unused(self, column: str, labels: Iterable[str]) -> list[str]:
        """Return the codes that no row has."""
        there = [label.strip() for label in labels]
        return [
            code
            for code in self.values.get(column, {})
            if not (
                any(label.startswith(code[:-1]) for label in there)
                if code.endswith("*")
                else code in there
            )
        ]


def read_names(path: Path) -> Names:
    """Read a mapping file.

    Parameters
    ----------
    path
        TOML with the sections ``columns`` and ``values``; docs/contacts.md has an example.

    Raises
    ------
    etl.findings.PackageError
        With everything that is wrong in it.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackageError([_wrong(path, None, "mapping_unreadable", why=str(error))]) from None
    found = _Found(path)
    found.unknown(said, _SECTIONS, "")
    columns = found.columns(found.section(said, "columns"))
    values = found.values(found.section(said, "values"))
    if found.findings:
        raise PackageError(found.findings)
    return Names(path.name, columns, values)


class _Found:
    """Reads the sections and keeps what is wrong in them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def columns(self, said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        ours = (*schema.COLUMNS, *schema.OPTIONAL)
        self.unknown(said, ours, "columns.")
        columns: dict[str, tuple[str, ...]] = {}
        for name in ours:
            if name not in said:
                continue
            theirs = said[name] if isinstance(said[name], list) else [said[name]]
            most = 2 if name in _PAIRED else 1
            if not (
                all(isinstance(one, str) and one for one in theirs) and 0 < len(theirs) <= most
            ):
                message = "mapping_pair" if name in _PAIRED else "mapping_name"
                self.wrong(f"columns.{name}", message)
                continue
            columns[name] = tuple(theirs)
        taken = [name for name in ours if list(columns.values()).count(columns.get(name, ())) > 1]
        for name in taken:
            self.wrong(f"columns.{name}", "mapping_twice")
        return columns

    def values(self, said: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        self.unknown(said, CODED, "values.")
        values: dict[str, dict[str, str]] = {}
        for column in CODED:
            for code, meant in self.section(said, column, "values.").items():
                values.setdefault(column, {})[code] = self.target(column, code, meant)
        return values

    def target(self, column: str, code: str, meant: object) -> str:
        ours = str(meant).lower() if isinstance(meant, bool) else meant
        if column in PLACES:
            area = area_of(ours) if isinstance(ours, str) else None
            if area and area.level == "municipality":
                return area.area_id
            self.wrong(f"values.{column}.{code}", "mapping_place", meant=str(meant))
        elif isinstance(ours, str) and ours in TARGETS[column]:
            return ours
        else:
            self.wrong(
                f"values.{column}.{code}",
                "mapping_meaning",
                meant=str(meant),
                known=", ".join(TARGETS[column]),
            )
        return ""

    def section(self, said: Mapping[str, Any], name: str, before: str = "") -> Mapping[str, Any]:
        inner = said.get(name, {})
        if isinstance(inner, dict):
            return inner
        self.wrong(before + name, "mapping_section")
        return {}

    def unknown(self, said: Mapping[str, Any], known: Iterable[str], before: str) -> None:
        for name in said:
            if name not in known:
                near = ", ".join(closest(name, known, 3))
                self.wrong(before + name, "mapping_unknown", near=near)

    def wrong(self, field_: str, message: str, **values: Any) -> None:
        self.findings.append(_wrong(self.path, field_, message, **values))


def _wrong(path: Path, field_: str | None, message: str, **values: Any) -> Finding:
    return Finding.of("error", path.name, f"contacts_{message}", column=field_, **values)


def unused_codes(names: Names, column: str, labels: Iterable[str]) -> list[Finding]:
    """Tell of the codes of a mapping file that no row has."""
    codes = names.unused(column, labels)
    if not codes or names.file is None:
        return []
    listed = ", ".join(repr(code) for code in codes)
    return [
        Finding.of(
            "warning",
            names.file,
            "contacts_mapping_unused",
            column=f"values.{column}",
            codes=listed,
            holds=say(f"contacts_{column}", sectors=schema.SECTOR_NAMES),
        )
    ]
