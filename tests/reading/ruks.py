"""The authority's workbook of chronic disease in its own shape, with figures we made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

import geo
from etl.ingest.workbook_writer import Cover, Row, write

YEARS = tuple(range(2010, 2026))
NAME = (
    "Register for Udvalgte Kroniske Sygdomme og Svære Psykiske Lidelser (RUKS) 2010-2025 "
    "(udgivet 28. november 2025).XLSX"
)
MEASURES = ("Incidens (nye sygdomstilfælde)", "Prævalens (sygdomsforekomst)")
AGES = (*(f"{age}-{age + 4}" for age in range(0, 85, 5)), "85+")
UNITS = {
    "count": "Antal personer med sygdom",
    "rate": "Antal personer pr. 100.000 borgere",
    "age": "Antal personer aldersstandardiseret rate pr. 100.000",
    "age_sex": "Antal personer køns- og aldersstandardiseret rate pr. 100.000",
}
#: Measure and disease -> people in the country, a number a year.
National = Mapping[tuple[str, str], tuple[int, ...]]
_REGIONS = {
    "reg07-hovedstaden": "Region Hovedstaden", "reg07-sjaelland": "Region Sjælland",
    "reg07-syddanmark": "Region Syddanmark", "reg07-midtjylland": "Region Midtjylland",
    "reg07-nordjylland": "Region Nordjylland",
}  # fmt: skip


def made_up() -> dict[tuple[str, str], tuple[int, ...]]:
    """Return national figures of one disease, in round numbers."""
    return {
        (measure, disease): tuple(base + 5 * 20 * n for n in range(len(YEARS)))
        for measure, disease, base in (
            (MEASURES[0], "KOL", 11_000), (MEASURES[1], "KOL", 150_000),
        )
    }  # fmt: skip


def published(file: Path) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the authority's own national counts, from a table of them."""
    frame = pl.read_csv(file).filter(value_kind="count").sort("year")
    return {
        (str(measure), str(disease)): tuple(int(v) for v in rows["value"])
        for (measure, disease), rows in frame.group_by("measure", "disease")
    }


@cache
def _people(raw_dir: Path) -> np.ndarray:
    """Return the share of the ill by municipality, sex (women, men) and age, 1 in all."""
    frame = pl.read_csv(raw_dir / "FOLK1B_2020.csv", separator=";", infer_schema=False).filter(
        pl.col("TID") == "2020K1", pl.col("ALDER") != "IALT", pl.col("OMRÅDE") != "411"
    )
    codes = {code[1:]: i for i, code in enumerate(geo.municipalities()["municipality_id"])}
    shares = np.zeros((98, 2, len(AGES)))
    for area, sex, age, people in frame.select("OMRÅDE", "KØN", "ALDER", "INDHOLD").rows():
        if area in codes and sex != "TOT":
            at = min(int(age.partition("-")[0].removesuffix("OV")) // 5, len(AGES) - 1)
            shares[codes[area], 0 if sex == "2" else 1, at] += int(people) * (1 + at) ** 3
    return shares / shares.sum()


def rows(raw_dir: Path, national: National) -> Iterator[Row]:
    """Yield the rows: country, regions, municipalities with Bornholm twice; all four units."""
    register = geo.municipalities()
    regions = register["region_2007"].to_list()
    places: list[tuple[tuple[str, str | None, str | None], list[int]]] = [
        (("Hele landet", None, None), list(range(98)))
    ]
    places += [
        (("Regioner", name, None), [i for i, r in enumerate(regions) if r == region])
        for region, name in _REGIONS.items()
    ]
    for i, (name, region) in enumerate(zip(register["name"], regions, strict=True)):
        places.append((("Kommuner", _REGIONS[region], name), [i]))
        if name == "Bornholm":  # the artefact of Christiansø
            places.append((("Kommuner", _REGIONS[region], name), []))
    shares = _people(raw_dir)
    for (measure, disease), totals in national.items():
        for keys, inside in places:
            own = shares[inside].sum(axis=0)
            for sex, part in (("Begge", own.sum(axis=0)), ("Kvinder", own[0]), ("Mænd", own[1])):
                for age, share in (("Alle aldre", part.sum()), *zip(AGES, part, strict=True)):
                    yield _row(measure, disease, keys, "count", sex, age, share, totals)
            everybody = own.sum()
            for unit, sex, age in (
                ("rate", "Begge", "Alle aldre"),
                ("age", "Begge", "Standardiseret"),
                ("age_sex", "Standardiseret", "Standardiseret"),
            ):
                rate = 0.02 if inside else 0.0
                yield _row(measure, disease, keys, unit, sex, age, rate * bool(everybody), totals)


def _row(  # noqa: PLR0917
    measure: str,
    disease: str,
    keys: tuple[str, str | None, str | None],
    unit: str,
    sex: str,
    age: str,
    share: float,
    totals: tuple[int, ...],
) -> Row:
    true = [share * total for total in totals]
    # fewer than five are hidden, as an empty cell
    shown = tuple(None if 0 < round(n) < 5 else 5 * round(n / 5) for n in true)
    return Row((measure, disease, *keys, UNITS[unit], sex, age), shown)


def workbook(folder: Path, raw_dir: Path, national: National, name: str = NAME) -> Path:
    """Write the workbook under a name the authority uses."""
    cover = Cover(
        title="Udvalgte Kroniske Sygdomme og Svære Psykiske Lidelser (RUKS), 2010-2025",
        subject="RUKS", author="Klyngeblik", publisher="ASØ", released="28. november 2025",
        created=dt.datetime(2025, 11, 28), note="Lavet til en prøve",
        documentation=[("KOL", "Kronisk obstruktiv lungesygdom")], caveats=["Små tal er skjult."],
    )  # fmt: skip
    path = folder / "made.xlsx"
    write(path, cover, YEARS, rows(raw_dir, national))
    return path.rename(folder / name)
