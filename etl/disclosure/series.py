"""Which published series add up to which: what an attacker knows of measures and sectors.

A series is a measure and a sector. That citizens meeting one, two and three sectors are together
all who meet any stands in the definitions; that sectors add up shows in the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from etl.disclosure.attack import Wholes, adds_up

Sum = Mapping[tuple[str, str], int]


def series_name(measure: pl.Expr, sector: pl.Expr) -> pl.Expr:
    """Return one text for measure and sector."""
    return pl.concat_str(measure, sector, separator="\n")


def together(measures: Iterable[str], sums: Sequence[Sum]) -> dict[str, str]:
    """Return, for each measure, one name for all that it adds up with."""
    names = {measure: measure for measure in measures}
    for one in sums:
        linked = sorted({measure for measure, _ in one} & names.keys())
        old = {names[measure] for measure in linked}
        names = {m: min(old) if name in old else name for m, name in names.items()}
    return names


def apart(rows: pl.DataFrame, sums: Sequence[Sum]) -> Iterator[tuple[pl.DataFrame, Wholes]]:
    """Yield series that add up together, the others each alone.

    Parameters
    ----------
    rows
        Cells of one period with ``measure, sector, series`` and ``count``.
    sums
        As for ``audit``.

    Yields
    ------
    cells, wholes
        Cells, and which of their series is the sum of which others.
    """
    wholes = _wholes(rows, sums)
    names = {name: name for name in rows["series"].unique(maintain_order=True)}
    for whole, parts in wholes.items():
        old = {names[name] for name in (whole, *parts) if name in names}
        names = {name: min(old) if of in old else of for name, of in names.items()}
    if len(set(names.values())) == 1:
        yield rows, wholes
        return
    labelled = rows.with_columns(_of=pl.col("series").replace(names))
    for (of,), part in labelled.group_by("_of", maintain_order=True):
        mine = {whole: parts for whole, parts in wholes.items() if names[whole] == of}
        yield part.drop("_of"), mine


def _wholes(rows: pl.DataFrame, sums: Sequence[Sum]) -> Wholes:
    there = set(rows["series"].unique())
    wholes: Wholes = {}
    for one in sums:
        named = {f"{measure}\n{sector}": weight for (measure, sector), weight in one.items()}
        tops = [name for name, weight in named.items() if weight == 1]
        parts = tuple(sorted(name for name, weight in named.items() if weight == -1))
        fits = len(tops) == 1 and len(parts) == len(named) - 1 and there & set(parts)
        if (
            fits
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
    return {whole: _base(whole, wholes) for whole in wholes}


def _base(name: str, wholes: Wholes, above: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the series a series is made of that are no sums themselves."""
    if name not in wholes or name in above:
        return (name,)
    parts = (_base(part, wholes, (*above, name)) for part in wholes[name])
    return tuple(sorted({one for part in parts for one in part}))
