"""Protect and audit in one: what a build calls."""

from __future__ import annotations

from typing import Any

import polars as pl

from etl.disclosure.audit import audit
from etl.disclosure.hints import Hints
from etl.disclosure.protect import OK, protect
from etl.findings import Finding, PackageError

#: Leaks named in one error; more would bury the first.
_NAMED = 50


def protect_and_audit(
    cells: pl.DataFrame, catchments: pl.DataFrame, *, threshold: int = 5, **options: Any
) -> pl.DataFrame:
    """Choose what to hide and attack the result before anybody else can.

    Parameters
    ----------
    cells, catchments, threshold
        As for :func:`etl.disclosure.protect`.
    **options
        Its other options; ``also_public`` is told the audit too.

    Returns
    -------
    polars.DataFrame
        `cells` with a column ``status``.

    Raises
    ------
    etl.findings.PackageError
        When a hidden number could be worked out, with each such cell and what gives it away.
    """
    hints = Hints()
    decided = protect(cells, catchments, threshold=threshold, hints=hints, **options)
    shown = decided.with_columns(count=pl.when(pl.col("status") == OK).then("count"))
    if "population" in shown.columns:
        # Small populations are hidden where they are counted.
        shown = shown.with_columns(
            population=pl.when(pl.col("population") >= threshold).then("population")
        )
    leaks = audit(
        shown.filter(pl.col("count").is_not_null() | (pl.col("status") != OK)),
        catchments,
        threshold=threshold,
        also_public=options.get("also_public"),
        hints=hints,
    )
    if leaks:
        raise PackageError(
            [
                Finding.of("error", "disclosure control", "leak", leak=leak)
                for leak in leaks[:_NAMED]
            ]
        )
    return decided
