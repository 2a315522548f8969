"""Slow, obvious versions of every formula: plain Python, one figure at a time, no numpy."""

from __future__ import annotations

import math
from statistics import NormalDist


def z_of(confidence):
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


def wilson(x, n, confidence):
    """Solve (p - x/n)² = z² p (1 - p) / n for p, the equation Wilson's limits are the roots of."""
    z = z_of(confidence)
    p = x / n
    a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def poisson_cdf(k, mean):
    """P(X <= k), summed term by term."""
    return math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(k + 1))


def bisect(rising, low, high):
    """Find where `rising` turns from below 0 to above."""
    for _ in range(90):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def exact_poisson(count, confidence):
    """The means under which the count would just be in the tail, by bisection on the sum."""
    tail = (1 - confidence) / 2
    top = 10 * (count + 10)
    lower = 0.0
    if count:
        lower = bisect(lambda m: (1 - poisson_cdf(count - 1, m)) - tail, 1e-12, top)
    return lower, bisect(lambda m: tail - poisson_cdf(count, m), 1e-12, top)


def byar(count, confidence):
    z = z_of(confidence)
    lower = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    more = count + 1
    return lower, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def count_limits(count, confidence):
    return exact_poisson(count, confidence) if count < 10 else byar(count, confidence)


def dsr(count, n, standard, multiplier, confidence):
    rates = [o / p for o, p in zip(count, n, strict=True)]
    weight = sum(standard)
    value = sum(w * r for w, r in zip(standard, rates, strict=True)) / weight
    variance = sum(w * w * o / p**2 for w, o, p in zip(standard, count, n, strict=True)) / weight**2
    total = sum(count)
    lower, upper = byar(total, confidence)
    stretch = math.sqrt(variance / total)
    return tuple(
        multiplier * v
        for v in (value, value + stretch * (lower - total), value + stretch * (upper - total))
    )


def trend(values, lowers, uppers):
    """Textbook weighted regression, and again with each point left out."""
    y, low, high = values[-5:], lowers[-5:], uppers[-5:]
    if len(y) < 5 or any(math.isnan(v) for v in [*y, *low, *high]):
        return "not_calculable"
    if any(h <= s for s, h in zip(low, high, strict=True)):
        return "not_calculable"
    se = [(h - s) / (2 * z_of(0.95)) for s, h in zip(low, high, strict=True)]
    slope, variance = line(list(range(5)), y, se)
    for out in range(5):
        keep = [i for i in range(5) if i != out]
        other, _ = line(keep, [y[i] for i in keep], [se[i] for i in keep])
        if (other > 0) - (other < 0) != (slope > 0) - (slope < 0):
            return "no_change"
    if slope**2 / variance <= NormalDist().inv_cdf(1 - 0.002 / 2) ** 2:
        return "no_change"
    return "increasing" if slope > 0 else "decreasing"


def line(x, y, se):
    w = [1 / s**2 for s in se]
    s, sx, sy = sum(w), sum(map(mul, w, x)), sum(map(mul, w, y))
    sxx = sum(a * b * b for a, b in zip(w, x, strict=True))
    sxy = sum(a * b * c for a, b, c in zip(w, x, y, strict=True))
    determinant = s * sxx - sx * sx
    return (s * sxy - sx * sy) / determinant, s / determinant


def mul(a, b):
    return a * b


def quantile_class(values, value, classes):
    """Mean rank by counting how many lie below and how many are equal."""
    below = sum(v < value for v in values)
    equal = sum(v == value for v in values)
    return math.floor(classes * (2 * below + equal) / (2 * len(values)))


def binomial_funnel(n, p, tail):
    return interpolated(lambda k: binomial_cdf(k, n, p), tail) / n


def poisson_funnel(expected, tail):
    return interpolated(lambda k: poisson_cdf(k, expected), tail) / expected


def binomial_cdf(k, n, p):
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(min(k, n) + 1))


def interpolated(cdf, tail):
    """Count on until the cumulative probability passes the tail, then go back in proportion."""
    r = 0
    while cdf(r) < tail:
        r += 1
    before = cdf(r - 1) if r else 0.0
    return max(0.0, r - (cdf(r) - tail) / (cdf(r) - before))


def slope_index(values, population):
    """Least squares where every single person is a point at the middle of its group."""
    total, so_far, x, y = sum(population), 0, [], []
    for value, people in zip(values, population, strict=True):
        middle = (so_far + people / 2) / total
        so_far += people
        x += [middle] * people
        y += [value] * people
    mx, my = math.fsum(x) / len(x), math.fsum(y) / len(y)
    slope = math.fsum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / math.fsum(
        (a - mx) ** 2 for a in x
    )
    return slope, (my + slope * (1 - mx)) / (my - slope * mx)


def years_left(deaths, person_years, ages, lived=0.5):
    """Follow 100,000 people from band to band, and Chiang's variance term by term."""
    alive = 100_000.0
    lives, dying, left = [], [], []
    for i, start in enumerate(ages[:-1]):
        width = ages[i + 1] - start
        rate = deaths[i] / person_years[i]
        q = min(width * rate / (1 + width * (1 - lived) * rate), 1)
        lives.append(alive)
        dying.append(q)
        gone = alive * q
        left.append(width * (alive - gone) + width * lived * gone)
        alive -= gone
    rate = deaths[-1] / person_years[-1]
    lives.append(alive)
    left.append(alive / rate)
    value = sum(left) / lives[0]
    variance = (alive / lives[0]) ** 2 / (rate**2 * deaths[-1])
    for i, q in enumerate(dying):
        if deaths[i]:
            width = ages[i + 1] - ages[i]
            after = sum(left[i + 1 :]) / lives[i + 1] if lives[i + 1] else 0
            spread = q * q * (1 - q) / deaths[i]
            variance += (lives[i] / lives[0]) ** 2 * (after + width * (1 - lived)) ** 2 * spread
    half = z_of(0.95) * math.sqrt(variance)
    return value, value - half, value + half
