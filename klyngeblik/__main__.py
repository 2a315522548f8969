"""``python -m klyngeblik`` is the command ``klyngeblik``."""

from klyngeblik.cli import main

main()
