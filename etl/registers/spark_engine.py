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
from urllib.parse import unquote, urlsplit

import polars as pl

from etl.findings import PackageError
from etl.registers import schema
from etl.registers.definitions import Progress
from etl.registers.errors import ContactsError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_KINDS: Final = {
    "string": schema.TEXT,
    "boolean": schema.BOOLEAN,
    "date": schema.DATE,
    "timestamp_ntz": schema.TIMESTAMP,
    "timestamp": schema.ZONED,
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), schema.NUMBER),
}
#: Of a Spark Connect server, when the address does not say.
_CONNECT_PORT: Final = 15002
_PATIENCE: Final = 10.0  # seconds
#: As many files are looked at one by one; of more, Spark merges the columns.
_FILES: Final = 200
_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # A timestamp without zone is read as one, not as a moment in some zone.
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    # A backslash in a code is a backslash.
    "spark.sql.parser.escapedStringLiterals": "true",
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


#: Spark's types whose values polars does not tell by itself when there are none.
_TYPES: Final = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), pl.Int64),
    "boolean": pl.Boolean,
    "string": pl.String,
    "date": pl.Date,
}


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

    #: Makes a number of any columns.
    fingerprint = "xxhash64"

    def __init__(self, spark: SparkSession, path: str, progress: Progress | None = None) -> None:
        self._spark = spark
        self.name = path.rstrip("/").rpartition("/")[2]
        self._tell = progress or (lambda step, done, total: None)
        self._kept: dict[str, DataFrame] = {}
        try:
            self._read(path)
        except Exception as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise PackageError([schema.unreadable(self.name, first)]) from None

    def _read(self, path: str) -> None:
        """Look at every file by itself: of a folder, Spark reads all as it does one of them."""
        # As on one machine: folders in folders are read, and their names are not.
        reader = self._spark.read.option("recursiveFileLookup", "true")
        reader = reader.option("pathGlobFilter", "*" if path.endswith(".parquet") else "*.parquet")
        whole = reader.parquet(path)
        files = sorted(whole.inputFiles())
        if len(files) > _FILES:
            frames = self._frames = [reader.option("mergeSchema", "true").parquet(path)]
            names = [self.name]
        else:
            frames = [self._spark.read.parquet(unquote(file)) for file in files]
            alike = len({frame.schema.simpleString() for frame in frames}) == 1
            self._frames = [whole] if alike else frames
            names = [self.file_name(file) for file in files]
        self._columns = {
            name: {
                field.name: _KINDS.get(field.dataType.simpleString(), field.dataType.simpleString())
                for field in frame.schema.fields
            }
            for name, frame in zip(names, frames, strict=True)
        }

    def columns(self) -> dict[str, dict[str, str]]:
        """Return file -> column -> kind of its type."""
        return self._columns

    def deliver(self, *, numbered: bool) -> None:
        """Name the input ``delivered``; with ``source_file`` and ``source_row`` where asked."""
        place = ("_metadata.file_path AS source_file", "_metadata.row_index AS source_row")
        frames = [frame.selectExpr("*", *place) if numbered else frame for frame in self._frames]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionByName(frame, allowMissingColumns=True)
        whole.createOrReplaceTempView("delivered")

    def file_name(self, source_file: str) -> str:
        """Return what a file is called in findings."""
        place = unquote(source_file)
        _, inside, below = place.rpartition(f"/{self.name}/")
        return below if inside else place.rpartition("/")[2]

    def quote(self, column: str) -> str:
        """Return a column's name as it stands in a query."""
        doubled = column.replace("`", "``")
        return f"`{doubled}`"

    def define(self, name: str, query: str, *, kept: bool) -> None:
        """Give a query's rows a name; ``kept`` rows are worked out once."""
        rows = self._spark.sql(query)
        if kept:
            rows = rows.persist()
            self._kept[name] = rows
        rows.createOrReplaceTempView(name)

    def answer(self, name: str, query: str) -> pl.DataFrame:
        """Return a query's rows."""
        self._tell(name, 0, 1)
        rows = self._spark.sql(query)
        # Few rows come back, so no Arrow, and no pandas, is needed on the way. Without any the
        # types cannot be seen in them.
        types = {name: _TYPES.get(kind) for name, kind in rows.dtypes}
        answer = pl.DataFrame([tuple(row) for row in rows.collect()], schema=types, orient="row")
        self._tell(name, 1, 1)
        return answer
