"""Spark: the engine for more contacts than one machine holds; the same definitions, word for word.

``--master`` chooses where: ``local[*]`` and ``spark://``, ``yarn`` or ``k8s://`` start PySpark
(which needs Java), ``sc://`` speaks to a Spark Connect server. Only counts come back from there.
"""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import polars as pl

from etl.contacts import schema
from etl.contacts.definitions import Progress
from etl.contacts.errors import ContactsError
from etl.findings import PackageError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KINDS: Final = {
    "string": schema.TEXT,
    "boolean": schema.BOOLEAN,
    "date": schema.DATE,
    "timestamp_ntz": schema.TIMESTAMP,
    "timestamp": schema.ZONED,
    **dict.fromkeys(("smallint", "int", "bigint"), schema.NUMBER),
}
#: Of a Spark Connect server, when the address does not say.
_CONNECT_PORT: Final = 15002
_PATIENCE: Final = 10.0  # seconds
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # A timestamp without zone is read as one, not as a moment in some zone.
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """Start Spark, or connect to it.

    Parameters
    ----------
    master
        As ``spark-submit --master`` takes it, or ``sc://host:port`` of a Spark Connect server.

    Raises
    ------
    ContactsError
        When PySpark is not installed, Java is not there or the server does not answer.
    """
    _answers(master)
    with warnings.catch_warnings():
        # It warns of the newest pandas, which is not used here.
        warnings.simplefilter("ignore", FutureWarning)
        spark = _start(master)
    try:
        yield spark
    finally:
        spark.stop()


def _answers(master: str) -> None:
    """Knock before Spark does: it would try again for minutes."""
    address = urlsplit(master)
    if address.scheme != "sc":
        return
    try:
        place = (address.hostname or "localhost", address.port or _CONNECT_PORT)
        socket.create_connection(place, timeout=_PATIENCE).close()
    except (OSError, ValueError) as error:
        raise ContactsError(f"No Spark Connect server answers at {master}: {error}.") from None


def _start(master: str) -> SparkSession:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional extra
    except ImportError:
        msg = "PySpark is not installed. Install the extra: pip install 'klyngeblik[spark]'."
        raise ContactsError(msg) from None
    builder: Any = SparkSession.builder
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    builder = builder.appName("klyngeblik contacts")
    if not master.startswith("sc://"):
        # Our own progress is shown, and nobody needs to look in while a count runs.
        builder = builder.config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.log.level", "ERROR")
    if master.startswith("local"):
        # The default is meant for a cluster; on one machine each partition is a small task.
        builder = builder.config("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
    try:
        spark: SparkSession = builder.getOrCreate()
        for key, value in _SETTINGS.items():
            spark.conf.set(key, value)
    except Exception as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        # A Spark Connect server has its own needs, and says them.
        java = "" if master.startswith("sc://") else " PySpark needs Java 17 or newer."
        raise ContactsError(
            f"Spark could not be started with --master {master}: {first}{java}"
        ) from None
    return spark


class SparkEngine:
    """Runs the definitions on Spark.

    Parameters
    ----------
    spark
        From :func:`session`.
    path
        Parquet file or folder, as the cluster sees it.
    progress
        Called with step, done and total.
    """

    def __init__(self, spark: SparkSession, path: str, progress: Progress | None = None) -> None:
        self._spark = spark
        self._name = path.rstrip("/").rpartition("/")[2]
        self._tell = progress or (lambda step, done, total: None)
        self._kept: list[DataFrame] = []
        try:
            self._contacts = spark.read.parquet(path)
            self._columns = {
                field.name: _KINDS.get(field.dataType.simpleString(), field.dataType.simpleString())
                for field in self._contacts.schema.fields
            }
        except Exception as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise PackageError([schema.unreadable(self._name, first)]) from None
        self._contacts.createOrReplaceTempView("contacts")

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type."""
        return {self._name: self._columns}

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""
        rows = self._spark.sql(query)
        if kept:
            rows = rows.persist()
            self._kept.append(rows)
        rows.createOrReplaceTempView(name)

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""
        self._tell(name, 0, 1)
        rows = self._spark.sql(query)
        # Few rows come back, so no Arrow, and no pandas, is needed on the way.
        answer = pl.DataFrame(
            [tuple(row) for row in rows.collect()], schema=rows.columns, orient="row"
        )
        self._tell(name, 1, 1)
        return answer

    def by_file(self, query: str) -> dict[str, pl.DataFrame]:
        """Return the answer to a query on ``contacts``, under the name of the whole input."""
        return {self._name: self.answer("check", query)}
