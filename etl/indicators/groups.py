"""Which packages together deliver which indicators, and what their layouts say of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

import polars as pl

from etl.disclosure import other_packages
from etl.indicators.definition import Indicator
from etl.ingest.observations import CELL
from etl.ingest.readers.package import Package
from etl.publish.incremental_cache import Memory

#: The indicator whose counts weigh shares that come without any.
POPULATION: Final = "population"


@dataclass(frozen=True)
class Group:
    """Packages that together deliver some indicators, oldest first."""

    packages: tuple[Package, ...]
    indicators: tuple[Indicator, ...]

    @property
    def is_safe(self) -> bool:
        """Whether all of them were made safe by their publishers."""
        return all(package.info.made_safe_by == "publisher" for package in self.packages)

    @property
    def threshold(self) -> int:
        """The least count that is not small in any of the packages that we make safe."""
        infos = (package.info for package in self.packages)
        return max(info.threshold for info in infos if info.made_safe_by == "klyngeblik")

    @property
    def hides_everybody(self) -> bool:
        """Whether a layout asks that a count of all of a group is hidden."""
        return any(package.layout.hide_everybody for package in self.packages)

    @property
    def measures(self) -> set[str]:
        """What the indicators count, and what they divide by."""
        wanted = {one.numerator for one in self.indicators}
        return wanted | {one.denominator for one in self.indicators if one.denominator}

    @property
    def name(self) -> str:
        """What tells it from the other groups."""
        return self.indicators[0].id

    @property
    def ids(self) -> list[str]:
        """The packages' names."""
        return [package.info.package_id for package in self.packages]


def groups_of(packages: Sequence[Package], indicators: Sequence[Indicator]) -> list[Group]:
    """Return which packages feed which indicators: real ones where there are any."""
    delivered = {package.info.package_id: set(package.delivered_as) for package in packages}
    together: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    by_id = {package.info.package_id: package for package in packages}
    oldest_first = sorted(packages, key=age_of)
    for indicator in indicators:
        wanted = [
            package
            for package in oldest_first
            if not indicator.layouts
            or any(fnmatchcase(package.info.layout, glob) for glob in indicator.layouts)
        ]
        fitting = [p for p in wanted if indicator.numerator in delivered[p.info.package_id]]
        real = [package for package in fitting if not package.info.is_demo]
        chosen = real or fitting
        # Where one edition has the people of a year and an older one the cases, both are needed; so
        # are the cases and the people where the definition names two kinds of package.
        kinds = {package.info.layout for package in chosen}
        if indicator.layouts:
            kinds |= {p.info.layout for p in wanted if p.info.is_demo == (not real)}
        chosen += [
            package
            for package in packages
            if package not in chosen
            and package.info.layout in kinds
            and indicator.denominator in delivered[package.info.package_id]
        ]
        ids = tuple(package.info.package_id for package in sorted(chosen, key=age_of))
        if ids:
            together[ids].append(indicator)
    return [
        Group(tuple(by_id[i] for i in ids), tuple(members)) for ids, members in together.items()
    ]


def age_of(package: Package) -> tuple[dt.date, str]:
    """Return what sorts packages, the oldest first."""
    info = package.info
    return info.published or dt.date(int(info.edition[:4]), 1, 1), info.package_id


def made_of(group: Group, groups: list[Group], packages: Sequence[Package], memory: Memory) -> str:
    """Return the digest of everything a group's figures depend on."""
    read = [group]
    if any(indicator.weight for indicator in group.indicators):
        read += [other for other in groups if any(i.id == POPULATION for i in other.indicators)]
    beside = [] if group.is_safe else other_packages.beside(packages, group.measures)
    return memory.digest(
        "measures",
        *(memory.made_of(package) for one in read for package in one.packages),
        *(memory.made_of(package) for package in beside),
        *(indicator.model_dump_json() for one in read for indicator in one.indicators),
    )


def newest(group: Group) -> pl.DataFrame:
    """Choose the newest package's figure cell by cell; the checks tell where editions differ."""
    frames = [
        package.observations.filter(pl.col("measure").is_in(list(group.measures)))
        for package in group.packages
    ]
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).unique(CELL, keep="last", maintain_order=True)


def parts_of(group: Group) -> dict[str, str]:
    """Return which measure is counted among which, by the layouts and by the definitions."""
    parts = {
        i.numerator: i.denominator
        for i in group.indicators
        if i.kind == "proportion" and i.denominator and not i.numerator_age
    }
    for package in group.packages:
        parts |= package.layout.parts()
    return parts


def sums_of(group: Group, sectors: Sequence[str]) -> list[dict[tuple[str, str], int]]:
    """Return how series add up by the layouts; of two layouts that say the same, once."""
    sums: dict[tuple[tuple[str, str], ...], dict[tuple[str, str], int]] = {}
    for package in group.packages:
        for one in package.layout.series_sums(sectors):
            sums[tuple(sorted(one))] = one
    return list(sums.values())


def events_of(group: Group) -> dict[str, str]:
    """Return whose events a measure counts, by the layouts."""
    found: dict[str, str] = {}
    for package in group.packages:
        found |= package.layout.events_of
    return found


def sources_of(groups: list[Group]) -> pl.DataFrame:
    """Return the table ``indicator_sources``: where the figures of each indicator stand."""
    rows = []
    for group in groups:
        for package in group.packages:
            sheet = package.layout.sheet
            for indicator in group.indicators:
                for measure in dict.fromkeys((indicator.numerator, indicator.denominator)):
                    if measure is not None and measure in package.delivered_as:
                        label = package.delivered_as[measure]
                        rows.append((indicator.id, package.info.package_id, sheet, label))
    schema = ["indicator_id", "package_id", "sheet", "delivered_as"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String), orient="row")
    return frame.sort(schema)
