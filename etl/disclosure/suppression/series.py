"""Which published series add up to which: what an attacker knows of measures and sectors.

A series is a measure and a sector. That citizens meeting one, two and three sectors are together
all who meet any stands in the definitions; that sectors add up shows in the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from etl.disclosure.suppression.attack import Wholes, adds_up
from etl.disclosure.suppression.stated import sayable
from etl.layouts.defined import is_unseen

Sum = Mapping[tuple[str, str], int]


def series_name(measure: pl.Expr, sector: pl.Expr) -> pl.Expr:
    """Return one text for measure and sector."""
    return pl.concat_str(measure, sector, separator="\n")


def together(measures: Iterable[str], sums: Sequence[Sum]) -> dict[str, str]:
    """Return, for each measure, one name for all that it adds up with."""
    names = {measure: measure for measure in measures}
    names |= {name[0]: name[0] for one in sums for name in one if is_unseen(name)}
    for one in sums:
        linked = sorted({measure for measure, _ in one} & names.keys())
        old = {names[measure] for measure in linked}
        names = {m: min(old) if name in old else name for m, name in names.items()}
    return names


def apart(
    rows: pl.DataFrame, sums: Sequence[Sum]
) -> Iterator[tuple[pl.DataFrame, Wholes, list[Sum]]]:
    """Yield series that hang together by sums, the others each alone.

    Parameters
    ----------
    rows
        Cells of one period with ``measure, sector, series`` and ``count``.
    sums
        As for ``audit``.

    Yields
    ------
    cells, wholes, others
        Cells, which of their series is the sum of which others, and the sums that are no such.
    """
    wholes, others = _wholes(rows, sums)
    linked = [{f"{measure}\n{sector}" for measure, sector in one} for one in others]
    names = {name: name for name in {*rows["series"].unique()}.union(*linked)}
    for some in [*linked, *({whole, *parts} for whole, parts in wholes.items())]:
        old = {names[name] for name in some if name in names}
        names = {name: min(old) if of in old else of for name, of in names.items()}
    if len({names[name] for name in rows["series"].unique()}) == 1:
        yield rows, wholes, others
        return
    labelled = rows.with_columns(_of=pl.col("series").replace(names))
    for (of,), part in labelled.group_by("_of", maintain_order=True):
        mine = {whole: parts for whole, parts in wholes.items() if names[whole] == of}
        stated = [one for one, some in zip(others, linked, strict=True) if names[min(some)] == of]
        yield part.drop("_of"), mine, stated


def _wholes(rows: pl.DataFrame, sums: Sequence[Sum]) -> tuple[Wholes, list[Sum]]:
    """Return which series are sums of which, and the sums that say something else."""
    there = set(rows["series"].unique())
    wholes: Wholes = {}
    others: list[Sum] = []
    for one in sums:
        if any(map(is_unseen, one)):
            others.append(one)
            continue
        named = {f"{measure}\n{sector}": weight for (measure, sector), weight in one.items()}
        tops = [name for name, weight in named.items() if weight == 1]
        parts = tuple(sorted(name for name, weight in named.items() if weight == -1))
        fits = len(tops) == 1 and len(parts) == len(named) - 1
        if not fits:
            others.append(one)
        elif (
            there & set(parts)
            and tops[0] in there
            and tops[0] not in wholes
            and adds_up(rows, "series", tops[0], parts) is not False
        ):
            wholes[tops[0]] = parts
    for (measure,), own in rows.group_by("measure", maintain_order=True):
        top = f"{measure}\nall"
        parts = tuple(sorted(set(own["series"].unique()) - {top}))
        new = top in there and top not in wholes and len(parts) > 1
        if new and adds_up(own, "series", top, parts):
            wholes[top] = parts
    wholes = {whole: _base(whole, wholes) for whole in wholes}
    known = {*there, *(part for parts in wholes.values() for part in parts)}
    return wholes, sayable(others, known)


def _base(name: str, wholes: Wholes, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the series a series is made of that are no sums themselves."""
    if name not in wholes or name in above:
        return (name,)
    parts = (_base(part, wholes, (*above, name)) for part in wholes[name])
    return tuple(sorted({one for part in parts for one in part}))
