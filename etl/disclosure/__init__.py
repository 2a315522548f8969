"""Disclosure control: only safe counts go on to rates, pages and files.

:mod:`~etl.disclosure.control` applies it, :mod:`~etl.disclosure.ledger` and
:mod:`~etl.disclosure.previous_release` know what earlier releases said,
:mod:`~etl.disclosure.other_packages` what other publishers say of the same counts, and
:mod:`~etl.disclosure.suppression` chooses the cells and audits the choice (slow to import).
"""
