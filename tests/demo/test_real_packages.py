"""The shipped real packages hold exactly the figures they were carried from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

REAL = {
    "FOLK1A_20260211.csv": 98 * 8 * 11,
    "FRKM126_20260601.csv": 98 * 2 * 4,
    "SYGP1_2024.csv": 98,
    "SBR01_2022.csv": 98,
    "SBR01_ophold_2025.csv": 98 * 9,
    "HJEMSYG_2025.csv": 98 * 10,
    "UND2_2025.csv": 98 * 11,
    "BU43_2025.csv": 98 * 11,
    "SKOLEFRAVAER_2025.csv": 98 * 6,
    "SUNDHEDSPROFIL_2025.csv": 98 * (7 * 5 + 2 * 2),
}
AGES = {
    "total": "IALT",
    "age_0_5": "0-5",
    "age_6_16": "6-16",
    "age_17_19": "17-19",
    "age_20_34": "20-34",
    "age_35_64": "35-64",
    "age_65_79": "65-79",
    "age_80_plus": "80-",
}
TREND_FILES = {
    "HJEMSYG_2025.csv": "home_nursing_recipients_per_1000",
    "SBR01_ophold_2025.csv": "hospital_stays_12h_per_100",
    "UND2_2025.csv": "child_notifications_per_1000",
    "BU43_2025.csv": "placed_or_preventive_measure_pct",
    "SKOLEFRAVAER_2025.csv": "pupils_high_absence_pct",
}


def shipped(raw_dir: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(raw_dir / name, separator=";", infer_schema=False).with_columns(
        code="0" + pl.col("OMRÅDE"),
        value=pl.col("INDHOLD").replace("..", None).str.replace(",", ".").cast(pl.Float64),
    )


def assert_same(ours: pl.DataFrame, source: pl.DataFrame, keys: list[str]) -> None:
    """Every number of either side stands on the other, and no more."""
    both = ours.drop_nulls("value").join(
        source.with_columns(expected=pl.col("expected").cast(pl.Float64)).drop_nulls("expected"),
        on=keys,
        how="full",
        coalesce=True,
    )
    wrong = both.filter(~pl.col("value").eq_missing(pl.col("expected")))
    assert wrong.is_empty(), wrong


@pytest.mark.parametrize("name", REAL)
def test_file_is_in_statbank_form_with_every_municipality(raw_dir: Path, name: str) -> None:
    raw = (raw_dir / name).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = shipped(raw_dir, name)
    assert table.height == REAL[name]
    assert table["OMRÅDE"].n_unique() == 98
    assert table["OMRÅDE"].str.len_chars().unique().to_list() == [3]
    assert table.select(pl.exclude("INDHOLD", "value")).is_duplicated().sum() == 0
    assert table.filter(pl.col("INDHOLD").str.strip_chars() == "").is_empty()


def test_known_national_totals_and_the_one_person_between_editions(raw_dir: Path) -> None:
    measured = shipped(raw_dir, "FOLK1A_20260211.csv").filter(TID="2026K1")
    projected = shipped(raw_dir, "FRKM126_20260601.csv").filter(TID="2026")
    assert measured.filter(ALDER="IALT")["value"].sum() == 6_025_511
    assert projected.filter(ALDER="80-")["value"].sum() == 360_631
    both = measured.join(projected, on=["code", "ALDER"], suffix="_projected")
    differing = both.filter(pl.col("value") != pl.col("value_projected"))
    columns = ["code", "ALDER", "value", "value_projected"]
    assert differing.select(columns).rows() == [("0671", "80-", 1683, 1682)]


def test_a_value_missing_in_the_source_is_not_zero(raw_dir: Path) -> None:
    laesoe = shipped(raw_dir, "UND2_2025.csv").filter(OMRÅDE="825", TID="2022")
    fanoe = shipped(raw_dir, "BU43_2025.csv").filter(OMRÅDE="563", TID="2023")
    assert laesoe["INDHOLD"].to_list() == fanoe["INDHOLD"].to_list() == [".."]


def test_population_equals_the_source(raw_dir: Path, facts: Path) -> None:
    source = (
        pl.read_csv(facts / "population-kommuner-2016-2026.csv", infer_schema=False)
        .unpivot(index=["kommune_code", "kommune_name", "year"], value_name="expected")
        .select(
            "expected",
            code="kommune_code",
            ALDER=pl.col("variable").replace_strict(AGES),
            TID=pl.col("year") + "K1",
        )
    )
    assert_same(shipped(raw_dir, "FOLK1A_20260211.csv"), source, ["code", "ALDER", "TID"])


def test_projection_equals_the_source(raw_dir: Path, facts: Path) -> None:
    columns = {
        f"{column}_{year}": (age, str(year))
        for column, age in (("a65_79", "65-79"), ("a80p", "80-"))
        for year in (2026, 2030, 2035, 2040)
    }
    wide = pl.read_csv(facts / "population-kommuner-2026-2040.csv", infer_schema=False)
    source = pl.concat(
        wide.select(code="kommunekode", expected=name).with_columns(
            ALDER=pl.lit(age), TID=pl.lit(year)
        )
        for name, (age, year) in columns.items()
    )
    assert_same(shipped(raw_dir, "FRKM126_20260601.csv"), source, ["code", "ALDER", "TID"])


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("SYGP1_2024.csv", "gp_contact_share_pct_2024"),
        ("SBR01_2022.csv", "hospital_stay_share_pct_2022"),
    ],
)
def test_sector_shares_equal_the_source(raw_dir: Path, facts: Path, name: str, column: str) -> None:
    source = pl.read_csv(facts / "sektorer-kommuner.csv", infer_schema=False)
    assert_same(
        shipped(raw_dir, name),
        source.select(code="kommune_code", expected=column, TID=pl.lit(column[-4:])),
        ["code", "TID"],
    )


@pytest.mark.parametrize("name", TREND_FILES)
def test_yearly_series_equal_the_source(raw_dir: Path, facts: Path, name: str) -> None:
    source = pl.read_csv(facts / "trend-kommuner.csv", infer_schema=False)
    assert_same(
        shipped(raw_dir, name),
        source.filter(indicator=TREND_FILES[name]).select(
            code="kommune_code", TID="year", expected="value"
        ),
        ["code", "TID"],
    )


def test_health_profile_equals_the_source(raw_dir: Path, facts: Path) -> None:
    source = (
        pl.read_csv(facts / "sundhedsprofil-kommuner-2010-2025.csv", infer_schema=False)
        .unpivot(index=["kommune_code", "kommune_name", "indicator"], value_name="expected")
        .select(
            "expected",
            code="kommune_code",
            INDIKATOR="indicator",
            TID=pl.col("variable").str.slice(-4),
        )
    )
    assert_same(shipped(raw_dir, "SUNDHEDSPROFIL_2025.csv"), source, ["code", "INDIKATOR", "TID"])


def test_every_shipped_file_is_listed(raw_dir: Path) -> None:
    listed = (raw_dir / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in raw_dir.iterdir() if path.suffix in (".csv", ".xlsx")]
    assert [name for name in files if f"`{name}`" not in listed] == []
