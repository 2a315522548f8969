"""Saying yes on the command line: to ids that a build or a check printed, or to a file of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from etl.quality.signoff import SignOff, UnansweredError

Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="ID|FILE",
        help="Say yes to a question, by the id it is printed with; several with commas or by "
        "repeating the option. Or a TOML file of them, with reasons.",
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="Why it is right: stands in the release log and on the page Om data.",
    ),
]


def accepted(values: list[str] | None, reason: str | None, cache: Path) -> list[SignOff]:
    """Return what ``--accept`` and ``--reason`` say yes to.

    Parameters
    ----------
    values
        Ids, ids with commas between them, and files.
    reason
        For the ids; a file has its own.
    cache
        Folder beside the warehouse, where the last build left what it asked.

    Raises
    ------
    typer.BadParameter
        When something is neither an id nor a file, with the ids it may have meant.
    etl.findings.PackageError
        When a file is wrong.
    """
    if reason is not None and not values:
        raise typer.BadParameter("it goes with --accept", param_hint="--reason")
    if not values:
        return []
    from etl.quality.signoff import SignOff, given_today, is_id, read  # noqa: PLC0415

    why = (reason or "").strip() or None
    found: list[SignOff] = []
    for value in values:
        path = Path(value)
        if path.is_file():
            found += read(path)
            continue
        for part in value.split(","):
            own = part.strip().lower()
            if not is_id(own):
                raise typer.BadParameter(_no_id(part.strip(), cache), param_hint="--accept")
            found.append(SignOff(own, why))
    return given_today(found, dt.datetime.now().astimezone().date())


def _no_id(wrong: str, cache: Path) -> str:
    from etl.quality.signoff import asked, nearest  # noqa: PLC0415

    near = nearest(wrong, asked(cache))
    hint = f" Nearest to it: {', '.join(near)}." if near else ""
    return (
        f"\u201c{wrong[:80]}\u201d is neither a file nor an id. An id has eight characters, "
        f"0-9 and a-f, such as 1a2b3c4d.{hint}"
    )


def how_to_accept(asked: UnansweredError) -> str:
    """Return how somebody says yes to what a build asked, and again to what was said yes to."""
    ids = [*(one.id for one in asked.given), *(one.id for one in asked.questions)]
    words = " ".join(f"--accept {own}" for own in ids)
    return (
        "If the figures are right as they are, say so (with the same --raw and --warehouse):\n"
        f'  klyngeblik build {words} --reason "..."\n'
        "or write each in accepted.toml in the folder of the packages, which every build reads:\n"
        f'  [[accepted]]\n  id = "{asked.questions[0].id}"\n  reason = "..."'
    )
