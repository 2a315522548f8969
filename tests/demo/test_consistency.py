"""The demo's true counts agree with each other, and the drawing keeps its promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.demo import people
from etl.demo.calibration import measures
from etl.demo.draw import Dice, meet_total, shift_to_total
from etl.demo.people import Country, Ints
from etl.demo.quantities import SECTORS, simulate

Counts = dict[str, Ints]

PART_OF = {
    "acute_readmissions": "somatic_admissions",
    "adhd": "psychiatric_diagnosis",
    "physical_contact": "psychiatric_citizens",
    "home_nursing": "municipal_citizens",
    "home_help": "municipal_citizens",
    "pupils_overweight": "pupils_examined",
    "pupils_low_wellbeing": "pupils_surveyed",
    "all_citizens": "population",
    "three_sectors": "municipal_citizens",
    "care_home": "population",
    "polypharmacy": "population",
    "multimorbidity": "population",
    "psychiatric_diagnosis": "population",
    **{f"{sector}_citizens": "all_citizens" for sector in SECTORS},
    **{f"{sector}_citizens": f"{sector}_contacts" for sector in ("gp", "somatic", "municipal")},
    **{
        key: key.replace("_incidence", "_prevalence")
        for key in measures("chronic")
        if key.endswith("_incidence")
    },
}


@pytest.mark.parametrize(("part", "whole"), PART_OF.items())
def test_a_part_is_never_more_than_the_whole(counts: Counts, part: str, whole: str) -> None:
    assert (counts[part] <= counts[whole]).all()
    assert (counts[part] >= 0).all()


def test_citizens_by_number_of_sectors_add_up(counts: Counts) -> None:
    one, two, three = (counts[name] for name in ("one_sector", "two_sectors", "three_sectors"))
    assert (one + two + three == counts["all_citizens"]).all()
    # Each of the three groups counted once for everybody who met it: practice lies between its
    # larger part and the sum of both, and so does hospital.
    met = one + 2 * two + 3 * three - counts["municipal_citizens"]
    gp, other = counts["gp_citizens"], counts["other_practice_citizens"]
    somatic, psychiatric = counts["somatic_citizens"], counts["psychiatric_citizens"]
    assert (met >= np.maximum(gp, other) + np.maximum(somatic, psychiatric)).all()
    assert (met <= gp + other + somatic + psychiatric).all()


def test_contacts_of_all_sectors_are_the_sum(counts: Counts) -> None:
    total = sum(counts[f"{sector}_contacts"] for sector in SECTORS)
    assert (counts["all_contacts"] == total).all()
    for sector in SECTORS:
        nobody = counts[f"{sector}_citizens"] == 0
        assert (counts[f"{sector}_contacts"][nobody] == 0).all()


def test_small_islands_have_small_true_counts(country: Country, counts: Counts) -> None:
    for name in ("Læsø", "Fanø", "Samsø"):
        place = country.names.index(name)
        children = counts["adhd"][place][..., :4].sum(axis=1)
        assert ((children > 0) & (children < 5)).any()


def test_same_seed_same_counts_other_seed_others(country: Country, counts: Counts) -> None:
    again, other = simulate(Dice(country, 2025)), simulate(Dice(country, 7))
    assert all((again[name] == counts[name]).all() for name in counts)
    assert (other["dementia_prevalence"] != counts["dementia_prevalence"]).any()
    assert (other["population"] == counts["population"]).all()


def test_a_missing_real_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="FOLK1A"):
        people.load(tmp_path)


cells = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.floats(0, 5)), min_size=1, max_size=12
)


@given(cells, st.floats(0, 1))
def test_meeting_a_total_moves_whole_people_within_capacity(
    drawn: list[tuple[int, int, float]], part: float
) -> None:
    capacity = np.array([a + b for a, b, _ in drawn])
    start = np.array([a for a, _, _ in drawn])
    weight = np.array([w for _, _, w in drawn])
    total = np.array(round(part * capacity.sum()))
    met = meet_total(start, total, capacity, weight)
    assert met.sum() == total
    assert (met >= 0).all()
    assert (met <= capacity).all()
    if start.sum() == total:
        assert (met == start).all()


def test_a_total_beyond_the_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="population"):
        meet_total(np.array([1, 1]), np.array(9), np.array([2, 2]), np.array([1.0, 1.0]))


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.integers(1, 1000)), min_size=1, max_size=8),
    st.floats(0.02, 0.98),
)
def test_shift_meets_the_expected_sum(drawn: list[tuple[float, int]], share: float) -> None:
    eta = np.array([e for e, _ in drawn])
    weight = np.array([n for _, n in drawn])
    total = share * weight.sum()
    shift = shift_to_total(eta, weight, np.array(total))
    reached = sum(n / (1 + np.exp(-(e + shift))) for e, n in drawn)
    assert reached == pytest.approx(total, rel=1e-6)
