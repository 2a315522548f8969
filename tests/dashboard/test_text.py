"""The catalogue: the same keys, and the same blanks to fill, in both languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from dashboard.hidden import status_text
from dashboard.selection import LANGS
from dashboard.text import Text, catalogue
from warehouse.schema import COMPARISONS, LEVELS, SECTORS, SEXES, STATUSES, THEMES, TRENDS


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys():
    danish, english = catalogue("da"), catalogue("en")
    assert set(danish) == set(english)


def test_both_languages_fill_the_same_blanks():
    danish, english = catalogue("da"), catalogue("en")
    differing = [k for k in danish if placeholders(danish[k]) != placeholders(english[k])]
    assert differing == []


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_empty_or_holds_an_emoji(lang):
    for key, sentence in catalogue(lang).items():
        assert sentence.strip(), key
        assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", sentence), key


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_of_the_warehouse_has_a_name(lang):
    text = Text(lang)
    for group, ids in (
        ("sectors", SECTORS),
        ("sexes", SEXES),
        ("status", STATUSES),
        ("themes", THEMES),
        ("levels", LEVELS),
        ("trend", TRENDS),
    ):
        for word in ids:
            assert text(f"common.{group}.{word}")
    for word in COMPARISONS:
        assert text(f"common.comparison.{word}", benchmark="x")


def test_hidden_by_us_by_the_publisher_and_not_delivered_read_differently():
    text = Text("da")
    said = {text(f"common.status.{s}") for s in STATUSES}
    assert len(said) == len(STATUSES)
    row = {"status": "suppressed", "threshold": 10}
    assert status_text(text, row) == "Skjult, fordi tallet bygger på færre end 10 personer"
    assert status_text(text, row, short=True) == "Skjult: under 10"
    assert status_text(text, {"status": "suppressed"}, short=True) == "Skjult: få personer"
    assert (
        text("common.status.suppressed_by_source")
        == "Skjult, fordi udgiveren har skjult tallet eller en del af det"
    )


def test_a_missing_key_is_an_error_not_a_blank():
    with pytest.raises(KeyError):
        Text("da")("no.such.key")


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "da").mkdir()
    (tmp_path / "da" / "side.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ValueError, match=r"da/side\.toml"):
        catalogue("da", tmp_path)
