"""Many readers on a server of this machine: ``python -m bench.load --url http://127.0.0.1:8501``."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from rich.console import Console

from bench.load.drive import Plan, TooMuchError, drive
from bench.load.memory import listeners
from bench.load.session import NotThisMachineError, own_address
from bench.load.summary import as_dict, summarise, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 1 when an answer was wrong or missing, 2 when the call is."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.load",
        description="Readers that open the app, walk through it, think, and check every answer. "
        "Only for servers on this machine.",
    )
    parser.add_argument(
        "--url", required=True, help="address of the app, e.g. http://127.0.0.1:8501"
    )
    parser.add_argument("--sessions", type=int, default=50, help="readers at once")
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument(
        "--think",
        type=float,
        nargs=2,
        default=(2, 5),
        metavar=("LEAST", "MOST"),
        help="seconds between two clicks",
    )
    parser.add_argument("--seed", type=int, default=8, help="another seed, other walks")
    parser.add_argument(
        "--pid",
        type=int,
        nargs="*",
        help="processes whose memory is watched; who listens at the address when left out",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args(arguments)
    try:
        plan = Plan(chosen.url, chosen.sessions, chosen.seconds, tuple(chosen.think), chosen.seed)
        pids = chosen.pid or listeners(own_address(chosen.url)[1])
    except (NotThisMachineError, TooMuchError) as error:
        Console(stderr=True).print(str(error))
        return 2
    summary = summarise(plan, asyncio.run(drive(plan, pids)))
    if chosen.json:
        sys.stdout.write(json.dumps(as_dict(summary), ensure_ascii=False) + "\n")
    else:
        console = Console(width=100)
        console.print(table(summary))
        for example in summary.examples:
            console.print(example, markup=False)
    return 1 if summary.wrong or summary.errors else 0


if __name__ == "__main__":
    sys.exit(main())
