"""What every formula asks of its input, and the words it refuses with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

#: Counts distributed by share are not whole; their sum may pass the population by a rounding.
_ROUNDING = 1e-9


def floats(values: ArrayLike, name: str) -> Floats:
    """Return `values` as float64 with NaN for unknown; refuse text, infinity and negatives."""
    array = real(values, name)
    if (array < 0).any():
        raise ValueError(f"{name} is negative{_where(array < 0)}; give counts of 0 or more")
    return array


def real(values: ArrayLike, name: str) -> Floats:
    """Return `values` as float64 of any sign, NaN for unknown; refuse text and infinity."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of one even shape: {error}") from None
    if np.isinf(array).any():
        raise ValueError(f"{name} is infinite{_where(np.isinf(array))}; give NaN for unknown")
    return array


def together(**arrays: Floats) -> tuple[Floats, ...]:
    """Return the arrays in one common shape; refuse lengths that do not fit.

    Only plain numbers are stretched to the length of the others, so that a forgotten row never
    passes as a constant.
    """
    shapes = {array.shape for array in arrays.values() if array.ndim}
    if len(shapes) > 1:
        lengths = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"lengths do not match: {lengths}")
    shape = shapes.pop() if shapes else ()
    return tuple(np.broadcast_to(array, shape) for array in arrays.values())


def strata(**arrays: Floats) -> tuple[Floats, ...]:
    """Return the arrays in the first one's shape, whose last axis is strata.

    The others either have that shape or only the last axis, the same for every row.
    """
    (first, shape), *_ = ((name, array.shape) for name, array in arrays.items())
    if not shape or shape[-1] == 0:
        raise ValueError(f"{first} has no strata: the last axis must hold one number a stratum")
    for name, array in arrays.items():
        if array.shape not in (shape, shape[-1:]):
            raise ValueError(
                f"lengths do not match: {first} has shape {shape}, {name} has {array.shape}"
            )
    return tuple(np.broadcast_to(array, shape) for array in arrays.values())


def populated(array: Floats, name: str) -> None:
    """Refuse a stratum without people: its rate is undefined, so no standardised rate exists."""
    if (array == 0).any():
        raise ValueError(
            f"{name} has an empty stratum{_where(array == 0)}; merge strata or give NaN for unknown"
        )


def within(count: Floats, n: Floats) -> None:
    """Refuse a count above its `n`."""
    above = count > n * (1 + _ROUNDING)
    if above.any():
        raise ValueError(f"count is above n{_where(above)}; a proportion cannot pass 1")


def normal_quantile(confidence: float) -> float:
    """Return z of the two-sided interval at `confidence`, 1.95996... at 0.95."""
    return float(ndtri(0.5 + check_confidence(confidence) / 2))


def check_confidence(confidence: float) -> float:
    """Return `confidence` when it lies strictly between 0 and 1."""
    wanted = single(confidence, "confidence")
    if not 0 < wanted < 1:
        raise ValueError(f"confidence must lie between 0 and 1, as 0.95 does; got {confidence!r}")
    return wanted


def single(value: Any, name: str) -> float:
    """Return one number, and refuse text and several."""
    if isinstance(value, str | bytes) or np.ndim(value):
        raise TypeError(f"{name} must be one number; got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be one number; got {value!r}") from None


def plain(array: Any) -> Any:
    """Return a float for a result of no dimensions, else the array."""
    return float(array) if np.ndim(array) == 0 else array


def _where(wrong: NDArray[np.bool_]) -> str:
    """Say the first position that is wrong, counted from 0, and how many there are."""
    if not wrong.ndim:
        return ""
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    at = first[0] if len(first) == 1 else first
    return f" at position {at} ({int(wrong.sum())} in all)"
