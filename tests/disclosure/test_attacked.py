"""What the house publishes, attacked from the reader's side alone: nobody works a count out.

Fewer than three values left of a hidden small count is too few, whichever way it was found.
"""

import shutil

import duckdb
import numpy as np
import polars as pl
import pytest

import geo
from etl.disclosure.suppression import protect
from etl.publish.build import build
from etl.registers import generate, run
from tests.disclosure.attackers import (
    across_packages,
    across_releases,
    integer,
    per_slice,
    replay,
    within_definitions,
)
from tests.disclosure.attackers.definitions import published_definitions
from tests.disclosure.attackers.ranges import narrow
from tests.disclosure.countries import catchments, published, released

SAID = published_definitions()


def numbers(path, only=""):
    """Return the published numbers and the catchments of a warehouse."""
    with duckdb.connect(path, read_only=True) as connection:
        measures = connection.sql(f"SELECT * FROM measures {only}").pl()
        return measures, connection.sql("SELECT * FROM catchments").pl()


def none_found(found):
    """Say which cells were worked out, and from what; the numbers stay out of the log."""
    said = [f"{', '.join(map(str, one.cell))} (from {one.path[:4]})" for one in found[:5]]
    assert not found, f"{len(found)} found, such as {said}"


@pytest.fixture(scope="module")
def newest(warehouse_path):
    """Return the newest year of what the shipped packages publish."""
    return numbers(warehouse_path, "WHERE period = 2025")


@pytest.fixture(scope="module")
def together(newest):
    """Return its tables as one, as somebody writes them down who knows all packages."""
    return list(across_packages.systems(*newest, SAID))


def test_one_indicator_and_year_of_the_shipped_packages(newest):
    none_found(per_slice.attack(*newest, SAID))


def test_all_shipped_packages_together(together):
    none_found([one for system in together for one in narrow(system)])


def test_whole_people_in_one_indicator_of_the_shipped_packages(newest):
    none_found(integer.attack(per_slice.systems(*newest, SAID)))


def test_shown_zeros_in_all_shipped_packages_together(together):
    none_found(integer.attack(together, whole=False))


@pytest.fixture(scope="module")
def region(tmp_path_factory, raw_dir):
    """Build a region's own contact rows, and what else lies in its folder."""
    folder = tmp_path_factory.mktemp("region")
    register = geo.municipalities().filter(pl.col("region_2007") == "reg07-nordjylland")
    rows = folder / "rows.parquet"
    generate(rows, 200_000, raw_dir, municipalities=tuple(register["municipality_id"]))
    [people] = raw_dir.glob("FOLK1A_*.csv")
    raw = folder / "raw"
    raw.mkdir()
    shutil.copy(people, raw)
    run(str(rows), raw, population=people)
    build(raw, folder / "warehouse.duckdb")
    return folder


@pytest.fixture(scope="module")
def contacts(region):
    return numbers(region / "warehouse.duckdb", "WHERE package_id LIKE '%kontakter%'")


def test_the_tables_of_contacts(contacts):
    none_found(per_slice.attack(*contacts, SAID))


def test_the_definitions_of_contacts(contacts):
    none_found(within_definitions.attack(*contacts, SAID))


def test_shown_zeros_and_the_definitions_of_contacts(contacts):
    none_found(integer.attack(within_definitions.systems(*contacts, SAID), whole=False))


def test_no_contacts_of_fewer_than_five_citizens_are_shown(contacts):
    found = within_definitions.dominated(*contacts, SAID)
    assert not found, f"{len(found)} found, such as {found[:3]}"


def rebuilt(raw, folder, more):
    """Build, lose the cache as after an upgrade, get another file, and build again."""
    live, before = folder / "warehouse.duckdb", folder / "before.duckdb"
    build(raw, live)
    shutil.copy(live, before)
    shutil.rmtree(folder / "cache")
    shutil.copy(more, raw)
    build(raw, live)
    return before, live


def test_a_rebuild_of_contacts_together_with_the_release_before(region, raw_dir, tmp_path):
    shutil.copytree(region / "raw", tmp_path / "raw")
    [other] = raw_dir.glob("SBR01_2*.csv")
    only = "WHERE package_id LIKE '%kontakter%'"
    both = [numbers(one, only) for one in rebuilt(tmp_path / "raw", tmp_path, other)]
    none_found(across_releases.attack([one for one, _ in both], both[0][1], SAID))


def test_a_rebuild_of_the_same_counts_together_with_the_release_before(raw_dir, tmp_path):
    """Not a count has changed, so what either release showed or called small is true."""
    raw = tmp_path / "raw"
    raw.mkdir()
    shutil.copy(raw_dir / "DEMO_Boern_og_unge_2025.xlsx", raw)
    [people] = raw_dir.glob("FOLK1A_*.csv")
    only = "WHERE indicator_id = 'child_contact_share' AND period IN (2020, 2022)"
    both = [numbers(one, only) for one in rebuilt(raw, tmp_path, people)]
    none_found(across_releases.attack([one for one, _ in both], both[0][1], SAID))


def tiny_tables(number):
    """Yield small made-up tables: three or four municipalities, two clusters or one."""
    dice = np.random.default_rng(20)
    for _ in range(number):
        names = [f"m{i}" for i in range(dice.integers(3, 6))]
        cut = int(dice.integers(1, len(names)))
        clusters = {"k-a": names[:cut], "k-b": names[cut:]} if dice.random() < 0.5 else {"k": names}
        where = catchments(klynger=clusters)
        yield (
            released(dict(zip(names, dice.integers(0, 10, len(names)), strict=False)), where),
            where,
        )


def test_replaying_the_open_code_on_small_tables():
    dice, found = np.random.default_rng(18), []

    def open_code(cells, where):
        return protect(cells, where, seed=dice.bytes(16))

    for cells, where in tiny_tables(20):
        said = published(open_code(cells, where))
        found += replay.attack(said, where, open_code, tries=60) or []
    none_found(found)
