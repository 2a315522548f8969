"""Signing off: what may be a mistake stops a build until somebody says that it is right.

A yes is given to a finding's :attr:`~etl.findings.Finding.id`: with the command, or in the file
``accepted.toml`` beside the delivered files. It holds for the same words about the same place, and
from release to release for as long as the finding is made again; what was found no longer, and then
comes back, is asked about anew unless the file says yes to it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from etl.findings import Finding, PackageError, unreadable
from etl.messages import NOTHING, Said, say
from warehouse import connect

#: The answers that every build of a folder reads.
STANDING_FILE: Final = "accepted.toml"
#: The name that answers of the command go by in a finding.
_COMMAND: Final = "--accept"
_ID: Final = re.compile(r"[0-9a-f]{8}")
_KEYS: Final = ("id", "reason", "by", "date")
#: Names the questions of the last build that was stopped, for who misspells one.
_ASKED: Final = "asked.txt"
_EMPTY: Final = {
    "released": pl.Datetime("us"),
    "finding_id": pl.String(),
    "file": pl.String(),
    "what_da": pl.String(),
    "what_en": pl.String(),
    "reason": pl.String(),
    "accepted_by": pl.String(),
    "accepted_on": pl.Date(),
}


@dataclass(frozen=True, slots=True)
class SignOff:
    """A yes to one finding: why, by whom and when, where that was said."""

    id: str
    reason: str | None = None
    by: str | None = None
    date: dt.date | None = None


class UnansweredError(PackageError):
    """There are questions that nobody has said yes to.

    Parameters
    ----------
    questions
        At least one.
    given
        The answers of the command, to be given again with the others.
    unmatched
        A warning for each of those that fits nothing.
    """

    def __init__(
        self,
        questions: Sequence[Finding],
        given: Sequence[SignOff] = (),
        unmatched: Sequence[Finding] = (),
    ) -> None:
        super().__init__([*questions, *unmatched])
        self.questions = tuple(questions)
        self.given = tuple(given)


def is_id(text: str) -> bool:
    """Return whether a text has the form of a finding's id."""
    return _ID.fullmatch(text) is not None


def nearest(wrong: str, ids: Iterable[str]) -> list[str]:
    """Return the ids that a misspelt one may have meant, nearest first."""
    return difflib.get_close_matches(wrong[:80].lower(), sorted(set(ids)), n=3, cutoff=0.6)


def read(path: Path) -> list[SignOff]:
    """Return the answers of a file.

    Parameters
    ----------
    path
        TOML: a table ``[[accepted]]`` an answer, with ``id``, ``reason`` and, if wanted, ``by`` and
        ``date``.

    Raises
    ------
    etl.findings.PackageError
        With everything that is wrong in it.
    OSError
        When it cannot be read.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        wrong = Finding.of("error", path.name, "accept_not_toml", why=str(error))
        raise PackageError([wrong]) from None
    answers = told.pop("accepted", [])
    found = [
        Finding.of("error", path.name, "accept_key_unknown", number=0, key=repr(key))
        for key in told
    ]
    if not isinstance(answers, list):
        answers = [answers]
    signed: list[SignOff] = []
    for number, answer in enumerate(answers, 1):
        found += _wrong(path.name, number, answer, [one.id for one in signed])
        if not found:
            own = {key: answer.get(key) for key in _KEYS}
            signed.append(SignOff(own["id"], own["reason"].strip(), own["by"], own["date"]))
    if found:
        raise PackageError(found)
    return signed


def _wrong(file: str, number: int, answer: object, before: Sequence[str]) -> list[Finding]:
    """Return what is wrong with one answer of a file."""

    def told(message: str, **values: Any) -> Finding:
        return Finding.of("error", file, message, number=number, **values)

    if not isinstance(answer, Mapping):
        return [told("accept_key_unknown", key=repr(answer))]
    found = [told("accept_key_unknown", key=repr(key)) for key in answer if key not in _KEYS]
    own, reason, by, day = (answer.get(key) for key in _KEYS)
    if not isinstance(own, str) or not is_id(own):
        found.append(told("accept_id_wrong", id=own if isinstance(own, str) else str(own)))
    elif own in before:
        found.append(told("accept_twice", id=own))
    if reason is None or (isinstance(reason, str) and not reason.strip()):
        found.append(told("accept_no_reason", id=str(own)))
    for key, value in (("reason", reason), ("by", by)):
        if value is not None and not isinstance(value, str):
            found.append(told("accept_text_wrong", key=key, wanted=say("a_text")))
    if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
        found.append(told("accept_text_wrong", key="date", wanted=say("a_day")))
    elif day is not None and day > dt.datetime.now().astimezone().date():
        found.append(told("accept_future", id=str(own), day=day.isoformat()))
    return found


class SignOffs:
    """Every yes that counts for one build.

    Parameters
    ----------
    given
        With the command.
    standing
        From ``accepted.toml``.
    last
        The last release's own table ``signoffs``.
    still
        Ids of what the last release found: what was signed off then and is found again stays so.
    """

    def __init__(
        self,
        given: Sequence[SignOff] = (),
        standing: Sequence[SignOff] = (),
        last: pl.DataFrame | None = None,
        still: Iterable[str] = (),
    ) -> None:
        self._given = {one.id: one for one in given}
        self._standing = {one.id: one for one in standing}
        self._log = pl.DataFrame(schema=_EMPTY) if last is None else last
        still = set(still)
        self._carried = {
            row["finding_id"]: SignOff(
                row["finding_id"], row["reason"], row["accepted_by"], row["accepted_on"]
            )
            for row in self._log.iter_rows(named=True)  # of two the newer one
            if row["finding_id"] in still
        }

    @classmethod
    def of(
        cls, folders: Iterable[Path], last: Path | None, given: Sequence[SignOff] = ()
    ) -> SignOffs:
        """Return the answers for folders of delivered files and the warehouse to be replaced.

        Raises
        ------
        etl.findings.PackageError
            When an ``accepted.toml`` is wrong.
        """
        standing: list[SignOff] = []
        for path in (folder / STANDING_FILE for folder in folders):
            if path.is_file():
                try:
                    standing += read(path)
                except OSError as error:
                    raise PackageError([unreadable(path, error)]) from None
        if last is None:
            return cls(given, standing)
        with connect(last, earlier=True) as old:
            if not old.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'signoffs'"):
                return cls(given, standing)
            log = old.sql("SELECT * FROM signoffs ORDER BY released, rowid").cast(_EMPTY)  # type: ignore[arg-type]
            found = [Finding(*row) for row in old.sql("SELECT * FROM findings").rows()]
        return cls(given, standing, log, [finding.id for finding in found])

    def get(self, finding: Finding) -> SignOff | None:
        """Return the yes to a finding, if there is one; an error has none."""
        if finding.severity == "error":
            return None
        own = finding.id
        return self._given.get(own) or self._standing.get(own) or self._carried.get(own)

    def ask(self, findings: Sequence[Finding], folder: Path) -> None:
        """Stop where there are questions that nobody has said yes to.

        Parameters
        ----------
        findings
            All there are.
        folder
            Where the ids of what is asked are kept, for :func:`asked`.

        Raises
        ------
        UnansweredError
        """
        questions = self.open(findings)
        note_asked(folder, questions)
        if questions:
            ids = {finding.id for finding in findings}
            given = [one for one in self._given.values() if one.id in ids]
            raise UnansweredError(questions, given, self.unmatched(findings, standing=False))

    def accepted(self, findings: Iterable[Finding]) -> frozenset[str]:
        """Return the ids of the findings that somebody said yes to."""
        return frozenset(one.id for one in findings if self.get(one) is not None)

    def open(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the questions that nobody has said yes to."""
        return [one for one in findings if one.severity == "question" and self.get(one) is None]

    def unmatched(self, findings: Iterable[Finding], *, standing: bool) -> list[Finding]:
        """Return a warning for each answer that fits nothing that was found.

        Parameters
        ----------
        findings
            All there are.
        standing
            Whether those of ``accepted.toml`` are looked at, or those of the command.
        """
        ids = {finding.id for finding in findings if finding.severity != "error"}
        answers, file = (self._standing, STANDING_FILE) if standing else (self._given, _COMMAND)
        return [
            Finding.of("warning", file, "accept_unmatched", id=own, nearest=_near(own, ids))
            for own in answers
            if own not in ids
        ]

    def table(self, findings: Iterable[Finding], now: dt.datetime) -> pl.DataFrame:
        """Return the warehouse table ``signoffs``: the earlier ones, and those of this release.

        Parameters
        ----------
        findings
            Of this release.
        now
            When it is released.
        """
        rows = []
        for finding in findings:
            yes = self.get(finding)
            if yes is not None and yes != self._carried.get(yes.id):
                what = (finding.file, finding.what_da, finding.what_en)
                rows.append((now, yes.id, *what, yes.reason, yes.by, yes.date))
        return pl.concat([self._log, pl.DataFrame(rows, schema=_EMPTY, orient="row")])


def given_today(signed: Iterable[SignOff], today: dt.date) -> list[SignOff]:
    """Return the answers of a command, those without a date with today's."""
    return [one if one.date else replace(one, date=today) for one in signed]


def note_asked(folder: Path, questions: Iterable[Finding]) -> None:
    """Keep the ids of what a stopped build asks, for :func:`asked`; without any, forget them."""
    ids = [question.id for question in questions]
    path = folder / _ASKED
    if ids:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(ids), encoding="ascii")
    else:
        path.unlink(missing_ok=True)


def asked(folder: Path) -> list[str]:
    """Return the ids of what the last build asked when it was stopped."""
    try:
        return (folder / _ASKED).read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return []


def _near(wrong: str, ids: Iterable[str]) -> Said:
    found: Any = nearest(wrong, ids)
    return say("accept_nearest", ids=", ".join(found)) if found else NOTHING
