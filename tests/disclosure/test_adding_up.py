"""Measures that add up by their definitions: protected together, attacked together."""

from types import SimpleNamespace

import polars as pl
import pytest

from etl.disclosure.suppression import audit, protect, protect_and_audit, release
from etl.disclosure.suppression.known import sums_known
from etl.findings import PackageError
from tests.disclosure.countries import catchments, published, released

ONE = catchments(klynger={"k-a": ["m1", "m2", "m3"], "k-b": ["m4", "m5"]})
COUNTS = {"m1": 3, "m2": 40, "m3": 50, "m4": 60, "m5": 70}
SUMS = [{("any", "all"): 1, ("one", "all"): -1, ("two", "all"): -1, ("three", "all"): -1}]


def meeting_sectors():
    """Citizens meeting one, two and three sectors are together those who meet any."""
    where = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
    names = ("any", "one", "two", "three")
    frames = [
        released(dict(zip(("m1", "m2", "m3"), counts, strict=True)), where).with_columns(
            measure=pl.lit(name)
        )
        for name, *counts in zip(
            names, (63, 40, 20, 3), (160, 90, 50, 20), (210, 110, 60, 40), strict=True
        )
    ]
    return pl.concat(frames), where


def test_measures_that_add_up():
    cells, where = meeting_sectors()
    decided = protect(cells, where, series_sums=SUMS)
    m1 = decided.filter((pl.col("area_id") == "m1") & (pl.col("status") != "ok"))
    assert m1["measure"].n_unique() >= 2
    assert audit(published(decided), where, sums=SUMS) == []


def test_the_audit_sees_what_measures_that_add_up_tell():
    """Protected measure by measure, each withstands; together they tell who meets three."""
    cells, where = meeting_sectors()
    apart = protect(cells, where)
    assert audit(published(apart), where) == []
    found = {leak.cell[:2] for leak in audit(published(apart), where, sums=SUMS)}
    assert ("three", "m1") in found
    # Who publishes the sum, and not all parts, still says that parts are no larger.
    some = published(apart).filter(pl.col("measure") != "one")
    assert audit(some, where, sums=SUMS) == []


def test_a_build_that_forgets_what_adds_up_is_not_published(monkeypatch):
    cells, where = meeting_sectors()
    forgetful = lambda cells, where, series_sums=(), **rest: protect(cells, where, **rest)  # noqa: E731
    monkeypatch.setattr(release, "protect", forgetful)
    decided = protect_and_audit(cells, where, series_sums=SUMS)
    assert audit(published(decided), where, sums=SUMS) == []
    monkeypatch.setattr(release, "blocks", lambda *_: iter(()))
    with pytest.raises(PackageError, match="three"):
        protect_and_audit(cells, where, series_sums=SUMS)


def test_one_published_count_that_two_indicators_hold():
    """What one divides by is what the other counts: hidden here and shown there is not hidden."""
    cells = published(protect(released(COUNTS, ONE), ONE))
    other = released(COUNTS, ONE).with_columns(measure=pl.lit("mean"), status=pl.lit("ok"))
    both = pl.concat([cells, other], how="diagonal")
    assert audit(both, ONE) == []
    same = [{("cases", "all"): 1, ("mean", "all"): -1}]
    assert ("cases", "m1") in {leak.cell[:2] for leak in audit(both, ONE, sums=same)}


def test_what_definitions_say_of_what_adds_up():
    one = SimpleNamespace(id="share", numerator="citizens", denominator="population")
    two = SimpleNamespace(id="mean", numerator="contacts", denominator="citizens")
    part = SimpleNamespace(id="met_one", numerator="citizens_one", denominator="population")
    found = sums_known([one, two, part], {"citizens": ["citizens_one"]}, ["all"])
    assert found == [
        {("mean (population)", "all"): 1, ("share", "all"): -1},
        {("share", "all"): 1, ("met_one", "all"): -1},
    ]


def test_more_contacts_than_people_are_no_contradiction():
    cells = released({"m1": 3, "m2": 400, "m3": 500, "m4": 600, "m5": 700}, ONE)
    decided = published(protect(cells, ONE)).with_columns(
        population=pl.lit(120.0), standardisation=pl.lit("crude"), multiplier=pl.lit(1000.0)
    )
    assert audit(decided, ONE) == []
    clumsy = decided.with_columns(
        count=pl.when(pl.col("area_id") == "m1").then(None).otherwise(cells["count"]),
        status=pl.when(pl.col("area_id") == "m1").then("status").otherwise(pl.lit("ok")),
    )
    assert {leak.cell[1] for leak in audit(clumsy, ONE)} == {"m1"}
