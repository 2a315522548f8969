"""The contract between the ETL and everything that reads: tables of safe values, documented.

Every statement here runs in the order given when a warehouse is published. The comments end up
inside the file (``COMMENT ON``), so that somebody who opens it cold knows what a column means.
Only the ETL writes; pages, exports, reports and analysts read.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse import digits
from warehouse.views import VIEWS, quoted

SCHEMA_VERSION = 6
#: Whose measures, packages and release log are still like today's: what a build compares itself
#: with, and what `diff` reads. Pages and exports want today's.
EARLIER_VERSIONS = (1, 2, 3, 4, 5)

#: Why a number is there or is not. Where it is not ``ok``, value, lower, upper and count are null.
STATUSES = (
    "ok",
    "suppressed",  # fewer people than the threshold, hidden by Klyngeblik
    "suppressed_secondary",  # hidden by Klyngeblik so that another number cannot be worked out
    "suppressed_by_source",  # hidden (or a part of it hidden) by the publisher
    "missing",  # not delivered
    "not_applicable",  # the number has no meaning here
)
LEVELS = ("country", "region", "health_council", "cluster", "municipality")
SEXES = ("all", "female", "male")
SECTORS = (
    "all",
    "general_practice",
    "other_practice",
    "somatic_hospital",
    "psychiatric_hospital",
    "municipal_health",
    "any_practice",  # GPs and all others in the practice sector together
    "any_hospital",  # somatic and psychiatric together
)
#: What a contact row can be of; the others are sums of these.
CONTACT_SECTORS = SECTORS[1:6]
STANDARDISATIONS = ("crude", "age", "age_sex")
#: Statistics Denmark's groups of municipalities, by jobs in reach and the largest town.
MUNICIPALITY_GROUPS = ("capital", "metropolitan", "provincial", "commuter", "rural")
THEMES = ("population", "sectors", "elderly", "children", "chronic", "health_profile")
COMPARISONS = ("better", "similar", "worse", "lower", "higher")
TRENDS = ("increasing", "decreasing", "no_change", "not_calculable")


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB type and what it means."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns in order."""

    name: str
    comment: str
    columns: tuple[Column, ...]

    def ddl(self) -> list[str]:
        """Return the statements that create the table and its comments."""
        body = ", ".join(f'"{c.name}" {c.type}' for c in self.columns)
        return [
            f"CREATE TABLE {self.name} ({body})",
            f"COMMENT ON TABLE {self.name} IS {quoted(self.comment)}",
            *(
                f'COMMENT ON COLUMN {self.name}."{c.name}" IS {quoted(c.comment)}'
                for c in self.columns
            ),
        ]


TABLES = (
    Table(
        "meta",
        "Facts about this warehouse file: one row a fact",
        (
            Column("key", "VARCHAR", "schema_version, klyngeblik_version, fingerprint, built_at"),
            Column("value", "VARCHAR", "the fact, as text"),
        ),
    ),
    Table(
        "geographies",
        "One versioned way to group the 98 municipalities (inddeling): one row a geography",
        (
            Column("geography", "VARCHAR", "id, e.g. klynger-2022"),
            Column("level", "VARCHAR", "country, region, health_council, cluster, municipality"),
            Column("title_da", "VARCHAR", "title in Danish"),
            Column("title_en", "VARCHAR", "title in English"),
            Column("valid_from", "DATE", "first day in force"),
            Column("valid_to", "DATE", "last day in force, null when no end is known"),
            Column("source", "VARCHAR", "where the grouping is taken from"),
            Column("note_da", "VARCHAR", "what a reader should know, Danish"),
            Column("note_en", "VARCHAR", "what a reader should know, English"),
            Column("sort", "INTEGER", "order in lists"),
        ),
    ),
    Table(
        "areas",
        "One area of one geography; area_id is unique over all geographies",
        (
            Column("area_id", "VARCHAR", "municipalities: 4 digits; else prefix and slug; dk"),
            Column("geography", "VARCHAR", "the geography it belongs to"),
            Column("level", "VARCHAR", "the geography's level"),
            Column("name", "VARCHAR", "qualified name, unique within the geography"),
            Column("short_name", "VARCHAR", "name for narrow places; may be ambiguous"),
            Column("region_id", "VARCHAR", "area_id of its region in the same period, or null"),
            Column("acute_hospital", "VARCHAR", "acute hospital of a cluster, or null"),
            Column("regional_seats", "INTEGER", "seats of the region in a health council, or null"),
            Column("is_split", "BOOLEAN", "true when it holds a part of a municipality"),
            Column("area_km2", "DOUBLE", "land area from the boundaries used, square kilometres"),
            Column("centre_lon", "DOUBLE", "longitude of a point inside, WGS84 degrees"),
            Column("centre_lat", "DOUBLE", "latitude of a point inside, WGS84 degrees"),
            Column("sort", "INTEGER", "order in lists"),
            Column(
                "municipality_group",
                "VARCHAR",
                "of a municipality: " + ", ".join(MUNICIPALITY_GROUPS) + "; else null",
            ),
        ),
    ),
    Table(
        "catchments",
        "Which municipalities, with what share, an area is made of; also the identity for kommuner",
        (
            Column("geography", "VARCHAR", "geography"),
            Column("area_id", "VARCHAR", "area"),
            Column("municipality_id", "VARCHAR", "municipality, 4 digits"),
            Column("share", "DOUBLE", "share of the municipality, sums to 1 within a geography"),
            Column("share_basis", "VARCHAR", "what the share is based on"),
            Column("certainty", "VARCHAR", "how sure the membership is"),
            Column("source", "VARCHAR", "where the membership is taken from"),
            Column("seats", "INTEGER", "the municipality's seats in a health council, or null"),
        ),
    ),
    Table(
        "indicators",
        "One definition of a number (måltal): one row an indicator",
        (
            Column("indicator_id", "VARCHAR", "stable id, English snake_case"),
            Column("theme", "VARCHAR", ", ".join(THEMES)),
            Column("sort", "INTEGER", "order within the theme"),
            Column("title_da", "VARCHAR", "title in Danish"),
            Column("title_en", "VARCHAR", "title in English"),
            Column("short_da", "VARCHAR", "short title in Danish"),
            Column("short_en", "VARCHAR", "short title in English"),
            Column("definition_da", "VARCHAR", "what it counts, in plain Danish"),
            Column("definition_en", "VARCHAR", "what it counts, in plain English"),
            Column("caveat_da", "VARCHAR", "what to be careful with, Danish, or null"),
            Column("caveat_en", "VARCHAR", "what to be careful with, English, or null"),
            Column("kind", "VARCHAR", "count, proportion, rate, mean, published, life_expectancy"),
            Column("multiplier", "DOUBLE", "100 for per cent, 1000 for per 1,000 ..."),
            Column("unit", "VARCHAR", "unit id: persons, per_cent, per_1000 ..."),
            Column("unit_da", "VARCHAR", "unit in Danish"),
            Column("unit_en", "VARCHAR", "unit in English"),
            Column("polarity", "VARCHAR", "high_good, high_bad or neutral"),
            Column("decimals", "INTEGER", "decimals shown"),
            Column("has_interval", "BOOLEAN", "whether an interval can be computed"),
            Column("is_demo", "BOOLEAN", "made-up figures, to be replaced by a real package"),
            Column("ages", "VARCHAR[]", "age bands published, all first"),
            Column("sexes", "VARCHAR[]", "sexes published, all first"),
            Column("sectors", "VARCHAR[]", "sectors published, all first when it exists"),
            Column("default_age", "VARCHAR", "the age band shown when none is chosen"),
            Column("default_sector", "VARCHAR", "the sector shown when none is chosen"),
            Column("first_period", "INTEGER", "first year with figures"),
            Column("last_period", "INTEGER", "last measured year with figures"),
            Column("trend_from", "INTEGER", "first year a trend may start at"),
            Column("breaks", "INTEGER[]", "first years of a new level: not comparable with before"),
            Column(
                "counted_by",
                "VARCHAR",
                "residence, institution (where the school lies) or authority (the municipality "
                "that handles the case)",
            ),
            Column(
                "period_years", "INTEGER", "years each figure is of; the last of them is its period"
            ),
            Column(
                "default_standardisation",
                "VARCHAR",
                "the standardisation shown when none is chosen: age wherever there is one",
            ),
            Column(
                "age_effect",
                "VARCHAR",
                "what older residents do to the crude figure: rises, falls, none or unknown",
            ),
            Column("age_effect_da", "VARCHAR", "why, Danish; null where unknown"),
            Column("age_effect_en", "VARCHAR", "why, English; null where unknown"),
            Column("is_full_count", "BOOLEAN", "everybody is counted: differences are facts"),
            Column(
                "about_ages",
                "VARCHAR[]",
                "age bands of the people a published share is about; empty where not published",
            ),
        ),
    ),
    Table(
        "area_caveats",
        "What to be careful with in the figures of one municipality: one row an indicator and area",
        (
            Column("indicator_id", "VARCHAR", "indicator"),
            Column("area_id", "VARCHAR", "municipality"),
            Column("caveat_da", "VARCHAR", "what to be careful with, Danish"),
            Column("caveat_en", "VARCHAR", "what to be careful with, English"),
        ),
    ),
    Table(
        "packages",
        "One delivered file (datapakke) that was loaded: one row a file",
        (
            Column("package_id", "VARCHAR", "layout id and edition"),
            Column("layout", "VARCHAR", "layout that read it"),
            Column("title", "VARCHAR", "title as delivered"),
            Column("publisher", "VARCHAR", "who published it"),
            Column("published", "DATE", "publication date"),
            Column("licence", "VARCHAR", "licence of the figures"),
            Column("source", "VARCHAR", "one line: publisher, table or title, date"),
            Column("edition", "VARCHAR", "edition"),
            Column("file", "VARCHAR", "file name in data/raw"),
            Column("sha256", "VARCHAR", "sha256 of the file; keyed where it has true small counts"),
            Column("bytes", "BIGINT", "size of the file; null where it has true small counts"),
            Column("rows_in", "BIGINT", "rows read"),
            Column("observations", "BIGINT", "observations made of them"),
            Column("suppressed", "BIGINT", "observations the publisher had hidden"),
            Column("missing", "BIGINT", "observations not delivered"),
            Column("is_demo", "BOOLEAN", "made-up figures"),
            Column("made_safe_by", "VARCHAR", "publisher or klyngeblik"),
            Column("rounding_base", "INTEGER", "counts are rounded to this base, null when exact"),
            Column(
                "threshold",
                "INTEGER",
                "counts of 1 to threshold - 1 are small, and hidden by who made the file safe",
            ),
            Column("hidden_low", "INTEGER", "least a count the publisher has hidden can be"),
            Column(
                "hidden_high",
                "INTEGER",
                "most a count the publisher has hidden can be; null when it can be large",
            ),
            Column("provisional", "INTEGER[]", "years the publisher will replace: in no trend"),
            Column("note_da", "VARCHAR", "what a reader should know, Danish"),
            Column("note_en", "VARCHAR", "what a reader should know, English"),
        ),
    ),
    Table(
        "indicator_sources",
        "Which package, sheet and delivered measure an indicator is computed from",
        (
            Column("indicator_id", "VARCHAR", "indicator"),
            Column("package_id", "VARCHAR", "package"),
            Column("sheet", "VARCHAR", "sheet, or null for a text file"),
            Column("delivered_as", "VARCHAR", "the measure's name in the file"),
        ),
    ),
    Table(
        "measures",
        "One published number of one indicator, area, period, sex, age, sector, standardisation; "
        "rows lie in the order of indicator, geography, area and the columns in this order, ages "
        "by age",
        (
            Column("indicator_id", "VARCHAR", "indicator"),
            Column("geography", "VARCHAR", "geography of the area"),
            Column("level", "VARCHAR", "level of the area"),
            Column(
                "area_id",
                "VARCHAR",
                "area; by residence unless the indicator's counted_by says otherwise",
            ),
            Column("period", "SMALLINT", "year"),
            Column("sex", "VARCHAR", "all, female, male"),
            Column("age", "VARCHAR", "all or a band such as 0-17, 65-79, 80+"),
            Column("sector", "VARCHAR", "all or the sector's id"),
            Column("standardisation", "VARCHAR", "crude, age or age_sex"),
            Column(
                "value",
                "DOUBLE",
                f"the number in the indicator's unit, {digits.VALUE_EN}; counts as in count; "
                "null unless status ok",
            ),
            Column(
                "lower",
                "DOUBLE",
                f"lower 95 % limit, {digits.VALUE_EN}; null where none can be computed",
            ),
            Column(
                "upper",
                "DOUBLE",
                f"upper 95 % limit, {digits.VALUE_EN}; null where none can be computed",
            ),
            Column("count", "DOUBLE", f"numerator where it is safe; {digits.COUNT_EN}"),
            Column("population", "DOUBLE", f"denominator; {digits.COUNT_EN}"),
            Column("status", "VARCHAR", ", ".join(STATUSES)),
            Column(
                "is_estimate", "BOOLEAN", "split municipality, hidden part or part of an age band"
            ),
            Column("is_projection", "BOOLEAN", "a year that has not been measured"),
            Column("is_demo", "BOOLEAN", "made-up figures"),
            Column(
                "vs_region", "VARCHAR", "interval against the region: " + ", ".join(COMPARISONS)
            ),
            Column("vs_country", "VARCHAR", "interval against Denmark: " + ", ".join(COMPARISONS)),
            Column("trend", "VARCHAR", "last 5 periods: " + ", ".join(TRENDS)),
            Column("package_id", "VARCHAR", "the package the number comes from"),
            Column(
                "standard",
                "VARCHAR",
                "what the number is standardised to: ESP2013 (the European Standard Population of "
                "2013) and the age bands used, or publisher (the publisher's own); null for crude",
            ),
        ),
    ),
    Table(
        "maps",
        "Ready drawn boundaries: one gzipped GeoJSON FeatureCollection a geography and detail",
        (
            Column("geography", "VARCHAR", "geography"),
            Column("detail", "VARCHAR", "country (coarse), region or local (fine)"),
            Column("geojson_gz", "BLOB", "gzip of GeoJSON; feature id is area_id, rings clockwise"),
            Column("sha256", "VARCHAR", "sha256 of geojson_gz, used as its address"),
            Column("tolerance_m", "DOUBLE", "simplification tolerance, metres"),
        ),
    ),
    Table(
        "insets",
        "Frames of the map: the whole, the Capital and Bornholm",
        (
            Column("inset", "VARCHAR", "denmark, capital or bornholm"),
            Column("lon_min", "DOUBLE", "west"),
            Column("lat_min", "DOUBLE", "south"),
            Column("lon_max", "DOUBLE", "east"),
            Column("lat_max", "DOUBLE", "north"),
        ),
    ),
    Table(
        "boundaries",
        "One area's boundary at the finest detail",
        (
            Column("geography", "VARCHAR", "geography"),
            Column("area_id", "VARCHAR", "area"),
            Column("wkb", "BLOB", "WKB, WGS84 longitude/latitude"),
            Column("source", "VARCHAR", "where the boundary is from, and its licence"),
        ),
    ),
    Table(
        "findings",
        "What the checks found in the packages (errors stop a build): one row a finding",
        (
            Column("severity", "VARCHAR", "question (somebody said yes), warning or note"),
            Column("file", "VARCHAR", "file"),
            Column("sheet", "VARCHAR", "sheet"),
            Column("row", "INTEGER", "row as the spreadsheet shows it"),
            Column("column", "VARCHAR", "column heading or letter"),
            Column("what_da", "VARCHAR", "what is wrong, Danish; never quotes a hidden number"),
            Column("what_en", "VARCHAR", "what is wrong, English; never quotes a hidden number"),
            Column("mend_da", "VARCHAR", "how to mend it, Danish"),
            Column("mend_en", "VARCHAR", "how to mend it, English"),
            Column(
                "fingerprint", "VARCHAR", "digest of the figures meant, where not all are named"
            ),
        ),
    ),
    Table(
        "release_log",
        "Builds that changed this warehouse, newest last",
        (
            Column("released", "TIMESTAMP", "when, UTC"),
            Column("fingerprint", "VARCHAR", "of packages, definitions and code that made it"),
            Column("version", "VARCHAR", "Klyngeblik version"),
            Column("packages", "INTEGER", "packages loaded"),
            Column("measures", "BIGINT", "rows in measures"),
            Column("hidden", "BIGINT", "rows hidden to protect somebody"),
        ),
    ),
    Table(
        "signoffs",
        "What might have been a mistake and somebody said yes to, newest last: one row a yes",
        (
            Column("released", "TIMESTAMP", "the first release it was said for, UTC"),
            Column("finding_id", "VARCHAR", "what `klyngeblik build --accept` was given"),
            Column("file", "VARCHAR", "file the question was about"),
            Column("what_da", "VARCHAR", "the question, Danish; never quotes a hidden number"),
            Column("what_en", "VARCHAR", "the question, English; never quotes a hidden number"),
            Column("reason", "VARCHAR", "why it is right, in the words of who said so; or null"),
            Column("accepted_by", "VARCHAR", "who said so, or null"),
            Column("accepted_on", "DATE", "the day it was said, or null"),
        ),
    ),
)


def ddl() -> list[str]:
    """Return every statement that makes an empty warehouse, in order."""
    return [statement for item in (*TABLES, *VIEWS) for statement in item.ddl()]
