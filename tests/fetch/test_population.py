from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from etl.ingest.readers import read_package
from etl.layouts import load_layouts
from etl.sources import FetchError, Patience, fetch_population
from tests.fetch.server import Answer, Asked, Service, serving
from tests.fetch.tables import OLDEST, Bank


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def without_oldest(file: Path) -> bytes:
    """Return a file as it would be without the parts of 80-."""
    lines = file.read_bytes().splitlines(keepends=True)
    return b"".join(line for line in lines if line.split(b";")[1].decode() not in OLDEST)


def test_what_is_fetched_is_the_shipped_packages_byte_for_byte_and_the_oldest_beside(
    folder: Path, raw_dir: Path, patience: Patience
) -> None:
    bank = Bank(raw_dir, first_year=2008)
    with serving(bank.answer) as statbank:
        fetched = fetch_population(folder, base=statbank.base, patience=patience)
    assert listing(folder) == ["FOLK1A_20260211.csv", "FRKM126_20260601.csv"]
    assert [one.file.parent for one in fetched] == [folder, folder]
    for name in listing(folder):
        assert without_oldest(folder / name) == (raw_dir / name).read_bytes()
    frame = pl.read_csv(folder / "FOLK1A_20260211.csv", separator=";", infer_schema=False)
    horsens = frame.filter(OMRÅDE="615", TID="2026K1")
    for band, ages in OLDEST.items():
        singles = ["100-" if age == 100 else str(age) for age in ages]
        people = sum(bank.figures["FOLK1A"]["615", age, "2026K1"] for age in singles)
        assert horsens.filter(ALDER=band)["INDHOLD"].to_list() == [str(people)]


def test_a_table_that_ends_at_80_is_fetched_without_the_oldest(
    bank: Bank, folder: Path, raw_dir: Path, patience: Patience
) -> None:
    for table, figures in bank.figures.items():
        ages = [*map(str, range(80)), "80-"]
        old = {f"{age}" for age in range(80, 100)} | {"100-"}
        merged: dict[tuple[str, ...], int] = {}
        for (area, age, *rest), people in figures.items():
            key = (area, "80-" if age in old else age, *rest)
            merged[key] = merged.get(key, 0) + people
        bank.figures[table] = merged
        known = bank.variables[table]["ALDER"]
        bank.variables[table]["ALDER"] = [known[0], *ages]
    with serving(bank.answer) as statbank:
        fetch_population(folder, base=statbank.base, patience=patience)
    name = "FRKM126_20260601.csv"
    assert (folder / name).read_bytes() == (raw_dir / name).read_bytes()


def test_fetching_again_changes_nothing_and_says_so(
    statbank: Service, folder: Path, patience: Patience
) -> None:
    first = fetch_population(folder, base=statbank.base, patience=patience)
    again = fetch_population(folder, base=statbank.base, patience=patience)
    assert [one.is_new for one in first + again] == [True, True, False, False]


def test_the_newest_vintage_of_the_projection_is_looked_up(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.tables.append("FRKM127")
    bank.variables["FRKM127"] = bank.variables["FRKM126"]
    bank.figures["FRKM127"] = bank.figures["FRKM126"]
    bank.updated |= {"FRKM127": "2026-11-10T08:00:00", "FOLK1A": "2026-11-11T08:00:00"}
    old = folder / "FRKM126_20260601.csv"
    old.write_text("an older edition")
    fetched = fetch_population(folder, base=statbank.base, patience=patience)[1]
    assert fetched.file.name == "FRKM127_20261110.csv"
    assert fetched.older == (old,)
    package = read_package(fetched.file, load_layouts())
    assert set(package.observations["period"]) == {2027, 2030, 2035, 2040}


def test_a_request_the_bank_finds_too_large_is_split_until_it_fits(
    statbank: Service, bank: Bank, folder: Path, raw_dir: Path, patience: Patience
) -> None:
    bank.limit = 6_000
    told: list[tuple[str, int, int]] = []
    fetch_population(
        folder,
        base=statbank.base,
        patience=patience,
        progress=lambda *step: told.append(step),
    )
    name = "FRKM126_20260601.csv"
    assert without_oldest(folder / name) == (raw_dir / name).read_bytes()
    steps = [step for step in told if step[0] == "FOLK1A"]
    assert len(steps) > 4
    assert steps[-1][1] == steps[-1][2]


def test_a_request_known_to_be_too_large_is_not_sent(
    statbank: Service, folder: Path, patience: Patience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.sources.statbank.LIMIT", 6_000)
    fetch_population(folder, base=statbank.base, patience=patience)
    sent = [asked.body for asked in statbank.asked if asked.body]
    sizes = [math.prod(len(v["values"]) for v in body["variables"]) for body in sent]
    assert max(sizes) <= 6_000
    assert len(sizes) > 4


def test_a_bank_that_refuses_a_single_cell_is_not_asked_for_ever(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.limit = 0
    with pytest.raises(FetchError, match="single cell"):
        fetch_population(folder, base=statbank.base, patience=patience)
    assert len(statbank.asked) < 40
    assert listing(folder) == []


def test_an_unknown_age_makes_its_group_unknown_and_not_smaller(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.unknown.add(("101", "70", "2025K1"))
    fetch_population(folder, base=statbank.base, patience=patience)
    frame = pl.read_csv(folder / "FOLK1A_20260211.csv", separator=";", infer_schema=False)
    rows = frame.filter(OMRÅDE="101", TID="2025K1")
    assert rows.filter(ALDER="65-79")["INDHOLD"].to_list() == [".."]
    assert rows.filter(INDHOLD="..").height == 1


def test_ages_that_do_not_add_up_to_the_total_are_refused(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.figures["FOLK1A"]["101", "70", "2025K1"] += 1_000
    with pytest.raises(FetchError, match="cannot be used"):
        fetch_population(folder, base=statbank.base, patience=patience)
    assert listing(folder) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("OMRÅDE", ["101", "147"]), "municipality"),
        (("ALDER", ["IALT", "0-4", "5-9", "10-"]), "put together"),
        (("Tid", ["2007K1"]), "none of the years"),
        (("Tid", ["forår"]), "unknown periods|none of the years"),
        (("HERKOMST", ["1", "2"]), "divided by HERKOMST"),
    ],
)
def test_a_table_that_has_changed_is_told_with_what_has(
    bank: Bank, folder: Path, patience: Patience, changed: tuple[str, list[str]], said: str
) -> None:
    bank.may_leave_out = False
    variable, values = changed
    bank.variables["FOLK1A"][variable] = values
    with serving(bank.answer) as statbank, pytest.raises(FetchError, match=said):
        fetch_population(folder, base=statbank.base, patience=patience)
    assert listing(folder) == []


def test_without_a_projection_nothing_is_replaced(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.tables = ["FOLK1A", "FRKM226", "FRDK126"]
    with pytest.raises(FetchError, match="no projection"):
        fetch_population(folder, base=statbank.base, patience=patience)
    assert listing(folder) == []


def test_a_failure_in_the_second_table_keeps_the_first_one_out_too(
    statbank: Service, bank: Bank, folder: Path, patience: Patience
) -> None:
    bank.gone.add("FRKM126")
    with pytest.raises(FetchError, match="404: no such thing"):
        fetch_population(folder, base=statbank.base, patience=patience)
    assert listing(folder) == []


@pytest.mark.parametrize(
    "cells",
    [
        "OMRÅDE;KØN\r\n101;TOT\r\n",
        b"\xff\xfe\x00",
        "OMRÅDE;ALDER;TID;KØN;CIVILSTAND;INDHOLD\r\n101;IALT;2025K1;TOT;TOT;5\r\n",
        "",
    ],
)
def test_cells_that_are_not_all_there_are_asked_for_again(
    bank: Bank, folder: Path, patience: Patience, cells: str | bytes
) -> None:
    bad = [cells]

    def sometimes(asked: Asked) -> Answer:
        if asked.path == "/data" and bad:
            return Answer(bad.pop())
        return bank.answer(asked)

    with serving(sometimes) as statbank:
        assert len(fetch_population(folder, base=statbank.base, patience=patience)) == 2
    assert not bad
