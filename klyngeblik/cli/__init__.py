"""The command line: the front door, which alone knows all rooms.

Each file in ``commands`` is found and offered; see that package for what it holds. Whatever goes
wrong ends in a sentence and an exit status: 1 when the data is wrong, 2 when the call is.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
from collections.abc import Callable
from typing import Annotated, ParamSpec

import typer

from klyngeblik import __version__
from klyngeblik.cli import commands
from klyngeblik.cli.errors import report
from klyngeblik.cli.output import safe
from klyngeblik.cli.stopping import stoppable

P = ParamSpec("P")


def make_app() -> typer.Typer:
    """Return the command line with every command that a file in ``commands`` offers."""
    app = typer.Typer(
        name="klyngeblik",
        help="Population dashboard for Denmark's health clusters (sundhedsklynger).",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    modules = [
        importlib.import_module(f"{commands.__name__}.{info.name}")
        for info in pkgutil.iter_modules(commands.__path__)
    ]
    for module in sorted(modules, key=lambda module: module.ORDER):
        for command in module.COMMANDS:
            app.command(rich_help_panel=module.PANEL)(_told(command))
    return app


def main() -> None:
    """Run the command line and leave with its exit status."""
    make_app()()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"klyngeblik {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    pass


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """Wrap a command so that what goes wrong in it is told, not thrown at the user."""

    @functools.wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with stoppable():
                command(*args, **kwargs)
        except typer.BadParameter as error:
            error.message = safe(error.message)
            raise
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("KLYNGEBLIK_DEBUG"):
                raise
            raise typer.Exit(report(error)) from None

    return told
