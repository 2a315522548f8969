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

import pytest

from etl.contacts import ContactsError
from etl.contacts.definitions import count
from etl.contacts.spark_engine import SparkEngine, session
from etl.findings import PackageError
from tests.contacts.making import NOON, attendance, contact, hours, on_duckdb, write


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


@pytest.mark.spark
def test_spark_counts_as_duckdb_does(spark: Any, generated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "contacts"
    folder.mkdir()
    shutil.copy(generated, folder / "generated.parquet")
    write(folder / "edges.parquet", edges())
    theirs = count(SparkEngine(spark, str(folder)))
    ours = on_duckdb(*sorted(folder.iterdir()))
    assert theirs.citizens.equals(ours.citizens)
    assert theirs.stays.equals(ours.stays)


@pytest.mark.spark
def test_spark_refuses_the_same_rows(spark: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.parquet", [contact(sex="K"), contact()])
    with pytest.raises(PackageError) as by_spark:
        count(SparkEngine(spark, str(path)))
    with pytest.raises(PackageError) as by_duckdb:
        on_duckdb(path)
    assert by_spark.value.findings == by_duckdb.value.findings


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
    monkeypatch.setattr("etl.contacts.spark_engine._answers", lambda _: None)
    with pytest.raises(ContactsError, match="unsupported PySpark version") as told, session(master):
        pass
    assert ("needs Java" in str(told.value)) is java


def test_a_server_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(ContactsError, match="No Spark Connect server answers"):
        session("sc://localhost:1").__enter__()
