"""``klyngeblik build``: from delivered packages to a published warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from klyngeblik import DEFAULT_WAREHOUSE
from klyngeblik.cli.accepting import Accept, Reason, accepted
from klyngeblik.cli.definitions import Definitions, beside_ours
from klyngeblik.cli.options import DEFAULT_RAW, Ledger, Raw, Warehouse
from klyngeblik.cli.output import print_findings, print_rows, progress, terminal

if TYPE_CHECKING:
    from etl.publish.build import BuildSummary
    from etl.quality.signoff import SignOff

PANEL = "Every day"
ORDER = 10

#: Warnings told by the build itself.
_SHOWN = 20


def build(  # noqa: PLR0917 - options of a command
    raw: Raw = DEFAULT_RAW,
    warehouse: Warehouse = DEFAULT_WAREHOUSE,
    accept: Accept = None,
    reason: Reason = None,
    ledger: Ledger = None,
    definitions: Definitions = None,
) -> None:
    """Build the warehouse from the packages, and swap it in when it is whole.

    A build that fails leaves the last good warehouse; one with nothing new changes nothing. What
    may be a mistake (a jump, years or indicators that are gone) is asked first, and stops the
    build with exit status 1 until somebody says yes: with --accept, or in accepted.toml in the
    folder of the packages.
    """
    signed = accepted(accept, reason, warehouse.parent / "cache")
    with beside_ours(definitions) as folder:
        summary = build_warehouse(raw, warehouse, signed, ledger, definitions=folder)
    summarise(summary, warehouse)


def build_warehouse(
    raw: Path,
    warehouse: Path,
    signed: Sequence[SignOff] = (),
    ledger: Path | None = None,
    *,
    definitions: Path | None = None,
) -> BuildSummary:
    """Build with progress bars; see ``etl.publish.build.build``."""
    from etl.publish.gc_paused import paused  # noqa: PLC0415

    with paused(), progress() as tell:
        from etl.publish.build import build as make  # noqa: PLC0415 - heavy

        return make(raw, warehouse, tell, accept=signed, ledger=ledger, definitions=definitions)


def summarise(summary: BuildSummary, warehouse: Path) -> None:
    """Say what a build did."""
    row = {
        "packages": summary.packages,
        "rows_in": f"{summary.rows_in:,}",
        "observations": f"{summary.observations:,}",
        "measures": f"{summary.measures:,}",
        "suppressed": f"{summary.suppressed:,}",
        "by_source": f"{summary.suppressed_by_source:,}",
        "refused": summary.refused,
        "seconds": f"{summary.seconds:.1f}",
    }
    print_rows(
        [row],
        {
            "packages": "Packages",
            "rows_in": "Rows in",
            "observations": "Observations",
            "measures": "Numbers out",
            "suppressed": "Suppressed",
            "by_source": "Suppressed by source",
            "refused": "Refused",
            "seconds": "Seconds",
        },
    )
    _say_what_is_hidden(warehouse)
    console = terminal()
    number = Counter(
        "accepted question" if finding.id in summary.accepted else finding.severity
        for finding in summary.findings
    )
    shown = list(summary.unmatched)
    if not summary.unchanged:
        # `check` cannot repeat what differs from the warehouse that was just replaced.
        asked = [finding for finding in summary.findings if finding.severity == "question"]
        told = [finding for finding in summary.findings if finding.severity == "warning"]
        shown = [*asked, *shown, *told[:_SHOWN]]
    if shown:
        print_findings(console, shown, seen=summary.accepted)
    if number:
        found = ", ".join(f"{n} {severity}(s)" for severity, n in sorted(number.items()))
        console.print(f"The checks found {found}: see them with `klyngeblik check` or on Om data.")
    state = "Nothing new: left as it is" if summary.unchanged else "Published"
    console.print(f"{state}: {warehouse}", markup=False)


def _say_what_is_hidden(path: Path) -> None:
    """Print how much is hidden at each level, and why."""
    from warehouse import connect  # noqa: PLC0415
    from warehouse.export.query import hidden_by_level  # noqa: PLC0415

    with connect(path) as wh:
        levels = hidden_by_level(wh).to_dicts()
    print_rows(
        [
            {key: f"{n:,}" if isinstance(n, int) else n for key, n in row.items()}
            | {"shown": f"{row['shown']:.1f} %"}
            for row in levels
        ],
        {
            "level": "Hidden at level",
            "suppressed": "Few people",
            "suppressed_secondary": "To protect another",
            "suppressed_by_source": "By the publisher",
            "shown": "Not hidden",
        },
    )


COMMANDS = (build,)
