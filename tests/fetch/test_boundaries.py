from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import geo.boundaries
from etl.sources import BOUNDARY_FILE, FetchError, Patience, fetch_boundaries
from tests.fetch.register import KEY, Register, geojson, municipalities
from tests.fetch.server import Answer, Asked, Service, serving


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def dawa() -> Iterator[Service]:
    def answer(asked: Asked) -> Answer:
        if (asked.path, asked.query) == ("/kommuner", {"format": "geojson"}):
            return Answer(geojson())
        return Answer("", 404)

    with serving(answer) as service:
        yield service


def same_places(file: Path) -> bool:
    """Whether the file holds what the register held, within a few millimetres."""
    found = gpd.read_file(file).to_crs(25832).sort_values("kode")
    wanted = municipalities().to_crs(25832).sort_values("kode")
    wanted = wanted[wanted.kode != "0411"]
    assert list(found.kode) == list(wanted.kode)
    assert list(found.navn) == list(wanted.navn)
    apart = shapely.hausdorff_distance(found.geometry.to_numpy(), wanted.geometry.to_numpy())
    return float(apart.max()) < 0.05


def test_the_register_becomes_the_boundaries_the_build_uses(
    datafordeler: Service, folder: Path, patience: Patience
) -> None:
    told: list[tuple[str, int, int]] = []
    fetched = fetch_boundaries(
        folder,
        base=datafordeler.base,
        key=KEY,
        patience=patience,
        progress=lambda *step: told.append(step),
    )
    assert listing(folder) == [BOUNDARY_FILE]
    assert fetched.file == folder / BOUNDARY_FILE
    assert same_places(fetched.file)
    west, south, east, north = gpd.read_file(fetched.file).total_bounds
    assert 7 < west < east < 16
    assert 54 < south < north < 58
    assert geo.boundaries.load(folder).file == fetched.file
    assert "Klimadatastyrelsen" in json.loads(fetched.file.read_bytes())["description"]
    # Whose they are follows to every map that shows them.
    assert "Klimadatastyrelsen" in geo.boundaries.load(folder).source
    assert len(datafordeler.asked) == 5  # 99 in pages of 20
    assert told[-1] == ("boundaries", 99, 99)


def test_the_older_service_gives_the_same_boundaries(
    dawa: Service, folder: Path, patience: Patience
) -> None:
    fetched = fetch_boundaries(folder, source="dawa", base=dawa.base, patience=patience)
    assert same_places(fetched.file)


def test_an_older_one_of_ours_is_replaced_even_when_broken(
    datafordeler: Service, folder: Path, patience: Patience
) -> None:
    (folder / BOUNDARY_FILE).write_text('{"type": "FeatureCollection", "features": [')
    first = fetch_boundaries(folder, base=datafordeler.base, key=KEY, patience=patience)
    again = fetch_boundaries(folder, base=datafordeler.base, key=KEY, patience=patience)
    assert (first.is_new, again.is_new) == (True, False)
    assert listing(folder) == [BOUNDARY_FILE]


def test_the_users_own_file_is_not_given_a_rival(
    datafordeler: Service, folder: Path, patience: Patience
) -> None:
    municipalities().to_file(folder / "vores.gpkg")
    with pytest.raises(FetchError, match=r"vores\.gpkg"):
        fetch_boundaries(folder, base=datafordeler.base, key=KEY, patience=patience)
    assert listing(folder) == ["vores.gpkg"]
    assert datafordeler.asked == []


def fails(folder: Path, service: Service, patience: Patience, key: str | None = KEY) -> FetchError:
    """The error of a fetch that must leave an earlier file as it was."""
    before = folder / BOUNDARY_FILE
    municipalities().to_file(before, driver="GeoJSON")
    content = before.read_bytes()
    with pytest.raises(FetchError) as caught:
        fetch_boundaries(folder, base=service.base, key=key, patience=patience)
    assert listing(folder) == [BOUNDARY_FILE]
    assert before.read_bytes() == content
    return caught.value


def test_a_missing_municipality_is_named_and_nothing_is_replaced(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.nodes = [node for node in register.nodes if node["kommunekode"] != "0741"]
    assert "0741 Samsø" in str(fails(folder, datafordeler, patience))


def test_a_municipality_in_two_versions_is_refused(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.nodes.append(register.nodes[3])
    assert "more than once" in str(fails(folder, datafordeler, patience))


def test_a_code_at_anothers_name_is_refused(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.nodes[0]["navn"], register.nodes[1]["navn"] = (
        register.nodes[1]["navn"],
        register.nodes[0]["navn"],
    )
    assert "disagree" in str(fails(folder, datafordeler, patience))


def test_coordinates_in_the_wrong_order_are_refused(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    for node in register.nodes:
        turned = shapely.transform(
            shapely.from_wkt(node["geometri"]["wkt"]), lambda xy: xy[:, ::-1]
        )
        node["geometri"]["wkt"] = turned.wkt
    assert "cannot be used" in str(fails(folder, datafordeler, patience))


def test_a_boundary_that_is_no_geometry_is_refused(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.nodes[5]["geometri"]["wkt"] = "POLYGON ((1 2, 3"
    assert "not WKT" in str(fails(folder, datafordeler, patience))


def test_an_empty_register_points_to_the_older_service(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.nodes = []
    assert "--source dawa" in str(fails(folder, datafordeler, patience))


def test_pages_without_an_end_are_left(
    datafordeler: Service, register: Register, folder: Path, patience: Patience
) -> None:
    register.endless = True
    assert "never end" in str(fails(folder, datafordeler, patience))
    assert len(datafordeler.asked) < 20


@pytest.mark.parametrize("cursor", [None, "20"])
def test_a_cursor_that_leads_nowhere_is_left(
    datafordeler: Service,
    register: Register,
    folder: Path,
    patience: Patience,
    cursor: str | None,
) -> None:
    page = {
        "pageInfo": {"endCursor": cursor, "hasNextPage": True},
        "nodes": register.nodes[:1],
    }
    stuck = Answer({"data": {"DAGI_Kommuneinddeling": page}})
    datafordeler.fails(*[stuck] * 10)
    assert "never end" in str(fails(folder, datafordeler, patience))
    assert len(datafordeler.asked) <= 2


def test_errors_in_the_answer_are_quoted_without_the_key(
    datafordeler: Service, folder: Path, patience: Patience
) -> None:
    said = {"errors": [{"message": f"No field 'wkt' for {KEY}"}], "data": None}
    datafordeler.fails(Answer(said))
    message = str(fails(folder, datafordeler, patience))
    assert "No field 'wkt' for ***" in message
    assert len(datafordeler.asked) == 1


@pytest.mark.parametrize(
    "content",
    [{"data": None}, {"data": {"DAGI_Kommuneinddeling": {"nodes": [{}]}}}, [], "text", {}],
)
def test_an_answer_of_another_form_is_refused(
    datafordeler: Service, folder: Path, patience: Patience, content: object
) -> None:
    datafordeler.fails(*[Answer(json.dumps(content))] * patience.tries)
    assert "another form" in str(fails(folder, datafordeler, patience))


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_it_says_where_to_get_one(
    datafordeler: Service, folder: Path, patience: Patience, key: str | None
) -> None:
    message = str(fails(folder, datafordeler, patience, key))
    assert "DATAFORDELER_APIKEY" in message
    assert datafordeler.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer("", 401),
        Answer("", 403),
        Answer({"errors": [{"message": "Invalid API-key"}]}, 400),
    ],
)
def test_a_refused_key_is_told_once_and_not_shown(
    datafordeler: Service, folder: Path, patience: Patience, answer: Answer
) -> None:
    datafordeler.fails(answer)
    error = fails(folder, datafordeler, patience)
    assert "refuses the API key" in str(error)
    assert len(datafordeler.asked) == 1
    assert KEY not in str(error)


def test_the_key_is_not_sent_unencrypted(folder: Path, patience: Patience) -> None:
    with pytest.raises(FetchError, match="unencrypted"):
        fetch_boundaries(
            folder, base="http://datafordeler.invalid/DAGI", key=KEY, patience=patience
        )


def test_the_key_is_in_no_log_even_when_everything_is_logged(
    datafordeler: Service,
    folder: Path,
    patience: Patience,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    datafordeler.fails(Answer("busy", 503))
    fetch_boundaries(folder, base=datafordeler.base, key=KEY, patience=patience)
    assert datafordeler.asked[0].query["apiKey"] == KEY
    assert "apiKey=***" in caplog.text
    assert "1234567890" not in caplog.text


def test_a_closed_older_service_points_to_its_successor(
    dawa: Service, folder: Path, patience: Patience
) -> None:
    with pytest.raises(FetchError, match="--source datafordeler"):
        fetch_boundaries(folder, source="dawa", base=f"{dawa.base}/gone", patience=patience)
    assert listing(folder) == []


@pytest.mark.parametrize("content", [{"features": [{"properties": {}}]}, [], {"features": 3}])
def test_the_older_service_answering_something_else_is_refused(
    dawa: Service, folder: Path, patience: Patience, content: object
) -> None:
    dawa.fails(*[Answer(content)] * patience.tries)
    with pytest.raises(FetchError, match="not the municipalities as GeoJSON"):
        fetch_boundaries(folder, source="dawa", base=dawa.base, patience=patience)
    assert listing(folder) == []
