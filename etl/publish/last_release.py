"""The warehouse a build replaces: one it can learn from, or one that can only be put aside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etl.findings import Finding
from warehouse import (
    WarehouseDamagedError,
    WarehouseForeignError,
    WarehouseMissingError,
    WarehouseVersionError,
    connect,
)

_ASIDE: Final = ".aside"


@dataclass(frozen=True, slots=True)
class LastRelease:
    """What lies where a warehouse is to be published.

    Attributes
    ----------
    path
        The warehouse, whole and of a version that can be read; None when there is none.
    aside
        Where to put the file that lies there and is no such warehouse; None when there is none.
    findings
        What is lost with it, or the question whether it may be moved at all.
    """

    path: Path | None = None
    aside: Path | None = None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, path: Path) -> LastRelease:
        """Look at what lies there; the whole file is read once.

        Raises
        ------
        warehouse.WarehouseError
            When it cannot be looked at, and may be a sound one: locked, not permitted, a folder.
        """
        aside = _free(path.with_name(path.name + _ASIDE))
        try:
            with connect(path, earlier=True) as old:
                old.verify()
        except WarehouseMissingError:
            return cls()
        except WarehouseForeignError:
            asked = Finding.of("question", path.name, "other_database", aside=aside.name)
            return cls(None, aside, (asked,))
        except (WarehouseDamagedError, WarehouseVersionError) as error:
            other = isinstance(error, WarehouseVersionError)
            message = "warehouse_of_other_version" if other else "warehouse_damaged"
            return cls(None, aside, (Finding.of("warning", path.name, message, aside=aside.name),))
        return cls(path)


def _free(path: Path) -> Path:
    """Return a name that nothing has yet: what was put aside before stays."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
