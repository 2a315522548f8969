"""From rows to a warehouse: everything is published but what few people are behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import geo
import warehouse
from etl.disclosure.suppression import audit
from etl.disclosure.suppression.known import events_known, sums_known
from etl.indicators.definition import load_indicators
from etl.ingest.readers import read_package
from etl.layouts import load_layouts
from etl.publish.build import build
from etl.registers import generate, run

_KEY = ["area_id", "period", "sex", "age", "sector"]
_MEASURE = {
    "contact_share": "citizens_with_contact",
    "contacts_per_1000": "contacts",
    "met_one_sector_share": "citizens_one_sector",
    "met_two_sectors_share": "citizens_two_sectors",
    "met_three_sectors_share": "citizens_three_sectors",
    "avoidable_hospital_stays": "avoidable_stays",
    "acute_readmission_share": "acute_readmissions",
}


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, raw_dir: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the true observations, and the measures as published."""
    folder = tmp_path_factory.mktemp("published")
    register = geo.municipalities().filter(pl.col("region_2007") == "reg07-nordjylland")
    rows = folder / "rows.parquet"
    generate(rows, 400_000, raw_dir, municipalities=tuple(register["municipality_id"]))
    [folk1a] = raw_dir.glob("FOLK1A_*.csv")
    raw = folder / "raw"
    raw.mkdir()
    shutil.copy(folk1a, raw)
    made = run(str(rows), raw, population=folk1a).package
    build(raw, folder / "warehouse.duckdb")
    with warehouse.connect(folder / "warehouse.duckdb") as wh:
        measures = wh.sql(
            "SELECT m.*, i.multiplier FROM measures m JOIN indicators i USING (indicator_id) "
            "WHERE package_id LIKE '%kontakter%'"
        )
    text = pl.col("sex", "age", "sector", "status", "indicator_id").cast(pl.String)
    return read_package(made).observations, measures.with_columns(text)


def true_and_shown(published: tuple[pl.DataFrame, pl.DataFrame], indicator: str) -> pl.DataFrame:
    observations, measures = published
    true = observations.filter(pl.col("measure") == _MEASURE[indicator]).rename({"value": "true"})
    crude = (pl.col("indicator_id") == indicator) & (pl.col("standardisation") == "crude")
    shown = measures.filter(crude).join(true.select(*_KEY, "true"), on=_KEY)
    assert shown.height
    return shown


@pytest.mark.parametrize("indicator", list(_MEASURE))
def test_no_small_count_is_shown_and_every_other_shown_is_true(
    published: tuple[pl.DataFrame, pl.DataFrame], indicator: str
) -> None:
    both = true_and_shown(published, indicator)
    small = both.filter(pl.col("true").is_between(1, 4))
    assert set(small["status"]) <= {"suppressed", "suppressed_secondary"}
    assert small["count"].null_count() == small.height == small["value"].null_count()
    ok = both.filter(pl.col("status") == "ok")
    assert ok.height
    assert (ok["count"] == ok["true"]).all()


def test_some_had_to_be_hidden(published: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert {"suppressed", "suppressed_secondary"} <= set(published[1]["status"])


def test_a_hidden_number_of_sectors_does_not_follow_from_the_others(
    published: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    measures = published[1].filter(
        pl.col("indicator_id").is_in(
            [
                "contact_share",
                *(f"met_{n}_share" for n in ("one_sector", "two_sectors", "three_sectors")),
            ]
        ),
        pl.col("sector") == "all",
        pl.col("standardisation") == "crude",
        pl.col("status") != "not_applicable",
    )
    hidden = measures.group_by("area_id", "period", "sex", "age").agg(
        pl.len(), (pl.col("status") != "ok").sum().alias("hidden")
    )
    # One alone would be what is left of the citizens with contact.
    assert hidden.filter(pl.col("len") == 4, pl.col("hidden") == 1).is_empty()
    assert (hidden["hidden"] > 1).any()


def test_nothing_hidden_can_be_worked_out_with_what_the_definitions_say(
    published: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    measures = published[1]
    layout = load_layouts().by_id["kontakter"]
    indicators = [i for i in load_indicators().values() if i.id in set(measures["indicator_id"])]
    sectors = measures["sector"].unique().to_list()
    known = sums_known(indicators, layout.sums, sectors, layout.series_sums(sectors))
    assert any(len(one) == 4 for one in known)  # one, two and three sectors, and any
    assert any(2 in one.values() for one in known)  # who meets two is in two of the three
    events = events_known(indicators, layout.events_of)
    assert events == {"contacts_per_1000": "contact_share"}
    leaks = audit(measures, geo.catchments_frame(), sums=known, events_of=events)
    assert leaks == [], [str(leak) for leak in leaks[:10]]


def test_made_up_numbers_are_marked(published: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert published[1]["is_demo"].all()
