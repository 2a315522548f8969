"""Disclosure control: what may be shown of true small counts, and the audit of what is shown.

:func:`protect` chooses what to hide; :mod:`etl.disclosure.audit` knows nothing of it and attacks
what is published.
"""

from etl.disclosure.protect import protect
from etl.disclosure.structure import StructureError

__all__ = ["StructureError", "protect"]
