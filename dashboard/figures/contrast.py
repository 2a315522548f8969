"""Contrast of two colours by the Web Content Accessibility Guidelines (WCAG 2.2)."""

from __future__ import annotations

from collections.abc import Sequence


def luminance(colour: str) -> float:
    """Return the relative luminance (0-1) of a ``#rrggbb`` colour; WCAG 2.2, definition."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1-21) of two ``#rrggbb`` colours; WCAG 2.2, definition."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def most_readable(ground: str, inks: Sequence[str]) -> str:
    """Return the ink that stands out most on a ground, all ``#rrggbb``."""
    return max(inks, key=lambda ink: contrast(ground, ink))
