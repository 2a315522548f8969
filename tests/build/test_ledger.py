"""The ledger of releases: what it holds, where it lies, and what is said when it is gone."""

from __future__ import annotations

import shutil
import sys
from hashlib import sha256
from pathlib import Path

import duckdb
import polars as pl
import pytest

from bench import national
from etl.disclosure.ledger import FILE, Ledger
from etl.findings import PackageError
from etl.publish.build import BuildSummary, build
from etl.publish.fingerprint import fingerprint
from etl.quality.signoff import UnansweredError
from tests.disclosure.countries import catchments, released
from warehouse import connect

CELLS = released({"m1": 3, "m2": 40, "m3": 25}, catchments(klynger={"k-a": ["m1", "m2", "m3"]}))
SAID = pl.Series(["suppressed", "suppressed_secondary", *["ok"] * (len(CELLS) - 2)])


@pytest.fixture(scope="module")
def first(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with packages in ``raw``, one of them with true counts, and what came out."""
    home = tmp_path_factory.mktemp("first")
    (home / "raw").mkdir()
    for name in ("FOLK1A_20260211.csv", "DEMO_Boern_og_unge_2025.xlsx"):
        shutil.copy(raw_dir / name, home / "raw")
    build(home / "raw", home / "warehouse.duckdb")
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "home"))


def said_of(path: Path, indicator: str = "child_contact_share") -> pl.DataFrame:
    """Return the status of every number of a warehouse."""
    with connect(path) as wh:
        return wh.sql(
            "SELECT indicator_id, area_id, period, sex, age, sector, standardisation, status "
            "FROM measures WHERE indicator_id = $indicator ORDER BY ALL",
            {"indicator": indicator},
        )


def test_what_was_said_is_read_again(tmp_path: Path) -> None:
    ledger = Ledger.of(tmp_path / FILE)
    assert ledger.said(ledger.digests(CELLS)).is_null().all()
    ledger.add(ledger.digests(CELLS), SAID)
    ledger.write()
    again = Ledger.of(tmp_path / FILE)
    assert again.said(again.digests(CELLS)).to_list() == SAID.to_list()
    assert again.seed == ledger.seed
    other = CELLS.with_columns(pl.col("count") + 1)
    assert again.said(again.digests(other)).is_null().all()


def test_of_two_things_said_the_more_telling_one_is_kept() -> None:
    ledger = Ledger()
    for said in ("suppressed_secondary", "ok", "suppressed"):
        ledger.add(ledger.digests(CELLS[:1]), pl.Series([said]))
    assert ledger.said(ledger.digests(CELLS[:1])).to_list() == ["ok"]


def test_it_tells_nobody_a_count_or_a_place(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        ledger = Ledger.of(tmp_path / folder / FILE)
        ledger.add(ledger.digests(CELLS), SAID)
        ledger.write()
    one, other = (pl.read_parquet(tmp_path / name / FILE) for name in ("one", "other"))
    assert one.schema == {"digest": pl.UInt64, "said": pl.UInt8}
    assert not set(one["digest"]) & set(other["digest"])  # each has its own key


@pytest.mark.skipif(sys.platform == "win32", reason="no rights of this kind on Windows")
def test_its_owner_alone_may_read_it(home: Path) -> None:
    assert (home / "raw" / FILE).stat().st_mode & 0o777 == 0o600


def test_a_new_server_with_the_ledger_says_the_same(home: Path) -> None:
    """Neither the old warehouse nor what the build remembered has come along."""
    before = said_of(home / "warehouse.duckdb")
    build(home / "raw", home / "elsewhere" / "warehouse.duckdb")
    assert said_of(home / "elsewhere" / "warehouse.duckdb").equals(before)


def test_a_lost_ledger_is_told_and_begun_anew(home: Path) -> None:
    before = said_of(home / "warehouse.duckdb")
    (home / "raw" / FILE).unlink()
    summary = build(home / "raw", home / "warehouse.duckdb")
    [told] = [one for one in summary.findings if one.file == FILE]
    assert (told.severity, "The ledger of releases is missing" in told.what_en) == ("warning", True)
    assert said_of(home / "warehouse.duckdb").equals(before)
    assert (home / "raw" / FILE).exists()
    assert build(home / "raw", home / "warehouse.duckdb").unchanged


def test_a_lost_ledger_of_real_counts_wants_a_yes(home: Path) -> None:
    with connect(home / "warehouse.duckdb") as wh:
        path = wh.path

    with duckdb.connect(path) as con:
        con.execute("UPDATE packages SET is_demo = false")
    (home / "raw" / FILE).unlink()
    with pytest.raises(UnansweredError, match="ledger"):
        build(home / "raw", home / "warehouse.duckdb")


def test_a_damaged_ledger_stops_the_build(home: Path) -> None:
    (home / "raw" / FILE).write_bytes(b"broken")
    (home / "raw" / "UND2_2025.csv").unlink(missing_ok=True)
    with pytest.raises(PackageError, match="cannot be read"):
        build(home / "raw", home / "elsewhere" / "warehouse.duckdb")


def test_a_ledger_that_cannot_be_written_stops_the_release(home: Path) -> None:
    with pytest.raises(PackageError, match="cannot be written"):
        build(home / "raw", home / "new.duckdb", ledger=home / "nowhere" / FILE)
    assert not (home / "new.duckdb").exists()


def test_no_digest_of_a_file_with_true_counts_is_published(home: Path) -> None:
    """Whoever knows all but a few counts of a file could try out the rest against its digest."""
    with connect(home / "warehouse.duckdb") as wh:
        told = {file: (sha256, size) for file, sha256, size in wh.sql(
            "SELECT file, sha256, bytes FROM packages"
        ).rows()}  # fmt: skip
    ours, public = "DEMO_Boern_og_unge_2025.xlsx", "FOLK1A_20260211.csv"
    digest = {name: sha256((home / "raw" / name).read_bytes()).hexdigest() for name in told}
    assert told[public] == (digest[public], (home / "raw" / public).stat().st_size)
    assert told[ours][0] not in digest.values()
    assert told[ours][1] is None  # the more digits, the longer


def test_the_digest_of_everything_is_sealed_where_real_counts_are_in_it(tmp_path: Path) -> None:
    national.write(tmp_path, measures=1)
    path = tmp_path / "warehouse.duckdb"

    def make() -> BuildSummary:
        return build(tmp_path / "raw", path, definitions=tmp_path / "definitions", ask=False)

    make()
    open_one = fingerprint(tmp_path / "raw", tmp_path / "definitions")
    with connect(path) as wh:
        assert open_one not in str(wh.sql("SELECT * FROM meta").rows())
        assert open_one not in str(wh.sql("SELECT * FROM release_log").rows())
    assert make().unchanged
    # the secret decides what is hidden of real counts, and moves with the ledger
    before = said_of(path, "contact_1")
    (tmp_path / "raw" / FILE).rename(tmp_path / FILE)
    path.unlink()
    make()
    other = said_of(path, "contact_1")
    assert not other.equals(before)
    (tmp_path / FILE).rename(tmp_path / "raw" / FILE)
    path.unlink()
    make()
    assert said_of(path, "contact_1").equals(before)
