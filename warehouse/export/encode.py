"""From tables to the bytes of a file, a piece at a time, for a disk or a reader far away.

Nothing depends on the clock or on how fast anybody reads: the same tables give the same bytes.
"""

from __future__ import annotations

import base64
import json as json_text
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.export.columns import ExtractColumn
from warehouse.export.recipe import CsvStyle

_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_ARROW: Final = {
    "code": _TEXT,
    "text": pa.string(),
    "year": pa.int16(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}
#: Text that comes from delivered files; a spreadsheet would run it when it begins like a formula.
FOREIGN_TEXT: Final = ("area", "indicator", "source", "package_id", "indicator_en", "unit_en")
_FORMULA: Final = r"^[=+\-@\t\r]"


class _Sink:
    """A file that can only be written to, and emptied from the front."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet(
    tables: Iterable[pa.Table],
    columns: Sequence[ExtractColumn],
    facts: Callable[[], Mapping[str, str]],
) -> Iterator[bytes]:
    """Yield a Parquet file: zstd, a row group a table, facts as key-value metadata.

    Parameters
    ----------
    tables
        The rows; no table may be empty.
    columns
        What each column is: closed lists are read back as categoricals by pandas, polars, R and
        Arrow, other texts as text; each column carries its meaning.
    facts
        Gives key and text of what is known about the extract; asked when the rows are written.
    """
    sink = _Sink()
    declared = pa.schema(
        [
            pa.field(c.name, _ARROW[c.kind], metadata={"da": c.meaning_da, "en": c.meaning_en})
            for c in columns
        ]
    )
    # Written from dictionaries, texts need not be looked at one by one.
    physical = pa.schema(
        [pa.field(c.name, _TEXT if c.kind == "text" else _ARROW[c.kind]) for c in columns]
    )
    with pq.ParquetWriter(
        sink,
        physical,
        compression="zstd",
        # Hardly two computed numbers are alike: a dictionary of them only costs time and room.
        use_dictionary=[c.name for c in columns if c.kind != "number"],
        use_byte_stream_split=[c.name for c in columns if c.kind == "number"],
        store_schema=False,
    ) as writer:
        yield sink.take()
        for table in tables:
            writer.write_table(table.cast(physical), row_group_size=table.num_rows)
            yield sink.take()
        # As Arrow's own writer does: beside the schema for all readers, and within it for Arrow's.
        known = facts()
        schema = declared.with_metadata(dict(known)).serialize().to_pybytes()
        encoded = base64.b64encode(schema).decode()
        writer.add_key_value_metadata({"ARROW:schema": encoded, **known})
    yield sink.take()


def csv(
    tables: Iterable[pa.Table], columns: Sequence[ExtractColumn], style: CsvStyle
) -> Iterator[bytes]:
    """Yield a CSV file, header first; a text like a formula gets an apostrophe before it.

    Numbers are written with the digits they have: a whole one without decimals.
    """
    danish = style == "danish"
    plain = pl.col(c.name for c in columns if c.kind == "number").cast(pl.String)
    numbers = plain.str.strip_suffix(".0")
    if danish:
        numbers = numbers.str.replace(".", ",", literal=True)
    foreign = [pl.col(c.name).cast(pl.String) for c in columns if c.name in FOREIGN_TEXT]
    defused = [
        pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
        for text in foreign
    ]
    separator = ";" if danish else ","
    head = separator.join(c.name for c in columns) + "\n"
    yield head.encode("utf-8-sig" if danish else "utf-8")
    for table in tables:
        buffer = BytesIO()
        pl.DataFrame(table).with_columns(*defused, numbers).write_csv(
            buffer, include_header=False, separator=separator
        )
        yield buffer.getvalue()


def ndjson(tables: Iterable[pa.Table], columns: Sequence[ExtractColumn]) -> Iterator[bytes]:
    """Yield the rows as JSON, an object a line; what is null in the extract is null here."""
    for table in tables:
        lines = pl.DataFrame(table).select(_object(columns, table))
        yield (lines.to_series().str.join("\n").item() + "\n").encode()


def json(tables: Iterable[pa.Table], columns: Sequence[ExtractColumn]) -> Iterator[bytes]:
    """Yield the rows as one JSON list of objects."""
    before = "[\n"
    for table in tables:
        lines = pl.DataFrame(table).select(_object(columns, table))
        yield (before + lines.to_series().str.join(",\n").item()).encode()
        before = ",\n"
    yield b"\n]\n"


def _object(columns: Sequence[ExtractColumn], table: pa.Table) -> pl.Expr:
    """Return each row as the text of a JSON object."""
    parts: list[pl.Expr] = []
    for number, column in enumerate(columns):
        parts.append(pl.lit(f"{',' if number else '{'}{json_text.dumps(column.name)}:"))
        own = pl.col(column.name)
        if column.kind in ("text", "code"):
            # Of texts there are few: each is written once and then looked up.
            known = pl.DataFrame(table.select([column.name])).to_series().cast(pl.String).unique()
            said = [json_text.dumps(text, ensure_ascii=False) for text in known.drop_nulls()]
            text = own.cast(pl.String).replace_strict(
                known.drop_nulls(), pl.Series(said, dtype=pl.String), default=None
            )
        else:
            # 760.0 and not 760: a reader that takes the type from the first rows would make whole
            # numbers of all, and cut the others short (polars' read_json does).
            text = own.cast(pl.String)
        parts.append(text.fill_null("null"))
    return pl.concat_str([*parts, pl.lit("}")])
