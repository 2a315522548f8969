"""The columns of an extract: what each is called, where it is read from and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from warehouse import ages, digits
from warehouse.export import sdmx

#: ``code`` is one of a closed list and becomes a categorical; ids and names stay text, since new
#: ones come; a value is computed, so it is a binary fraction and no decimal; a period is a year
#: and no date.
Kind = Literal["code", "text", "year", "number", "flag"]


@dataclass(frozen=True)
class ExtractColumn:
    """One column: its name, what it holds, its meaning, and the SQL it is read from.

    ``{provisional}`` and ``{break}`` in the SQL are questions to packages and definitions, see
    :data:`LOOKED_UP`.
    """

    name: str
    kind: Kind
    meaning_da: str
    meaning_en: str
    sql: str = ""


#: The contract with the analysts: these columns, in this order.
EXTRACT_COLUMNS: Final = (
    ExtractColumn("geography", "text", "inddeling (id)", "geography (id)", "m.geography"),
    ExtractColumn(
        "level",
        "code",
        "niveau: country, region, health_council, cluster, municipality",
        "level: country, region, health_council, cluster, municipality",
        "m.level",
    ),
    ExtractColumn(
        "area_id",
        "text",
        "områdets id; kommuner har 4 cifre som tekst",
        "area id; municipalities have 4 digits as text",
        "m.area_id",
    ),
    ExtractColumn(
        "area",
        "text",
        "områdets navn; opgjort efter bopæl, hvis counted_by ikke siger andet",
        "area name; by place of residence unless counted_by says otherwise",
        "a.name",
    ),
    ExtractColumn(
        "indicator_id", "text", "måltallets faste id", "stable indicator id", "m.indicator_id"
    ),
    ExtractColumn(
        "indicator", "text", "måltallets titel", "indicator title in Danish", "i.title_da"
    ),
    ExtractColumn("period", "year", "år", "year", "m.period"),
    ExtractColumn("sex", "code", "køn: all, female, male", "sex: all, female, male", "m.sex"),
    ExtractColumn(
        "age", "text", "alder: all eller fx 0-17, 80+", "age: all or e.g. 0-17, 80+", "m.age"
    ),
    ExtractColumn(
        "sector",
        "code",
        "sektor: all eller sektorens id",
        "sector: all or the sector's id",
        "m.sector",
    ),
    ExtractColumn(
        "value",
        "number",
        f"tallet i enheden, {digits.VALUE_DA}; antal som i count; tomt når status ikke er ok",
        f"the number in the unit, {digits.VALUE_EN}; counts as in count; null unless status is ok",
        "m.value",
    ),
    ExtractColumn(
        "lower",
        "number",
        f"nedre 95 %-grænse, {digits.VALUE_DA}; tomt hvor den ikke kan beregnes",
        f"lower 95 % limit, {digits.VALUE_EN}; null where none can be computed",
        "m.lower",
    ),
    ExtractColumn(
        "upper",
        "number",
        f"øvre 95 %-grænse, {digits.VALUE_DA}; tomt hvor den ikke kan beregnes",
        f"upper 95 % limit, {digits.VALUE_EN}; null where none can be computed",
        "m.upper",
    ),
    ExtractColumn(
        "count",
        "number",
        f"tæller, hvor den kan vises; {digits.COUNT_DA}",
        f"numerator, where it is safe; {digits.COUNT_EN}",
        "m.count",
    ),
    ExtractColumn(
        "population",
        "number",
        f"nævner; {digits.COUNT_DA}",
        f"denominator; {digits.COUNT_EN}",
        "m.population",
    ),
    ExtractColumn("unit", "code", "enhed (id)", "unit (id)", "i.unit"),
    ExtractColumn(
        "standardisation",
        "code",
        "crude (rå), age (aldersstandardiseret), age_sex (køns- og aldersstandardiseret)",
        "crude, age (age-standardised), age_sex (age- and sex-standardised)",
        "m.standardisation",
    ),
    ExtractColumn(
        "status",
        "code",
        "ok, eller hvorfor tallet mangler: suppressed, suppressed_secondary (skjult af "
        "Klyngeblik), suppressed_by_source (skjult af udgiveren), missing (ikke leveret), "
        "not_applicable (giver ikke mening)",
        "ok, or why there is no number: suppressed, suppressed_secondary (hidden by "
        "Klyngeblik), suppressed_by_source (hidden by the publisher), missing (not "
        "delivered), not_applicable (has no meaning)",
        "m.status",
    ),
    ExtractColumn(
        "is_estimate",
        "flag",
        "sand når tallet er et skøn: delt kommune, skjult del eller del af en aldersgruppe",
        "true for an estimate: split municipality, hidden part or part of an age band",
        "m.is_estimate",
    ),
    ExtractColumn(
        "is_demo",
        "flag",
        "sand når tallet er opdigtet (demo)",
        "true for made-up figures",
        "m.is_demo",
    ),
    ExtractColumn(
        "source", "text", "udgiver, tabel eller titel, dato", "publisher, table, date", "p.source"
    ),
    ExtractColumn(
        "is_projection",
        "flag",
        "sand når året er fremskrevet og ikke optalt",
        "true for a projected year, which has not been counted",
        "m.is_projection",
    ),
    ExtractColumn(
        "is_provisional",
        "flag",
        "sand når udgiveren vil erstatte årets tal, fx fordi de kun dækker et halvt år",
        "true when the publisher will replace the year's figures, e.g. those of half a year",
        "{provisional}",
    ),
    ExtractColumn(
        "vs_region",
        "code",
        "i forhold til regionen: better, similar, worse (bedre, på niveau, værre), eller lower, "
        "higher (lavere, højere), hvor der ikke er et godt eller dårligt; tomt uden sammenligning",
        "against the region: better, similar, worse, or lower, higher where neither is good or "
        "bad; null where nothing is compared",
        "m.vs_region",
    ),
    ExtractColumn(
        "vs_country",
        "code",
        "i forhold til hele landet, som vs_region",
        "against Denmark, as vs_region",
        "m.vs_country",
    ),
    ExtractColumn(
        "trend",
        "code",
        "rækkens seneste 5 år: increasing (stiger), decreasing (falder), no_change (uændret), "
        "not_calculable (kan ikke beregnes); det samme i alle dens år",
        "the last 5 years of the series: increasing, decreasing, no_change, not_calculable; the "
        "same in each of its years",
        "m.trend",
    ),
    ExtractColumn(
        "polarity",
        "code",
        "er et højt tal godt: high_good, high_bad, neutral",
        "is a high number good: high_good, high_bad, neutral",
        "i.polarity",
    ),
    ExtractColumn(
        "kind",
        "code",
        "slags tal: count (antal), proportion (andel), rate, mean (gennemsnit), published "
        "(udgiverens eget tal), life_expectancy (restlevetid)",
        "kind of number: count, proportion, rate, mean, published (the publisher's own figure), "
        "life_expectancy",
        "i.kind",
    ),
    ExtractColumn(
        "counted_by",
        "code",
        "opgjort efter: residence (bopæl), institution (hvor fx skolen ligger) eller authority "
        "(kommunen, der behandler sagen)",
        "counted by: residence, institution (where e.g. the school lies) or authority (the "
        "municipality that handles the case)",
        "i.counted_by",
    ),
    ExtractColumn("theme", "code", "emne (id)", "theme (id)", "i.theme"),
    ExtractColumn(
        "package_id",
        "text",
        "datapakken, tallet kommer fra: layout og udgave",
        "the package the number comes from: layout and edition",
        "m.package_id",
    ),
    ExtractColumn(
        "indicator_en",
        "text",
        "måltallets titel på engelsk",
        "indicator title in English",
        "i.title_en",
    ),
    ExtractColumn("unit_en", "text", "enhed på engelsk", "unit in English", "i.unit_en"),
    ExtractColumn(
        "obs_status",
        "code",
        "observationens status i SDMX (CL_OBS_STATUS): " + sdmx.listed(sdmx.OBS_STATUS, "da"),
        "observation status in SDMX (CL_OBS_STATUS): " + sdmx.listed(sdmx.OBS_STATUS, "en"),
        sdmx.OBS_STATUS_SQL,
    ),
    ExtractColumn(
        "conf_status",
        "code",
        "fortrolighed i SDMX (CL_CONF_STATUS): " + sdmx.listed(sdmx.CONF_STATUS, "da"),
        "confidentiality in SDMX (CL_CONF_STATUS): " + sdmx.listed(sdmx.CONF_STATUS, "en"),
        sdmx.CONF_STATUS_SQL,
    ),
    ExtractColumn(
        "standard",
        "text",
        "hvad tallet er standardiseret til: ESP2013 (den europæiske standardbefolkning 2013) og de "
        "brugte aldersgrupper, eller publisher (udgiverens egen); tomt hvor det er råt",
        "what the number is standardised to: ESP2013 (European Standard Population 2013) and the "
        "age bands used, or publisher (the publisher's own); null where it is crude",
        "m.standard",
    ),
)

#: What tells the rows of an extract apart, and sorts them: ages by age, the others as text.
KEY: Final = (
    *("indicator_id", "geography", "area_id", "period", "sex", "age", "sector"),
    "standardisation",
)
#: The same as SQL. DuckDB gives rows in no order of their own; sorted by the whole key, an
#: extract of the same warehouse is the same each time.
ORDER: Final = ", ".join(ages.order_by(f"m.{c}") if c == "age" else f"m.{c}" for c in KEY)
EXTRACT_FROM: Final = (
    "measures m JOIN areas a USING (area_id) JOIN indicators i USING (indicator_id) "
    "LEFT JOIN packages p USING (package_id)"
)


#: What ``{provisional}`` and ``{break}`` in a column's SQL stand for where packages are joined.
LOOKED_UP: Final = {
    "provisional": "coalesce(list_contains(p.provisional, m.period), false)",
    "break": "coalesce(list_contains(i.breaks, m.period), false)",
}


def extract_sql() -> str:
    """Return the query of an extract without filter and order: ``SELECT ... FROM ...``."""
    columns = ", ".join(
        f'{column.sql.format(**LOOKED_UP)} AS "{column.name}"' for column in EXTRACT_COLUMNS
    )
    return f"SELECT {columns} FROM {EXTRACT_FROM}"  # noqa: S608


#: What tells the rows of a wide extract apart: everything that is not of one year.
_WIDE_KEY: Final = (
    *("geography", "level", "area_id", "area", "indicator_id", "indicator", "sex", "age"),
    *("sector", "unit", "standardisation", "is_demo", "polarity", "kind", "counted_by", "theme"),
    *("indicator_en", "unit_en"),
)
WIDE_VALUES: Final = (
    *("value", "lower", "upper", "count", "population", "status"),
    *("is_estimate", "is_projection", "is_provisional"),
)


def wide_key() -> tuple[ExtractColumn, ...]:
    """Return the columns of a wide extract that say what a row is about."""
    return tuple(column for column in EXTRACT_COLUMNS if column.name in _WIDE_KEY)


def wide_columns(periods: list[int]) -> tuple[ExtractColumn, ...]:
    """Return the columns of a wide extract: the key, then value, limits, counts, status by year.

    Parameters
    ----------
    periods
        The years there are rows of, in order.
    """
    known = {column.name: column for column in EXTRACT_COLUMNS}
    by_year = tuple(
        ExtractColumn(
            f"{name}_{year}",
            known[name].kind,
            f"{year}: {known[name].meaning_da}",
            f"{year}: {known[name].meaning_en}",
        )
        for name in WIDE_VALUES
        for year in periods
    )
    return wide_key() + by_year
