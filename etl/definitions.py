"""What is wrong in a definition file (a layout, an indicator), in both languages."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from etl.findings import Finding
from etl.messages import Said, catalogue, say

#: Pydantic's own kinds of fault that we have better words for.
_PYDANTICS = {
    "extra_forbidden": "definition_unknown",
    "missing": "definition_needed",
    "literal_error": "definition_choice",
}


def fault(key: str, field: str = "", **values: object) -> PydanticCustomError:
    """Return what a validator raises.

    Parameters
    ----------
    key
        Phrase of ``etl.messages`` that says what is wrong.
    field
        Field it is about; where a validator looks at one field only, pydantic knows it.
    **values
        What the phrase takes.
    """
    return PydanticCustomError(key, key, {"field": field, **values})


def wrong(file: str, field: str, reason: Said) -> Finding:
    """Return the finding of one field of a file; an empty field is the whole file."""
    column = field or None
    return Finding.of("error", file, "definition_wrong", column=column, reason=reason)


def not_toml(file: str, error: Exception) -> Finding:
    """Return the finding of a file that cannot be read at all."""
    return Finding.of("error", file, "definition_not_toml", reason=str(error))


def all_wrong(error: ValidationError, file: str, prefix: str = "") -> list[Finding]:
    """Return a finding for each field that pydantic refused.

    Parameters
    ----------
    error
        What validating the file's content raised.
    file
        Name of the file.
    prefix
        What stands before the fields' names, where only a part of the file was validated.
    """
    found = []
    for detail in error.errors(include_url=False):
        place = [str(part) for part in detail["loc"]]
        if named := detail.get("ctx", {}).get("field"):
            place.append(named)
        found.append(wrong(file, prefix + ".".join(place), _reason(dict(detail))))
    return found


def _reason(detail: dict[str, Any]) -> Said:
    key = _PYDANTICS.get(detail["type"], detail["type"])
    if key in catalogue():
        return say(key, **detail.get("ctx", {}))
    # Pydantic's own words for a value of the wrong kind are English.
    return say("definition_value", reason=detail["msg"])
