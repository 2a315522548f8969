"""What is said of ages beside a number: what it is standardised to, or what to expect of it. Pure.

One wording for pages, paper and files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard.captions import Reader
from dashboard.format import Numbers
from dashboard.text import Text

Row = Mapping[str, Any]

#: The publisher's own standard, as the warehouse names it.
_PUBLISHERS: Final = "publisher"
#: How old a population is, for a reader.
_OLD_SHARE: Final = "population_80plus_share"
#: Shares of old people nearer to the country's than this part of it are called alike.
_ALIKE: Final = 0.05


def bands(text: Text, standard: str | None) -> str:
    """Return the age bands a number was standardised over; empty where none are known."""
    if not standard or standard == _PUBLISHERS:
        return ""
    used = standard.partition(": ")[2].split(", ")
    return Numbers(text.lang).listing([text.age(band) for band in used])


def expected(reader: Reader, row: Row) -> str:
    """Say what ages do to a key figure that is not standardised; empty where they do nothing.

    Parameters
    ----------
    reader
        The area and the reader's language.
    row
        A key figure, as ``warehouse.read.key_figures`` gives it.
    """
    indicator = reader.reference.indicators[row["indicator_id"]]
    effect = indicator["age_effect"]
    counted = indicator["theme"] == "population" and indicator["is_full_count"]
    apart = counted or indicator["unit"] == "persons"
    if apart or effect == "none" or row["country_value"] is None or row["value"] is None:
        return ""
    text = reader.text
    if row.get("age_value") is not None:
        return text("keyfigures.age_fair")
    old = reader.reference.newest.get(reader.area.id, {}).get(_OLD_SHARE, {})
    here, country = old.get("value"), old.get("country_value")
    if not here or not country or abs(here / country - 1) < _ALIKE:
        return text("keyfigures.age_alike") if here and country else text("keyfigures.age_unknown")
    way = "more" if here > country else "fewer"
    shares = {
        "here": reader.number.percent(here, 1),
        "country": reader.number.percent(country, 1),
    }
    said = text(f"keyfigures.age_{way}_old", **shares)
    if effect == "unknown":
        return f"{text('keyfigures.age_unknown')} {said}"
    expect = "higher" if (way == "more") == (effect == "rises") else "lower"
    return f"{said} {text(f'keyfigures.age_expect_{expect}')}"


def since(reader: Reader, row: Row) -> str:
    """Return how much a key figure has changed since the first year it can be compared with.

    From unrounded numbers; empty where there is one year only.
    """
    first, last = row.get("first_value"), row.get("settled_value")
    if first is None or last is None or row["first_period"] == row["settled_period"]:
        return ""
    indicator, text = reader.reference.indicators[row["indicator_id"]], reader.text
    if indicator["unit"] == "per_cent":
        gap = reader.number(last - first, int(indicator["decimals"]), sign=True)
        change = text("sentences.points", count=gap)
    elif indicator["unit"] == "years":
        gap = reader.number(last - first, int(indicator["decimals"]), sign=True)
        change = text("standout.years", count=gap)
    elif first:
        change = reader.number.percent(100 * (last / first - 1), 0, sign=True)
    else:
        return ""
    key = "since" if row["settled_period"] == row["period"] else "between"
    return text(
        f"keyfigures.{key}", change=change, first=row["first_period"], last=row["settled_period"]
    )


def is_fair(indicator: Row, row: Row) -> bool:
    """Return whether better or worse may be said of a key figure."""
    return row.get("age_value") is not None or indicator["age_effect"] == "none"
