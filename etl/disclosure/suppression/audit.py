"""The audit: attack what is published, and name every hidden number that can be worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from etl.disclosure.suppression.attack import BaseSums, Wholes, attack
from etl.disclosure.suppression.hints import Hints
from etl.disclosure.suppression.programme import Sought
from etl.disclosure.suppression.promise import least_width, low_enough, most_labelled
from etl.disclosure.suppression.series import Sum, apart, series_name, together

HIDDEN = ("suppressed", "suppressed_secondary")
#: What must be null where a number is hidden.
FOLLOWERS = ("value", "lower", "upper", "count", "vs_region", "vs_country", "trend")
_CELL = ["measure", "area_id", "period", "sex", "age", "sector"]
_WHOLE = 1e-6
#: What the measure is called that the populations of an indicator make up.
_POPULATION = " (population)"


@dataclass(frozen=True, slots=True)
class Leak:
    """One number that should be hidden and is not.

    Attributes
    ----------
    cell
        Measure, area, period, sex, age, sector.
    low, high
        The range an attacker can narrow it to; NaN where the leak is of another kind.
    what
        The leak in words, without the hidden number.
    path
        The published cells that give it away.
    """

    cell: tuple[object, ...]
    low: float
    high: float
    what: str
    path: tuple[tuple[object, ...], ...]

    def __str__(self) -> str:
        cell = ", ".join(map(str, self.cell))
        path = "; ".join(", ".join(map(str, one)) for one in self.path)
        return f"{cell}: {self.what}" + (f" (from {path})" if path else "")


def audit(
    published: pl.DataFrame,
    catchments: pl.DataFrame,
    *,
    threshold: int = 5,
    also_public: pl.DataFrame | None = None,
    previous: Sequence[pl.DataFrame] = (),
    hints: Hints | None = None,
    sums: Sequence[Sum] = (),
    events_of: Mapping[str, str] = MappingProxyType({}),
    enough: int | None = None,
    unsought: pl.DataFrame | None = None,
) -> list[Leak]:
    """Return every hidden number that can be worked out from what is published.

    Parameters
    ----------
    published
        The warehouse table ``measures`` or an extract: ``indicator_id`` (or ``measure``),
        ``area_id, period, sex, age, sector, status`` and ``count``; where they are there also
        ``value, lower, upper, population, standardisation, multiplier``, comparisons and trend.
    catchments
        The warehouse table ``catchments``.
    threshold
        Counts of 1 to ``threshold - 1`` must stay hidden.
    also_public
        As for :func:`etl.disclosure.suppression.protect`.
    previous
        Earlier releases, or other extracts, of the same form: what they showed is still known.
    hints
        Tables that may agree with what is published, from whoever knows the true counts. Each is
        checked before it counts, so they can make the audit quick but never lenient.
    sums
        Ways in which measures or sectors add up by their definitions, which anybody can read:
        coefficients by (measure, sector) that give zero, also with series that are in no table
        (:mod:`etl.layouts.defined`). See :func:`etl.disclosure.suppression.known.sums_known`.
        Sectors whose
        shown
        counts add up to ``all`` are found without being named.
    events_of
        Measure of events -> the measure of the persons whose they are. Events of persons who are
        called few leak when they are shown, or known closely.
    enough
        Stop when so many are found in a measure and period; all are looked for by default.
    unsought
        Cells that are not looked for: what is known of them from elsewhere cannot be hidden.

    Returns
    -------
    list of Leak
        Empty when nothing leaks. A hidden number leaks when its range is narrower than that of the
        small counts and may hold one of them (or leave as few of the population).
    """
    frame = _named(published)
    leaks = [*_followers(frame), *_standardised(frame)]
    cells = _cells(frame)
    for earlier in previous:
        cells = _with_earlier(cells, _cells(_named(earlier)))
    cells = _with_bounds(cells, also_public, threshold, catchments)
    cells = _with_few_persons(cells, events_of)
    leaks += _dominated(cells)
    base = BaseSums(catchments)
    none = cells.select(_CELL).clear()
    given_up = (none if unsought is None else unsought.select(_CELL)).with_columns(unsought=True)
    cells = cells.join(given_up, on=_CELL, how="left", maintain_order="left").with_columns(
        pl.col("unsought").fill_null(False),
        series=series_name(pl.col("measure"), pl.col("sector")),
        together=pl.col("measure").replace(together(cells["measure"].unique(), sums)),
    )
    for _, rows in cells.group_by("together", "period", maintain_order=True):
        for part, wholes, others in apart(rows, sums):
            known = (wholes, others, base, threshold, hints, enough)
            try:
                leaks += _attacked(part, *known)
            except ArithmeticError:
                leaks += _attacked(_adding_up(part, catchments), *known)
    return leaks


def audit_wholes(
    published: pl.DataFrame, catchments: pl.DataFrame, delivered: Sequence[str]
) -> list[Leak]:
    """Return sums over a part that the publisher hides, shown as if they were whole.

    Parameters
    ----------
    published
        As for :func:`audit`, with ``geography`` and ``is_estimate``; packages that their publisher
        has made safe.
    catchments
        The warehouse table ``catchments``.
    delivered
        Geographies whose figures the publisher delivers itself: they are whole.

    Returns
    -------
    list of Leak
        Numbers of other areas that are ok and no estimate though a municipality in them is hidden.
    """
    frame = _named(published)
    if "standardisation" in frame.columns:
        frame = frame.filter(pl.col("standardisation") == "crude")
    at = [c for c in _CELL if c != "area_id"]
    hidden = frame.filter(
        (pl.col("geography") == "kommuner") & (pl.col("status") == "suppressed_by_source")
    )
    wrong = (
        frame.filter(
            (pl.col("status") == "ok")
            & ~pl.col("is_estimate")
            & ~pl.col("geography").is_in([*delivered, "kommuner"])
        )
        .join(catchments.select("area_id", "municipality_id"), on="area_id")
        .join(hidden.select(*at, municipality_id="area_id"), on=[*at, "municipality_id"])
        .select(_CELL)
        .unique(maintain_order=True)
    )
    what = "shown as whole though its publisher hides a part"
    return [Leak(cell, np.nan, np.nan, what, ()) for cell in wrong.iter_rows()]


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    if "measure" not in frame.columns:
        frame = frame.rename({"indicator_id": "measure"})
    text = [
        c
        for c in ("area_id", "sex", "age", "sector", "status", "standardisation")
        if c in frame.columns
    ]
    return frame.with_columns(pl.col(text).cast(pl.String))


def _followers(frame: pl.DataFrame) -> Iterator[Leak]:
    """Find hidden rows that still carry something."""
    there = [c for c in FOLLOWERS if c in frame.columns]
    hidden = frame.filter(pl.col("status").is_in([*HIDDEN, "suppressed_by_source"]))
    for column in there:
        for cell in hidden.filter(pl.col(column).is_not_null()).select(_CELL).iter_rows():
            yield Leak(cell, np.nan, np.nan, f"hidden, but its {column} is published", ())


def _standardised(frame: pl.DataFrame) -> Iterator[Leak]:
    """Find standardised figures made of the count of a hidden age band: weighted sums of it.

    One that is an estimate is made of what is shown beside the hidden band and of no hidden count
    (:mod:`etl.indicators.standardising`): anybody can work it out.
    """
    if "standardisation" not in frame.columns:
        return
    at = [c for c in _CELL if c not in ("age", "sex")]
    hidden = frame.filter(
        (pl.col("standardisation") == "crude")
        & pl.col("status").is_in(HIDDEN)
        & (pl.col("age") != "all")
    ).with_columns(pl.col("age").cast(pl.String))
    bands = hidden.select(*at, "sex").unique()
    shown = frame.filter((pl.col("standardisation") == "age") & (pl.col("status") == "ok"))
    if "is_estimate" in frame.columns:
        shown = shown.filter(~pl.col("is_estimate"))
    same = shown.join(bands, on=[*at, "sex"], how="semi")
    if "standard" in frame.columns:  # it names the bands that were used
        used = pl.col("standard").cast(pl.String).str.split(": ").list.last().str.split(", ")
        of_hidden = same.with_columns(band=used).explode("band")
        same = of_hidden.join(
            hidden.select(*at, "sex", band="age"), on=[*at, "sex", "band"], how="semi"
        ).unique(_CELL, maintain_order=True)
    for cell in same.select(_CELL).iter_rows():
        yield Leak(cell, np.nan, np.nan, "standardised over an age band that is hidden", ())


def _cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return counts as anybody can read or work them out, one row a crude cell."""
    if "standardisation" in frame.columns:
        frame = frame.filter(pl.col("standardisation") == "crude")
    count = pl.col("count").cast(pl.Float64)
    if {"value", "population", "multiplier"} <= set(frame.columns):
        # A rate times its population is a count, whether or not the count is given.
        count = count.fill_null(pl.col("value") * pl.col("population") / pl.col("multiplier"))
    population = pl.col("population") if "population" in frame.columns else pl.lit(None)
    cells = frame.filter(pl.col("status").is_in(["ok", *HIDDEN])).select(
        *_CELL, "status", count=count, population=population.cast(pl.Float64)
    )
    if "value" not in frame.columns:
        return cells
    return pl.concat([_with_reason(cells), _populations(cells)])


def _with_reason(cells: pl.DataFrame) -> pl.DataFrame:
    """Forget the label of a share whose population is hidden: it may be the population's."""
    hidden = pl.col("population").is_null() & pl.col("population").is_not_null().any().over(
        "measure"
    )
    return cells.with_columns(
        status=pl.when(hidden & (pl.col("status") == HIDDEN[0]))
        .then(pl.lit(HIDDEN[1]))
        .otherwise("status")
    )


def _populations(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the populations that are hidden somewhere, as a measure of their own."""
    some = pl.col("population").is_null().any() & pl.col("population").is_not_null().any()
    known = pl.col("population").is_not_null()
    return cells.filter(some.over("measure")).with_columns(
        measure=pl.col("measure") + pl.lit(_POPULATION),
        status=pl.when(known).then(pl.lit("ok")).otherwise(pl.lit(HIDDEN[1])),
        count=pl.col("population"),
        population=pl.lit(None, dtype=pl.Float64),
    )


def _with_earlier(cells: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Fill what is hidden now with what an earlier release showed; add cells only it had."""
    known = earlier.filter(pl.col("count").is_not_null())
    joined = cells.join(known.select(*_CELL, was="count"), on=_CELL, how="left")
    shown = joined.with_columns(count=pl.col("count").fill_null(pl.col("was"))).drop("was")
    only = known.join(cells, on=_CELL, how="anti")
    return pl.concat([shown, only.select(shown.columns)])


def _with_bounds(
    cells: pl.DataFrame,
    also_public: pl.DataFrame | None,
    threshold: int,
    catchments: pl.DataFrame,
) -> pl.DataFrame:
    """Add what label, population and other sources say of a hidden cell."""
    small = pl.col("status") == HIDDEN[0]
    shares = catchments.group_by("area_id").agg("share")
    least = shares.select(
        "area_id",
        least_share=pl.col("share").list.min(),
        labelled=pl.Series([most_labelled(threshold, one) for one in shares["share"].to_list()]),
    )
    # A count of nobody is shown, so a hidden one is somebody; a population of nobody need not be.
    hidden = pl.col("status").is_in(HIDDEN) & ~pl.col("measure").str.ends_with(_POPULATION)
    cells = cells.join(least, on="area_id", how="left").with_columns(
        pl.col("least_share").fill_null(1.0), pl.col("labelled").fill_null(threshold - 1.0)
    )
    # Citizens are no more than the population; contacts may be.
    within = (pl.col("count") <= pl.col("population") + _WHOLE).all().over("measure")
    cells = cells.with_columns(population=pl.when(within).then("population"))
    cells = cells.with_columns(
        low=pl.when(hidden).then("least_share").otherwise(0.0),
        high=pl.when(small).then("labelled").otherwise(pl.col("population")),
    ).with_columns(pl.col("high").fill_null(np.inf))
    if also_public is None:
        return cells
    return (
        cells.join(also_public.select(*_CELL, least="low", most="high"), on=_CELL, how="left")
        .with_columns(
            low=pl.max_horizontal("low", pl.col("least").cast(pl.Float64)),
            high=pl.min_horizontal("high", pl.col("most").cast(pl.Float64)),
        )
        .drop("least", "most")
    )


def _adding_up(rows: pl.DataFrame, catchments: pl.DataFrame) -> pl.DataFrame:
    """Leave out areas whose shown figures are not the sum of their shown municipalities.

    A delivered total may hold people of unknown residence. What it leaves after subtraction is no
    count of anybody in particular.
    """
    at = ["sex", "age", "series"]
    shown = rows.filter(pl.col("count").is_not_null())
    parts = catchments.filter(pl.col("geography") != "kommuner").select(
        "area_id", "municipality_id", "share", size=pl.len().over("area_id")
    )
    sums = (
        shown.rename({"area_id": "municipality_id"})
        .select("municipality_id", *at, part="count")
        .join(parts, on="municipality_id")
        .group_by("area_id", *at)
        .agg(
            parts=(pl.col("part") * pl.col("share")).sum(),
            n=pl.len(),
            size=pl.col("size").first(),
        )
        .filter(pl.col("n") == pl.col("size"))
        .join(shown.select("area_id", *at, whole="count"), on=["area_id", *at])
    )
    other = sums.filter((pl.col("parts") - pl.col("whole")).abs() > _WHOLE)["area_id"].unique()
    if other.is_empty():
        raise ArithmeticError("the published numbers contradict each other")
    return rows.filter(~pl.col("area_id").is_in(other.implode()))


def _with_few_persons(cells: pl.DataFrame, events_of: Mapping[str, str]) -> pl.DataFrame:
    """Say which cells count the events of persons who are called few."""
    at = [c for c in _CELL if c != "measure"]
    pairs = pl.DataFrame(
        list(events_of.items()), schema={"measure": pl.String, "_who": pl.String}, orient="row"
    )
    few = cells.filter(pl.col("status") == HIDDEN[0], pl.col("count").is_null())
    events = pairs.join(few.select(*at, _who="measure"), on="_who").select(*_CELL, few=True)
    return cells.join(events.unique(), on=_CELL, how="left", maintain_order="left").with_columns(
        pl.col("few").fill_null(value=False)
    )


def _dominated(cells: pl.DataFrame) -> Iterator[Leak]:
    """Find shown events of few persons."""
    for cell in cells.filter(pl.col("few") & (pl.col("count") > 0)).select(_CELL).iter_rows():
        yield Leak(cell, np.nan, np.nan, "events of few persons are shown", ())


def _attacked(  # noqa: PLR0917
    rows: pl.DataFrame,
    wholes: Wholes,
    others: Sequence[Sum],
    base: BaseSums,
    threshold: int,
    hints: Hints | None,
    enough: int | None,
) -> list[Leak]:
    """Attack one set of tables and say what leaks."""
    leaks: list[Leak] = []
    # Half of a municipality moves by half a person where the whole moves by one.
    width = least_width(threshold) * rows["least_share"].to_numpy()
    whole = (rows["least_share"] == 1).to_numpy()
    within = rows["population"].fill_null(np.inf).to_numpy()
    asked = np.where(rows["unsought"].to_numpy(), -np.inf, width)
    few = rows["few"].to_numpy()
    matters = np.where(few, np.inf, float(low_enough(threshold)))
    sought = Sought(asked, whole, matters, within)
    keys = rows.select(_CELL)
    people = rows["population"].to_numpy()
    for reach in attack(rows, wholes, base, sought, hints, others):
        if enough is not None and len(leaks) >= enough:
            return leaks
        for row, low, high, givers in zip(
            reach.rows.tolist(),
            reach.low.tolist(),
            reach.high.tolist(),
            reach.givers,
            strict=True,
        ):
            if row >= len(rows):  # of a definition
                continue
            if whole[row]:
                low, high = np.ceil(low - _WHOLE), np.floor(high + _WHOLE)  # noqa: PLW2901
            narrow = high - low < asked[row] - _WHOLE
            if not (few[row] and narrow) and not _betrays(
                low, high, people[row], (threshold, float(asked[row]))
            ):
                continue
            path = tuple(keys.row(g)[1:] for g in givers[:12])
            what = "hidden, but its range can be narrowed too far"
            if low == high:
                what = "hidden, but can be worked out exactly"
            leaks.append(Leak(keys.row(row), low, high, what, path))
    return leaks


def _betrays(low: float, high: float, people: float | None, sought: tuple[int, float]) -> bool:
    """Whether a range is too narrow and may hold a small count, or leave a small rest."""
    threshold, width = sought
    if high - low >= width - _WHOLE:
        return False
    small = high > _WHOLE and low < threshold - _WHOLE
    if people is None or np.isnan(people):
        return small
    return small or (people - low > _WHOLE and people - high < threshold - _WHOLE)
