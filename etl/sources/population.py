"""The population and its projection from Statistics Denmark, as packages the readers know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from etl.ingest import harmonise
from etl.ingest.age_bands import partition
from etl.ingest.readers.keys import age_band
from etl.sources.errors import FetchError
from etl.sources.package import checked, csv_of, older_editions
from etl.sources.staging import Fetched, put, staging
from etl.sources.statbank import BASE, VALUE, StatBank, TableInfo, Variable, Wanted
from etl.sources.web import Patience, Progress, Web

MEASURED: Final = "FOLK1A"
#: The projection's id carries its vintage: FRKM126 is the one of 2026.
_PROJECTED = re.compile(r"FRKM1(?P<vintage>\d\d)")
_FIRST_YEAR = 2016
#: Beside its base year; what the pages and the indicator's caveat speak of.
_PROJECTED_YEARS = (2030, 2035, 2040)

#: Age group -> its label in the file.
_ALL = {"all": "IALT"}
_OLD = {"65-79": "65-79", "80+": "80-"}
#: Parts of 80+, fetched where the table's ages can be put together to them.
_OLDEST = {"80-89": "80-89", "90+": "90-"}
_YOUNGER = {band: band for band in ("0-5", "6-16", "17-19", "20-34", "35-64")}
_TOTALS = {"ialt": "all", "tot": "all"}
#: Marks of the bank: nobody, and not known.
_NOBODY, _UNKNOWN = "-", ".."
_CALL_A_DEVELOPER = "The table has changed; look for a newer version of Klyngeblik."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to ask a table for, and what to make of it.

    ``bands`` maps an age group to its label and the table's ages that make it up.
    """

    info: TableInfo
    area: str
    age: str
    time: str
    wanted: Wanted
    bands: Mapping[str, tuple[str, tuple[str, ...]]]

    @property
    def file(self) -> str:
        return f"{self.info.table}_{self.info.updated:%Y%m%d}.csv"


def fetch_population(
    folder: Path,
    *,
    base: str | None = None,
    patience: Patience | None = None,
    progress: Progress = lambda *_: None,
) -> list[Fetched]:
    """Fetch the population (FOLK1A) and the newest projection (FRKM1xx) by municipality and age.

    Both come with 80+ and, where the bank divides it, with 80-89 and 90+ beside it.

    Parameters
    ----------
    folder
        Folder of delivered files; gets ``FOLK1A_<date>.csv`` and ``FRKM1xx_<date>.csv``, dated by
        the day the bank last changed the table. Older editions stay where they are.
    base
        Another address of the bank's service.
    patience
        How long to wait and how often to ask.
    progress
        Told of each table, in cells.

    Returns
    -------
    list of Fetched
        The two files.

    Raises
    ------
    FetchError
        When anything is missing or wrong; then neither file is replaced.
    """
    with staging(folder) as stage, Web(patience) as web:
        bank = StatBank(web, stage, BASE if base is None else base)
        files = []
        for plan in (_measured(bank), _projected(bank)):
            cells = bank.cells(plan.info.table, plan.wanted, progress)
            file = stage / plan.file
            file.write_bytes(csv_of(_grouped(cells, plan)))
            checked(file)
            files.append((plan.info, file))
        return [
            Fetched(
                file=folder / file.name,
                source=f"{info.table} {info.title}, Danmarks Statistik, {info.updated}",
                is_new=put(file, folder),
                older=older_editions(folder, file.name),
            )
            for info, file in files
        ]


def _measured(bank: StatBank) -> _Plan:
    def wanted(period: str) -> bool:
        year, _, quarter = period.partition("K")
        return quarter == "1" and int(year) >= _FIRST_YEAR

    return _plan(bank.info(MEASURED), _ALL | _YOUNGER | _OLD, wanted)


def _projected(bank: StatBank) -> _Plan:
    vintages = {m["vintage"]: m[0] for m in map(_PROJECTED.fullmatch, bank.tables()) if m}
    if not vintages:
        what = "The bank lists no projection by municipality (FRKM1 and two digits)."
        raise FetchError(what, _CALL_A_DEVELOPER)
    newest = max(vintages)
    years = {2000 + int(newest), *_PROJECTED_YEARS}
    return _plan(bank.info(vintages[newest]), _OLD, lambda period: int(period) in years)


def _plan(info: TableInfo, labels: Mapping[str, str], wants: Callable[[str], bool]) -> _Plan:
    """Find out which variable is which by what they hold; their codes change between tables."""
    municipalities = {code[1:] for code in harmonise.municipality_ids()}
    area = _the(info, "municipality", lambda v: municipalities <= set(v.values))
    time = _the(info, "time", lambda v: v.is_time)
    age = _the(info, "age", lambda v: len(_ages(v)) > len(v.values) / 2 and v.code == "ALDER")
    ages = _ages(age)
    bands = {}
    for band, label in {**labels, **_OLDEST}.items():
        parts = [band] if band in ages else partition(band, set(ages) - {"all"})
        if parts is None and band in _OLDEST:
            continue
        if parts is None:
            what = f"The ages of {info.table} cannot be put together to {label}."
            raise FetchError(what, _CALL_A_DEVELOPER)
        bands[band] = (label, tuple(ages[part] for part in parts))
    try:
        periods = [value for value in time.values if wants(value)]
    except ValueError:
        raise FetchError(f"{info.table} has unknown periods.", _CALL_A_DEVELOPER) from None
    if not periods:
        what = f"{info.table} has none of the years we need."
        raise FetchError(what, _CALL_A_DEVELOPER)
    used = {value for _, parts in bands.values() for value in parts}
    wanted: dict[str, Sequence[str]] = {
        area.code: sorted(municipalities),
        age.code: [value for value in age.values if value in used],
        time.code: periods,
    }
    for other in info.variables:
        if other.code not in wanted:
            wanted |= _everybody(info, other)
    return _Plan(info, area.code.upper(), age.code.upper(), time.code.upper(), wanted, bands)


def _the(info: TableInfo, what: str, fits: Callable[[Variable], bool]) -> Variable:
    found = [variable for variable in info.variables if fits(variable)]
    if len(found) != 1:
        told = f"{info.table} has {len(found) or 'no'} variables that may be the {what}."
        raise FetchError(told, _CALL_A_DEVELOPER)
    return found[0]


def _ages(variable: Variable) -> dict[str, str]:
    """Return age group -> the variable's value for it."""
    named = {value: age_band(value, _TOTALS) for value in variable.values}
    return {band: value for value, band in named.items() if band is not None}


def _everybody(info: TableInfo, variable: Variable) -> dict[str, Sequence[str]]:
    """Return how to ask for everybody whatever their sex, marital status and so on."""
    for value in variable.values:
        if value in ("TOT", "IALT"):
            return {variable.code: [value]}
    if variable.code == "KØN":  # the projection has no total: both, and we sum them
        return {variable.code: variable.values}
    if variable.may_be_left_out:
        return {}
    what = f"{info.table} is divided by {variable.code} too, and has no total of it."
    raise FetchError(what, _CALL_A_DEVELOPER)


def _grouped(cells: pl.DataFrame, plan: _Plan) -> pl.DataFrame:
    """Sum the cells to people by area, label of age group and period; null where one is unknown."""
    text = pl.col(VALUE).str.strip_chars()
    cells = cells.with_columns(
        people=pl.when(text == _NOBODY)
        .then(pl.lit("0"))
        .otherwise(text)
        .cast(pl.Int64, strict=False)
    )
    odd = cells.filter(pl.col("people").is_null(), text != _UNKNOWN)
    if not odd.is_empty():
        what = f"{plan.info.table} holds something that is not a number of people in {odd.height:,}"
        raise FetchError(f"{what} cells.", _CALL_A_DEVELOPER)
    bands = pl.DataFrame(
        [
            (n, label, value)
            for n, (label, parts) in enumerate(plan.bands.values())
            for value in parts
        ],
        schema=["order", "band", plan.age],
        orient="row",
    )
    return (
        cells.join(bands, on=plan.age)
        .group_by(plan.area, "order", "band", plan.time)
        .agg(pl.when(~pl.col("people").is_null().any()).then(pl.col("people").sum()))
        .sort(plan.area, "order", plan.time)
        .select(
            pl.col(plan.area).alias("OMRÅDE"),
            pl.col("band").alias("ALDER"),
            pl.col(plan.time).alias("TID"),
            pl.col("people").cast(pl.String).fill_null(_UNKNOWN).alias(VALUE),
        )
    )
