"""Tables of Statistics Denmark's bank, as the descriptions want them, to ordinary packages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from etl.sources.descriptions import Description, Labels, load_descriptions
from etl.sources.errors import FetchError
from etl.sources.package import checked, csv_of, older_editions
from etl.sources.staging import Fetched, put, staging
from etl.sources.statbank import BASE, LIMIT, VALUE, StatBank, TableInfo
from etl.sources.web import Patience, Progress, Web

_UNKNOWN, _NOBODY = "..", "-"


@dataclass(frozen=True)
class Planned:
    """What would be asked of one table, and how large it is.

    Parameters
    ----------
    description
        The file that describes it.
    info
        What the bank says of it.
    labels
        Variable -> label in the file -> the codes behind it.
    file
        What the package will be called.
    """

    description: Description
    info: TableInfo
    labels: dict[str, Labels]
    file: str

    @property
    def wanted(self) -> dict[str, list[str]]:
        """The codes asked for, each once."""
        return {
            code: list(dict.fromkeys(one for codes in labels.values() for one in codes))
            for code, labels in self.labels.items()
        }

    @property
    def cells(self) -> int:
        """How many cells they are together."""
        return math.prod(len(codes) for codes in self.wanted.values())

    @property
    def requests(self) -> int:
        """The fewest requests they take; the bank may want more."""
        return -(-self.cells // LIMIT)


@dataclass(frozen=True)
class Failed:
    """A table that could not be had, and why."""

    table: str
    error: FetchError


def described() -> list[str]:
    """Return the ids of the tables that can be fetched."""
    return list(load_descriptions())


class Figures:
    """The tables that are described; used as a context manager.

    Each table is a package of its own: it is put in the folder when it is whole, and one that
    fails stops no other. Asked again, only those that are missing or were changed are fetched.

    Parameters
    ----------
    folder
        Folder of delivered files.
    only
        Ids of descriptions; all when none is named.
    base
        Another address of the bank's service.
    patience
        How long to wait and how often to ask.

    Raises
    ------
    KeyError
        When ``only`` names one that is not among :func:`described`.
    """

    def __init__(
        self,
        folder: Path,
        only: Sequence[str] = (),
        *,
        base: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        known = load_descriptions()
        wanted = dict.fromkeys(name.lower() for name in only)
        self.descriptions = [known[name] for name in wanted] or list(known.values())
        self._folder, self._base, self._patience = folder, base or BASE, patience

    def plans(self) -> Iterator[Planned | Failed]:
        """Ask the bank what each table holds and yield what would be fetched; fetch nothing."""
        with staging(self._folder) as stage, Web(self._patience) as web:
            yield from self._planned(StatBank(web, stage, self._base))

    def fetch(self, progress: Progress = lambda *_: None) -> Iterator[Fetched | Failed]:
        """Fetch each table and yield what came of it, one after another.

        Parameters
        ----------
        progress
            Told of each table, in cells.
        """
        with staging(self._folder) as stage, Web(self._patience) as web:
            bank = StatBank(web, stage, self._base)
            for plan in self._planned(bank):
                if isinstance(plan, Failed):
                    yield plan
                    continue
                try:
                    yield self._fetched(bank, plan, stage, progress)
                except FetchError as error:
                    yield Failed(plan.info.table, error)

    def _planned(self, bank: StatBank) -> Iterator[Planned | Failed]:
        tables = bank.tables()
        for one in self.descriptions:
            try:
                info = bank.info(one.among(tables))
                file = f"{one.file}_{info.updated:%Y%m%d}.csv"
                yield Planned(one, info, one.labels(info), file)
            except FetchError as error:
                yield Failed(one.table, error)

    def _fetched(self, bank: StatBank, plan: Planned, stage: Path, progress: Progress) -> Fetched:
        info, target = plan.info, self._folder / plan.file
        source = f"{info.table} {info.title}, Danmarks Statistik, {info.updated}"
        if target.is_file():  # the day of the table's last change is in its name
            older = older_editions(self._folder, plan.file)
            return Fetched(target, source, is_new=False, older=older)
        cells = bank.cells(info.table, plan.wanted, progress)
        file = stage / plan.file
        file.write_bytes(csv_of(_labelled(cells, plan.labels)))
        checked(file, strict=False)
        is_new = put(file, self._folder)
        return Fetched(target, source, is_new, older_editions(self._folder, plan.file))


def _labelled(cells: pl.DataFrame, labels: dict[str, Labels]) -> pl.DataFrame:
    """Return the cells with the file's labels, sorted; codes that share one are summed.

    A sum with an unknown part is unknown.
    """
    columns = [code.upper() for code in labels]
    is_summed = any(len(codes) > 1 for each in labels.values() for codes in each.values())
    for column, each in zip(columns, labels.values(), strict=True):
        rows = [(n, label, code) for n, (label, codes) in enumerate(each.items()) for code in codes]
        names = pl.DataFrame(rows, schema=[f"~{column}", f"+{column}", column], orient="row")
        cells = cells.join(names, on=column)
    order = [f"~{column}" for column in columns]
    named = [pl.col(f"+{column}").alias(column) for column in columns]
    if is_summed:
        text = pl.col(VALUE).str.strip_chars()
        people = text.replace({_NOBODY: "0"}).cast(pl.Int64, strict=False)
        total = pl.when(~people.is_null().any()).then(people.sum())
        cells = cells.group_by(*order, *(f"+{c}" for c in columns)).agg(
            total.cast(pl.String).fill_null(_UNKNOWN).alias(VALUE)
        )
    return cells.sort(order).select(*named, VALUE)
