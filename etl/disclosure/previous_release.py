"""What the last release said of counts that are ours to protect, for it cannot be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal

import polars as pl

from etl.findings import Finding, Severity
from etl.indicators.definition import Indicator
from warehouse import WarehouseError, connect
from warehouse.digits import SAME_COUNT

#: What a count is known by, whichever indicator shows it.
CELL: Final = ("measure", "area_id", "period", "sex", "age", "sector")

_SAID: Final = ("ok", "suppressed", "suppressed_secondary")


def ledger_lost(ledger: Path, warehouse: Path | None) -> Literal["", "made_up", "real"]:
    """Return what kind of counts a release has made safe of which there is no ledger.

    Parameters
    ----------
    ledger : Path
        Where the ledger should lie.
    warehouse : Path or None
        The release that is to be replaced, if there is one.

    Returns
    -------
    str
        Empty when nothing is lost.
    """
    if warehouse is None or ledger.exists():
        return ""
    with connect(warehouse, earlier=True) as old:
        [(made_up,)] = old.sql(
            "SELECT bool_and(is_demo) FROM packages WHERE made_safe_by = 'klyngeblik'"
        ).rows()
    return "" if made_up is None else "made_up" if made_up else "real"


def told_lost(ledger: Path, lost: str) -> list[Finding]:
    """Return what is lost with a ledger, by :func:`ledger_lost`; of real counts it wants a yes."""
    if not lost:
        return []
    severity: Severity = "warning" if lost == "made_up" else "question"
    return [Finding.of(severity, ledger.name, "ledger_lost")]


def given_away(cells: Sequence[str]) -> list[Finding]:
    """Return the warning of hidden counts that are known whatever is hidden now."""
    if not cells:
        return []
    return [
        Finding.of(
            "warning",
            "disclosure control",
            "given_away",
            number=len(cells),
            first="; ".join(cells[:3]),
        )
    ]


def released(warehouse: Path, indicators: Iterable[Indicator]) -> pl.DataFrame | None:
    """Return the counts of the last release that came from packages with true small counts.

    Parameters
    ----------
    warehouse : Path
        The warehouse that is to be replaced, if there is one.
    indicators : iterable of Indicator
        Say which measures an indicator's count and population are.

    Returns
    -------
    polars.DataFrame or None
        ``measure, area_id, period, sex, age, sector, count, status``, one row a cell; ``count`` is
        null unless ``status`` is ok. None when there is no release.
    """
    try:
        with connect(warehouse, earlier=True) as old:
            rows = old.sql(
                "SELECT indicator_id, area_id, period, sex, age, sector, m.count, population, "
                "status FROM measures m JOIN packages p USING (package_id) "
                "WHERE p.made_safe_by = 'klyngeblik' AND standardisation = 'crude'"
            )
    except WarehouseError:
        return None
    frames = []
    for one in indicators:
        own = rows.filter(pl.col("indicator_id") == one.id)
        frames.append(
            own.select(
                pl.lit(one.numerator).alias("measure"),
                *("area_id", "period", "sex"),
                pl.lit(one.numerator_age).alias("age") if one.numerator_age else pl.col("age"),
                *("sector", "count", "status"),
            )
        )
        if one.denominator is not None:
            # by sector the population may be that of all sectors: only the sure ones
            sure = own.filter(
                pl.col("sector") == "all",
                pl.col("population").is_not_null(),
                pl.lit(one.numerator_age is None),
            )
            frames.append(
                sure.select(
                    pl.lit(one.denominator).alias("measure"),
                    *("area_id", "period", "sex", "age", "sector"),
                    pl.col("population").alias("count"),
                    pl.lit("ok").alias("status"),
                )
            )
    if not frames:
        return rows.clear().select(pl.lit("").alias("measure"), *CELL[1:], "count", "status")
    # shown by one indicator is known, whatever another hides for its own denominator's sake
    return pl.concat(frames).sort(pl.col("status") != "ok").unique(CELL, keep="first")


def said(cells: pl.DataFrame, earlier: pl.DataFrame) -> pl.Series:
    """Return what the last release said of each count, null where it said nothing of it.

    Parameters
    ----------
    cells : polars.DataFrame
        :data:`CELL` and the true ``count``.
    earlier : polars.DataFrame
        As :func:`released` gives it.

    Returns
    -------
    polars.Series
        Statuses, in the order of `cells`. A count shown then and another now is a new one; what
        was hidden then is taken for the same count, for nobody can tell.
    """
    then = earlier.filter(pl.col("status").cast(pl.String).is_in(_SAID)).select(
        *CELL, known="count", was=pl.col("status").cast(pl.String)
    )
    both = cells.join(then, on=CELL, how="left", maintain_order="left")
    same = (pl.col("was") != "ok") | ((pl.col("count") - pl.col("known")).abs() < SAME_COUNT)
    hidden_nobody = (pl.col("was") != "ok") & (pl.col("count") == 0)
    return both.select(pl.when(same & ~hidden_nobody).then("was"))["was"]
