"""What differs between two releases: which numbers are new, gone or changed, and by how much.

A number that is hidden in either release is never quoted, not even where the other shows it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from warehouse.ages import in_order
from warehouse.connection import Warehouse
from warehouse.digits import COUNT_DECIMALS, SAME_COUNT, SAME_VALUE, VALUE_DIGITS
from warehouse.errors import SelectionError
from warehouse.export.columns import KEY
from warehouse.export.filters import Selection
from warehouse.export.names import resolve
from warehouse.export.query import condition

#: What can have happened to a number, in the order it is told.
KINDS: Final = ("changed", "new", "gone", "now_hidden", "now_shown")
#: What makes two rows of two releases the same cell.
CELL: Final = KEY
_READ: Final = ("value", "status", "package_id")


def packages(before: Warehouse, after: Warehouse) -> pl.DataFrame:
    """Return the delivered files that differ.

    Parameters
    ----------
    before, after : Warehouse

    Returns
    -------
    polars.DataFrame
        ``change`` (new, gone or changed), ``layout, edition, file, sha256`` and ``published``, the
        files of the earlier release first.
    """
    columns = "layout, edition, file, sha256, published"
    old, new = (
        wh.sql(f"SELECT {columns} FROM packages")  # noqa: S608
        for wh in (before, after)
    )
    same = ["layout", "edition", "sha256"]
    gone, come = old.join(new, on=same, how="anti"), new.join(old, on=same, how="anti")
    again = ["layout", "edition"]
    parts = {
        "gone": gone.join(come, on=again, how="anti"),
        "new": come.join(gone, on=again, how="anti"),
        "changed": come.join(gone, on=again, how="semi"),
    }
    return pl.concat(
        part.select(pl.lit(change).alias("change"), pl.all()).sort("layout", "edition", "file")
        for change, part in parts.items()
    )


def cells(before: Warehouse, after: Warehouse, selection: Selection | None = None) -> pl.DataFrame:
    """Return every number that is new, gone, changed, hidden now or shown now.

    Parameters
    ----------
    before, after : Warehouse
    selection : Selection, optional
        Only these numbers; everything by default.

    Returns
    -------
    polars.DataFrame
        :data:`CELL`, ``indicator, area, kind`` (one of :data:`KINDS`), ``before, after,
        difference`` in the indicator's unit, ``relative`` (difference as a share of the earlier
        number's size, null where that is 0), ``status_before, status_after, package_before,
        package_after`` (which edition the number came from); the largest relative change first.

    Raises
    ------
    SelectionError
        When the selection names something that neither release has.

    Notes
    -----
    Compared indicator by indicator, so that memory does not grow with the warehouse.
    """
    texts, values = condition(_resolved(before, after, selection or Selection()))
    found = []
    for indicator, kind in _indicators(before, after).items():
        query = (
            f"SELECT {', '.join(f'm.{c}' for c in (*CELL, *_READ))} FROM measures m "  # noqa: S608
            "JOIN indicators i USING (indicator_id) "
            f"WHERE m.indicator_id = ? AND ({texts})"
        )
        old, new = (wh.sql(query, [indicator, *values]) for wh in (before, after))
        found.append(_compared(old, new, is_count=kind == "count"))
    if not found:
        return _compared(*(pl.DataFrame(schema=_EMPTY) for _ in range(2)), is_count=False)
    changes = pl.concat(found)
    by_age = pl.col("age").cast(pl.Enum(in_order(changes["age"])))
    key = [by_age if column == "age" else pl.col(column) for column in CELL]
    return _named(changes, before, after).sort(
        _size(), *key, descending=[True, *(False for _ in key)]
    )


def summary(changes: pl.DataFrame) -> pl.DataFrame:
    """Return what happened to each indicator in each area.

    Parameters
    ----------
    changes : polars.DataFrame
        As :func:`cells` gives it.

    Returns
    -------
    polars.DataFrame
        ``indicator_id, indicator, geography, area_id, area``, a column of numbers of cells for
        each of :data:`KINDS`, and the largest change: ``period, sex, age, sector,
        standardisation, before, after, difference, relative`` (null where nothing is changed). The
        largest relative change first, then the most cells.
    """
    by = ["indicator_id", "geography", "area_id"]
    largest = ("period", "sex", "age", "sector", "standardisation", "before", "after")
    is_changed = pl.col("kind") == "changed"
    return (
        changes.group_by(by, maintain_order=True)
        .agg(
            pl.col("indicator", "area").first(),
            *((pl.col("kind") == kind).sum().alias(kind) for kind in KINDS),
            *(
                pl.col(column).filter(is_changed).first()
                for column in (*largest, "difference", "relative")
            ),
        )
        .sort(_size(), pl.sum_horizontal(KINDS), *by, descending=[True, True, *(False for _ in by)])
        .select("indicator_id", "indicator", "geography", "area_id", "area", *KINDS, *largest,
                "difference", "relative")
    )  # fmt: skip


def _size() -> pl.Expr:
    """Return what is ordered by: from 0 to anything is the largest, no change the least."""
    size = pl.col("relative").abs().fill_null(float("inf"))
    return pl.when(pl.col("difference").is_not_null()).then(size).otherwise(-1.0)


_EMPTY: Final = pl.Schema(
    dict.fromkeys((*CELL, *_READ), pl.String) | {"period": pl.Int16(), "value": pl.Float64()}
)


def _resolved(before: Warehouse, after: Warehouse, selection: Selection) -> Selection:
    try:
        return resolve(after, selection)
    except SelectionError as unknown:
        try:
            return resolve(before, selection)  # what is gone is known there only
        except SelectionError:
            raise unknown from None


def _indicators(before: Warehouse, after: Warehouse) -> dict[str, str]:
    query = "SELECT indicator_id, kind FROM indicators"
    return dict(sorted({**dict(before.sql(query).rows()), **dict(after.sql(query).rows())}.items()))


def _compared(old: pl.DataFrame, new: pl.DataFrame, *, is_count: bool) -> pl.DataFrame:
    both = old.join(new, on=CELL, how="full", suffix="_after", coalesce=True)
    was, now = (
        (pl.col(column) == "ok").fill_null(value=False) for column in ("status", "status_after")
    )
    hidden_before, hidden_now = (
        pl.col(column).str.starts_with("suppressed").fill_null(value=False)
        for column in ("status", "status_after")
    )
    exact = pl.col("value_after") - pl.col("value")
    # With the digits the numbers have, and none that only a computer adds.
    difference = exact.round(COUNT_DECIMALS) if is_count else exact.round_sig_figs(VALUE_DIGITS)
    size = pl.max_horizontal(pl.col("value", "value_after").abs())
    same = pl.lit(SAME_COUNT) if is_count else SAME_VALUE * size
    kind = (
        pl.when(was & now & (exact.abs() > same))
        .then(pl.lit("changed"))
        .when(now & hidden_before)
        .then(pl.lit("now_shown"))
        .when(was & hidden_now)
        .then(pl.lit("now_hidden"))
        .when(now & ~was)
        .then(pl.lit("new"))
        .when(was & ~now)
        .then(pl.lit("gone"))
    )
    changed = pl.col("kind") == "changed"
    return (
        both.with_columns(kind=kind)
        .filter(pl.col("kind").is_not_null())
        .select(
            *CELL,
            "kind",
            before=pl.when(~hidden_now).then("value"),
            after=pl.col("value_after"),
            difference=pl.when(changed).then(difference),
            relative=pl.when(changed & (pl.col("value") != 0)).then(
                (exact / pl.col("value").abs()).round_sig_figs(VALUE_DIGITS)
            ),
            status_before="status",
            status_after="status_after",
            package_before="package_id",
            package_after="package_id_after",
        )
    )


def _named(changes: pl.DataFrame, before: Warehouse, after: Warehouse) -> pl.DataFrame:
    """Add the names of indicators and areas, the later release's where both have one."""
    for column, key, query in (
        ("indicator", "indicator_id", "SELECT indicator_id, title_da FROM indicators"),
        ("area", "area_id", "SELECT area_id, name FROM areas"),
    ):
        names = dict(before.sql(query).rows()) | dict(after.sql(query).rows())
        changes = changes.with_columns(
            pl.col(key).replace_strict(names, default=None, return_dtype=pl.String).alias(column)
        )
    return changes.select(*CELL, "indicator", "area", pl.exclude(*CELL, "indicator", "area"))
