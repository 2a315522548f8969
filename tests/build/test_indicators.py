"""Definitions: found by their place, whole, and refused with file and field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.findings import PackageError
from etl.indicators.definition import FOLDER, load_indicators

GOOD = (FOLDER / "elderly" / "home_help_share.toml").read_text(encoding="utf-8")


def write(folder: Path, text: str, name: str = "elderly/one.toml") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_shipped_definition_is_whole_in_both_languages() -> None:
    for one in load_indicators().values():
        for field in ("title", "short", "definition", "unit"):
            danish, english = getattr(one, f"{field}_da"), getattr(one, f"{field}_en")
            assert danish.strip() == danish, one.id
            assert english.strip() == english, one.id
        assert one.definition_da.endswith("."), one.id
        assert one.definition_en.endswith("."), one.id


def test_shipped_indicators_are_those_the_pages_rely_on() -> None:
    known = load_indicators()
    assert known["avoidable_hospital_stays"].polarity == "high_bad"
    assert known["self_rated_health_good"].polarity == "high_good"
    assert known["population"].polarity == "neutral"
    assert known["contact_share"].polarity == "neutral"
    assert known["home_nursing_per_1000"].trend_from == 2021


def test_no_unit_names_an_age_where_the_figures_come_by_age() -> None:
    for one in load_indicators().values():
        if one.default_age != "all":
            assert not re.search(r"\d\+|\d–\d|aged|år", one.unit_da + one.unit_en), one.id


def test_titles_are_told_apart_within_a_theme() -> None:
    for language in ("da", "en"):
        for field in ("title", "short"):
            names = [
                (i.theme, getattr(i, f"{field}_{language}")) for i in load_indicators().values()
            ]
            assert len(set(names)) == len(names), (field, language)


def test_a_new_file_is_all_it_takes(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    assert list(load_indicators(tmp_path)) == ["one"]
    assert load_indicators(tmp_path)["one"].theme == "elderly"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        (('polarity = "neutral"', 'polarity = "good"'), "polarity", "high_good"),
        (("decimals = 1", 'decimals = "one"'), "decimals", "integer"),
        (("decimals = 1", "decimals = -1"), "decimals", "greater"),
        (("multiplier = 100", "multiplier = 0"), "multiplier", "greater"),
        (('denominator = "population"', ""), "denominator", "proportion"),
        (("title_da = ", "titel_da = "), "titel_da", "no such field"),
        (("sort = 50", ""), "sort", "needed"),
        (('kind = "proportion"', 'kind = "share"'), "kind", "proportion"),
        (('kind = "proportion"', 'kind = "count"'), "denominator", "none"),
        (('default_age = "65+"', 'default_sector = "gp"'), "default_sector", "general_practice"),
        (("sort = 50", 'sort = 50\nid = "other"'), "id", "place"),
        (("caveat_en = ", "# "), "caveat_da", "both"),
        (('unit_da = "procent"', 'unit_da = "pr. 1.000 på 65+"'), "unit_da", "names an age"),
        (("sort = 50", "sort = 50\nweight = { all = 1 }"), "weight", "published"),
        (("sort = 50", "sort = = 50"), "", "TOML"),
    ],
)
def test_a_wrong_definition_is_refused_with_file_and_field(
    tmp_path: Path, change: tuple[str, str], field: str, says: str
) -> None:
    assert change[0] in GOOD
    write(tmp_path, GOOD.replace(*change))
    with pytest.raises(PackageError) as refused:
        load_indicators(tmp_path)
    assert {finding.file for finding in refused.value.findings} == {"elderly/one.toml"}
    assert all(finding.mend_en for finding in refused.value.findings)
    assert any(
        field in (finding.column or "") and says in finding.what_en
        for finding in refused.value.findings
    )


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "elderly/one.toml")
    write(tmp_path, GOOD, "children/one.toml")
    with pytest.raises(PackageError, match=r"already defined in children/one\.toml"):
        load_indicators(tmp_path)


def test_an_unknown_theme_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "oldies/one.toml")
    with pytest.raises(PackageError, match="theme"):
        load_indicators(tmp_path)


def test_all_wrong_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("decimals = 1", "decimals = 9"), "elderly/one.toml")
    write(tmp_path, GOOD.replace("sort = 50", ""), "elderly/two.toml")
    with pytest.raises(PackageError) as refused:
        load_indicators(tmp_path)
    assert {f.file for f in refused.value.findings} == {"elderly/one.toml", "elderly/two.toml"}
