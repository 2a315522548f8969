"""Rows that cannot be used are refused with file, column, what and how to mend; never quoted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.contacts import schema
from etl.findings import Finding, PackageError
from tests.contacts.making import NOON, SCHEMA, attendance, contact, counted, on_duckdb, write


def refused(*files: Path) -> tuple[Finding, ...]:
    with pytest.raises(PackageError) as caught:
        on_duckdb(*files)
    return caught.value.findings


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (contact(person=None), "person", "have no person"),
        (contact(municipality=None), "municipality", "have no municipality"),
        (contact(birth_date=None), "birth_date", "have no birth date"),
        (contact(start_time=None), "start_time", "have no start"),
        (contact(birth_date=dt.date(2024, 3, 2)), "birth_date", "before the person is born"),
        (contact(end_time=NOON - dt.timedelta(seconds=1)), "end_time", "end before they start"),
        (contact(sex="K"), "sex", "another sex than female or male"),
        (contact(sex=None), "sex", "another sex than female or male"),
        (contact(sector="gp"), "sector", "unknown sector"),
        (contact(sector=None), "sector", "unknown sector"),
        (attendance(NOON, 1, acute=None), "acute", "do not say whether they are acute"),
        (contact(municipality="9999"), "municipality", "No municipality has the code '9999'"),
        (contact(municipality="0411"), "municipality", r"Christiansø (0411)"),
    ],
)
def test_a_fault_is_told_with_its_file_and_column(
    tmp_path: Path, row: dict[str, Any], column: str, what: str
) -> None:
    good = write(tmp_path / "good.parquet", [contact()])
    bad = write(tmp_path / "bad.parquet", [contact(), row])
    [finding] = refused(good, bad)
    assert (finding.severity, finding.file, finding.column) == ("error", "bad.parquet", column)
    assert what in str(finding)
    assert finding.mend_en
    assert finding.mend_da


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.parquet", [contact(sex="K"), contact(sector="gp"), contact()])
    assert [finding.column for finding in refused(path)] == ["sex", "sector"]


def test_no_finding_quotes_a_person(tmp_path: Path) -> None:
    secret = 4242424242
    row = contact(person=secret, birth_date=dt.date(2031, 7, 7), sex="K", end_time=NOON)
    path = write(tmp_path / "bad.parquet", [row])
    told = " ".join(
        finding.told(language) for finding in refused(path) for language in ("da", "en")
    )
    assert str(secret) not in told
    assert "2031" not in told


@pytest.mark.parametrize("column", list(schema.COLUMNS))
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    path = tmp_path / "contacts.parquet"
    pl.DataFrame([contact()], schema=SCHEMA).drop(column).write_parquet(path)
    [finding] = refused(path)
    assert finding.column == column
    assert f"The column {column} is missing" in str(finding)


@pytest.mark.parametrize(
    ("column", "dtype", "what"),
    [
        ("municipality", pl.Int32(), "with the zero in front: 0101"),
        ("birth_date", pl.String(), "is text, not dates"),
        ("person", pl.Float64(), "not text or whole numbers"),
        ("start_time", pl.Datetime("us", "UTC"), "without a time zone"),
        ("acute", pl.Int8(), "not true or false"),
    ],
)
def test_a_column_of_another_type_is_told(
    tmp_path: Path, column: str, dtype: pl.DataType, what: str
) -> None:
    path = tmp_path / "contacts.parquet"
    frame = pl.DataFrame([contact()], schema=SCHEMA).with_columns(pl.col(column).cast(dtype))
    frame.write_parquet(path)
    [finding] = refused(path)
    assert finding.column == column
    assert what in str(finding)


def test_what_pandas_or_polars_write_is_read(tmp_path: Path) -> None:
    frame = pl.DataFrame([attendance(NOON, 13)] * 2, schema=SCHEMA)
    text = frame.with_columns(pl.col("person").cast(pl.String), pl.lit("x").alias("hospital"))
    in_nanoseconds = frame.with_columns(pl.col("start_time", "end_time").cast(pl.Datetime("ns")))
    coded = frame.with_columns(pl.col("sex", "sector", "municipality").cast(pl.Categorical()))
    for n, variant in enumerate((text, in_nanoseconds, coded)):
        path = tmp_path / f"{n}.parquet"
        variant.write_parquet(path)
        assert on_duckdb(path).stays["somatic_admissions"].to_list() == [1]


def test_no_rows_and_no_parquet_are_told(tmp_path: Path) -> None:
    assert "no rows" in str(refused(write(tmp_path / "none.parquet", []))[0])
    text = tmp_path / "text.parquet"
    text.write_text("person;municipality")
    assert "cannot be read as Parquet" in str(refused(text)[0])


def test_who_has_two_birth_dates_or_sexes_counts_once(tmp_path: Path) -> None:
    rows = [contact(), contact(sex="male", birth_date=dt.date(1990, 1, 1))]
    counts = counted(tmp_path, rows).citizens.filter(pl.col("level") == "country")
    assert counts["citizens_all"].to_list() == [1]
