"""A mapping file says what a region's own files call columns and codes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.registers.definitions import Counts
from etl.registers.mapping import read_names
from tests.contacts.making import citizens_of, contact, on_duckdb, stays_of, write

#: As LPR3 names things; docs/contacts.md shows it.
LPR3 = """
[columns]
person = "patient_id"
municipality = "bopaelskommune"
birth_date = "foedselsdato"
sex = "koen"
sector = "register"
start_time = ["dato_start", "tidspunkt_start"]
end_time = ["dato_slut", "tidspunkt_slut"]
acute = "prioritet"
diagnosis_group = "aktionsdiagnose"

[values.sex]
K = "female"
M = "male"

[values.sector]
"LPR_S" = "somatic_hospital"
"SSR*" = "other_practice"
"SSR80" = "general_practice"

[values.acute]
ATA1 = true
ATA3 = false

[values.diagnosis_group]
"DS72*" = "fractures"
"DE86*" = "dehydration"
"""


def lpr3(**changes: Any) -> dict[str, Any]:
    """A stay of 13 hours with a broken hip, as LPR3 writes it."""
    return {
        "patient_id": "a1",
        "bopaelskommune": "101",
        "foedselsdato": dt.date(1950, 5, 5),
        "koen": "K",
        "register": "LPR_S",
        "dato_start": dt.date(2024, 3, 1),
        "tidspunkt_start": "12:00:00",
        "dato_slut": dt.date(2024, 3, 2),
        "tidspunkt_slut": "01:00:00",
        "prioritet": "ATA1",
        "aktionsdiagnose": "DS720",
    } | changes


def mapped(tmp_path: Path, rows: list[dict[str, Any]], names: str = LPR3) -> Counts:
    (tmp_path / "names.toml").write_text(names, encoding="utf-8")
    pl.DataFrame(rows).with_row_index("kontakt_id").write_parquet(tmp_path / "lpr3.parquet")
    return on_duckdb(tmp_path / "lpr3.parquet", names=read_names(tmp_path / "names.toml"))


def refused(tmp_path: Path, rows: list[dict[str, Any]], names: str = LPR3) -> list[Finding]:
    with pytest.raises(PackageError) as caught:
        mapped(tmp_path, rows, names)
    return list(caught.value.findings)


def test_rows_are_read_by_other_names_and_codes(tmp_path: Path) -> None:
    rows = [
        lpr3(),
        lpr3(patient_id="a2", koen="M", bopaelskommune="Aarhus Kommune", prioritet="ATA3"),
        lpr3(patient_id="a2", register="SSR80", dato_start=dt.date(2024, 4, 1), dato_slut=None)
        | {"tidspunkt_slut": None},
        lpr3(patient_id="a3", register="SSR62", bopaelskommune="0147", aktionsdiagnose=None),
    ]
    counts = mapped(tmp_path, rows)
    assert citizens_of(counts) == {"0101": 1, "0147": 1, "0751": 1}
    assert counts.citizens.filter(sex="male")["citizens_all"].sum() == 1
    assert citizens_of(counts, "contacts_general_practice") == {"0101": 1}
    assert citizens_of(counts, "contacts_other_practice") == {"0147": 1}
    assert stays_of(counts) == {
        "avoidable_stays": 1,
        "somatic_admissions": 2,
        "acute_readmissions": 0,
    }


def test_numbers_and_text_are_read_where_a_mapping_says_what_they_mean(tmp_path: Path) -> None:
    names = """
    [columns]
    birth_date = "born"
    [values.sex]
    1 = "male"
    2 = "female"
    [values.acute]
    1 = true
    0 = false
    [values.municipality]
    "HOME" = "Odense"
    """
    row = contact(
        sector="somatic_hospital",
        municipality="HOME",
        sex=2,
        acute=1,
        born="1950-05-05",
        start_time="2024-03-01 12:00",
        end_time="2024-03-02T00:00:00",
        diagnosis_group="other",
    )
    del row["birth_date"]
    counts = mapped(tmp_path, [row, row | {"municipality": "851"}], names)
    assert citizens_of(counts, "contacts_somatic_hospital") == {"0461": 1, "0851": 1}
    assert counts.citizens["sex"].to_list() == ["female"]
    assert counts.citizens["age"].to_list() == ["65-79"]
    assert stays_of(counts)["somatic_admissions"] == 1


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        ({"koen": "U"}, "sex", "another sex than female or male: 'U'"),
        ({"register": "LPR_P"}, "sector", "unknown sector: 'LPR_P'"),
        ({"prioritet": "ATA2"}, "acute", "a code for acute whose meaning"),
        ({"bopaelskommune": "Aahus"}, "municipality", "'Aahus'"),
        ({"bopaelskommune": "Christiansø"}, "municipality", "Christiansø (0411)"),
        ({"tidspunkt_start": "25:00"}, "start_time", "a start that is no date and time"),
        ({"tidspunkt_start": None}, "start_time", "a start that is no date and time"),
        ({"tidspunkt_slut": "kl. 8"}, "end_time", "an end that is no date and time"),
        ({"dato_slut": None}, "end_time", "an end that is no date and time"),
        ({"prioritet": None}, "acute", "do not say whether they are acute"),
    ],
)
def test_a_code_or_text_that_means_nothing_is_told(
    tmp_path: Path, change: dict[str, Any], column: str, what: str
) -> None:
    [finding] = refused(tmp_path, [lpr3(), lpr3(**change)])
    assert (finding.severity, finding.file, finding.column) == ("error", "lpr3.parquet", column)
    assert what in str(finding)
    assert "1 rows" in finding.what_en


def test_a_name_that_no_column_has_is_told_with_those_like_it(tmp_path: Path) -> None:
    [finding] = refused(tmp_path, [lpr3()], LPR3.replace('"patient_id"', '"patientid"'))
    assert finding.column == "patientid"
    assert "There are: patient_id" in finding.what_en


def test_a_code_that_no_row_has_is_told(tmp_path: Path) -> None:
    counts = mapped(tmp_path, [lpr3()])
    told = {finding.column: finding.what_en for finding in counts.findings}
    assert told["values.sex"] == "No row has the code 'M'."
    assert "'DE86*'" in told["values.diagnosis_group"]
    assert {finding.severity for finding in counts.findings} == {"warning"}


@pytest.mark.parametrize(
    ("names", "column", "what"),
    [
        ("[colums]", "colums", "Did you mean columns"),
        ('[columns]\npersn = "id"', "columns.persn", "Did you mean person"),
        ("[columns]\nperson = 7", "columns.person", "not the name of a column"),
        ('[columns]\nperson = ["a", "b"]', "columns.person", "not the name of a column"),
        ('[columns]\nstart_time = ["a", "b", "c"]', "columns.start_time", "date and time of day"),
        ("columns = 7", "columns", "is no table"),
        ('[columns]\nsex = "a"\nsector = "a"', "columns.sex", "another is read from too"),
        ('[values.sx]\nK = "female"', "values.sx", "Did you mean sex"),
        ('[values]\nsex = "female"', "values.sex", "is no table"),
        ('[values.sex]\nK = "femal"', "values.sex.K", "Write one of female, male"),
        ("[values.sex]\nK = 1", "values.sex.K", "Write one of female, male"),
        ('[values.acute]\nA = "yes"', "values.acute.A", "Write one of true, false"),
        ('[values.diagnosis_group]\n"DS*" = "fracture"', "values.diagnosis_group.DS*", "fractures"),
        ('[values.municipality]\nx = "Aahus"', "values.municipality.x", "is no municipality"),
        ("[values.sex", None, "cannot be read"),
    ],
)
def test_a_mistake_in_the_mapping_file_is_told_with_its_field(
    tmp_path: Path, names: str, column: str | None, what: str
) -> None:
    found = refused(tmp_path, [lpr3()], names)
    assert found[0].file == "names.toml"
    assert found[0].column == column
    assert what in str(found[0])


def test_without_a_mapping_file_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"female or male: 'K'"):
        on_duckdb(write(tmp_path / "rows.parquet", [contact(sex="K")]))
    with pytest.raises(PackageError, match="'101'"):
        on_duckdb(write(tmp_path / "rows.parquet", [contact(municipality="101")]))


def test_quotes_and_backslashes_in_codes_and_names_are_theirs(tmp_path: Path) -> None:
    names = r"""
    [columns]
    sex = 'k"ø`n'
    [values.sex]
    "K'" = "female"
    'M\' = "male"
    """
    rows = []
    for person, label in ((1, "K'"), (2, "M\\")):
        row = contact(person=person) | {'k"ø`n': label}
        del row["sex"]
        rows.append(row)
    frame = pl.DataFrame(rows).with_columns(pl.col("end_time").cast(pl.Datetime("us")))
    frame = frame.with_columns(pl.col("diagnosis_group").cast(pl.String))
    frame.write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "names.toml").write_text(names, encoding="utf-8")
    counts = on_duckdb(tmp_path / "rows.parquet", names=read_names(tmp_path / "names.toml"))
    assert sorted(counts.citizens["sex"].to_list()) == ["female", "male"]
