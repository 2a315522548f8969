"""``python -m klyngeblik`` is the command ``klyngeblik``."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line, or say what it needs where only reading was installed."""
    if not all(find_spec(name) for name in ("typer", "rich")):
        sys.exit("The command needs more than reading does: pip install 'klyngeblik[all]'")
    from klyngeblik.cli import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
