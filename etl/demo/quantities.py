"""The quantities of the four workbooks, drawn so that they agree with each other."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from etl.demo.calibration import SCOPES, YEARS, Measure, by_year, measures, overlap, school
from etl.demo.draw import Dice, meet_total, shift_to_total
from etl.demo.people import FEMALE, MALE, Floats, Ints

#: How strongly the stays of all ages follow the share of residents aged 65 or more; chosen.
_STAYS_BY_AGE = 0.3
SECTORS = ("gp", "other_practice", "somatic", "psychiatric", "municipal")


def simulate(dice: Dice) -> dict[str, Ints]:
    """Draw all quantities.

    Parameters
    ----------
    dice
        Seeded chance over the real country.

    Returns
    -------
    dict
        Every true count by name, each (98 municipalities, 11 years, 2 sexes, 8 bands).
    """
    counts = {"population": dice.country.population}
    # The elderly first: care at home is a part of what the municipal sector counts.
    counts |= _elderly(dice)
    counts |= _sectors(dice, counts["home_nursing"], counts["home_help"])
    counts |= _chronic(dice)
    counts |= _children(dice, counts["psychiatric_citizens"])
    return counts


def _carried(dice: Dice, key: str, measure: Measure, real: Floats) -> Floats:
    """Carry real shares (98, 11) from the years that have them to those that have not.

    The nearest real year is moved along the national curve, in log odds, with a little drift of
    the municipality's own.
    """
    stream, effects = dice.stream(key + " drift"), measure.effects
    known = ~np.isnan(real)
    years = np.arange(len(YEARS))
    distance = np.where(known[:, None, :], np.abs(years[None, :, None] - years), len(YEARS))
    nearest = distance.argmin(axis=2)
    start = np.take_along_axis(logit(real), nearest, axis=1)
    level = logit(by_year(measure.national) / 100)
    away = years - nearest
    passing = effects.year * stream.standard_normal(real.shape)
    slope = effects.slope * stream.standard_normal((len(real), 1)) * away / 5
    carried = start + level[None, :] - level[nearest] + slope + passing
    return np.where(known, real, expit(carried))


def _elderly(dice: Dice) -> dict[str, Ints]:
    table, real = measures("elderly"), dice.country.real
    nursing = real["home_nursing"] / 1000
    nursing[:, : YEARS.index(2021)] = np.nan  # incompletely reported: see the measure's source
    counts = {
        "home_nursing": dice.share(
            "home_nursing",
            table["home_nursing"],
            target=_carried(dice, "home_nursing", table["home_nursing"], nursing),
        )
    }
    for key in ("home_help", "care_home", "polypharmacy", "multimorbidity"):
        counts[key] = dice.share(key, table[key])
    stays = real["stays_12h"]
    first = YEARS.index(2017)
    stays = np.where(np.isnan(stays), stays[:, first : first + 1], stays)
    # All-age stays follow the share of old people: only what lies beyond it is the place's own.
    people = dice.country.population
    old = people[..., SCOPES["65+"]].sum(axis=(2, 3)) / people.sum(axis=(2, 3))
    counts["somatic_admissions"] = dice.events(
        "somatic_admissions", table["somatic_admissions"], place=stays / old**_STAYS_BY_AGE
    )
    counts["acute_readmissions"] = dice.share(
        "acute_readmissions", table["acute_readmissions"], parent=counts["somatic_admissions"]
    )
    for key in ("avoidable_stays", "finished_treatment_days", "medical_bed_days"):
        counts[key] = dice.events(key, table[key])
    return counts


def _sectors(dice: Dice, home_nursing: Ints, home_help: Ints) -> dict[str, Ints]:
    table, people, real = measures("overview"), dice.country.population, dice.country.real
    gp = dice.share(
        "gp_citizens",
        table["gp_citizens"],
        target=_carried(dice, "gp_citizens", table["gp_citizens"], real["gp"] / 100),
    )
    stay = real["hospital"] / 100
    met = stay + (1 - stay) * table["somatic_citizens"].contacts_without_stay
    somatic = dice.share(
        "somatic_citizens",
        table["somatic_citizens"],
        target=_carried(dice, "somatic_citizens", table["somatic_citizens"], met),
    )
    cared = np.maximum(home_nursing, home_help)
    citizens = {
        "gp": gp,
        "other_practice": dice.share("other_practice_citizens", table["other_practice_citizens"]),
        "somatic": somatic,
        "psychiatric": dice.share("psychiatric_citizens", table["psychiatric_citizens"]),
        "municipal": cared
        + dice.share(
            "municipal_citizens_beyond", table["municipal_citizens_beyond"], parent=people - cared
        ),
    }
    counts = {f"{sector}_citizens": value for sector, value in citizens.items()}
    for sector in SECTORS:
        measure = table[f"{sector}_contacts"]
        first_contacts = citizens[sector]
        # Contacts beyond the first: the calibrated mean less the one that everybody has.
        lighter = measure.model_copy(
            update={
                "curve": [mean - 1 for mean in measure.curve],
                "levels": [
                    level.model_copy(update={"points": {y: v - 1 for y, v in level.points.items()}})
                    for level in measure.levels
                ],
            }
        )
        counts[f"{sector}_contacts"] = first_contacts + dice.events(
            f"{sector}_contacts", lighter, parent=first_contacts
        )
    counts["all_contacts"] = sum(
        (counts[f"{sector}_contacts"] for sector in SECTORS), np.zeros_like(people)
    )
    return counts | _sectors_met(people, citizens)


def _both(first: Ints, second: Ints, people: Ints, odds: float) -> Ints:
    """Return how many of ``first`` also are in ``second``, at an odds ratio against the others."""
    eta = np.stack([np.full(first.shape, np.log(odds)), np.zeros(first.shape)], axis=-1)
    cells = np.stack([first, people - first], axis=-1)
    p = expit(eta + shift_to_total(eta, cells, second.astype(float))[..., None])
    split = meet_total(np.rint(p * cells).astype(np.int64), second, cells, p * cells)
    return split[..., 0]


def _sectors_met(people: Ints, citizens: dict[str, Ints]) -> dict[str, Ints]:
    """Split the citizens with contact by how many of practice, hospital and municipality they met.

    The marginal counts are given; the overlaps are set so that they can hold together.
    """
    odds = overlap()
    gp, other = citizens["gp"], citizens["other_practice"]
    somatic, psychiatric = citizens["somatic"], citizens["psychiatric"]
    municipal = citizens["municipal"]
    practice = gp + other - _both(gp, other, people, odds.other_practice_given_gp)
    hospital = (
        somatic + psychiatric - _both(somatic, psychiatric, people, odds.psychiatric_given_somatic)
    )
    two = _both(municipal, hospital, people, odds.hospital_given_municipal)
    cells = np.stack(
        [two, hospital - two, municipal - two, people - hospital - municipal + two], axis=-1
    )
    likely = cells * np.array(odds.practice)
    seen = meet_total(np.rint(likely).astype(np.int64), practice, cells, likely)
    return {
        "three_sectors": seen[..., 0],
        "two_sectors": cells[..., 0] - seen[..., 0] + seen[..., 1] + seen[..., 2],
        "one_sector": cells[..., 1:3].sum(axis=-1) - seen[..., 1:3].sum(axis=-1) + seen[..., 3],
        "all_citizens": cells[..., :3].sum(axis=-1) + seen[..., 3],
    }


def _chronic(dice: Dice) -> dict[str, Ints]:
    table, counts = measures("chronic"), {}
    for key in (key for key in table if key.endswith("_prevalence")):
        counts[key] = dice.share(key, table[key])
        new = key.replace("_prevalence", "_incidence")
        counts[new] = dice.share(new, table[new], parent=counts[key])
    return counts


def _children(dice: Dice, psychiatric_citizens: Ints) -> dict[str, Ints]:
    table = measures("children")
    diagnosis = dice.share("psychiatric_diagnosis", table["psychiatric_diagnosis"])
    return {
        "psychiatric_diagnosis": diagnosis,
        "adhd": dice.share("adhd", table["adhd"], parent=diagnosis),
        "physical_contact": dice.share(
            "physical_contact", table["physical_contact"], parent=psychiatric_citizens
        ),
        **_pupils(dice),
    }


def _pupils(dice: Dice) -> dict[str, Ints]:
    """Draw the two school measures; pupils stand in the band 12-17."""
    spec, stream, country = school(), dice.stream("school"), dice.country
    people = country.population
    examined = stream.binomial(people[..., 2], spec.examined_of_12_17)
    surveyed = stream.binomial(people[..., 1], spec.surveyed_of_6_11) + stream.binomial(
        people[..., 2], spec.surveyed_of_12_17
    )
    years = np.array(YEARS)

    low, high = spec.overweight_per_cent
    place = country.deprivation + 0.35 * stream.standard_normal(len(country.codes))
    place = place / np.abs(place).max()
    middle = spec.overweight_middle + spec.overweight_rise_per_year * (years - years[-1])
    reach = np.where(place > 0, high - spec.overweight_middle, spec.overweight_middle - low)
    share = np.clip(middle + 0.95 * (place * reach)[:, None], low, high) / 100
    overweight = stream.binomial(examined, expit(_by_sex(share, 1 / spec.overweight_boys_odds)))
    # The known range is of municipalities: chance may not carry a small one beyond it.
    pupils = examined.sum(axis=-1)
    total = np.clip(
        overweight.sum(axis=-1), np.ceil(pupils * low / 100), np.floor(pupils * high / 100)
    )
    overweight = meet_total(overweight, total.astype(np.int64), examined, examined.astype(float))

    unwell = (
        logit(by_year(spec.low_wellbeing) / 100)[None, :]
        + (
            spec.low_wellbeing_deprivation * country.deprivation
            + spec.low_wellbeing_own * stream.standard_normal(len(country.codes))
        )[:, None]
    )
    low_wellbeing = stream.binomial(
        surveyed, expit(_by_sex(expit(unwell), spec.low_wellbeing_girls_odds))
    )
    drawn = {
        "pupils_examined": examined,
        "pupils_overweight": overweight,
        "pupils_surveyed": surveyed,
        "pupils_low_wellbeing": low_wellbeing,
    }
    return {key: _in_band(value, people) for key, value in drawn.items()}


def _by_sex(share: Floats, women_per_man: float) -> Floats:
    half = np.log(women_per_man) / 2
    eta = np.empty((*share.shape, 2))
    eta[..., FEMALE], eta[..., MALE] = logit(share) + half, logit(share) - half
    return eta


def _in_band(values: Ints, people: Ints) -> Ints:
    counts = np.zeros_like(people)
    counts[..., 2] = values
    return counts
