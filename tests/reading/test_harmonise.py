"""Whatever a publisher calls an area, it is found; what nobody calls so is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from etl.ingest.harmonise import CHRISTIANSOE, area_of, suggestions

MUNICIPALITIES = geo.municipalities().select("municipality_id", "name").rows()


@pytest.mark.parametrize(
    ("label", "area_id"),
    [
        ("København", "0101"),
        ("Københavns Kommune", "0101"),
        ("Københavns kommune", "0101"),
        ("101", "0101"),
        ("0101", "0101"),
        ("101 København", "0101"),
        ("101 Ballerup", None),
        ("084 Region Hovedstaden", "reg07-hovedstaden"),
        ("000 Hele landet", "dk"),
        ("Århus", "0751"),
        ("Aarhus Kommune", "0751"),
        ("Høje Taastrup", "0169"),
        ("Høje-Taastrup", "0169"),
        ("Nordfyn", "0480"),
        ("Nordfyns", "0480"),
        ("Nordfyns Kommune", "0480"),
        ("Vesthimmerland", "0820"),
        ("Vesthimmerlands Kommune", "0820"),
        ("Brønderslev-Dronninglund", "0810"),
        ("Bornholms Regionskommune", "0400"),
        ("  bornholm ", "0400"),
        ("Lyngby\u00a0Taarbæk", "0173"),
        ("Assens", "0420"),
        ("Region Hovedstaden", "reg07-hovedstaden"),
        ("084", "reg07-hovedstaden"),
        ("1085", "reg07-sjaelland"),
        ("083", "reg07-syddanmark"),
        ("82", None),
        ("000", "dk"),
        ("Hele landet", "dk"),
        ("411", CHRISTIANSOE),
        ("Christiansø", CHRISTIANSOE),
        ("Sønderjylland", None),
        ("999", None),
        ("", None),
    ],
)
def test_names_and_codes(label: str, area_id: str | None) -> None:
    area = area_of(label)
    assert (area.area_id if area else None) == area_id


@given(
    st.sampled_from(MUNICIPALITIES),
    st.sampled_from(["{}", "{} Kommune", "{}s Kommune", "{} kommune", " {}  ", "{}S KOMMUNE"]),
)
def test_every_municipality_is_found_under_every_way_of_writing_it(
    municipality: tuple[str, str], form: str
) -> None:
    code, name = municipality
    area = area_of(form.format(name), "municipality")
    assert area is not None
    assert area.area_id == code


@given(st.sampled_from(MUNICIPALITIES))
def test_every_code_is_found_with_three_and_four_digits(municipality: tuple[str, str]) -> None:
    code, name = municipality
    for label in (code, code[1:], f"{code[1:]} {name}"):
        area = area_of(label)
        assert area is not None
        assert area.area_id == code


def test_a_level_that_is_said_decides() -> None:
    region = area_of("Hovedstaden", "region")
    assert region is not None
    assert region.area_id == "reg07-hovedstaden"
    assert area_of("Hovedstaden") is None
    assert area_of("København", "region") is None


def test_unknown_names_come_with_the_nearest_three() -> None:
    assert suggestions("Kobenhavn")[0] == "København"
    assert suggestions("Svendborrg Kommune")[0] == "Svendborg"
    assert suggestions("Region Hovedstad", "region")[0] == "Region Hovedstaden"
    assert len(suggestions("xyz")) == 3
