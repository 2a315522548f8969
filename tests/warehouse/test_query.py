from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse import synthetic
from warehouse import SelectionError, Warehouse, connect, schema
from warehouse.export import names
from warehouse.export.names import resolve_told
from warehouse.export.query import (
    Selection,
    areas,
    count,
    count_by_status,
    extract,
    geographies,
    hidden_by_level,
    indicators,
    packages,
    resolve,
)

CONTRACT = [
    *("geography", "level", "area_id", "area", "indicator_id", "indicator", "period", "sex"),
    *("age", "sector", "value", "lower", "upper", "count", "population", "unit"),
    *("standardisation", "status", "is_estimate", "is_demo", "source", "is_projection"),
    *("is_provisional", "vs_region", "vs_country", "trend", "polarity", "kind", "counted_by"),
    *("theme", "package_id", "indicator_en", "unit_en", "obs_status", "conf_status"),
    "standard",
]


def sdmx(row: dict[str, object], is_break: bool, is_provisional: bool) -> tuple[str, str]:
    """Return the observation's status and its confidentiality as SDMX's code lists have them."""
    why = {"missing": "O", "not_applicable": "M"}
    secret = {"suppressed": "A", "suppressed_by_source": "C", "suppressed_secondary": "D"}
    status = str(row["status"])
    how = "F" if row["is_projection"] else "P" if is_provisional else ""
    how = how or ("E" if row["is_estimate"] else "A")
    if status != "ok":
        how = why.get(status, "Q")
    return "B" if is_break else how, secret.get(status, "F")


def twin(asked: dict[str, list[object]]) -> list[tuple[object, ...]]:
    """Return the extract the slow way: look at every row, keep what fits, sort."""
    names = {row[0]: row[2] for row in synthetic.AREAS}
    kept = []
    for row in synthetic.measures():
        key, package, year = str(row["indicator_id"]), str(row["package_id"]), row["period"]
        theme, title, *_ = synthetic.INDICATORS[key]
        is_provisional = year in synthetic.PROVISIONAL.get(package, [])
        is_break = year in synthetic.BREAKS.get(key, [])
        observed, secret = sdmx(row, is_break, is_provisional)
        known = {
            **row,
            "area": names[str(row["area_id"])],
            "indicator": title,
            "theme": theme,
            "unit": "persons" if row["indicator_id"] == "population" else "per_cent",
            "source": synthetic.PACKAGES[str(row["package_id"])],
            "counted_by": "institution"
            if row["indicator_id"] == "gp_contact_share"
            else "residence",
            "is_provisional": is_provisional,
            "polarity": "neutral",
            "kind": "count" if key == "population" else "proportion",
            "indicator_en": f"{key} in English",
            "unit_en": "persons" if key == "population" else "per cent",
            "obs_status": observed,
            "conf_status": secret,
        }
        columns = {"area": "area_id", "indicator": "indicator_id"}
        if all(known[columns.get(name, name)] in wanted for name, wanted in asked.items()):
            kept.append(known)
    kept.sort(key=synthetic.in_order)
    return [tuple(row[name] for name in CONTRACT) for row in kept]


CHOICES: dict[str, list[object]] = {
    "geography": [g for g, _ in synthetic.GEOGRAPHIES],
    "area": [row[0] for row in synthetic.AREAS],
    "level": list(schema.LEVELS),
    "indicator": list(synthetic.INDICATORS),
    "theme": list(schema.THEMES),
    "sector": list(schema.SECTORS),
    "period": list(range(2020, 2025)),
    "sex": list(schema.SEXES),
    "age": ["all", "0-17", "80+"],
    "standardisation": list(schema.STANDARDISATIONS),
    "status": list(schema.STATUSES),
}


@given(
    asked=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(st.sampled_from(values), min_size=1, max_size=4)
            for name, values in CHOICES.items()
        },
    )
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_filter_keeps_what_a_slow_twin_keeps(
    small: Warehouse, asked: dict[str, list[object]]
) -> None:
    if {"geography", "level"} & asked.keys():
        asked.pop("area", None)  # an area outside them is refused, which has its own test
    selection = Selection.of(**asked)  # type: ignore[arg-type]
    expected = twin(asked)
    got = extract(small, selection)
    assert got.columns == CONTRACT
    assert got.rows() == expected
    assert count(small, selection) == len(expected)


def test_no_number_stands_where_the_status_is_not_ok(small: Warehouse) -> None:
    frame = extract(small, Selection())
    hidden = frame.filter(pl.col("status") != "ok")
    assert hidden.height > 0
    assert hidden.select("value", "lower", "upper", "count").null_count().row(0) == (
        (hidden.height,) * 4
    )
    assert dict(count_by_status(small, Selection()).rows())["ok"] == (frame.height - hidden.height)


def test_it_is_told_how_much_is_hidden_at_each_level_and_why(small: Warehouse) -> None:
    rows = extract(small, Selection()).rows(named=True)

    for told in hidden_by_level(small).rows(named=True):
        here = [row["status"] for row in rows if row["level"] == told["level"]]
        hidden = [status for status in here if status.startswith("suppressed")]
        for reason in ("suppressed", "suppressed_secondary", "suppressed_by_source"):
            assert told[reason] == hidden.count(reason)
        assert told["shown"] == pytest.approx(100 * (1 - len(hidden) / len(here)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0615", "0615"),
        ("615", "0615"),
        ("Horsens", "0615"),
        ("horsens kommune", "0615"),
        ("  HORSENS  Kommune ", "0615"),
        ("københavn", "0101"),
        ("Bornholm", "0400"),
        ("Sundhedsklynge Bornholm", "k22-hovedstaden-bornholm"),
        ("k22-HORSENSKLYNGEN", "k22-horsensklyngen"),
        ("danmark", "dk"),
    ],
)
def test_an_area_is_found_by_code_and_by_name(small: Warehouse, written: str, meant: str) -> None:
    resolved = resolve(small, Selection.of(area=written))
    assert resolved.areas == (meant,)
    assert resolve(small, resolved) == resolved


def test_a_name_that_several_areas_have_lists_them_qualified(small: Warehouse) -> None:
    with pytest.raises(SelectionError, match="ambiguous") as caught:
        extract(small, Selection.of(area="Nord"))
    assert "Klynge Nord (Nordjylland)" in str(caught.value)
    assert "Sundhedsklynge Nord (Hovedstaden)" in str(caught.value)
    with pytest.raises(SelectionError, match=r"reg07-nordjylland.*reg27-nordjylland"):
        extract(small, Selection.of(area="Region Nordjylland"))


def test_the_geography_makes_a_name_unambiguous(small: Warehouse) -> None:
    one = Selection.of(geography="regioner-2027", area="Region Nordjylland")
    assert resolve(small, one).areas == ("reg27-nordjylland",)
    short = Selection.of(geography="klynger-2022", area="Horsens")
    assert resolve(small, short).areas == ("k22-horsensklyngen",)


def dated(path: Path, day: str) -> Warehouse:
    """A small warehouse built on a day, with the two lists of regions in force before and after."""
    synthetic.write(path)
    with duckdb.connect(str(path)) as con:
        con.execute("INSERT INTO meta VALUES ('built_at', ?)", [f"{day}T10:00:00"])
        con.execute("UPDATE geographies SET valid_from = '2007-01-01'")
        con.execute(
            "UPDATE geographies SET valid_to = '2026-12-31' WHERE geography = 'regioner-2007'"
        )
        con.execute(
            "UPDATE geographies SET valid_from = '2027-01-01' WHERE geography = 'regioner-2027'"
        )
    return connect(path)


@pytest.mark.parametrize(
    ("day", "meant", "other"),
    [("2026-12-31", "reg07", "reg27"), ("2027-01-01", "reg27", "reg07")],
)
def test_of_areas_with_one_name_the_one_in_force_is_meant_and_that_is_told(
    tmp_path: Path, day: str, meant: str, other: str
) -> None:
    asked = Selection.of(area="Region Nordjylland", geography=["regioner-2007", "regioner-2027"])
    with dated(tmp_path / "dated.duckdb", day) as wh:
        resolved, (told,) = resolve_told(wh, asked)
        assert resolved.areas == (f"{meant}-nordjylland",)
        assert f"{meant}-nordjylland" in told.split("(not")[0]
        assert f"{other}-nordjylland" in told.split("(not")[1]
        resolved, (told,) = resolve_told(wh, Selection.of(geography="regioner"))
        assert resolved.geography == (f"regioner-20{meant[3:]}",)
        assert f"regioner-20{other[3:]}" in told
        # Two clusters of today are still two.
        with pytest.raises(SelectionError, match="ambiguous"):
            resolve(wh, Selection.of(area="Nord"))


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("sex", "kvinder", "female"),
        ("sex", "MÆND", "male"),
        ("sex", "both sexes", "all"),
        ("theme", "ældre", "elderly"),
        ("theme", "health profile", "health_profile"),
        ("level", "klynge", "cluster"),
        ("level", "Kommuner", "municipality"),
        ("sector", "hospital", "somatic_hospital"),
        ("sector", "egen læge", "general_practice"),
        ("geography", "kommuner", "kommuner"),
        ("geography", "klynger", "klynger-2022"),
        ("standardisation", "aldersstandardiseret", "age"),
        ("status", "skjult af udgiveren", "suppressed_by_source"),
        ("age", "80 år og derover", "80+"),
        ("age", "0–17 år", "0-17"),
        ("age", "80 ", "80+"),
        ("age", "alle aldre", "all"),
    ],
)
def test_labels_are_understood_in_danish_and_english(
    small: Warehouse, field: str, written: str, meant: str
) -> None:
    assert resolve(small, Selection.of(**{field: written})).filters()[field] == [meant]  # type: ignore[arg-type]


def test_every_value_has_a_label_and_no_word_means_two() -> None:
    for field, values in names.KNOWN.items():
        words = [w for v in names._words()[field].values() for lang in v.values() for w in lang]
        assert len({word.casefold() for word in words}) == len(words), field
        for value in values:
            assert all(names.label(field, value, lang) for lang in ("da", "en"))


def test_an_area_outside_the_geography_is_told(small: Warehouse) -> None:
    with pytest.raises(SelectionError, match="not in klynger-2022"):
        resolve(small, Selection.of(geography="klynger-2022", area="0615"))


@pytest.mark.parametrize(
    ("field", "written", "first"),
    [
        ("area", "Horsen", "Horsens [0615, kommuner]"),
        ("area", "Hedenstad Kommune", "Hedensted [0766, kommuner]"),
        ("indicator", "copd_prevalance", "copd_prevalence"),
        ("indicator", "egen læge", "gp_contact_share"),
        ("geography", "klynger2022", "klynger-2022"),
        ("theme", "sektor", "sectors"),
        ("theme", "ældr", "elderly"),
        ("sex", "femal", "female"),
        ("age", "80", "80+"),
        ("sector", "somatisk hospitl", "somatic_hospital"),
        ("level", "municipal", "municipality"),
        ("standardisation", "agesex", "age_sex"),
        ("status", "by source", "suppressed_by_source"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest_three(
    small: Warehouse, field: str, written: str, first: str
) -> None:
    with pytest.raises(SelectionError, match="Unknown") as caught:
        resolve(small, Selection.of(**{field: written}))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert 1 <= len(caught.value.suggestions) <= 3
    assert caught.value.suggestions[0].startswith(first)


@pytest.mark.parametrize(
    ("period", "ranges"),
    [
        (2021, [(2021, 2021)]),
        ("2019:2025", [(2019, 2025)]),
        ("2019:", [(2019, 2100)]),
        (":2020", [(1900, 2020)]),
        (["2021", 2022, "2030:2035"], [(2021, 2022), (2030, 2035)]),
        ((2025, 2019), [(2019, 2019), (2025, 2025)]),
        (None, []),
    ],
)
def test_periods_are_years_and_ranges(
    period: str | int | list[str | int] | None, ranges: list[tuple[int, int]]
) -> None:
    assert Selection.of(period=period).ranges() == ranges


@pytest.mark.parametrize("period", ["2025:2019", "21", "2019-2025", "", ":", "året", "20192020"])
def test_a_period_that_is_none_is_refused(period: str) -> None:
    with pytest.raises(SelectionError, match="Period"):
        Selection.of(period=period)


def test_a_selection_can_be_a_cache_key_however_it_was_made() -> None:
    made = Selection.of(area=["0615"], period="2021:2022")
    assert made == Selection(areas=("0615",), periods=(2021, 2022))
    assert len({made, Selection.of(area="0615", period=[2022, 2021])}) == 1


@pytest.mark.parametrize(
    ("lists", "table"),
    [
        (indicators, "indicators"),
        (areas, "areas"),
        (geographies, "geographies"),
        (packages, "packages"),
    ],
)
def test_lists_hold_every_documented_column(
    small: Warehouse, lists: Callable[[Warehouse], pl.DataFrame], table: str
) -> None:
    frame = lists(small)
    documented = next(t for t in schema.TABLES if t.name == table)
    assert frame.columns == [column.name for column in documented.columns]
    assert frame.height == len(synthetic.tables()[table])
