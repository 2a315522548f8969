"""What the definitions say, read as anybody can: the files of indicators and layouts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOM = Path(__file__).resolve().parents[3] / "etl"


@dataclass(frozen=True)
class Definitions:
    """What is public about the numbers.

    Attributes
    ----------
    counted
        Indicator -> the measure it counts.
    divided
        Indicator -> the measure it is divided by.
    multiplier
        Indicator -> 100 for per cent and so on.
    inside
        Pairs of measures: the people of the first are among those of the second.
    sums
        Measure -> the measures it is the sum of, over all sectors.
    made_safe
        Layouts whose publisher made them safe -> what its counts are rounded to (1 if they are
        not).
    """

    counted: dict[str, str] = field(default_factory=dict)
    divided: dict[str, str] = field(default_factory=dict)
    multiplier: dict[str, float] = field(default_factory=dict)
    inside: frozenset[tuple[str, str]] = frozenset()
    sums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made_safe: dict[str, int] = field(default_factory=dict)

    def rounded_to(self, package: str) -> int | None:
        """Return what the publisher of a package rounds to; None where we make it safe."""
        fitting = [layout for layout in self.made_safe if package.startswith(f"{layout}-")]
        return self.made_safe[max(fitting, key=len)] if fitting else None


@cache
def published_definitions() -> Definitions:
    """Read all definitions of this house."""
    indicators = [_read(path) | {"id": path.stem} for path in ROOM.glob("indicators/*/*.toml")]
    layouts = [_read(path) for path in ROOM.glob("layouts/*.toml") if path.stem[0] != "_"]
    counts = [one for one in indicators if "numerator" in one]
    inside, sums = set(), {}
    for layout in layouts:
        for told in layout.get("measures", {}).values():
            if isinstance(told, dict) and "part_of" in told:
                wholes = told["part_of"]
                wholes = [wholes] if isinstance(wholes, str) else wholes
                inside |= {(told["measure"], whole) for whole in wholes}
        sums |= {whole: tuple(parts) for whole, parts in layout.get("sums", {}).items()}
    return Definitions(
        {one["id"]: one["numerator"] for one in counts},
        {one["id"]: one["denominator"] for one in counts if "denominator" in one},
        {one["id"]: float(one.get("multiplier", 1)) for one in indicators},
        frozenset(inside),
        sums,
        {
            one["id"]: one.get("rounding_base", 1)
            for one in layouts
            if one.get("made_safe_by") == "publisher"
        },
    )


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text("utf-8"))
