"""Five figures that matter to an older person, each in one sentence. Pure.

The same on the page and on the sheet of the senior council's edition. Only real figures: where one
of the first five is not there, the next one takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import captions, estimates, sentences
from dashboard.beside import COUNTRY, People, people_of
from dashboard.estimates import mark
from dashboard.format import rounded
from dashboard.view import View

Row = Mapping[str, Any]
MOST = 5
_GROWTH = "growth"
_AGE = "80+"
#: What is shown, the first first; indicators by id.
_WANTED = (
    _GROWTH,
    "remaining_life_expectancy_65",
    "home_nursing_per_1000",
    "hospital_stays_12h_per_100",
    "loneliness",
    "gp_contact_share",
    "self_rated_health_good",
)
#: What age does to a number → what is said beside a difference; nothing where it does nothing.
_AGES = {"rises": "age", "falls": "age", "unknown": "age_unknown"}
_DIFFERS = frozenset({"better", "worse", "higher", "lower"})


@dataclass(frozen=True)
class Bar:
    """One bar of a picture: whose, how long (None: no number), and the number as written."""

    name: str
    who: str
    value: float | None
    said: str
    is_estimate: bool = False


@dataclass(frozen=True)
class One:
    """One of the five.

    Attributes
    ----------
    indicator
        Id of what it rests on.
    title
        Its heading, with its number.
    said
        What the number says, in one sentence; why there is none where it is not shown.
    compared
        How it stands beside the country; empty for the country itself.
    picture
        What the bars show.
    bars
        The area and the country.
    decimals
        Decimals shown.
    means, ask
        What the number means, and what one may ask.
    remarks
        What must be known beside it: projected, provisional, an estimate.
    whom
        That it is not of older people alone; empty where it is.
    """

    indicator: str
    title: str
    said: str
    compared: str
    picture: str
    bars: tuple[Bar, ...]
    decimals: int
    means: str
    ask: str
    remarks: tuple[str, ...]
    whom: str = ""

    def alt(self, view: View) -> str:
        """Return the picture for who cannot see it."""
        points = [view.text("aeldreraad.point", name=b.name, value=b.said) for b in self.bars]
        return view.text("aeldreraad.alt", title=self.picture, points=", ".join(points))

    @property
    def running_text(self) -> str:
        """Everything but the heading and the picture, as it is read."""
        return " ".join(
            filter(None, [self.said, self.compared, self.means, self.ask, self.whom, *self.remarks])
        )


def five(view: View) -> list[One]:
    """Return the five figures of an area, in order; fewer where there are no more real ones."""
    found: list[One] = []
    people = people_of(view)
    for name in _WANTED:
        if len(found) == MOST:
            break
        one = None
        if name == _GROWTH:
            one = _growth(view, people, len(found) + 1) if people else None
        elif name in view.reference.indicators and not view.is_demo(name):
            one = _indicator(view, name, len(found) + 1)
        if one is not None:
            found.append(one)
    return found


def _text(view: View, name: str, key: str, **values: object) -> str:
    return view.text(f"aeldreraad.{name}.{key}", **values)


def _numbered(view: View, number: int, title: str) -> str:
    return view.text("aeldreraad.numbered", number=number, title=title)


def _growth(view: View, people: People, number: int) -> One | None:
    year = (people.projected or [people.now])[-1]
    now, then = people.count(_AGE), people.count(_AGE, year=year)
    if year == people.now or not now or then is None:
        return None
    estimate = people.is_estimate(_AGE)
    change = 100 * (then / now - 1)
    bars = [_grown(view, view.area.name, "area", change, estimate=estimate)]
    compared = ""
    if view.area.id != COUNTRY:
        was, will = people.count(_AGE, who="country"), people.count(_AGE, year=year, who="country")
        if was and will is not None:
            other = 100 * (will / was - 1)
            bars.append(_grown(view, view.text("common.country"), "country", other))
            key = _direction(rounded(change), rounded(other))
            compared = view.text(f"aeldreraad.compared.{key}_growth")
    fewer = "_fewer" if change < 0 else ""
    counts = {
        "now": view.number(now) + mark(view.text, estimate=estimate),
        "then": view.number(then) + mark(view.text, estimate=estimate),
        "year": year,
    }
    remarks = [view.text("aeldreraad.remarks.projected", year=year)]
    return One(
        "population",
        _numbered(view, number, _text(view, _GROWTH, f"title{fewer}")),
        _text(view, _GROWTH, "said", **counts),
        compared,
        _text(view, _GROWTH, "picture", now=people.now, year=year),
        tuple(bars),
        0,
        _text(view, _GROWTH, f"means{fewer}"),
        _text(view, _GROWTH, "ask", year=year),
        (*remarks, *_about_estimate(view, estimate=estimate)),
    )


def _grown(view: View, name: str, who: str, change: float, *, estimate: bool = False) -> Bar:
    said = view.number.percent(change, 0, sign=True) + mark(view.text, estimate=estimate)
    return Bar(name, who, change, said, estimate)


def _indicator(view: View, name: str, number: int) -> One | None:
    """Return an indicator's newest number; None where neither the area nor the country has one."""
    row = view.reference.newest.get(view.area.id, {}).get(name)
    country = view.reference.newest.get(COUNTRY, {}).get(name)
    if row is None:
        # An area without a number still says so, beside the country's.
        if country is None:
            return None
        row = {**country, "value": None, "status": "missing", "is_estimate": False,
               "vs_country": None, "country_value": country["value"]}  # fmt: skip
    definition = view.reference.indicators[name]
    decimals = int(definition["decimals"])
    year = captions.year(view, name, row["period"])
    shown = row["status"] == "ok" and row["value"] is not None
    bars = [_bar(view, view.area.name, "area", row, definition)]
    compared = ""
    if view.area.id != COUNTRY and row["country_value"] is not None:
        other = {
            "value": row["country_value"],
            "status": "ok",
            "is_estimate": row["country_is_estimate"],
        }
        bars.append(_bar(view, view.text("common.country"), "country", other, definition))
        compared = _compared(view, row, definition) if shown else ""
    plain_year = view.reference.years(name, str(row["period"]))
    said = _text(view, name, "said", amount=_amount(view, row, definition), year=plain_year)
    return One(
        name,
        _numbered(view, number, _text(view, name, "title")),
        said if shown else view.text(f"aeldreraad.remarks.{_why(row)}"),
        compared,
        _text(view, name, "picture", year=year),
        tuple(bars),
        decimals,
        _text(view, name, "means"),
        _text(view, name, "ask"),
        tuple(_remarks(view, name, row, definition)),
        _whom(view, definition),
    )


def _why(row: Row) -> str:
    """Return the key of why there is no number."""
    if str(row["status"]).startswith("suppressed"):
        return "hidden"
    return "few" if row["status"] == "not_applicable" else "missing"


def _bar(view: View, name: str, who: str, row: Row, definition: Row) -> Bar:
    if row["status"] != "ok" or row["value"] is None:
        key = {"hidden": "suppressed", "few": "missing"}.get(_why(row), "missing")
        return Bar(name, who, None, view.text(f"common.status_short.{key}"))
    estimate = estimates.is_estimate(row)
    said = view.number.unit(row["value"], definition["unit"], definition["decimals"])
    return Bar(name, who, float(row["value"]), said + mark(view.text, estimate=estimate), estimate)


def _amount(view: View, row: Row, definition: Row) -> str:
    """Return a number as people: ``7 ud af 100``, ``26 ud af 1.000``, ``20,0 år``."""
    value = row["value"]
    if value is None:
        return ""
    estimate = mark(view.text, estimate=estimates.is_estimate(row))
    if definition["unit"] == "per_cent":
        return sentences.out_of_hundred(view.text, view.number, value) + estimate
    if definition["unit"] == "years":
        return view.text("aeldreraad.years", count=view.number(value, 1)) + estimate
    base, count = view.number(definition["multiplier"]), view.number(value)
    return view.text("aeldreraad.out_of", count=count, base=base) + estimate


def _compared(view: View, row: Row, definition: Row) -> str:
    """Say how a number stands beside the country's, and whether ages can be why."""
    decimals = int(definition["decimals"])
    value, other = (rounded(row[key], decimals) for key in ("value", "country_value"))
    key = _direction(value, other)
    if row["vs_country"] == "similar":
        key = "similar"
    elif estimates.is_estimate(row):
        key = "estimate"
    elif row["vs_country"] not in _DIFFERS and key != "similar":
        key = "unsure"
    said = view.text(f"aeldreraad.compared.{key}")
    if key in ("higher", "lower") and (age := _AGES.get(str(definition["age_effect"]))):
        said += " " + view.text(f"aeldreraad.compared.{age}")
    return said


def _direction(value: float, other: float) -> str:
    return "similar" if value == other else "higher" if value > other else "lower"


def _whom(view: View, definition: Row) -> str:
    if definition["theme"] == "elderly":
        return ""
    key = "adults" if definition["theme"] == "health_profile" else "all_ages"
    return view.text(f"aeldreraad.remarks.{key}")


def _remarks(view: View, name: str, row: Row, definition: Row) -> Iterator[str]:
    if definition["age_effect"] in ("rises", "falls"):
        yield view.text(f"aeldreraad.remarks.{definition['age_effect']}")
    if view.reference.provisional_in(name, str(row["period"])):
        yield view.text("aeldreraad.remarks.provisional", year=row["period"])
    yield from _about_estimate(view, estimate=estimates.is_estimate(row))


def _about_estimate(view: View, *, estimate: bool) -> tuple[str, ...]:
    if not estimate:
        return ()
    key = "estimate" if estimates.is_split(view.area) else "some_hidden"
    return (view.text(f"aeldreraad.remarks.{key}"),)
