"""The definitions: one SQL file a step, in the subset that DuckDB and Spark share.

Nothing in them is quoted, no dialect's own function is used, and ties never decide: every window
orders its rows by all that is taken from the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import polars as pl

import geo
from etl.contacts import schema
from etl.findings import Finding, PackageError

#: Called with the step's name, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

FOLDER: Final = Path(__file__).parent / "sql"
#: Each step sees those before it. The rows of a kept one are read more than once.
STEPS: Final = {
    "avoidable_diagnoses": False,
    "person_years": True,
    "residents": False,
    "attendances": False,
    "stays": True,
    "admissions": False,
}
_KEYS: Final = ("level", "area", "municipality", "year", "sex", "age")


@dataclass(frozen=True)
class Counts:
    """What the definitions count, with true small counts.

    Attributes
    ----------
    citizens : polars.DataFrame
        ``level, area, year, sex, age``, unique citizens by sector (``citizens_gp`` and so on) and
        by number of sectors, and contacts by sector. Unique within the area.
    stays : polars.DataFrame
        ``municipality, year, sex, age, avoidable_stays, somatic_admissions, acute_readmissions``.
    """

    citizens: pl.DataFrame
    stays: pl.DataFrame


class Engine(Protocol):
    """What runs the definitions; it knows the input as ``contacts``."""

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type, as ``etl.contacts.schema`` names them."""

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""

    def by_file(self, query: str) -> dict[str, pl.DataFrame]:
        """Return the answer to a query on ``contacts`` for each file by itself."""


def count(engine: Engine) -> Counts:
    """Check the input and run every definition.

    Parameters
    ----------
    engine
        DuckDB or Spark.

    Returns
    -------
    Counts
        Integers, sorted: the same from every engine.

    Raises
    ------
    etl.findings.PackageError
        When a column is missing or rows cannot be used, with every fault found.
    """
    _raise(f for file, found in engine.columns().items() for f in schema.wrong_columns(file, found))
    _check_rows(engine)
    engine.define("municipalities", _municipalities(), kept=False)
    for name, kept in STEPS.items():
        engine.define(name, text(name), kept=kept)
        if name == "person_years":
            _check_municipalities(engine)
    return Counts(*(_tidy(engine.answer(name, text(name))) for name in ("citizens", "stay_counts")))


def text(name: str) -> str:
    """Return a definition, with the fragments it names put in.

    Parameters
    ----------
    name
        File in ``sql/`` without ending. A fragment is a file that begins with ``_``.
    """
    found = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    for fragment in FOLDER.glob("_*.sql"):
        inner = fragment.read_text(encoding="utf-8")
        found = found.replace(f"{{{fragment.stem[1:]}}}", f"\n{inner}")
    return found


def _municipalities() -> str:
    rows = geo.municipalities().select("municipality_id", "region_2007").iter_rows()
    values = ", ".join(f"('{municipality}', '{region}')" for municipality, region in rows)
    return f"SELECT municipality, region FROM (VALUES {values}) AS known(municipality, region)"  # noqa: S608 - ours


def _check_rows(engine: Engine) -> None:
    """Refuse rows that cannot be used; in which file is asked only when there are some."""
    [faults] = engine.answer("check", text("problems")).rows(named=True)
    if not faults.pop("contacts"):
        _raise(schema.empty(file) for file in engine.columns())
    if any(faults.values()):
        _raise(
            finding
            for file, row in engine.by_file(text("problems")).items()
            for finding in schema.wrong_rows(file, row.row(0, named=True))
        )


def _check_municipalities(engine: Engine) -> None:
    known = set(geo.municipalities()["municipality_id"])
    codes = "SELECT DISTINCT municipality FROM "
    if not set(engine.answer("codes", f"{codes} person_years")["municipality"]) <= known:
        _raise(
            schema.unknown_municipalities(file, set(there["municipality"]) - known)
            for file, there in engine.by_file(f"{codes} contacts").items()
            if not set(there["municipality"]) <= known
        )


def _raise(findings: Iterable[Finding]) -> None:
    found = list(findings)
    if found:
        raise PackageError(found)


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Give every engine's answer one order and one set of types."""
    sex = pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")).alias("sex")
    frame = frame.with_columns(sex, pl.col("year").cast(pl.Int16)).drop("male")
    keys = [column for column in _KEYS if column in frame.columns]
    return frame.select(*keys, pl.exclude(keys).cast(pl.Int64)).sort(keys)
