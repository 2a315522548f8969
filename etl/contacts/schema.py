"""What the rows with contacts have to look like, and what is said where they do not.

No message ever quotes a row: a pseudonym, a birth date or a time is about a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from etl.findings import Finding
from etl.messages import Said, say
from warehouse.schema import SECTORS

#: Written into the metadata of generated files, so that made-up rows never pass for real ones.
DEMO_KEY: Final = "klyngeblik_demo"
#: Kinds of type, as the engines name them; each is a word of ``etl/messages/contacts.toml``.
TEXT, NUMBER, DATE, TIMESTAMP, BOOLEAN = "text", "number", "date", "timestamp", "boolean"
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
#: Column of ``sql/problems.sql`` -> the column of the rows that it is about.
_FAULTS: Final = {
    "person_missing": "person",
    "municipality_missing": "municipality",
    "birth_date_missing": "birth_date",
    "start_time_missing": "start_time",
    "birth_date_late": "birth_date",
    "end_time_early": "end_time",
    "sex_unknown": "sex",
    "sector_unknown": "sector",
    "acute_missing": "acute",
}
_SECTORS: Final = ", ".join(sector for sector in SECTORS if sector != "all")
_NAMED: Final = 5


def wrong_columns(file: str, found: Mapping[str, str]) -> list[Finding]:
    """Compare a file's columns with those asked for.

    Parameters
    ----------
    file
        Name for the findings.
    found
        Column -> kind of its type, as in :data:`COLUMNS`, or the type's own name.

    Returns
    -------
    list of Finding
        An error for each column that is missing or of another type. Further columns are let be.
    """
    findings = []
    for name, kinds in COLUMNS.items():
        if name not in found:
            message = "contacts_column_missing"
        elif found[name] in kinds:
            continue
        elif found[name] == ZONED:
            message = "contacts_time_zone"
        elif name == "municipality" and found[name] == NUMBER:
            message = "contacts_municipality_number"
        else:
            message = "contacts_column_type"
        findings.append(
            Finding.of(
                "error",
                file,
                message,
                column=name,
                holds=say(f"contacts_{name}", sectors=_SECTORS),
                found=_kind(found.get(name, "")),
                wanted=_either([_kind(kind) for kind in kinds]),
            )
        )
    return findings


def wrong_rows(file: str, faults: Mapping[str, int]) -> list[Finding]:
    """Say what makes rows unusable.

    Parameters
    ----------
    file
        Name for the findings.
    faults
        The row of ``sql/problems.sql``.

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
            sectors=_SECTORS,
        )
        for fault, column in _FAULTS.items()
        if faults[fault]
    ]


def unknown_municipalities(file: str, codes: Iterable[str]) -> Finding:
    """Say which codes are no municipality."""
    listed = sorted(codes)
    some = ", ".join(repr(code) for code in listed[:_NAMED])
    more = " ..." if len(listed) > _NAMED else ""
    return Finding.of(
        "error", file, "contacts_municipality_unknown", column="municipality", codes=some + more
    )


def empty(file: str) -> Finding:
    """Say that there is nothing to count."""
    return Finding.of("error", file, "contacts_empty")


def unreadable(file: str, why: str) -> Finding:
    """Say that a file is not Parquet, or is damaged."""
    return Finding.of("error", file, "contacts_unreadable", why=why)


def _kind(kind: str) -> Said | str:
    known = (TEXT, NUMBER, DATE, TIMESTAMP, BOOLEAN)
    return say(f"contacts_{kind}") if kind in known else kind


def _either(kinds: list[Said | str]) -> Said | str:
    first, *rest = kinds
    return say("contacts_or", first=first, second=rest[0]) if rest else first
