"""Made-up contacts at any size: rows a register could hold, marked as made up in the file itself.

A row is a pure function of its number and the seed, so that any number of rows streams to Parquet
in constant memory. Who has contacts follows the demo's figures, which are calibrated on published
ones: municipality, sex, age and sector in their real proportions.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.registers.definitions import Progress
from etl.registers.duckdb_engine import connection, followed
from etl.registers.errors import ContactsError
from etl.registers.schema import DEMO_KEY
from etl.registers.texts import avoidable_diagnoses
from warehouse.export.files import beside
from warehouse.views import quoted

Ints = NDArray[np.int64]

#: Contacts per person and year in Denmark; see etl/demo/calibration.
_PER_PERSON: Final = 15
#: Places to draw from, per sector: so fine that every municipality, sex and age is among them.
_PLACES: Final = 1 << 16
#: Rows that repeat the mixture of sectors.
_FRAME: Final = 100
#: The seed of the shipped demo packages, whose figures the contacts follow.
_SEED: Final = 2025
_SECTORS: Final = {
    "gp": "general_practice",
    "other_practice": "other_practice",
    "somatic": "somatic_hospital",
    "psychiatric": "psychiatric_hospital",
    "municipal": "municipal_health",
}
# Every second row of a somatic pair is of the same person as the first: moved on within hours,
# back within a month, or back later. What runs over the last year is mirrored into it.
_ROWS: Final = """
WITH numbered AS (
    SELECT range AS contact,
           hash({seed}, range // {frame}, mixture.lead) AS chance,
           hash({seed}, range, 'own') AS own,
           mixture.sector, mixture.follows
    FROM range({rows}) JOIN mixture ON mixture.slot = range % {frame}
),
drawn AS (
    SELECT contact, sector, follows, own, chance,
           places.municipality, places.sex, places.low, places.high,
           CAST(floor(pow(share(hash(chance, 'who')), 1.7) * places.people) AS BIGINT) AS number,
           places.cell,
           {first} + pick(hash(chance, 'year'), {years}) AS year
    FROM numbered
    JOIN places USING (sector)
    WHERE places.place = pick(hash(chance, 'where'), {places})
),
people AS (
    SELECT *, hash({seed}, cell, number, 'person') AS who,
           make_date({last} - low - pick(hash(who, 'age'), high - low + 1), 1, 1)
               - 1 - pick(hash(who, 'day'), 365)::INTEGER AS birth_date
    FROM drawn
),
lead AS (
    SELECT *,
           greatest(make_date(year, 1, 1), birth_date + 1)::TIMESTAMP AS earliest,
           make_date(year(earliest) + 1, 1, 1)::TIMESTAMP AS latest,
           earliest + to_minutes(CAST(floor(
               share(hash(chance, 'start')) * date_diff('minute', earliest, latest)
           ) AS BIGINT)) AS lead_start,
           lead_start + to_minutes(minutes_in_hospital(hash(chance, 'length'))) AS lead_end
    FROM people
),
timed AS (
    SELECT *,
           CASE WHEN NOT follows THEN lead_start
                ELSE mirrored(lead_end + to_minutes(minutes_between(own)),
                              make_date({last} + 1, 1, 1)::TIMESTAMP) END AS start_time
    FROM lead
)
SELECT
    contact,
    CAST(who >> 1 AS BIGINT) AS person,
    CASE WHEN who % 25 = 0
              AND start_time >= make_date({first} + pick(hash(who, 'move year'), {years}),
                  1 + pick(hash(who, 'move month'), 12), 1)
         THEN {municipalities}[1 + pick(hash(who, 'moved to'), {n_municipalities})]
         ELSE municipality END AS municipality,
    birth_date, sex, sector, start_time,
    CASE WHEN sector = 'somatic_hospital' THEN
             CASE WHEN follows
                  THEN start_time + to_minutes(minutes_in_hospital(hash(own, 'length')))
                  ELSE lead_end END
         WHEN sector = 'psychiatric_hospital' THEN start_time + to_minutes(45)
    END AS end_time,
    sector = 'somatic_hospital' AND share(hash(own, 'acute')) < 0.55 AS acute,
    CASE WHEN sector <> 'somatic_hospital' THEN NULL
         WHEN share(hash(own, 'avoidable')) < 0.12
         THEN {diagnoses}[1 + pick(hash(own, 'diagnosis'), {n_diagnoses})]
         ELSE 'other' END AS diagnosis_group
FROM timed
"""
_MACROS: Final = (
    # Hashed once more: hashes of one number and two words differ by much the same bits.
    "CREATE TEMP MACRO pick(h, n) AS CAST(hash(h) % n AS BIGINT)",
    "CREATE TEMP MACRO share(h) AS (hash(h) >> 11) / 9007199254740992.0",
    # Most come and go within the day; the others stay three days on average.
    """CREATE TEMP MACRO minutes_in_hospital(h) AS CASE
        WHEN h % 8 < 7 THEN CAST(15 + share(hash(h)) * 705 AS BIGINT)
        ELSE CAST(720 - ln(1 - share(hash(h))) * 4320 AS BIGINT) END""",
    """CREATE TEMP MACRO minutes_between(h) AS CASE
        WHEN h % 4 = 0 THEN CAST(h // 7 % 361 AS BIGINT) - 60
        WHEN h % 4 = 1 THEN CAST(h // 7 % (40 * 1440) AS BIGINT) + 241
        ELSE CAST(h // 7 % (200 * 1440) AS BIGINT) + 241 END""",
    """CREATE TEMP MACRO mirrored(moment, last) AS
        CASE WHEN moment < last THEN moment ELSE last - (moment - last) - to_minutes(1) END""",
)


def generate(
    out: Path,
    rows: int,
    raw_dir: Path,
    *,
    seed: int = 2025,
    years: tuple[int, int] = (2025, 2025),
    municipalities: tuple[str, ...] = (),
    memory: str = "1GB",
    progress: Progress | None = None,
) -> None:
    """Write made-up contacts.

    Parameters
    ----------
    out
        The Parquet file; replaced when it is whole.
    rows
        How many contacts; about as many people have them as in Denmark have so many a year.
    raw_dir
        Folder with the real packages whose proportions they follow.
    seed
        The same seed, the same rows.
    years
        First and last year.
    municipalities
        Codes to draw from; all 98 by default.
    memory
        As for DuckDB's ``memory_limit``.
    progress
        Called with a step's name, how much is done and how much there is.

    Raises
    ------
    ContactsError
        When the years are the wrong way round or a municipality is unknown.
    FileNotFoundError
        When a real package is missing; the message names it.
    """
    first, last = years
    if last < first:
        raise ContactsError(f"the years run from {first} to {last}: give the first one first")
    span = last - first + 1
    people = max(1000, rows // (_PER_PERSON * span))
    places, mixture, codes = _country(raw_dir, people, municipalities)
    query = _ROWS.format(
        seed=seed,
        rows=rows,
        frame=_FRAME,
        places=_PLACES,
        first=first,
        last=last,
        years=span,
        municipalities=list(codes),
        n_municipalities=len(codes),
        diagnoses=list(avoidable_diagnoses()),
        n_diagnoses=len(avoidable_diagnoses()),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with beside(out) as folder, connection(memory, folder) as con:
        fresh = folder / out.name
        # The tables joined to are small: held in memory, while the rows stream past in their order.
        con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        con.register("places", places)
        con.register("mixture", mixture)
        for macro in _MACROS:
            con.execute(macro)
        copy = (
            f"COPY ({query}) TO {quoted(str(fresh))} (FORMAT parquet, COMPRESSION snappy, "
            f"KV_METADATA {{ {DEMO_KEY}: 'seed {seed}' }})"
        )
        followed(con, lambda: con.execute(copy), "generate", progress)
        fresh.replace(out)


@cache
def _calibrated(raw_dir: Path) -> tuple[tuple[str, ...], dict[str, Ints]]:
    """Return the codes of all municipalities, and the demo's figures (98, years, 2 sexes, 8)."""
    # imported here: scipy, and a second or two of simulation
    from etl.demo import people  # noqa: PLC0415
    from etl.demo.draw import Dice  # noqa: PLC0415
    from etl.demo.quantities import simulate  # noqa: PLC0415

    country = people.load(raw_dir)
    return country.codes, simulate(Dice(country, _SEED))


def _country(
    raw_dir: Path, people: int, wanted: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[str, ...]]:
    """Return the places to draw from, which sector each row of a frame is of, and the codes."""
    codes, quantities = _calibrated(raw_dir)
    chosen = [at for at, code in enumerate(codes) if not wanted or code in wanted]
    if unknown := sorted(set(wanted) - set(codes)):
        raise ContactsError(f"no municipality has the code {', '.join(unknown)}")
    latest = {name: counts[chosen, -1].ravel() for name, counts in quantities.items()}
    scale = people / latest["population"].sum()
    shape = quantities["population"][chosen, -1].shape
    municipality, sex, band = (at.ravel() for at in np.indices(shape))
    low = np.array([0, 6, 12, 18, 26, 40, 65, 80])[band]
    high = np.array([5, 11, 17, 25, 39, 64, 79, 95])[band]
    frames, volume = [], {}
    for name, sector in _SECTORS.items():
        contacts, citizens = latest[f"{name}_contacts"], latest[f"{name}_citizens"]
        volume[sector] = contacts.sum()
        ends = np.cumsum(contacts) / contacts.sum()
        cell = np.searchsorted(ends, (np.arange(_PLACES) + 0.5) / _PLACES)
        frames.append(
            pl.DataFrame(
                {
                    "sector": pl.Series([sector]).new_from_index(0, _PLACES),
                    "place": np.arange(_PLACES, dtype=np.uint64),
                    "cell": cell,
                    "municipality": np.array(codes)[chosen][municipality[cell]],
                    "sex": np.array(["female", "male"])[sex[cell]],
                    "low": low[cell].astype(np.int32),
                    "high": high[cell].astype(np.int32),
                    "people": np.maximum(1, np.rint(citizens[cell] * scale)),
                }
            )
        )
    return pl.concat(frames), _mixture(volume), tuple(np.array(codes)[chosen].tolist())


def _mixture(volume: dict[str, float]) -> pl.DataFrame:
    """Share the rows of a frame among the sectors; somatic ones in pairs."""
    total = sum(volume.values())
    sectors: list[str] = []
    for sector, contacts in volume.items():
        if sector != "general_practice":
            sectors += [sector] * max(2, round(_FRAME * contacts / total / 2) * 2)
    sectors = ["general_practice"] * (_FRAME - len(sectors)) + sectors
    somatic = sectors.index("somatic_hospital")
    second = [s == "somatic_hospital" and (at - somatic) % 2 == 1 for at, s in enumerate(sectors)]
    slots = np.arange(_FRAME)
    return pl.DataFrame(
        {
            "slot": slots,
            "sector": sectors,
            "follows": second,
            "lead": slots - np.array(second),
        }
    )
