"""Figures beside the last published ones of the same series: what looks like a mistake.

:mod:`etl.quality.outliers` says what changed by more than chance. Here stands what no real change
looks like:
all figures ten times as large, moved one municipality down, zero, a copy of the year before. Each
is a question that somebody has to say yes to.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from etl.quality import chance, patterns
from etl.quality.grid import AREAS, MUNICIPALITIES, SMALL, Bools, Floats, Ints
from etl.quality.mixed_up import measures_exchanged, rows_exchanged
from etl.quality.patterns import median
from etl.quality.previous_values import SOME, Beside, Hits, not_among
from etl.quality.same_digits import coarser, few_alike
from etl.quality.steps import new_step
from etl.quality.two_countings import COUNTED_TWICE, FEW, RATE_STEP, RATE_TWICE
from etl.quality.whole_series import alike, gone, labels_exchanged, the_same

#: Half of the municipalities that many times as large or small, from one figure to the next: the
#: largest real step known is 2.3 (school absence in 2022).
TIMES: Final = math.log(3)
#: One figure that many times as large or small, beyond what the others did.
ALONE: Final = math.log(7.5)
_ERRORS: Final = 6.0
#: One rate that is both that many times as large or small and so far from those of all others.
_ALONE_AND_FAR: Final = math.log(4)
_FAR: Final = math.log(3)
_ORDINARY: Final = 0.05
#: People who cannot all be gone by chance, and events, of which one person may have many.
_PEOPLE: Final = 30
_EVENTS: Final = 300
#: Events that come together, one person's: the variance of their number is that many times larger.
EACH: Final = 10
#: Rank correlation below which two years have no pattern in common; the lowest real one between
#: two surveys is 0.23.
_NO_PATTERN: Final = 0.15
#: By how much better figures fit the ones of the next municipality before they are moved.
_BETTER: Final = 0.15
#: The same as a difference of two correlations by Fisher's transformation, in standard errors.
_SURELY: Final = 3.5 * math.sqrt(2)
#: Rank correlation from year to year below which there is hardly a pattern.
_SOME_PATTERN: Final = 0.4
#: Rank correlation of a pattern that is clear.
_CLEAR: Final = 0.5
_MOST: Final = 60
#: Rank correlation from year to year that is firm, and by how much it does not fall by itself.
_FIRM: Final = 0.7
_WORSE: Final = 0.3
#: Rank correlation of two editions of one year, at least.
_AGAIN: Final = 0.8
#: Rank correlation beyond which nothing has moved.
_SURE: Final = 0.98
#: Change, as a logarithm, from which two municipalities may have each other's figures.
_EXCHANGED: Final = 0.4
#: The same of counts that hardly change otherwise.
_CALM: Final = 0.03
#: Share of the figures that are hidden or missing now and were not before.
_BLANK: Final = 0.2


def implausible(
    both: Beside, rounded_to: float, people: Collection[str], *, editions: bool = False
) -> list[Hits]:
    """Return everything that looks like a mistake.

    Parameters
    ----------
    both
        Figures and the last published ones.
    rounded_to
        What counts are rounded to, 0 when they are not.
    people
        Measures that count people, not what they have many of.
    editions
        Whether the last published ones are an earlier edition's of the same kind of package.
    """
    sides = _Sides.of(both, rounded_to, people)
    most, some = gone(both)
    blank, all_alike = sides.fewer(), alike(both, rounded_to)
    zeros, moved = sides.zeros(), sides.moved()
    # A year that is half nothing has no pattern, and the next one none to follow.
    again = (both.before == 0) & (both.grid.value > 0)
    nothing = np.maximum(zeros.where.sum(-1), again.sum(-1))[..., None] >= SOME
    moved = replace(moved, where=moved.where & ~nothing)
    found = [
        sides.factor(),
        zeros,
        sides.alone(),
        moved,
        sides.exchanged(),
        replace(blank, where=blank.where & ~most.where),
        sides.copied(),
        labels_exchanged(both),
        measures_exchanged(both),
        new_step(both, rounded_to),
        not_among(few_alike(both), [all_alike, moved], both.grid),
        coarser(both, rounded_to),
        all_alike,
        most,
        some,
    ]
    if editions:
        found.append(not_among(sides.revised(), found, both.grid))
    return [hits for hits in found if hits.where.any()]


@dataclass(frozen=True)
class _Sides:
    now: Floats
    before: Floats
    row: Ints
    rounded_to: float
    same_year: Bools  # series × years
    is_count: Bools  # series × 1 × 1
    is_people: Bools  # series × 1 × 1
    measure: npt.NDArray[np.int_]  # of each series
    change: Floats  # log
    common: Floats  # of half the areas; series × years × 1
    usual: Floats  # how far areas differ from that; series × years × 1
    variance: Floats  # of the change, by chance
    fit: Floats  # rank correlation with the figures before; series × years
    usual_fit: Floats

    @classmethod
    def of(cls, both: Beside, rounded_to: float, people: Collection[str]) -> _Sides:
        now, before = both.grid.value, both.before
        is_count = (both.grid.series["kind"] == "count").to_numpy()[:, None, None]
        # Half a unit (or of what is rounded to) keeps zeros finite and small counts calm.
        half = np.where(is_count, max(0.5, rounded_to / 2), 1e-9)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.log((now + half) / (before + half))
            change[(~is_count) & ((now <= 0) | (before <= 0))] = np.nan
        common = median(change[..., :MUNICIPALITIES])[..., None]
        with np.errstate(invalid="ignore", divide="ignore"):
            beyond = np.abs(change - np.nan_to_num(common))[..., :MUNICIPALITIES]
            usual = np.nan_to_num(1.4826 * median(beyond))[..., None]
            one, other = 1 / (now + half), 1 / (before + half)
            variance = one + other + (rounded_to**2 / 12) * (one**2 + other**2)
        measures = both.grid.series["measure"]
        is_people = measures.is_in(list(people)).to_numpy()[:, None, None]
        variance = np.where(is_count, np.where(is_people, 1, EACH) * variance, 0.0)
        return cls(
            now,
            before,
            both.grid.row,
            rounded_to,
            both.since == np.array(both.grid.years),
            is_count,
            is_people,
            measures.rank("dense").to_numpy().astype(int) - 1,
            change,
            common,
            usual,
            variance,
            both.fit,
            both.usual,
        )

    @property
    def _known(self) -> Bools:
        return np.isfinite(self.now) & np.isfinite(self.before)

    def factor(self) -> Hits:
        """Half of the municipalities several times as large or small."""
        known = np.isfinite(self.change[..., :MUNICIPALITIES]).sum(-1) >= SOME
        hit = known & (np.abs(self.common[..., 0]) > TIMES)
        # What is zero now is told as such, and what was zero can only grow.
        for figures in (self.now, self.before):
            hit &= median(figures[..., :MUNICIPALITIES]) > 0
        where = hit[..., None] & np.isfinite(self.change)
        return Hits("many_times", where, np.exp(self.common[..., 0]))

    def zeros(self) -> Hits:
        """Zero where there were people, in many municipalities or where that cannot be."""
        had = self._known & (self.before > 0)
        gone = had & (self.now == 0)
        enough = np.where(self.is_people, _PEOPLE, _EVENTS)
        large = np.where(self.is_count, self.before >= enough, False)
        own = slice(MUNICIPALITIES)
        many = (gone[..., own].sum(-1) >= SOME) & (
            gone[..., own].sum(-1) * 2 > had[..., own].sum(-1)
        )
        # By chance as many come as go.
        come = self._known & (self.before == 0) & (self.now > 0)
        many &= chance.more(gone[..., own].sum(-1), come[..., own].sum(-1))
        people = np.where(self.is_count, np.where(gone, self.before, 0), np.inf)
        many &= people[..., own].sum(-1) >= enough[..., 0]
        small = np.isin(AREAS, SMALL)
        # A share of a large area is never nothing at all, unless it is nearly so elsewhere.
        with np.errstate(invalid="ignore"):
            usual = self.before * 4 > median(self.before[..., own])[..., None]
        rare = (~self.is_count) & ~small & usual & self._only_rates
        return Hits("now_zero", gone & (large | many[..., None] | rare))

    @property
    def _only_rates(self) -> bool:
        """Whether there are no counts beside the rates, which say more."""
        return not self.is_count.any()

    def alone(self) -> Hits:
        """One figure many times as large or small, beyond the others and beyond chance."""
        with np.errstate(invalid="ignore", divide="ignore"):
            beyond = np.abs(self.change - np.nan_to_num(self.common))
            spread = np.sqrt(np.maximum(self.usual, _ORDINARY) ** 2 + self.variance)
            hit = (beyond > ALONE) & (beyond > _ERRORS * spread)
            # Where figures vary much from year to year: far from what any municipality has.
            level = np.where(self.is_count, np.nan, np.log(self.now))
            off = np.abs(level - median(level[..., :MUNICIPALITIES])[..., None])
            among = 1.4826 * median(off[..., :MUNICIPALITIES])[..., None]
            hit |= (beyond > _ALONE_AND_FAR) & (off > np.maximum(_ERRORS * among, _FAR))
        small = np.isin(AREAS, SMALL)
        hit &= self.is_count | (~small & self._only_rates)
        few = (self.now == 0) & self.is_count  # zeros are told as such
        return Hits("far_alone", hit & ~few)

    def moved(self) -> Hits:
        """Figures that fit the last ones of other municipalities, or of none."""
        own = slice(MUNICIPALITIES)
        number = self._known[..., own].sum(-1)
        fit = self.fit
        # Of the same year every figure has been seen before.
        usual = np.where(self.same_year & np.isfinite(fit), 1.0, self.usual_fit)
        with np.errstate(invalid="ignore", divide="ignore"):
            # What has the pattern it always had need not be looked at closely.
            doubtful = (fit < _SURE) & ~(fit > usual - _BETTER / 5)
            at = np.nonzero(doubtful)
            # Beside each other as the file has them: by code, by name or by region.
            order = np.argsort(self.row[..., own][at], axis=-1, kind="stable")
            now, before = (
                np.take_along_axis(side[..., own][at], order, -1)
                for side in (self.now, self.before)
            )
            beside = patterns.fits_neighbours(now, before)
            hit = np.zeros(number.shape, bool)
            hit[at] = (beside > fit[at] + _BETTER) & (beside > _CLEAR)
            hit[at] &= np.arctanh(beside) - np.arctanh(fit[at]) > _SURELY / np.sqrt(number[at] - 3)
            # A run that fits the next rows is chance where years have little pattern in common;
            # rates with counts beside them may be of as few people.
            alone = self.is_count[..., 0] | self._only_rates
            least = np.broadcast_to(np.where(alone, _SOME_PATTERN, _FIRM), usual.shape)
            pattern = ~(usual[at] < least[at]) & (number[at] >= _MOST)
            hit[at] |= patterns.run_moved(now, before) & pattern
            hit[at] |= patterns.in_order(now) & ~patterns.in_order(before) & (number[at] >= _MOST)
            # Where a series has a pattern from year to year, or nothing says that it has none.
            unknown = ~np.isfinite(usual) & alone
            lost = (unknown | (usual > _CLEAR)) & (fit < _NO_PATTERN)
            lost |= (usual > _FIRM) & (fit < usual - _WORSE)
            lost |= self.same_year & (fit < _AGAIN)
            hit |= lost & (number >= _MOST)
            # A pattern that is lost in chance has not moved.
            at = np.nonzero(hit & self.is_count[..., 0])
            now, before = (side[..., own][at] for side in (self.now, self.before))
            hit[at] = ~chance.explains(now, before, self.rounded_to)
        return Hits("moved", hit[..., None] & self._known)

    def exchanged(self) -> Hits:
        """Two municipalities that have each other's figures."""
        own = slice(MUNICIPALITIES)
        with np.errstate(invalid="ignore", divide="ignore"):
            now = np.log(self.now[..., own]) - np.nan_to_num(self.common)
            before = np.log(self.before[..., own])
            spread = np.sqrt(
                np.maximum(self.usual, _ORDINARY) ** 2 + self.variance[..., own] + self._rounded()
            )
            off = np.abs(now - before) > np.maximum(_ERRORS * spread, _EXCHANGED)
            # What hardly changes tells nearly alike municipalities apart.
            calm = np.sqrt(self.usual**2 + self.variance[..., own])
            nearly = self.is_count & (np.abs(now - before) > np.maximum(_ERRORS * calm, _CALM))
        known = np.isfinite(now) & np.isfinite(before)
        together = rows_exchanged(
            now, before, np.hypot(calm, np.sqrt(self._rounded())), self.is_count
        )
        off &= known & (self.is_count | ~np.isin(AREAS[:MUNICIPALITIES], SMALL))
        rows = (-1, MUNICIPALITIES)
        found = patterns.swapped(
            off.reshape(rows),
            now.reshape(rows),
            before.reshape(rows),
            np.sqrt(self.variance[..., own]).reshape(rows),
        )
        found |= patterns.swapped(
            (nearly & known).reshape(rows),
            now.reshape(rows),
            before.reshape(rows),
            np.zeros(nearly.shape).reshape(rows),
            near=0,
            part=0.25,
        )
        # Of the same year every figure has been seen before.
        again = self.same_year[..., None] & np.isfinite(now) & np.isfinite(before)
        now, before = self.now[..., own], self.before[..., own]
        again &= now != before
        found |= patterns.swapped(
            again.reshape(rows),
            now.reshape(rows),
            before.reshape(rows),
            np.zeros(again.shape).reshape(rows),
            near=1e-9,
        )
        where = np.zeros(self.now.shape, bool)
        where[..., own] = found.reshape(now.shape) | together
        return Hits("exchanged", where)

    def _rounded(self) -> Floats:
        """Return the variance of a rate's change by its rounding: to tens, 10 and 20 are near."""
        now, before = (side[..., :MUNICIPALITIES] for side in (self.now, self.before))
        rates = ~self.is_count[:, 0, 0]
        found = np.zeros(now.shape)
        step = np.diff(np.sort(now[rates], axis=-1), axis=-1)
        step = np.where(step > 0, step, np.inf).min(-1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[rates] = step**2 / 12 * (1 / now[rates] ** 2 + 1 / before[rates] ** 2)
        return np.nan_to_num(found, posinf=0.0)

    def copied(self) -> Hits:
        """Figures of another year, to the last digit."""
        where = the_same(self.now, self.before, self.is_count)
        return Hits("copied", where & ~self.same_year[..., None])

    def revised(self) -> Hits:
        """Figures of a year that both have, changed by more than two countings differ."""
        little = np.where(
            self.is_count,
            np.maximum(COUNTED_TWICE * self.before, FEW) + self.rounded_to,
            RATE_TWICE * self.before + RATE_STEP,
        )
        with np.errstate(invalid="ignore"):
            changed = np.abs(self.now - self.before) > little
        return Hits("revised", changed & self._known & self.same_year[..., None])

    def fewer(self) -> Hits:
        """Far more figures hidden or missing than before."""
        own = slice(MUNICIPALITIES)
        had = np.isfinite(self.before[..., own])
        has = np.isfinite(self.now[..., own])
        at_all = (self.row[..., own] > 0).any(-1, keepdims=True) & had.any(-1, keepdims=True)
        lost, won = had & ~has & at_all, has & ~had & at_all
        measure = self.measure
        number = _by(measure, (at_all & np.ones_like(had)).sum(-1))
        net = _by(measure, lost.sum(-1)) - _by(measure, won.sum(-1))
        many = (net > _BLANK * number) & (net >= SOME)
        where = np.zeros(self.now.shape, bool)
        where[..., own] = lost & many[measure][..., None]
        return Hits("many_blank", where)


def _by(measure: npt.NDArray[np.int_], number: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    """Return sums of each measure's series, year by year."""
    total = np.zeros((measure.max(initial=-1) + 1, number.shape[1]), int)
    np.add.at(total, measure, number)
    return total
