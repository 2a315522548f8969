"""The commands: one file each, or one for a few that belong together.

A file offers ``COMMANDS``, functions with typer's annotations; ``PANEL``, the heading they stand
under in ``--help``; and ``ORDER``, where among the others. Heavy imports stand inside the
functions, so that ``--help`` answers at once.
"""
