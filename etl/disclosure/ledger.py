"""The ledger of releases: what every release said of the true counts that are ours to make safe.

What was shown cannot be taken back, and two patterns over the same counts give away what each
hides alone. So what one release said of a count, all later ones say again, for as long as it is
the same count. The file lies beside the delivered files and moves with them from server to server.
It holds no count: a keyed digest of each cell with its count, what was said of it, the names of
cells that are known too closely from elsewhere, and the key, so its owner alone may read it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from etl.findings import Finding, PackageError, unreadable
from etl.publish.lock import only_one

if TYPE_CHECKING:
    from etl.ingest.readers.package import PackageInfo

#: The ledger's name beside the delivered files.
FILE: Final = "releases.ledger"
#: What a release says of a count, the least telling first: a reader of two releases knows the last.
_SAID: Final = ("suppressed_secondary", "suppressed", "ok")
_CODES: Final = {word: code for code, word in enumerate(_SAID)}
#: What a count is known by.
_CELL: Final = ("measure", "area_id", "period", "sex", "age", "sector")
_DIGEST: Final = 8
#: Shares of people are told apart to a thousandth.
_FINEST: Final = 1000
_KEY, _AUDITED = "klyngeblik.key", "klyngeblik.audited"
_KEPT: Final = 64

Digests = NDArray[np.uint64]


class Ledger:
    """What was said of counts, by keyed digest.

    Parameters
    ----------
    key
        Secret; a new one by default.
    path
        Where :meth:`write` puts it, and where what was said stands already; without one it is
        forgotten.
    audited
        Digest of a pattern that the audit was content with -> the cells that are known too closely
        whatever is hidden.
    """

    def __init__(
        self,
        key: bytes | None = None,
        path: Path | None = None,
        audited: dict[str, list[str]] | None = None,
    ) -> None:
        self._key = secrets.token_bytes(32) if key is None else key
        self._path = path
        self._audited = audited or {}
        self._is_new = key is None

    @classmethod
    def of(cls, path: Path) -> Ledger:
        """Return the ledger of a file, a new one when there is none.

        Raises
        ------
        etl.findings.PackageError
            When it cannot be read: to go on without it would give hidden counts away.
        """
        try:
            told = pl.read_parquet_metadata(path)
            return cls(bytes.fromhex(told[_KEY]), path, json.loads(told[_AUDITED]))
        except FileNotFoundError:
            return cls(path=path)
        except OSError as error:
            raise PackageError([unreadable(path, error)]) from None
        except (pl.exceptions.PolarsError, KeyError, ValueError):
            raise _damaged(path) from None

    @cached_property
    def _known(self) -> pl.DataFrame:
        """``digest`` (UInt64) and ``said`` (UInt8, a place in ``_SAID``), each digest once."""
        empty = pl.DataFrame(schema={"digest": pl.UInt64, "said": pl.UInt8})
        if self._path is None or self._is_new:
            return empty
        try:
            return pl.read_parquet(self._path).select(empty.columns).cast(empty.schema)
        except (OSError, pl.exceptions.PolarsError):
            raise _damaged(self._path) from None

    @property
    def seed(self) -> bytes:
        """What decides between equal patterns, so that nobody outside can repeat the choice."""
        return hashlib.blake2b(b"seed", key=self._key, digest_size=16).digest()

    def sealed(self, digest: str) -> str:
        """Return a digest of a digest: whoever guesses what it is of cannot see that he is right.

        The digest of a file is a test of any guess at the counts in it.
        """
        return hashlib.blake2b(digest.encode(), key=self._key, digest_size=32).hexdigest()

    def digests(self, cells: pl.DataFrame) -> Digests:
        """Return the keyed digest of each row: ``_CELL`` and ``count``."""
        count = (pl.col("count") * _FINEST).round().cast(pl.Int64)
        parts = [pl.col(name).cast(pl.String) for name in _CELL]
        rows = cells.select(
            row=pl.concat_str([*parts, count.cast(pl.String).fill_null("")], separator="\n")
        )["row"].to_list()
        key, digest = self._key, hashlib.blake2b
        found = [digest(row.encode(), key=key, digest_size=_DIGEST).digest() for row in rows]
        return np.frombuffer(b"".join(found), dtype="<u8").astype(np.uint64)

    def said(self, digests: Digests) -> pl.Series:
        """Return the status that earlier releases gave each count; null for a new one."""
        asked = pl.DataFrame({"digest": digests})
        found = asked.join(self._known, on="digest", how="left", maintain_order="left")["said"]
        return found.replace_strict(dict(enumerate(_SAID)), return_dtype=pl.String)

    def add(self, digests: Digests, status: pl.Series) -> None:
        """Take up what a release says; of a count that had another status both are known."""
        codes = status.replace_strict(_CODES, default=None)
        new = pl.DataFrame({"digest": digests, "said": codes.cast(pl.UInt8)}).drop_nulls()
        both = pl.concat([self._known, new])
        self._known = both.group_by("digest").agg(pl.col("said").max()).sort("digest")
        self._is_new = True

    def mark(self, digests: Digests, status: pl.Series, *rules: str) -> str:
        """Return a digest of counts, what is said of them, and the rules they are audited by."""
        found = hashlib.blake2b(key=self._key, digest_size=16)
        found.update(digests.tobytes())
        found.update(
            status.replace_strict(_CODES | {"": 255}, return_dtype=pl.UInt8).to_numpy().tobytes()
        )
        for text in rules:
            found.update(hashlib.sha256(text.encode()).digest())
        return found.hexdigest()

    def audited(self, mark: str) -> list[str] | None:
        """Return the cells known too closely in a pattern the audit knows; None of another."""
        return self._audited.get(mark)

    def was_audited(self, mark: str, known: list[str]) -> None:
        """Remember that the audit was content with a pattern, but for these cells."""
        self._audited.pop(mark, None)
        self._audited = dict([*self._audited.items(), (mark, known)][-_KEPT:])

    def write(self) -> None:
        """Put the ledger in its place, for its owner alone; the old one stays when that fails.

        Raises
        ------
        etl.findings.PackageError
            When it cannot be written: nothing may be released that is not in it.
        """
        if self._path is None or not self._is_new:
            return
        path, fresh = self._path, self._path.with_name(f"{self._path.name}.new")
        told = {_KEY: self._key.hex(), _AUDITED: json.dumps(self._audited)}
        try:
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                self._known.write_parquet(to, metadata=told)
            fresh.replace(path)
        except OSError as error:
            raise _not_written(path, error) from None


#: Instead of a ledger where nothing is to be kept: the same on every machine.
MADE_UP: Final = Ledger(bytes(32))


def told_digest(info: PackageInfo, ledger: Ledger) -> str:
    """Return the digest of a file that is published: a sealed one where it has true counts."""
    if info.made_safe_by == "publisher":
        return info.sha256
    return (MADE_UP if info.is_demo else ledger).sealed(info.sha256)


@contextmanager
def held(path: Path, waiting: Callable[[], None]) -> Iterator[Ledger]:
    """Hold the ledger of a file, a new one when there is none; one build at a time.

    Two builds beside each other would each choose what to hide of the same new counts.

    Raises
    ------
    etl.findings.PackageError
        When it cannot be read, or not be written later.
    """
    try:
        lock = only_one(path.with_name(f".{path.name}.lock"), waiting)
        lock.__enter__()
    except OSError as error:
        raise _not_written(path, error) from None
    with ExitStack() as stack:
        stack.push(lock)
        yield Ledger.of(path)


def _damaged(path: Path) -> PackageError:
    return PackageError([Finding.of("error", path.name, "ledger_damaged")])


def _not_written(path: Path, error: OSError) -> PackageError:
    why = error.strerror or str(error)
    return PackageError([Finding.of("error", path.name, "ledger_not_written", why=why)])
