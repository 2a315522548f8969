"""The bank's other tables: whole packages or none, only what is missing, and what they replace."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import warehouse
from etl.ingest.readers import read_package
from etl.layouts import load_layouts
from etl.publish.build import build
from etl.sources import Patience
from etl.sources.descriptions import load_descriptions
from etl.sources.figures import Failed, Figures
from etl.sources.staging import Fetched
from klyngeblik.cli import make_app
from tests.fetch.figures_bank import FiguresBank, people
from tests.fetch.server import Answer, Asked, Service, serving

#: Small tables, for what is true of any.
FEW = ("AED16", "MEDI1", "LABY07")


def short(bank: FiguresBank) -> FiguresBank:
    """Leave only the last years of each table."""
    for variables in bank.tables.values():
        variables["Tid"] = variables["Tid"][-6:]
    people = bank.tables["FOLK1B"]
    people["Tid"] = [(f"{y}K1", f"{y}K1") for y in range(2020, 2027)]
    bank.tables["FRKM126"]["Tid"] = [(str(y), str(y)) for y in range(2026, 2041)]
    return bank


@pytest.fixture
def bank(raw_dir: Path) -> FiguresBank:
    return short(FiguresBank(raw_dir))


@pytest.fixture
def statbank(bank: FiguresBank) -> Iterator[Service]:
    with serving(bank.answer) as service:
        yield service


def fetched(
    folder: Path, statbank: Service, patience: Patience, *tables: str
) -> dict[str, Fetched | Failed]:
    figures = Figures(folder, tables, base=statbank.base, patience=patience)
    names = [one.id for one in figures.descriptions]
    return dict(zip(names, figures.fetch(), strict=True))


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(folder: Path, start: str) -> pl.DataFrame:
    [file] = folder.glob(f"{start}*.csv")
    return pl.read_csv(file, separator=";", infer_schema=False)


def sent(statbank: Service) -> list[str]:
    """Return the tables whose cells were asked for."""
    return [asked.body["table"] for asked in statbank.asked if asked.body]


def test_every_description_names_a_package_that_a_layout_reads() -> None:
    layouts = load_layouts()
    for one in load_descriptions().values():
        known = layouts.recognise(f"{one.file}_20260415.csv")
        assert known is not None, one.id


def test_every_table_becomes_a_package_a_build_would_take(
    statbank: Service, folder: Path, patience: Patience
) -> None:
    found = fetched(folder, statbank, patience)
    assert [one for one in found.values() if isinstance(one, Failed)] == []
    assert len(listing(folder)) == len(load_descriptions()) == len(found)
    for file in folder.iterdir():
        assert file.name.endswith("_20260415.csv")
        package = read_package(file)
        assert package.observations.filter(area_level="municipality")["area_id"].n_unique() == 98


def test_codes_nobody_can_read_are_written_as_the_ages_and_sexes_they_mean(
    statbank: Service, folder: Path, patience: Patience
) -> None:
    fetched(folder, statbank, patience, "AED06", "FRKM1")
    helped = rows(folder, "AED06")
    assert {"IALT", "0-64", "65-66", "67-69", "67-", "90-"} <= set(helped["ALDER"])
    assert set(helped["KOEN"]) == {"TOT", "M", "K"}
    later = rows(folder, "FREMSKRIVNING")
    assert set(later["ALDER"]) == {*(f"{age}-{age + 4}" for age in range(0, 90, 5)), "90-"}
    assert set(later["TID"]) == {"2030", "2035", "2040"}


def test_single_years_are_summed_to_five_and_one_unknown_year_makes_its_five_unknown(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    bank.unknown.add(("FRKM126", "101", "42", "M", "2030"))
    fetched(folder, statbank, patience, "FRKM1")
    men = rows(folder, "FREMSKRIVNING").filter(KOMMUNEDK="101", TID="2030", **{"KØN": "M"})
    assert men.filter(INDHOLD="..")["ALDER"].to_list() == ["40-44"]
    five = sum(people(age, "M", 101 % 9, (2030 - 2006) // 5) for age in range(20, 25))
    assert men.filter(ALDER="20-24")["INDHOLD"].to_list() == [str(five)]


def test_asked_again_only_what_is_missing_or_changed_is_fetched(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    fetched(folder, statbank, patience, *FEW)
    (gone,) = folder.glob("MEDI1_*")
    gone.unlink()
    statbank.asked.clear()
    again = fetched(folder, statbank, patience, *FEW)
    assert sent(statbank) == ["MEDI1"]
    assert [one.is_new for one in again.values() if isinstance(one, Fetched)] == [
        False,
        True,
        False,
    ]
    bank.updated = "2027-03-01T08:00:00"
    newer = fetched(folder, statbank, patience, "LABY07")["laby07"]
    assert isinstance(newer, Fetched)
    assert (newer.file.name, newer.older) == (
        "LABY07_20270301.csv",
        (folder / "LABY07_20260415.csv",),
    )


def test_a_table_that_fails_stops_no_other_and_what_came_stays(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    del bank.tables["MEDI1"]
    found = fetched(folder, statbank, patience, *FEW)
    assert isinstance(found["medi1"], Failed)
    assert listing(folder) == ["AED16_ventedage_20260415.csv", "LABY07_20260415.csv"]


def test_an_answer_that_is_cut_off_is_asked_for_again(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    whole = statbank.answer
    cut: list[bool] = []

    def once(asked: Asked) -> Answer:
        made = whole(asked)
        if asked.body and not cut:
            cut.append(True)
            made.cut = True
        return made

    statbank.answer = once
    [found] = fetched(folder, statbank, patience, "AED16").values()
    assert isinstance(found, Fetched)
    assert (sent(statbank), cut) == (["AED16", "AED16"], [True])
    assert rows(folder, "AED16").height == 98 * 6


def test_a_service_that_is_down_leaves_the_folder_as_it_was(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    def down(asked: Asked) -> Answer:
        return Answer("", 503) if asked.body else bank.answer(asked)

    statbank.answer = down
    [found] = fetched(folder, statbank, patience, "AED16").values()
    assert isinstance(found, Failed)
    assert "503" in str(found.error)
    assert listing(folder) == []


def test_codes_the_bank_no_longer_has_are_named_before_anything_is_asked(
    statbank: Service, bank: FiguresBank, folder: Path, patience: Patience
) -> None:
    bank.tables["SYGP1"]["YDELSESART"] = [("120", "Ydelser i alt"), ("135", "Almen læge i alt")]
    bank.tables["MEDI1"]["MEDICINART"] = bank.tables["MEDI1"].pop("MEDICINTYPE")
    found = fetched(folder, statbank, patience, "SYGP1", "MEDI1")
    said = {name: str(one.error) for name, one in found.items() if isinstance(one, Failed)}
    assert "YDELSESART has not 130" in said["sygp1"]
    assert "no variable MEDICINTYPE" in said["medi1"]
    assert "MEDICINART has not a total" in said["medi1"]
    assert sent(statbank) == []


def test_a_table_too_large_for_one_answer_comes_in_parts(
    statbank: Service, bank: FiguresBank, folder: Path, tmp_path: Path, patience: Patience
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    fetched(whole, statbank, patience, "SBR01")
    bank.limit = 9_000
    fetched(folder, statbank, patience, "SBR01")
    assert len(sent(statbank)) > 4
    name = "SBR01_personer_20260415.csv"
    assert (folder / name).read_bytes() == (whole / name).read_bytes()


# --- the command --------------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(make_app(), ["fetch", *map(str, words)])


def test_a_dry_run_says_what_would_be_asked_and_fetches_nothing(
    statbank: Service, folder: Path
) -> None:
    result = run(
        "figures", "SYGP1", "laby07", "--dry-run", "--base", statbank.base, "--raw", folder
    )
    assert result.exit_code == 0, result.output
    assert "SYGP1_personer_20260415.csv" in result.output
    cells = 98 * 2 * 20 * 3 * 6  # municipalities, kinds, ages, sexes, years
    assert f"{cells:,}" in result.output
    assert f"{cells + 98 * 2 * 6:,} cells" in result.output
    assert sent(statbank) == []
    assert listing(folder) == []


def test_the_command_says_what_came_and_ends_with_1_when_something_did_not(
    statbank: Service, bank: FiguresBank, folder: Path
) -> None:
    del bank.tables["LABY07"]
    result = run("figures", *FEW, "--base", statbank.base, "--raw", folder)
    assert result.exit_code == 1
    assert "Fetched: " in result.output
    assert "Not to be had: LABY07." in result.output
    assert "only what is missing" in result.output
    assert len(listing(folder)) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("figures", "NOPE"), "NOPE is not among AED021"),
        (("population", "SYGP1"), "figures only"),
        (("population", "--dry-run"), "figures only"),
    ],
)
def test_a_wrong_call_is_told_and_asks_nobody(
    words: tuple[str, ...], said: str, folder: Path
) -> None:
    result = run(*words, "--raw", folder)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


# --- what they replace --------------------------------------------------------------------------

#: What a demo workbook delivers until its table is fetched.
SERVED = {
    "contact_share", "contacts_per_1000", "contacts_per_citizen", "home_help_share",
    "home_nursing_elderly_share", "care_home_share",
}  # fmt: skip
#: What there is nothing of until its table is fetched.
NEW = {
    "preventive_visits_share", "home_help_hours", "care_home_waiting_days",
    "rehabilitation_share", "gp_distance",
}  # fmt: skip


@pytest.fixture(scope="module")
def real(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> warehouse.Warehouse:
    """Return a warehouse of the fetched tables beside the demo workbooks they replace."""
    folder = tmp_path_factory.mktemp("fetched")
    with serving(short(FiguresBank(raw_dir)).answer) as service:
        patience = Patience(connect=60, read=60, whole=300)
        found = list(Figures(folder, base=service.base, patience=patience).fetch())
    assert not any(isinstance(one, Failed) for one in found)
    for name in ("DEMO_Aeldre_2025.xlsx", "DEMO_Populationsoverblik_2025.xlsx"):
        shutil.copy(raw_dir / name, folder)
    # the people of the local bank are few: what the checks ask of them is not what is tried here
    build(folder, folder / "warehouse.duckdb", ask=False)
    return warehouse.connect(folder / "warehouse.duckdb")


def test_what_was_made_up_is_real_once_it_is_fetched(real: warehouse.Warehouse) -> None:
    made_up = dict(real.sql("SELECT indicator_id, is_demo FROM indicators").rows())
    assert {i for i in SERVED if made_up[i]} == set()
    assert made_up.keys() >= NEW
    assert made_up["multimorbidity_share"]  # no table of the bank has it


def test_fetched_counts_get_intervals_and_every_area(real: warehouse.Warehouse) -> None:
    found = real.sql(
        "SELECT indicator_id, level, bool_and(status = 'ok') AS ok, "
        "bool_and(lower < value AND value < upper) AS limits FROM measures "
        "WHERE indicator_id IN ('home_help_share', 'contact_share', 'preventive_visits_share') "
        "AND period = 2025 AND standardisation = 'crude' AND sex = 'all' "
        "AND age IN ('65+', '80+', '75+') GROUP BY ALL"
    )
    assert found["ok"].all()
    assert found["limits"].all()
    assert set(found["level"]) >= {"cluster", "health_council", "municipality", "country"}


def test_old_age_reaches_90_and_the_years_left_at_65_follow_the_newest_deaths(
    real: warehouse.Warehouse,
) -> None:
    ages = dict(real.sql("SELECT indicator_id, ages FROM indicators").rows())
    for indicator in ("home_help_share", "home_nursing_elderly_share", "contacts_per_1000"):
        assert {"65+", "65-79", "80+", "85-89", "90+"} <= set(ages[indicator]), indicator
    last = dict(real.sql("SELECT indicator_id, last_period FROM indicators").rows())
    assert last["remaining_life_expectancy_65"] == 2025
    assert last["age_sex_population"] == 2026
    later = real.sql(
        "SELECT DISTINCT period FROM measures WHERE indicator_id = 'age_sex_population' "
        "AND is_projection ORDER BY 1"
    )
    assert later["period"].to_list() == [2030, 2035, 2040]
