"""Names and codes of areas as publishers write them -> our area ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import geo
from etl.messages import Said, joined, say
from geo.spelling import closest

AreaLevel = Literal["country", "region", "municipality"]

#: In Statistics Denmark's code list, but not a municipality: some 90 people without a council.
CHRISTIANSOE: Final = "0411"

_COUNTRY_NAMES: Final = ("hele landet", "danmark", "i alt")
_REGIONS: Final = {
    "084": ("reg07-hovedstaden", "Region Hovedstaden"),
    "085": ("reg07-sjaelland", "Region Sjælland"),
    "083": ("reg07-syddanmark", "Region Syddanmark"),
    "082": ("reg07-midtjylland", "Region Midtjylland"),
    "081": ("reg07-nordjylland", "Region Nordjylland"),
}
#: Names no rule leads back to the official one: the old name of Brønderslev (2007).
_OLD_NAMES: Final = {"brønderslev-dronninglund": "0810"}
_CODE = re.compile(r"(\d{3,4})(?:\s+(\D.*))?")


@dataclass(frozen=True, slots=True)
class Area:
    """An area a label means."""

    area_id: str
    level: AreaLevel


@cache
def _municipality_names() -> dict[str, str]:
    frame = geo.municipalities()
    return dict(zip(frame["municipality_id"], frame["name"], strict=True))


@cache
def _municipality_keys() -> dict[str, str]:
    keys = {_key(name): code for code, name in _municipality_names().items()}
    return keys | {_key(name): code for name, code in _OLD_NAMES.items()}


def _key(name: str) -> str:
    """Return a name without what publishers write differently.

    Case, the word "Kommune", hyphen against space, å against aa, and a last s or apostrophe (the
    genitive of "Københavns Kommune"; taken off on both sides, so that "Assens" still matches).
    """
    key = " ".join(name.replace("-", " ").split()).casefold().replace("aa", "å")
    key = re.sub(r"\s*(region)?s?kommunes?$", "", key)
    return key.rstrip("s'’")


@cache
def area_of(label: str, level: AreaLevel | None = None) -> Area | None:
    """Return the area a name or code means.

    Parameters
    ----------
    label
        Name (with or without "Kommune", genitive s, old spellings), code of 3 or 4 digits, or both
        ("101 København").
    level
        Level the file says it is of; None when it does not say, and the label alone decides.

    Returns
    -------
    Area or None
        None when no area of that level is called so. Christiansø comes back as area ``0411``,
        which is not a municipality: leave it out.
    """
    label = " ".join(label.split())
    found = _by_code(label) or _by_name(label, level)
    return found if found and level in (None, found.level) else None


def _by_code(label: str) -> Area | None:
    match = _CODE.fullmatch(label)
    if match is None:
        return None
    area = _of_code(match[1].zfill(4))
    # "101 Ballerup" is one of two municipalities, and nobody can say which.
    return area if match[2] is None or area == _by_name(match[2], None) else None


def _of_code(code: str) -> Area | None:
    if code == "0000":
        return Area("dk", "country")
    # The regions' own codes are 1081-1085; Statistics Denmark writes 081-085.
    region = _REGIONS.get(code[1:]) if code[0] in "01" else None
    if region:
        return Area(region[0], "region")
    if code in _municipality_names() or code == CHRISTIANSOE:
        return Area(code, "municipality")
    return None


def _by_name(label: str, level: AreaLevel | None) -> Area | None:
    folded = label.casefold()
    if level in (None, "country") and folded in _COUNTRY_NAMES:
        return Area("dk", "country")
    for area_id, name in _REGIONS.values():
        names = (name.casefold(), name.casefold().removeprefix("region "))
        # "Nordjylland" alone is taken for the region only where the file says so.
        if folded == names[0] or (level == "region" and folded == names[1]):
            return Area(area_id, "region")
    if _key(label) == "christiansø":
        return Area(CHRISTIANSOE, "municipality")
    code = _municipality_keys().get(_key(label))
    return Area(code, "municipality") if code else None


def suggestions(label: str, level: AreaLevel | None = None) -> list[str]:
    """Return the three official names nearest to an unknown label, nearest first.

    None for a label that is too long to be a name; for a code the codes with one digit written
    wrong, or two that changed places, with their names.
    """
    if label.strip().isdecimal():
        return _near_codes(label.strip()) if level in (None, "municipality") else []
    names = [name for _, name in _REGIONS.values()] if level == "region" else []
    names = names or list(_municipality_names().values())
    by_key = {_key(name): name for name in names}
    near = closest(_key(label), by_key, 3)
    return [by_key[key] for key in near]


def _near_codes(code: str) -> list[str]:
    wrong = code.zfill(4)
    found = []
    for right, name in _municipality_names().items():
        other = [
            n for n, digits in enumerate(zip(wrong, right, strict=False)) if len({*digits}) > 1
        ]
        turned = len(other) == 2 and sorted(wrong) == sorted(right)
        if len(wrong) == len(right) and (len(other) == 1 or turned):
            found.append((abs(int(right) - int(wrong)), f"{right[1:]} {name}"))
    return [name for _, name in sorted(found)[:3]]


@cache
def _regions() -> dict[str, str]:
    frame = geo.municipalities()
    return dict(zip(frame["municipality_id"], frame["region_2007"], strict=True))


def region_of(municipality_id: str) -> str:
    """Return the region (2007) a municipality lies in."""
    return _regions()[municipality_id]


def municipality_ids() -> list[str]:
    """Return the ids of the 98 municipalities."""
    return list(_municipality_names())


def region_ids() -> list[str]:
    """Return the ids of the five regions (2007)."""
    return [area_id for area_id, _ in _REGIONS.values()]


def name_of(area_id: str) -> str:
    """Return the name of a country, region (2007) or municipality id."""
    regions = dict(_REGIONS.values())
    return _municipality_names().get(area_id) or regions.get(area_id) or "Hele landet"


def cell_named(cell: Mapping[str, object]) -> Said:
    """Return the area, year, sex, age and sector of a cell in words, as far as they narrow it."""
    words: list[Said | str] = [name_of(str(cell["area_id"])), str(cell["period"])]
    for column in ("sex", "age", "sector"):
        label = str(cell[column])
        if label != "all":
            words.append(label if column == "age" else say(label))
    return joined(", ", words)
