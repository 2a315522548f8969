"""Sound deliveries in small: figures that a test may bend, and the files that hold them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

import geo
from tests.reading.builders import KEY_HEADINGS, REGION_NAMES, Row, codes, row, statbank, workbook

#: An area, then sex, age or measure as the kind of file has them.
Key = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The figures of one file: numbers, None for a blank, texts to be written as they are."""

    kind: str
    keys: list[Key]
    years: list[int]
    values: dict[tuple[Key, int], Any]
    name: str = ""  # of the file, where it is not the usual one
    again: list[tuple[Key, Any]] = field(default_factory=list)  # rows that stand once more
    header: str = ""

    def labels(self, place: int) -> list[str]:
        """Return the sexes, ages or measures."""
        return list(dict.fromkeys(key[place] for key in self.keys))

    def areas(self) -> list[str]:
        return [a for a in self.labels(0) if a in codes()]

    def with_values(self, changed: dict[tuple[Key, int], Any]) -> Sheet:
        return replace(self, values={**self.values, **changed})


def spelt(value: Any, *, blank: str = "..") -> str:
    if value is None:
        return blank
    return (
        value
        if isinstance(value, str)
        else f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    )


HEADERS = {
    "wave": ("SYGP1_{}.csv", "OMRÅDE;TID;INDHOLD"),
    "series": ("UND2_{}.csv", "OMRÅDE;TID;INDHOLD"),
    "profile": ("SUNDHEDSPROFIL_{}.csv", "OMRÅDE;INDIKATOR;TID;INDHOLD"),
    "people": ("FOLK1A_{}0211.csv", "OMRÅDE;ALDER;TID;INDHOLD"),
}


def write(sheet: Sheet, folder: Path) -> Path:
    """Write the file that holds a sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    edition = max(sheet.years, default=2025)
    if sheet.kind == "workbook":
        return _write_workbook(sheet, folder)
    name, header = HEADERS[sheet.kind]
    path = folder / (sheet.name or name.format(min(edition, 2026)))
    rows = [(k, y, v) for (k, y), v in sheet.values.items()]
    for key, factor in sheet.again:
        for year in sheet.years:
            value = sheet.values[key, year]
            rows.append((key, year, value * factor if isinstance(value, int | float) else value))
    quarter = "K1" if sheet.kind == "people" else ""
    lines = [";".join([*key, f"{year}{quarter}", spelt(v)]) for key, year, v in rows]
    return statbank(path, lines, header=sheet.header or header)


def _write_workbook(sheet: Sheet, folder: Path) -> Path:
    names: dict[str, tuple[str | None, str | None]] = {
        code[1:]: (REGION_NAMES[region], name)
        for code, name, region in geo.municipalities()
        .select("municipality_id", "name", "region_2007")
        .rows()
    }
    rows: list[Row] = []

    def add(key: Key, factor: float = 1) -> None:
        area, measure, sex, age = key
        level, region, municipality = "Kommuner", *names.get(area, (None, area))
        if area == "dk":
            level, region, municipality = "Hele landet", None, None
        elif area.startswith("Region"):
            level, region, municipality = "Regioner", area, None
        values = [sheet.values.get((key, y)) for y in sheet.years]
        values = [v * factor if isinstance(v, int | float) else v for v in values]
        one, topic = measure.split(" / ")
        labels = {"measure": one, "topic": topic, "sex": sex, "age": age}
        rows.append(row(level, region, municipality, values, **labels))
        if area == "400":  # Christiansø's
            rows.append(row(level, region, municipality, [0] * len(values), **labels))

    for key in sheet.keys:
        add(key)
    for key, factor in sheet.again:
        add(key, factor)
    name = sheet.name or f"DEMO_Aeldre_{min(sheet.years[-1], 2026)}.xlsx"
    return workbook(
        folder / name,
        rows,
        headings=[*KEY_HEADINGS, *map(str, sheet.years)],
        date=f"28. november {min(sheet.years[-1], 2026)}",
    )


def sound(kind: str, raw: Path) -> Sheet:
    """Return the sound figures of a kind of file: shipped ones, of some years."""
    if kind == "workbook":
        return _sound_workbook()
    name = {
        "wave": "SYGP1_2024.csv",
        "series": "UND2_2025.csv",
        "profile": "SUNDHEDSPROFIL_2025.csv",
        "people": "FOLK1A_20260211.csv",
    }[kind]
    values = {}
    with (raw / name).open(encoding="utf-8-sig", newline="") as lines:
        for *key, period, value in list(csv.reader(lines, delimiter=";"))[1:]:
            year = int(period[:4])
            if kind == "people" and year < 2022:
                continue
            number: Any = None if value == ".." else float(value.replace(",", "."))
            if kind == "people":
                number = int(number)
            values[tuple(key), year] = number
    if kind == "wave":
        values = {(k, 2025): value for (k, _), value in values.items()}
    keys = list(dict.fromkeys(key for key, _ in values))
    return Sheet(kind, keys, sorted({year for _, year in values}), values)


MEASURES = ("Befolkning / Indbyggere", "Hjemmehjælp / Modtagere", "Plejebolig / Beboere")


def _sound_workbook() -> Sheet:
    draw = np.random.default_rng(5)
    of_region = {
        code[1:]: REGION_NAMES[region]
        for code, _, region in geo.municipalities()
        .select("municipality_id", "name", "region_2007")
        .rows()
    }
    years = list(range(2015, 2026))
    people = np.random.default_rng(6).lognormal(8.5, 0.8, 98)
    true: dict[tuple[Key, int], float] = {}
    for n, area in enumerate(of_region):
        for m, measure in enumerate(MEASURES):
            level = (1, float(draw.uniform(0.08, 0.2)), float(draw.uniform(0.02, 0.06)))[m]
            for sex, share in (("Kvinder", 0.54), ("Mænd", 0.46)):
                for age, part in (("65-79 år", 0.75), ("80 år og derover", 0.25)):
                    tilt = 1 if m == 0 else {"65-79 år": 0.5, "80 år og derover": 2.2}[age]
                    for y, year in enumerate(years):
                        value = people[n] * share * part * level * tilt * (1 + 0.01 * y)
                        value *= 1 + float(draw.normal(0, 0.005 if m == 0 else 0.02))
                        number = round(value) if m == 0 else int(draw.poisson(value))
                        for a in (area, of_region[area], "dk"):
                            for s in (sex, "Begge"):
                                for g in (age, "65 år og derover"):
                                    at = ((a, measure, s, g), year)
                                    true[at] = true.get(at, 0) + number
    values: dict[tuple[Key, int], Any] = {}
    for (key, year), number in true.items():
        exact = key[1] == MEASURES[0]
        values[key, year] = int(number) if exact else 5 * round(number / 5)
        if not exact and 0 < number < 5:
            values[key, year] = None
    order = {area: n for n, area in enumerate(["dk", *REGION_NAMES.values(), *of_region])}
    keys = sorted(dict.fromkeys(k for k, _ in values), key=lambda k: (k[1:], order[k[0]]))
    return Sheet("workbook", keys, years, {(k, y): values[k, y] for k in keys for y in years})
