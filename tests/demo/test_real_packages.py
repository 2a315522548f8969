"""The shipped real packages hold exactly the figures they were carried from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

CONTROL = Path(__file__).with_name("control_totals.csv")
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


def shipped(raw_dir: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(raw_dir / name, separator=";", infer_schema=False).with_columns(
        code="0" + pl.col("OMRÅDE"),
        value=pl.col("INDHOLD").replace("..", None).str.replace(",", ".").cast(pl.Float64),
    )


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


@pytest.mark.parametrize("name", REAL)
def test_figures_are_those_of_the_source(raw_dir: Path, name: str) -> None:
    """Held against totals made from the tables the figures were carried from.

    For each age or indicator and each period: how many municipalities have a figure, and the sum of
    the figures, plain and times the municipality's code, so that two that change places are seen.
    """
    expected = pl.read_csv(CONTROL, schema_overrides={"what": pl.String, "period": pl.String})
    table = shipped(raw_dir, name).drop_nulls("value")
    what = next((column for column in ("ALDER", "INDIKATOR") if column in table.columns), None)
    ten_thousandths = (pl.col("value") * 10_000).round().cast(pl.Int64)
    ours = table.group_by(
        what=pl.col(what) if what else pl.lit(""), period="TID", maintain_order=True
    ).agg(
        municipalities=pl.len().cast(pl.Int64),
        ten_thousandths=ten_thousandths.sum(),
        by_code=(ten_thousandths * pl.col("code").cast(pl.Int64)).sum(),
    )
    stated = expected.filter(file=name).drop("file").with_columns(pl.col("what").fill_null(""))
    assert stated.height > 0
    assert_frame_equal(ours, stated, check_row_order=False)


def test_every_shipped_file_is_listed(raw_dir: Path) -> None:
    listed = (raw_dir / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in raw_dir.iterdir() if path.suffix in (".csv", ".xlsx")]
    assert [name for name in files if f"`{name}`" not in listed] == []
