"""Links that mean harm: markup, steering characters, endless numbers and lists, on every page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.pages
from dashboard.components import shell
from dashboard.prose import plain
from dashboard.reference import WAREHOUSE_VARIABLE
from dashboard.run import page_modules
from dashboard.selection import KEYS, Known, parse
from geo.said import visible
from tests.dashboard.conftest import Run
from tests.warehouse import synthetic

#: What Markdown, HTML, Streamlit's own directives or a terminal would act on.
PAYLOADS = (
    "[Log ind](https://evil.example)<b>fed</b>",
    "![x](//evil.example) <img src=//evil.example>",
    "**Udløbet.** <https://evil.example> `kode`",
    "$x^2$ :material/home: :red[rødt] :streamlit:",
    "\x1b[31m\x00\u202e\x9b# Overskrift",
    "</p><script src=//evil.example></script>",
)
MODULES = tuple(module.__name__.rpartition(".")[2] for _, module in page_modules())
#: Every key a page reads: those of the selection, and those its source names.
PAGE_KEYS = sorted(
    {
        key
        for file in Path(dashboard.pages.__path__[0]).glob("*.py")
        for key in re.findall(
            r"(?:pick|pick_many|get)\(\s*\"([a-z_]+)\"", file.read_text(encoding="utf-8")
        )
    }
    | {"w_age", "chart", "std", "view"}
)
#: Elements of Streamlit that read Markdown in what they show.
MARKDOWN = ("markdown", "caption", "title", "header", "subheader", "error", "warning", "info")
MARKDOWN_LABELS = ("selectbox", "multiselect", "radio", "toggle", "select_slider", "button")


@pytest.fixture(scope="module")
def small_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("hostile") / "small.duckdb")


@pytest.fixture
def shown(small_path: Path) -> Path:
    return small_path


class Page(HTMLParser):
    """What a browser would make of HTML: its elements, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not [name for name, _ in attrs if name.startswith("on")]


def assert_harmless(app: AppTest, payload: str) -> None:
    assert not app.exception
    for kind in MARKDOWN:
        for element in app.get(kind):
            assert payload[:12] not in element.proto.body, kind
    for kind in MARKDOWN_LABELS:
        for element in app.get(kind):
            assert payload[:12] not in element.proto.label, kind
    page = Page()
    for block in app.get("html"):
        page.feed(block.proto.body)
    assert not page.tags & {"script", "img", "b", "iframe", "form", "object"}
    assert "<code>kode" not in "".join(block.proto.body for block in app.get("html"))
    assert [lead for lead in page.leads if not re.match(r"[/#][^/\\]|/$|#$", lead)] == []


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_a_link_is_markup_on_any_page(run: Run, module: str, payload: str) -> None:
    keys = {*KEYS.values(), *PAGE_KEYS} - {"lang", "geo", "area", "chart"}
    assert_harmless(run(module, **dict.fromkeys(keys, payload)), payload)


def whole() -> None:
    """Run the app with its sidebar, notices and footer."""
    from dashboard.run import main

    main()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_of_a_link_is_markup_around_the_pages(
    small_path: Path, monkeypatch: pytest.MonkeyPatch, payload: str
) -> None:
    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small_path))
    app = AppTest.from_function(whole, default_timeout=30)
    for key in (*KEYS.values(), *PAGE_KEYS, "anything"):
        app.query_params[key] = payload
    app.run()
    assert_harmless(app, payload)
    said = " ".join(block.proto.body for block in app.get("html"))
    assert "Linket har en værdi" in said
    assert "\x1b" not in said


def test_what_is_refused_is_said_as_it_was_written(
    run: Run, small_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = run("sammenlign", view="[Log ind](https://evil.example)")
    said = " ".join(block.proto.body for block in app.get("html"))
    assert "[Log ind](https://evil.example) findes ikke her" in said


@pytest.mark.parametrize(
    "number",
    [
        "9" * 4_300,
        "0" * 5 + "2025" + "0" * 4_300,
        "0" * 9 + "2025",
        "-2025",
        "1e999",
        "inf",
        "nan",
        "2025.0",
        "٢٠٢٥",
        "²⁰²⁵",
        "0x7e9",
        "2025_0",
        " 2025",
        "99999999999999999999",
    ],
)
def test_no_number_of_a_link_breaks_a_page(run: Run, number: str) -> None:
    known = Known(areas={"klynger-2022": ["k22-aarhus"]})
    selection, notices = parse({"year": number}, known)
    assert selection.period is None
    assert [len(notice.value) <= 61 for notice in notices] == [True]
    keys = ("year", "from", "to", "healthier", "w_age", "w_sex", "ages", "age", "compare", "big")
    for module in ("kort", "demografi", "sammenlign", "data_og_eksport"):
        app = run(module, **dict.fromkeys(keys, number))
        assert not app.exception, module
        assert not app.error, module


def test_a_list_of_thousands_is_told_in_a_few_words(run: Run) -> None:
    app = run("data_og_eksport", areas=",".join(f"x{n}" for n in range(800)))
    said = " ".join(block.proto.body for block in app.get("html"))
    assert not app.exception
    assert "x4" in said
    assert "x5" not in said


def test_a_page_reads_a_bounded_part_of_a_link() -> None:
    known = Known(areas={"klynger-2022": ["k22-aarhus"]})
    many = {f"key{n}": "x" for n in range(5_000)}
    selection, _ = parse({**many, "view": "x"}, known)
    assert len(selection.extra) <= 30
    selection, notices = parse({"view": "A" * 100_000}, known)
    assert selection.extra == {}
    assert [(notice.key, len(notice.value)) for notice in notices] == [("view", 61)]


def test_an_error_outside_a_page_is_said_in_the_readers_language(
    small_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret path")

    def handled() -> None:
        from dashboard.run import failed, main

        try:
            main()
        except Exception as error:
            failed(error)

    monkeypatch.setenv(WAREHOUSE_VARIABLE, str(small_path))
    monkeypatch.setattr(shell, "sidebar", broken)
    for lang, words in (("da", "Siden kunne ikke vises"), ("en", "could not be shown")):
        app = AppTest.from_function(handled, default_timeout=30)
        app.query_params["lang"] = lang
        app.run()
        assert not app.exception
        assert words in app.error[0].value
        assert "secret" not in app.error[0].value


def test_a_link_is_one_only_where_the_catalogue_has_it(run: Run) -> None:
    def hostile() -> None:
        from dashboard.prose import caption, prose

        prose("[Log ind](https://evil.example) <https://evil.example> ![x](https://evil.example/p)")
        caption("[Log ind][1]\n\n[1]: javascript:alert(1)")

    app = AppTest.from_function(hostile).run()
    page = Page()
    for block in app.get("html"):
        page.feed(block.proto.body)
    assert page.leads == []
    assert not page.tags & {"a", "img"}


def test_a_title_from_a_file_is_shown_as_it_is_written() -> None:
    from dashboard.prose import _markdown

    for title in (*PAYLOADS, "1. Kontakter", "# Titel", "a\n\n- b", "~~x~~ | y"):
        shown = re.sub(r"<[^>]*>", "", _markdown().render(plain(title)))
        expected = " ".join(title.split())
        assert shown.strip() == (
            expected.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        ).replace("\x00", "\ufffd").replace('"', "&quot;")


def test_signs_that_steer_are_shown() -> None:
    assert visible("a\x1b[31m\r\nb") == "a␛[31m␍␊b"
    assert visible("a\nb\tc", lines=True) == "a\nb\tc"
    assert visible("\u202e\u2066\x9b\x7f\udcff\u2028") == "���␡��"
    assert visible("Ærø – 1.234,5 ’") == "Ærø – 1.234,5 ’"
