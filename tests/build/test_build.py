"""The whole build: idempotence, failure, and what must never be in the file."""

from __future__ import annotations

import errno
import random
import shutil
import struct
import threading
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from etl.findings import Finding, PackageError
from etl.indicators.compute import compute
from etl.ingest.readers import load_folder
from etl.publish import swap
from etl.publish.build import build
from etl.publish.lock import only_one
from etl.publish.swap import PublishError, Release
from etl.quality.checks import check_all
from etl.statistics import (
    directly_standardised_rate,
    european_standard_population,
    proportion,
)
from tests.build.making import SMALL, areas, counts, indicator, measures_of, package
from warehouse import connect
from warehouse.schema import TABLES

#: Ages that cut everybody once.
STANDARD_BANDS = ("0-17", "18-39", "40-64", "65-79", "80+")
REAL = ("FOLK1A_20260211.csv", "FRKM126_20260601.csv", "UND2_2025.csv")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Return a folder with a few of the real packages."""
    folder = tmp_path_factory.mktemp("raw")
    for name in REAL:
        shutil.copy(raw_dir / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the warehouse of those packages."""
    path = tmp_path_factory.mktemp("built") / "warehouse.duckdb"
    build(raw, path)
    return path


@pytest.fixture
def mine(built: Path, tmp_path: Path) -> Path:
    """Return a copy of the warehouse to build upon."""
    return Path(shutil.copy(built, tmp_path / "warehouse.duckdb"))


def table(path: Path, name: str) -> pl.DataFrame:
    with connect(path) as warehouse:
        return warehouse.sql(f"SELECT * FROM {name}")


# ---- what must never be in the file -----------------------------------------------------------


def true_counts() -> tuple[list[dict[str, Any]], dict[tuple[str, str], tuple[int, int]]]:
    """Return rows of true counts by age band, and cases and people of every area and band."""
    draw = random.Random(5)
    people: dict[tuple[str, str], int] = {}
    cases: dict[tuple[str, str], int] = {}
    for area, band in product(("0001", "0002", "0003", "0004"), STANDARD_BANDS):
        people[area, band] = draw.randrange(3001, 9999, 2)
        cases[area, band] = draw.choice((2, 3, 4, 17, 61, 103, 211, 307))
    for numbers in (people, cases):
        for area in ("0001", "0002", "0003", "0004"):
            numbers[area, "all"] = sum(numbers[area, band] for band in STANDARD_BANDS)
        for whole, parts in (("reg07-x", "12"), ("reg07-y", "34"), ("k22-c", "34"), ("dk", "1234")):
            for band in (*STANDARD_BANDS, "all"):
                numbers[whole, band] = sum(numbers[f"000{part}", band] for part in parts)
    rows = []
    for measure, numbers in (("population", people), ("cases", cases)):
        for (area, band), number in numbers.items():
            if len(area) == len("0001"):
                rows += counts(measure, {area: number}, age=band)
    return rows, {key: (cases[key], people[key]) for key in cases}


def test_a_hidden_number_is_nowhere_in_the_file(built: Path, tmp_path: Path) -> None:
    rows, true = true_counts()
    found = measures_of(compute([package(rows, safe=False)], [indicator()], areas(), SMALL))
    tables = {t.name: table(built, t.name) for t in TABLES}
    known = tables["areas"].row(0, named=True)
    more = [known | {"area_id": area} for area in found["area_id"].unique()]
    tables["areas"] = pl.concat(
        [tables["areas"], pl.DataFrame(more, schema=tables["areas"].schema)]
    )
    packages = tables["packages"].row(0, named=True) | {"package_id": "made-up-2025"}
    tables["packages"] = pl.DataFrame([packages], schema=tables["packages"].schema)
    path = tmp_path / "safe.duckdb"
    published(tables | {"measures": found}, path)

    def figures(cells: Iterable[tuple[str, str]]) -> set[float]:
        """Everything that could be said of these cells: share and limits, as such and per 100."""
        said: set[float] = set()
        for cell in cells:
            if cell in true:
                cases, people = true[cell]
                limits = proportion(cases, people)
                for one in (cases / people, limits.lower, limits.upper):
                    said |= {float(one), 100 * float(one)}
        return said

    crude = found.filter(pl.col("standardisation") == "crude")
    hidden = set(crude.filter(pl.col("status") != "ok").select("area_id", "age").iter_rows())
    shown = set(crude.filter(pl.col("status") == "ok").select("area_id", "age").iter_rows())
    small = {cell for cell, (cases, _) in true.items() if 0 < cases < 5}
    assert small <= hidden
    assert len(hidden) > len(small)  # others are hidden for their sake
    assert shown & set(true)
    # a cluster that is one region's both municipalities says what the region says
    secrets = sorted(figures(hidden) - figures(shown))

    def holds(numbers: Iterable[float]) -> bool:
        wanted = pl.Series(sorted(numbers))
        for one in TABLES:
            frame = table(path, one.name)
            for column in frame.select(pl.selectors.float()):
                known = column.drop_nulls().unique().sort()
                at = wanted.search_sorted(known).clip(0, len(wanted) - 1)
                for near in (at, (at - 1).clip(0)):
                    if known.is_close(wanted[near], rel_tol=1e-9).any():
                        return True
        return False

    assert not holds(secrets)
    assert holds(figures(shown))  # the search does find numbers
    content = path.read_bytes()
    assert not [one for one in secrets if struct.pack("<d", one) in content]
    # an age-standardised figure over a hidden band is made of what is shown, not of the band
    over_hidden = {area for area, band in hidden if band != "all" and (area, band) in true}
    standardised = found.filter(pl.col("standardisation") == "age", pl.col("status") == "ok")
    weights = european_standard_population(STANDARD_BANDS)
    for row in standardised.filter(pl.col("area_id").is_in(over_hidden)).iter_rows(named=True):
        numbers = [true[row["area_id"], band] for band in STANDARD_BANDS]
        cases, people = (np.array(column, float) for column in zip(*numbers, strict=True))
        exact = directly_standardised_rate(cases, people, weights, indicator().multiplier).value
        assert row["is_estimate"]
        assert row["value"] != pytest.approx(float(exact), rel=1e-6)


def published(tables: dict[str, pl.DataFrame], path: Path) -> None:
    with Release(path) as release:
        release.fill([("made_up", tables["measures"])])
        release.publish(tables)


# ---- publishing -------------------------------------------------------------------------------


def everything(path: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    for one in TABLES:
        if one.name not in ("meta", "release_log", "signoffs"):
            yield one.name, table(path, one.name)


def test_nothing_new_in_is_nothing_changed_out(mine: Path, raw: Path) -> None:
    before = (mine.read_bytes(), mine.stat().st_mtime_ns)
    summary = build(raw, mine)
    assert summary.unchanged
    assert (mine.read_bytes(), mine.stat().st_mtime_ns) == before
    assert summary.packages == len(REAL)
    assert summary.measures == len(table(mine, "measures"))


def test_two_builds_of_the_same_packages_hold_the_same(
    built: Path, raw: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.duckdb"
    assert not build(raw, again).unchanged
    for name, frame in everything(built):
        assert frame.equals(table(again, name)), name


def test_a_new_file_is_followed_and_the_release_is_logged(
    mine: Path, raw_dir: Path, raw: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(raw, folder)
    shutil.copy(raw_dir / "SYGP1_2024.csv", folder)
    summary = build(folder, mine)
    assert not summary.unchanged
    assert "gp_contact_share" in table(mine, "indicators")["indicator_id"].to_list()
    log = table(mine, "release_log")
    assert log["packages"].to_list() == [3, 4]
    assert log["measures"][1] == summary.measures


def test_a_build_that_fails_leaves_the_old_warehouse_serving(
    mine: Path, raw: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(raw, folder)
    text = (folder / "UND2_2025.csv").read_text(encoding="utf-8-sig")
    (folder / "UND2_2025.csv").write_text(text.replace("61,37", "mange"), encoding="utf-8-sig")
    before = mine.read_bytes()
    with pytest.raises(PackageError, match="UND2_2025"):
        build(folder, mine)
    assert mine.read_bytes() == before
    assert {p.name for p in mine.parent.iterdir() if p.is_file()} <= {
        mine.name,
        f"{mine.name}.lock",
    }


def test_no_packages_is_an_error_and_not_an_empty_warehouse(tmp_path: Path) -> None:
    empty = tmp_path / "raw"
    empty.mkdir()
    with pytest.raises(PackageError):
        build(empty, tmp_path / "warehouse.duckdb")
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_rule_broken_is_not_published(mine: Path) -> None:
    tables = {t.name: table(mine, t.name) for t in TABLES}
    before = mine.read_bytes()
    hidden = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("suppressed")).otherwise("status")
    tables["measures"] = tables["measures"].with_columns(status=hidden)
    with pytest.raises(PublishError, match="not ok carries a value"):
        published(tables, mine)
    assert mine.read_bytes() == before
    assert list(mine.parent.glob("*.new*")) == []


def test_a_full_disk_is_told_and_leaves_the_old_warehouse(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(swap, "_sync", full)
    before = mine.read_bytes()
    with pytest.raises(PublishError, match=r"cannot be written: .*No space left"):
        published({t.name: table(mine, t.name) for t in TABLES}, mine)
    assert mine.read_bytes() == before
    assert list(mine.parent.glob("*.new*")) == []


def test_figures_that_fail_half_way_leave_the_old_warehouse(mine: Path) -> None:
    before, figures = mine.read_bytes(), table(mine, "measures")

    def pieces() -> Iterator[tuple[str, pl.DataFrame]]:
        yield "population", figures
        raise PackageError([Finding.of("error", "raw", "folder_empty")])

    with pytest.raises(PackageError), Release(mine) as release:
        release.fill(pieces())
    assert mine.read_bytes() == before
    assert list(mine.parent.glob("*.new*")) == []


def test_what_a_killed_build_left_behind_is_cleaned_up(mine: Path, raw: Path) -> None:
    stale = [mine.with_name(mine.name + end) for end in (".999.new", ".999.new.wal")]
    for path in stale:
        path.write_bytes(b"half")
    (mine).unlink()
    build(raw, mine)
    assert not any(path.exists() for path in stale)


def test_a_warehouse_that_is_no_warehouse_is_built_anew(raw: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"not a database")
    assert not build(raw, path).unchanged
    assert len(table(path, "measures"))


def test_a_second_build_waits_for_the_first(mine: Path, raw: Path) -> None:
    told = threading.Event()
    done = threading.Event()

    def second() -> None:
        build(raw, mine, lambda step, *_: told.set() if step == "wait" else None)
        done.set()

    with only_one(mine.with_name(mine.name + ".lock")):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(300)
        assert not done.is_set()
    other.join(300)
    assert done.is_set()


def test_older_tools_can_read_the_file(built: Path) -> None:
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH '{built}' AS w (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'w'")
        (found,) = tags.fetchone() or ({},)
    assert found["storage_version"].startswith("v1.5.0")


def test_progress_is_told_step_by_step(raw: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(raw, tmp_path / "w.duckdb", lambda *step: told.append(step))
    assert list(dict.fromkeys(step for step, _, _ in told)) == [
        "read",
        "compute",
        "boundaries",
        "publish",
    ]
    assert all(0 <= done <= total for _, done, total in told)


def test_the_warehouse_holds_what_the_checks_say(built: Path, raw: Path) -> None:
    loaded = load_folder(raw)
    said = {str(finding) for finding in [*loaded.findings, *check_all(loaded.packages)]}
    held = {str(Finding(*row)) for row in table(built, "findings").rows()}
    assert held == said
    assert any("Struer, 2026, 80+: 1,683 there, 1,682 here" in one for one in held)


def test_an_error_of_the_checks_stops_the_build(
    mine: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Finding.of("error", "UND2_2025.csv", "negative", row=7, column="INDHOLD")
    monkeypatch.setattr("etl.quality.checks.check_all", lambda packages, once: [wrong])
    monkeypatch.setattr("etl.publish.build.fingerprint", lambda *_: "new")
    before = mine.read_bytes()
    with pytest.raises(PackageError, match=r"UND2_2025.*row 7"):
        build(raw, mine)
    assert mine.read_bytes() == before


def test_an_older_edition_is_set_aside(raw: Path, raw_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(raw, folder)
    text = (raw_dir / "UND2_2025.csv").read_text(encoding="utf-8-sig")
    head, *lines = text.splitlines(keepends=True)
    older = [line for line in lines if ";2025;" not in line]
    (folder / "UND2_2024.csv").write_text(head + "".join(older), encoding="utf-8-sig")
    path = tmp_path / "warehouse.duckdb"
    for summary in (build(folder, path), build(folder, path)):
        assert (summary.packages, summary.refused) == (3, 1)
        assert any(
            f.severity == "warning" and f.file == "UND2_2024.csv" and "UND2_2025.csv" in f.what_en
            for f in summary.findings
        )
    assert "und2-2024" not in table(path, "packages")["package_id"].to_list()
