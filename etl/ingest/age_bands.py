"""Age bands: where they begin and end, and which together are exactly another one."""

from __future__ import annotations

from collections.abc import Iterable


def partition(whole: str, bands: Iterable[str]) -> list[str] | None:
    """Return age bands that together are exactly another one.

    Parameters
    ----------
    whole
        ``all`` or a band, such as ``65+``.
    bands
        Bands to choose from; ``whole`` itself is not used.

    Returns
    -------
    list of str or None
        Bands from youngest to oldest, the narrowest where there is a choice; None when they leave
        a gap.
    """
    spans = {band: span(band) for band in bands if band not in ("all", whole)}
    low, high = (0, None) if whole == "all" else span(whole)

    def chain(start: int) -> list[str] | None:
        fitting = [b for b, (first, _) in spans.items() if first == start]
        for band in sorted(fitting, key=lambda b: spans[b][1] or 1_000):
            end = spans[band][1]
            if end == high:
                return [band]
            if end is None or (high is not None and end > high):
                continue
            rest = chain(end + 1)
            if rest is not None:
                return [band, *rest]
        return None

    return chain(low)


def span(band: str) -> tuple[int, int | None]:
    """Return the first and the last age of a band other than ``all``; None where it is open."""
    if band.endswith("+"):
        return int(band[:-1]), None
    low, _, high = band.partition("-")
    return int(low), int(high or low)
