"""Ældre, Det demografiske træk and Børn og unge read easily in every cluster and every council."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.topics import topics
from dashboard import estimates
from dashboard.context import Context
from dashboard.findings import of_indicator
from dashboard.format import Numbers
from dashboard.pages import aeldre, boern_og_unge, demografi
from dashboard.reference import Reference, open_warehouse, reference_of
from dashboard.sections import Shown, findings, uses
from dashboard.selection import parse
from dashboard.text import Text
from dashboard.theme import LIGHT
from tests.dashboard.plain import lix, sentences_of, words_of

GEOGRAPHIES = ("klynger-2022", "sundhedsraad-2027")
HARDEST = 35
MOST_WORDS = 20
CAUSES = re.compile(
    r"\b(skyldes|derfor er tallet|because of|due to the|caused|på grund af)\b", re.I
)


def test_lix_is_what_the_formula_gives() -> None:
    # 9 words, 2 sentences, 2 words over six letters
    assert lix("Der bor 1.000 borgere her. Det er mange mennesker.") == pytest.approx(4.5 + 200 / 9)
    assert sentences_of("Det er 5,6 % af 1.000. Er det nok?") == [
        "Det er 5,6 % af 1.000",
        "Er det nok",
    ]


@pytest.fixture(scope="module")
def reference(delivered_path: Path) -> Reference:
    return reference_of(open_warehouse(delivered_path))


@pytest.fixture(scope="module")
def contexts(delivered_path: Path, reference: Reference) -> Callable[..., Iterator[Context]]:
    """Return the areas as a page sees them, where all is delivered: then most is said."""
    warehouse = open_warehouse(delivered_path)

    def each(lang: str, page: object, geographies: tuple[str, ...] = GEOGRAPHIES):
        for geography in geographies:
            for area in reference.known.areas[geography]:
                selection, _ = parse({"area": area, "lang": lang}, reference.known)
                yield Context(
                    warehouse, reference, selection, Text(lang), Numbers(lang), LIGHT, page
                )

    return each


def sections(ctx: Context, topic: str, show: str) -> list[Shown]:
    """Return the sections of a kind of a topic's page, in ordinary print."""
    known = topics()[topic]
    return [Shown(ctx, known, one, False) for one in known.sections if one.show == show]


def of_topic(ctx: Context, topic: str) -> list[str]:
    """Return what the findings of a topic's page say."""
    (shown,) = sections(ctx, topic, "findings")
    return [ctx.text("focus.chance"), *(f.running_text for f in findings.findings(shown))]


def of_aeldre(ctx: Context) -> list[str]:
    return [
        *aeldre.paragraphs(ctx),
        estimates.why(ctx.text, ctx.number, ctx.reference, ctx.area),
        *of_topic(ctx, "elderly"),
    ]


def of_children(ctx: Context) -> list[str]:
    return [
        *boern_og_unge.paragraphs(ctx),
        estimates.why(ctx.text, ctx.number, ctx.reference, ctx.area),
        *(ctx.text(f"boern_og_unge.{key}") for key in ("intro", "why_pooled")),
        *of_topic(ctx, "children"),
    ]


def of_demografi(ctx: Context) -> list[str]:
    return [ctx.text("demografi.intro"), *carried_forward(ctx, 0.0), *carried_forward(ctx, 0.5)]


def carried_forward(ctx: Context, healthier: float) -> list[str]:
    """Return what is said of each use, a paragraph each."""
    (shown,) = sections(ctx, "need", "uses")
    known = uses.known_uses(shown)
    assert len(known) == 7
    rows = uses.carried(ctx, known, healthier)
    return [
        " ".join(uses.paragraphs(ctx, use, uses.of(rows, ctx.area.id, use), healthier))
        for use in known
    ]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    ("page", "told"),
    [
        (aeldre.PAGE, of_aeldre),
        (boern_og_unge.PAGE, of_children),
        (demografi.PAGE, of_demografi),
    ],
    ids=["aeldre", "boern-og-unge", "demografi"],
)
def test_every_area_reads_easily(contexts, lang: str, page: object, told) -> None:
    for ctx in contexts(lang, page):
        said = told(ctx)
        text = " ".join(said)
        assert lix(text) < HARDEST, (ctx.area.name, lix(text))
        for sentence in sentences_of(text):
            assert len(words_of(sentence)) <= MOST_WORDS, sentence
        assert not CAUSES.search(text)
        assert "{" not in text
        assert "None" not in text


def test_what_is_carried_forward_always_says_its_assumption(contexts) -> None:
    for ctx in contexts("da", demografi.PAGE, ("sundhedsraad-2027",)):
        for healthier in (0.0, 0.3):
            for said in carried_forward(ctx, healthier):
                assert "hvis forbruget i hver aldersgruppe er som i dag" in said
                assert ("falder 0,3" in said) == bool(healthier)


INDICATOR = {
    "indicator_id": "home_help_share",
    "title_da": "Hjemmehjælp",
    "title_en": "Home help",
    "definition_da": "",
    "definition_en": "",
    "unit_da": "procent",
    "unit_en": "per cent",
    "is_demo": False,
    "kind": "proportion",
    "multiplier": 100,
}
ROW = {
    "period": 2025,
    "value": 9.5,
    "status": "ok",
    "is_estimate": False,
    "vs_country": "similar",
    "trend": None,
    "country_value": 9.6,
}
DA, NUMBER = Text("da"), Numbers("da")


def said_of(indicator: dict = INDICATOR, **changes: object) -> str:
    return " ".join(of_indicator(DA, NUMBER, {**ROW, **changes}, indicator).sentences)


def test_a_difference_within_the_interval_is_never_called_more_or_less() -> None:
    assert "stort set" in said_of()
    assert "kan være tilfældig" in said_of(value=5.0, country_value=9.6)
    for value in (5.0, 9.5, 15.0):
        assert not re.search(r"\b(mere|mindre)\b", said_of(value=value))


@settings(deadline=None)
@given(st.floats(0.01, 99), st.floats(0.01, 99), st.sampled_from(["higher", "better", "worse"]))
def test_a_difference_goes_the_way_of_the_numbers(value: float, other: float, vs: str) -> None:
    said = said_of(value=value, country_value=other, vs_country=vs)
    assert ("mere end" in said) == (value > other)
    assert ("mindre end" in said) == (value <= other)


def test_what_is_hidden_is_said_to_be_hidden_and_asks_nothing() -> None:
    row = {**ROW, "value": None, "status": "suppressed", "country_value": 9.6}
    found = of_indicator(DA, NUMBER, row, INDICATOR)
    assert found.sentences == ("Tallet er skjult, fordi der er få personer.",)
    assert found.questions == ()
    assert not re.search(r"\d", found.running_text)


def test_one_stay_is_singular_and_two_are_plural() -> None:
    stays = {**INDICATOR, "indicator_id": "avoidable_hospital_stays", "kind": "rate"}
    assert " 1 akut ophold, " in said_of(stays, value=1.0, country_value=None)
    assert " 2 akutte ophold, " in said_of(stays, value=2.0, country_value=None)


def test_a_steady_trend_is_about_the_same_and_an_estimate_is_worded() -> None:
    assert "stort set uændret" in said_of(trend="no_change")
    assert "steget" in said_of(trend="increasing")
    assert "skøn" in said_of(is_estimate=True)


def test_a_difference_from_an_estimate_is_not_certain() -> None:
    changes = {"value": ROW["country_value"] * 2, "is_estimate": True, "vs_country": "higher"}
    said = said_of(**changes)
    assert "Det er mere end i hele landet" in said
    assert said.index("Tallet er et skøn, så forskellen er ikke sikker.") > said.index("Det er")
    assert "om forskellen er tilfældig" not in said_of(**{**changes, "vs_country": None})
    alike = said_of(**{**changes, "value": ROW["country_value"], "vs_country": "similar"})
    assert "Tallet er et skøn. " in alike


def test_years_taken_together_may_be_an_estimate_too() -> None:
    found = of_indicator(DA, NUMBER, {**ROW, "is_estimate": True}, INDICATOR, years="2023–2025")
    assert "gennemsnit af flere år" in found.running_text
    assert "Tallet er et skøn." in found.running_text


def test_few_people_are_never_spoken_of_as_many() -> None:
    def said(indicator: dict, people: float) -> str:
        row = {**ROW, "value": 4.2, "country_value": None}
        return " ".join(of_indicator(DA, NUMBER, row, indicator, people=people).sentences)

    assert "42 ud af 1.000" in said(INDICATOR, 190_000)
    assert "4 ud af 100" in said(INDICATOR, 190)
    days = {"indicator_id": "medical_bed_days", "kind": "rate", "multiplier": 1000}
    assert "regnet om til 1.000" in said({**INDICATOR, **days}, 190)
    assert "regnet om" not in said({**INDICATOR, **days}, 190_000)


def test_nobody_is_asked_why_people_are_as_old_as_they_are() -> None:
    row = {**ROW, "value": 15.0, "country_value": 9.6, "vs_country": None}
    for theme, asked in (("population", False), ("elderly", True)):
        found = of_indicator(DA, NUMBER, row, {**INDICATOR, "theme": theme})
        assert any("hvorfor tallet er højere her" in q for q in found.questions) == asked


def test_an_indicator_nobody_wrote_a_sentence_for_still_says_its_number() -> None:
    new = {**INDICATOR, "indicator_id": "brand_new"}
    assert said_of(new).startswith("I 2025 var tallet 95 ud af 1.000.")
    days = {**new, "kind": "rate", "unit_da": "pr. 1.000 ældre"}
    assert "var tallet cirka 1.100 (pr. 1.000 ældre)." in said_of(days, value=1_126.6)


def test_a_number_without_a_sentence_of_its_own_says_whose_age_it_is_about() -> None:
    stays = {
        **INDICATOR,
        "indicator_id": "brand_new",
        "kind": "rate",
        "unit_da": "pr. 1.000 borgere",
    }
    assert "49 (pr. 1.000 borgere, 80 år og derover)." in said_of(stays, value=49.0, age="80+")


def test_days_per_thousand_are_not_said_as_one_persons_days() -> None:
    days = {**INDICATOR, "indicator_id": "medical_bed_days", "kind": "rate"}
    said = said_of(days, value=1_126.6, country_value=None)
    assert said.startswith("For hver 1.000 ældre var der i 2025 cirka 1.100 sengedage")
