"""Releases that stay, the feeds of what they changed, and what catalogues are told."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.applications import Starlette

import klyngeblik
from dashboard import opendata
from tests.cli.conftest import Run, run
from tests.dashboard.asgi_client import get
from tests.warehouse import synthetic
from warehouse.export.columns import EXTRACT_COLUMNS, KEY

__all__ = ["run"]

ATOM = "{http://www.w3.org/2005/Atom}"
ONE = "indicator_id = 'contact_share' AND area_id = '0615' AND period = 2022 AND status = 'ok'"


def built(path: Path, day: str, *changes: str) -> None:
    """Put a warehouse of a day in place, with what differs from the one before."""
    synthetic.write(path)
    with duckdb.connect(str(path)) as con:
        con.execute("INSERT INTO meta VALUES ('built_at', ?)", [f"{day}T10:00:00"])
        digest = hashlib.sha256(day.encode()).hexdigest()
        con.execute("UPDATE meta SET value = ? WHERE key = 'fingerprint'", [digest])
        for change in changes:
            con.execute(change)


@pytest.fixture
def released(run: Run, tmp_path: Path) -> tuple[Starlette, Path]:
    """Two releases: in the second, one number of Horsens is corrected and one is hidden now."""
    path = tmp_path / "warehouse.duckdb"
    built(path, "2026-11-01")
    assert run("release", "--warehouse", path).exit_code == 0
    built(
        path,
        "2026-12-01",
        "UPDATE measures SET value = value + 1 "
        f"WHERE rowid = (SELECT min(rowid) FROM measures WHERE {ONE})",
        "UPDATE measures SET value = NULL, lower = NULL, upper = NULL, count = NULL, "
        f"status = 'suppressed' WHERE rowid = (SELECT max(rowid) FROM measures WHERE {ONE})",
        "UPDATE packages SET sha256 = 'another' WHERE package_id = 'demo'",
    )
    told = run("release", "--warehouse", path)
    assert told.exit_code == 0
    assert "demo (changed)" in told.output
    return Starlette(routes=opendata.routes(path)), path


def test_a_release_is_everything_and_stays(
    run: Run, released: tuple[Starlette, Path], tmp_path: Path
) -> None:
    app, path = released
    newest, first = json.loads(get(app, "/data/releases/").text)
    assert (newest["made"][:10], first["made"][:10]) == ("2026-12-01", "2026-11-01")
    answer = get(app, newest["address"])
    assert hashlib.sha256(answer.body).hexdigest() == newest["sha256"]
    assert "immutable" in answer.headers["cache-control"]
    everything = klyngeblik.extract(warehouse=path)
    assert_frame_equal(pl.read_parquet(io.BytesIO(answer.body)), everything)
    part = get(app, first["address"], {"range": "bytes=0-3"})
    assert (part.status, part.body) == (206, b"PAR1")
    (line,) = get(app, f"{first['address']}.sha256").text.splitlines()
    assert line == f"{first['sha256']}  {first['name']}"
    before = (tmp_path / "releases" / first["name"]).read_bytes()
    again = run("release", "--warehouse", path)
    assert "released already" in again.output
    assert (tmp_path / "releases" / first["name"]).read_bytes() == before
    for wrong in ("x.parquet", "releases.json", "..%2fwarehouse.duckdb", "../warehouse.duckdb"):
        assert get(app, f"/data/releases/{wrong}").status == 404


def test_the_oldest_go_when_there_are_too_many(
    run: Run, released: tuple[Starlette, Path], tmp_path: Path
) -> None:
    app, path = released
    built(path, "2027-01-01")
    assert run("release", "--warehouse", path, "--keep", 2).exit_code == 0
    kept = [row["made"][:7] for row in json.loads(get(app, "/data/releases/").text)]
    assert kept == ["2027-01", "2026-12"]
    assert len(list((tmp_path / "releases").glob("*.parquet"))) == 2
    assert len(list((tmp_path / "releases").glob("*.sha256"))) == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("0615", "1 tal er rettet."),
        ("sectors", "1 tal er rettet."),
        ("alt", "1 tal er rettet. Nye eller ændrede datapakker: demo."),
    ],
)
def test_a_feed_says_what_was_corrected_and_nothing_of_what_is_hidden(
    released: tuple[Starlette, Path], name: str, said: str
) -> None:
    app, _ = released
    answer = get(app, f"/data/feeds/{name}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert entries[0].findtext(f"{ATOM}content") == said
    assert entries[0].findtext(f"{ATOM}updated") == "2026-12-01T10:00:00Z"
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert feed.find(f"{ATOM}link[@rel='self']").get("href").endswith(f"/data/feeds/{name}.atom")  # type: ignore[union-attr]


def test_an_area_where_nothing_differs_has_no_news(released: tuple[Starlette, Path]) -> None:
    app, _ = released
    feed = ET.fromstring(get(app, "/data/feeds/0101.atom?lang=en").content)
    assert feed.findall(f"{ATOM}entry") == []
    assert "København" in (feed.findtext(f"{ATOM}title") or "")
    assert get(app, "/data/feeds/9999.atom").status == 404
    assert get(app, "/data/feeds/0101.rss").status == 404


def test_catalogues_are_told_what_there_is(released: tuple[Starlette, Path]) -> None:
    app, _ = released
    package = json.loads(get(app, "/data/v1/datapackage.json").text)
    figures, *kept = package["resources"]
    assert [field["name"] for field in figures["schema"]["fields"]] == [
        column.name for column in EXTRACT_COLUMNS
    ]
    assert figures["schema"]["primaryKey"] == list(KEY)
    assert len(kept) == 2
    rows = get(app, figures["path"].removeprefix("http://localhost")).content
    assert rows.decode().splitlines()[0].split(",") == [c.name for c in EXTRACT_COLUMNS]
    for resource in kept:
        body = get(app, resource["path"].removeprefix("http://localhost")).body
        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert resource["bytes"] == len(body)
    catalogue = json.loads(get(app, "/data/v1/dcat.jsonld").text)
    (dataset,) = catalogue["dcat:dataset"]
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:theme"} <= dataset.keys()
    assert len(dataset["dcat:distribution"]) == 4
    html = get(app, "/data/").content.decode()
    assert all(
        f"sha256:{one}" in str(kept) and one in html for one in (r["hash"][7:] for r in kept)
    )
