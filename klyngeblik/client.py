"""Reading published figures from a warehouse file or from an address; see ``klyngeblik.open``.

Needs polars, pyarrow and duckdb only; boundaries are a GeoDataFrame where geopandas is there.
"""

from __future__ import annotations

import importlib.util
import io
import json
import urllib.error
import urllib.request
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode, urlsplit

import polars as pl

from warehouse import EmptySelectionError, SelectionError, WarehouseError, connect
from warehouse.export import boundaries, lists
from warehouse.export.columns import EXTRACT_COLUMNS
from warehouse.export.filters import Selection
from warehouse.export.names import resolve_told
from warehouse.export.query import extract
from warehouse.export.wide import widen

if TYPE_CHECKING:
    import geopandas

Texts = str | Iterable[str] | None
Periods = str | int | Iterable[str | int] | None

#: Seconds an address may say nothing.
_PATIENCE: Final = 120
_DTYPES: Final[Mapping[str, Any]] = {
    "code": pl.Categorical,
    "text": pl.String,
    "year": pl.Int16,
    "number": pl.Float64,
    "flag": pl.Boolean,
}


class Data(ABC):
    """Published figures, wherever they lie; made by :func:`klyngeblik.open`.

    Filters take one value or a list, ids or names, in Danish or English. An unknown one raises
    ``SelectionError`` with the nearest three; what a name that may mean several was taken for is
    told as a warning.
    """

    def figures(
        self,
        *,
        geography: Texts = None,
        area: Texts = None,
        level: Texts = None,
        indicator: Texts = None,
        theme: Texts = None,
        sector: Texts = None,
        period: Periods = None,
        sex: Texts = None,
        age: Texts = None,
        standardisation: Texts = None,
        status: Texts = None,
        wide: bool = False,
    ) -> pl.DataFrame:
        """Return published numbers: the rows of a file with the same filters, in its order.

        Parameters
        ----------
        geography, area, level, indicator, theme, sector, sex, age, standardisation, status
            What to take; none for all.
        period
            A year, a range such as ``"2019:2025"`` or ``"2019:"``, or a list of them.
        wide
            Years beside each other: one column a year for value, limits, counts and status.

        Returns
        -------
        polars.DataFrame
            One row a number. Where ``status`` is not ``ok``, value, lower, upper and count are
            null: not zero. No rows when nothing fits.

        Raises
        ------
        warehouse.SelectionError
            When a filter names something unknown or ambiguous.
        warehouse.WarehouseError
            When the figures cannot be read.
        """
        selection = Selection.of(
            geography=geography,
            area=area,
            level=level,
            indicator=indicator,
            theme=theme,
            sector=sector,
            period=period,
            sex=sex,
            age=age,
            standardisation=standardisation,
            status=status,
        )
        tidy = self._rows(selection)
        return widen(tidy, sorted(set(tidy["period"]))) if wide else tidy

    def areas(self, *, geography: Texts = None, level: Texts = None) -> pl.DataFrame:
        """Return the areas: id, name, geography, level, region, and municipalities with shares."""
        return self._list("areas", Selection.of(geography=geography, level=level))

    def geographies(self) -> pl.DataFrame:
        """Return the geographies: id, level, titles, and from when to when each is in force."""
        return self._list("geographies", Selection())

    def indicators(self, *, theme: Texts = None) -> pl.DataFrame:
        """Return the indicators: titles, definitions, caveats, formula, unit, breaks, rules."""
        return self._list("indicators", Selection.of(theme=theme))

    def packages(self) -> pl.DataFrame:
        """Return the packages the figures come from: source, edition, licence, sha256."""
        return self._list("packages", Selection())

    def topics(self) -> pl.DataFrame:
        """Return the topics and the ids of their indicators."""
        return self._list("topics", Selection())

    def boundaries(
        self, *, geography: Texts = None, area: Texts = None, level: Texts = None
    ) -> geopandas.GeoDataFrame | pl.DataFrame:
        """Return boundaries, to be joined to figures on ``area_id``.

        Returns
        -------
        geopandas.GeoDataFrame or polars.DataFrame
            ``geography, level, area_id, area, region_id, source, geometry`` in longitude and
            latitude (WGS84); without geopandas a polars frame whose ``geometry`` is WKB.
        """
        rows = self._boundaries(Selection.of(geography=geography, area=area, level=level))
        if importlib.util.find_spec("geopandas") is None:
            return rows
        import geopandas  # noqa: PLC0415 - of the extra etl

        shapes = geopandas.GeoSeries.from_wkb(rows["geometry"].to_list(), crs="OGC:CRS84")
        return geopandas.GeoDataFrame(rows.drop("geometry").to_pandas(), geometry=shapes)

    def close(self) -> None:  # noqa: B027 - an address has nothing to let go of
        """Let go of the file."""

    def __enter__(self) -> Data:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _list(self, name: str, selection: Selection) -> pl.DataFrame:
        rows = json.loads(self._text(name, selection))
        return pl.DataFrame(rows, infer_schema_length=None)

    @abstractmethod
    def _rows(self, selection: Selection) -> pl.DataFrame: ...

    @abstractmethod
    def _text(self, name: str, selection: Selection) -> str: ...

    @abstractmethod
    def _boundaries(self, selection: Selection) -> pl.DataFrame: ...


class _File(Data):
    """The figures of a warehouse file."""

    def __init__(self, path: Path) -> None:
        self._warehouse = connect(path)

    def close(self) -> None:
        self._warehouse.close()

    def _rows(self, selection: Selection) -> pl.DataFrame:
        resolved, told = resolve_told(self._warehouse, selection)
        _tell(told)
        return extract(self._warehouse, resolved)

    def _text(self, name: str, selection: Selection) -> str:
        return lists.text(self._warehouse, name, selection)

    def _boundaries(self, selection: Selection) -> pl.DataFrame:
        return boundaries.rows(self._warehouse, selection)


class _Address(Data):
    """The figures of a Klyngeblik on the web."""

    def __init__(self, url: str) -> None:
        base = url.partition("?")[0].rstrip("/")
        for ending in ("/data/v1", "/data"):
            base = base.removesuffix(ending)
        self._base = f"{base}/data/v1/"

    def _rows(self, selection: Selection) -> pl.DataFrame:
        try:
            return pl.read_parquet(io.BytesIO(self._got("figures.parquet", selection)))
        except EmptySelectionError:
            return pl.DataFrame(schema={c.name: _DTYPES[c.kind] for c in EXTRACT_COLUMNS})

    def _text(self, name: str, selection: Selection) -> str:
        return self._got(name, selection).decode()

    def _boundaries(self, selection: Selection) -> pl.DataFrame:
        return pl.read_parquet(io.BytesIO(self._got("boundaries.parquet", selection)))

    def _got(self, name: str, selection: Selection) -> bytes:
        query = urlencode([(k, v) for k, values in selection.filters().items() for v in values])
        url = f"{self._base}{name}" + (f"?{query}" if query else "")
        try:
            # The scheme was looked at when it was opened.
            with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:  # noqa: S310
                note = answer.headers.get("Klyngeblik-Note")
                _tell([unquote(note)] if note else [])
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            raise _problem(error, selection) from None
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise WarehouseError(f"{self._base} cannot be reached: {reason}.") from None


def _problem(error: urllib.error.HTTPError, selection: Selection) -> Exception:
    """Return what an address says went wrong as the error a file raises."""
    try:
        said = json.loads(error.read())
        title, detail = str(said["title"]), str(said["detail"])
    except (ValueError, KeyError, TypeError):
        return WarehouseError(f"{error.url} is no Klyngeblik: it answers {error.code}.")
    if title == "No rows":
        return EmptySelectionError(selection.described())
    if "parameter" in said:
        near = said.get("nearest", ())
        return SelectionError(str(said["parameter"]), str(said.get("value", "")), near, detail)
    return WarehouseError(detail)


def _tell(notes: Iterable[str]) -> None:
    for note in notes:
        # The line of whoever asked.
        warnings.warn(note, UserWarning, stacklevel=4)


def opened(place: Path | str) -> Data:
    """Return the figures of a file or an address; see :func:`klyngeblik.open`."""
    if isinstance(place, str) and "://" in place:
        if urlsplit(place).scheme not in ("http", "https"):
            raise WarehouseError(f"{place} is neither a file nor an address that begins with http.")
        return _Address(place)
    return _File(Path(place))
