"""The texts of the definitions: files in ``sql/``, with the fragments they name put in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "sql"
_NAMED: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_MOMENT: Final = re.compile(r"\bmoment\b")


def text(name: str, **given: str) -> str:
    """Return a definition.

    Parameters
    ----------
    name
        File in ``sql/`` without ending. A fragment is a file that begins with ``_``; ``{age}``
        stands for ``_age.sql``, ``{winter_time:start_time}`` for ``_winter_time.sql`` with the
        column ``start_time`` in the place of ``moment``.
    **given
        What stands for a name that is no fragment.
    """

    def put(named: re.Match[str]) -> str:
        fragment, moment = named.groups()
        if fragment in given:
            return given[fragment]
        inner = text(f"_{fragment}", **given)
        return "\n" + (_MOMENT.sub(moment, inner) if moment else inner)

    return _NAMED.sub(put, _file(name))


@cache
def avoidable_diagnoses() -> tuple[str, ...]:
    """Return the groups of diagnoses that ``sql/avoidable_diagnoses.sql`` lists."""
    return tuple(re.findall(r"\('(\w+)'\)", _file("avoidable_diagnoses")))


@cache
def _file(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
