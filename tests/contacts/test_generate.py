"""Made-up rows: the same from the same seed, like a country, and marked for good."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from etl.ingest.readers import read_package
from etl.registers import ContactsError, generate, run
from tests.contacts.making import on_duckdb


def test_the_same_seed_gives_the_same_rows(tmp_path: Path, raw_dir: Path) -> None:
    frames = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate(tmp_path / name, 2_500, raw_dir, seed=seed)
        frames.append(pl.read_parquet(tmp_path / name))
    assert frames[0].equals(frames[1])
    assert not frames[0].equals(frames[2])
    assert frames[0].height == 2_500


def test_they_look_like_a_country(generated: Path) -> None:
    rows = pl.read_parquet(generated)
    assert rows["start_time"].dt.year().unique().sort().to_list() == [2024, 2025]
    per_person = rows.filter(pl.col("start_time").dt.year() == 2025).group_by("person").len()
    assert per_person["len"].max() > per_person["len"].median()  # some have many contacts
    assert rows.group_by("person").agg(pl.col("birth_date", "sex").n_unique()).max().row(0)[1:] == (
        1,
        1,
    )
    moved = rows.group_by("person").agg(pl.col("municipality").n_unique())["municipality"]
    assert 0 < (moved > 1).mean() < 0.1
    stays = on_duckdb(generated).stays.sum()
    attended = rows.filter(pl.col("sector") == "somatic_hospital").height
    assert 0 < stays["somatic_admissions"].item() < attended / 2
    assert stays["acute_readmissions"].item() > 0
    assert stays["avoidable_stays"].item() > 0


def test_only_the_municipalities_and_years_asked_for(tmp_path: Path, raw_dir: Path) -> None:
    path = tmp_path / "rows.parquet"
    generate(path, 1_000, raw_dir, years=(2019, 2021), municipalities=("0751",))
    rows = pl.read_parquet(path)
    assert rows["municipality"].unique().to_list() == ["0751"]
    assert set(rows["start_time"].dt.year()) == {2019, 2020, 2021}
    with pytest.raises(ContactsError, match="no municipality has the code 0750"):
        generate(path, 10, raw_dir, municipalities=("0750",))
    with pytest.raises(ContactsError, match="first one first"):
        generate(path, 10, raw_dir, years=(2021, 2019))


def test_a_package_of_made_up_rows_never_passes_for_a_real_one(
    generated: Path, tmp_path: Path
) -> None:
    made = run(str(generated), tmp_path).package
    assert made.name == "DEMO_Kontakter_2025.xlsx"
    package = read_package(made)
    assert package.info.is_demo
    assert package.info.title.startswith("DEMO")
    made.rename(tmp_path / "Kontakter_2025.xlsx")
    with pytest.raises(Exception, match="DEMO"):
        read_package(tmp_path / "Kontakter_2025.xlsx")
