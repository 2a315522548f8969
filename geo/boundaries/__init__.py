"""Boundaries of every geography."""
