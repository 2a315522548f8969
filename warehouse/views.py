"""Friendly views for those who open the warehouse file itself: DuckDB's shell, a BI tool, R.

They hold nothing the tables do not; names stand beside ids, and every column has a comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from warehouse.export.columns import EXTRACT_COLUMNS, extract_sql

_MEANINGS: Final = {column.name: column.meaning_en for column in EXTRACT_COLUMNS}


@dataclass(frozen=True)
class View:
    """One view: its name, what a row is, its query, and what its columns mean, in order."""

    name: str
    comment: str
    query: str
    columns: dict[str, str]

    def ddl(self) -> list[str]:
        """Return the statements that create the view and its comments."""
        return [
            f"CREATE VIEW {self.name} AS {self.query}",
            f"COMMENT ON VIEW {self.name} IS {quoted(self.comment)}",
            *(
                f'COMMENT ON COLUMN {self.name}."{column}" IS {quoted(meaning)}'
                for column, meaning in self.columns.items()
            ),
        ]


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


VIEWS: Final = (
    View(
        "extract",
        "The analyst's extract: every published number with names, unit, status and source; "
        "the same columns as an exported file. Where status is not ok there is no number: not zero",
        extract_sql(),
        _MEANINGS,
    ),
    View(
        "latest",
        "The newest measured number of each indicator and area, as shown when nothing is chosen: "
        "both sexes, not standardised, the indicator's own age band and sector",
        "SELECT m.geography, m.level, m.area_id, a.name AS area, i.theme, m.indicator_id, "
        "i.title_da AS indicator, i.title_en AS indicator_en, m.period, m.age, m.sector, m.value, "
        "m.lower, m.upper, i.unit_da AS unit, i.polarity, m.status, m.vs_region, m.vs_country, "
        "m.trend, m.is_estimate, m.is_demo, p.source "
        "FROM measures m JOIN areas a USING (area_id) JOIN indicators i USING (indicator_id) "
        "LEFT JOIN packages p USING (package_id) "
        "WHERE m.sex = 'all' AND m.standardisation = 'crude' AND m.age = i.default_age "
        "AND m.sector = i.default_sector AND m.period = i.last_period",
        {
            **{name: _MEANINGS[name] for name in ("geography", "level", "area_id", "area")},
            "theme": "theme of the indicator",
            **{name: _MEANINGS[name] for name in ("indicator_id", "indicator")},
            "indicator_en": "indicator title in English",
            **{
                name: _MEANINGS[name]
                for name in ("period", "age", "sector", "value", "lower", "upper")
            },
            "unit": "unit in Danish",
            "polarity": "high_good, high_bad or neutral",
            "status": _MEANINGS["status"],
            "vs_region": "interval against the region: better, similar, worse, lower, higher",
            "vs_country": "interval against Denmark: better, similar, worse, lower, higher",
            "trend": "last 5 periods: increasing, decreasing, no_change, not_calculable",
            **{name: _MEANINGS[name] for name in ("is_estimate", "is_demo", "source")},
        },
    ),
    View(
        "population",
        "People on 1 January by age band; projection years marked. Bands overlap: do not add them",
        "SELECT geography, level, area_id, period, sex, age, value AS persons, status, "
        "is_estimate, is_projection, package_id FROM measures WHERE indicator_id = 'population'",
        {
            **{name: _MEANINGS[name] for name in ("geography", "level", "area_id")},
            **{name: _MEANINGS[name] for name in ("period", "sex", "age")},
            "persons": "people on 1 January, null unless status is ok",
            **{name: _MEANINGS[name] for name in ("status", "is_estimate")},
            "is_projection": "true for a year that has not been measured",
            "package_id": "the package the number comes from",
        },
    ),
)
