"""People aged 90 and over: a package that counts them is enough for every page to speak of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import report
import warehouse
from content.topics import topics
from dashboard.context import Context
from dashboard.findings import Finding
from dashboard.format import Numbers
from dashboard.pages import aeldre, overblik
from dashboard.pages._people import people_of
from dashboard.reference import open_warehouse, reference_of
from dashboard.sections import Shown, findings
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import LIGHT
from etl.ingest.readers import read_package
from etl.publish.build import build
from etl.quality.checks import check_package
from tests.dashboard.conftest import Run
from tests.dashboard.plain import lix, sentences_of, words_of
from tests.dashboard.test_focus_pages import spoken
from tests.report.reading import Paper

MEASURED, PROJECTED = "FOLK1A_20260211.csv", "FRKM126_20260601.csv"
NUMBER = Numbers("da")
KEYS = ["OMRÅDE", "TID"]
AREAS = ("k22-horsensklyngen", "k22-hovedstaden-byen", "k22-bornholm", "r27-limfjorden", "dk")


def divided(file: Path, *, keep_80: bool) -> pl.DataFrame:
    """Return a shipped table with 80- divided as the bank can: about one in eight is 90 or over."""
    table = pl.read_csv(file, separator=";", infer_schema=False)
    old = table.filter(ALDER="80-").with_columns(pl.col("INDHOLD").cast(pl.Int64))
    oldest = old.with_columns(ALDER=pl.lit("90-"), INDHOLD=pl.col("INDHOLD") // 8)
    rest = old.with_columns(ALDER=pl.lit("80-89"), INDHOLD=pl.col("INDHOLD") - oldest["INDHOLD"])
    whole = table if keep_80 else table.filter(pl.col("ALDER") != "80-")
    return pl.concat(
        [whole, *(t.with_columns(pl.col("INDHOLD").cast(str)) for t in (rest, oldest))]
    )


def write(table: pl.DataFrame, file: Path) -> None:
    file.write_bytes(table.write_csv(separator=";").encode("utf-8-sig"))


@pytest.fixture(scope="module")
def finer(tmp_path_factory: pytest.TempPathFactory, raw_dir: Path) -> Path:
    """Return a warehouse of real packages: the population with 80- beside its parts, the
    projection with the parts alone."""
    raw = tmp_path_factory.mktemp("finer")
    for name in ("HJEMSYG_2025.csv", "UND2_2025.csv"):
        shutil.copy(raw_dir / name, raw)
    write(divided(raw_dir / MEASURED, keep_80=True), raw / MEASURED)
    write(divided(raw_dir / PROJECTED, keep_80=False), raw / PROJECTED)
    build(raw, raw / "warehouse.duckdb")
    return raw / "warehouse.duckdb"


@pytest.fixture
def shown(finer: Path) -> Path:
    """Return the warehouse the pages show."""
    return finer


def context(path: Path, area: str, lang: str = "da", page: object = aeldre.PAGE) -> Context:
    opened = open_warehouse(path)
    reference = reference_of(opened)
    selection, _ = parse({"area": area, "lang": lang}, reference.known)
    return Context(opened, reference, selection, Text(lang), Numbers(lang), LIGHT, page)


def elderly_findings(ctx: Context) -> list[Finding]:
    topic = topics()["elderly"]
    (section,) = (one for one in topic.sections if one.show == "findings")
    return list(findings.findings(Shown(ctx, topic, section, False)))


def test_the_oldest_are_published_on_every_geography_and_80_and_65_are_made_of_them(
    finer: Path, warehouse_path: Path, raw_dir: Path
) -> None:
    query = (
        "SELECT geography, age, period, sum(value) people FROM measures "
        "WHERE indicator_id = 'population' AND period >= 2026 GROUP BY ALL ORDER BY ALL"
    )
    with warehouse.connect(finer) as new, warehouse.connect(warehouse_path) as old:
        now, before = new.sql(query), old.sql(query)
    # What was there before stays as it was, also where 80- comes in parts alone: but for the one
    # person of Struer that the two tables count differently.
    kept = now.join(before, on=["geography", "age", "period"])
    assert kept.height == before.height
    assert kept["people"].to_list() == pytest.approx(kept["people_right"].to_list(), abs=1, rel=0)
    for name, years in ((MEASURED, ["2026K1"]), (PROJECTED, ["2030", "2035", "2040"])):
        delivered = divided(raw_dir / name, keep_80=False).filter(ALDER="90-")
        for year in years:
            people = delivered.filter(TID=year)["INDHOLD"].cast(pl.Int64).sum()
            found = now.filter(age="90+", period=int(year[:4]))["people"].to_list()
            if year != "2026K1":  # of 2026 the projection's own count is the newer one
                assert found == pytest.approx([people] * len(found))


def test_bands_that_do_not_add_up_to_80_are_told_with_their_row(
    tmp_path: Path, raw_dir: Path
) -> None:
    table = divided(raw_dir / MEASURED, keep_80=True)
    wrong = (pl.col("ALDER") == "90-") & (pl.col("OMRÅDE") == "615") & (pl.col("TID") == "2026K1")
    more = pl.when(wrong).then(pl.lit("9999")).otherwise("INDHOLD").alias("INDHOLD")
    write(table.with_columns(more), tmp_path / MEASURED)
    found = check_package(read_package(tmp_path / MEASURED))
    told = [f for f in found if f.what_en.endswith("Horsens, 2026, 80+.")]
    assert len(told) == 1
    lines = (tmp_path / MEASURED).read_text("utf-8-sig").splitlines()
    assert lines[told[0].row - 1].startswith("615;80-;2026K1")


@pytest.mark.parametrize("big", ["0", "1"])
@pytest.mark.parametrize("area", AREAS)
def test_the_page_speaks_of_them_by_itself(finer: Path, run: Run, area: str, big: str) -> None:
    with warehouse.connect(finer) as wh:
        counts = wh.sql(
            "SELECT value FROM measures WHERE indicator_id = 'population' AND age = '90+' "
            "AND area_id = ? AND period IN (2026, 2040) ORDER BY period",
            [area],
        )["value"]
    app = run("aeldre", area=area, big=big)
    assert not app.exception
    said = spoken(app)
    estimate = " (skøn)" if area == "k22-hovedstaden-byen" else ""
    counted = f"{NUMBER(counts[0])} personer{estimate} er 90 år og derover"
    assert counted in said.replace("\xa0", " ")
    assert "ventes at være 90 år og derover. I 2030 ventes" in said
    assert "Tallene stopper ved 80" not in said
    assert "plejeboliger og hjælp i hjemmet, at " in said
    assert "90 år og derover nu og senere: " in said
    assert NUMBER(counts[1]) in said


def test_without_them_the_page_says_where_the_numbers_stop(
    warehouse_path: Path,
) -> None:
    for lang, told in (("da", "Tallene stopper ved 80 år og derover"), ("en", "stop at 80")):
        ctx = context(warehouse_path, "k22-horsensklyngen", lang)
        people = people_of(ctx)
        assert people is not None
        said = " ".join(aeldre.paragraphs(ctx))
        assert told in said
        assert "FOLK1A" not in said  # what would bring them stands on Om data, for those who can
        assert "90 år og derover. Det er" not in said


@pytest.mark.parametrize("lang", ["da", "en"])
def test_it_reads_easily_with_them_too(finer: Path, lang: str) -> None:
    known = reference_of(open_warehouse(finer)).known.areas
    for area in (*known["klynger-2022"], *known["sundhedsraad-2027"]):
        ctx = context(finer, area, lang)
        people = people_of(ctx)
        assert people is not None
        told = aeldre.paragraphs(ctx)
        told += [f.running_text for f in elderly_findings(ctx)]
        text = " ".join(told)
        assert lix(text) < 35, (area, lix(text))
        assert max(len(words_of(s)) for s in sentences_of(text)) <= 20


@pytest.mark.parametrize("age", ["90+", "80-89"])
@pytest.mark.parametrize("page", ["sammenlign", "kort", "klynge_til_raad", "data_og_eksport"])
def test_other_pages_take_the_new_band_as_any_other(run: Run, page: str, age: str) -> None:
    app = run(page, area="k22-hovedstaden-byen", indicator="population", age=age, view="ranked")
    assert not app.exception
    assert not app.error


def test_the_overview_still_counts_everybody_once(run: Run, finer: Path) -> None:
    assert not run("overblik", area="k22-horsensklyngen").exception
    assert not run("demografi", area="k22-horsensklyngen").exception
    ctx = context(finer, "dk", page=overblik.PAGE)
    people = people_of(ctx)
    assert people is not None
    bands = ("0-5", "6-16", "17-19", "20-34", "35-64", "65-79", "80+")
    # FRKM's Struer is one person fewer than FOLK1A's total.
    assert sum(people.share(age) or 0 for age in bands) == pytest.approx(100, abs=1e-4)


@pytest.fixture(scope="module")
def opened(finer: Path) -> Iterator[warehouse.Warehouse]:
    with warehouse.connect(finer) as wh:
        yield wh


@pytest.mark.parametrize("area", AREAS)
def test_the_sheet_has_them_in_words_chart_and_table_on_two_pages(
    opened: warehouse.Warehouse, area: str
) -> None:
    content = report.sheet_of(opened, area, "elderly")
    paper = Paper(report.sheet(opened, area, "elderly"))
    assert len(paper.reader.pages) == 2
    for year in (2026, 2040):
        people = opened.sql(
            "SELECT value FROM measures WHERE indicator_id = 'population' AND age = '90+' "
            "AND area_id = ? AND period = ?",
            [area, year],
        )["value"][0]
        assert NUMBER(people).replace("\xa0", " ") in paper.text
        assert f"90+ i {year}" in paper.text
    for made in (report.FORMATS[".pptx"], report.FORMATS[".xlsx"]):
        assert made(content)
