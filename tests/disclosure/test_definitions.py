"""What definitions say between measures: protected together, attacked together.

Sums with weights, "no more than", measures that nobody publishes, and events of a few persons.
"""

import numpy as np
import polars as pl
import pytest

from etl.disclosure.suppression import audit, protect, protect_and_audit
from etl.layouts import load_layouts
from etl.layouts.defined import sums_of
from tests.disclosure.countries import catchments, published, released

PLACES = ("m1", "m2", "m3", "m4")
ONE = catchments(klynger={"k-a": ["m1", "m2"], "k-b": ["m3", "m4"]})
SECTORS = ("general_practice", "other_practice", "somatic_hospital", "psychiatric_hospital",
           "municipal_health")  # fmt: skip
KONTAKTER = load_layouts().by_id["kontakter"]
CONTACTS = KONTAKTER.series_sums(["all", *SECTORS])
OF = {"contacts": "citizens"}


def measures(where=ONE, **counts):
    """Sum true counts by municipality to all areas, measure by measure."""
    return pl.concat(
        [
            released(dict(zip(PLACES, of, strict=True)), where).with_columns(measure=pl.lit(name))
            for name, of in counts.items()
        ]
    )


def said(*relations, unpublished=()):
    return sums_of({}, relations, unpublished, ["all"])


def cells(leaks):
    return {leak.cell[:2]: (leak.low, leak.high) for leak in leaks}


def hidden(table, **areas):
    """Hide some areas of measures, the first called few, the others to protect it."""
    status = pl.lit("ok")
    for measure, names in areas.items():
        there = pl.col("measure") == measure
        status = (
            pl.when(there & (pl.col("area_id") == names[0])).then(pl.lit("suppressed"))
            .when(there & pl.col("area_id").is_in(names[1:])).then(pl.lit("suppressed_secondary"))
            .otherwise(status)
        )  # fmt: skip
    return published(table.with_columns(status=status))


def withstands(table, where, **known):
    """Protect a table; the small counts are hidden, and nobody works one out."""
    decided = protect(table, where, **known)
    small = decided.filter(pl.col("count").is_between(0, 5, closed="none"))
    assert (small["status"] != "ok").all()
    told = {"sums": known["series_sums"], "events_of": known.get("events_of", {})}
    assert audit(published(decided), where, **told) == []
    return decided


INNER = said("inner <= outer")


def test_a_part_is_no_larger_than_what_it_is_part_of():
    """Ten in m1 and m2, in m2 no more than the six shown, and m1 is called few: so four."""
    table = measures(inner=(4, 6, 30, 40), outer=(20, 6, 50, 60))
    told = hidden(table, inner=("m1", "m2"))
    assert audit(told, ONE) == []
    assert cells(audit(told, ONE, sums=INNER)) == {("inner", "m1"): (4, 4)}
    decided = withstands(table, ONE, series_sums=INNER)
    assert len(decided.filter(pl.col("status") != "ok")) <= 4


def test_a_part_that_is_all_of_it():
    """Of each place all are inside: who learns the one learns the other."""
    table = measures(inner=(4, 6, 30, 40), outer=(4, 6, 50, 60))
    withstands(table, ONE, series_sums=INNER)


WEIGHTED = said("one + 2 two = first + second")


def test_a_sum_may_count_a_part_twice():
    """Nine and seven, less the thirteen who are met at all: three are met twice."""
    table = measures(
        one=(10, 20, 30, 40), two=(3, 10, 20, 20),
        first=(9, 20, 40, 40), second=(7, 20, 30, 40),
        any=(13, 30, 50, 60),
    )  # fmt: skip
    any_ = said("any = one + two")
    told = hidden(table, one=("", "m1", "m2"), two=("m1", "m2"))
    assert audit(told, ONE) == []
    assert cells(audit(told, ONE, sums=WEIGHTED + any_))[("two", "m1")] == (3, 3)
    withstands(table, ONE, series_sums=WEIGHTED + any_)


MET = said(
    "met = practice + hospital", "hospital >= somatic", "hospital >= psychiatric",
    "hospital <= somatic + psychiatric",
    unpublished=("hospital",),
)  # fmt: skip


def test_a_measure_in_no_table_carries_what_is_known():
    """41 less 20 in practice met a hospital, 18 of them a somatic one: three or more the other."""
    table = measures(
        met=(41, 60, 70, 80), practice=(20, 30, 40, 50),
        somatic=(18, 22, 20, 20), psychiatric=(3, 14, 16, 19),
    )  # fmt: skip
    told = hidden(table, psychiatric=("m1", "m2"))
    assert audit(told, ONE) == []
    assert cells(audit(told, ONE, sums=MET)) == {("psychiatric", "m1"): (3, 4)}
    withstands(table, ONE, series_sums=MET)


def test_what_the_counts_break_is_not_used_there():
    """Who moved has contacts in one place and is a citizen of another."""
    table = measures(citizens=(6, 30, 40, 50), contacts=(5, 90, 80, 100))
    known = {"series_sums": said("contacts >= citizens"), "events_of": OF}
    decided = protect_and_audit(table, ONE, **known)
    assert (decided["status"] == "ok").all()
    table = measures(citizens=(3, 30, 40, 50), contacts=(0, 90, 80, 100))
    decided = protect_and_audit(table, ONE, **known)
    unseen = decided.filter(pl.col("status") != "ok")
    assert set(unseen["measure"]) == {"citizens"}
    assert len(unseen) < len(table) / 4
    # and without knowing the counts nobody is misled into finding something
    assert audit(published(decided), ONE, sums=known["series_sums"]) == []


def test_contacts_of_few_citizens_are_hidden_however_many():
    """212 contacts of two citizens say much of each."""
    table = measures(citizens=(2, 30, 40, 50), contacts=(212, 90, 80, 100))
    known = {"series_sums": said("contacts >= citizens"), "events_of": OF}
    decided = withstands(table, ONE, **known)
    unseen = set(decided.filter(pl.col("status") != "ok").select("measure", "area_id").iter_rows())
    assert {("citizens", "m1"), ("contacts", "m1")} <= unseen
    # and those of another place, or they are what is left of the cluster
    assert len([one for one in unseen if one[0] == "contacts"]) > 1
    contacts = decided.filter((pl.col("measure") == "contacts") & (pl.col("area_id") == "m1"))
    assert contacts["status"].item() == "suppressed_secondary"  # 212 are not few


def test_the_audit_sees_contacts_of_few_citizens():
    table = measures(citizens=(2, 30, 40, 50), contacts=(212, 90, 80, 100))
    shown = hidden(table, citizens=("m1", "m2"))
    assert audit(shown, ONE) == []
    (leak,) = audit(shown, ONE, events_of=OF)
    assert leak.cell[:2] == ("contacts", "m1")
    assert "few persons" in leak.what
    # hidden, they are what is left of the cluster
    left = hidden(table, citizens=("m1", "m2"), contacts=("", "m1"))
    assert cells(audit(left, ONE, events_of=OF)) == {("contacts", "m1"): (212, 212)}


def test_no_contacts_of_few_citizens_are_no_secret():
    """A zero is shown, and contacts of five citizens are."""
    table = measures(citizens=(5, 30, 40, 50), contacts=(9, 90, 80, 100))
    known = {"series_sums": said("contacts >= citizens"), "events_of": OF}
    assert (protect(table, ONE, **known)["status"] == "ok").all()
    assert (protect(table, ONE, threshold=6, **known)["status"] != "ok").any()


def test_measures_without_relations_are_hidden_as_before():
    """What is said of other measures changes nothing."""
    table = measures(cases=(3, 40, 50, 60), citizens=(20, 30, 40, 50), contacts=(50, 90, 80, 100))
    alone = protect(table, ONE)
    beside = protect(
        table, ONE, series_sums=said("contacts >= citizens", "other <= more"), events_of=OF
    )
    assert alone.equals(beside)


def region(dice):
    """Persons of four municipalities and two sexes by which sectors they met, and contacts."""
    ground = {}
    for place in PLACES:
        for sex in ("female", "male"):
            met = np.zeros(9)
            contacts = np.zeros(5)
            size = int(dice.choice([3, 12, 40]))
            odds = np.array([0.8, 0.3, 0.3, 0.1, 0.15])
            people = dice.random((size, 5)) < odds
            for person in people[people.any(axis=1)]:
                number = int(person[:2].any()) + int(person[2:4].any()) + int(person[4])
                met[:5] += person
                met[5] += 1
                met[5 + number] += 1
                contacts += person * dice.integers(1, 4, 5)
            ground[place, sex] = (*met, *contacts, contacts.sum())
    names = [("citizens_with_contact", s) for s in (*SECTORS, "all")]
    names += [(f"citizens_{n}", "all") for n in ("one_sector", "two_sectors", "three_sectors")]
    names += [("contacts", s) for s in (*SECTORS, "all")]
    return pl.concat(
        [
            released({key: of[i] for key, of in ground.items()}, ONE).with_columns(
                measure=pl.lit(measure), sector=pl.lit(sector)
            )
            for i, (measure, sector) in enumerate(names)
        ]
    )


@pytest.mark.parametrize("number", range(12))
def test_random_regions_with_all_that_contacts_say(number):
    """Whoever knows all of it works nothing out, and no contacts of few citizens are shown."""
    table = region(np.random.default_rng(number))
    told = {"series_sums": CONTACTS, "events_of": KONTAKTER.events_of}
    decided = withstands(table, ONE, **told)
    at = ["area_id", "sex", "sector"]
    citizens = decided.filter(pl.col("measure") == "citizens_with_contact")
    contacts = decided.filter(pl.col("measure") == "contacts").join(citizens, on=at)
    few = contacts.filter(pl.col("count_right").is_between(0, 5, closed="none"))
    assert (few.filter(pl.col("count") > 0)["status"] != "ok").all()


def test_without_what_definitions_say_a_random_region_leaks():
    """The relations do something: each alone withstands, and together they do not."""
    table = region(np.random.default_rng(3))
    apart = published(protect(table, ONE))
    assert audit(apart, ONE) == []
    assert audit(apart, ONE, sums=CONTACTS)
