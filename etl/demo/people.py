"""The real people and places under the demo: population, published levels, differences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

import geo
from etl.demo.calibration import BANDS, YEARS, population_split

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEMALE, MALE = 0, 1


@dataclass(frozen=True)
class Region:
    """A region of 2007-2026 and the municipalities in it, as positions."""

    area_id: str
    name: str
    members: NDArray[np.intp]


@dataclass(frozen=True)
class Country:
    """All the generator knows of the real Denmark.

    ``population`` has the shape (98 municipalities, 11 years, 2 sexes: women first, 8 bands);
    ``deprivation`` and ``urban`` are standard scores (98,); ``real`` holds published levels by
    municipality and year in their own units, NaN where not published.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[Region, ...]
    population: Ints
    deprivation: Floats
    urban: Floats
    real: dict[str, Floats]


def load(raw_dir: Path) -> Country:
    """Read the real packages that the demo stands on.

    Parameters
    ----------
    raw_dir
        Folder with the shipped packages of Statistics Denmark and Den Nationale Sundhedsprofil.

    Raises
    ------
    FileNotFoundError
        When one of them is not there; the message names it.
    """
    register = geo.municipalities()
    codes = register["municipality_id"].to_list()
    groups = _groups(raw_dir, codes)
    return Country(
        codes=tuple(codes),
        names=tuple(register["name"]),
        regions=_regions(register["region_2007"].to_list()),
        population=_population(groups),
        deprivation=_deprivation(raw_dir, codes),
        urban=_score(groups["20-34"][:, -1] / groups["IALT"][:, -1]),
        real={
            "gp": _series(raw_dir, "SYGP1_2024.csv", codes),
            "hospital": _series(raw_dir, "SBR01_2???.csv", codes),
            "home_nursing": _series(raw_dir, "HJEMSYG_*.csv", codes),
            "stays_12h": _series(raw_dir, "SBR01_ophold_*.csv", codes),
        },
    )


def _regions(region_ids: list[str]) -> tuple[Region, ...]:
    areas = geo.load_geographies()["regioner-2007"].areas
    where = np.array(region_ids)
    return tuple(Region(a.id, a.name, np.flatnonzero(where == a.id)) for a in areas)


def _table(raw_dir: Path, pattern: str) -> pl.DataFrame:
    files = sorted(raw_dir.glob(pattern))
    if not files:
        raise FileNotFoundError(
            f"Made-up figures follow the real package {pattern}, which is not in {raw_dir}. "
            "The project's repository has it, in data/raw."
        )
    return pl.read_csv(files[-1], separator=";", infer_schema=False).with_columns(
        pl.col("OMRÅDE").str.zfill(4),
        pl.col("TID").str.slice(0, 4).cast(pl.Int32),
        pl.col("INDHOLD").replace("..", None).str.replace(",", ".").cast(pl.Float64),
    )


def _grid(table: pl.DataFrame, codes: list[str]) -> Floats:
    """Return INDHOLD as (municipalities, demo years), NaN where there is none."""
    frame = pl.DataFrame({"OMRÅDE": codes}).join(
        pl.DataFrame({"TID": YEARS}, schema={"TID": pl.Int32}), how="cross"
    )
    joined = frame.join(table, on=["OMRÅDE", "TID"], how="left", maintain_order="left")
    values = joined["INDHOLD"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return values.reshape(len(codes), len(YEARS)).copy()


def _series(raw_dir: Path, pattern: str, codes: list[str]) -> Floats:
    return _grid(_table(raw_dir, pattern), codes)


def _groups(raw_dir: Path, codes: list[str]) -> dict[str, Floats]:
    """Return the age groups of FOLK1A by municipality and year.

    The table begins in 2016; 2015 is carried back along each municipality's own change from 2016
    to 2017.
    """
    table = _table(raw_dir, "FOLK1A_*.csv")
    groups = {}
    # A newer file may divide 80-, beside it or instead of it: nobody is to be counted twice.
    is_part = pl.col("ALDER").is_in(["80-89", "90-"])
    if "80-" in table["ALDER"]:
        table = table.filter(~is_part)
    table = table.with_columns(
        pl.when(is_part).then(pl.lit("80-")).otherwise("ALDER").alias("ALDER")
    )
    table = table.group_by("OMRÅDE", "ALDER", "TID", maintain_order=True).agg(pl.sum("INDHOLD"))
    for (age,), rows in table.group_by(["ALDER"], maintain_order=True):
        grid = _grid(rows, codes)
        grid[:, 0] = np.maximum(2 * grid[:, 1] - grid[:, 2], 0)
        groups[str(age)] = grid
    groups["IALT"] = sum((grid for age, grid in groups.items() if age != "IALT"), np.zeros(1))
    return groups


def _population(groups: dict[str, Floats]) -> Ints:
    split = population_split()
    part = {name: split.at(shares) for name, shares in split.part_of_group.items()}
    young = np.rint(groups["6-16"] * part["6-11 of 6-16"])
    seventeen = np.rint(groups["17-19"] * part["17 of 17-19"])
    twenties = np.rint(groups["20-34"] * part["20-25 of 20-34"])
    thirties = np.rint(groups["35-64"] * part["35-39 of 35-64"])
    by_band = [
        groups["0-5"],
        young,
        groups["6-16"] - young + seventeen,
        groups["17-19"] - seventeen + twenties,
        groups["20-34"] - twenties + thirties,
        groups["35-64"] - thirties,
        groups["65-79"],
        groups["80-"],
    ]
    both = np.stack(by_band, axis=-1)
    women = np.rint(both * np.stack([split.at(split.women[band]) for band in BANDS], axis=-1))
    return np.stack([women, both - women], axis=2).astype(np.int64)


def _score(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _deprivation(raw_dir: Path, codes: list[str]) -> Floats:
    """Return one score from daily smoking, obesity and poor self-rated health, last wave."""
    table = _table(raw_dir, "SUNDHEDSPROFIL_*.csv").filter(pl.col("TID") == pl.col("TID").max())
    wide = pl.DataFrame({"OMRÅDE": codes}).join(
        table.pivot(on="INDIKATOR", index="OMRÅDE", values="INDHOLD"),
        on="OMRÅDE",
        how="left",
        maintain_order="left",
    )
    return _score(
        _score(wide["rygning"].to_numpy())
        + _score(wide["svaer_overvaegt"].to_numpy())
        - _score(wide["selvvurderet_helbred"].to_numpy())
    )
