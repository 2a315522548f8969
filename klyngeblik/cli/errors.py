"""What went wrong, told in a sentence, and the exit status it deserves."""

from __future__ import annotations

from rich.markup import escape

from klyngeblik.cli.accepting import how_to_accept
from klyngeblik.cli.output import print_findings, terminal

DATA_WRONG = 1
CALL_WRONG = 2


def report(error: Exception) -> int:
    """Say on standard error what went wrong.

    Returns
    -------
    int
        1 when the data is wrong, 2 when the call is.
    """
    # By now a command has run, so these are imported already, or the wait does not matter.
    from dashboard.serve import ServeError  # noqa: PLC0415
    from etl.disclosure.suppression import StructureError  # noqa: PLC0415
    from etl.findings import PackageError  # noqa: PLC0415
    from etl.publish.swap import PublishError  # noqa: PLC0415
    from etl.quality.places import findings_of  # noqa: PLC0415
    from etl.quality.signoff import UnansweredError  # noqa: PLC0415
    from geo import PlacesError  # noqa: PLC0415
    from warehouse import ExportError, SelectionError, WarehouseError  # noqa: PLC0415

    console = terminal(stderr=True)
    if isinstance(error, PlacesError):
        error = PackageError(findings_of(error.problems))
    if isinstance(error, PackageError):
        print_findings(console, error.findings)
        errors = sum(finding.severity == "error" for finding in error.findings)
        if isinstance(error, UnansweredError):
            number = len(error.questions)
            _say(console, f"{number} question(s) want a yes; the warehouse was left as it was.")
            console.print(how_to_accept(error), markup=False)
        else:
            _say(console, f"{errors} error(s) in the data; the warehouse was left as it was.")
        return DATA_WRONG
    if isinstance(error, SelectionError | ExportError | ServeError):
        _say(console, str(error))
        return CALL_WRONG
    if isinstance(error, StructureError):
        _say(console, f"Small counts could not be protected: {error}. Nothing was published.")
        return DATA_WRONG
    if isinstance(error, OSError) and error.strerror and error.filename:
        _say(console, f"{error.filename}: {error.strerror}.")
        return DATA_WRONG
    if isinstance(error, WarehouseError | PublishError | OSError):
        _say(console, str(error))
        return DATA_WRONG
    kind = type(error).__name__
    _say(console, f"Something unforeseen went wrong ({kind}: {error}).")
    console.print("Set KLYNGEBLIK_DEBUG=1 and try again to see where, and please report it.")
    return DATA_WRONG


def _say(console: object, text: str) -> None:
    console.print(f"[bold red]{escape(text)}[/]")  # type: ignore[attr-defined]
