"""Every finding can be said in Danish and in English, with the same values in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import etl
import geo
from etl.findings import Finding, Findings
from etl.ingest.harmonise import cell_named
from etl.messages import Said, catalogue, joined, say
from etl.registers.schema import COLUMNS, wrong_columns
from geo.messages import CATALOGUE
from warehouse.schema import SECTORS, SEXES

#: What each room can say, and the code that says it.
ROOMS = {
    room.__name__: (texts, sorted(Path(str(room.__file__)).parent.rglob("*.py")))
    for room, texts in ((etl, catalogue()), (geo, CATALOGUE.texts))
}
#: Where the message stands among what a function is given.
TAKES_MESSAGE = {"error": 0, "add": 1, "of": 2, "say": 0, "fault": 0, "_NotJsonStatError": 0}
#: What a finding keeps for itself.
PLACE = {"sheet", "row", "column"}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def sayings(sources: list[Path]) -> Iterator[tuple[str, set[str], str]]:
    """Yield every message said in the code, the values it gets, and where."""
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if len(node.args) <= TAKES_MESSAGE.get(name, 99):
                continue
            message = node.args[TAKES_MESSAGE[name]]
            if None in {keyword.arg for keyword in node.keywords}:  # ** hides what is given
                continue
            given = {str(keyword.arg) for keyword in node.keywords}
            if isinstance(message, ast.JoinedStr):
                continue
            for choice in ast.walk(message):
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield choice.value, given, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize(
    ("room", "key"), [(room, key) for room, (texts, _) in ROOMS.items() for key in texts]
)
def test_a_text_is_in_both_languages_with_the_same_values(room: str, key: str) -> None:
    texts = ROOMS[room][0][key]
    parts = {name[: -len("_da")] for name in texts}
    assert parts in ({""}, {"what", "mend"}, {"what", "mend", "kind"})
    for danish in (name for name in texts if name.endswith("da")):
        english = danish[: -len("da")] + "en"
        assert names_in(texts[danish]) == names_in(texts[english])
        assert texts[danish]
        assert texts[english]


@pytest.mark.parametrize(("room", "fewest"), [("etl", 60), ("geo", 40)])
def test_every_message_said_is_there_and_gets_its_values(room: str, fewest: int) -> None:
    texts, sources = ROOMS[room]
    said = list(sayings(sources))
    assert len(said) > fewest
    for key, given, where in said:
        assert key in texts, where
        needed = set().union(*map(names_in, texts[key].values()))
        assert needed <= given | PLACE, where


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_there_is_said(room: str) -> None:
    texts, sources = ROOMS[room]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    labels = {*SEXES, *SECTORS}
    begun = tuple(re.findall(r'say\(f"(\w+_)\{', code))  # say(f"column_{role}")
    for key in texts:
        assert f'"{key}"' in code or key in labels or key.startswith(begun), key


def test_a_cell_is_named_in_both_languages() -> None:
    for sex in SEXES:
        for sector in SECTORS:
            cell_named(
                {"area_id": "dk", "period": 2025, "sex": sex, "age": "80+", "sector": sector}
            )
    cell = {"area_id": "0615", "period": 2025, "sex": "male", "age": "80+", "sector": SECTORS[1]}
    assert cell_named(cell) == Said(
        "Horsens, 2025, mænd, 80+, almen praksis", "Horsens, 2025, men, 80+, general practice"
    )


def test_numbers_are_written_as_the_language_does() -> None:
    said = say("before_and_now", cell=joined(", ", ["Vejle", "2025"]), before=1234.5, now=2025)
    assert said == Said(
        "Vejle, 2025, 1.234,5 før, 2.025 nu", "Vejle, 2025, 1,234.5 before, 2,025 now"
    )


def test_a_finding_stands_in_both_languages() -> None:
    found = Finding.of(
        "error", "A.csv", "year_missing", row=3, column="2019", year=2019, layout="a"
    )
    assert found.told("da").startswith(
        "A.csv, række 3, kolonne 2019: Kolonnen for året 2019 mangler."
    )
    assert str(found).startswith(
        "A.csv, row 3, column 2019: The column of the year 2019 is missing."
    )


def test_a_message_may_say_its_place() -> None:
    (found,) = wrong_columns("contacts.parquet", dict.fromkeys(list(COLUMNS)[1:], "?"))[:1]
    missing = next(iter(COLUMNS))
    assert f"Kolonnen {missing} mangler." == found.what_da
    assert found.column == missing


def test_what_is_cut_short_says_its_kind_in_both_languages() -> None:
    found = Findings("A.csv")
    for row in range(1, 1_301):
        found.error("negative", row=row)
    rest = found.all()[-1]
    assert rest.what_da == "1.280 mere af samme slags: negative tal."
    assert rest.what_en == "1,280 more of the same kind: negative numbers."
