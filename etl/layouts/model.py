"""What a layout file may say, validated field by field."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from etl.definitions import fault
from etl.ingest.harmonise import area_of
from etl.layouts.defined import Series, relation, sums_of

#: What a column can mean. ``area`` holds country, region or municipality by code or name; a
#: workbook has ``level``, ``region`` and ``municipality`` instead. ``topic`` narrows ``measure``.
Role = Literal[
    "area",
    "level",
    "region",
    "municipality",
    "measure",
    "topic",
    "unit",
    "sex",
    "age",
    "sector",
    "period",
    "value",
]
Sex = Literal["all", "female", "male"]
Kind = Literal["count", "rate", "standardised"]
Standardisation = Literal["crude", "age", "age_sex"]


def folded(label: str) -> str:
    """Return a label as it is compared: no case, no double or non-breaking spaces."""
    return " ".join(label.split()).casefold()


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise fault("layout_pattern", reason=str(error)) from None
    return text


def _with_group(name: str) -> AfterValidator:
    def check(text: str) -> str:
        if name not in re.compile(text).groupindex:
            raise fault("layout_group", group=f"(?P<{name}>...)")
        return text

    return AfterValidator(check)


def _folded_keys(mapping: Any) -> Any:
    if not isinstance(mapping, dict):
        return mapping
    return {folded(str(label)): meaning for label, meaning in mapping.items()}


def _target(value: Any) -> Any:
    return {"measure": value} if isinstance(value, str) else value


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise fault("layout_encoding", name=name) from None
    return name


def _known_area(label: str) -> str:
    if area_of(label) is None:
        raise fault("layout_area", label=label)
    return label


def _relation(text: str) -> str:
    try:
        relation(text)
    except ValueError:
        raise fault("layout_relation", text=text) from None
    return text


def _harmless_sign(sign: str) -> str:
    # Whatever stands in a number by itself can never be a sign that changes nothing about it.
    if not sign.strip() or re.search(r"[0-9.,\s+-]", sign):
        raise fault("layout_sign")
    return sign


FilePattern = Annotated[str, AfterValidator(_pattern), _with_group("edition")]
PeriodPattern = Annotated[str, AfterValidator(_pattern), _with_group("year")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
AgeId = Annotated[str, Field(pattern=r"^(all|standardised|\d{1,3}(-\d{1,3}|\+)?)$")]
MunicipalityId = Annotated[str, Field(pattern=r"^\d{4}$")]
Sign = Annotated[str, AfterValidator(_harmless_sign)]
AreaLabel = Annotated[str, AfterValidator(_known_area)]


class _Part(BaseModel):
    # A misspelt field is refused rather than silently without effect.
    model_config = ConfigDict(extra="forbid", frozen=True)


class MeasureTarget(_Part):
    """Which measure a label means."""

    measure: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    sector: str | None = None
    #: The topic column names the sector.
    topic_is_sector: bool = False
    #: The measure it is counted among: never larger than that one.
    part_of: str | None = None
    #: Not rounded, although the package's other counts are.
    exact: bool = False


class Unit(_Part):
    """What kind of number a unit label means."""

    kind: Kind
    standardisation: Standardisation = "crude"
    maximum: float | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Unit:
        if (self.kind == "standardised") != (self.standardisation != "crude"):
            raise fault("layout_standardised")
        return self


class Marks(_Part):
    """Texts that stand where a number would."""

    suppressed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_meaning(self) -> Marks:
        marks = [*self.suppressed, *self.missing, *self.not_applicable, *self.zero]
        if len(marks) != len(set(marks)):
            raise fault("layout_mark_twice")
        return self


class Vocabulary(_Part):
    """Labels of the file and what they mean; compared without case."""

    sex: Annotated[
        dict[str, Literal["all", "female", "male", "standardised"]], BeforeValidator(_folded_keys)
    ] = {}
    age: Annotated[dict[str, AgeId], BeforeValidator(_folded_keys)] = {}
    sector: Annotated[dict[str, str], BeforeValidator(_folded_keys)] = {}
    level: Annotated[
        dict[str, Literal["country", "region", "municipality"]], BeforeValidator(_folded_keys)
    ] = {}
    unit: Annotated[dict[str, Unit], BeforeValidator(_folded_keys)] = {}


class Hidden(_Part):
    """What a count that the publisher has hidden can be, before any total narrows it."""

    low: Annotated[int, Field(ge=0)] = 0
    #: None: also large counts are hidden, to protect others.
    high: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Hidden:
        if self.high is not None and self.high < self.low:
            raise fault("layout_hidden")
        return self


class KnownDuplicate(_Part):
    """Areas the publisher delivers twice, and which of the rows is the real one."""

    areas: tuple[MunicipalityId, ...]
    keep: Literal["not_all_zero"] = "not_all_zero"


class Cover(_Part):
    """Where the cover sheet says title and release date (rows as the spreadsheet shows them)."""

    sheet: str
    title_row: Annotated[int, Field(ge=1)]
    date_row: Annotated[int, Field(ge=1)]


class Layout(_Part):
    """How one kind of delivered package looks. The field comments are the documentation."""

    id: Identifier
    title: str  # as shown; a workbook's cover overrides it
    publisher: str
    licence: str
    #: Regular expression the whole file name matches; group ``edition`` is a date or a year.
    file: FilePattern
    #: ``csv`` is any text with a delimiter; ``statbank_csv`` the same with the bank's habits.
    format: Literal["workbook", "statbank_csv", "csv", "jsonstat", "parquet"]
    made_safe_by: Literal["publisher", "klyngeblik"]
    is_demo: bool
    note_da: str | None = None
    note_en: str | None = None

    #: ``file``: the date in the name, or none when it is a year; ``cover``: the workbook's cover.
    published_from: Literal["file", "cover"]
    #: Said outright, for an edition whose name holds no date.
    published: dt.date | None = None
    cover: Cover | None = None

    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] = 1
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8-sig"
    decimal: Literal[",", "."] = ","
    #: Mark between groups of three digits in numbers written as text; " " is any kind of space.
    thousands: Literal[".", ",", " ", "'"] | None = None
    #: Signs that may follow a number and say nothing about its size, such as "*" or "¹".
    footnotes: tuple[Sign, ...] = ()
    marks: Marks = Marks()
    #: What an empty cell means; when not said, the publisher hid it if the publisher hides.
    blank: Literal["suppressed_by_source", "missing", "error"] | None = None
    #: Counts of 1 to ``threshold`` - 1 are small: the publisher hides them, or we do.
    threshold: Annotated[int, Field(ge=2)] = 5
    #: What a hidden count can be. Not said: anything that the delivered totals leave.
    hidden: Hidden = Hidden()
    #: False for a package of one region: then municipalities may be absent.
    all_municipalities: bool = True

    #: Meaning -> heading. An empty heading takes an inherited meaning away.
    columns: dict[Role, str]
    #: Headings that are known and not read.
    ignore: tuple[str, ...] = ()
    #: Heading -> the labels whose rows are read; rows with others are left out and counted.
    keep: dict[str, tuple[str, ...]] = {}
    #: Heading of a column of numbers -> the labels that hold for all of it, such as
    #: ``"age_0_5" = { age = "0-5" }``. For a wide table whose headings are not years.
    values: dict[str, dict[Role, str]] = {}
    #: The area and the year of every number in a file without a column for it.
    area: AreaLabel | None = None
    year: int | Literal["edition"] | None = None
    #: A year heading (wide) or a period (long); group ``year``.
    period: PeriodPattern
    #: A workbook holds every year from first to last; ``edition`` is the year of the edition.
    first_year: int | None = None
    last_year: int | Literal["edition"] | None = None
    #: Years between the first and the last that the publisher has no figures of.
    years_without: tuple[int, ...] = ()
    projection: bool  # years after the edition are expected
    #: Years whose figures the publisher will replace: shown, marked, and in no trend.
    provisional: tuple[int, ...] = ()

    #: The one measure of a file without a measure column, or ...
    measure: str | None = None
    #: ... "Mål / Emne" (or "Mål" alone) -> measure.
    measures: Annotated[
        dict[str, Annotated[MeasureTarget, BeforeValidator(_target)]],
        BeforeValidator(_folded_keys),
    ] = {}
    #: Measure -> measures that make it up exactly, all of them over all sectors: what is hidden in
    #: one must not follow from the others.
    sums: dict[str, tuple[str, ...]] = {}
    #: What else is true of series by their definitions, one ``=``, ``<=`` or ``>=`` each between
    #: sums of ``measure``, ``measure/sector`` or ``measure/*`` (each sector), such as
    #: ``"one + 2 two = practice + hospital"``. Used cell by cell where the counts keep to it.
    relations: tuple[Annotated[str, AfterValidator(_relation)], ...] = ()
    #: Measures in ``relations`` that are in no table, but are counts of somebody.
    unpublished: tuple[str, ...] = ()
    #: Measure of events -> the measure of the persons whose they are, at least one each. Events of
    #: 1 to ``threshold`` - 1 persons are hidden as these are, however many they may be.
    events_of: dict[str, str] = {}
    #: Whether a count of all of a group is hidden as a small one is: everybody in it is then known
    #: to have what is counted. It is told in any case.
    hide_everybody: bool = False
    #: Measures of people who are counted in each municipality they lived in during the year, and
    #: once in larger areas: these may be less than the sum of their municipalities.
    counted_once: tuple[str, ...] = ()
    sector: str = "all"  # of every number in a file that does not say it
    kind: Kind | None = None  # of every number in a file without a unit column
    maximum: float | None = None
    rounding_base: Annotated[int, Field(ge=2)] | None = None

    vocabulary: Vocabulary = Vocabulary()
    known_duplicates: tuple[KnownDuplicate, ...] = ()
    editions: dict[str, dict[str, Any]] = {}

    @model_validator(mode="after")
    def _whole(self) -> Layout:
        headings = [heading for heading in self.columns.values() if heading]
        headings += self.values
        if len(headings) != len(set(headings)):
            raise fault("layout_heading_twice", "columns")
        said = self._said()
        if missing := self._unsaid(said):
            raise fault("layout_heading_missing", "columns", missing=", ".join(missing))
        if (self.measure is None) == (not self.measures):
            raise fault("layout_measure", "measure")
        if self.measures and "measure" not in said:
            raise fault("layout_measures_column", "measures")
        if "unit" not in said and self.kind is None:
            raise fault("layout_kind", "kind")
        named = {name for text in self.relations for name in relation(text).measures}
        named |= {name for pair in self.events_of.items() for name in pair}
        named -= {target.measure for target in self.measures.values()} | {*self.unpublished}
        if self.measures and named:
            raise fault("layout_relation_measure", "relations", measures=", ".join(sorted(named)))
        if self.format == "workbook" and self.sheet is None:
            raise fault("layout_sheet", "sheet")
        if self.published_from == "cover" and self.cover is None:
            raise fault("layout_cover", "cover")
        if self.thousands == self.decimal:
            raise fault("layout_thousands", "thousands")
        return self

    def _said(self) -> set[str]:
        """Return the meanings every number of the file has a label for."""
        said: set[str] = {role for role, heading in self.columns.items() if heading}
        if self.values:
            said |= {r for r in self._labelled() if all(r in v for v in self.values.values())}
        return said

    def _labelled(self) -> set[str]:
        return {role for labels in self.values.values() for role in labels}

    def _unsaid(self, said: set[str]) -> list[str]:
        needed: set[str] = set()
        if self.area is None and "area" not in said:
            by_level = {"level", "region", "municipality"}
            needed |= by_level if self.format == "workbook" or by_level & said else {"area"}
        if self.is_long and self.year is None:
            needed |= {"period"}
        # Only a table with a column a year has no column called value.
        if self.columns.get("period") and not self.values:
            needed |= {"value"}
        return sorted(needed - said)

    @property
    def is_long(self) -> bool:
        """True when a row (or a row and a heading of ``values``) is one number."""
        return bool(self.columns.get("value") or self.values)

    def heading(self, role: Role) -> str | None:
        """Return the heading of a meaning, None where the file has no such column."""
        return self.columns.get(role) or None

    def edition_of(self, file_name: str) -> str | None:
        """Return the edition a file name says, None when the layout is not for that file."""
        match = re.fullmatch(self.file, file_name)
        return match["edition"] if match else None

    def blank_status(self) -> str:
        """Return what an empty cell means: a status, or ``error``."""
        hidden = "suppressed_by_source" if self.made_safe_by == "publisher" else "missing"
        return self.blank or hidden

    def exact(self) -> list[str]:
        """Return the measures that are not rounded whatever ``rounding_base`` says."""
        return sorted({t.measure for t in self.measures.values() if t.exact})

    def parts(self) -> dict[str, str]:
        """Return measure -> the measure it is counted among, where it is."""
        return {t.measure: t.part_of for t in self.measures.values() if t.part_of}

    def people(self) -> set[str]:
        """Return the measures that count people, not what one person may have many of."""
        return {*self.parts(), "population"}

    def series_sums(self, sectors: Iterable[str]) -> list[dict[Series, int]]:
        """Return how series hang together, as :func:`etl.layouts.defined.sums_of` has it.

        Parameters
        ----------
        sectors : iterable of str
            Sectors of the tables.
        """
        at_least_one = [f"{events}/* >= {who}/*" for events, who in self.events_of.items()]
        return sums_of(self.sums, (*self.relations, *at_least_one), self.unpublished, sectors)
