"""A real Spark gives the same answers as DuckDB, on generated rows and on every edge at once.

What starts it wants the extra `spark` and Java: `make test-spark` brings both.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.findings import Finding, PackageError
from etl.registers import ContactsError
from etl.registers.definitions import Counts, count
from etl.registers.mapping import read_names
from etl.registers.spark_engine import SparkEngine, session
from tests.contacts.making import NOON, SCHEMA, attendance, contact, hours, on_duckdb, write
from tests.contacts.test_definitions import ROWS
from tests.contacts.test_mapping import LPR3, lpr3


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local[2]") as started:
        yield started


def edges() -> list[dict[str, Any]]:
    """Rows at every edge of the definitions, a person each, some with ties and gaps."""
    rows: list[dict[str, Any]] = []
    second = dt.timedelta(seconds=1)
    for person, gap in enumerate((hours(-2), hours(0), hours(4), hours(4) + second)):
        for listed in (None, "fractures", "other"):
            rows += [
                attendance(NOON, 12, person=person, acute=True, diagnosis_group=listed),
                attendance(NOON + hours(12) + gap, 11, person=person, municipality="0147"),
            ]
    for person, gap in enumerate((hours(720), hours(720) + second), start=10):
        rows += [
            attendance(NOON, 30, person=person),
            attendance(NOON + hours(30) + gap, 12, person=person, acute=True),
        ]
    rows += [
        # At once: planned and acute, in two municipalities; and one without an end.
        attendance(NOON, 13, person=20, municipality="0751"),
        attendance(NOON, 1, person=20, acute=True, diagnosis_group="dehydration"),
        attendance(NOON, 0, person=20, end_time=None, acute=True, municipality="0147"),
        contact(person=21, birth_date=dt.date(1960, 1, 1), start_time=dt.datetime(2025, 1, 1)),
        contact(person=21, birth_date=dt.date(1960, 1, 1), sector="municipal_health"),
        contact(person=22, birth_date=NOON.date(), acute=None, municipality="0400"),
    ]
    return rows


def nights() -> list[dict[str, Any]]:
    """Rows in the nights in which the clock is changed, and of people who move."""
    autumn, spring = dt.datetime(2024, 10, 27), dt.datetime(2024, 3, 31)
    rows = [
        attendance(autumn + hours(a), 0, end_time=autumn + hours(b), person=100 + n, acute=True)
        for n, (a, b) in enumerate([(2.9, 2.1), (2.9, 13.9), (2.9, 13.8), (-3.5, 7.5), (-3.5, 7.4)])
    ]
    rows += [
        attendance(spring + hours(a), 0, end_time=spring + hours(b), person=110 + n)
        for n, (a, b) in enumerate([(-4, 8), (-4, 9), (2.5, 3.1), (1.5, 13.9)])
    ]
    for n, code in enumerate(("0751", "0101", "0147", "0400")):
        at = NOON + hours(24 * 30 * (n % 3))
        rows.append(contact(person=120, municipality=code, start_time=at))
    return rows


def both(spark: Any, path: Path, **how: Any) -> tuple[Counts, Counts]:
    """The same rows counted by Spark and by DuckDB."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    return count(SparkEngine(spark, str(path)), **how), on_duckdb(*files, **how)


def refused_by_both(spark: Any, path: Path, **how: Any) -> tuple[Finding, ...]:
    """What both say is wrong with the same rows."""
    with pytest.raises(PackageError) as by_spark:
        count(SparkEngine(spark, str(path)), **how)
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    with pytest.raises(PackageError) as by_duckdb:
        on_duckdb(*files, **how)
    assert by_spark.value.findings == by_duckdb.value.findings
    return by_spark.value.findings


def alike(counts: tuple[Counts, Counts]) -> bool:
    theirs, ours = counts
    tables = ("citizens", "contacts", "stays", "people", "coverage", "left_out")
    for table in tables:
        assert getattr(theirs, table).equals(getattr(ours, table)), table
    assert (theirs.rows, theirs.persons) == (ours.rows, ours.persons)
    assert theirs.findings == ours.findings
    return True


@pytest.mark.spark
def test_spark_counts_as_duckdb_does(spark: Any, generated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "contacts"
    (folder / "more").mkdir(parents=True)
    shutil.copy(generated, folder / "generated.parquet")
    write(folder / "edges.parquet", edges())
    write(folder / "more" / "nights.parquet", nights())
    assert alike(both(spark, folder))
    assert alike(both(spark, folder, whole_years=True))
    assert alike(both(spark, folder, years=[2025]))


@pytest.mark.spark
@settings(max_examples=5, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=25))
def test_spark_counts_any_rows_as_duckdb_does(
    spark: Any, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    path = write(tmp_path_factory.mktemp("any") / "contacts.parquet", rows)
    assert alike(both(spark, path))


@pytest.mark.spark
def test_spark_reads_times_with_a_zone_as_duckdb_does(spark: Any, tmp_path: Path) -> None:
    path = tmp_path / "zoned.parquet"
    frame = pl.DataFrame([*edges(), *nights()[:5]], schema=SCHEMA).with_row_index("contact")
    ordered = frame.filter(pl.col("end_time").is_null() | (pl.col("end_time") >= NOON))
    zoned = pl.col("start_time", "end_time").dt.replace_time_zone("UTC")
    ordered.with_columns(zoned).filter(
        pl.col("end_time").is_null() | (pl.col("end_time") >= pl.col("start_time"))
    ).write_parquet(path)
    assert alike(both(spark, path))


@pytest.mark.spark
def test_spark_refuses_the_same_rows(spark: Any, tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    bad = [contact(sex="K"), contact(municipality="9999"), contact(end_time=NOON - hours(1))]
    write(folder / "a b.parquet", [*bad, contact()])
    write(folder / "good.parquet", [contact(), contact()], numbered=False)
    found = refused_by_both(spark, folder)
    assert {finding.file for finding in found} == {"a b.parquet", "good.parquet"}
    assert "there already" in str(found[-1])
    refused_by_both(spark, folder, leave_out=["faulty"])
    refused_by_both(spark, folder, leave_out=["duplicates"])
    assert alike(both(spark, folder, leave_out=["faulty", "duplicates"]))


@pytest.mark.spark
def test_spark_refuses_the_same_pseudonyms(spark: Any, tmp_path: Path) -> None:
    def folder(name: str, *persons: Any) -> Path:
        there = tmp_path / name
        there.mkdir()
        for n, person in enumerate(persons):
            frame = pl.DataFrame([contact()], schema=SCHEMA)
            frame = frame.with_columns(pl.Series("person", [person]))
            frame.write_parquet(there / f"{n}.parquet")
        return there

    assert len(refused_by_both(spark, folder("types", 42, "0042"))) == 1
    assert len(refused_by_both(spark, folder("zeros", "42", "0042", "43"))) == 2
    assert len(refused_by_both(spark, folder("spaces", " ", "AB-42", "ab42"))) == 1
    assert len(refused_by_both(spark, folder("signs", "AB-42", "ab42", "Ø", " Ø"))) == 4


@pytest.mark.spark
def test_spark_reads_by_the_same_mapping(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text(LPR3, encoding="utf-8")
    names = read_names(tmp_path / "names.toml")
    rows = [
        lpr3(),
        lpr3(patient_id="a2", koen="M", bopaelskommune="Aarhus Kommune", prioritet="ATA3"),
        lpr3(patient_id="a3", register="SSR80", dato_slut=None, tidspunkt_slut=None),
    ]
    path = tmp_path / "lpr3.parquet"
    pl.DataFrame(rows).write_parquet(path)
    assert alike(both(spark, path, names=names))
    wrong = [lpr3(koen="U"), lpr3(tidspunkt_slut="24:00"), lpr3(dato_slut=None), lpr3()]
    wrong += [lpr3(prioritet="ATA2"), lpr3(tidspunkt_start="8:00"), lpr3(bopaelskommune="x")]
    pl.DataFrame([*rows[1:], *wrong]).write_parquet(path)
    assert len(refused_by_both(spark, path, names=names)) == 5
    assert alike(both(spark, path, names=names, leave_out=["faulty"]))


@pytest.mark.spark
def test_what_is_no_parquet_is_told(spark: Any, tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    path.write_text("person;municipality")
    with pytest.raises(PackageError, match="cannot be read as Parquet"):
        count(SparkEngine(spark, str(path)))


def test_without_pyspark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ContactsError, match=r"klyngeblik\[spark\]"), session("local[1]"):
        pass


class Refusing:
    """Builds no session, whatever it is told."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_: self

    def getOrCreate(self) -> None:
        raise RuntimeError("unsupported PySpark version: 4.3.0\nand a trace")


@pytest.mark.parametrize(("master", "java"), [("local[1]", True), ("sc://localhost:1", False)])
def test_java_is_asked_for_only_where_pyspark_would_start_it(
    monkeypatch: pytest.MonkeyPatch, master: str, java: bool
) -> None:
    pyspark = SimpleNamespace(SparkSession=SimpleNamespace(builder=Refusing()))
    monkeypatch.setitem(sys.modules, "pyspark.sql", pyspark)
    monkeypatch.setattr("etl.registers.spark_engine._answers", lambda _: None)
    with pytest.raises(ContactsError, match="unsupported PySpark version") as told, session(master):
        pass
    assert ("needs Java" in str(told.value)) is java


def test_a_server_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(ContactsError, match="No Spark Connect server answers"):
        session("sc://localhost:1").__enter__()
