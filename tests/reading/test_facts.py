"""Real files as they are found: each loads with a small layout, or is refused with a reason."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from etl.layouts import load_layouts
from etl.readers import Package, load_folder, read_package

HEAD = 'publisher = "Danmarks Statistik"\nlicence = "CC BY 4.0"\nall_municipalities = false\n'


@dataclass(frozen=True)
class Case:
    file: str
    name: str  # the file under a name with an edition
    layout: str


CASES = {
    "FOLK1A as codes": Case(
        "statbank/FOLK1A-codes-sample.csv",
        "FOLK1A_2020.csv",
        r"""
file = 'FOLK1A_(?P<edition>\d{4})\.csv'
format = "statbank_csv"
measure = "population"
kind = "count"
[columns]
age = "ALDER"
sex = "KØN"
""",
    ),
    "INDAMP01 as codes and texts": Case(
        "statbank/INDAMP01-region-2006-2018.csv",
        "INDAMP01_2018.csv",
        r"""
file = 'INDAMP01_(?P<edition>\d{4})\.csv'
format = "statbank_csv"
kind = "count"
[columns]
measure = "NØGLETAL"
topic = "PERSONGRUPPE"
age = "ALDER"
sex = "KØN"
[measures]
"Indlæggelser / Personer i alt" = "admissions"
"Indlæggelser / Patienter med både indlæggelse og ambulant behandling" = "admissions_both"
"Indlæggelser / Patienter med kun indlæggelse" = "admissions_only"
""",
    ),
    "population by single age 2014": Case(
        "statbank/population-municipality-age-sex-2014.csv",
        "population_2014.csv",
        r"""
file = 'population_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
measure = "population"
kind = "count"
made_safe_by = "publisher"
year = "edition"
ignore = ["code"]
[columns]
area = "municipality"
sex = "sex"
age = "age"
value = "count"
""",
    ),
    "JSON-stat of one number": Case(
        "statbank/statbank_jsonstat_sample_FOLK1A.json",
        "FOLK1A_2020.json",
        r"""
file = 'FOLK1A_(?P<edition>\d{4})\.json'
format = "jsonstat"
measure = "population"
kind = "count"
area = "Hele landet"
columns = { area = "" }
""",
    ),
    "JSON-stat of several dimensions": Case(
        "statbank/statbank_jsonstat_sample_BEF5_multidim.json",
        "BEF5_2020.json",
        r"""
file = 'BEF5_(?P<edition>\d{4})\.json'
format = "jsonstat"
kind = "count"
area = "Hele landet"
columns = { area = "", sex = "KØN", measure = "FODLAND" }
measures = { 5101 = "born_in_greenland", 5104 = "born_in_finland" }
""",
    ),
    "the chronic-disease register, national": Case(
        "ruks-danmark-2010-2025.csv",
        "ruks_2025.csv",
        r"""
file = 'ruks_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
decimal = "."
made_safe_by = "publisher"
rounding_base = 5
ignore = ["value_kind", "standardization", "source"]
[columns]
measure = "measure"
topic = "disease"
unit = "unit"
area = "geo"
period = "year"
value = "value"
[vocabulary.unit]
persons = { kind = "count" }
per_100k_population = { kind = "rate" }
[measures]
"Incidens (nye sygdomstilfælde) / astma" = "asthma_incidence"
"Prævalens (sygdomsforekomst) / astma" = "asthma_prevalence"
"Incidens (nye sygdomstilfælde) / demens" = "dementia_incidence"
"Prævalens (sygdomsforekomst) / demens" = "dementia_prevalence"
"Incidens (nye sygdomstilfælde) / hjertesvigt" = "heart_failure_incidence"
"Prævalens (sygdomsforekomst) / hjertesvigt" = "heart_failure_prevalence"
"Incidens (nye sygdomstilfælde) / KOL" = "copd_incidence"
"Prævalens (sygdomsforekomst) / KOL" = "copd_prevalence"
"Incidens (nye sygdomstilfælde) / leddegigt" = "rheumatoid_arthritis_incidence"
"Prævalens (sygdomsforekomst) / leddegigt" = "rheumatoid_arthritis_prevalence"
"Incidens (nye sygdomstilfælde) / osteoporose" = "osteoporosis_incidence"
"Prævalens (sygdomsforekomst) / osteoporose" = "osteoporosis_prevalence"
"Incidens (nye sygdomstilfælde) / skizofreni" = "schizophrenia_incidence"
"Prævalens (sygdomsforekomst) / skizofreni" = "schizophrenia_prevalence"
"Incidens (nye sygdomstilfælde) / Type 1 - Diabetes" = "type_1_diabetes_incidence"
"Prævalens (sygdomsforekomst) / Type 1 - Diabetes" = "type_1_diabetes_prevalence"
"Incidens (nye sygdomstilfælde) / Type 2 - Diabetes" = "type_2_diabetes_incidence"
"Prævalens (sygdomsforekomst) / Type 2 - Diabetes" = "type_2_diabetes_prevalence"
""",
    ),
    "one column an age band": Case(
        "population-kommuner-2016-2026.csv",
        "population_2026.csv",
        r"""
file = 'population_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
made_safe_by = "publisher"
measure = "population"
kind = "count"
ignore = ["kommune_name"]
columns = { area = "kommune_code", period = "year" }
[values]
total = { age = "IALT" }
age_0_5 = { age = "0-5" }
age_6_16 = { age = "6-16" }
age_17_19 = { age = "17-19" }
age_20_34 = { age = "20-34" }
age_35_64 = { age = "35-64" }
age_65_79 = { age = "65-79" }
age_80_plus = { age = "80+" }
""",
    ),
    "one column an age band and year, projected": Case(
        "population-kommuner-2026-2040.csv",
        "projection_2026.csv",
        r"""
file = 'projection_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
made_safe_by = "publisher"
measure = "population"
kind = "count"
projection = true
columns = { area = "kommunekode" }
ignore = ["kommunenavn", "a0_5_2026", "a6_16_2026", "a17_19_2026", "a20_34_2026", "a35_64_2026",
    "a0_17_2026_approx", "a65p_2026"]
[values]
tot_2026 = { age = "IALT", period = "2026" }
a65_79_2026 = { age = "65-79", period = "2026" }
a80p_2026 = { age = "80+", period = "2026" }
a65_79_2030 = { age = "65-79", period = "2030" }
a80p_2030 = { age = "80+", period = "2030" }
a65_79_2035 = { age = "65-79", period = "2035" }
a80p_2035 = { age = "80+", period = "2035" }
a65_79_2040 = { age = "65-79", period = "2040" }
a80p_2040 = { age = "80+", period = "2040" }
""",
    ),
    "one column an indicator, each with its year": Case(
        "sektorer-kommuner.csv",
        "sektorer_2025.csv",
        r"""
file = 'sektorer_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
decimal = "."
made_safe_by = "publisher"
kind = "rate"
ignore = ["kommune_name"]
columns = { area = "kommune_code" }
measures = { gp = "gp_contact_share", stay = "hospital_stay_share", nursing = "home_nursing" }
[values]
gp_contact_share_pct_2024 = { measure = "gp", period = "2024" }
hospital_stay_share_pct_2022 = { measure = "stay", period = "2022" }
home_nursing_recipients_per_1000_2025 = { measure = "nursing", period = "2025" }
""",
    ),
    "one column a wave of a survey": Case(
        "sundhedsprofil-kommuner-2010-2025.csv",
        "sundhedsprofil_2025.csv",
        r"""
file = 'sundhedsprofil_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
decimal = "."
made_safe_by = "publisher"
kind = "rate"
blank = "missing"
period = '^pct_(?P<year>\d{4})$'
ignore = ["kommune_name"]
columns = { area = "kommune_code", measure = "indicator" }
[measures]
selvvurderet_helbred = "self_rated_health_good"
mentalt_helbred = "poor_mental_health"
rygning = "daily_smoking"
alkohol = "high_alcohol_intake"
kost = "unhealthy_diet"
svaer_overvaegt = "obesity"
ensomhed = "loneliness"
social_stoette = "weak_social_support"
fysisk_aktivitet = "insufficient_physical_activity"
""",
    ),
    "one row a number of the country": Case(
        "population-danmark-5aar-1990-2025.csv",
        "danmark_2025.csv",
        r"""
file = 'danmark_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
made_safe_by = "publisher"
measure = "population"
kind = "count"
area = "Hele landet"
ignore = ["source"]
columns = { period = "year", sex = "koen", age = "aldersgruppe", value = "population" }
""",
    ),
    "one row a number of a municipality": Case(
        "trend-kommuner.csv",
        "trend_2025.csv",
        r"""
file = 'trend_(?P<edition>\d{4})\.csv'
format = "csv"
delimiter = ","
decimal = "."
made_safe_by = "publisher"
kind = "rate"
blank = "missing"
ignore = ["kommune_name"]
[columns]
measure = "indicator"
area = "kommune_code"
period = "year"
value = "value"
[measures]
child_notifications_per_1000 = "child_notifications_per_1000"
placed_or_preventive_measure_pct = "child_measures_share"
pupils_high_absence_pct = "school_absence_share"
home_nursing_recipients_per_1000 = "home_nursing_per_1000"
hospital_stays_12h_per_100 = "hospital_stays_12h_per_100"
""",
    ),
}


def loaded(case: Case, facts: Path, folder: Path) -> Package:
    head = f'id = "tried"\ntitle = "Tried"\n{HEAD}'
    (folder / "tried.toml").write_text(head + case.layout, encoding="utf-8")
    shutil.copyfile(facts / case.file, folder / case.name)
    return read_package(folder / case.name, load_layouts(folder))


def value(package: Package, **where: object) -> float:
    rows = package.observations.filter(**where)
    return float(rows["value"].item())


@pytest.mark.parametrize("name", CASES)
def test_it_loads(name: str, facts: Path, tmp_path: Path) -> None:
    package = loaded(CASES[name], facts, tmp_path)
    assert package.observations.height > 0
    assert package.observations.filter(
        pl.any_horizontal(pl.col("measure", "area_id").is_null())
    ).is_empty()


def test_people_by_single_year_of_age_add_up(facts: Path, tmp_path: Path) -> None:
    rows = loaded(CASES["FOLK1A as codes"], facts, tmp_path).observations
    assert set(rows["period"]) == set(range(2008, 2021))
    country = rows.filter(area_id="dk", period=2020)
    assert country.select("sex", "age").is_unique().all()
    assert {"0", "42", "99"} <= set(country["age"])


def test_the_country_in_2014(facts: Path, tmp_path: Path) -> None:
    package = loaded(CASES["population by single age 2014"], facts, tmp_path)
    assert set(package.observations["period"]) == {2014}
    assert package.observations["area_id"].n_unique() == 98
    assert any("Christiansø" in f.what_en for f in package.findings)


def test_json_stat_in_the_order_of_its_dimensions(facts: Path, tmp_path: Path) -> None:
    one = loaded(CASES["JSON-stat of one number"], facts, tmp_path)
    assert value(one) == 5_822_763
    many = loaded(CASES["JSON-stat of several dimensions"], facts, tmp_path)
    assert value(many, sex="male", measure="born_in_finland", period=2018) == 1_266
    assert value(many, sex="female", measure="born_in_greenland", period=2019) == 9_471


def test_codes_are_read_where_codes_and_texts_stand_beside_each_other(
    facts: Path, tmp_path: Path
) -> None:
    package = loaded(CASES["INDAMP01 as codes and texts"], facts, tmp_path)
    where = {"area_id": "reg07-hovedstaden", "sex": "male", "age": "1-4", "period": 2006}
    assert value(package, measure="admissions", **where) == 10_228
    assert "85+" in set(package.observations["age"])


def test_counts_and_rates_of_the_register(facts: Path, tmp_path: Path) -> None:
    package = loaded(CASES["the chronic-disease register, national"], facts, tmp_path)
    assert value(package, measure="asthma_incidence", period=2010, kind="count") == 35_485
    assert set(package.observations["kind"]) == {"count", "rate"}
    assert package.observations["measure"].n_unique() == 18


def test_headings_that_are_age_bands_or_indicators(facts: Path, tmp_path: Path) -> None:
    bands = loaded(CASES["one column an age band"], facts, tmp_path)
    assert value(bands, area_id="0101", period=2016, age="80+") == 13_281
    assert bands.observations.filter(age="all", period=2026)["value"].sum() == 6_025_511
    shares = loaded(CASES["one column an indicator, each with its year"], facts, tmp_path)
    assert value(shares, area_id="0101", measure="home_nursing") == 10.92
    assert set(shares.observations["period"]) == {2022, 2024, 2025}
    ahead = loaded(CASES["one column an age band and year, projected"], facts, tmp_path)
    assert ahead.observations.filter(age="80+", period=2040)["value"].sum() == 498_958
    waves = loaded(CASES["one column a wave of a survey"], facts, tmp_path)
    assert value(waves, area_id="0101", measure="high_alcohol_intake", period=2025) == 17.7


def test_what_is_no_table_of_figures_is_refused_or_left_alone(facts: Path, tmp_path: Path) -> None:
    tables = [
        "koebenhavn-bydele.csv",
        *(f"geographies/{p.name}" for p in (facts / "geographies").iterdir()),
    ]
    for name in (*tables, "boundaries/municipalities-official-2021.geojson", "indicators.md"):
        shutil.copyfile(facts / name, tmp_path / Path(name).name)
    loaded_all = load_folder(tmp_path)
    assert {f.file for f in loaded_all.findings} == {Path(name).name for name in tables}
    assert {f.what_en for f in loaded_all.findings} == {"No layout knows this file."}
    with pytest.raises(PackageError):
        loaded_all.raise_errors()


def test_every_file_loads_or_is_refused_with_a_reason(facts: Path, tmp_path: Path) -> None:
    files = {p.relative_to(facts).as_posix(): p for p in facts.rglob("*") if p.is_file()}
    loading = {case.file for case in CASES.values()}
    assert loading <= set(files)
    for name in sorted(set(files) - loading):
        path = Path(shutil.copyfile(files[name], tmp_path / files[name].name))
        with pytest.raises(PackageError) as caught:
            read_package(path)
        (reason,) = caught.value.findings
        assert (reason.file, reason.severity) == (path.name, "error")
        assert reason.what_da == "Intet layout kender denne fil."
        assert "skriv et layout til den" in reason.mend_da
