"""What commands print: tables for people, JSON for programs, progress beside both."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from etl.findings import Finding

Tell = Callable[[str, int, int], None]

#: Wide enough that no line is cut where no terminal sets a width.
_NO_TERMINAL = 10_000
#: Columns of text that a table of findings needs.
_WIDE_ENOUGH = 140
_SEVERITY = {"error": "bold red", "question": "bold magenta", "warning": "yellow", "note": "dim"}
_SEEN_STYLE = "green"
_WORDS = {
    "da": (
        {
            "error": "fejl",
            "question": "spørgsmål",
            "warning": "advarsel",
            "note": "bemærkning",
            "seen": "set og godkendt",
        },
        ("", "Id", "Fil", "Ark", "Række", "Kolonne", "Hvad", "Hvad gøres"),
    ),
    "en": (
        {
            "error": "error",
            "question": "question",
            "warning": "warning",
            "note": "note",
            "seen": "accepted",
        },
        ("", "Id", "File", "Sheet", "Row", "Column", "What", "How to mend it"),
    ),
}


class _Console(Console):
    """A console on which nothing but its own colours and bars steers the terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=safe(segment.text))


def safe(text: str) -> str:
    """Return a text as a terminal may be given it; see :func:`geo.said.visible`."""
    # By now a command has run, so that polars, which comes with it, is there already.
    from geo.said import visible  # noqa: PLC0415

    return visible(text, lines=True)


def terminal(*, stderr: bool = False) -> Console:
    """Return a console: as wide as the terminal, or as the text where the output is piped.

    Everything people read goes through it: file names, cells and messages are shown with visible
    signs for control characters, which would otherwise reach their terminal.
    """
    stream = sys.stderr if stderr else sys.stdout
    return _Console(
        stderr=stderr,
        width=None if stream.isatty() else _NO_TERMINAL,
        soft_wrap=not stream.isatty(),
        highlight=False,
    )


def print_json(rows: Iterable[Mapping[str, object]]) -> None:
    """Print rows as a JSON list on standard output."""
    from geo.said import escaped  # noqa: PLC0415

    text = json.dumps(list(rows), ensure_ascii=False, indent=2, default=str)
    sys.stdout.write(escaped(text) + "\n")


def print_rows(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> None:
    """Print rows as a table.

    Parameters
    ----------
    rows
        What to print.
    columns
        Key of a row: heading.
    """
    table = Table(*columns.values(), header_style="bold", box=None, pad_edge=False)
    for row in rows:
        # As Text, so that brackets in a name are not taken for markup.
        table.add_row(*(Text(_shown(row[key])) for key in columns))
    terminal().print(table)


def print_findings(
    console: Console,
    findings: Iterable[Finding],
    language: Literal["da", "en"] = "en",
    seen: Collection[str] = (),
) -> None:
    """Print findings: a row each, or a few lines each where a row would not be readable.

    Parameters
    ----------
    console
        Where to.
    findings
        In the order they are to stand. Questions and warnings come with their id, by which
        somebody can say yes to them.
    language
        Of the texts.
    seen
        Ids of those that somebody said yes to.
    """
    words, headings = _WORDS[language]

    def begun(finding: Finding) -> tuple[Text, str]:
        own = finding.id if finding.severity in ("question", "warning") else ""
        if own and own in seen:
            return Text(words["seen"], _SEEN_STYLE), own
        return Text(words[finding.severity], _SEVERITY[finding.severity]), own

    if console.width < _WIDE_ENOUGH:
        for finding in findings:
            word, own = begun(finding)
            console.print(
                Text.assemble(word, f"  {own}  " if own else "  ", finding.told(language))
            )
            console.print()
        return
    table = Table(*headings, header_style="bold", box=None, pad_edge=False)
    for finding in findings:
        place = (finding.file, finding.sheet, finding.row, finding.column)
        texts = finding.texts(language)
        word, own = begun(finding)
        table.add_row(word, *(Text(_shown(part)) for part in (own, *place, *texts)))
    console.print(table)


@contextmanager
def progress() -> Iterator[Tell]:
    """Show progress bars on standard error, one a step, while the work is done.

    Yields
    ------
    callable
        To be called with a step's name, how much is done and how much there is.
    """
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=terminal(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    steps: dict[str, int] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in steps:
            steps[step] = bars.add_task(step, total=None)
        bars.update(steps[step], completed=done, total=total)  # type: ignore[arg-type]

    with bars:
        yield tell


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
