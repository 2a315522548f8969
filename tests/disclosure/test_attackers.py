"""The attackers themselves: each finds what was worked out by hand, and nothing where none is."""

import polars as pl
import pytest

from tests.disclosure.attackers import (
    across_packages,
    across_releases,
    integer,
    per_slice,
    replay,
    within_definitions,
)
from tests.disclosure.attackers.definitions import Definitions, published_definitions
from tests.disclosure.countries import catchments, hide, published, released

CHILDREN, OVERVIEW, CONTACTS = "demo-boern-og-unge-2025", "demo-populationsoverblik-2025", "c-2025"
ONE = catchments(klynger={"k-a": ["m1", "m2", "m3"]})
TWO = catchments(klynger={"k-a": ["m1", "m2"], "k-b": ["m3", "m4", "m5"]})

#: The definitions of the cases below, in few words.
SAID = Definitions(
    counted=dict.fromkeys(("child_contact_share", "contact_share"), "citizens_with_contact")
    | {name: name for name in ("cases", "adhd", "psychiatric_diagnosis", "citizens_with_contact")}
    | {name: name for name in ("contacts", *(f"citizens_{n}_sectors" for n in ("two", "three")))}
    | {"citizens_one_sector": "citizens_one_sector"},
    sums={
        "citizens_with_contact": (
            "citizens_one_sector", "citizens_two_sectors", "citizens_three_sectors",
        )
    },
    made_safe={"demo-populationsoverblik": 5},
)  # fmt: skip


def extract(rows, **same):
    """Write an extract by hand: a count, "<5", or None for hidden to protect another."""
    columns = {
        "indicator_id": "cases", "geography": "kommuner", "area_id": "m1", "period": 2024,
        "sex": "all", "age": "all", "sector": "all", "package_id": CHILDREN, "value": None,
        "population": None, "standardisation": "crude", "is_estimate": False,
    }  # fmt: skip
    written = []
    for row in rows:
        shown = row.pop("count")
        status = {"<5": "suppressed", None: "suppressed_secondary"}.get(shown, "ok")
        count = float(shown) if status == "ok" else None
        written.append(columns | same | row | {"count": count, "status": status})
    return pl.DataFrame(
        written,
        schema_overrides={"count": pl.Float64, "value": pl.Float64, "population": pl.Float64},
    )


def as_extract(decided, name="cases"):
    """Turn cells that were made safe into an extract."""
    return published(decided).drop("measure").with_columns(
        indicator_id=pl.lit(name), package_id=pl.lit(CHILDREN), standardisation=pl.lit("crude"),
        is_estimate=pl.lit(False), value=pl.lit(None, pl.Float64),
        population=pl.lit(None, pl.Float64),
    )  # fmt: skip


def ranges(found):
    return {
        (one.cell.area_id, one.cell.age, one.cell.quantity): (one.low, one.high) for one in found
    }


def values(found):
    return {(one.cell.area_id, one.cell.sex): one.values for one in found}


def test_a_sum_less_the_shown_parts():
    """93 less 40 and 50 is 3."""
    counts = released({"m1": 3, "m2": 40, "m3": 50}, ONE)
    (found,) = per_slice.attack(as_extract(hide(counts, "m1")), ONE, SAID)
    assert (found.cell.area_id, found.low, found.high) == ("m1", 3, 3)
    assert {cell.area_id for cell in found.path} >= {"m2", "m3"}
    # Hidden beside it, m2 keeps it safe: 1 to 4, and 39 to 42.
    two = hide(hide(counts, "m1"), "m2", status="suppressed_secondary")
    assert per_slice.attack(as_extract(two), ONE, SAID) == []


def test_a_share_times_its_population():
    rows = [{"area_id": m, "count": c} for m, c in (("m1", "<5"), ("m2", 40), ("m3", 50))]
    rows.append({"area_id": "k-a", "geography": "klynger", "count": 93})
    said = extract(rows, population=1000.0).with_columns(
        value=pl.when(pl.col("area_id") == "k-a").then(9.3),
        count=pl.when(pl.col("area_id") != "k-a").then("count"),
    )
    definitions = Definitions(counted={"cases": "cases"}, multiplier={"cases": 100.0})
    assert ranges(per_slice.attack(said, ONE, definitions)) == {("m1", "all", "cases"): (3, 3)}


def test_bands_inside_bands_and_their_rest():
    """Ages 0 to 25 less 0 to 17 is 18 to 25, though no table shows it."""
    rows = [
        {"age": "0-25", "count": 29}, {"age": "0-17", "count": 27},
        {"age": "18-21", "count": "<5"}, {"age": "22-25", "count": "<5"},
    ]  # fmt: skip
    found = ranges(per_slice.attack(extract(rows), ONE, SAID))
    assert found == {("m1", age, "cases"): (1, 1) for age in ("18-21", "22-25")}
    rows = [
        {"age": "0-25", "count": 32}, {"age": "0-17", "count": 27},
        {"age": "18-21", "count": "<5"}, {"age": "22-25", "count": "<5"},
    ]  # fmt: skip
    assert per_slice.attack(extract(rows), ONE, SAID) == []


AERO = [
    {"indicator_id": "child_contact_share", "age": "0-25", "count": 9},
    {"indicator_id": "child_contact_share", "age": "0-17", "count": None},
    {"indicator_id": "child_contact_share", "age": "18-25", "count": "<5"},
]  # fmt: skip


def test_the_same_people_in_two_packages():
    """Ærø in 2024: 9 of 0 to 25 years; 10 of 0 to 17, so 8 to 12; and at least one above."""
    other = {
        "indicator_id": "contact_share", "age": "0-17", "count": 10, "package_id": OVERVIEW,
    }  # fmt: skip
    told = extract([dict(row) for row in [*AERO, other]])
    (found,) = across_packages.attack(told, ONE, SAID)
    assert (found.cell.age, found.low, found.high) == ("18-25", 1, 1)  # so 0-17 is 9 less 1
    alone = extract([dict(row) for row in AERO])
    assert across_packages.attack(alone, ONE, SAID) == []
    vague = extract([dict(row) for row in [*AERO, other | {"count": 5}]])  # 3 to 7
    assert across_packages.attack(vague, ONE, SAID) == []


def test_people_among_others():
    """Of two with a psychiatric diagnosis no more than two have ADHD."""
    rows = [
        {"indicator_id": "adhd", "count": "<5"},
        {"indicator_id": "psychiatric_diagnosis", "count": 2},
    ]
    found = across_packages.attack(extract([dict(row) for row in rows]), ONE, SAID)
    assert ranges(found) == {("m1", "all", "adhd"): (1, 2)}
    rows[1]["count"] = 20
    assert across_packages.attack(extract(rows), ONE, SAID) == []


def test_one_release_hides_what_another_shows():
    counts = released({"m1": 3, "m2": 40, "m3": 50}, ONE)
    first = as_extract(hide(hide(counts, "m1"), "m2", status="suppressed_secondary"))
    second = as_extract(hide(hide(counts, "m1"), "m3", status="suppressed_secondary"))
    assert across_releases.attack([second], ONE, SAID) == []
    found = ranges(across_releases.attack([first, second], ONE, SAID))
    assert found[("m1", "all", "cases")] == (3, 3)
    assert across_releases.attack([first, first], ONE, SAID) == []


def test_a_label_of_an_earlier_release_is_still_known():
    """Together 8: called small then the one, now the other, they are four each."""
    counts = released({"m1": 4, "m2": 4, "m3": 50}, ONE)
    first = as_extract(hide(hide(counts, "m1"), "m2", status="suppressed_secondary"))
    second = as_extract(hide(hide(counts, "m2"), "m1", status="suppressed_secondary"))
    assert across_releases.attack([second], ONE, SAID) == []
    found = ranges(across_releases.attack([first, second], ONE, SAID))
    assert found == {(m, "all", "cases"): (4, 4) for m in ("m1", "m2")}


def test_a_revision_makes_an_earlier_release_old():
    before = released({"m1": 2, "m2": 40, "m3": 50}, ONE)
    now = released({"m1": 4, "m2": 44, "m3": 50}, ONE)
    first = as_extract(hide(hide(before, "m1"), "m2", status="suppressed_secondary"))
    second = as_extract(hide(hide(now, "m1"), "m3", status="suppressed_secondary"))
    assert across_releases.attack([first, second], ONE, SAID) == []


def sectors(met, citizens, **more):
    """Citizens who met 1, 2, 3 of practice, hospital, municipality; then by sector and in all."""
    names = ("general_practice", "other_practice", "somatic_hospital", "psychiatric_hospital",
             "municipal_health")  # fmt: skip
    rows = [
        {"indicator_id": f"citizens_{name}", "count": count}
        for name, count in zip(("one_sector", "two_sectors", "three_sectors"), met, strict=True)
    ]
    rows += [
        {"indicator_id": "citizens_with_contact", "sector": name, "count": count}
        for name, count in zip((*names, "all"), citizens, strict=True)
    ]
    rows += [{"indicator_id": "contacts", "sector": s, "count": c} for s, c in more.items()]
    return extract(rows)


def test_sectors_met_are_the_sum_of_the_sectors():
    """20 + 2 x 5 + 3 x 2 = 36 = 25 in practice + 8 in hospital + 3 with the municipality."""
    told = sectors((20, 5, 2), (25, 0, 8, 0, "<5", 27))
    found = within_definitions.attack(told, ONE, SAID)
    assert [(one.cell.sector, one.low, one.high) for one in found] == [("municipal_health", 3, 3)]
    assert across_packages.attack(told, ONE, SAID) == []
    # Where other practices are hidden too, who met which practice is not known that closely.
    vague = sectors((20, 5, 2), (22, None, 8, 0, "<5", 27))
    assert within_definitions.attack(vague, ONE, SAID) == []


def test_contacts_are_no_fewer_than_citizens():
    """Two contacts are of two citizens at most, and two met all three; of eight nobody can say."""
    told = sectors((20, 5, 2), (22, None, 8, 0, "<5", 27), municipal_health=2)
    found = within_definitions.attack(told, ONE, SAID)
    assert [(one.cell.sector, one.low, one.high) for one in found] == [("municipal_health", 2, 2)]
    many = sectors((20, 5, 2), (22, None, 8, 0, "<5", 27), municipal_health=8)
    assert within_definitions.attack(many, ONE, SAID) == []


def test_contacts_of_a_few_citizens():
    """212 contacts of fewer than five citizens are shown."""
    told = sectors((20, 5, 2), (22, None, 8, 0, "<5", 27), municipal_health=212)
    (found,) = within_definitions.dominated(told, ONE, SAID)
    assert (found.events.quantity, found.events.sector) == ("contacts", "municipal_health")
    quiet = sectors((20, 5, 2), (22, None, 8, 0, "<5", 27), municipal_health=None)
    assert within_definitions.dominated(quiet, ONE, SAID) == []


def test_what_is_hidden_is_at_least_one():
    """Three in two hidden cells: 0 to 3 if one may be empty, 1 or 2 if zeros are shown."""
    counts = released({"m1": 1, "m2": 2, "m3": 50}, ONE)
    said = as_extract(hide(counts, "m1", "m2", status="suppressed_secondary"))
    tables = list(per_slice.systems(said, ONE, SAID))
    assert integer.attack(tables, zeros_shown=False) == []
    found = integer.attack(tables)
    assert ranges(found) == {(m, "all", "cases"): (1, 2) for m in ("m1", "m2")}
    assert {one.values for one in found} == {2}
    safe = as_extract(
        hide(released({"m1": 2, "m2": 2, "m3": 50}, ONE), "m1", "m2", status="suppressed_secondary")
    )
    assert integer.attack(per_slice.systems(safe, ONE, SAID)) == []


def test_no_half_people_in_any_cell():
    """A third of an odd cycle: three pairs that add up to 5, 6 and 5 leave no halves."""
    ages = ("0-5", "6-11", "12-17")
    rows = [{"age": age, "count": "<5"} for age in ages]
    rows += [{"age": "0-11", "count": 5}, {"age": "6-17", "count": 6}]
    rows += [{"age": "0-17", "count": 8}]
    tables = list(per_slice.systems(extract(rows), ONE, SAID))
    assert ranges(integer.attack(tables)) == {
        ("m1", "0-5", "cases"): (2, 2), ("m1", "6-11", "cases"): (3, 3),
        ("m1", "12-17", "cases"): (3, 3),
    }  # fmt: skip


def test_part_of_a_municipality_moves_by_parts_of_a_person():
    """Half of m1 and all of m2: one person more in m1 is half a person."""
    halved = catchments(klynger={"k-a": [("m1", 0.5), "m2"], "k-b": [("m1", 0.5), "m3"]})
    counts = released({"m1": 6, "m2": 40, "m3": 50}, halved)
    # 43 and 53 would tell six; hidden with m1, both may move.
    told = as_extract(hide(counts, "m1", status="suppressed_secondary"))
    assert per_slice.attack(told, halved, SAID) == []  # 6 is not few
    few = released({"m1": 3, "m2": 40, "m3": 50}, halved)
    found = per_slice.attack(as_extract(hide(few, "m1")), halved, SAID)
    assert ranges(found) == {("m1", "all", "cases"): (3, 3)}
    safe = hide(few, "m1", "k-a", "k-b", "dk", status="suppressed_secondary")
    assert integer.attack(per_slice.systems(as_extract(safe), halved, SAID)) == []


def test_replaying_a_rule_that_looks_at_the_numbers():
    """A house that hides the smallest beside the small one says that it is the smallest."""

    def smallest(cells, _):
        counts = dict(cells.filter(pl.col("geography") == "kommuner").select("area_id", "count")
                      .iter_rows())  # fmt: skip
        first, second = sorted(counts, key=lambda area: (counts[area], area))[:2]
        status = [
            "suppressed" if area == first and counts[area] < 5
            else "suppressed_secondary" if area in (first, second)
            else "ok"
            for area in cells["area_id"]
        ]  # fmt: skip
        return cells.with_columns(status=pl.Series(status))

    def always_the_next(cells, _):
        hidden = {"m1": "suppressed", "m2": "suppressed_secondary"}
        return cells.with_columns(status=pl.col("area_id").replace_strict(hidden, default="ok"))

    counts = released({"m1": 1, "m2": 6, "m3": 7}, ONE)
    found = replay.attack(published(smallest(counts, ONE)), ONE, smallest)
    # 7 together: 1 + 6, 2 + 5, 3 + 4 (4 + 3 would be named the other way round): three each, and
    # of eight only the first four.
    assert found == []
    found = replay.attack(
        published(smallest(released({"m1": 3, "m2": 3, "m3": 4}, ONE), ONE)), ONE, smallest
    )
    assert values(found) == {("m1", "all"): 2, ("m2", "all"): 2}
    same = released({"m1": 3, "m2": 3, "m3": 4}, ONE)
    assert replay.attack(published(always_the_next(same, ONE)), ONE, always_the_next) == []


@pytest.mark.parametrize("name", ["child_contact_share", "contact_share"])
def test_the_houses_own_definitions_are_read(name):
    said = published_definitions()
    assert said.counted[name] == "citizens_with_contact"
    assert said.rounded_to(OVERVIEW) == 5
    assert said.rounded_to(CHILDREN) is None
    assert ("psychiatric_contact", "population") in said.inside
