"""How hard a text is to read: LIX, and the length of its sentences."""

from __future__ import annotations

import re

# A full stop inside a number (1.000) ends no sentence.
_END = re.compile(r"[.!?](?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[.,–'-][^\W_]+)*\+?")
LONG = 6


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a running text."""
    return [s.strip() for s in _END.split(text) if s.strip()]


def words_of(text: str) -> list[str]:
    """Return the words of a text; a number is a word."""
    return _WORD.findall(text)


def lix(text: str) -> float:
    """Return the readability index: words a sentence, plus per cent of words over six letters.

    Source: C.-H. Björnsson, "Läsbarhet" (1968). Under 25 is very easy, 25-34 easy, 35-44 middling.
    """
    words, sentences = words_of(text), sentences_of(text)
    long = sum(sum(c.isalpha() for c in word) > LONG for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)
