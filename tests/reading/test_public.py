"""Public tables in the shapes they are found in: each loads with a small layout.

The figures are made up; headings, codes, marks and order are those of the real files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from etl.findings import PackageError
from etl.ingest.readers import Package, load_folder, read_package
from etl.layouts import load_layouts
from tests.reading.builders import drafted, json_stat

HEAD = 'publisher = "Danmarks Statistik"\nlicence = "CC BY 4.0"\nall_municipalities = false\n'
PLACES = {"0101": "København", "0147": "Frederiksberg", "0751": "Aarhus", "0851": "Aalborg"}
REGIONS = {"084": "Region Hovedstaden", "081": "Region Nordjylland"}
SEXES = {"M": "Mænd", "K": "Kvinder"}
GROUPS = {
    "IALT": "Personer i alt",
    "BEGGE": "Patienter med både indlæggelse og ambulant behandling",
    "KUN": "Patienter med kun indlæggelse",
}
DISEASES = (
    *("astma", "demens", "hjertesvigt", "KOL", "leddegigt", "osteoporose", "skizofreni"),
    *("Type 1 - Diabetes", "Type 2 - Diabetes"),
)


@dataclass(frozen=True)
class Case:
    text: str | list[str]
    name: str  # with an edition
    layout: str
    numbers: int

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        text = self.text if isinstance(self.text, str) else "\n".join([*self.text, ""])
        path.write_text(text, encoding="utf-8")
        return path


CASES = {
    "FOLK1A as codes": Case(
        [
            "OMRÅDE;KØN;ALDER;TID;INDHOLD",
            *(
                f"{area};{sex};{age};{year}K1;{1000 * year + age + int(sex)}"
                for area, sex, age, year in product(
                    ("000", "084", "101", "751"), "12", (0, 42, 99), (2008, 2020)
                )
            ),
        ],
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
        48,
    ),
    "INDAMP01 as codes and texts": Case(
        [
            "TID;NØGLETAL_KODE;NØGLETAL;KØN_KODE;KØN;PERSONGRUPPE_KODE;PERSONGRUPPE;OMRÅDE_KODE;"
            "OMRÅDE;ALDER_KODE;ALDER;INDHOLD",
            *(
                f"{year};UDS;Indlæggelser;{sex};{SEXES[sex]};{group};{GROUPS[group]};{area};"
                f"{REGIONS[area]};{age};{age.replace('-90', ' år og derover')};{year + ord(sex)}"
                for year, sex, group, area, age in product(
                    (2006, 2018), SEXES, GROUPS, REGIONS, ("1-4", "85+")
                )
            ),
        ],
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
        48,
    ),
    "population by single age 2014": Case(
        [
            "code,municipality,sex,age,count",
            ",Christiansø,Men,3,1",
            *(
                f"{code},{name},{sex},{age},{100 + age}"
                for (code, name), sex, age in product(
                    PLACES.items(), ("Men", "Women"), (0, 42, 104)
                )
            ),
        ],
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
        24,
    ),
    "JSON-stat of one number": Case(
        json.dumps(
            json_stat({"ContentsCode": ["FOLK1A"], "Tid": ["2020K1"]}, [5_000_000], version=1)
        ),
        "FOLK1A_2020.json",
        r"""
file = 'FOLK1A_(?P<edition>\d{4})\.json'
format = "jsonstat"
measure = "population"
kind = "count"
area = "Hele landet"
columns = { area = "" }
""",
        1,
    ),
    "JSON-stat of several dimensions": Case(
        json.dumps(
            json_stat(
                {
                    "KØN": ["M", "K"],
                    "FODLAND": ["5101", "5104"],
                    "ContentsCode": ["BEF5"],
                    "Tid": ["2018", "2019"],
                },
                [11, 12, 13, 14, 21, 22, 23, 24],
                version=1,
            )
        ),
        "BEF5_2020.json",
        r"""
file = 'BEF5_(?P<edition>\d{4})\.json'
format = "jsonstat"
kind = "count"
area = "Hele landet"
columns = { area = "", sex = "KØN", measure = "FODLAND" }
measures = { 5101 = "born_in_greenland", 5104 = "born_in_finland" }
""",
        8,
    ),
    "the chronic-disease register, national": Case(
        [
            "disease,measure,value_kind,unit,standardization,year,value,geo,source",
            *(
                f"{disease},{measure},{kind},{unit},none,{year},{year * 5}.0,Hele landet,registret"
                for disease, measure, (kind, unit), year in product(
                    DISEASES,
                    ("Incidens (nye sygdomstilfælde)", "Prævalens (sygdomsforekomst)"),
                    (("count", "persons"), ("rate", "per_100k_population")),
                    (2010, 2025),
                )
            ),
        ],
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
        72,
    ),
    "one column an age band": Case(
        [
            "kommune_code,kommune_name,year,total,age_0_5,age_6_16,age_17_19,age_20_34,age_35_64,"
            "age_65_79,age_80_plus",
            *(
                f"{code},{name},{year},2800,100,200,300,400,500,600,700"
                for (code, name), year in product(PLACES.items(), (2016, 2026))
            ),
        ],
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
        64,
    ),
    "one column an age band and year, projected": Case(
        [
            "kommunekode,kommunenavn,tot_2026,a0_5_2026,a6_16_2026,a17_19_2026,a20_34_2026,"
            "a35_64_2026,a65_79_2026,a80p_2026,a0_17_2026_approx,a65p_2026,a65_79_2030,a80p_2030,"
            "a65_79_2035,a80p_2035,a65_79_2040,a80p_2040",
            *(
                f"{code},{name},900,1,2,3,4,5,6,7,8,13,30,31,35,36,40,41"
                for code, name in PLACES.items()
            ),
        ],
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
        36,
    ),
    "one column an indicator, each with its year": Case(
        [
            "kommune_code,kommune_name,gp_contact_share_pct_2024,hospital_stay_share_pct_2022,"
            "home_nursing_recipients_per_1000_2025",
            *(f"{code},{name},79.5,43.25,10.75" for code, name in PLACES.items()),
        ],
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
        12,
    ),
    "one column a wave of a survey": Case(
        [
            "kommune_code,kommune_name,indicator,pct_2010,pct_2013,pct_2017,pct_2021,pct_2025",
            *(
                f"{code},{name},{measure},,30.5,27.5,23.5,17.5"
                for (code, name), measure in product(PLACES.items(), ("alkohol", "ensomhed"))
            ),
        ],
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
        40,
    ),
    "one row a number of the country": Case(
        [
            "year,koen,aldersgruppe,population,source",
            *(
                f"{year},{sex},{age},{year * 1000},registret"
                for year, sex, age in product((1990, 2025), "MK", ("0-4", "85+"))
            ),
        ],
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
        8,
    ),
    "one row a number of a municipality": Case(
        [
            "indicator,kommune_code,kommune_name,year,value",
            *(
                f"{measure},{code},{name},{year},{'' if year == 2022 else 61.25}"
                for measure, (code, name), year in product(
                    ("child_notifications_per_1000", "pupils_high_absence_pct"),
                    PLACES.items(),
                    (2015, 2022),
                )
            ),
        ],
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
        16,
    ),
}


def loaded(case: Case, folder: Path) -> Package:
    (folder / "tried.toml").write_text(
        f'id = "tried"\ntitle = "Tried"\n{HEAD}{case.layout}', encoding="utf-8"
    )
    return read_package(case.write(folder), load_layouts(folder))


def value(package: Package, **where: object) -> float:
    return float(package.observations.filter(**where)["value"].item())


@pytest.mark.parametrize("name", CASES)
def test_it_loads_whole(name: str, tmp_path: Path) -> None:
    rows = loaded(CASES[name], tmp_path).observations
    assert rows.height == CASES[name].numbers
    assert rows.filter(pl.any_horizontal(pl.col("measure", "area_id").is_null())).is_empty()


@pytest.mark.parametrize(
    "name",
    [
        "FOLK1A as codes",
        "JSON-stat of one number",
        "JSON-stat of several dimensions",
        "population by single age 2014",
        "the chronic-disease register, national",
        "one column an indicator, each with its year",
        "one row a number of the country",
    ],
)
def test_a_draft_of_its_layout_reads_it(name: str, tmp_path: Path) -> None:
    rows = drafted(CASES[name].write(tmp_path)).observations
    assert rows.height == CASES[name].numbers
    assert rows["value"].null_count() == 0


def test_single_years_of_age_and_quarters(tmp_path: Path) -> None:
    rows = loaded(CASES["FOLK1A as codes"], tmp_path).observations
    assert set(rows["period"]) == {2008, 2020}
    assert set(rows["age"]) == {"0", "42", "99"}
    assert set(rows["area_id"]) == {"dk", "reg07-hovedstaden", "0101", "0751"}


def test_areas_by_name_and_the_year_from_the_file(tmp_path: Path) -> None:
    package = loaded(CASES["population by single age 2014"], tmp_path)
    assert set(package.observations["period"]) == {2014}
    assert set(package.observations["area_id"]) == set(PLACES)
    assert any("Christiansø" in f.what_en for f in package.findings)


def test_json_stat_in_the_order_of_its_dimensions(tmp_path: Path) -> None:
    one = loaded(CASES["JSON-stat of one number"], tmp_path)
    assert value(one) == 5_000_000
    many = loaded(CASES["JSON-stat of several dimensions"], tmp_path)
    assert value(many, sex="male", measure="born_in_finland", period=2018) == 13
    assert value(many, sex="female", measure="born_in_greenland", period=2019) == 22


def test_codes_are_read_where_codes_and_texts_stand_beside_each_other(tmp_path: Path) -> None:
    package = loaded(CASES["INDAMP01 as codes and texts"], tmp_path)
    where = {"area_id": "reg07-hovedstaden", "sex": "male", "age": "1-4", "period": 2006}
    assert value(package, measure="admissions", **where) == 2006 + ord("M")
    assert "85+" in set(package.observations["age"])


def test_counts_and_rates_of_the_register(tmp_path: Path) -> None:
    package = loaded(CASES["the chronic-disease register, national"], tmp_path)
    assert value(package, measure="asthma_incidence", period=2010, kind="count") == 10_050
    assert set(package.observations["kind"]) == {"count", "rate"}
    assert package.observations["measure"].n_unique() == 18


def test_headings_that_are_age_bands_or_indicators(tmp_path: Path) -> None:
    bands = loaded(CASES["one column an age band"], tmp_path)
    assert value(bands, area_id="0101", period=2016, age="80+") == 700
    assert value(bands, area_id="0851", period=2026, age="all") == 2800
    shares = loaded(CASES["one column an indicator, each with its year"], tmp_path)
    assert value(shares, area_id="0101", measure="home_nursing") == 10.75
    assert set(shares.observations["period"]) == {2022, 2024, 2025}
    ahead = loaded(CASES["one column an age band and year, projected"], tmp_path)
    assert value(ahead, area_id="0147", age="80+", period=2040) == 41
    waves = loaded(CASES["one column a wave of a survey"], tmp_path)
    assert value(waves, area_id="0101", measure="high_alcohol_intake", period=2025) == 17.5
    assert waves.observations.filter(period=2010)["status"].unique().to_list() == ["missing"]


def test_what_no_layout_knows_is_refused_or_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bydele.csv").write_text("bydel_no,bydel\n1,Indre By\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")
    found = load_folder(tmp_path)
    assert {f.file for f in found.findings} == {"bydele.csv"}
    assert {f.what_en for f in found.findings} == {"No layout knows this file."}
    with pytest.raises(PackageError) as caught:
        read_package(tmp_path / "bydele.csv")
    (reason,) = caught.value.findings
    assert reason.severity == "error"
    assert reason.what_da == "Intet layout kender denne fil."
    assert "skriv et layout til den" in reason.mend_da
