"""Labels of a row -> measure, area, sex, age, sector and kind of number.

Only the different labels are looked up one by one (a few hundred); the rows follow by joining.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from etl.findings import Findings
from etl.ingest import harmonise
from etl.ingest.readers.table import ROW, Table
from etl.layouts import Layout, MeasureTarget, Unit, folded
from etl.messages import Said, say
from geo.spelling import closest

#: What identifies a row of a wide table; a long one adds ``period``.
KEYS = ("measure", "area_level", "area_id", "sex", "age", "sector", "kind", "standardisation")

_BAND = re.compile(r"(\d{1,3})\s*[-–]\s*(\d{1,3})(?:\s*år)?")
_OPEN = re.compile(r"(\d{1,3})\s*(?:\+|-|(?:år\s*)?(?:og derover|og ældre)|år\s*\+|\+\s*år)")
_SINGLE = re.compile(r"(\d{1,3})(?:\s*år)?")


def age_band(label: str, vocabulary: Mapping[str, str]) -> str | None:
    """Return the id of an age label: ``all``, ``0-17``, ``80+``, ``7``; None when not understood.

    Parameters
    ----------
    label
        As delivered: "Alle aldre", "0-17 år", "80 år og derover", "85+", "80-".
    vocabulary
        Folded label -> id, asked first.
    """
    label = folded(label)
    if label in vocabulary:
        return vocabulary[label]
    if match := _BAND.fullmatch(label):
        low, high = int(match[1]), int(match[2])
        return f"{low}-{high}" if low < high else None
    if match := _OPEN.fullmatch(label):
        return f"{int(match[1])}+"
    if match := _SINGLE.fullmatch(label):
        return f"{int(match[1])}"
    return None


def keyed(table: Table, layout: Layout, found: Findings) -> tuple[pl.DataFrame, dict[str, str]]:
    """Translate the labels of every row.

    Parameters
    ----------
    table
        As read; its key columns are text.
    layout
        The edition's layout.
    found
        Takes an error for each label that is not known, at the first row that has it.

    Returns
    -------
    frame : polars.DataFrame
        The table's rows with ``KEYS`` instead of labels (null where a label is not known), without
        Christiansø.
    delivered_as : dict
        Measure -> its name in the file.
    """
    frame = table.frame
    translator = _Translator(table, layout, found)
    frame, delivered = translator.measures(frame)
    frame = translator.areas(frame)
    frame = translator.units(frame)
    for role, lookup in (
        ("sex", lambda label: layout.vocabulary.sex.get(folded(label))),
        ("age", lambda label: age_band(label, layout.vocabulary.age)),
        ("sector", lambda label: layout.vocabulary.sector.get(folded(label))),
    ):
        frame = translator.labels(frame, role, lookup)
    frame = translator.standardised(frame)
    kept = frame.filter(pl.col("area_id").ne_missing(harmonise.CHRISTIANSOE))
    if kept.height < frame.height:
        found.add("note", "christiansoe", number=frame.height - kept.height)
    return kept, delivered


class _Translator:
    def __init__(self, table: Table, layout: Layout, found: Findings) -> None:
        self.table = table
        self.layout = layout
        self.found = found

    def _distinct(self, frame: pl.DataFrame, roles: Sequence[str]) -> list[dict[str, object]]:
        """Return the different labels of some columns, each with its first row."""
        return (
            frame.group_by(roles, maintain_order=True)
            .agg(pl.col(ROW).first().alias("__first"))
            .rows(named=True)
        )

    def _unknown(self, role: str, label: object, row: object, mend: Callable[[], Said]) -> None:
        self.found.error(
            "label_empty" if label is None else "label_unknown",
            row=int(str(row)),
            column=self.table.places[role],
            label=label,
            name=say(f"column_{role}"),
            mend=mend,
        )

    def _mend(self, label: object, known: Iterable[str]) -> Callable[[], Said]:
        def mend() -> Said:
            near = closest(folded(str(label or "")), known, 3, at_least=0.4)
            key = "perhaps_labels" if near else "enter_in_layout"
            return say(key, names=", ".join(near), layout=self.layout.id)

        return mend

    def labels(
        self, frame: pl.DataFrame, role: str, lookup: Callable[[str], str | None]
    ) -> pl.DataFrame:
        """Translate one column of labels; a table without it gets the layout's fixed value."""
        if role not in self.table.places:
            if role in frame.columns:  # the sector, already known from the topic
                return frame
            fixed = self.layout.sector if role == "sector" else "all"
            return frame.with_columns(pl.lit(fixed).alias(role))
        meanings: dict[str, str | None] = {}
        for entry in self._distinct(frame, [role]):
            label = entry[role]
            meaning = None if label is None else lookup(str(label))
            if meaning is None:
                known = getattr(self.layout.vocabulary, role)
                self._unknown(role, label, entry["__first"], self._mend(label, known))
            else:
                meanings[str(label)] = meaning
        return frame.with_columns(
            pl.col(role).replace_strict(meanings, default=None, return_dtype=pl.String)
        )

    def measures(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
        """Translate measure and topic to measure and sector."""
        layout = self.layout
        if layout.measure is not None:
            delivered = {layout.measure: layout.title}
            return frame.with_columns(pl.lit(layout.measure).alias("measure")), delivered
        roles = [role for role in ("measure", "topic") if role in frame.columns]
        rows, delivered = [], {}
        for entry in self._distinct(frame, roles):
            labels = [entry[role] for role in roles]
            target = self._target([str(label or "") for label in labels])
            sector = self._sector(target, labels[-1])
            if target is None or sector is None:
                shown = " / ".join(str(label or "") for label in labels)
                mend = self._mend(shown, layout.measures)
                # A known measure with an unknown topic: it is the topic that is wrong.
                begun = folded(str(labels[0] or "")) + " /"
                known = len(labels) > 1 and any(key.startswith(begun) for key in layout.measures)
                role, label = ("topic", labels[-1]) if known else ("measure", shown or None)
                self._unknown(role, label, entry["__first"], mend)
            else:
                name = str(labels[0]) if target.topic_is_sector else " / ".join(map(str, labels))
                delivered[target.measure] = name
            measure = target.measure if target else None
            rows.append([*labels, measure, sector])
        schema = dict.fromkeys([*roles, "__measure", "__sector"], pl.String)
        lookup = pl.DataFrame(rows, schema=schema, orient="row")
        frame = frame.join(lookup, on=roles, how="left", nulls_equal=True, maintain_order="left")
        frame = frame.drop(roles).rename({"__measure": "measure"})
        if "sector" in self.table.places:
            return frame.drop("__sector"), delivered
        return frame.rename({"__sector": "sector"}), delivered

    def _target(self, labels: Sequence[str]) -> MeasureTarget | None:
        for key in (" / ".join(labels), f"{labels[0]} / *"):
            if target := self.layout.measures.get(folded(key)):
                return target
        return None

    def _sector(self, target: MeasureTarget | None, topic: object) -> str | None:
        if target is None:
            return None
        if target.topic_is_sector:
            return self.layout.vocabulary.sector.get(folded(str(topic or "")))
        return target.sector or self.layout.sector

    def areas(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Translate the area column, or level, region and municipality."""
        roles = [r for r in ("level", "region", "municipality", "area") if r in self.table.places]
        if not roles:
            fixed = harmonise.area_of(self.layout.area or "")
            assert fixed is not None  # noqa: S101  (the layout's own check)
            return frame.with_columns(
                pl.lit(fixed.level).alias("area_level"), pl.lit(fixed.area_id).alias("area_id")
            )
        rows = []
        for entry in self._distinct(frame, roles):
            area = self._area(entry)
            rows.append(
                [*(entry[r] for r in roles), *((area.level, area.area_id) if area else (None,) * 2)]
            )
        schema = dict.fromkeys([*roles, "area_level", "area_id"], pl.String)
        lookup = pl.DataFrame(rows, schema=schema, orient="row")
        frame = frame.join(lookup, on=roles, how="left", nulls_equal=True, maintain_order="left")
        return frame.drop(roles)

    def _area(self, entry: Mapping[str, object]) -> harmonise.Area | None:
        level, role = None, "area"
        if "level" in entry:
            label = entry["level"]
            level = self.layout.vocabulary.level.get(folded(str(label or "")))
            if level is None:
                mend = self._mend(label, self.layout.vocabulary.level)
                self._unknown("level", label, entry["__first"], mend)
                return None
            if level == "country":
                return harmonise.Area("dk", "country")
            role = level
        label = entry[role]
        area = None if label is None else harmonise.area_of(str(label), level)
        if area is None:

            def mend() -> Said:
                near = ", ".join(harmonise.suggestions(str(label or ""), level))
                return say("correct_area", names=near) if near else say("enter_area")

            self._unknown(role, label, entry["__first"], mend)
        elif role == "municipality" and area.area_id != harmonise.CHRISTIANSOE:
            self._region_fits(area, entry)
        return area

    def _region_fits(self, area: harmonise.Area, entry: Mapping[str, object]) -> None:
        # A sheet sorted by one column only puts right names beside wrong figures; this shows it.
        region = harmonise.area_of(str(entry["region"] or ""), "region")
        if region is not None and region.area_id != harmonise.region_of(area.area_id):
            self.found.error(
                "wrong_region",
                row=int(str(entry["__first"])),
                column=self.table.places["region"],
                municipality=entry["municipality"],
                region=entry["region"],
            )

    def units(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Translate the unit to kind, standardisation and largest possible value."""
        layout = self.layout
        units: dict[str | None, Unit] = {}
        if "unit" not in self.table.places:
            assert layout.kind is not None  # noqa: S101  (the layout's own check)
            standardisation = "age_sex" if layout.kind == "standardised" else "crude"
            unit = Unit(kind=layout.kind, standardisation=standardisation, maximum=layout.maximum)
            return frame.with_columns(
                pl.lit(unit.kind).alias("kind"),
                pl.lit(unit.standardisation).alias("standardisation"),
                pl.lit(unit.maximum, dtype=pl.Float64).alias("maximum"),
            )
        for entry in self._distinct(frame, ["unit"]):
            label = entry["unit"]
            unit_or_none = layout.vocabulary.unit.get(folded(str(label or "")))
            if unit_or_none is None:
                mend = self._mend(label, layout.vocabulary.unit)
                self._unknown("unit", label, entry["__first"], mend)
            else:
                units[str(label)] = unit_or_none
        lookup = pl.DataFrame(
            [[label, u.kind, u.standardisation, u.maximum] for label, u in units.items()],
            schema={
                "unit": pl.String,
                "kind": pl.String,
                "standardisation": pl.String,
                "maximum": pl.Float64,
            },
            orient="row",
        )
        return frame.join(lookup, on="unit", how="left", maintain_order="left").drop("unit")

    def standardised(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Check that sex and age say "standardised" where the unit does, then make them ``all``."""
        sex, age = (pl.col(c) == "standardised" for c in ("sex", "age"))
        by_age = pl.col("standardisation") != "crude"
        by_sex = pl.col("standardisation") == "age_sex"
        # Without a column for it a file cannot say so twice.
        wrong = (age != by_age) if "age" in self.table.places else pl.lit(value=False)
        wrong = wrong | (sex & ~by_sex)
        for row in frame.filter(wrong)[ROW]:
            self.found.error(
                "contradiction",
                row=row,
                column=self.table.places.get("unit") or self.table.places.get("age"),
            )
        return frame.with_columns(
            pl.when(pl.col(c) == "standardised").then(pl.lit("all")).otherwise(pl.col(c)).alias(c)
            for c in ("sex", "age")
        )
