"""With one new file only what depends on it is done again, and the result is the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import etl.publish.incremental_cache
from etl.disclosure.ledger import FILE
from etl.indicators.definition import Indicator, load_indicators
from etl.ingest.readers import read_package
from etl.publish.build import build
from tests.reading.builders import KEY_HEADINGS, YEARS, municipality_rows, workbook
from warehouse import connect
from warehouse.schema import TABLES

FIRST = ("FOLK1A_20260211.csv", "FRKM126_20260601.csv", "SYGP1_2024.csv", "UND2_2025.csv")
LATER = ("SBR01_2022.csv", "BU43_2025.csv")
POPULATION = FIRST[:2]


def contents(path: Path, *but: str) -> dict[str, tuple[object, ...]]:
    """Return for each table how many rows it has, and a hash of them and their order."""
    with connect(path) as warehouse:
        return {
            table.name: warehouse.sql(
                f"SELECT count(*), bit_xor(hash(t.rowid, t)) FROM {table.name} t"
            ).row(0)
            for table in TABLES
            if table.name not in ("meta", "release_log", "signoffs", *but)
        }


@pytest.fixture
def raw(raw_dir: Path, tmp_path: Path) -> Path:
    """Return a folder with a few of the shipped packages."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in FIRST:
        shutil.copy(raw_dir / name, folder)
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are read from now on."""
    names: list[str] = []

    def read(path: Path, *rest: object) -> object:
        names.append(path.name)
        return read_package(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(etl.publish.incremental_cache, "read_package", read)
    return names


def other_figures(path: Path, draw: random.Random) -> None:
    """Change one digit of one figure of a text file: some such changes are asked about."""
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    at = draw.randrange(len(lines))
    start, _, figure = lines[at].rpartition(";")
    changed = str((int(figure[-1]) + draw.randint(1, 9)) % 10) if figure[-1].isdigit() else "1"
    lines[at] = f"{start};{figure[:-1] if figure[-1].isdigit() else ''}{changed}"
    path.write_text("\n".join((head, *lines, "")), encoding="utf-8-sig")


def test_step_by_step_gives_what_a_build_from_nothing_gives(
    raw: Path, raw_dir: Path, tmp_path: Path
) -> None:
    draw = random.Random(1)
    mine = tmp_path / "mine" / "warehouse.duckdb"
    build(raw, mine)
    for step in range(4):
        there = sorted(raw.iterdir())
        absent = sorted(set(FIRST + LATER) - {path.name for path in there})
        what = draw.choice(["change", "change", "add", "remove"])
        if what == "add":
            shutil.copy(raw_dir / draw.choice(absent), raw)
        elif what == "remove":
            draw.choice([path for path in there if path.name not in POPULATION]).unlink()
        else:
            other_figures(draw.choice(there), draw)
        assert not build(raw, mine, ask=False).unchanged  # what is removed is asked about
        anew = tmp_path / f"anew-{step}" / "warehouse.duckdb"
        summary = build(raw, anew, ask=False)
        # what differs from the warehouse that was replaced is found where there was one
        assert contents(mine, "findings") == contents(anew, "findings")
        again = build(raw, mine, ask=False)
        assert again.unchanged
        assert again.measures == summary.measures


@pytest.mark.parametrize(
    ("changed", "read"),
    [
        ("UND2_2025.csv", {"UND2_2025.csv", *POPULATION}),  # a share, weighed by population
        ("SYGP1_2024.csv", {"SYGP1_2024.csv", *POPULATION}),
        ("FRKM126_20260601.csv", {*FIRST}),  # what is weighed by it must be weighed again
    ],
)
def test_only_what_depends_on_a_changed_file_is_read(
    raw: Path, tmp_path: Path, reads: list[str], changed: str, read: set[str]
) -> None:
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    assert sorted(reads) == sorted(FIRST)
    reads.clear()
    other_figures(raw / changed, random.Random(1))
    assert not build(raw, path, ask=False).unchanged
    assert sorted(reads) == sorted(read)


def test_a_file_that_is_no_package_has_nothing_read(
    raw: Path, tmp_path: Path, reads: list[str]
) -> None:
    path = tmp_path / "warehouse.duckdb"
    before = build(raw, path)
    reads.clear()
    (raw / "README.md").write_text("Where the packages come from.")
    after = build(raw, path)
    assert not after.unchanged
    assert reads == []
    assert (after.measures, after.findings) == (before.measures, before.findings)


def test_a_new_definition_is_followed_without_reading_what_it_is_not_about(
    raw: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    reads.clear()
    redefine(monkeypatch, "gp_contact_share", lambda one: one.model_copy(update={"sort": 999}))
    build(raw, path)
    assert "UND2_2025.csv" not in reads
    with connect(path) as warehouse:
        sort = warehouse.sql("SELECT sort FROM indicators WHERE indicator_id = 'gp_contact_share'")
    assert sort.item() == 999


def redefine(
    monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Indicator], Indicator]
) -> None:
    known = load_indicators()
    monkeypatch.setattr(
        "etl.indicators.definition.load_indicators", lambda _: known | {name: change(known[name])}
    )
    monkeypatch.setattr("etl.publish.build.fingerprint", lambda *_: "another definition")


def test_other_code_works_everything_out_again(
    raw: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    reads.clear()
    for name in ("fingerprint", "code_fingerprint"):
        monkeypatch.setattr(f"etl.publish.build.{name}", lambda *_: "other code")
    build(raw, path)
    assert sorted(reads) == sorted(FIRST)


def test_hidden_numbers_stay_as_they_are_when_another_package_changes(
    warehouse_path: Path, raw_dir: Path, tmp_path: Path, reads: list[str]
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(raw_dir, raw)
    shutil.copy(warehouse_path.parent / FILE, raw)
    other_figures(raw / "UND2_2025.csv", random.Random(1))
    paths = [tmp_path / name / "warehouse.duckdb" for name in ("mine", "anew")]
    for path in paths:
        shutil.copytree(warehouse_path.parent / "cache", path.parent / "cache")
        shutil.copy(warehouse_path, path)
    for known in (paths[1].parent / "cache").glob("build-*.json"):
        known.unlink()
    build(raw, paths[0])
    assert set(reads) == {"UND2_2025.csv", *POPULATION}
    build(raw, paths[1])
    assert contents(paths[0]) == contents(paths[1])


@pytest.mark.parametrize("harm", ["gone", "cut off", "of another warehouse"])
def test_without_what_was_known_everything_is_done_again(
    raw: Path, tmp_path: Path, reads: list[str], harm: str
) -> None:
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    (known,) = (tmp_path / "cache").glob("build-*.json")
    if harm == "gone":
        known.unlink()
    elif harm == "cut off":
        known.write_bytes(known.read_bytes()[:-20])
    else:
        known.rename(known.with_name("build-0.json"))
    reads.clear()
    other_figures(raw / "SYGP1_2024.csv", random.Random(1))
    build(raw, path, ask=False)
    assert sorted(reads) == sorted(FIRST)


def test_what_is_kept_beside_the_warehouse_holds_no_figures(raw: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    (known,) = (tmp_path / "cache").glob("build-*.json")
    (line, *_) = (raw / "SYGP1_2024.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    figure = line.rpartition(";")[2]
    assert figure not in known.read_text()
    assert figure.replace(",", ".") not in known.read_text()


# --- editions beside each other -------------------------------------------------------------------


def years_of(folder: Path, name: str, *years: int, add: int = 0) -> None:
    """Write a later edition of the shipped population table with some of its years."""
    first, *lines = (folder / FIRST[0]).read_text(encoding="utf-8-sig").splitlines()
    kept = []
    for line in lines:
        *labels, people = line.split(";")
        if int(labels[-1][:4]) in years:
            kept.append(";".join([*labels, str(int(people) + add)]))
    (folder / name).write_text("\n".join((first, *kept, "")), encoding="utf-8-sig")


def people(path: Path, area: str) -> dict[int, tuple[float, str]]:
    """Return everybody in an area by year, and the package the number is from."""
    query = (
        "SELECT period, value, package_id FROM measures WHERE indicator_id = 'population' "
        "AND area_id = $area AND sex = 'all' AND age = 'all' ORDER BY period"
    )
    with connect(path) as warehouse:
        return {y: (n, p) for y, n, p in warehouse.sql(query, {"area": area}).rows()}


def test_a_newer_edition_with_two_years_leaves_the_others_as_they_were(
    raw: Path, tmp_path: Path, reads: list[str]
) -> None:
    path = tmp_path / "mine" / "warehouse.duckdb"
    build(raw, path)
    before = people(path, "0461")
    assert set(before) == set(range(2016, 2027))
    years_of(raw, "FOLK1A_20261101.csv", 2025, 2026, add=1)
    summary = build(raw, path, ask=False)  # a person more in each line is no sum
    after = people(path, "0461")
    assert {y: after[y] for y in range(2016, 2025)} == {y: before[y] for y in range(2016, 2025)}
    assert {p for _, p in before.values()} == {"folk1a-20260211"}
    assert {y: after[y] for y in (2025, 2026)} == {
        y: (before[y][0] + 1, "folk1a-20261101") for y in (2025, 2026)
    }
    assert (summary.packages, summary.refused) == (5, 0)
    assert any("is used: 2016–2024." in f.what_en for f in summary.findings)
    with connect(path) as warehouse:
        packages = warehouse.sql("SELECT package_id FROM packages").rows()
    assert {("folk1a-20260211",), ("folk1a-20261101",)} <= set(packages)

    anew = tmp_path / "anew" / "warehouse.duckdb"
    build(raw, anew, ask=False)
    assert contents(path, "findings") == contents(anew, "findings")
    reads.clear()
    other_figures(raw / "UND2_2025.csv", random.Random(1))
    build(raw, path, ask=False)
    assert set(reads) == {"UND2_2025.csv", "FOLK1A_20261101.csv", *POPULATION}


def test_a_measure_the_newer_edition_lacks_keeps_the_people_it_is_a_share_of(
    tmp_path: Path,
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    ages = {"age": "65 år og derover"}
    whole = municipality_rows(1_000, measure="Befolkning", topic="Indbyggere", **ages)
    cases = municipality_rows(100, measure="Plejebolig", topic="Beboere", **ages)
    workbook(raw / "DEMO_Aeldre_2025.xlsx", [*whole, *cases])
    path = tmp_path / "warehouse.duckdb"
    build(raw, path)
    before = shares(path)
    assert {value for _, value in before} == {10.0}
    shutil.move(raw / "DEMO_Aeldre_2025.xlsx", raw / "DEMO_Aeldre_2024.xlsx")
    rows = [row[:-1] for row in (*whole, *cases)]
    headings = [*KEY_HEADINGS, *map(str, YEARS[:-1])]
    workbook(raw / "DEMO_Aeldre_2024.xlsx", rows, headings=headings, date="28. november 2024")
    workbook(raw / "DEMO_Aeldre_2025.xlsx", whole)
    build(raw, path)
    assert shares(path) == [row for row in before if row[0] != YEARS[-1]]


def shares(path: Path) -> list[tuple[int, float]]:
    query = (
        "SELECT period, value FROM measures WHERE indicator_id = 'care_home_share' "
        "AND area_id = '0461' AND standardisation = 'crude' AND value IS NOT NULL ORDER BY period"
    )
    with connect(path) as warehouse:
        return warehouse.sql(query).rows()
