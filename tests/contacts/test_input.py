"""Rows that cannot be used are refused with file, column, what and how to mend; never quoted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.registers import schema
from tests.contacts.making import (
    NOON,
    SCHEMA,
    attendance,
    citizens_of,
    contact,
    counted,
    on_duckdb,
    write,
)


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
    good = write(tmp_path / "good.parquet", [contact(person=2)])
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
        ("start_time", pl.Time(), "is times of day, not timestamps"),
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
    frame = pl.DataFrame([attendance(NOON, 13)] * 2, schema=SCHEMA).with_row_index("contact")
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
    assert counted(tmp_path, rows).citizens["citizens_all"].to_list() == [1]


def test_repeated_rows_are_refused_with_their_number(tmp_path: Path) -> None:
    a = write(tmp_path / "a.parquet", [contact(), contact(person=2)], numbered=False)
    b = write(tmp_path / "b.parquet", [contact(), contact(), contact(person=3)], numbered=False)
    [finding] = refused(a, b)
    assert finding.file == "b.parquet"
    assert "2 rows are there already" in str(finding)
    assert "--leave-out duplicates" in finding.mend_en


def test_contacts_with_numbers_of_their_own_are_no_repeats(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [contact(), contact()], numbered=True)
    assert citizens_of(on_duckdb(path), "contacts_general_practice") == {"0101": 2}


def test_repeats_are_left_out_on_demand(tmp_path: Path) -> None:
    rows = [contact(), contact(person=2), contact(), attendance(NOON, 1)]
    paths = [write(tmp_path / f"{name}.parquet", rows, numbered=False) for name in "ab"]
    counts = on_duckdb(*paths, leave_out=["duplicates"])
    assert citizens_of(counts, "contacts_general_practice") == {"0101": 2}
    assert citizens_of(counts, "contacts_somatic_hospital") == {"0101": 1}
    assert counts.left_out.rows() == [
        ("a.parquet", 3, "repeated"),
        *(("b.parquet", row, "repeated") for row in (1, 2, 3, 4)),
    ]


def test_faulty_rows_are_left_out_on_demand_with_file_row_and_fault(tmp_path: Path) -> None:
    late = contact(sex="K", birth_date=dt.date(2030, 1, 1))
    a = write(tmp_path / "a.parquet", [contact(), late])
    b = write(tmp_path / "b.parquet", [contact(municipality="0411"), contact(person=2)])
    counts = on_duckdb(a, b, leave_out=["faulty"])
    assert citizens_of(counts) == {"0101": 2}
    assert counts.rows == 4
    assert counts.left_out.rows() == [
        ("a.parquet", 2, "birth_date_late"),
        ("a.parquet", 2, "sex_unknown"),
        ("b.parquet", 1, "municipality_unknown"),
    ]


def test_what_was_not_asked_for_is_not_left_out(tmp_path: Path) -> None:
    faulty = write(tmp_path / "a.parquet", [contact(), contact(sex="K")])
    with pytest.raises(PackageError, match="another sex"):
        on_duckdb(faulty, leave_out=["duplicates"])
    repeated = write(tmp_path / "b.parquet", [contact()] * 2, numbered=False)
    with pytest.raises(PackageError, match="there already"):
        on_duckdb(repeated, leave_out=["faulty"])
    with pytest.raises(PackageError, match="Every row was left out"):
        on_duckdb(write(tmp_path / "c.parquet", [contact(sex="K")]), leave_out=["faulty"])


def written(tmp_path: Path, *persons: Any) -> list[Path]:
    """A file for each person, as their pseudonym is written."""
    paths = []
    for n, person in enumerate(persons):
        path = tmp_path / f"{n}.parquet"
        frame = pl.DataFrame([contact()], schema=SCHEMA)
        frame.with_columns(pl.Series("person", [person])).write_parquet(path)
        paths.append(path)
    return paths


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("42424242", "0042424242"),
        ("42424242", "42424242.0"),
        ("42424242", " 42424242"),
        ("4242-4242", "42424242"),
        ("00ab42-ffff", "AB42FFFF"),
        ("Anna-42", "Anna-42 "),
    ],
)
def test_a_pseudonym_written_in_two_ways_is_told_and_not_quoted(
    tmp_path: Path, one: str, other: str
) -> None:
    found = refused(*written(tmp_path, one, other, "someone else"))
    assert [(f.file, f.column) for f in found] == [
        ("0.parquet", "person"),
        ("1.parquet", "person"),
    ]
    assert "also written another way" in str(found[0])
    assert "1.parquet" in str(found[0])
    told = " ".join(f.told(language) for f in found for language in ("da", "en"))
    assert "42" not in told


def test_pseudonyms_that_differ_in_more_are_different_people(tmp_path: Path) -> None:
    paths = written(tmp_path, "420", "42", "4.2", "x42", "X42", "0x42")
    assert citizens_of(on_duckdb(*paths)) == {"0101": 6}


def test_a_pseudonym_that_is_a_number_here_and_text_there_is_told(tmp_path: Path) -> None:
    [finding] = refused(*written(tmp_path, 4242, "004242"))
    assert (finding.file, finding.column) == ("1.parquet", "person")
    assert "text here and whole numbers in 0.parquet" in str(finding)
    assert "4242" not in str(finding)


def test_an_empty_pseudonym_is_nobody(tmp_path: Path) -> None:
    [finding] = refused(*written(tmp_path, " ", "a"))
    assert (finding.file, finding.column) == ("0.parquet", "person")
    assert "have no person" in str(finding)


def test_codes_that_may_be_about_persons_are_not_told(tmp_path: Path) -> None:
    rows = [contact(municipality="0101501234"), contact(sex="Anna Jensen Hansen")]
    told = " ".join(map(str, refused(write(tmp_path / "bad.parquet", rows))))
    assert "0101501234" not in told
    assert "Anna" not in told
    assert "may be about persons" in told


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    paths = []
    for folder, row in (("2023", contact()), ("2024", contact(sex="K"))):
        (tmp_path / folder).mkdir()
        paths.append(write(tmp_path / folder / "part.parquet", [row]))
    assert [finding.file for finding in refused(*paths)] == ["2024/part.parquet"]


@pytest.mark.parametrize("born", [dt.date(1, 1, 1), dt.date(1900, 1, 1), dt.date(1904, 3, 1)])
def test_who_is_120_years_old_is_a_fault_and_may_be_left_out(tmp_path: Path, born: dt.date) -> None:
    rows = [contact(birth_date=born), contact(person=2, birth_date=dt.date(1904, 3, 2))]
    path = write(tmp_path / "bad.parquet", rows)
    [finding] = refused(path)
    assert (finding.column, finding.what_en[:6]) == ("birth_date", "1 rows")
    assert "120 years or more" in str(finding)
    counts = on_duckdb(path, leave_out=["faulty"])
    assert citizens_of(counts) == {"0101": 1}
    assert counts.left_out.rows() == [("bad.parquet", 1, "birth_date_old")]


@pytest.mark.parametrize(
    ("sector", "end", "fault"),
    [
        ("somatic_hospital", dt.datetime(9999, 12, 31, 23, 59, 59), True),
        ("somatic_hospital", dt.datetime(2026, 3, 1, 12, 0, 1), True),
        ("somatic_hospital", dt.datetime(2026, 3, 1, 12), False),
        # What a municipality gives may go on for years.
        ("municipal_health", dt.datetime(2031, 1, 1), False),
        ("municipal_health", dt.datetime(2099, 12, 31), True),
    ],
)
def test_an_end_that_is_far_off_is_a_fault(
    tmp_path: Path, sector: str, end: dt.datetime, fault: bool
) -> None:
    path = write(tmp_path / "a.parquet", [contact(person=2), contact(sector=sector, end_time=end)])
    counts = on_duckdb(path, leave_out=["faulty"])
    assert counts.left_out.rows() == ([("a.parquet", 2, "end_time_late")] if fault else [])
    if fault:
        [finding] = refused(path)
        assert finding.column == "end_time"
        assert "end long after they started" in str(finding)


def test_a_contact_of_two_loads_is_a_repeat(tmp_path: Path) -> None:
    rows = pl.DataFrame([contact(), contact(), contact(person=2)], schema=SCHEMA)
    path = tmp_path / "a.parquet"
    rows.with_columns(load=pl.Series(["may", "june", "june"])).write_parquet(path)
    assert "1 rows are there already" in str(*refused(path))
    counts = on_duckdb(path, leave_out=["duplicates"])
    assert citizens_of(counts, "contacts_general_practice") == {"0101": 2}


def test_contacts_that_came_again_with_new_numbers_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [contact(), contact(), contact(person=2)])
    [finding] = on_duckdb(path).findings
    assert finding.severity == "warning"
    assert "1 rows have the same value as another row" in finding.what_en
    # One in a thousand may be chance.
    path = write(tmp_path / "b.parquet", [contact(person=max(1, n)) for n in range(1001)])
    assert on_duckdb(path).findings == []
