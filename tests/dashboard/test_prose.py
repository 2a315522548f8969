"""Texts and pieces of a page: what reaches the browser, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reference import WAREHOUSE_VARIABLE
from tests.warehouse import synthetic


@pytest.fixture(scope="module")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("prose") / "small.duckdb")


@pytest.fixture(autouse=True)
def _shown(small_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small_path))


def bodies(app: AppTest) -> list[str]:
    assert not app.exception, app.exception
    return [block.proto.body for block in app.get("html")]


def test_what_is_put_together_is_one_element_in_the_order_it_was_put() -> None:
    def script() -> None:
        from dashboard.prose import beside, heading, note, prose, put, together

        heading("Først", 1)
        with together():
            prose("**Et** ord\n\n- a\n- b")
            with beside() as (left, right):
                with right:
                    put("<p>højre</p>")
                with left:
                    put("<p>venstre</p>")
            with beside():
                pass
        with together():
            pass
        note("Sidst")

    first, middle, last = bodies(AppTest.from_function(script).run())
    assert first == '<h1 class="kb-heading">Først</h1>'
    said = [middle.index(word) for word in ("<strong>Et</strong>", "<li>b", "venstre", "højre")]
    assert said == sorted(said)
    assert middle.count("kb-beside") == 1
    assert last == '<p class="kb-note">Sidst</p>'


def test_names_from_a_file_are_shown_as_they_are_written() -> None:
    def script() -> None:
        from dashboard.prose import caption, heading, note, prose, together

        with together():
            heading("<b>Ærø</b> & Fanø")
            note("<b>Ærø</b>")
            prose("<b>Ærø</b> koster $5 og $6, :red[ikke] mere.")
            caption('<img src="x" onerror="alert(1)">')

    (body,) = bodies(AppTest.from_function(script).run())
    assert "&lt;b&gt;Ærø&lt;/b&gt; &amp; Fanø" in body
    assert "<b>" not in body
    assert "<img" not in body
    assert "koster $5 og $6, :red[ikke] mere." in body


def test_a_choice_within_is_refused_and_what_comes_after_is_not_lost() -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.prose import put, together
        from tests.dashboard.contexts import context

        try:
            with together():
                put("<p>før</p>")
                context().pick("view", ["a", "b"], label="shell.title")
        except RuntimeError as error:
            st.text(str(error))
        put("<p>efter</p>")

    app = AppTest.from_function(script).run()
    assert [text.value for text in app.text] == [
        "a choice cannot stand in what is written together"
    ]
    assert bodies(app) == ["<p>efter</p>"]


@pytest.mark.parametrize(
    ("asked", "default", "shown"),
    [(None, None, "a"), (None, "b", "b"), ("c", "b", "c"), ("x", "b", "b"), ("x", "y", "a")],
)
def test_what_a_choice_will_say_is_known_before_it_is_drawn(
    asked: str | None, default: str | None, shown: str
) -> None:
    def script() -> None:
        import streamlit as st

        from tests.dashboard.contexts import context

        ctx, default = context(), st.session_state["default"]
        options = ["a", "b", "c"]
        st.text(ctx.chosen("view", options, default))
        st.text(ctx.pick("view", options, label="shell.title", default=default))

    app = AppTest.from_function(script)
    app.session_state["default"] = default
    if asked:
        app.query_params["view"] = asked
    assert [text.value for text in app.run().text] == [shown, shown]
