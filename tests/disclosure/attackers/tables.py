"""How the cells of published tables add up.

From an extract: what each cell shows, or what its label says. From the table of catchments and the
names of sexes and ages: which cells are sums of which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import gcd, inf

import polars as pl

from tests.disclosure.attackers.definitions import Definitions
from tests.disclosure.attackers.system import NEAR, Cell, Known, Relation, System

#: Hidden by this house; what a publisher hides is unknown too, but not ours to protect.
LABELLED, SECONDARY = "suppressed", "suppressed_secondary"
OLDEST = 1000
_PARTS = 10_000  # shares are told in four decimals


class Areas:
    """Which municipalities an area is made of."""

    def __init__(self, catchments: pl.DataFrame) -> None:
        self.parts: dict[str, dict[str, float]] = defaultdict(dict)
        self.level: dict[str, str] = {}
        columns = ("geography", "area_id", "municipality_id", "share")
        for geography, area, municipality, share in catchments.select(columns).iter_rows():
            self.level[area] = geography
            if geography != "kommuner":
                self.parts[area][municipality] = share

    def unit(self, area: str) -> float:
        """Return the least by which an area's count moves when a person is counted or not."""
        return min(self.parts.get(area, {}).values(), default=1.0)

    def step(self, area: str) -> float:
        """Return what every count of an area is a multiple of."""
        shares = self.parts.get(area, {}).values()
        return gcd(_PARTS, *(round(share * _PARTS) for share in shares)) / _PARTS


def read(
    extract: pl.DataFrame, areas: Areas, definitions: Definitions, *, threshold: int = 5
) -> dict[Cell, Known]:
    """Return each crude cell of an extract, by indicator, and what it tells at first sight.

    A share times its population is a count, whether or not the count is given. A label says that a
    count is 1 to ``threshold - 1``. A publisher's rounded count is between two others.
    """
    crude = extract.filter(pl.col("standardisation").cast(pl.String) == "crude")
    of = {
        package: definitions.rounded_to(package)
        for package in crude["package_id"].cast(pl.String).unique()
    }
    hidden_people = set(
        crude.filter(pl.col("population").is_null() & (pl.col("status") != "missing"))[
            "indicator_id"
        ].unique()
    ) & set(crude.filter(pl.col("population").is_not_null())["indicator_id"].unique())
    rows = crude.select(
        pl.col("indicator_id", "area_id", "sex", "age", "sector", "status", "package_id").cast(
            pl.String
        ),
        pl.col("period").cast(pl.Int64),
        pl.col("value", "count", "population").cast(pl.Float64),
        "is_estimate",
    )
    cells = {}
    for row in rows.iter_rows(named=True):
        name, area, people = row["indicator_id"], row["area_id"], row["population"]
        if name not in definitions.counted:
            continue
        among = (definitions.counted[name], definitions.divided.get(name)) in definitions.inside
        at_most = people if among and people is not None else inf
        known = Known(high=at_most, people=at_most, unit=areas.unit(area), threshold=threshold)
        base = of[row["package_id"]]
        if row["status"] == "ok":
            count = row["count"]
            if count is None and people is not None and row["value"] is not None:
                count = row["value"] * people / definitions.multiplier[name]
            if count is not None:
                half = _rounded_by(base, row["is_estimate"], areas.level.get(area))
                known.low, known.high = max(0.0, count - half), count + half
        elif base is None and row["status"] in (LABELLED, SECONDARY):
            known.hidden = True
            # where the people are hidden, too, the label may be theirs
            known.in_doubt = name in hidden_people and people is None
            if row["status"] == LABELLED and not known.in_doubt:
                known.low = known.unit
                known.high = min(at_most, threshold - areas.step(area))
        elif row["status"] not in ("suppressed_by_source",):
            continue
        cells[Cell(name, area, row["period"], row["sex"], row["age"], row["sector"])] = known
    return cells


def _rounded_by(base: int | None, is_estimate: bool, level: str | None) -> float:
    """Return how far a shown count may be from the true one.

    Publishers deliver municipalities, regions and the country; other sums are made of these.
    """
    if base is None or base == 1:
        return 0.0 if base is None or not is_estimate else inf
    return inf if is_estimate or level not in ("kommuner", "regioner-2007", "land") else base // 2


def hidden_denominators(
    extract: pl.DataFrame, areas: Areas, definitions: Definitions, *, threshold: int = 5
) -> dict[Cell, Known]:
    """Return what shares are divided by, where that is shown or hidden by turns."""
    some = extract.with_columns(
        indicator_id=pl.col("indicator_id").cast(pl.String) + " (population)",
        count="population",
        status=pl.when(pl.col("population").is_not_null())
        .then(pl.lit("ok"))
        .when(pl.col("status").cast(pl.String).is_in([LABELLED, SECONDARY]))
        .then(pl.lit(SECONDARY))
        .otherwise(pl.lit("missing")),
        population=pl.lit(None, dtype=pl.Float64),
    )
    hidden = some.filter(pl.col("status") == SECONDARY)["indicator_id"].unique()
    some = some.filter(pl.col("indicator_id").is_in(hidden.implode()))
    named = Definitions(
        {f"{name} (population)": whole for name, whole in definitions.divided.items()},
        made_safe=definitions.made_safe,
    )
    return read(some, areas, named, threshold=threshold)


def renamed(cells: Mapping[Cell, Known], names: Mapping[str, str]) -> dict[Cell, Known]:
    """Call indicators by what they count; of two that count the same all that is known counts."""
    together: dict[Cell, Known] = {}
    for cell, known in cells.items():
        name = cell._replace(quantity=names[cell.quantity])
        if name not in together:
            together[name] = known
            continue
        one = together[name]
        sure = [some for some in (one, known) if some.hidden and not some.in_doubt]
        shown = one.is_shown or known.is_shown
        one.narrow(known.low, known.high)
        one.hidden = bool(sure) or (not shown and (one.hidden or known.hidden))
        one.in_doubt = not sure
        one.people = min(one.people, known.people)
    return together


def lay_out(cells: Mapping[Cell, Known], areas: Areas) -> System:
    """Put the cells of one year in a system with all sums over ages, areas, sexes and sectors."""
    system = System(cells)
    series = defaultdict(list)
    for cell in cells:
        series[cell.quantity, cell.period].append(cell)
    for together in series.values():
        _ages(system, together)
    units = {name: areas.unit(name) for name in areas.parts}
    series.clear()
    for cell in list(system.cells):
        series[cell.quantity, cell.period].append(cell)
        system.cells[cell].unit = units.get(cell.area_id, 1.0)
    for together in series.values():
        by_area = defaultdict(list)
        for cell in together:
            by_area[cell.area_id].append(cell)
        for area, parts in areas.parts.items():
            system.add(
                Relation({cell: 1.0} | {cell._replace(area_id=m): -s for m, s in parts.items()})
                for cell in by_area.get(area, ())
            )
    series.clear()
    for cell in list(system.cells):
        series[cell.quantity, cell.period].append(cell)
    for together in series.values():
        _sexes(system, together)
        _sectors(system, together)
    return system


def _sexes(system: System, cells: Iterable[Cell]) -> None:
    there = set(cells)
    system.add(
        Relation({cell: 1.0} | {cell._replace(sex=sex): -1.0 for sex in ("female", "male")})
        for cell in there
        if cell.sex == "all"
        and (cell._replace(sex="female") in there or cell._replace(sex="male") in there)
    )


def _sectors(system: System, cells: Iterable[Cell]) -> None:
    """Sectors of contacts add up, those of citizens do not: it is seen where all are shown."""
    cells = list(cells)
    names = {cell.sector for cell in cells} - {"all"}
    if len(names) > 1:
        system.add(
            (
                Relation({cell: 1.0} | {cell._replace(sector=name): -1.0 for name in names})
                for cell in cells
                if cell.sector == "all"
            ),
            only_if_seen=True,
        )


def _ages(system: System, cells: Iterable[Cell]) -> None:
    """Every band is the sum of the shortest stretches of years that any two bands leave."""
    by_age = defaultdict(list)
    for cell in cells:
        by_age[cell.age].append(cell)
    if len(by_age) < 2:
        return
    spans = {age: span(age) for age in by_age}
    if "all" in spans:
        spans["all"] = _span_of_all(system, by_age, spans)
    edges = sorted({edge for pair in spans.values() for edge in pair})
    names = {pair: age for age, pair in spans.items()}
    for age, (start, end) in spans.items():
        inner = [edge for edge in edges if start <= edge <= end]
        parts = [names.get(pair, _named(*pair)) for pair in pairwise(inner)]
        if parts != [age]:
            system.add(
                Relation({cell: 1.0} | {cell._replace(age=part): -1.0 for part in parts})
                for cell in by_age[age]
            )


def span(age: str) -> tuple[int, int]:
    """Return the first year of a band and the one after its last."""
    if age == "all":
        return 0, OLDEST
    first, _, last = age.removesuffix("+").partition("-")
    return int(first), int(last) + 1 if last else OLDEST


def _named(start: int, end: int) -> str:
    return f"{start}+" if end == OLDEST else f"{start}-{end - 1}"


def _span_of_all(
    system: System, by_age: Mapping[str, list[Cell]], spans: Mapping[str, tuple[int, int]]
) -> tuple[int, int]:
    """Return whom "all" is about: of children only children, where the shown bands add up to it."""
    bands = sorted(
        (pair for age, pair in spans.items() if age != "all"), key=lambda p: (p[0], -p[1])
    )
    tiles, edge = [], bands[0][0]
    start, last = edge, max(end for _, end in bands)
    while edge < last:
        longest = max((end for first, end in bands if first == edge), default=None)
        if longest is None:
            return 0, OLDEST
        tiles.append(_named(edge, longest))
        edge = longest
    shown = 0
    for cell in by_age["all"]:
        parts = [system.cells.get(cell._replace(age=tile)) for tile in tiles]
        whole = system.cells[cell]
        if not whole.is_shown or not all(part and part.is_shown for part in parts):
            continue
        if abs(whole.low - sum(part.low for part in parts if part)) > NEAR:
            return 0, OLDEST
        shown += 1
    return (start, last) if shown else (0, OLDEST)


def by_period(cells: Mapping[Cell, Known]) -> Iterator[dict[Cell, Known]]:
    """Yield the cells year by year, the newest first."""
    years = defaultdict(dict)
    for cell, known in cells.items():
        years[cell.period][cell] = known
    for year in sorted(years, reverse=True):
        yield years[year]
