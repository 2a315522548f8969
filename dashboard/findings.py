"""What one number says, in plain words, and a question to ask about it. Pure.

A finding never names a cause, never judges, and says "higher" or "lower" only where the interval
says so; where there is no interval, it says that this cannot be told. The texts lie in
``findings.toml``: an indicator without sentences of its own gets the general ones, so that a new
indicator needs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard import sentences
from dashboard.format import Numbers, rounded
from dashboard.text import Text

Row = Mapping[str, Any]
#: Where no interval can be computed: relative difference below which two numbers are "about" alike.
ALIKE = 0.02
#: Where the interval holds both: relative difference up to which they are called about the same;
#: farther apart, few people are behind the number and only chance can be named.
NEAR = 0.10
#: "9 out of 100" is said from here on; smaller shares are said of 1,000 or 10,000 people.
_FEWEST = 10
_BASES = (100, 1_000, 10_000)
_TRENDS = ("increasing", "decreasing", "no_change")


@dataclass(frozen=True)
class Finding:
    """One number in words.

    Attributes
    ----------
    key
        The indicator's id, or another word that names the finding.
    title
        Heading.
    sentences
        What the numbers say, in order.
    meaning
        What the words mean, in one or two sentences; may be empty.
    questions
        Neutral questions a council could ask; empty where nothing is known.
    is_demo
        Whether the figures are made up; each sentence that rests on them then says so itself, and
        where a question is shown, it says so too.
    """

    key: str
    title: str
    sentences: tuple[str, ...]
    meaning: str = ""
    questions: tuple[str, ...] = field(default=())
    is_demo: bool = False

    @property
    def running_text(self) -> str:
        """Everything but the heading, as it is read."""
        return " ".join(filter(None, [*self.sentences, self.meaning, *self.questions]))


def of_indicator(
    text: Text,
    number: Numbers,
    row: Row,
    indicator: Row,
    *,
    is_country: bool = False,
    years: str = "",
    key: str = "",
    people: float | None = None,
    year: str = "",
) -> Finding:
    """Return what an indicator's number says.

    Parameters
    ----------
    text, number
        Language and number format.
    row
        ``period, value, status, is_estimate, vs_country, trend, country_value``, and ``age`` where
        there is one.
    indicator
        The indicator's warehouse row.
    is_country
        Whether the number is the country's own: it is compared with nothing.
    years
        Years pooled, such as ``2023–2025``; the number is then their average.
    key
        Name of the texts, where an indicator has others for one age; the indicator's id otherwise.
    people
        How many the number is about, where it is known: "70 for each 1,000 children" is said to be
        converted where fewer children live, and never "33 out of 1,000" of 190.
    year
        The year as it is written, where more than its number is to be said.
    """
    name = str(indicator["indicator_id"])
    key = key or name
    title = str(indicator[f"title_{text.lang}"])
    if text.has(f"findings.title.{key}"):
        title = text(f"findings.title.{key}")
    meaning = str(indicator[f"definition_{text.lang}"] or "")
    if text.has(f"findings.means.{key}"):
        meaning = text(f"findings.means.{key}")
    is_demo = bool(indicator["is_demo"])
    if row["status"] != "ok" or row["value"] is None:
        hidden = str(row["status"]).startswith("suppressed")
        said = text("findings.hidden" if hidden else "findings.missing")
        return Finding(key, title, (said,), meaning, (), is_demo)

    def say(sentence: str) -> str:
        return sentences.made_up(text, sentence, is_demo)

    said_key = f"findings.said.{key}"
    value, other = float(row["value"]), None if is_country else row["country_value"]
    form = _Form.of(text, number, key, indicator, value, people)
    year = years or year or str(row["period"])
    if text.has(said_key):
        lines = [say(text(said_key, amount=form.amount(value), year=year))]
    else:
        amount = form.amount(value)
        if form.base is None:
            age = str(row.get("age") or "all")
            about = "" if age == "all" else f", {text.age(age)}"
            amount += f" ({indicator[f'unit_{text.lang}']}{about})"
        lines = [say(text("findings.said_any", amount=amount, year=year))]
    if form.base is None and people is not None and people < (per := indicator["multiplier"]) > 1:
        lines.append(text("findings.converted", base=number(per)))
    if years:
        lines.append(text("findings.pooled"))
    is_estimate, direction, compared = bool(row["is_estimate"]), "similar", []
    if other is not None:
        direction, told = _against(text, form, row, float(other))
        compared = [" ".join(told[: 1 if is_estimate else None])]
    # What an estimate is more or less than is no surer than itself, whatever its interval says.
    if is_estimate and direction == "similar":
        lines.append(text("findings.estimate"))
    lines += map(say, compared)
    if is_estimate and direction != "similar":
        lines.append(text("standout.estimate"))
    if not years and row["trend"] in _TRENDS:
        lines.append(say(text(f"findings.trend_{row['trend']}")))
    # How old people are is no result of anybody's work: nobody is asked why.
    why = direction != "similar" and indicator.get("theme") != "population"
    questions = [text(f"findings.ask_{direction}")] if why else []
    asked = f"findings.asks.{key}"
    questions.append(text(asked if text.has(asked) else "findings.ask_any"))
    return Finding(key, title, tuple(lines), meaning, tuple(questions), is_demo)


@dataclass(frozen=True)
class _Form:
    """How an indicator's values are said: people out of a round number, or things counted."""

    text: Text
    number: Numbers
    key: str
    factor: float
    base: int | None
    decimals: int | None = None

    @classmethod
    def of(  # noqa: PLR0917
        cls,
        text: Text,
        number: Numbers,
        key: str,
        indicator: Row,
        value: float,
        people: float | None = None,
    ) -> _Form:
        # A span of years is nobody's share, and its decimals matter.
        if indicator.get("unit") == "years":
            return cls(text, number, key, 1.0, None, int(indicator["decimals"]))
        # Days and stays can be more than there are people: they are counted, not shares.
        if text.has(f"findings.many.{key}") or indicator["kind"] in ("rate", "mean", "count"):
            return cls(text, number, key, 1.0, None)
        share = value / float(indicator["multiplier"])
        base = next((b for b in _BASES if share * b >= _FEWEST), _BASES[-1] if share else 100)
        # Out of no more people than there are, while that leaves any to speak of.
        fitting = [b for b in _BASES if b < base and share * b >= 1]
        if people is not None and people < base and fitting:
            base = fitting[-1]
        return cls(text, number, key, base / float(indicator["multiplier"]), base)

    def shown(self, value: float) -> int | float:
        """Return the number as it is said."""
        scaled = value * self.factor
        if self.decimals is not None:
            return rounded(scaled, self.decimals)
        if self.base is None and 0 < scaled < _FEWEST:
            return int(scaled * 10 + 0.5) / 10
        return sentences.roughly(scaled)

    def bare(self, value: float) -> str:
        """Return the number without its noun, with "about" where it is rounded."""
        if self.decimals is not None:
            return self.number(value, self.decimals)
        shown = self.shown(value)
        said = self.number(shown, 0 if float(shown).is_integer() else 1)
        exact = abs(shown - value * self.factor) < 1e-9
        return said if exact else self.text("findings.about", count=said)

    def amount(self, value: float) -> str:
        """Return the number with what is counted."""
        said = self.bare(value)
        if self.base is not None:
            return self.text("findings.out_of", count=said, base=self.number(self.base))
        word = f"findings.{'one' if self.shown(value) == 1 else 'many'}.{self.key}"
        return f"{said} {self.text(word)}" if self.text.has(word) else said


def _way(row: Row) -> str:
    """Return how the number with ages taken into account lies to the country's."""
    here, country = row["age_value"], row["age_country_value"]
    if country is None or abs(here - country) <= ALIKE * abs(country):
        return "similar"
    if row["vs_country"] == "similar":
        return "similar"
    return "higher" if here > country else "lower"


def _against(text: Text, form: _Form, row: Row, other: float) -> tuple[str, list[str]]:
    """Return the direction that may be claimed, what says it, and that chance is not known.

    Where there is a number with ages taken into account, that one is compared.
    """
    value, vs_country = float(row["value"]), row["vs_country"]
    if row.get("age_value") is not None:
        direction = _way(row)
        return direction, [text(f"findings.age_{direction}")]
    same_words = form.shown(value) == form.shown(other)
    if vs_country is None:
        alike = same_words or abs(value - other) <= ALIKE * abs(other)
    else:
        alike = vs_country == "similar"
    if alike:
        if same_words:
            return "similar", [text("findings.similar")]
        near = abs(value - other) <= NEAR * abs(other)
        key = "findings.similar_other" if near else "findings.unsure_other"
        return "similar", [text(key, other=form.bare(other))]
    direction = "higher" if value > other else "lower"
    if same_words:
        return direction, [text(f"findings.slightly_{direction}")]
    said = [text(f"findings.{direction}", other=form.bare(other))]
    if vs_country is None:
        said.append(text("findings.not_known"))
    return direction, said
