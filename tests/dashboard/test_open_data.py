"""The data door: what an address gives, as the programs that read it ask for it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pandas as pd
import polars as pl
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from starlette.applications import Starlette

import klyngeblik
from dashboard import opendata
from dashboard.opendata import answers
from dashboard.opendata.figures import BOUNDARIES, FIGURES
from dashboard.opendata.routes import names
from dashboard.opendata.shelf import Places, Shelf
from tests.dashboard.asgi_client import Answer, get
from tests.warehouse import synthetic
from warehouse.export import files
from warehouse.export.files import KINDS
from warehouse.export.filters import FILTERS
from warehouse.export.lists import LISTS

V1 = "/data/v1/"
CSV = f"{V1}figures.csv"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small warehouse in which each area is a point."""
    made = synthetic.write(tmp_path_factory.mktemp("open") / "small.duckdb")
    with duckdb.connect(str(made)) as con:
        con.execute("INSERT INTO meta VALUES ('built_at', '2026-12-01T09:46:08')")
        con.execute(
            "INSERT INTO boundaries SELECT geography, area_id, "
            "from_hex('010100000000000000000022400000000000804B40'), 'Kort' FROM areas ORDER BY ALL"
        )
    return made


@pytest.fixture(scope="module")
def app(path: Path) -> Starlette:
    return Starlette(routes=opendata.routes(path))


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[int]:
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


# What is there


@pytest.mark.parametrize("name", names())
def test_every_address_that_is_listed_answers_and_may_be_read_by_any_page(
    app: Starlette, name: str
) -> None:
    listed = json.loads(get(app, V1).text)
    answer = get(app, listed[name])
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(answer.body) == int(answer.headers["content-length"])
    assert answer.headers["last-modified"] == "Tue, 01 Dec 2026 09:46:08 GMT"
    assert answer.headers["accept-ranges"] == "bytes"
    preflight = get(app, listed[name], method="OPTIONS")
    assert preflight.status == 204
    assert "Range" in preflight.headers["access-control-allow-headers"]


def test_lists_are_tables_of_what_there_is(app: Starlette) -> None:
    areas = pl.read_json(get(app, f"{V1}areas?geography=klynger-2022").content)
    own = [row[0] for row in synthetic.AREAS if row[1] == "klynger-2022"]
    assert areas["area_id"].to_list() == own
    horsens = areas.filter(area_id="k22-horsensklyngen")["municipalities"][0].to_list()
    assert [(m["municipality_id"], m["share"]) for m in horsens] == [("0615", 1.0), ("0766", 1.0)]
    (one,) = json.loads(get(app, f"{V1}areas?area=Hedensted").text)
    assert one["area_id"] == "0766"
    indicators = json.loads(get(app, f"{V1}indicators?theme=sektorer").text)
    assert {row["indicator_id"] for row in indicators} == {"gp_contact_share", "contact_share"}
    share = next(row for row in indicators if row["indicator_id"] == "contact_share")
    assert share["formula"] == "multiplier * count / population"
    assert "Wilson" in share["interval_method"]
    assert share["breaks"] == [2022]
    assert share["packages"] == ["demo"]
    (copd,) = json.loads(get(app, f"{V1}indicators?indicator=copd_prevalence").text)
    assert copd["standardisations"] == ["age_sex", "crude"]
    assert copd["standard_population"] == "ESP2013: 0-39, 40+"
    topics = json.loads(get(app, f"{V1}topics").text)
    assert {i for row in topics for i in row["indicators"]} == set(synthetic.INDICATORS)
    assert {row["title_da"] for row in topics} >= {"Befolkning", "Sektorer"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_holds_the_same_rows(app: Starlette, path: Path, kind: str) -> None:
    asked = {"area": "Horsens", "sex": "kvinder", "period": "2022:"}
    content = get(app, f"{V1}figures.{kind}?{urlencode(asked)}").content
    read = {
        "parquet": lambda: pl.read_parquet(io.BytesIO(content)),
        "json": lambda: pl.DataFrame(json.loads(content)),
        "ndjson": lambda: pl.read_ndjson(io.BytesIO(content)),
        "csv": lambda: pl.from_pandas(
            pd.read_csv(io.BytesIO(content), sep=";", decimal=",", dtype={"area_id": str})
        ),
        "xlsx": lambda: pl.from_pandas(
            pd.read_excel(io.BytesIO(content), dtype={"area_id": str}, sheet_name="Data")
        ),
    }[kind]()
    expected = klyngeblik.extract(**asked, warehouse=path)  # type: ignore[arg-type]
    assert set(read.columns) == set(expected.columns)
    assert read["area_id"].to_list() == expected["area_id"].to_list()
    assert set(read["sex"]) == {"female"}
    for name in ("value", "lower", "count", "period"):
        ours = expected[name].cast(pl.Float64)
        assert_frame_equal(
            read.select(pl.col(name).cast(pl.Float64).fill_nan(None)), ours.to_frame()
        )


def test_json_keeps_decimals_and_writes_hidden_numbers_as_null(app: Starlette) -> None:
    content = get(app, f"{V1}figures.json").content
    rows = json.loads(content)
    # Read by a program that takes the types from the first rows.
    texts = {"standard": pl.String}  # null in the first rows
    guessed = pl.read_json(content, infer_schema_length=3, schema_overrides=texts)
    assert guessed["value"].to_list() == [row["value"] for row in rows]
    assert any(row["status"] != "ok" for row in rows)
    for row in rows:
        if row["status"] != "ok":
            assert row["value"] is row["lower"] is row["upper"] is row["count"] is None


def test_what_a_name_was_taken_for_is_told(path: Path, tmp_path: Path) -> None:
    dated = tmp_path / "dated.duckdb"
    dated.write_bytes(path.read_bytes())
    with duckdb.connect(str(dated)) as con:
        con.execute("UPDATE geographies SET valid_from = '2007-01-01' WHERE geography LIKE '%2007'")
        con.execute("UPDATE geographies SET valid_from = '2027-01-01' WHERE geography LIKE '%2027'")
    app = Starlette(routes=opendata.routes(dated))
    answer = get(app, f"{V1}figures.csv?area=Region+Nordjylland")
    assert answer.status == 200
    assert "reg07-nordjylland" in answer.headers["klyngeblik-note"].split("(not")[0]


# What is refused


@pytest.mark.parametrize(
    ("query", "parameter", "said", "nearest"),
    [
        ("areas=dk", "parameter", "no “areas”. There are: geography, area,", "area"),
        ("area=dk&Period=2024", "parameter", "no “Period”", "period"),
        ("x%1b[31m=1", "parameter", "no “x␛[31m”", None),
        ("y" * 500, "parameter", f"no “{'y' * 60}…”", None),
        ("wide=yes", "wide", "Unknown wide “yes”", "0"),
        ("wide=1&wide=0", "wide", "twice", None),
        ("csv=english", "csv", "Unknown csv “english”", "danish"),
        ("area=Horzens", "area", "Unknown area “Horzens”", "Horsens [0615, kommuner]"),
        ("sex=kvnder", "sex", "Unknown sex", "female"),
        ("period=2025:2019", "period", "backwards", None),
    ],
)
def test_what_an_address_misspells_is_told_and_is_not_everything(
    app: Starlette, query: str, parameter: str, said: str, nearest: str | None
) -> None:
    answer = get(app, f"{CSV}?{query}")
    problem = json.loads(answer.text)
    assert answer.status == problem["status"] == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in problem["detail"]
    assert problem["parameter"] == parameter
    assert len(problem["nearest"]) <= 3
    if nearest:
        assert problem["nearest"][0] == nearest


def test_a_list_knows_its_own_filters_only(app: Starlette) -> None:
    assert get(app, f"{V1}topics?theme=elderly").status == 400
    problem = json.loads(get(app, f"{V1}areas?geografi=kommuner").text)
    assert problem["nearest"][0] == "geography"


def test_an_address_that_is_none_says_which_there_are(app: Starlette) -> None:
    answer = get(app, f"{V1}figure.csv")
    assert answer.status == 404
    assert "figures.csv" in json.loads(answer.text)["nearest"]
    assert get(app, "/data/x/y").status == 404
    assert get(app, "/data/v1").headers["location"] == V1


@pytest.mark.parametrize("ending", [*FIGURES, "boundaries.parquet"])
def test_an_address_of_before_leads_to_the_same_file(app: Starlette, ending: str) -> None:
    query = urlencode({"area": "Horsens", "age": "80+", "indicator": "population"})
    old = get(app, f"/udtraek/klyngeblik.{ending}?{query}")
    assert old.status == 308
    found = get(app, old.headers["location"])
    assert found.status == 200
    name = ending if "boundaries" in ending else f"figures.{ending}"
    assert found.body == get(app, f"{V1}{name}?{query}").body


TEXTS = st.text(max_size=90) | st.sampled_from(["all", "2024", "Horsens", "kvinder", "80+", "1"])
PARAMETERS = st.lists(
    st.tuples(st.sampled_from([*FILTERS, "wide", "csv", "lang", "x"]) | TEXTS, TEXTS),
    max_size=4,
)


@given(
    name=st.sampled_from(names()) | st.text(max_size=30),
    query=PARAMETERS,
    headers=st.dictionaries(
        st.sampled_from(
            ["range", "if-none-match", "if-modified-since", "if-range", "accept-encoding"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
        | st.sampled_from(["bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,2-3", "*", "gzip;q=0"]),
        max_size=3,
    ),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS"]),
)
@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_whatever_is_asked_is_answered_as_the_description_says(
    app: Starlette,
    name: str,
    query: list[tuple[str, str]],
    headers: dict[str, str],
    method: str,
) -> None:
    described = json.loads(get(app, f"{V1}openapi.json").text)
    written = urlencode(query, errors="surrogatepass")
    path = "".join(c for c in name if c not in "?#\r\n" and c.isprintable())
    answer = get(app, f"{V1}{path}?{written}", headers, method)
    if method == "OPTIONS":
        assert answer.status in (204, 404)
        return
    known = described["paths"].get(f"/{path}", described["paths"]["/areas"])
    assert str(answer.status) in known["get"]["responses"]
    assert answer.status < 500
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        if method == "GET":
            assert set(json.loads(answer.body)) >= {"type", "title", "status", "detail"}
    if method == "HEAD":
        assert answer.body == b"" or answer.status >= 400


# As HTTP has it


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-8", -8, None)],
)
def test_a_part_is_that_part(app: Starlette, asked: str, start: int, stop: int | None) -> None:
    url = f"{V1}figures.parquet?area=dk"
    whole = get(app, url).body
    part = get(app, url, {"range": asked})
    assert part.status == 206
    assert part.body == whole[start:stop]
    first = len(whole) + start if start < 0 else start
    said = f"bytes {first}-{first + len(part.body) - 1}/{len(whole)}"
    assert part.headers["content-range"] == said


def test_a_part_that_is_not_there_is_refused_and_what_is_no_range_is_the_whole(
    app: Starlette,
) -> None:
    url = f"{V1}figures.parquet?area=dk"
    size = int(get(app, url, method="HEAD").headers["content-length"])
    none = get(app, url, {"range": f"bytes={size}-"})
    assert none.status == 416
    assert none.headers["content-range"] == f"bytes */{size}"
    for odd in ("bytes=9-5", "items=0-5", "bytes=0-1,5-6", "bytes=x"):
        whole = get(app, url, {"range": odd})
        assert (whole.status, len(whole.body)) == (200, size)


def test_a_part_of_another_release_is_the_whole(app: Starlette) -> None:
    url = f"{V1}figures.parquet?area=dk"
    tag = get(app, url).headers["etag"]
    fits = {"range": "bytes=0-9", "if-range": tag}
    assert get(app, url, fits).status == 206
    assert get(app, url, fits | {"if-range": '"another"'}).status == 200


def test_what_the_reader_has_is_not_sent_again_nor_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Starlette(routes=opendata.routes(path))
    first = get(app, CSV)
    made: list[str] = []
    monkeypatch.setattr(files.Job, "parts", lambda *_: made.append("again"))
    for headers in (
        {"if-none-match": first.headers["etag"]},
        {"if-none-match": f'"x", W/{first.headers["etag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        fresh = Starlette(routes=opendata.routes(path))
        again = get(fresh, CSV, headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"].startswith('"')
    assert made == []
    earlier = {"if-modified-since": "Mon, 30 Nov 2026 00:00:00 GMT"}
    assert get(app, CSV, earlier).status == 200


def test_another_release_is_another_entity(path: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.duckdb"
    own.write_bytes(path.read_bytes())
    app = Starlette(routes=opendata.routes(own))
    first = get(app, CSV)
    newer = tmp_path / "newer.duckdb"
    newer.write_bytes(path.read_bytes())
    with duckdb.connect(str(newer)) as con:
        con.execute("UPDATE meta SET value = 'newer' WHERE key = 'fingerprint'")
        con.execute("UPDATE measures SET value = value + 1 WHERE status = 'ok'")
    newer.replace(own)
    second = get(app, CSV, {"if-none-match": first.headers["etag"]})
    assert second.status == 200
    assert second.content != first.content


def test_text_is_packed_for_who_can_unpack_it(app: Starlette) -> None:
    plain = get(app, CSV, {"accept-encoding": "identity"})
    packed = get(app, CSV, {"accept-encoding": "br, gzip"})
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) == int(packed.headers["content-length"]) < len(plain.body) / 3
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in get(app, CSV, {"accept-encoding": "gzip;q=0"}).headers
    assert "content-encoding" not in get(app, f"{V1}figures.parquet").headers


def test_a_head_says_what_the_whole_would(app: Starlette) -> None:
    for name in ("areas", "figures.parquet", "figures.csv"):
        head, whole = get(app, f"{V1}{name}", method="HEAD"), get(app, f"{V1}{name}")
        assert head.body == b""
        same = ("content-length", "etag", "last-modified", "content-type")
        assert [head.headers[n] for n in same] == [whole.headers[n] for n in same]


def test_programs_read_an_address_as_a_file(path: Path) -> None:
    expected = klyngeblik.extract(area="Horsens", warehouse=path)
    with served(Starlette(routes=opendata.routes(path))) as port:
        base = f"http://127.0.0.1:{port}{V1}"
        lazily = pl.scan_parquet(f"{base}figures.parquet").filter(area_id="0615").collect()
        assert lazily["value"].to_list() == expected["value"].to_list()
        csv = pd.read_csv(
            f"{base}figures.csv?area=Horsens", sep=";", decimal=",", dtype={"area_id": str}
        )
        assert csv["area_id"].tolist() == expected["area_id"].to_list()
        assert len(pd.read_json(f"{base}figures.json?area=Horsens")) == len(expected)
        assert len(pd.read_parquet(f"{base}figures.parquet?area=Horsens")) == len(expected)
        assert len(pl.read_ndjson(f"{base}figures.ndjson?area=Horsens")) == len(expected)
        geopandas = pytest.importorskip("geopandas")
        areas = geopandas.read_file(f"{base}boundaries.geojson?geography=kommuner")
        assert set(areas["area_id"]) == {"0101", "0400", "0615", "0766"}


# How much


class Source:
    """A file that is made when it is told to be, and how often it was."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.made = 0

    def __call__(self, *_: object) -> Iterator[bytes]:
        self.made += 1
        self.begun.release()
        assert self.go.wait(30)
        for _ in range(self.size):
            yield bytes(1 << 20)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    own = Source(size=40)
    monkeypatch.setattr(files.Job, "parts", own)
    return own


class Reader:
    """Somebody who asks for a file and then takes next to nothing of it."""

    def __init__(self, port: int, url: str = CSV) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(30)
        self._socket.connect(("127.0.0.1", port))
        self._socket.sendall(f"GET {url} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def head(self) -> str:
        return self._socket.recv(2048).decode("latin-1")

    def status(self) -> int:
        return int(self.head().split()[1])

    def is_let_go(self) -> bool:
        while received := self._socket.recv(1 << 16):
            assert received
        return True

    def leave(self) -> None:
        self._socket.close()


def test_thirty_slow_readers_of_one_file_have_it_made_once(path: Path, source: Source) -> None:
    app = Starlette(routes=opendata.routes(path, Shelf(Places(1, 0))))
    with served(app) as port:
        readers = [Reader(port) for _ in range(30)]
        assert source.begun.acquire(timeout=30)
        source.go.set()
        assert [reader.status() for reader in readers] == [200] * 30
        assert source.made == 1
        # They hold no place: another file is made meanwhile.
        other = Reader(port, f"{CSV}?area=dk")
        assert other.status() == 200
        for reader in (*readers, other):
            reader.leave()


def test_who_comes_when_all_places_are_taken_is_told_when_to_come_again(
    path: Path, source: Source
) -> None:
    app = Starlette(routes=opendata.routes(path, Shelf(Places(1, 0))))
    with served(app) as port:
        first = Reader(port)
        assert source.begun.acquire(timeout=30)
        second = Reader(port, f"{CSV}?area=dk")
        head = second.head()
        assert head.startswith("HTTP/1.1 429")
        assert "retry-after: 30" in head.lower()
        # Small lists are no files: they need no place.
        assert Reader(port, f"{V1}areas").status() == 200
        source.go.set()
        assert first.status() == 200
        assert Reader(port, f"{CSV}?area=dk").status() == 200
        first.leave()


def test_who_waits_for_a_place_gets_it(path: Path, source: Source) -> None:
    app = Starlette(routes=opendata.routes(path, Shelf(Places(1, 30))))
    with served(app) as port:
        first = Reader(port)
        assert source.begun.acquire(timeout=30)
        second = Reader(port, f"{CSV}?area=dk")
        source.go.set()
        assert (first.status(), second.status()) == (200, 200)


def test_a_reader_who_takes_nothing_is_let_go(
    path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LONGEST_PAUSE", 0.05)
    source.go.set()
    with served(Starlette(routes=opendata.routes(path))) as port:
        assert Reader(port).is_let_go()


def test_a_file_that_is_too_large_or_takes_too_long_is_refused(path: Path) -> None:
    for shelf in (Shelf(largest=2_000), Shelf(longest=0.0)):
        app = Starlette(routes=opendata.routes(path, shelf))
        for _ in range(2):
            answer = get(app, CSV)
            assert answer.status == 413
            assert "Narrow it" in json.loads(answer.text)["detail"]
    small = get(Starlette(routes=opendata.routes(path, Shelf(largest=2_000))), f"{CSV}?area=dk&x=1")
    assert small.status == 400


def test_the_disk_used_has_a_bound_and_what_went_is_made_again(path: Path, tmp_path: Path) -> None:
    app = Starlette(routes=opendata.routes(path, Shelf(budget=1)))
    first = get(app, f"{CSV}?area=dk")
    assert get(app, f"{CSV}?area=0615").status == 200
    again = get(app, f"{CSV}?area=dk")
    assert (again.status, again.body) == (200, first.body)


@pytest.mark.parametrize("problem", ["?area=Horzens", "?status=missing&sex=male&area=dk&age=80%2B"])
def test_what_goes_wrong_gives_its_place_back(path: Path, problem: str) -> None:
    app = Starlette(routes=opendata.routes(path, Shelf(Places(1, 0))))
    for _ in range(3):
        assert get(app, f"{CSV}{problem}").status in (400, 404)
    assert get(app, CSV).status == 200


def test_a_disk_that_fills_up_is_no_endless_wait(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    app = Starlette(routes=opendata.routes(path, Shelf(Places(1, 0))))
    with monkeypatch.context() as patched:
        patched.setattr(files.Job, "parts", full)
        assert get(app, CSV).status == 503
    assert get(app, CSV).status == 200


def test_no_warehouse_yet_is_told(tmp_path: Path) -> None:
    app = Starlette(routes=opendata.routes(tmp_path / "none.duckdb"))
    for name in ("/data/", V1 + "areas", CSV):
        answer: Answer = get(app, name)
        assert answer.status == 503
        assert "klyngeblik build" in answer.text


# For people


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_page_names_every_address_and_is_found_by_search_engines(
    app: Starlette, lang: str
) -> None:
    answer = get(app, f"/data/?lang={lang}")
    html = answer.content.decode()
    assert answer.headers["content-language"] == lang
    assert f"<html lang='{lang}'>" in html
    for name in (*LISTS, *(f"figures.{kind}" for kind in KINDS), "openapi.json"):
        assert f"{V1}{name}" in html
    for ending in BOUNDARIES:
        assert f"{V1}boundaries.{ending}" in html
    assert "http://localhost/data/v1/figures" in html
    found = html.split("application/ld+json'>")[1].split("</script>")[0]
    dataset = json.loads(found)
    assert dataset["@type"] == "Dataset"
    assert dataset["license"] == ["CC BY 4.0"]
    assert "DEMO" not in str(dataset["isBasedOn"])
    assert "<script src" not in html
