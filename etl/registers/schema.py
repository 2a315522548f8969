"""What the rows with contacts have to look like, and what is said where they do not.

No message ever quotes a row: a pseudonym, a birth date or a time is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from etl.findings import Finding
from etl.messages import NOTHING, Said, say
from geo.spelling import closest
from warehouse.schema import CONTACT_SECTORS

#: Written into the metadata of generated files, so that made-up rows never pass for real ones.
DEMO_KEY: Final = "klyngeblik_demo"
#: Kinds of type, as the engines name them; each is a word of ``etl/messages/contacts.toml``.
TEXT, NUMBER, DATE, TIMESTAMP, BOOLEAN = "text", "number", "date", "timestamp", "boolean"
TIME: Final = "time"
ZONED: Final = "timestamp with time zone"

#: Column -> the kinds of type it may have. What it holds stands in the messages.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": (TEXT, NUMBER),
    "municipality": (TEXT,),
    "birth_date": (DATE,),
    "sex": (TEXT,),
    "sector": (TEXT,),
    "start_time": (TIMESTAMP,),
    "end_time": (TIMESTAMP,),
    "acute": (BOOLEAN,),
    "diagnosis_group": (TEXT,),
}
#: Columns that may be left out.
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "residence_1_january": (TEXT,),
    "contact": (TEXT, NUMBER),
}
#: Further kinds that can be read where a mapping file says what things are called.
_MAPPED: Final[Mapping[str, tuple[str, ...]]] = {
    "municipality": (NUMBER,),
    "residence_1_january": (NUMBER,),
    "birth_date": (TEXT, TIMESTAMP),
    "sex": (NUMBER,),
    "sector": (NUMBER,),
    "start_time": (TEXT,),
    "end_time": (TEXT,),
    "acute": (TEXT, NUMBER),
    "diagnosis_group": (NUMBER,),
}
#: Kinds of a date and of a time of day in a column each.
_PAIR: Final = ((DATE, TEXT, TIMESTAMP), (TEXT, TIME))
#: Column of ``sql/_faults.sql`` -> the column of the rows that it is about.
FAULTS: Final = {
    "person_missing": "person",
    "municipality_missing": "municipality",
    "municipality_unknown": "municipality",
    "residence_1_january_unknown": "residence_1_january",
    "birth_date_missing": "birth_date",
    "birth_date_unread": "birth_date",
    "birth_date_late": "birth_date",
    "birth_date_old": "birth_date",
    "start_time_missing": "start_time",
    "start_time_unread": "start_time",
    "end_time_unread": "end_time",
    "end_time_early": "end_time",
    "end_time_late": "end_time",
    "sex_unknown": "sex",
    "sector_unknown": "sector",
    "acute_missing": "acute",
    "acute_unread": "acute",
}
#: Faults whose codes are told, where they are codes: then they are about no person.
CODES: Final = (
    "municipality_unknown",
    "residence_1_january_unknown",
    "sex_unknown",
    "sector_unknown",
)
SECTOR_NAMES: Final = ", ".join(CONTACT_SECTORS)
_NAMED: Final = 5
#: More different ones than this are no codes, and neither is a text with so many signs or digits.
_MOST_CODES: Final = 20
_LONGEST_CODE: Final = 12
_MOST_DIGITS: Final = 4


def wrong_columns(
    file: str,
    found: Mapping[str, str],
    theirs: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Finding]:
    """Compare a file's columns with those asked for.

    Parameters
    ----------
    file
        Name for the findings.
    found
        Column -> kind of its type, as in :data:`COLUMNS`, or the type's own name.
    theirs
        What a mapping file calls our columns; None where there is no mapping file.

    Returns
    -------
    list of Finding
        An error for each column that is missing or of another type. Further columns are let be.
    """
    findings = []
    for name, kinds in {**COLUMNS, **OPTIONAL}.items():
        called = (theirs or {}).get(name, (name,))
        if name in OPTIONAL and called == (name,) and name not in found:
            continue
        more = () if theirs is None else _MAPPED.get(name, ())
        wanted = [(*kinds, *more)] if len(called) == 1 else list(_PAIR)
        for column, allowed in zip(called, wanted, strict=True):
            findings += _wrong_column(file, found, name, column, allowed)
    return findings


def _wrong_column(
    file: str, found: Mapping[str, str], name: str, column: str, kinds: tuple[str, ...]
) -> list[Finding]:
    near: list[str] = []
    if column not in found:
        message = "contacts_column_missing"
        near = closest(column, found, 3, 0.5)
    elif found[column] in kinds or (found[column] == ZONED and TIMESTAMP in kinds):
        return []
    elif name in ("municipality", "residence_1_january") and found[column] == NUMBER:
        message = "contacts_municipality_number"
    else:
        message = "contacts_column_type"
    return [
        Finding.of(
            "error",
            file,
            message,
            column=column,
            holds=say(f"contacts_{name}", sectors=SECTOR_NAMES),
            found=_kind(found.get(column, "")),
            wanted=_either([_kind(kind) for kind in kinds]),
            near=say("contacts_near", names=", ".join(near)) if near else NOTHING,
        )
    ]


def kinds_differ(found: Mapping[str, Mapping[str, str]], read: Iterable[str]) -> list[Finding]:
    """Say which columns are of one type in one file and of another in the next.

    The same pseudonym as a number and as text with zeros in front would be two people.

    Parameters
    ----------
    found
        File -> column -> kind of its type.
    read
        The columns that are read.
    """
    findings = []
    for column in read:
        first: dict[str, str] = {}
        for file, kinds in found.items():
            if column in kinds:
                first.setdefault(kinds[column], file)
        if len(first) > 1:
            (kind, file), (other, elsewhere), *_ = first.items()
            findings.append(
                Finding.of(
                    "error",
                    elsewhere,
                    "contacts_kinds_differ",
                    column=column,
                    found=_kind(other),
                    wanted=_kind(kind),
                    other=file,
                )
            )
    return findings


def wrong_rows(
    file: str, faults: Mapping[str, int], codes: Mapping[str, Sequence[str]] | None = None
) -> list[Finding]:
    """Say what makes rows unusable.

    Parameters
    ----------
    file
        Name for the findings.
    faults
        Fault -> how many rows have it.
    codes
        Fault -> the different values that are no code we know.

    Returns
    -------
    list of Finding
        An error for each kind of fault.
    """
    return [
        Finding.of(
            "error",
            file,
            f"contacts_{fault}",
            column=column,
            number=faults[fault],
            sectors=SECTOR_NAMES,
            codes=_codes((codes or {}).get(fault, ())),
        )
        for fault, column in FAULTS.items()
        if faults[fault]
    ]


def repeated(file: str, number: int) -> Finding:
    """Say how many rows are there already."""
    return Finding.of("error", file, "contacts_repeated", number=number)


def renumbered(name: str, number: int) -> Finding:
    """Say how many rows differ from another in nothing but the contact's own number."""
    return Finding.of("warning", name, "contacts_renumbered", column="contact", number=number)


def confused(file: str, number: int, column: str, others: Sequence[str]) -> Finding:
    """Say how many pseudonyms are also written another way, here or in other files."""
    elsewhere = say("contacts_also_in", files=", ".join(others)) if others else NOTHING
    return Finding.of(
        "error", file, "contacts_confused", column=column, number=number, elsewhere=elsewhere
    )


def _codes(values: Sequence[str]) -> Said | str:
    """Return codes to tell; what may be about a person is not told."""
    codes = [
        value
        for value in values
        if len(value) <= _LONGEST_CODE and sum(map(str.isdigit, value)) <= _MOST_DIGITS
    ]
    if not codes or len(codes) < len(values) or len(values) > _MOST_CODES:
        return say("contacts_not_told")
    return ", ".join(map(repr, codes[:_NAMED])) + (" ..." if len(codes) > _NAMED else "")


def empty(file: str) -> Finding:
    """Say that there is nothing to count."""
    return Finding.of("error", file, "contacts_empty")


def unreadable(file: str, why: str) -> Finding:
    """Say that a file is not Parquet, or is damaged."""
    return Finding.of("error", file, "contacts_unreadable", why=why)


def _kind(kind: str) -> Said | str:
    known = (TEXT, NUMBER, DATE, TIMESTAMP, BOOLEAN, TIME)
    return say(f"contacts_{kind}") if kind in known else kind


def _either(kinds: list[Said | str]) -> Said | str:
    said, *rest = kinds
    for kind in rest:
        said = say("contacts_or", first=said, second=kind)
    return said
