"""The command line and the Python beside it."""
