"""The definitions: one SQL file a step, in the subset that DuckDB and Spark share.

Nothing in them is quoted, no dialect's own function is used, and ties never decide: every window
orders its rows by all that is taken from the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import polars as pl

import geo
from etl.findings import Finding, PackageError
from etl.registers import plausible, reading, schema
from etl.registers.mapping import Names, unused_codes
from etl.registers.texts import text
from etl.registers.years import Partial, chosen, partial_years

__all__ = ["DUPLICATES", "FAULTY", "Counts", "Engine", "Progress", "count", "text"]

#: Called with the step's name, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

#: What may be left out: rows with a fault, and rows that are there already.
FAULTY: Final = "faulty"
DUPLICATES: Final = "duplicates"
#: Each step sees those before it. The rows of a kept one are read more than once.
STEPS: Final = {
    "avoidable_diagnoses": False,
    "person_years": True,
    "residents": True,
    "attendances": False,
    "stays": True,
    "admissions": False,
}
#: One in so many rows may be as another but for its number without a word: two visits in a minute.
_FEW_ALIKE: Final = 1000
_KEYS: Final = ("municipality", "year", "sex", "age")


@dataclass(frozen=True)
class Counts:
    """What the definitions count, with true small counts.

    Attributes
    ----------
    citizens : polars.DataFrame
        ``municipality, year, sex, age``, unique citizens by sector (``citizens_general_practice``
        and so on) and by number of sectors; each citizen in one municipality a year.
    contacts : polars.DataFrame
        ``municipality, year, sex, age``, contacts by sector, by the municipality stated on them.
    stays : polars.DataFrame
        ``municipality, year, sex, age, avoidable_stays, somatic_admissions, acute_readmissions``.
    people : polars.DataFrame
        ``year, persons, born_later``: persons with contact, and those of them who were born after
        1 January.
    coverage : polars.DataFrame
        ``year, month, sector, contacts, first_contact, last_contact`` of all years.
    left_out : polars.DataFrame
        ``file, row, fault``: what was left out because it was asked for, a fault a row.
    partial : list of Partial
        The years counted that the rows do not cover.
    persons : int
        Different persons of all years counted.
    rows : int
        Rows there were, of all years.
    findings : list of Finding
        Warnings.
    """

    citizens: pl.DataFrame
    contacts: pl.DataFrame
    stays: pl.DataFrame
    people: pl.DataFrame
    coverage: pl.DataFrame
    left_out: pl.DataFrame
    partial: list[Partial] = field(default_factory=list)
    persons: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)


class Engine(Protocol):
    """What runs the definitions; it knows the input as ``delivered``."""

    #: The function that makes a number of any columns, and what is put before it.
    fingerprint: str
    #: What the input is called in findings about all of it.
    name: str

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type, as ``etl.registers.schema`` names them."""

    def deliver(self, *, numbered: bool) -> None:
        """Name the input ``delivered``; with ``source_file`` and ``source_row`` where asked."""

    def file_name(self, source_file: str) -> str:
        """Return what a file is called in findings."""

    def quote(self, column: str) -> str:
        """Return a column's name as it stands in a query."""

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""


def count(
    engine: Engine,
    names: Names | None = None,
    *,
    leave_out: Collection[str] = (),
    years: Sequence[int] | None = None,
    whole_years: bool = False,
) -> Counts:
    """Check the input and run every definition.

    Parameters
    ----------
    engine
        DuckDB or Spark.
    names
        What the files call columns and codes, where that is not what we do.
    leave_out
        ``faulty`` and ``duplicates``: rows to leave out instead of refusing the input.
    years
        The years to count; those before and after them are read for what stays go on.
    whole_years
        When no years are given: only those that the rows cover from January to December.

    Returns
    -------
    Counts
        Integers, sorted: the same from every engine.

    Raises
    ------
    etl.findings.PackageError
        When a column is missing or rows cannot be used, with every fault found.
    etl.registers.ContactsError
        When a year asked for has no contacts.
    """
    rows = _Rows(engine, names or Names())
    rows.check_columns()
    engine.define("municipalities", _municipalities(), kept=False)
    left_out = rows.checked(leave_out)
    for name, kept in STEPS.items():
        engine.define(name, text(name), kept=kept)
        if name == "person_years":
            rows.check_persons()
    coverage = engine.answer("coverage", text("coverage"))
    coverage = coverage.with_columns(
        pl.col("year", "month").cast(pl.Int16), pl.col("contacts").cast(pl.Int64)
    )
    coverage = coverage.sort("year", "month", "sector")
    there = coverage["year"].unique().sort().to_list()
    if not there:
        _raise([Finding.of("error", engine.name, "contacts_nothing_left")])
    partial = partial_years(coverage)
    counted, findings = there, list[Finding]()
    if years is not None or whole_years:
        counted, findings = chosen(engine.name, there, years, partial)
    if not counted:
        _raise(
            Finding.of("error", engine.name, "contacts_no_whole_year", year=p.year, why=p.why)
            for p in partial
        )
    citizens, contacts, stays = (
        _tidy(engine.answer(name, text(name)), counted)
        for name in ("citizens", "contact_counts", "stay_counts")
    )
    people = engine.answer("people", text("people")).with_columns(
        pl.col("year").cast(pl.Int16), pl.col("persons", "born_later").cast(pl.Int64)
    )
    people = people.filter(pl.col("year").is_in(counted)).sort("year")
    return Counts(
        citizens,
        contacts,
        stays,
        people,
        coverage,
        left_out,
        partial=[one for one in partial if one.year in counted],
        persons=_persons(engine, counted),
        rows=rows.number,
        findings=[*rows.findings, *findings, *_implausible(engine, counted)],
    )


class _Rows:
    """The rows of the input, and what is wrong with them."""

    def __init__(self, engine: Engine, names: Names) -> None:
        self._engine = engine
        self._names = names
        self._files = engine.columns()
        #: Column -> kind, of all files together.
        self._kinds = {c: kind for kinds in self._files.values() for c, kind in kinds.items()}
        self._labels: dict[str, list[str]] = {}
        self._shown: tuple[str, ...] = ()
        self.number = 0
        self.findings: list[Finding] = []

    def check_columns(self) -> None:
        theirs = self._names.columns if self._names.file else None
        _raise(
            finding
            for file, found in self._files.items()
            for finding in schema.wrong_columns(file, found, theirs)
        )
        _raise(schema.kinds_differ(self._files, self._read()))

    def checked(self, leave_out: Collection[str]) -> pl.DataFrame:
        """Refuse rows that cannot be used, or leave them out, and return those."""
        self._see(numbered=False)
        counted = ", ".join(f"count_if({fault}) AS {fault}" for fault in schema.FAULTS)
        problems = text("problems", counted=counted)
        [faults] = self._engine.answer("check", problems).rows(named=True)
        self.number = faults.pop("contacts")
        if not self.number:
            _raise(schema.empty(file) for file in self._files)
        faulty, repeats = any(faults.values()), self._repeated()
        if not faulty and not repeats:
            return _left_out([])
        self._see(numbered=True)
        refused: list[Finding] = []
        if faulty and FAULTY not in leave_out:
            refused += self._faults_by_file(counted)
        if repeats:
            self._tell_renumbered()
            self._define_repeats(self._read())
            number = "SELECT source_file, count(*) AS number FROM repeats GROUP BY source_file"
            there = self._engine.answer("repeats", number)
            repeats = bool(there.height)
            if DUPLICATES not in leave_out:
                refused += [
                    schema.repeated(self._engine.file_name(file), number)
                    for file, number in there.sort("source_file").iter_rows()
                ]
        _raise(refused)
        return self._leave_out(faulty=faulty, repeats=repeats)

    def check_persons(self) -> None:
        """Refuse pseudonyms that are the same but for how they are written."""
        column = self._names.theirs("person")[0]
        if self._kinds[column] != schema.TEXT:
            return
        self._engine.define("confused", text("confused"), kept=True)
        if not self._engine.answer("pseudonyms", "SELECT 1 AS one FROM confused LIMIT 1").height:
            return
        if "source_file" not in self._shown:
            self._see(numbered=True)
        found = self._engine.answer(
            "pseudonyms",
            "SELECT source_file, count(DISTINCT person) AS number FROM contacts"
            " WHERE person IN (SELECT person FROM confused) GROUP BY source_file",
        ).sort("source_file")
        files = {self._engine.file_name(file): number for file, number in found.iter_rows()}
        _raise(
            schema.confused(file, number, column, [other for other in files if other != file])
            for file, number in files.items()
        )

    def _see(self, *, numbered: bool) -> None:
        """Define the view of the contacts, with the codes looked up that have to be."""
        engine, names, kinds = self._engine, self._names, self._kinds
        engine.deliver(numbered=numbered)
        self._shown = ("source_file", "source_row") if numbered else ()
        for column in reading.coded(names, kinds):
            if column not in self._labels:
                query = reading.labels(names, column, engine.quote)
                found = engine.answer("codes", query)["label"].drop_nulls().to_list()
                self._labels[column] = found
                self.findings += unused_codes(names, column, found)
            meanings = {label: names.meaning(column, label) for label in self._labels[column]}
            engine.define(f"codes_{column}", reading.lookup(meanings), kept=False)
        view = reading.view(names, kinds, engine.quote, numbered=numbered)
        engine.define("contacts", view, kept=False)

    def _faults_by_file(self, counted: str) -> list[Finding]:
        found = self._engine.answer("check", text("problems_by_file", counted=counted))
        codes: dict[str, dict[str, list[str]]] = {}
        for fault in schema.CODES:
            if not found[fault].sum():
                continue
            there = self._engine.answer(
                "codes",
                f"SELECT DISTINCT source_file, {schema.FAULTS[fault]} AS code FROM "  # noqa: S608
                f"(SELECT *, {text('_faults')} FROM contacts) AS judged WHERE {fault}",
            ).sort("source_file", "code")
            for file, code in there.drop_nulls().iter_rows():
                codes.setdefault(file, {}).setdefault(fault, []).append(code)
        return [
            finding
            for row in found.sort("source_file").iter_rows(named=True)
            for finding in schema.wrong_rows(
                self._engine.file_name(row["source_file"]), row, codes.get(row["source_file"])
            )
        ]

    def _read(self) -> list[str]:
        """Return the columns that are read, as the files call them."""
        named = (*schema.COLUMNS, *schema.OPTIONAL)
        theirs = (column for name in named for column in self._names.theirs(name))
        return [column for column in theirs if column in self._kinds]

    def _unnumbered(self) -> list[str]:
        """Return the columns that are read but for the contact's own number."""
        own = self._names.theirs("contact")
        return [column for column in self._read() if column not in own]

    def _listed(self, columns: Iterable[str]) -> str:
        return ", ".join(map(self._engine.quote, sorted(columns)))

    def _fingerprint(self) -> str:
        return f"{self._engine.fingerprint}({self._listed(self._unnumbered())})"

    def _repeated(self) -> bool:
        """Say whether any rows look alike but for their number; a few may do so by chance."""
        query = text("repeated", fingerprint=self._fingerprint())
        self._engine.define("repeated", query, kept=True)
        return bool(self._engine.answer("repeated", "SELECT 1 AS one FROM repeated LIMIT 1").height)

    def _define_repeats(self, columns: Iterable[str], name: str = "repeats") -> None:
        query = text("repeats", columns=self._listed(columns), fingerprint=self._fingerprint())
        self._engine.define(name, query, kept=True)

    def _tell_renumbered(self) -> None:
        """Tell of many rows that differ in their number only: a load may have come twice."""
        if self._unnumbered() == self._read():
            return
        self._define_repeats(self._unnumbered(), "alike")
        [number] = self._engine.answer("repeats", "SELECT count(*) AS n FROM alike")["n"]
        if number * _FEW_ALIKE > self.number:
            self.findings.append(schema.renumbered(self._engine.name, number))

    def _leave_out(self, *, faulty: bool, repeats: bool) -> pl.DataFrame:
        """Take rows out of the contacts, and return file, row and fault of each."""
        engine = self._engine
        found, queries = [], []
        if faulty:
            any_fault = " OR ".join(schema.FAULTS)
            engine.define("faulty", text("faulty", any=any_fault), kept=True)
            there = engine.answer("left out", "SELECT * FROM faulty")
            found.append(
                there.unpivot(index=["source_file", "source_row"], variable_name="fault")
                .filter(pl.col("value"))
                .drop("value")
            )
            queries.append("SELECT source_file, source_row FROM faulty")
        if repeats:
            there = engine.answer("left out", "SELECT * FROM repeats")
            found.append(there.with_columns(fault=pl.lit("repeated")))
            queries.append("SELECT source_file, source_row FROM repeats")
        if not queries:
            self._see(numbered=False)
            return _left_out([])
        engine.define("left_out", " UNION ".join(queries), kept=True)
        view = reading.view(self._names, self._kinds, engine.quote, numbered=True)
        engine.define(
            "contacts",
            f"SELECT * FROM ({view}) AS every WHERE NOT EXISTS (SELECT 1 FROM left_out "  # noqa: S608
            "WHERE left_out.source_file = every.source_file"
            " AND left_out.source_row = every.source_row)",
            kept=False,
        )
        rows = _left_out(found)
        names = {file: engine.file_name(file) for file in rows["file"].unique()}
        # The first row of a file is its row 1.
        rows = rows.with_columns(pl.col("file").replace(names), pl.col("row") + 1)
        return rows.sort("file", "row", "fault")


def _left_out(found: list[pl.DataFrame]) -> pl.DataFrame:
    none = pl.DataFrame(schema={"file": pl.String, "row": pl.Int64, "fault": pl.String})
    renamed = [
        frame.select(
            file="source_file", row=pl.col("source_row").cast(pl.Int64), fault=pl.col("fault")
        )
        for frame in found
    ]
    return pl.concat([none, *renamed])


def _municipalities() -> str:
    rows = geo.municipalities()["municipality_id"].to_list()
    values = ", ".join(f"('{municipality}')" for municipality in rows)
    return f"SELECT municipality FROM (VALUES {values}) AS known(municipality)"  # noqa: S608 - ours


def _persons(engine: Engine, years: Sequence[int]) -> int:
    listed = ", ".join(map(str, years))
    query = f"SELECT count(DISTINCT person) AS persons FROM residents WHERE year IN ({listed})"  # noqa: S608
    return int(engine.answer("persons", query)["persons"].item())


def _implausible(engine: Engine, years: Sequence[int]) -> list[Finding]:
    """Tell what cannot be right although each row may be."""
    engine.define("mixed", text("mixed"), kept=True)
    limits = {
        "most_contacts": str(plausible.MOST_CONTACTS),
        "most_births": str(plausible.MOST_BIRTHS),
    }
    found = engine.answer("pseudonyms", text("placeholders", **limits))
    mixed = engine.answer("pseudonyms", "SELECT count(*) AS persons FROM mixed").item()
    everybody = engine.answer(
        "pseudonyms", "SELECT count(DISTINCT person) AS persons FROM residents"
    ).item()
    linked = engine.answer("sectors", text("linked"))
    by_place = engine.answer("coverage", text("coverage_by_place"))
    return [
        *plausible.persons(engine.name, found, mixed, everybody),
        *plausible.unlinked(engine.name, linked.cast({"year": pl.Int16}), years),
        *plausible.gaps(engine.name, by_place.cast({"year": pl.Int16, "month": pl.Int16}), years),
    ]


def _raise(findings: Iterable[Finding]) -> None:
    found = list(findings)
    if found:
        raise PackageError(found)


def _tidy(frame: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """Give every engine's answer one order and one set of types; only the years counted."""
    sex = pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")).alias("sex")
    frame = frame.with_columns(sex, pl.col("year").cast(pl.Int16)).drop("male")
    frame = frame.filter(pl.col("year").is_in(years))
    return frame.select(*_KEYS, pl.exclude(_KEYS).cast(pl.Int64)).sort(_KEYS)
